//! A disclosure as records: what the recognition hands to the store.

use std::cmp::Ordering;
use std::sync::Arc;

use compact_str::CompactString;
use rust_decimal::Decimal;

use super::{Diagnostic, Dimensions, DocumentKind, MoneyUnit, Place, Scope, TableKind, TableState};

/// The file a disclosure was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceInfo {
    /// Path as given.
    pub path: String,
    /// SHA-256 of the bytes, hexadecimal.
    pub sha256: String,
    /// `text`, `pdf`, …
    pub format: &'static str,
    /// Number of pages of a paged document.
    pub pages: Option<u32>,
    /// Number of lines of a text.
    pub lines: Option<u32>,
    /// Names of the sheets of a workbook; a page is a sheet.
    pub sheets: Vec<String>,
}

impl SourceInfo {
    /// A place in words: `page 3, line 12, column 4`, in a workbook `sheet 收支总表, E12`.
    #[must_use]
    pub fn place(&self, place: Place) -> String {
        let sheet = place.page.and_then(|n| self.sheets.get(n.checked_sub(1)? as usize));
        let Some(sheet) = sheet else { return place.to_string() };
        match (place.line, place.column) {
            (Some(row), 0) => format!("sheet {sheet}, row {row}"),
            (Some(row), column) => format!("sheet {sheet}, {}{row}", column_letters(column)),
            (None, 0) => format!("sheet {sheet}"),
            (None, column) => format!("sheet {sheet}, column {}", column_letters(column)),
        }
    }
}

/// A column as workbooks name it: A, …, Z, AA, ….
fn column_letters(mut column: u32) -> String {
    let mut letters = Vec::new();
    while column > 0 {
        column -= 1;
        letters.push(char::from_digit(10 + column % 26, 36).unwrap_or('?').to_ascii_uppercase());
        column /= 26;
    }
    letters.iter().rev().collect()
}

/// Which part of a disclosure a file holds: some departments publish tables and narrative apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Narrative and tables.
    Whole,
    /// Tables only.
    Tables,
    /// Narrative only.
    Narrative,
}

impl Part {
    /// The identifier used in the database.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Tables => "tables",
            Self::Narrative => "narrative",
        }
    }
}

/// A department as a document names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Department {
    /// Canonical name: the printed one without white space.
    pub name: String,
    /// Its code within its region (`110`), where printed.
    pub code: Option<String>,
    /// Region by name (`洛阳市洛龙区`), read off the department's name.
    pub region: Option<String>,
    /// Region code after GB/T 2260 (`410311`), read off project codes.
    pub region_code: Option<String>,
}

/// What a document says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The department.
    pub department: Department,
    /// Fiscal year (预算年度).
    pub fiscal_year: u16,
    /// Budget or final account.
    pub kind: DocumentKind,
    /// Department or unit.
    pub scope: Scope,
    /// Title as printed on the cover.
    pub title: String,
}

/// A cell that holds a value, exactly as printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellRecord {
    /// Where it stands.
    pub place: Place,
    /// Code of its row as printed, parts joined (`2010301`, `30102/50101`).
    pub row_code: CompactString,
    /// Label of its row as printed, without white space.
    pub row_name: Arc<str>,
    /// Header path, levels joined by `/`.
    pub column_path: Arc<str>,
    /// The text, verbatim but for markup.
    pub text: CompactString,
    /// Its reading as an amount, if it has a certain one.
    pub fact: Option<Fact>,
    /// Its reading as a performance indicator's value.
    pub indicator: Option<Indicator>,
}

/// The reading of a numeric cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    /// 元, at most two decimals.
    pub amount: Decimal,
    /// Flow, fund, nature, … of the amount.
    pub dimensions: Dimensions,
    /// Functional classification (功能分类), 3, 5 or 7 digits.
    pub function_code: Option<CompactString>,
    /// Departmental economic classification (部门预算经济分类), 3 or 5 digits.
    pub economic_code: Option<CompactString>,
    /// Government economic classification (政府预算经济分类), 3 or 5 digits.
    pub economic_gov_code: Option<CompactString>,
    /// Index into [`Disclosure::projects`].
    pub project: Option<usize>,
    /// Index into [`Disclosure::units`].
    pub unit: Option<usize>,
}

/// A performance indicator's value (绩效指标值).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Indicator {
    /// Index into [`Disclosure::projects`]; `None` for the whole department.
    pub project: Option<usize>,
    /// 一级指标
    pub level1: String,
    /// 二级指标
    pub level2: String,
    /// 三级指标
    pub level3: String,
    /// `≤`, `≥`, `=`, `<`, `>`, `≈`, where one is printed or said.
    pub operator: Option<&'static str>,
    /// The number, in `unit`.
    pub value: Option<Decimal>,
    /// `%`, `天`, `万元`, …
    pub unit: Option<String>,
    /// 指标值说明
    pub note: String,
}

/// A project that the document names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectRef {
    /// Name as first printed, without white space.
    pub name: String,
    /// Code as printed.
    pub code_printed: Option<String>,
    /// Code with its lost zeros restored.
    pub code: Option<String>,
    /// 其他运转类, 特定目标类, … as printed.
    pub project_type: Option<String>,
}

/// A department or unit row of the revenue and expenditure tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitRow {
    /// Code as printed.
    pub code: String,
    /// Name without white space.
    pub name: String,
}

/// One recognised table with all its pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRecord {
    /// Which table it is.
    pub kind: TableKind,
    /// Its title as printed.
    pub title: String,
    /// Where the title stands.
    pub place: Place,
    /// The unit its money stands in, and the text that says so.
    pub unit: Option<(MoneyUnit, String)>,
    /// With data, printed empty, or announced and missing.
    pub state: TableState,
    /// Remark printed under it (备注).
    pub remark: String,
    /// Its value cells in order.
    pub cells: Vec<CellRecord>,
}

/// What a growth statement compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaseKind {
    /// 上年预算数
    Budget,
    /// 上年预算执行数
    Execution,
    /// 上年决算数
    FinalAccount,
    /// The sentence does not say.
    Unspecified,
}

impl BaseKind {
    /// The identifier used in the database.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Budget => "budget",
            Self::Execution => "execution",
            Self::FinalAccount => "final_account",
            Self::Unspecified => "unspecified",
        }
    }
}

/// What the narrative states about one subject: never mixed with what is computed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// Where the statement begins.
    pub place: Place,
    /// `total`, `basic`, `three_public`, … (see `data/lexicon.toml`).
    pub subject: String,
    /// 元
    pub amount: Option<Decimal>,
    /// 元, negative for a decrease.
    pub change: Option<Decimal>,
    /// Percent, negative for a decrease.
    pub growth_pct: Option<Decimal>,
    /// Percent of `share_of`.
    pub share_pct: Option<Decimal>,
    /// Subject that the share is of.
    pub share_of: Option<String>,
    /// Number of projects, vehicles, …
    pub count: Option<i64>,
    /// The year compared with.
    pub base_year: Option<u16>,
    /// What of that year.
    pub base_kind: Option<BaseKind>,
    /// The figure compared with, where it is stated, in 元.
    pub base_amount: Option<Decimal>,
    /// The year's own budget that a final account is measured by (年初预算), in 元.
    pub budget_amount: Option<Decimal>,
    /// Percent of its budget that was carried out, as stated (完成预算的98%).
    pub completion_pct: Option<Decimal>,
    /// What the sentence calls the account against that budget: 决算数大于, 等于 or 小于预算数.
    pub against_budget: Option<Ordering>,
    /// The sentence as printed, page breaks removed.
    pub sentence: String,
}

impl Claim {
    /// Whether it states nothing yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.amount.is_none()
            && self.change.is_none()
            && self.growth_pct.is_none()
            && self.share_pct.is_none()
            && self.count.is_none()
            && self.budget_amount.is_none()
            && self.completion_pct.is_none()
    }
}

/// Everything read from one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosure {
    /// The file.
    pub source: SourceInfo,
    /// Department, year, kind, scope.
    pub header: Header,
    /// Which part of the disclosure the file holds.
    pub part: Part,
    /// Tables in order, the missing ones last.
    pub tables: Vec<TableRecord>,
    /// Statements of the narrative in order.
    pub claims: Vec<Claim>,
    /// Projects in order of first mention.
    pub projects: Vec<ProjectRef>,
    /// Department and unit rows in order of first mention.
    pub units: Vec<UnitRow>,
    /// Diagnostics in order of discovery.
    pub diagnostics: Vec<Diagnostic>,
}

impl Disclosure {
    /// Number of amounts read with certainty.
    #[must_use]
    pub fn fact_count(&self) -> usize {
        self.tables.iter().flat_map(|t| &t.cells).filter(|c| c.fact.is_some()).count()
    }
}
