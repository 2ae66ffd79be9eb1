//! The corpus as one long table: a row for each amount, with its dimensions in columns of their own.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use super::figures::Year;
use super::names::Publisher;
use super::sheet::wan;
use super::{Plan, SynthError, Written, create, department, io, quoted};

/// The columns of the long table.
pub const COLUMNS: [&str; 16] = [
    "region",
    "department",
    "fiscal_year",
    "kind",
    "scope",
    "table",
    "flow",
    "role",
    "function_code",
    "economic_code",
    "project",
    "fund",
    "nature",
    "item",
    "amount",
    "unit",
];

pub(super) fn write(plan: &Plan, folder: &Path) -> Result<Written, SynthError> {
    let path = folder.join("facts.csv");
    let mut out = create(&path)?;
    let mut written = Written::default();
    let mut text = COLUMNS.join(",");
    text.push('\n');
    for number in 0..plan.departments {
        let (publisher, years) = department(plan, number);
        for year in years.iter().filter(|year| year.published) {
            written.cells += rows(&publisher, year, &mut text);
        }
        out.write_all(text.as_bytes()).map_err(io(&path))?;
        text.clear();
    }
    out.flush().map_err(io(&path))?;
    written.documents = written.cells;
    written.bytes = fs::metadata(&path).map_err(io(&path))?.len();
    Ok(written)
}

/// Rows of one year; returns how many.
fn rows(publisher: &Publisher, year: &Year, text: &mut String) -> usize {
    let mut count = 0;
    let start = format!("{},{},{},budget,department", publisher.region, publisher.name(year.year), year.year);
    let mut row = |dimensions: [&str; 9], amount: i64| {
        let mut dimensions = dimensions.map(str::to_owned);
        if let Some(project) = dimensions.get_mut(5) {
            *project = quoted(project);
        }
        let _ = writeln!(text, "{start},{},{},万元", dimensions.join(","), wan(amount));
        count += 1;
    };
    // table, flow, role, function, economic, project, fund, nature, item
    let summary = |flow, nature| ["revenue_expenditure_summary", flow, "total", "", "", "", "total", nature, ""];
    row(summary("revenue", "total"), year.total());
    row(summary("expenditure", "total"), year.total());
    for (nature, amount) in [("total", year.total()), ("basic", year.basic_total()), ("project", year.project_total())]
    {
        row(["expenditure", "expenditure", "total", "", "", "", "total", nature, ""], amount);
    }
    let funds = [("general_public", year.general_total()), ("government_fund", year.fund_total())];
    for (fund, amount) in std::iter::once(("total", year.total())).chain(funds) {
        if amount > 0 {
            row(["revenue", "revenue", "total", "", "", "", fund, "total", ""], amount);
        }
    }
    for (code, item) in year.items(publisher, Some(false)) {
        for (nature, amount) in [("total", item.total()), ("basic", item.basic()), ("project", item.project())] {
            if amount > 0 {
                let table = "general_public_expenditure";
                row([table, "expenditure", "detail", &code, "", "", "general_public", nature, ""], amount);
            }
        }
    }
    for (code, amount) in &year.basic {
        let table = "general_public_basic_expenditure";
        row([table, "expenditure", "detail", "", code, "", "general_public", "basic", ""], *amount);
    }
    for (code, (amount, _)) in year.by_economic() {
        let table = "economic_classification_summary";
        row([table, "expenditure", "detail", "", code, "", "total", "total", ""], amount);
    }
    let [abroad, purchase, running, reception] = year.three_public();
    for (item, amount) in [
        ("three_public", abroad + purchase + running + reception),
        ("abroad", abroad),
        ("vehicle", purchase + running),
        ("vehicle_purchase", purchase),
        ("vehicle_running", running),
        ("reception", reception),
    ] {
        row(["three_public", "expenditure", "detail", "", "", "", "general_public", "total", item], amount);
    }
    for project in &year.projects {
        let name = format!("{}（{}年）", project.name, year.year);
        let table = "project_expenditure";
        row([table, "expenditure", "detail", "", "", &name, "total", "project", ""], project.amount);
    }
    count
}
