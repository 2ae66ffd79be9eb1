//! What a column holds: what the catalogue notes on the field, else its type and name.

use arrow::datatypes::{DataType, Field, Schema};

use super::Unit;

/// Key of a field's metadata: the unit that the header of a canned query names.
pub const UNIT: &str = "unit";
/// Key of a field's metadata: the column stays where a table has no room for all.
pub const MAIN: &str = "main";
/// Key of a field's metadata: what the header says of the column.
pub const MEANING: &str = "meaning";

/// How the values of a column are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// 元 with two decimals.
    Money,
    /// Hundredths of something.
    Percent,
    /// Hundredths by which something grew: with a sign.
    Growth,
    /// Any other number.
    Number,
    /// A number that names rather than counts: a year, a key, a page.
    Key,
    /// Everything else.
    Text,
}

/// A column of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// The unit that the catalogue names and that is neither money nor percent.
    noted: Option<String>,
    /// Whether it stays where there is no room for all.
    pub(super) is_main: bool,
    /// The Chinese term in what the catalogue says of it: `fiscal year (年度)`.
    pub(super) chinese: Option<String>,
}

/// The unit of a column as a header of a canned query names it.
#[must_use]
pub fn unit_of(field: &Field) -> &str {
    let noted = field.metadata().get(UNIT).map(String::as_str);
    let money = kind(field.name(), field.data_type(), noted) == Kind::Money;
    noted.unwrap_or(if money { "元" } else { "–" })
}

impl Column {
    pub(super) fn all(schema: &Schema) -> Vec<Self> {
        schema.fields().iter().map(|f| Self::of(f)).collect()
    }

    fn of(field: &Field) -> Self {
        let noted = field.metadata().get(UNIT).map(String::as_str);
        let kind = kind(field.name(), field.data_type(), noted);
        let other = noted.filter(|u| !matches!(*u, "" | "–" | "-" | "%" | "元") && kind == Kind::Number);
        let chinese = field.metadata().get(MEANING).and_then(|m| m.rsplit_once('(')?.1.split_once(')'));
        Self {
            name: field.name().clone(),
            kind,
            noted: other.map(str::to_owned),
            is_main: field.metadata().contains_key(MAIN),
            chinese: chinese.map(|(term, _)| term.to_owned()),
        }
    }

    /// A column of text that is made here.
    pub(super) fn text(name: &str) -> Self {
        Self { name: name.to_owned(), kind: Kind::Text, noted: None, is_main: false, chinese: None }
    }

    pub(super) fn is_numeric(&self) -> bool {
        self.kind != Kind::Text
    }

    /// The unit that belongs under the name.
    pub(super) fn unit(&self, unit: Unit) -> Option<&str> {
        match self.kind {
            Kind::Money => Some(unit.name()),
            _ => self.noted.as_deref(),
        }
    }

    /// The same where values stand without their sign of percent.
    pub(super) fn bare_unit(&self, unit: Unit) -> Option<&str> {
        match self.kind {
            Kind::Percent | Kind::Growth => Some("%"),
            _ => self.unit(unit),
        }
    }
}

fn kind(name: &str, data_type: &DataType, noted: Option<&str>) -> Kind {
    if !data_type.is_numeric() {
        return Kind::Text;
    }
    let percent = if is_growth(name) { Kind::Growth } else { Kind::Percent };
    match (noted, data_type) {
        (Some("%"), _) => percent,
        (Some("元"), _) if !data_type.is_integer() => Kind::Money,
        (None, _) if name.ends_with("_pct") => percent,
        // Sums of money are DECIMAL(38,2).
        (None, DataType::Decimal128(precision, 2)) if *precision >= 18 => Kind::Money,
        _ if data_type.is_integer() && is_key(name) => Kind::Key,
        _ => Kind::Number,
    }
}

fn is_growth(name: &str) -> bool {
    ["growth", "cagr", "variance", "change"].iter().any(|word| name.contains(word))
}

/// Years, keys and places are told apart by their names.
pub(super) fn is_key(name: &str) -> bool {
    let name = name.to_lowercase();
    let last = name.rsplit('_').next().unwrap_or(&name);
    is_year(&name) || matches!(last, "id" | "code" | "page" | "line" | "row" | "cell" | "key" | "no")
}

/// Whether a column is named as one of years.
pub(super) fn is_year(name: &str) -> bool {
    let name = name.to_lowercase();
    name == "year" || name.ends_with("_year") || ["年", "年度", "年份"].iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, data_type: DataType, unit: &str) -> Kind {
        let mut field = Field::new(name, data_type, true);
        if !unit.is_empty() {
            field.set_metadata([(UNIT.to_owned(), unit.to_owned())].into());
        }
        Column::of(&field).kind
    }

    #[test]
    fn the_catalogue_knows_before_the_type_does() {
        let money = DataType::Decimal128(18, 2);
        assert_eq!(of("amount", money.clone(), "元"), Kind::Money);
        assert_eq!(of("合计", DataType::Decimal128(38, 2), ""), Kind::Money);
        assert_eq!(of("lhs", money.clone(), "–"), Kind::Number);
        assert_eq!(of("share", money.clone(), "%"), Kind::Percent);
        assert_eq!(of("value", DataType::Decimal128(18, 4), ""), Kind::Number);
        assert_eq!(of("growth_pct", DataType::Float64, ""), Kind::Growth);
        assert_eq!(of("share_pct", DataType::Float64, "%"), Kind::Percent);
        assert_eq!(of("fiscal_year", DataType::Int32, "–"), Kind::Key);
        assert_eq!(of("年度", DataType::Int64, ""), Kind::Key);
        assert_eq!(of("departments", DataType::Int64, "–"), Kind::Number);
        assert_eq!(of("code", DataType::Utf8, ""), Kind::Text);
    }
}
