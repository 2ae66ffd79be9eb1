//! What a column holds, read off its type and name.

use arrow::datatypes::{DataType, Schema};

use super::Unit;

/// How the values of a column are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// 元 with two decimals.
    Money,
    /// Hundredths of something.
    Percent,
    /// Any other number.
    Number,
    /// Everything else.
    Text,
}

/// A column of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

impl Column {
    pub(super) fn all(schema: &Schema) -> Vec<Self> {
        let column = |name: &str, data_type: &DataType| Self { name: name.to_owned(), kind: kind(name, data_type) };
        schema.fields().iter().map(|f| column(f.name(), f.data_type())).collect()
    }

    pub(super) fn is_numeric(&self) -> bool {
        self.kind != Kind::Text
    }

    /// The unit that belongs under the name.
    pub(super) fn unit(&self, unit: Unit) -> Option<&'static str> {
        (self.kind == Kind::Money).then(|| unit.name())
    }
}

fn kind(name: &str, data_type: &DataType) -> Kind {
    match data_type {
        t if t.is_numeric() && name.ends_with("_pct") => Kind::Percent,
        DataType::Decimal128(precision, 2) if *precision >= 18 => Kind::Money,
        t if t.is_numeric() => Kind::Number,
        _ => Kind::Text,
    }
}
