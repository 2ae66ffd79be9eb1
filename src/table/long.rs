//! Rows of a long table → amounts with their dimensions, or the reason why a row does not fit.
//!
//! Rows beside each other are much alike, and few combinations of dimensions occur: what was made of a document's or a subject's
//! texts is remembered by these texts.

use rust_decimal::Decimal;

use crate::record::{
    DocumentKind, Field, Flow, Fund, Item, LongDocument, LongRow, LongSubject, Lookup, Mapping, MoneyUnit, Nature,
    NumberError, Period, RowRole, Scope, TableKind, parse_number, squash,
};
use crate::source::Record;

/// Why a row is no amount.
pub type Refusal = String;

/// Where the text of a field comes from.
#[derive(Clone, Debug)]
enum Said {
    Column(usize),
    Value(String),
}

/// The fields that say which document a row is of.
const OF_DOCUMENT: [Field; 5] = [Field::Region, Field::Department, Field::FiscalYear, Field::Kind, Field::Scope];

/// The fields that say what a row is about, beside the kind of its document.
const OF_SUBJECT: [Field; 10] = [
    Field::Table,
    Field::Flow,
    Field::Role,
    Field::Period,
    Field::Fund,
    Field::Nature,
    Field::Item,
    Field::FunctionCode,
    Field::EconomicCode,
    Field::EconomicGovCode,
];

/// Numbers by the texts that they were made of.
type Known = Lookup<Vec<u8>, usize>;

/// Reads the rows of one long table.
#[derive(Debug)]
pub struct LongReader {
    columns: usize,
    of_document: [Option<Said>; 5],
    of_subject: [Option<Said>; 10],
    amount: Option<Said>,
    unit: Option<Said>,
    project: Option<Said>,
    project_code: Option<Said>,
    department_code: Option<Said>,
    function_name: Option<Said>,
    economic_name: Option<Said>,
    documents: Vec<LongDocument>,
    subjects: Vec<LongSubject>,
    known_documents: Known,
    known_subjects: Known,
    /// The texts of the last row's document and subject, and what they are.
    last_document: (Vec<u8>, Option<usize>),
    last_subject: (Vec<u8>, Option<usize>),
    last_unit: (String, Option<MoneyUnit>),
    key: Vec<u8>,
}

impl LongReader {
    /// A reader of tables with these columns; the mapping was checked against them.
    #[must_use]
    pub fn new(mapping: &Mapping, columns: &[String]) -> Self {
        let said = |field: Field| {
            let column = mapping.columns.get(&field).and_then(|name| columns.iter().position(|column| column == name));
            column.map(Said::Column).or_else(|| mapping.values.get(&field).cloned().map(Said::Value))
        };
        Self {
            columns: columns.len(),
            of_document: OF_DOCUMENT.map(said),
            of_subject: OF_SUBJECT.map(said),
            amount: said(Field::Amount),
            unit: said(Field::Unit),
            project: said(Field::Project),
            project_code: said(Field::ProjectCode),
            department_code: said(Field::DepartmentCode),
            function_name: said(Field::FunctionName),
            economic_name: said(Field::EconomicName),
            documents: Vec::new(),
            subjects: Vec::new(),
            known_documents: Known::default(),
            known_subjects: Known::default(),
            last_document: (Vec::new(), None),
            last_subject: (Vec::new(), None),
            last_unit: (String::new(), None),
            key: Vec::new(),
        }
    }

    /// Reads a row.
    ///
    /// # Errors
    /// Why it does not fit.
    pub fn read<'a>(&'a mut self, record: &Record<'a>) -> Result<LongRow<'a>, Refusal> {
        if !record.is_text {
            return Err("the row has bytes that are no characters of the file's encoding".to_owned());
        }
        if record.len() != self.columns {
            return Err(format!("the row has {} fields, the head {}", record.len(), self.columns));
        }
        let document_no = self.document(record)?;
        let unit = self.unit(record)?;
        let subject_no = self.subject(record, document_no)?;
        let printed = text(self.amount.as_ref(), record).ok_or("the amount is missing")?;
        let (cents, decimals) = cents(printed, unit)?;
        let (Some(document), Some(subject)) = (self.documents.get(document_no), self.subjects.get(subject_no)) else {
            return Err("the row has no document".to_owned());
        };
        Ok(LongRow {
            page: record.page,
            line: record.line,
            number: record.number,
            document,
            document_no,
            subject,
            subject_no,
            project: text(self.project.as_ref(), record),
            project_code: text(self.project_code.as_ref(), record),
            name: self.name(record),
            cents,
            unit,
            printed,
            decimals,
        })
    }

    /// The name of its code, if a column prints one.
    fn name<'a>(&'a self, record: &Record<'a>) -> Option<&'a str> {
        [&self.function_name, &self.economic_name].into_iter().find_map(|said| text(said.as_ref(), record))
    }

    fn document(&mut self, record: &Record<'_>) -> Result<usize, Refusal> {
        key(&mut self.key, &self.of_document, record);
        if let (last, Some(document)) = &self.last_document
            && *last == self.key
        {
            return Ok(*document);
        }
        let found = if let Some(found) = self.known_documents.get(&self.key) {
            *found
        } else {
            self.documents.push(self.new_document(record)?);
            self.known_documents.insert(self.key.clone(), self.documents.len() - 1);
            self.documents.len() - 1
        };
        self.last_document.0.clone_from(&self.key);
        self.last_document.1 = Some(found);
        Ok(found)
    }

    fn new_document(&self, record: &Record<'_>) -> Result<LongDocument, Refusal> {
        let [region, department, year, kind, scope] =
            self.of_document.each_ref().map(|said| text(said.as_ref(), record));
        let kinds = [
            ("部门预算", DocumentKind::Budget),
            ("年初预算", DocumentKind::Budget),
            ("approved", DocumentKind::Budget),
            ("部门决算", DocumentKind::FinalAccount),
            ("executed", DocumentKind::FinalAccount),
            ("actual", DocumentKind::FinalAccount),
        ];
        Ok(LongDocument {
            fiscal_year: year.and_then(fiscal_year).ok_or("the fiscal year is missing or no year")?,
            department: squash(department.ok_or("the department is missing")?).into_owned(),
            region: region.map(|region| squash(region).into_owned()),
            code: text(self.department_code.as_ref(), record).map(str::to_owned),
            kind: listed("kind", kind, DocumentKind::parse, &kinds)?.unwrap_or(DocumentKind::Budget),
            scope: listed("scope", scope, Scope::parse, &[])?.unwrap_or(Scope::Department),
        })
    }

    /// 元 and 万元 are ten thousand apart: it is never guessed.
    fn unit(&mut self, record: &Record<'_>) -> Result<MoneyUnit, Refusal> {
        let said = text(self.unit.as_ref(), record).unwrap_or_default();
        if self.last_unit.0 != said || self.last_unit.1.is_none() {
            self.last_unit = (said.to_owned(), MoneyUnit::parse(said));
        }
        let nothing = if said.is_empty() { "nothing" } else { said };
        self.last_unit.1.ok_or_else(|| format!("unit: {nothing} is no unit of money"))
    }

    fn subject(&mut self, record: &Record<'_>, document: usize) -> Result<usize, Refusal> {
        let has_project = text(self.project.as_ref(), record).is_some();
        let is_total = self.name(record).is_none_or(|name| ["合计", "总计"].contains(&name));
        let kind = self.documents.get(document).map_or(DocumentKind::Budget, |document| document.kind);
        key(&mut self.key, &self.of_subject, record);
        self.key.extend([u8::from(kind == DocumentKind::Budget), u8::from(has_project), u8::from(is_total)]);
        if let (last, Some(subject)) = &self.last_subject
            && *last == self.key
        {
            return Ok(*subject);
        }
        let found = if let Some(found) = self.known_subjects.get(&self.key) {
            *found
        } else {
            self.subjects.push(self.new_subject(record, kind, has_project, is_total)?);
            self.known_subjects.insert(self.key.clone(), self.subjects.len() - 1);
            self.subjects.len() - 1
        };
        self.last_subject.0.clone_from(&self.key);
        self.last_subject.1 = Some(found);
        Ok(found)
    }

    fn new_subject(
        &self,
        record: &Record<'_>,
        kind: DocumentKind,
        has_project: bool,
        is_total: bool,
    ) -> Result<LongSubject, Refusal> {
        let [table, flow, role, period, fund, nature, item, function, economic, economic_gov] =
            self.of_subject.each_ref().map(|said| text(said.as_ref(), record));
        let flows = [("expense", Flow::Expenditure), ("spending", Flow::Expenditure), ("income", Flow::Revenue)];
        let funds = [
            ("政府性基金", Fund::GovernmentFund),
            ("国有资本经营", Fund::StateCapital),
            ("财政专户", Fund::SpecialAccount),
            ("合计", Fund::Total),
            ("一般公共预算拨款", Fund::GeneralPublic),
        ];
        let natures = [("合计", Nature::Total), ("基本", Nature::Basic), ("项目", Nature::Project)];
        let table = listed("table_kind", table, TableKind::parse, &[])?;
        let flow = listed("flow", flow, Flow::parse, &flows)?;
        let role = listed("role", role, RowRole::parse, &[])?;
        let period = listed("period", period, Period::parse, &[])?;
        let fund = listed("fund", fund, Fund::parse, &funds)?;
        let nature = listed("nature", nature, Nature::parse, &natures)?;
        let item = listed("item", item, Item::parse, &[])?;
        // The table follows from what a row has.
        let table = table.unwrap_or(match (function, fund) {
            _ if has_project => TableKind::ProjectExpenditure,
            _ if item.is_some() => TableKind::ThreePublic,
            _ if flow == Some(Flow::Revenue) => TableKind::Revenue,
            _ if economic.is_some() && nature == Some(Nature::Basic) => TableKind::GeneralPublicBasicExpenditure,
            _ if economic.is_some() => TableKind::EconomicClassificationSummary,
            (Some(_), Some(Fund::GeneralPublic)) => TableKind::GeneralPublicExpenditure,
            (Some(_), Some(Fund::GovernmentFund)) => TableKind::GovernmentFundExpenditure,
            (Some(_), Some(Fund::StateCapital)) => TableKind::StateCapitalExpenditure,
            _ => TableKind::Expenditure,
        });
        let is_plain = function.is_none() && economic.is_none() && !has_project && is_total;
        let has_totals =
            matches!(table, TableKind::Expenditure | TableKind::Revenue | TableKind::RevenueExpenditureSummary);
        Ok(LongSubject {
            table,
            flow: flow.unwrap_or(if table == TableKind::Revenue { Flow::Revenue } else { Flow::Expenditure }),
            role: role.unwrap_or(if has_totals && is_plain { RowRole::Total } else { RowRole::Detail }),
            stage: kind.stage(),
            period,
            fund: fund.unwrap_or(match table {
                TableKind::GeneralPublicExpenditure
                | TableKind::GeneralPublicBasicExpenditure
                | TableKind::ThreePublic => Fund::GeneralPublic,
                TableKind::GovernmentFundExpenditure => Fund::GovernmentFund,
                TableKind::StateCapitalExpenditure => Fund::StateCapital,
                _ => Fund::Total,
            }),
            nature: nature.unwrap_or(match table {
                TableKind::ProjectExpenditure => Nature::Project,
                TableKind::GeneralPublicBasicExpenditure => Nature::Basic,
                _ => Nature::Total,
            }),
            item,
            function_code: function.map(str::to_owned),
            economic_code: economic.map(str::to_owned),
            economic_gov_code: economic_gov.map(str::to_owned),
        })
    }
}

/// What a row says of a field, without white space around it.
fn text<'a>(said: Option<&'a Said>, record: &Record<'a>) -> Option<&'a str> {
    let text = match said? {
        Said::Column(at) => record.field(*at)?,
        Said::Value(value) => value,
    };
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// The texts of some columns, by which what was made of them is remembered.
fn key(key: &mut Vec<u8>, fields: &[Option<Said>], record: &Record<'_>) {
    key.clear();
    for said in fields {
        if let Some(Said::Column(at)) = said {
            key.extend_from_slice(record.field(*at).unwrap_or_default().as_bytes());
        }
        // No text has this byte.
        key.push(0xFF);
    }
}

fn fiscal_year(said: &str) -> Option<u16> {
    let (digits, rest) = said.split_at_checked(4)?;
    if !rest.is_empty() && !rest.starts_with(['年', '-']) {
        return None;
    }
    digits.parse().ok().filter(|year| digits.bytes().all(|b| b.is_ascii_digit()) && (1949..=2100).contains(year))
}

/// A value of a closed list, by identifier, Chinese term or other words; `None` where nothing is said.
fn listed<T: Copy>(
    what: &str,
    said: Option<&str>,
    parse: fn(&str) -> Option<T>,
    words: &[(&str, T)],
) -> Result<Option<T>, Refusal> {
    let Some(said) = said else { return Ok(None) };
    let lower = said.to_lowercase();
    let by_word = || words.iter().find(|(word, _)| *word == lower).map(|(_, value)| *value);
    let found = parse(said).or_else(|| parse(&lower)).or_else(by_word);
    found.map(Some).ok_or_else(|| format!("{what}: {said} is not known"))
}

/// A printed amount in hundredths of 元, and its decimals where it is printed plainly. Nothing is rounded.
fn cents(printed: &str, unit: MoneyUnit) -> Result<(i64, Option<u8>), Refusal> {
    const ODD: &str = "the amount does not fit 元 with two decimals";
    if let Some(plain) = Plain::parse(printed) {
        let shift = scale_digits(unit) + 2;
        let cents = if let Some(zeros) = shift.checked_sub(plain.decimals) {
            10_i64.checked_pow(zeros).and_then(|power| plain.mantissa.checked_mul(power))
        } else {
            // More decimals than 分: zeros only.
            let power = 10_i64.checked_pow(plain.decimals - shift);
            power.filter(|power| plain.mantissa % power == 0).map(|power| plain.mantissa / power)
        };
        let cents = cents.filter(|cents| cents.abs() < 1_000_000_000_000_000_000).ok_or(ODD)?;
        return Ok((cents, plain.as_printed()));
    }
    // Separators and signs, full width, or more digits than plain amounts have.
    let printed = printed.strip_prefix('.').map_or_else(|| printed.to_owned(), |digits| format!("0.{digits}"));
    let number = match parse_number(&printed.replace('，', ",")) {
        Ok(Some(number)) => number,
        Ok(None) => return Err("the amount is missing".to_owned()),
        Err(NumberError::Grouping) => {
            return Err("the amount has thousands separators at wrong places, so that digits may be missing".to_owned());
        }
        Err(_) => return Err("the amount is no number".to_owned()),
    };
    let mut yuan = unit.to_yuan(number).ok_or(ODD)? * Decimal::ONE_HUNDRED;
    yuan.rescale(0);
    i64::try_from(yuan.mantissa()).map(|cents| (cents, None)).map_err(|_| ODD.to_owned())
}

/// How many zeros a unit has.
fn scale_digits(unit: MoneyUnit) -> u32 {
    match unit {
        MoneyUnit::Yuan => 0,
        MoneyUnit::Thousand => 3,
        MoneyUnit::TenThousand => 4,
        MoneyUnit::Million => 6,
        MoneyUnit::HundredMillion => 8,
    }
}

/// Digits with a point and a sign.
#[derive(Clone, Copy, Debug)]
struct Plain {
    mantissa: i64,
    decimals: u32,
    /// Whether nothing but its value and its decimals is needed to print it again.
    is_normal: bool,
}

impl Plain {
    fn parse(text: &str) -> Option<Self> {
        let (is_negative, digits) = match text.as_bytes() {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        // As many digits fit 64 bits.
        if digits.len() > 19 || !digits.first()?.is_ascii_digit() {
            return None;
        }
        let (mut mantissa, mut point) = (0_i64, None);
        for (at, byte) in digits.iter().enumerate() {
            match byte {
                b'0'..=b'9' => mantissa = mantissa.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?,
                b'.' if point.is_none() && at + 1 < digits.len() => point = Some(at),
                _ => return None,
            }
        }
        let whole = point.unwrap_or(digits.len());
        let decimals = u32::try_from(digits.len() - point.map_or(digits.len(), |at| at + 1)).ok()?;
        let has_no_zeros = whole == 1 || digits.first() != Some(&b'0');
        let is_normal = has_no_zeros && !(is_negative && mantissa == 0) && mantissa < 1_000_000_000_000_000_000;
        Some(Self { mantissa: if is_negative { -mantissa } else { mantissa }, decimals, is_normal })
    }

    /// Its decimals, where the database prints it as it stands.
    fn as_printed(self) -> Option<u8> {
        u8::try_from(self.decimals).ok().filter(|decimals| self.is_normal && *decimals <= 6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use MoneyUnit::{HundredMillion, TenThousand, Yuan};

    #[test]
    fn amounts_are_exact_and_told_whether_they_are_plain() {
        for (printed, unit, expected) in [
            ("8778.64", TenThousand, (8_778_640_000, Some(2))),
            ("8778.640", TenThousand, (8_778_640_000, Some(3))),
            ("-7.5", HundredMillion, (-75_000_000_000, Some(1))),
            ("0", Yuan, (0, Some(0))),
            ("0.10", Yuan, (10, Some(2))),
            ("9999999999999999.99", Yuan, (999_999_999_999_999_999, Some(2))),
            ("8.2500000", Yuan, (825, None)),
            ("007", Yuan, (700, None)),
            ("-0.00", Yuan, (0, None)),
            (".5", TenThousand, (500_000, None)),
            ("+3", Yuan, (300, None)),
            ("1,234.56", Yuan, (123_456, None)),
        ] {
            assert_eq!(cents(printed, unit), Ok(expected), "{printed}");
        }
    }

    #[test]
    fn what_is_no_exact_amount_is_refused() {
        for (printed, reason) in [
            ("0.005", "fit"),
            ("12345678901234567", "fit"),
            ("99999999999999999999999999999999999999", "no number"),
            ("1e3", "no number"),
            ("1_000", "no number"),
            ("5.", "no number"),
            ("1.2.3", "no number"),
            ("12,50", "separators"),
            ("—", "missing"),
        ] {
            let told = cents(printed, Yuan).unwrap_err();
            assert!(told.contains(reason), "{printed}: {told}");
        }
    }

    #[test]
    fn a_year_may_be_followed_by_more() {
        assert_eq!(["2023", "2023年", "2023-01-01"].map(fiscal_year), [Some(2023); 3]);
        assert_eq!(["20x3", "202", "20234", "1023", "二〇二三"].map(fiscal_year), [None; 5]);
    }
}
