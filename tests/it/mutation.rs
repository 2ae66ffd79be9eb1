//! One wrong cell in a clean document: how often does an identity tell?

use std::path::{Path, PathBuf};

#[path = "../../benches/copies/mod.rs"]
mod copies;

use crate::corpus::corpus;
use crate::support::{Desk, csv_rows};

/// Kinds of mistakes that a publisher or a parser makes in one number.
const KINDS: [fn(&str, usize) -> String; 3] = [another_digit, no_point, swapped];

/// The digit at a place that differs from cell to cell is read as another, 0 as 5 and 3 as 8. (One more in the last
/// place of a document printed in whole 元 is what rounding does, too.)
fn another_digit(text: &str, cell: usize) -> String {
    let digits: Vec<usize> = text.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(|(i, _)| i).collect();
    let at = digits[cell % digits.len()];
    let digit = text.as_bytes()[at];
    format!("{}{}{}", &text[..at], (digit - b'0' + 5) % 10, &text[at + 1..])
}

fn no_point(text: &str, _: usize) -> String {
    text.replace('.', "")
}

/// The first two neighbouring digits that differ change places.
fn swapped(text: &str, _: usize) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let pair = chars.windows(2).position(|w| w[0] != w[1] && w.iter().all(char::is_ascii_digit));
    if let Some(at) = pair {
        chars.swap(at, at + 1);
    }
    chars.into_iter().collect()
}

/// Mistakes tried and found in a document, one cell at a time: the document is copied once for each mistake, and
/// all copies are checked in one pass.
fn mutate(files: &[PathBuf], step: usize) -> (usize, usize, Vec<String>) {
    let desk = Desk::new();
    desk.run(["ingest"].into_iter().map(PathBuf::from).chain(files.iter().cloned())).succeeds();
    let ran = desk.run([
        "sql",
        "-f",
        "csv",
        "SELECT cell_id, c.text, t.unit_scale, f.amount, c.row_name, c.column_path, t.title FROM fact f JOIN cell c USING (cell_id) \
         JOIN source_table t ON t.table_id = f.table_id ORDER BY cell_id",
    ]);
    let cells = csv_rows(&ran.succeeds().stdout);
    let mut mistakes = Vec::new();
    let mut named = Vec::new();
    for (at, cell) in cells.iter().enumerate().step_by(step) {
        // Each cell gets one kind in turn, or the next that changes it.
        let text = cell["text"].replace([',', ' '], "");
        let changed =
            |kind: usize| Some(KINDS[kind % 3](&text, at)).filter(|t| t.parse::<f64>() != text.parse::<f64>());
        let Some(wrong) = (at..at + 3).find_map(changed) else { continue };
        let copy = mistakes.len() + 1;
        mistakes
            .push(format!("({copy}, {}, CAST({wrong} AS DECIMAL(18,4)) * {})", cell["cell_id"], cell["unit_scale"]));
        named.push(format!("{} {} {}: {text} → {wrong}", cell["title"], cell["row_name"], cell["column_path"]));
    }
    desk.run([
        "sql",
        &format!("CREATE TABLE mistake AS FROM (VALUES {}) t(copy, cell_id, amount)", mistakes.join(", ")),
    ])
    .succeeds();
    // A department of its own is not needed.
    for (_, sql) in copies::copying("mistake", 100_000).filter(|(table, _)| *table != "department") {
        desk.run(["sql", &sql]).succeeds();
    }
    desk.run([
        "sql",
        "UPDATE fact SET amount = m.amount FROM mistake m WHERE fact.cell_id = m.cell_id + m.copy * 100000",
    ])
    .succeeds();
    let missed = desk.sql(
        "WITH broken AS (SELECT document_id // 100000 AS copy, count(*) AS n FROM all_checks() \
           WHERE severity = 'break' AND abs(lhs - rhs) > slack GROUP BY 1) \
         SELECT m.copy FROM mistake m LEFT JOIN broken b USING (copy) \
         WHERE coalesce(b.n, 0) <= coalesce((SELECT n FROM broken WHERE copy = 0), 0) ORDER BY 1",
    );
    let missed: Vec<String> = missed.lines().map(|c| named[c.parse::<usize>().unwrap() - 1].clone()).collect();
    (named.len(), named.len() - missed.len(), missed)
}

/// Share of mistakes found, in percent, over documents; each is a list of files.
fn found_pct(region: &str, documents: &[(&[&str], usize)]) -> Option<usize> {
    let folder: PathBuf = corpus()?.join(region);
    let (mut tried, mut found) = (0, 0);
    for (names, step) in documents {
        let files: Vec<PathBuf> = files(&folder, names);
        let (t, f, missed) = mutate(&files, *step);
        eprintln!("{region} {names:?}: {f} of {t} mistakes found; missed: {missed:#?}");
        (tried, found) = (tried + t, found + f);
    }
    assert!(tried > 100, "{tried}");
    Some(100 * found / tried)
}

/// The files whose names have all the words.
fn files(folder: &Path, words: &[&str]) -> Vec<PathBuf> {
    let all = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let all = all.flat_map(|p| {
        if p.is_dir() { std::fs::read_dir(p).unwrap().map(|e| e.unwrap().path()).collect() } else { vec![p] }
    });
    let mut found: Vec<_> = all.filter(|p| words.iter().all(|w| p.to_str().unwrap().contains(w))).collect();
    found.sort();
    assert!(!found.is_empty(), "{words:?}");
    found
}

#[test]
fn a_wrong_cell_breaks_an_identity_in_henan() {
    let Some(share) = found_pct("henan", &[(&["洛龙"], 1)]) else { return };
    assert!(share >= 99, "{share} %");
}

#[test]
fn a_wrong_cell_breaks_an_identity_in_jiangsu() {
    let documents: &[(&[&str], usize)] = &[(&["省委", "2017"], 1), (&["人大", "2018"], 1), (&["政协", "2019"], 1)];
    let Some(share) = found_pct("jiangsu", documents) else { return };
    assert!(share >= 99, "{share} %");
}

#[test]
fn a_wrong_cell_breaks_an_identity_in_shanghai() {
    let documents: &[(&[&str], usize)] = &[
        (&["财政局部门25年"], 1),
        (&["财政局2024年度部门决算.pdf"], 1),
        (&["万里", "23年"], 1),
        (&["万里", "24年"], 2),
        (&["万里", "25年"], 3),
    ];
    let Some(share) = found_pct("shanghai", documents) else { return };
    assert!(share >= 99, "{share} %");
}
