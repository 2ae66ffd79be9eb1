//! The synthetic corpus: what is written is read back exactly, and every identity holds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::support::{Desk, csv_rows};

/// A cell for comparison: white space and width do not matter to the truth.
type Cell = Vec<String>;

fn cells(rows: &[BTreeMap<String, String>]) -> BTreeMap<Cell, usize> {
    let mut all = BTreeMap::new();
    for row in rows {
        let columns = ["table", "row_code", "row_name", "column", "amount_as_printed"];
        let cell: Cell = columns.iter().map(|c| yusuan::record::join_key(&row[*c]).replace('，', ",")).collect();
        if cell[4].replace(',', "").parse::<f64>().is_ok() {
            *all.entry(cell).or_default() += 1;
        }
    }
    all
}

/// A corpus with its documents ingested; gives the folder and the output of `ingest`.
fn corpus(desk: &Desk, args: &[&str]) -> (PathBuf, String) {
    let folder = desk.path("corpus");
    desk.run([&["synth", "-o", "corpus"], args].concat()).succeeds();
    let run = desk.run(["ingest", "corpus/documents"]).succeeds();
    (folder, run.stderr)
}

/// Documents whose cells differ from the truth, by path.
fn inexact(desk: &Desk, folder: &Path) -> Vec<String> {
    let mut read: BTreeMap<String, Vec<BTreeMap<String, String>>> = BTreeMap::new();
    for row in csv_rows(&desk.run(["sql", "-f", "csv", "FROM printed_cells"]).succeeds().stdout) {
        read.entry(row["source"].clone()).or_default().push(row);
    }
    let list = csv_rows(&std::fs::read_to_string(folder.join("truth/documents.csv")).unwrap());
    assert!(list.len() > 10);
    let mut wrong = Vec::new();
    for document in list {
        let truth = folder.join(format!("truth/{}.csv", document["document"]));
        let truth = csv_rows(&std::fs::read_to_string(truth).unwrap());
        assert!(truth.len() > 50);
        let path = format!("corpus/{}", document["path"]);
        if read.get(&path).is_none_or(|rows| cells(rows) != cells(&truth)) {
            wrong.push(path);
        }
    }
    wrong
}

/// Breaks that the checks find.
fn breaks(desk: &Desk) -> String {
    desk.sql("SELECT document_id, rule, identity, lhs, rhs FROM checks() WHERE status = 'breaks' LIMIT 20")
}

#[test]
fn a_text_corpus_is_read_back_exactly_and_holds_every_identity() {
    let desk = Desk::new();
    let (folder, told) = corpus(&desk, &["--departments", "7", "--years", "2016..2020"]);
    assert_eq!(inexact(&desk, &folder), Vec::<String>::new());
    assert!(told.contains(" 0 warnings"), "{told}");
    assert_eq!(breaks(&desk), "");
    // Growth that the narrative states is what the documents of two years give.
    let stated = "SELECT count(*), count(*) FILTER (abs(growth_pct - stated_growth_pct) > 0.011) FROM growth() \
                  WHERE growth_pct IS NOT NULL AND stated_growth_pct IS NOT NULL";
    let counts = desk.sql(stated);
    let (compared, differing) = counts.split_once(',').unwrap();
    assert!(compared.parse::<usize>().unwrap() > 10, "{counts}");
    assert_eq!(differing, "0");
}

#[test]
fn a_pdf_corpus_in_three_layouts_is_read_back_exactly_and_holds_every_identity() {
    let desk = Desk::new();
    let (folder, _) = corpus(&desk, &["--departments", "8", "--years", "2021..2022", "--format", "pdf", "--seed", "4"]);
    assert_eq!(inexact(&desk, &folder), Vec::<String>::new());
    assert_eq!(breaks(&desk), "");
    let units = desk.sql("SELECT DISTINCT unit FROM printed_cells WHERE \"table\" = 'expenditure' ORDER BY ALL");
    assert_eq!(units, "万元\n元", "the layouts of several provinces");
}

#[test]
fn every_damaged_document_is_read_exactly_or_flagged() {
    for format in ["text", "pdf"] {
        let desk = Desk::new();
        let args = ["--departments", "8", "--years", "2020..2022", "--flaws", "1", "--format", format, "--seed", "9"];
        let (folder, _) = corpus(&desk, &args);
        let flagged = desk.sql(
            "SELECT DISTINCT s.path FROM diagnostic d JOIN source_file s USING (file_id) \
             UNION SELECT s.path FROM checks() c JOIN source_file s USING (document_id) WHERE c.status = 'breaks'",
        );
        let silent: Vec<String> =
            inexact(&desk, &folder).into_iter().filter(|path| !flagged.lines().any(|line| line == path)).collect();
        assert_eq!(silent, Vec::<String>::new(), "{format}");
        // A letter in an amount is always told.
        let list = csv_rows(&std::fs::read_to_string(folder.join("flaws.csv")).unwrap());
        let told = desk.sql(
            "SELECT DISTINCT s.path FROM diagnostic d JOIN source_file s USING (file_id) WHERE d.kind = 'not_a_number'",
        );
        for document in list.iter().filter(|d| d["flaws"].split(' ').any(|f| f == "letter")) {
            let path = format!("corpus/{}", document["path"]);
            assert!(told.lines().any(|line| line == path), "{path} is not among {told}");
        }
    }
}

#[test]
fn renamed_departments_are_one_with_the_list_that_comes_along() {
    let desk = Desk::new();
    let args = ["--departments", "34", "--years", "2017..2019", "--seed", "2"];
    let (_, _) = corpus(&desk, &args);
    let names = |desk: &Desk| desk.count("department");
    assert!(names(&desk) > 34);
    desk.run(["--aliases", "corpus/aliases.csv", "ingest", "corpus/documents"]).succeeds();
    assert_eq!(names(&desk), 34);
}

#[test]
fn the_same_arguments_write_the_same_files_and_a_full_folder_is_left_alone() {
    let desk = Desk::new();
    let args = |folder| ["synth", "--departments", "2", "--years", "2021..2022", "--format", "csv", "-o", folder];
    desk.run(args("a")).succeeds();
    desk.run(args("b")).succeeds();
    let read = |folder: &str| std::fs::read(desk.path(folder).join("facts.csv")).unwrap();
    assert_eq!(read("a"), read("b"));
    let again = desk.run(args("a")).fails_with(1);
    assert!(again.stderr.contains("not empty"), "{}", again.stderr);
    let wrong = desk.run(["synth", "--departments", "2", "--years", "2022..2021", "-o", "c"]).fails_with(2);
    assert!(wrong.stderr.contains("2019..2025"), "{}", wrong.stderr);
    let wrong = desk.run(["query", "growth", "--format", "pdf"]).fails_with(2);
    assert!(wrong.stderr.contains("synth"), "{}", wrong.stderr);
}
