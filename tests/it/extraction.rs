//! Numbers read from the published documents against their hand-verified truth, document by document.

use std::collections::BTreeMap;
use std::path::Path;

use rust_decimal::Decimal;

use crate::corpus::corpus;
use crate::support::{Desk, csv_rows};

type Row = BTreeMap<String, String>;

/// What the scorer compares: table, code, name, column and the number, without white space and width.
fn key(row: &Row) -> Option<Vec<String>> {
    let squash = |column: &str| yusuan::record::join_key(&row[column]).replace('，', ",");
    let amount: Decimal = squash("amount_as_printed").replace(',', "").parse().ok()?;
    let mut key: Vec<String> = ["table", "row_code", "row_name", "column"].iter().map(|c| squash(c)).collect();
    key.push(amount.normalize().to_string());
    Some(key)
}

fn counted(rows: &[Row]) -> BTreeMap<Vec<String>, usize> {
    let mut set = BTreeMap::new();
    for key in rows.iter().filter_map(key) {
        *set.entry(key).or_default() += 1;
    }
    set
}

/// Every document is read with neither a missing nor a spurious number: recall and precision are 100 % at
/// the levels of amounts, rows and cells.
#[test]
fn every_printed_number_of_twelve_documents_is_read_as_verified() {
    let Some(corpus) = corpus() else { return };
    let documents = csv_rows(&std::fs::read_to_string(corpus.join("truth/documents.csv")).unwrap());
    assert_eq!(documents.len(), 12);
    let desk = Desk::new();
    let files: Vec<String> = documents.iter().map(|d| corpus.join(&d["path"]).display().to_string()).collect();
    desk.run(std::iter::once("ingest").chain(files.iter().map(String::as_str))).succeeds();
    let read = csv_rows(&desk.run(["sql", "-f", "csv", "FROM printed_cells"]).succeeds().stdout);
    let name = |path: &str| Path::new(path).file_name().unwrap().to_owned();
    for document in &documents {
        let truth = std::fs::read_to_string(corpus.join(format!("truth/{}.csv", document["document"]))).unwrap();
        let truth = counted(&csv_rows(&truth));
        let own: Vec<Row> = read.iter().filter(|r| name(&r["source"]) == name(&document["path"])).cloned().collect();
        let own = counted(&own);
        let beyond = |a: &BTreeMap<Vec<String>, usize>, b: &BTreeMap<Vec<String>, usize>| -> Vec<String> {
            let more = |(key, n): &(&Vec<String>, &usize)| b.get(*key).copied().unwrap_or(0) < **n;
            a.iter().filter(more).map(|(key, _)| key.join(" | ")).collect()
        };
        let (missing, spurious) = (beyond(&truth, &own), beyond(&own, &truth));
        assert!(
            missing.is_empty() && spurious.is_empty(),
            "{}: missing {missing:#?}, spurious {spurious:#?}",
            document["document"]
        );
    }
}

#[test]
fn a_street_office_over_three_years_gives_its_series() {
    let Some(corpus) = corpus() else { return };
    let desk = Desk::new();
    desk.run(["ingest", corpus.join("shanghai").to_str().unwrap()]);
    let totals = desk.sql("SELECT fiscal_year, wan(amount) FROM growth(department := '万里') ORDER BY 1");
    assert_eq!(totals, "2023,16497.86\n2024,15621.11\n2025,18976.76");
    let three = desk.sql(
        "SELECT fiscal_year, wan(amount) FROM three_public(department := '万里') WHERE item = 'three_public' ORDER BY 1",
    );
    assert_eq!(three, "2023,22.91\n2024,47.91\n2025,37.91", "a note that calls a full table empty changes nothing");
}

#[test]
fn an_empty_official_form_gives_empty_tables_and_no_amount() {
    let Some(corpus) = corpus() else { return };
    let desk = Desk::new();
    desk.run(["ingest", corpus.join("shanghai/附件2：部门决算模板.pdf").to_str().unwrap()]).succeeds();
    assert_eq!(desk.sql("SELECT count(*) FROM fact"), "0");
    assert_eq!(desk.sql("SELECT count(*) FROM source_table WHERE state = 'empty' AND kind <> 'unknown'"), "9");
}

#[test]
fn three_provincial_departments_are_compared_over_three_years() {
    let Some(corpus) = corpus() else { return };
    let desk = Desk::new();
    desk.run(["ingest", corpus.join("jiangsu").to_str().unwrap()]).succeeds();
    let totals = desk.sql("SELECT fiscal_year, wan(amount) FROM total_expenditure ORDER BY 1, 2");
    assert_eq!(
        totals,
        "2017,9146.79\n2017,13649.07\n2017,20849.45\n2018,10150.48\n2018,15897.44\n2018,24458.43\n\
         2019,13377.11\n2019,18330.37\n2019,27664.22",
        "tables and narrative of one year are one document"
    );
    let three =
        desk.sql("SELECT fiscal_year, wan(amount) FROM three_public() WHERE item = 'three_public' ORDER BY 1, 2");
    assert_eq!(
        three,
        "2017,509.20\n2017,676.10\n2017,833.60\n2018,508.20\n2018,675.10\n2018,833.60\n2019,508.20\n2019,660.10\n2019,767.60",
        "meetings and training are no three-public expenses"
    );
}

#[test]
fn every_published_headline_is_found_and_equal() {
    let Some(corpus) = corpus() else { return };
    let desk = Desk::new();
    for region in ["henan", "jiangsu", "shanghai"] {
        desk.run(["ingest", corpus.join(region).to_str().unwrap()]);
    }
    let sql = "SELECT f.path, d.fiscal_year, d.kind, s.subject, s.amount / 10000 AS amount, s.change / 10000 AS change, \
               s.growth_pct, s.share_pct FROM stated s JOIN document d USING (document_id) \
               JOIN source_file f ON f.file_id = s.file_id";
    let read = csv_rows(&desk.run(["sql", "-f", "csv", sql]).succeeds().stdout);
    let documents = csv_rows(&std::fs::read_to_string(corpus.join("truth/documents.csv")).unwrap());
    let headlines = csv_rows(&std::fs::read_to_string(corpus.join("truth/stated.csv")).unwrap());
    assert_eq!(headlines.len(), 52);
    let number = |text: &str| text.parse::<f64>().ok();
    for headline in &headlines {
        let document = documents.iter().find(|d| d["document"] == headline["document"]).unwrap();
        // Tables and narrative may be two files in one folder.
        let folder = Path::new(&document["path"]).parent().unwrap();
        let found = read.iter().any(|r| {
            r["path"].contains(folder.to_str().unwrap())
                && r["fiscal_year"] == document["fiscal_year"]
                && r["kind"] == document["document_kind"]
                && r["subject"] == headline["subject"]
                && number(&r["amount"]) == number(&headline["amount_wanyuan"])
                && number(&r["change"]) == number(&headline["change_wanyuan"])
                && number(&r["growth_pct"]) == number(&headline["growth_pct"])
                && number(&r["share_pct"]) == number(&headline["share_pct"])
        });
        assert!(found, "{headline:?}");
    }
}
