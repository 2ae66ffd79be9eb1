//! What a user waits for at the prompt, on a database of a thousand documents: the first prompt, beside the `DuckDB`
//! command line on the same file, and the answers to Tab.
//!
//! The documents are copies of the samples, with keys and names of their own. `DUCKDB_CLI` names the other program;
//! without it only ours is measured.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

mod copies;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use expectrl::{Eof, Expect as _};
use yusuan::query::Library;
use yusuan::session::{Progress, Report, Session};
use yusuan::store::Access;
use yusuan::table::Overrides;

const DOCUMENTS: usize = 1000;
const STARTS: usize = 21;

/// Inputs that end where Tab is pressed.
const TYPED: [&str; 12] = [
    "",
    "gr",
    "growth ",
    "growth 洛龙",
    "growth lysll",
    "growth gaj",
    "by_function level=",
    "FROM ",
    "SELECT am",
    "FROM fact WHERE function_code = '2",
    "FROM growth(department := 'bgs",
    "SELECT department FROM current_fact WH",
];

struct Silent;

impl Progress for Silent {
    fn found(&mut self, _: usize) {}
    fn working(&mut self, _: &[&Path]) {}
    fn done(&mut self, _: &Report) {}
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("big.duckdb");
    make(&path);
    first_prompt(folder.path());
    completion(&path);
}

fn make(path: &Path) {
    let mut session = Session::open(path, Access::ReadWrite, Library::embedded().unwrap()).unwrap();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/samples");
    session.ingest(&[samples], &Overrides::default(), None, &mut Silent);
    let copies = format!("(SELECT range AS copy FROM range(1, {}))", DOCUMENTS.div_ceil(6));
    for (_, sql) in copies::copying(&copies, 10_000) {
        session.sql(&sql).unwrap();
    }
    session.sql("UPDATE department SET name = name || department_id // 10000 WHERE department_id > 10000").unwrap();
    session.sql("CHECKPOINT").unwrap();
}

/// Both programs in turn, so that both meet the same load.
fn first_prompt(folder: &Path) {
    let other = std::env::var_os("DUCKDB_CLI").filter(|v| !v.is_empty());
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for _ in 0..STARTS {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yusuan"));
        command.arg("big.duckdb");
        ours.push(start(command, folder, "\x1b[?2004h"));
        if let Some(other) = &other {
            let mut command = Command::new(other);
            // Otherwise it waits for the terminal to tell its background.
            command.args(["-dark-mode", "big.duckdb"]);
            theirs.push(start(command, folder, " D "));
        }
    }
    let report = |name: &str, times: Vec<(Duration, Duration)>| {
        let (wall, cpu): (Vec<_>, Vec<_>) = times.into_iter().unzip();
        let (wall, cpu) = (median(wall), median(cpu));
        println!("first prompt, median of {STARTS}: {name} {:.1} ms, processor {:.1} ms", ms(wall), ms(cpu));
        (wall.as_secs_f64(), cpu.as_secs_f64())
    };
    let ours = report("yusuan", ours);
    if theirs.is_empty() {
        println!("no comparison: set DUCKDB_CLI to the duckdb program (pip install duckdb-cli==1.5.6)");
        return;
    }
    let theirs = report("duckdb", theirs);
    println!("yusuan ÷ duckdb: {:.2}, processor {:.2}", ours.0 / theirs.0, ours.1 / theirs.1);
}

/// Time and processor time until the prompt.
fn start(mut command: Command, folder: &Path, prompt: &str) -> (Duration, Duration) {
    command.current_dir(folder).env("HOME", folder).env("TERM", "xterm").env("LANG", "C.UTF-8");
    let begun = Instant::now();
    let mut session = expectrl::Session::spawn(command).unwrap();
    session.set_expect_timeout(Some(Duration::from_mins(1)));
    session.expect(prompt).unwrap();
    let time = begun.elapsed();
    let cpu = processor(&session.get_process().pid().to_string());
    session.send("\x04").unwrap();
    session.expect(Eof).unwrap();
    (time, cpu)
}

/// Processor time of a process so far, which a busy machine does not change; Linux tells it.
fn processor(process: &str) -> Duration {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let spent = |task: std::fs::DirEntry| -> Option<u64> {
        std::fs::read_to_string(task.path().join("schedstat")).ok()?.split(' ').next()?.parse().ok()
    };
    Duration::from_nanos(tasks.filter_map(spent).sum())
}

/// The first answer reads from the database, the others remember.
fn completion(path: &Path) {
    let session = Session::open(path, Access::ReadWrite, Library::embedded().unwrap()).unwrap();
    let mut slowest = (Duration::ZERO, Duration::ZERO);
    println!("| typed | candidates | first ms | of the processor | again ms |\n|---|---:|---:|---:|---:|");
    for typed in TYPED {
        let once = || {
            let (begun, spent) = (Instant::now(), processor("self"));
            let found = session.complete(typed, typed.len()).candidates.len();
            (found, begun.elapsed(), processor("self").saturating_sub(spent))
        };
        let (found, first, cpu) = once();
        let again = median((0..STARTS).map(|_| once().1).collect());
        slowest = (slowest.0.max(first), slowest.1.max(cpu));
        println!("| `{typed}` | {found} | {:.1} | {:.1} | {:.1} |", ms(first), ms(cpu), ms(again));
    }
    println!("slowest answer to Tab: {:.1} ms, of the processor {:.1} ms", ms(slowest.0), ms(slowest.1));
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
