//! What was typed.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::record::{DocumentKind, Scope};
use crate::render::{ChartSpec, Format, Unit};
use crate::session::{Limit, seconds};

use super::config;

/// Question Chinese government budget disclosures (部门预算, 部门决算).
#[derive(Debug, Parser)]
#[command(
    name = "yusuan",
    version,
    after_help = "Without a command the prompt opens on FILE or the default database.\n\
                  Exit code: 0 done, 1 a query or document failed, 2 wrong usage, 3 the database cannot be opened, 130 interrupted."
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) action: Option<Action>,
    /// Database to open the prompt on
    pub(super) file: Option<PathBuf>,
    /// Run TEXT instead of opening the prompt: commands, canned queries, SQL; may be given more than once
    #[arg(short, long = "command", value_name = "TEXT")]
    pub(super) commands: Vec<String>,
    #[command(flatten)]
    pub(super) global: Global,
}

/// Accepted before and after the command.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// Database file (default: the one `YUSUAN_DB` names, else budget.duckdb)
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) db: Option<PathBuf>,
    /// Format of results: table, csv, csv-bom, json, jsonl, md, line, html, xlsx, parquet, chart, svg
    #[arg(short, long, global = true, value_parser = format)]
    pub(super) format: Option<Word>,
    /// Write results to FILE
    #[arg(short, long, global = true, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Unit of money in tables: 元, 万元, 亿元
    #[arg(short, long, global = true, value_parser = unit)]
    pub(super) unit: Option<Unit>,
    /// Folder with more canned queries (*.sql)
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) queries: Vec<PathBuf>,
    /// Names that mean one department, as name,canonical[,region][,note] (default: aliases.csv beside your queries)
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) aliases: Option<PathBuf>,
    /// Open the database without the right to change it
    #[arg(long, global = true)]
    pub(super) read_only: bool,
    /// Most rows of a result, or off (default: a table shows the first 1000, data and files have all)
    #[arg(long, global = true, value_name = "ROWS", value_parser = limit)]
    pub(super) limit: Option<Limit>,
    /// Longest time of a statement
    #[arg(long, global = true, value_name = "SECONDS", value_parser = timeout)]
    pub(super) timeout: Option<Duration>,
    /// End a script at the first statement that fails
    #[arg(long, global = true)]
    pub(super) bail: bool,
    /// Draw results: "KIND X Y BY", as in "bar label amount"; with -o as .svg or .html
    #[arg(long, global = true, value_name = "SPEC", num_args = 0..=1, default_missing_value = "", require_equals = true, value_parser = ChartSpec::parse)]
    pub(super) chart: Option<ChartSpec>,
    /// Tell rows, time and whether rows were cut off as a line of JSON on standard error
    #[arg(long, global = true)]
    pub(super) stats: bool,
    /// What the file of settings says
    #[arg(skip)]
    pub(super) file: config::File,
}

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// Read documents into the database
    Ingest(Ingest),
    /// Run a canned query: `query growth 办公室 since=2019`
    Query {
        /// Its name, English or Chinese
        name: String,
        /// Values by position, or name=value
        #[arg(allow_negative_numbers = true)]
        args: Vec<String>,
    },
    /// List the canned queries
    Queries {
        /// Only those about WORD
        word: Option<String>,
    },
    /// Departments, the names they were found under and why those are one
    Departments {
        /// Values by position, or name=value: department, region
        args: Vec<String>,
    },
    /// Hold the numbers against each other: which identities hold, which break
    Check {
        /// Values by position, or name=value: department, region, year
        args: Vec<String>,
        /// Exit with 4 when an identity breaks
        #[arg(long)]
        strict: bool,
    },
    /// Where a figure comes from: `why 洛龙 2023 支出表 2010301 合计`
    Why {
        /// Values by position, or name=value: department, year, `in_table`, `in_row`, `in_column`, number, cell
        #[arg(required = true)]
        args: Vec<String>,
    },
    /// Run a pipeline: `frame 'from growth | filter growth_pct > 10 | head'`, or a saved one by name
    Frame {
        /// The pipeline, or a saved one's name with its values
        #[arg(required = true, allow_negative_numbers = true)]
        pipeline: Vec<String>,
    },
    /// Run SQL
    Sql {
        /// One or more statements
        text: String,
    },
    /// Run a script of commands, canned queries and SQL
    #[command(disable_help_flag = true, override_usage = "yusuan run [OPTIONS] SCRIPT [NAME=VALUE]...")]
    Run {
        /// The script, `-` for standard input
        script: Option<PathBuf>,
        /// Values of the parameters that its header declares
        #[arg(value_name = "NAME=VALUE", allow_negative_numbers = true)]
        args: Vec<String>,
        /// Tell what the script does and which parameters it takes; without a script, this help
        #[arg(short, long)]
        help: bool,
    },
    /// Write the whole database as a Fiscal Data Package (csv) and as parquet by region and year
    Export {
        /// A new folder
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
    },
    /// Write a synthetic corpus with its truth, to measure and test with
    Synth(Synth),
    /// Open the prompt
    Repl,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the man page
    Man,
    /// Show the settings and where each comes from
    Config {
        /// Write the file of settings, everything in it commented
        #[arg(long)]
        init: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct Ingest {
    /// Documents, long tables (csv, tsv, parquet, xlsx), directories of them, or patterns such as 'disclosures/**/*.pdf'
    #[arg(required = true)]
    pub(super) paths: Vec<PathBuf>,
    /// Documents read at once (default: one per core)
    #[arg(long, short)]
    pub(super) jobs: Option<NonZeroUsize>,
    /// What the columns of a long table mean: a TOML file, or a datapackage.json
    #[arg(long, value_name = "FILE")]
    pub(super) mapping: Option<PathBuf>,
    /// Tell the warnings of every document
    #[arg(long, short)]
    pub(super) verbose: bool,
    /// Department's name, where the document does not say it
    #[arg(long)]
    pub(super) department: Option<String>,
    /// Region's name
    #[arg(long)]
    pub(super) region: Option<String>,
    /// Fiscal year
    #[arg(long, value_parser = clap::value_parser!(u16).range(1949..=2100))]
    pub(super) year: Option<u16>,
    /// budget (部门预算) or `final_account` (部门决算)
    #[arg(long, value_parser = kind)]
    pub(super) kind: Option<DocumentKind>,
    /// department (部门) or unit (单位)
    #[arg(long, value_parser = scope)]
    pub(super) scope: Option<Scope>,
}

/// A corpus of fictitious departments; the same arguments give the same bytes. `--format` text and pdf: documents in
/// the publishers' layouts; csv and parquet: one long table. `-o DIR`: where, by default `synth`.
#[derive(Debug, Args)]
pub(super) struct Synth {
    /// Number of departments
    #[arg(long)]
    pub(super) departments: usize,
    /// Fiscal years, as 2019..2025
    #[arg(long, value_parser = years)]
    pub(super) years: (u16, u16),
    /// Another seed, another corpus
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,
    /// Share of documents that are damaged as converters and printers do, from 0 to 1
    #[arg(long, default_value_t = 0.0, value_parser = probability)]
    pub(super) flaws: f64,
}

/// `2019..2025`, `2019-2025` or one year.
fn years(text: &str) -> Result<(u16, u16), String> {
    let (from, to) = text.split_once("..").or_else(|| text.split_once('-')).unwrap_or((text, text));
    let year = |text: &str| text.trim_matches(['=', ' ']).parse::<u16>().ok().filter(|y| (1949..=2100).contains(y));
    match (year(from), year(to)) {
        (Some(from), Some(to)) if from <= to => Ok((from, to)),
        _ => Err("write two years, the earlier first: 2019..2025".to_owned()),
    }
}

fn probability(text: &str) -> Result<f64, String> {
    let value = text.parse().ok().filter(|p| (0.0..=1.0).contains(p));
    value.ok_or_else(|| "use a number from 0 to 1".to_owned())
}

/// What `--format` says: a format of results, or one that only documents are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A format of results.
    Result(Format),
    /// Text in a publisher's layout, for `synth`.
    Text,
    /// PDF in a publisher's layout, for `synth`.
    Pdf,
}

impl Word {
    /// The format of results.
    pub(super) fn result(self) -> Option<Format> {
        if let Self::Result(format) = self { Some(format) } else { None }
    }
}

fn format(text: &str) -> Result<Word, String> {
    match text {
        "text" | "txt" => Ok(Word::Text),
        "pdf" => Ok(Word::Pdf),
        _ => Format::parse(text).map(Word::Result).ok_or_else(formats),
    }
}

/// The formats of results.
pub(super) fn formats() -> String {
    format!("use one of {}", Format::ALL.map(Format::name).join(", "))
}

fn timeout(text: &str) -> Result<Duration, String> {
    seconds(text).ok_or_else(|| "write a number of seconds, as in --timeout 30".to_owned())
}

fn limit(text: &str) -> Result<Limit, String> {
    let limit = Limit::parse(text).filter(|_| text != "0");
    limit.ok_or_else(|| "write a number of rows, or off: --limit 5000".to_owned())
}

fn unit(text: &str) -> Result<Unit, String> {
    Unit::parse(text).ok_or_else(|| format!("use one of {}", Unit::ALL.map(Unit::name).join(", ")))
}

fn kind(text: &str) -> Result<DocumentKind, String> {
    DocumentKind::parse(text).ok_or_else(|| choices(DocumentKind::ALL.iter().map(|k| (k.id(), k.chinese()))))
}

fn scope(text: &str) -> Result<Scope, String> {
    Scope::parse(text).ok_or_else(|| choices(Scope::ALL.iter().map(|k| (k.id(), k.chinese()))))
}

fn choices(all: impl Iterator<Item = (&'static str, &'static str)>) -> String {
    let all: Vec<String> = all.map(|(id, chinese)| format!("{id} ({chinese})")).collect();
    format!("use one of {}", all.join(", "))
}
