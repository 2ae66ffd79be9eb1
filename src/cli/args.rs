//! What was typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::record::{DocumentKind, Scope};
use crate::render::{Format, Unit};

/// Question Chinese government budget disclosures (部门预算, 部门决算).
#[derive(Debug, Parser)]
#[command(
    name = "yusuan",
    version,
    subcommand_precedence_over_arg = true,
    after_help = "Without a command the prompt opens on FILE or the default database.\n\
                  Exit code: 0 done, 1 a query or document failed, 2 wrong usage, 3 the database cannot be opened, 130 interrupted."
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) action: Option<Action>,
    /// Database to open the prompt on
    pub(super) file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) global: Global,
}

/// Accepted before and after the command.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// Database file (default: the one `YUSUAN_DB` names, else budget.duckdb)
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) db: Option<PathBuf>,
    /// Format of results: table, csv, json, jsonl, md, line
    #[arg(short, long, global = true, value_parser = format)]
    pub(super) format: Option<Format>,
    /// Write results to FILE
    #[arg(short, long, global = true, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Unit of money in tables: 元, 万元, 亿元
    #[arg(long, global = true, value_parser = unit)]
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
    /// Run SQL
    Sql {
        /// One or more statements
        text: String,
    },
    /// Run a script of commands, canned queries and SQL
    Run {
        /// The script, `-` for standard input
        script: PathBuf,
    },
    /// Open the prompt
    Repl,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Debug, Args)]
pub(super) struct Ingest {
    /// Documents, directories of documents, or patterns such as 'disclosures/**/*.pdf'
    #[arg(required = true)]
    pub(super) paths: Vec<PathBuf>,
    /// Documents read at once (default: one per core)
    #[arg(long, short)]
    pub(super) jobs: Option<std::num::NonZeroUsize>,
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

fn format(text: &str) -> Result<Format, String> {
    Format::parse(text).ok_or_else(|| format!("use one of {}", Format::ALL.map(Format::name).join(", ")))
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
