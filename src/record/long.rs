//! Rows of a long table: one amount each, with its dimensions in columns of their own.

use super::{DocumentKind, Flow, Fund, Item, MoneyUnit, Nature, Period, RowRole, Scope, Stage, TableKind};

/// Which document a row is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LongDocument {
    /// Region, where a column says one.
    pub region: Option<String>,
    /// Department as printed, without white space.
    pub department: String,
    /// Its code as the first of its rows prints it.
    pub code: Option<String>,
    /// Fiscal year.
    pub fiscal_year: u16,
    /// Budget or final account.
    pub kind: DocumentKind,
    /// Department or unit.
    pub scope: Scope,
}

/// What a row is about beside its document and its project; many rows share one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the names are those of the columns of `fact`
pub struct LongSubject {
    pub table: TableKind,
    pub flow: Flow,
    pub role: RowRole,
    pub stage: Stage,
    pub period: Option<Period>,
    pub fund: Fund,
    pub nature: Nature,
    pub item: Option<Item>,
    pub function_code: Option<String>,
    pub economic_code: Option<String>,
    pub economic_gov_code: Option<String>,
}

/// A row that fits.
#[derive(Clone, Copy, Debug)]
pub struct LongRow<'a> {
    /// Sheet of a workbook, from 1.
    pub page: Option<u32>,
    /// Line of a text, row of a sheet, from 1.
    pub line: Option<u32>,
    /// Its number in the table, from 1.
    pub number: u32,
    /// Its document.
    pub document: &'a LongDocument,
    /// Number of that document among those of the table, from 0.
    pub document_no: usize,
    /// What it is about.
    pub subject: &'a LongSubject,
    /// Number of that subject among those of the table, from 0.
    pub subject_no: usize,
    /// Name of the project.
    pub project: Option<&'a str>,
    /// Code of the project.
    pub project_code: Option<&'a str>,
    /// Name of its code, where a column prints one.
    pub name: Option<&'a str>,
    /// The amount in hundredths of 元.
    pub cents: i64,
    /// The unit in which it is printed.
    pub unit: MoneyUnit,
    /// The amount as printed.
    pub printed: &'a str,
    /// With how many decimals it is printed, where it is printed plainly: `-1234.50`, without other signs, blanks or zeros.
    pub decimals: Option<u8>,
}
