//! Imports go one way; only one room names each large dependency.

use std::path::{Path, PathBuf};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Lines of code under `src/` with their file; comments left out.
fn lines() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&root, &mut found);
    found.sort();
    let mut lines = Vec::new();
    for path in found {
        let name = path.strip_prefix(&root).unwrap().display().to_string().replace('\\', "/");
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.lines().filter(|l| !l.trim_start().starts_with("//"));
        lines.extend(code.map(|l| (name.clone(), l.to_owned())));
    }
    lines
}

#[track_caller]
fn only(rooms: &[&str], word: &str) {
    for (file, line) in lines() {
        let allowed = rooms.iter().any(|room| file.starts_with(room));
        assert!(allowed || !line.contains(word), "{file} names {word}: {line}");
    }
}

#[track_caller]
fn never(room: &str, words: &[&str]) {
    for (file, line) in lines().iter().filter(|(file, _)| file.starts_with(room)) {
        for word in words {
            assert!(!line.contains(word), "{file} names {word}: {line}");
        }
    }
}

#[test]
fn one_room_per_large_dependency() {
    only(&["store/"], "duckdb::");
    only(&["repl/"], "rustyline::");
    only(&["cli/"], "clap::");
    only(&["cli/", "main.rs"], "std::env::");
    only(&["frame/", "store/bridge.rs"], "polars");
    only(&["store/bridge.rs"], "unsafe");
}

#[test]
fn imports_go_one_way() {
    let rooms = ["source", "table", "store", "query", "frame", "render", "session", "synth", "cli", "repl", "error"];
    let below = |allowed: &[&str]| -> Vec<String> {
        rooms.iter().filter(|r| !allowed.contains(r)).map(|r| format!("crate::{r}")).collect()
    };
    let check = |room: &str, allowed: &[&str]| {
        let words = below(allowed);
        never(room, &words.iter().map(String::as_str).collect::<Vec<_>>());
    };
    check("record/", &[]);
    check("source/", &["source"]);
    check("table/", &["source", "table"]);
    check("store/", &["store"]);
    check("query/", &["query"]);
    check("frame/", &["store", "query", "frame"]);
    check("render/", &["render"]);
    check("session/", &["source", "table", "store", "query", "frame", "render", "session", "error"]);
    check("synth/", &["synth"]);
    check("repl/", &["query", "render", "session", "error", "repl"]);
}
