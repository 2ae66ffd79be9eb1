//! What `FEATURES.md` says is true: every line names tests that exist. And what has no better place.

use std::path::{Path, PathBuf};

use crate::run::Yusuan;
use crate::support::Desk;

fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
}

#[test]
fn every_feature_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    sources(&root.join("tests/it"), &mut files);
    let exists = |proof: &str| {
        let (module, test) = proof.split_once("::").unwrap();
        files.iter().any(|(path, text)| {
            let in_module = path.ancestors().any(|part| part.file_stem().is_some_and(|stem| stem == module));
            let declared = text.split(&format!("fn {test}(")).next().filter(|before| before.len() < text.len());
            in_module && declared.is_some_and(|before| before.trim_end().ends_with("#[test]"))
        })
    };
    let table = std::fs::read_to_string(root.join("FEATURES.md")).unwrap();
    let rows: Vec<&str> = table.lines().filter(|l| l.starts_with("| ")).skip(1).collect();
    assert!(rows.len() >= 35, "{}", rows.len());
    for row in rows {
        let proofs = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        assert_eq!(row.replace("\\|", "").matches(" | ").count(), 2, "three columns: {row}");
        let proofs: Vec<&str> = proofs.split('`').filter(|p| p.contains("::")).collect();
        assert!(!proofs.is_empty(), "no test is named: {row}");
        for proof in proofs {
            assert!(exists(proof), "no test {proof}: {row}");
        }
    }
}

#[test]
fn help_and_summaries_are_chinese_where_the_locale_is() {
    let desk = Desk::beside_samples();
    let run = |args: &[&str]| {
        let output = desk.command().args(args).env("LC_ALL", "zh_CN.UTF-8").output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&output.stdout), text(&output.stderr))
    };
    let (_, told) = run(&["ingest", "data/samples"]);
    assert!(told.contains("6 份文件：导入 6，未变 0，失败 0"), "{told}");
    assert!(told.contains("已导入，266 个金额"), "{told}");
    let (help, _) = run(&["--help"]);
    for part in ["用法：yusuan", "命令:", "把文件导入数据库", "选项:", "只读方式打开数据库"] {
        assert!(help.contains(part), "no {part}: {help}");
    }
    // The parser itself adds the command `help`.
    let ours = help.lines().filter(|l| !l.starts_with("  help"));
    let english: Vec<&str> = ours.filter(|l| l.is_ascii() && l.split_whitespace().count() > 4).collect();
    assert!(english.is_empty(), "put these into data/messages.toml: {english:?}");
    let (_, told) = run(&["query", "growht"]);
    assert_eq!(told, "错误： 没有查询 `growht`；是不是 `growth`？\n");
}

#[test]
fn odd_input_of_scripts_is_told_and_nothing_hangs() {
    let desk = Desk::with_samples();
    // One line of a megabyte.
    desk.write("long.sql", format!("SELECT length('{}') AS n;\n", "x".repeat(1_000_000)));
    let ran = desk.run(["run", "long.sql", "-f", "csv"]).succeeds();
    assert_eq!(ran.stdout, "n\n1000000\n");
    desk.write("words.txt", "x".repeat(1_000_000));
    let ran = desk.run(["run", "words.txt"]);
    assert_ne!(ran.code, Some(0));
    assert!(ran.stderr.len() < 10_000, "a message of {} bytes", ran.stderr.len());
    // Bytes that are no text.
    desk.write("bytes.sql", b"SELECT 1;\nSELECT '\xff';\n");
    let ran = desk.run(["run", "bytes.sql"]).fails_with(1);
    assert!(ran.stderr.contains("line 2") && ran.stderr.contains("UTF-8"), "{}", ran.stderr);
    // Quotes that stay open.
    for text in ["growth '洛龙", "SELECT 'x", "SELECT \"x", "SELECT 1 /* x", "SELECT $$x"] {
        desk.write("open.sql", text);
        let ran = desk.run(["run", "open.sql"]);
        assert_ne!(ran.code, Some(0), "{text}");
        assert!(ran.stderr.contains("error: "), "{text}: {}", ran.stderr);
    }
    Yusuan::new().args(["--db", "none.duckdb", "query", "growth"]).exits(3).stderr_has("none.duckdb");
}
