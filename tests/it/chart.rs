//! Pictures in the terminal, as SVG and in a page.

use std::fs;

use unicode_width::UnicodeWidthStr as _;

use crate::looks::calls;
use crate::support::Desk;

#[test]
fn every_chart_of_a_header_is_drawn_in_signs_and_as_a_drawing() {
    let desk = Desk::with_samples();
    let mut drawn = 0;
    for (name, words) in calls() {
        let header = fs::read_to_string(format!("{}/queries/{name}.sql", env!("CARGO_MANIFEST_DIR"))).unwrap();
        if header.contains("-- chart: none") {
            continue;
        }
        let call = [&["query", name.as_str()], &words[..]].concat();
        let ran = desk.run([&call[..], &["-f", "chart"]].concat()).succeeds();
        // A query about several years, kinds or regions may have nothing to draw in five documents.
        if ran.stdout.starts_with("(no picture") {
            assert!(["execution", "peers", "panel"].contains(&name.as_str()), "{name}: {}", ran.stdout);
            continue;
        }
        assert!(ran.stdout.lines().all(|l| l.width() <= 80), "{name}\n{}", ran.stdout);
        assert!(!ran.stdout.contains('\x1b'), "colours are for terminals");
        desk.run([&call[..], &["-o", "x.svg"]].concat()).succeeds();
        let svg = fs::read_to_string(desk.path("x.svg")).unwrap();
        assert!(svg.starts_with("<svg ") && svg.contains("来源 source"), "{name}\n{svg}");
        drawn += 1;
    }
    assert!(drawn >= 10, "{drawn}");
}

#[test]
fn the_last_result_is_drawn_as_asked() {
    let desk = Desk::with_samples();
    let run = |line: &str| desk.run(["-c", "structure 洛龙", "-c", ".mode csv", "-c", line]);
    let text = run(".chart bar label amount").succeeds().stdout;
    insta::assert_snapshot!("bars", text.split_once("amount (万元)").unwrap().1);
    assert_eq!(run(".chart bar 支出性质 amount").succeeds().stdout, text, "the Chinese term of the header");
    assert!(run(".chart").succeeds().stdout.contains("█ 基本支出"), "the header's own");
    assert!(run(".chart 占比 whole amount label").succeeds().stdout.contains("64%"));
    for (line, message) in [
        (".chart bar lable amount", "did you mean `label`?"),
        (".chart pie", "did you mean"),
        (".chart bar label amount label x y", "one word too many"),
        (".chart -o", "no file after -o"),
        (".chart -o x.png", "is written as .svg, .html or .txt"),
        (".chart bar label scope", "holds no numbers"),
        (".chart bar 支出性质 金额 部门 -o x.svg", "no column `金额`"),
    ] {
        let ran = run(line);
        assert_eq!(ran.code, Some(1), "{line}");
        if line != ".chart pie" {
            assert!(ran.stderr.contains(message), "{line}: {}", ran.stderr);
        }
    }
    let none = desk.run(["-c", ".chart"]);
    assert!(none.stderr.contains("there is no result yet"), "{}", none.stderr);
}

#[test]
fn a_page_holds_picture_and_table_and_asks_nobody() {
    let desk = Desk::with_samples();
    desk.run(["-c", "growth 示例", "-c", ".chart line fiscal_year amount -o 图.html"]).succeeds();
    let page = fs::read_to_string(desk.path("图.html")).unwrap();
    assert!(page.contains("<svg ") && page.contains("<table>") && page.contains("合成示例局"), "{page}");
    for word in ["http", "src=", "@import", "url("] {
        assert!(!page.contains(word), "{word}");
    }
    let suits = desk.run(["structure", "洛龙", "-f", "chart"]).succeeds().stdout;
    assert_eq!(desk.run(["structure", "洛龙", "--chart"]).succeeds().stdout, suits, "the header's own");
    let flag = desk.run(["sql", "SELECT fiscal_year, amount FROM growth('示例')", "--chart=line fiscal_year amount"]);
    let flag = flag.succeeds().stdout;
    assert!(flag.starts_with("amount (万元)") && flag.contains("2019") && flag.contains('●'), "{flag}");
}

#[test]
fn years_without_a_document_are_gaps() {
    let desk = Desk::with_samples();
    let sql = "SELECT fiscal_year, amount FROM growth('示例') WHERE fiscal_year <> 2021";
    desk.run(["sql", sql, "-o", "x.svg"]).succeeds();
    let svg = fs::read_to_string(desk.path("x.svg")).unwrap();
    assert_eq!(
        svg.matches("stroke=\"#3168A6\" stroke-width=\"2\"").count(),
        2,
        "a line before the gap and one after: {svg}"
    );
}
