//! Bad input: one clear line each, the rest of the batch is done, nothing is lost.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use crate::support::{Desk, csv_rows, samples};

const SAMPLE: &str = "合成示例局2021年度部门预算.txt";

fn sample() -> String {
    fs::read_to_string(samples().join(SAMPLE)).unwrap()
}

#[test]
fn files_that_are_no_disclosures_are_named_with_cause_and_the_good_ones_are_read() {
    let desk = Desk::new();
    for (name, bytes, cause) in [
        ("empty.txt", &b""[..], "empty"),
        ("binary.txt", &b"ab\0\x01\x02"[..], "0x00"),
        ("scan.txt", &b"%PDF-1.7 ..."[..], "PDF"),
        ("letter.txt", "今天天气很好。\n".as_bytes(), "no budget table"),
    ] {
        let bad = desk.write(name, bytes);
        let good = samples().join(SAMPLE);
        let run = desk.run(["ingest", bad.to_str().unwrap(), good.to_str().unwrap()]).fails_with(1);
        let line = run.stderr.lines().find(|l| l.contains(name)).unwrap_or_else(|| panic!("{name}: {}", run.stderr));
        assert!(line.contains(cause), "{line}");
        assert_eq!(desk.count("document"), 1, "{name}");
    }
}

#[test]
fn a_folder_without_documents_is_an_error() {
    let desk = Desk::new();
    let folder = desk.path("nothing");
    fs::create_dir(&folder).unwrap();
    let run = desk.run(["ingest", folder.to_str().unwrap()]).fails_with(1);
    assert!(run.stderr.contains("nothing"), "{}", run.stderr);
}

#[test]
fn a_letter_in_an_amount_is_kept_as_a_cell_and_reported_with_its_place() {
    let desk = Desk::new();
    let text = sample();
    let at = text.find("本年收入合计\t").unwrap() + "本年收入合计\t".len();
    let mut bad = text.clone();
    bad.replace_range(at..=at, "A");
    let line = text[..at].lines().count();
    let file = desk.write("letter.txt", bad.as_bytes());
    let run = desk.run(["ingest", file.to_str().unwrap()]).succeeds();
    assert!(run.stderr.contains(&format!("letter.txt: line {line}, column 2")), "{}", run.stderr);
    let cells = csv_rows(&desk.run(["sql", "-f", "csv", "FROM cell WHERE text LIKE 'A%'"]).succeeds().stdout);
    assert_eq!(cells.len(), 1);
    assert_eq!(desk.sql(&format!("SELECT count(*) FROM fact WHERE cell_id = {}", cells[0]["cell_id"])), "0");
}

#[test]
fn a_truncated_copy_says_that_tables_are_missing() {
    let desk = Desk::new();
    let text = sample();
    let cut = text.find("项目支出预算表\n\n部门名称").unwrap() + 260;
    let cut = (cut..text.len()).find(|i| text.is_char_boundary(*i)).unwrap();
    let file = desk.write("cut.txt", &text.as_bytes()[..cut]);
    let run = desk.run(["ingest", file.to_str().unwrap()]).succeeds();
    assert!(run.stderr.contains("announce this table"), "{}", run.stderr);
    assert_eq!(desk.count("source_table WHERE state = 'missing'"), 2);
}

#[test]
fn what_is_no_database_and_what_cannot_be_written_exit_with_3() {
    let desk = Desk::new();
    let file = desk.write("not.duckdb", [b'x'; 8192]);
    let run = desk.run(["sql", "--db", file.to_str().unwrap(), "SELECT 1"]).fails_with(3);
    assert!(run.stderr.contains("not.duckdb"), "{}", run.stderr);
    let nowhere = desk.path("no/such/folder/x.duckdb");
    let sample = samples().join(SAMPLE);
    let run = desk.run(["ingest", "--db", nowhere.to_str().unwrap(), sample.to_str().unwrap()]).fails_with(3);
    assert!(run.stderr.contains("x.duckdb"), "{}", run.stderr);
}

#[test]
fn a_database_that_another_process_holds_exits_with_3() {
    let desk = Desk::new();
    let held = yusuan::store::Store::open(&desk.path("budget.duckdb"), yusuan::store::Access::ReadWrite).unwrap();
    let run = desk.run(["ingest", samples().to_str().unwrap()]).fails_with(3);
    drop(held);
    assert!(run.stderr.contains("budget.duckdb") && run.stderr.contains("another process"), "{}", run.stderr);
    desk.run(["ingest", samples().to_str().unwrap()]).succeeds();
}

#[test]
fn a_second_ingest_of_the_same_files_changes_nothing() {
    let desk = Desk::new();
    let tables =
        ["document", "source_file", "source_table", "cell", "fact", "stated", "indicator", "diagnostic", "project"];
    desk.run(["ingest", samples().to_str().unwrap()]).succeeds();
    let before: Vec<usize> = tables.iter().map(|t| desk.count(t)).collect();
    desk.run(["ingest", samples().to_str().unwrap()]).succeeds();
    let after: Vec<usize> = tables.iter().map(|t| desk.count(t)).collect();
    assert_eq!(before, after);
    assert!(before.iter().take(5).all(|n| *n > 0), "{before:?}");
}

#[test]
fn killing_an_ingest_leaves_whole_documents_only() {
    let desk = Desk::new();
    let folder = desk.path("many");
    fs::create_dir(&folder).unwrap();
    let text = sample();
    for i in 0..60 {
        fs::write(folder.join(format!("{i:03}.txt")), text.replace("合成示例局", &format!("合成示例第{i}局"))).unwrap();
    }
    let facts = {
        let single = Desk::new();
        single.run(["ingest", samples().join(SAMPLE).to_str().unwrap()]).succeeds();
        single.count("fact")
    };
    let mut child = desk
        .command()
        .args(["ingest", folder.to_str().unwrap()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(1200));
    child.kill().unwrap();
    child.wait().unwrap();
    let documents = desk.count("document");
    assert_eq!(desk.count("fact"), documents * facts);
    desk.run(["ingest", folder.to_str().unwrap()]).succeeds();
    assert_eq!(desk.count("document"), 60);
    assert_eq!(desk.count("fact"), 60 * facts);
}

#[test]
fn a_closed_standard_error_stops_nothing() {
    let desk = Desk::new();
    let mut child =
        desk.command().arg("ingest").arg(samples()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(desk.count("document"), 6);
}

#[test]
fn gb18030_and_utf16_give_the_same_facts() {
    let facts = |bytes: &[u8]| {
        let desk = Desk::new();
        let file = desk.write("x.txt", bytes);
        desk.run(["ingest", file.to_str().unwrap()]).succeeds();
        desk.run(["sql", "-f", "csv", "FROM printed_cells"]).succeeds().stdout
    };
    let text = sample();
    let (gb, _, _) = encoding_rs::GB18030.encode(&text);
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let marked = ["\u{FEFF}", &text].concat();
    let expected: Vec<String> = facts(text.as_bytes()).lines().map(str::to_owned).collect();
    for bytes in [&gb[..], &utf16, marked.as_bytes()] {
        let read: Vec<String> = facts(bytes).lines().map(str::to_owned).collect();
        // The path differs, as every test has its own folder.
        let tail = |lines: &[String]| lines.iter().map(|l| l.split_once(',').unwrap().1.to_owned()).collect::<Vec<_>>();
        assert_eq!(tail(&read), tail(&expected));
    }
}

#[test]
fn no_damage_to_a_document_makes_the_recognition_panic() {
    let text: Vec<char> = sample().chars().collect();
    proptest::proptest!(proptest::test_runner::Config::with_cases(60), |(
        edits in proptest::collection::vec((0..text.len(), "[\\t\\n0-9,.一合计总表（年 ]{0,3}", 0..40_usize), 1..12)
    )| {
        let mut damaged = text.clone();
        for (at, insert, remove) in edits {
            let at = at.min(damaged.len());
            let end = (at + remove).min(damaged.len());
            damaged.splice(at..end, insert.chars());
        }
        let damaged: String = damaged.into_iter().collect();
        if let Ok(document) = yusuan::source::read_bytes("x", damaged.as_bytes()) {
            let _ = yusuan::table::recognise(document, &yusuan::table::Overrides::default());
        }
    });
}

/// A small file system in memory, until it is dropped.
struct Small(std::path::PathBuf);

impl Small {
    fn mount(folder: std::path::PathBuf, size: &str) -> Option<Self> {
        fs::create_dir(&folder).unwrap();
        let options = format!("size={size}");
        let mount =
            std::process::Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&folder).output();
        mount.is_ok_and(|run| run.status.success()).then_some(Self(folder))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_disk_that_fills_during_an_import_keeps_what_was_stored_before() {
    let desk = Desk::new();
    let Some(_small) = Small::mount(desk.path("small"), "8m") else {
        eprintln!("skipped, no right to mount a file system");
        return;
    };
    desk.run(["synth", "--departments", "80", "--years", "2019..2023", "-o", "corpus"]).succeeds();
    let db = ["--db", "small/x.duckdb"];
    desk.run([&db[..], &["ingest", samples().to_str().unwrap()]].concat()).succeeds();
    let run = desk.run([&db[..], &["ingest", "corpus/documents"]].concat()).fails_with(1);
    assert!(run.stderr.contains("the disk is full") && run.stderr.contains("Make room"), "{}", run.stderr);
    // What is there are whole documents, those from before among them.
    let facts = "SELECT s.sha256, count(f.cell_id) FROM source_file s JOIN fact f USING (document_id) GROUP BY ALL ORDER BY ALL";
    let stored = |args: &[&str]| {
        let ran = desk.run([args, &["--read-only", "sql", "-f", "csv", facts]].concat()).succeeds();
        ran.stdout.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let kept = stored(&db);
    desk.run(["ingest", samples().to_str().unwrap(), "corpus/documents"]).succeeds();
    let all = stored(&[]);
    assert!(kept.len() >= 6 && kept.len() < all.len(), "{} of {}", kept.len(), all.len());
    assert!(kept.iter().all(|document| all.contains(document)));
}
