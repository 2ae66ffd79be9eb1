//! Pipelines of frames on ten million rows, beside the same steps in Python polars and in DuckDB's SQL, all on one
//! parquet file in one run; and how fast rows cross from DuckDB to polars, beside copying as many bytes.
//!
//! usage: frame [ROWS] [PYTHON]   (10000000, `python3` with polars; without it the column stays empty)

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use yusuan::frame::{Context, Effect, Frames};
use yusuan::query::Library;
use yusuan::store::{Outcome, Store};

/// Name, pipeline, SQL, the column whose sum is compared; `{}` is the file.
const PIPELINES: [(&str, &str, &str, &str); 5] = [
    (
        "sums",
        "from '{}' | agg SUM(amount) AS s, COUNT(*) AS n by department, fiscal_year | sort department, fiscal_year",
        "SELECT department, fiscal_year, sum(amount) AS s, count(*) AS n FROM '{}' GROUP BY ALL ORDER BY 1, 2",
        "s",
    ),
    (
        "top",
        "from '{}' | filter fiscal_year >= 2020, nature = 'project' | agg SUM(amount) AS s by code | sort s desc | head 20",
        "SELECT code, sum(amount) AS s FROM '{}' WHERE fiscal_year >= 2020 AND nature = 'project' GROUP BY code ORDER BY s DESC LIMIT 20",
        "s",
    ),
    (
        "growth",
        "from '{}' | agg SUM(amount) AS s by department, fiscal_year | growth s by department over fiscal_year as r",
        "SELECT *, CASE WHEN lag(s) OVER w > 0 AND fiscal_year = lag(fiscal_year) OVER w + 1
                        THEN (s - lag(s) OVER w)::DOUBLE / (lag(s) OVER w)::DOUBLE END AS r
         FROM (SELECT department, fiscal_year, sum(amount) AS s FROM '{}' GROUP BY ALL)
         WINDOW w AS (PARTITION BY department ORDER BY fiscal_year)",
        "s",
    ),
    (
        "share",
        "from '{}' | agg SUM(amount) AS s by region, department, fiscal_year | share s by region, fiscal_year as p \
         | rank s by region, fiscal_year as place | filter place <= 3",
        "SELECT *, s::DOUBLE / (sum(s) OVER w)::DOUBLE AS p, rank() OVER (PARTITION BY region, fiscal_year ORDER BY s DESC) AS place
         FROM (SELECT region, department, fiscal_year, sum(amount) AS s FROM '{}' GROUP BY ALL)
         WINDOW w AS (PARTITION BY region, fiscal_year) QUALIFY place <= 3",
        "s",
    ),
    (
        "pivot",
        "from '{}' | pivot SUM(amount) by code on fiscal_year",
        "PIVOT (SELECT code, fiscal_year, amount FROM '{}') ON fiscal_year USING sum(amount) GROUP BY code",
        "2024",
    ),
];

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    if let [mode, name, file] = args.as_slice() {
        // A process of its own, for its memory.
        let (frame, sql) = texts(name, Path::new(file));
        let store = Store::in_memory().unwrap();
        let ran = if mode == "frame" { by_frame(&store, &frame) } else { by_sql(&store, &sql) };
        println!("{} {}", ran.rows(), peak());
        return;
    }
    let rows: u64 = args.first().and_then(|a| a.parse().ok()).unwrap_or(10_000_000);
    let python = args.get(1).cloned().unwrap_or_else(|| "python3".to_owned());
    let file = std::env::temp_dir().join(format!("yusuan-bench-{rows}.parquet"));
    if !file.exists() {
        make(rows, &file);
    }
    crossing(&file);
    println!(
        "\n{rows} rows, {} MB of parquet; processor seconds, least of three runs\n",
        std::fs::metadata(&file).unwrap().len() / 1_000_000
    );
    println!(
        "| pipeline | frame | DuckDB SQL | polars (Python) | frame ÷ SQL | frame ÷ polars | peak memory frame / SQL / polars |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|");
    let peers = python_peers(&python, &file, None);
    for (name, .., checked) in PIPELINES {
        let (frame, sql) = texts(name, &file);
        let (mut by, mut with) = (f64::MAX, f64::MAX);
        let mut sums = Vec::new();
        for _ in 0..3 {
            let store = Store::in_memory().unwrap();
            let start = processor();
            let a = by_frame(&store, &frame);
            by = by.min(processor() - start);
            let start = processor();
            let b = by_sql(&store, &sql);
            with = with.min(processor() - start);
            sums = vec![(a.rows(), total(&a, checked)), (b.rows(), total(&b, checked))];
        }
        let peer = peers.get(name);
        if let Some(peer) = peer {
            sums.push((peer.rows, peer.sum));
        }
        assert!(
            sums.windows(2).all(|w| w[0].0 == w[1].0 && (w[0].1 - w[1].1).abs() <= 1e-12 * w[0].1.abs()),
            "{name}: {sums:?}"
        );
        let memory = [
            own(&["frame", name], &file),
            own(&["sql", name], &file),
            python_peers(&python, &file, Some(name)).get(name).map_or(0, |p| p.peak),
        ];
        let ratio = |other: Option<f64>| other.map_or_else(|| "–".to_owned(), |o| format!("{:.2}", by / o));
        println!(
            "| {name} | {:.3} s | {:.3} s | {} | {} | {} | {} / {} / {} MB |",
            by,
            with,
            peer.map_or_else(|| "–".to_owned(), |p| format!("{:.3} s", p.seconds)),
            ratio(Some(with)),
            ratio(peer.map(|p| p.seconds)),
            memory[0],
            memory[1],
            memory[2],
        );
    }
}

/// Ten years, five hundred departments, functional codes, exact amounts: the same rows on every machine.
fn make(rows: u64, file: &Path) {
    let sql = format!(
        "COPY (SELECT '部门' || (range * 7919 % 500) AS department, '地区' || (range * 7919 % 500 % 20) AS region,
                      CAST(2015 + range // 500 % 10 AS INTEGER) AS fiscal_year, CAST(2010101 + (range * 104729) % 200 AS VARCHAR) AS code,
                      CASE WHEN range % 3 = 0 THEN 'project' ELSE 'basic' END AS nature,
                      CAST((range * 15485863 % 1000000007) / 100 AS DECIMAL(18,2)) AS amount
               FROM range({rows})) TO '{}' (FORMAT parquet)",
        file.display()
    );
    Store::in_memory().unwrap().run(&sql).unwrap();
}

fn texts(name: &str, file: &Path) -> (String, String) {
    let (_, frame, sql, _) = PIPELINES.iter().find(|p| p.0 == name).unwrap();
    let path = file.display().to_string();
    (frame.replace("{}", &path), sql.replace("{}", &path))
}

fn by_frame(store: &Store, pipeline: &str) -> Outcome {
    let library = Library::default();
    let context = Context { store, library: &library, last: None };
    let effects = Frames::default().run(pipeline, context, &|| false).unwrap();
    let rows = effects.into_iter().find_map(|e| if let Effect::Rows(rows) = e { Some(rows) } else { None });
    rows.unwrap()
}

fn by_sql(store: &Store, sql: &str) -> Outcome {
    store.run(sql).unwrap()
}

fn total(outcome: &Outcome, column: &str) -> f64 {
    let at = outcome.position(column).unwrap();
    outcome.texts().iter().filter_map(|row| row[at].parse::<f64>().ok()).sum()
}

/// All columns of the table in DuckDB's memory → a frame of polars, and copying as many bytes.
fn crossing(file: &Path) {
    let store = Store::in_memory().unwrap();
    store.run(&format!("CREATE TABLE f AS FROM '{}'", file.display())).unwrap();
    for (what, sql) in [("numbers", "SELECT fiscal_year, amount FROM f"), ("all columns", "FROM f")] {
        let (mut least, mut copied, mut bytes) = (f64::MAX, f64::MAX, 0);
        for _ in 0..3 {
            let start = processor();
            let frame = store.frame(sql).unwrap();
            least = least.min(processor() - start);
            bytes = frame.estimated_size();
            drop(frame);
            let source = vec![1_u8; bytes];
            let mut target = vec![0_u8; bytes];
            let start = processor();
            for _ in 0..COPIES {
                std::hint::black_box(&mut target).copy_from_slice(std::hint::black_box(&source));
            }
            copied = copied.min((processor() - start) / f64::from(COPIES));
            assert_eq!(std::hint::black_box(&target).len(), bytes);
        }
        #[allow(clippy::cast_precision_loss, reason = "a rate is rounded when it is shown")]
        let rate = |seconds: f64| bytes as f64 / seconds / 1e9;
        println!(
            "crossing DuckDB → polars, {what}: {:.2} GB in {:.3} s = {:.2} GB/s; memcpy {:.2} GB/s; ratio {:.3}",
            rate(1.0),
            least,
            rate(least),
            rate(copied),
            rate(least) / rate(copied)
        );
    }
}

/// Times that bytes are copied to see how long one copy takes.
const COPIES: u32 = 10;

/// Seconds of processor time that this process has taken, all threads together: other work on the machine does not
/// change it much.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    // After the name: user and system time are the 12th and 13th, in hundredths of a second.
    fields.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Peak memory of this process in MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|n| n.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn own(args: &[&str], file: &Path) -> u64 {
    let output = Command::new(std::env::current_exe().unwrap()).args(args).arg(file).output().unwrap();
    String::from_utf8_lossy(&output.stdout).split_whitespace().last().and_then(|n| n.parse().ok()).unwrap_or(0)
}

struct Peer {
    seconds: f64,
    rows: usize,
    sum: f64,
    peak: u64,
}

/// What `peers/frame.py` measured.
fn python_peers(python: &str, file: &Path, only: Option<&str>) -> BTreeMap<String, Peer> {
    let script: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/frame.py");
    let Ok(output) = Command::new(python).arg(script).arg(file).args(only).output() else { return BTreeMap::new() };
    if !output.status.success() {
        println!("(no Python polars: {})", String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default());
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let peer = |line: &str| {
        let mut words = line.split_whitespace();
        let name = words.next()?.to_owned();
        let mut number = || words.next()?.parse::<f64>().ok();
        let (seconds, rows, sum, peak) = (number()?, number()?, number()?, number()?);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts")]
        let peer = Peer { seconds, rows: rows as usize, sum, peak: peak as u64 };
        Some((name, peer))
    };
    text.lines().filter_map(peer).collect()
}
