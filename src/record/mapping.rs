//! How the columns of a long table are called, and what they mean: `data/columns.toml` knows common names, a file of
//! the user's or the description of a data package says others.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{MoneyUnit, fold_width, squash};

/// What a column may say of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names are those of the database's columns
pub enum Field {
    FiscalYear,
    Region,
    Department,
    DepartmentCode,
    Kind,
    Scope,
    Table,
    Flow,
    Role,
    Period,
    FunctionCode,
    FunctionName,
    EconomicCode,
    EconomicName,
    EconomicGovCode,
    Project,
    ProjectCode,
    Fund,
    Nature,
    Item,
    Amount,
    Unit,
}

/// Which column says what, and what holds for every row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// Columns by their names in the file.
    pub columns: BTreeMap<Field, String>,
    /// What no column says.
    pub values: BTreeMap<Field, String>,
}

/// Why a mapping cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// The file is not well formed.
    #[error(
        "{0}; write [columns] with lines such as amount = \"金额\", and [values] with lines such as unit = \"万元\""
    )]
    Form(String),
    /// It says nothing.
    #[error("the mapping names no column; write [columns] with fiscal_year, department and amount")]
    Empty,
    /// A column that the table does not have.
    #[error("the mapping names the column `{column}`, which the table does not have; it has {}", known.join(", "))]
    NoSuchColumn {
        /// The name in the mapping.
        column: String,
        /// The table's columns.
        known: Vec<String>,
    },
    /// What every fact needs is said by no column and no value.
    #[error("nothing says the {what}; name its column in a mapping (--mapping FILE.toml); the table has {}", known.join(", "))]
    Lacks {
        /// `fiscal year`, `department` or `amount`.
        what: &'static str,
        /// The table's columns.
        known: Vec<String>,
    },
    /// A file of another kind.
    #[error(
        "a mapping speaks of a table in csv, tsv, parquet or xlsx, which this file is not; save it as one of these, or \
         ingest it without --mapping"
    )]
    NoTable,
    /// A value that is none of its kind.
    #[error("`{value}` is no {what}")]
    Value {
        /// The value.
        value: String,
        /// What it should be.
        what: &'static str,
    },
}

#[derive(Deserialize)]
struct Known {
    field: Vec<KnownField>,
}

#[derive(Deserialize)]
struct KnownField {
    id: Field,
    names: Vec<String>,
    column_types: Vec<String>,
}

fn known() -> &'static [KnownField] {
    #[allow(clippy::expect_used)] // the file is part of the program; every test reads it
    static KNOWN: LazyLock<Known> = LazyLock::new(|| {
        toml::from_str(include_str!("../../data/columns.toml")).expect("data/columns.toml is well formed")
    });
    &KNOWN.field
}

/// A column's name for comparison.
fn plain(name: &str) -> String {
    squash(&fold_width(name)).replace(['_', '"'], "").to_lowercase()
}

impl Field {
    /// The field that a column of this name says.
    #[must_use]
    pub fn named(column: &str) -> Option<Self> {
        let column = plain(column);
        known().iter().find(|field| field.names.contains(&column)).map(|field| field.id)
    }

    /// The field that a column of this type of the Fiscal Data Package says.
    #[must_use]
    pub fn of_column_type(column_type: &str) -> Option<Self> {
        known().iter().find(|field| field.column_types.iter().any(|t| t == column_type)).map(|field| field.id)
    }

    /// The type of the Fiscal Data Package that says it best.
    #[must_use]
    pub fn column_type(self) -> Option<&'static str> {
        known().iter().find(|field| field.id == self)?.column_types.first().map(String::as_str)
    }
}

impl Mapping {
    /// Reads a mapping: TOML with `[columns]` (field = "column") and `[values]` (field = "what holds for every row").
    ///
    /// # Errors
    /// When it is not well formed or names no column.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            #[serde(default)]
            columns: BTreeMap<Field, String>,
            #[serde(default)]
            values: BTreeMap<Field, toml::Value>,
        }
        let file: File = toml::from_str(text).map_err(|error| MappingError::Form(error.message().to_owned()))?;
        if file.columns.is_empty() {
            return Err(MappingError::Empty);
        }
        let value = |value: toml::Value| match value {
            toml::Value::String(text) => text,
            other => other.to_string(),
        };
        Ok(Self { columns: file.columns, values: file.values.into_iter().map(|(f, v)| (f, value(v))).collect() })
    }

    /// What the names of columns say by themselves; the first of several columns counts.
    #[must_use]
    pub fn by_names(columns: &[String]) -> Self {
        let mut mapping = Self::default();
        for column in columns {
            if let Some(field) = Field::named(column) {
                mapping.columns.entry(field).or_insert_with(|| column.clone());
            }
        }
        // 金额(万元) says its unit.
        if let Some(unit) = mapping.columns.get(&Field::Amount).and_then(|name| unit_in(name))
            && !mapping.columns.contains_key(&Field::Unit)
        {
            mapping.values.insert(Field::Unit, unit.name().to_owned());
        }
        // 决算数 says that these are final accounts, 预算数 that they are budgets.
        if let Some(amount) = mapping.columns.get(&Field::Amount)
            && !mapping.columns.contains_key(&Field::Kind)
        {
            let kind =
                [("决算", "final_account"), ("预算", "budget")].into_iter().find(|(word, _)| amount.contains(word));
            mapping.values.extend(kind.map(|(_, kind)| (Field::Kind, kind.to_owned())));
        }
        mapping
    }

    /// The columns of a table that it says nothing of.
    pub fn unread<'a>(&self, columns: &'a [String]) -> Vec<&'a str> {
        let is_read = |column: &&String| self.columns.values().any(|read| read == *column);
        columns.iter().filter(|column| !is_read(column)).map(String::as_str).collect()
    }

    /// Whether it says what every fact needs: year, department and amount.
    ///
    /// # Errors
    /// Which of them it does not say.
    pub fn check(&self, columns: &[String]) -> Result<(), MappingError> {
        for column in self.columns.values() {
            if !columns.contains(column) {
                return Err(MappingError::NoSuchColumn { column: column.clone(), known: columns.to_vec() });
            }
        }
        let says = |field: Field| self.columns.contains_key(&field) || self.values.contains_key(&field);
        for (field, what) in
            [(Field::FiscalYear, "fiscal year"), (Field::Department, "department"), (Field::Amount, "amount")]
        {
            if !says(field) {
                return Err(MappingError::Lacks { what, known: columns.to_vec() });
            }
        }
        if let Some(unit) = self.values.get(&Field::Unit)
            && MoneyUnit::parse(unit).is_none()
        {
            return Err(MappingError::Value {
                value: unit.clone(), what: "unit of money (元, 千元, 万元, 亿元)"
            });
        }
        Ok(())
    }
}

/// The unit in a column's name.
fn unit_in(name: &str) -> Option<MoneyUnit> {
    let name = fold_width(name);
    let (_, rest) = name.split_once('(')?;
    MoneyUnit::parse(rest.trim_end_matches(')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(columns: &[&str]) -> Vec<String> {
        columns.iter().map(|&c| c.to_owned()).collect()
    }

    #[test]
    fn names_in_both_languages_say_what_columns_mean() {
        let columns = names(&["预算年度", "部门名称", "功能科目编码", "资金性质", "金额（万元）", "备注"]);
        let mapping = Mapping::by_names(&columns);
        assert_eq!(mapping.columns.len(), 5);
        assert_eq!(mapping.values[&Field::Unit], "万元");
        assert_eq!(mapping.check(&columns), Ok(()));
        assert_eq!(mapping.unread(&columns), ["备注"]);
        let accounts = names(&["年度", "部门", "决算数(万元)"]);
        assert_eq!(Mapping::by_names(&accounts).values[&Field::Kind], "final_account");
        let english = names(&["Fiscal Year", "DEPARTMENT", "economic_code", "Amount"]);
        assert_eq!(Mapping::by_names(&english).check(&english), Ok(()));
    }

    #[test]
    fn a_mapping_that_cannot_work_says_why() {
        assert_eq!(Mapping::parse("[values]\nunit = \"元\""), Err(MappingError::Empty));
        let error = Mapping::parse("[columns]\nyaer = \"a\"").unwrap_err().to_string();
        assert!(error.contains("yaer"), "{error}");
        let mapping =
            Mapping::parse("[columns]\namount = \"数\"\ndepartment = \"谁\"\n[values]\nfiscal_year = 2023").unwrap();
        assert_eq!(mapping.check(&names(&["谁", "数"])), Ok(()));
        let error = mapping.check(&names(&["谁", "量"])).unwrap_err().to_string();
        assert!(error.contains("`数`") && error.contains("量"), "{error}");
        let error =
            Mapping::by_names(&names(&["年度", "金额"])).check(&names(&["年度", "金额"])).unwrap_err().to_string();
        assert!(error.contains("department"), "{error}");
    }

    #[test]
    fn the_types_of_the_fiscal_data_package_are_known() {
        assert_eq!(Field::of_column_type("date:fiscal-year"), Some(Field::FiscalYear));
        assert_eq!(Field::Amount.column_type(), Some("value"));
        assert_eq!(Field::of_column_type("date:generic"), None);
    }
}
