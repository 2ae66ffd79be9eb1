//! Typed arguments → SQL.

use rust_decimal::Decimal;

use crate::record::{sql_name, sql_text};

use super::{Param, ParamType, Query, QueryError, Shape, suggest};

/// Other names of parameters that an analyst would try; `by` alone is no name in SQL.
const CHINESE: [(&str, &str); 13] = [
    ("部门", "department"),
    ("单位", "department"),
    ("地区", "region"),
    ("区域", "region"),
    ("年度", "year"),
    ("年份", "year"),
    ("起始年度", "since"),
    ("级次", "level"),
    ("截止年度", "until"),
    ("口径", "grain"),
    ("指标", "measure"),
    ("分类", "axis"),
    ("by", "axis"),
];

/// A parameter with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given<'a> {
    /// The parameter.
    pub param: &'a Param,
    /// The value as typed.
    pub text: String,
    /// The value as SQL writes it.
    pub literal: String,
}

impl Query {
    /// The SQL that runs this query: values by position, or `name=value`.
    ///
    /// # Errors
    /// When a parameter is unknown or given twice, or a value is not of its type.
    pub fn call(&self, args: &[String]) -> Result<String, QueryError> {
        let values: Vec<String> =
            self.given_by(args)?.iter().map(|g| format!("{} := {}", identifier(&g.param.name), g.literal)).collect();
        let name = identifier(&self.name);
        Ok(match self.shape {
            Shape::View => format!("FROM {name}"),
            Shape::Macro => format!("FROM {name}({})", values.join(", ")),
        })
    }

    /// The values of a script's parameters, those left out by their defaults.
    ///
    /// # Errors
    /// When a parameter is unknown, given twice or missing, or a value is not of its type.
    pub fn bind(&self, args: &[String]) -> Result<Vec<Given<'_>>, QueryError> {
        let mut given = self.given_by(args)?;
        for param in &self.params {
            if given.iter().any(|g| g.param.name == param.name) {
                continue;
            }
            let Some(text) = param.default.clone() else {
                return Err(QueryError::Missing {
                    query: self.name.clone(),
                    name: param.name.clone(),
                    meaning: param.meaning.clone(),
                    example: param.kind.example(),
                });
            };
            let text = if text.eq_ignore_ascii_case("null") { String::new() } else { text };
            given.push(Given { param, literal: self.literal(param, &text)?, text });
        }
        Ok(given)
    }

    /// The values that the words of a call give.
    ///
    /// # Errors
    /// When a parameter is unknown or given twice, or a value is not of its type.
    pub fn given_by(&self, args: &[String]) -> Result<Vec<Given<'_>>, QueryError> {
        let mut given: Vec<(&Param, String)> = Vec::new();
        let mut all = Vec::new();
        for arg in args {
            let (param, value) = match self.named(arg)? {
                Some(pair) => pair,
                None => (self.next_free(&given, arg)?, arg.as_str()),
            };
            if given.iter().any(|(earlier, _)| earlier.name == param.name) {
                return Err(QueryError::Twice { query: self.name.clone(), name: param.name.clone() });
            }
            let literal = self.literal(param, value)?;
            given.push((param, literal.clone()));
            all.push(Given { param, text: value.to_owned(), literal });
        }
        Ok(all)
    }

    /// The parameter of that name or Chinese name.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&Param> {
        let name = name.strip_suffix(':').unwrap_or(name).trim();
        let english = CHINESE.iter().find(|(chinese, _)| *chinese == name).map_or(name, |(_, english)| english);
        let named = |name: &str| self.params.iter().find(|p| p.name.eq_ignore_ascii_case(name));
        // A script may call its own parameter 部门.
        named(name).or_else(|| named(english))
    }

    /// The parameters that these words give a value to; a word that is wrong gives none.
    #[must_use]
    pub fn given(&self, args: &[String]) -> Vec<(&Param, String)> {
        let mut given: Vec<(&Param, String)> = Vec::new();
        for arg in args {
            let pair = match self.named(arg) {
                Ok(Some((param, value))) => Some((param, value.to_owned())),
                Ok(None) => self.free(&given, arg).map(|param| (param, arg.clone())),
                Err(_) => None,
            };
            given.extend(pair);
        }
        given
    }

    /// The parameter that the next word would give a value to, if it is one without a name.
    #[must_use]
    pub fn takes_next(&self, args: &[String], typed: &str) -> Option<&Param> {
        let given = self.given(args);
        let begins_year = !typed.is_empty() && typed.bytes().all(|b| b.is_ascii_digit());
        let is_free = |p: &&Param| !given.iter().any(|(earlier, _)| earlier.name == p.name);
        let year = self.params.iter().find(|p| begins_year && p.kind == ParamType::Integer && is_free(p));
        year.or_else(|| self.free(&given, typed))
    }

    fn named<'a>(&self, arg: &'a str) -> Result<Option<(&Param, &'a str)>, QueryError> {
        let Some((name, value)) = arg.split_once(['=', '＝']) else {
            return Ok(None);
        };
        let name = name.strip_suffix(':').unwrap_or(name).trim();
        if let Some(param) = self.param(name) {
            return Ok(Some((param, value.trim())));
        }
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return Ok(None);
        }
        let names = self.params.iter().map(|p| p.name.as_str());
        Err(QueryError::UnknownParameter {
            query: self.name.clone(),
            name: name.to_owned(),
            suggestion: suggest(name, names).map(str::to_owned),
            takes: self.takes(),
        })
    }

    fn free(&self, given: &[(&Param, String)], value: &str) -> Option<&Param> {
        let is_free = |p: &&Param| !given.iter().any(|(earlier, _)| earlier.name == p.name);
        // `goals 财政局 2023`: a year goes where a whole number is wanted, whatever stands before it.
        let is_year = value.len() == 4 && value.bytes().all(|b| b.is_ascii_digit());
        let year = self.params.iter().find(|p| is_year && p.kind == ParamType::Integer && is_free(p));
        year.or_else(|| self.params.iter().find(is_free))
    }

    fn next_free(&self, given: &[(&Param, String)], value: &str) -> Result<&Param, QueryError> {
        self.free(given, value).ok_or_else(|| QueryError::TooMany {
            query: self.name.clone(),
            value: value.to_owned(),
            takes: self.takes(),
        })
    }

    fn takes(&self) -> String {
        if self.params.is_empty() {
            return "no parameter".to_owned();
        }
        self.params.iter().map(|p| format!("`{}`", p.name)).collect::<Vec<_>>().join(", ")
    }

    fn literal(&self, param: &Param, value: &str) -> Result<String, QueryError> {
        if value.is_empty() {
            return Ok("NULL".to_owned());
        }
        if let Some(choices) = param.choices().filter(|all| !all.iter().any(|c| c.starts_with(value))) {
            return Err(QueryError::Choice {
                query: self.name.clone(),
                name: param.name.clone(),
                value: value.to_owned(),
                suggestion: suggest(value, choices.iter().copied()).map(str::to_owned),
                choices: choices.join(", "),
            });
        }
        let (literal, expected) = match param.kind {
            ParamType::Varchar => return Ok(sql_text(value)),
            ParamType::Integer => (value.parse::<i64>().ok().map(|v| v.to_string()), "whole number"),
            ParamType::Decimal => (decimal(value), "number"),
            ParamType::Boolean => (boolean(value), "yes or no"),
        };
        let example = param.kind.example();
        literal.ok_or_else(|| QueryError::Value {
            query: self.name.clone(),
            name: param.name.clone(),
            value: value.to_owned(),
            expected,
            example,
        })
    }
}

fn decimal(value: &str) -> Option<String> {
    value.replace(',', "").parse::<Decimal>().ok().map(|v| v.to_string())
}

fn boolean(value: &str) -> Option<String> {
    match value.to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" | "是" => Some("true".to_owned()),
        "false" | "no" | "off" | "0" | "否" => Some("false".to_owned()),
        _ => None,
    }
}

/// A name as SQL reads it.
fn identifier(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if plain { name.to_owned() } else { sql_name(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn growth() -> Query {
        let text = "-- title: 支出增长 growth of spending\n-- param: department VARCHAR from=department | whose\n\
            -- param: since INTEGER | first year\n-- param: all BOOLEAN | units too\n\
            CREATE OR REPLACE MACRO growth(department := NULL, since := NULL) AS TABLE SELECT 1;";
        Query::parse("growth.sql", "growth", text).unwrap()
    }

    fn call(words: &str) -> String {
        let words = crate::query::split_words(words).unwrap();
        growth().call(&words).unwrap_or_else(|e| e.to_string())
    }

    #[test]
    fn values_by_position_and_by_name() {
        assert_eq!(call(""), "FROM growth()");
        assert_eq!(call("办公室 since=2019"), "FROM growth(department := '办公室', since := 2019)");
        assert_eq!(call("since=2019 \"O'Neill 局\""), "FROM growth(since := 2019, department := 'O''Neill 局')");
        assert_eq!(call("all=是 department="), "FROM growth(all := true, department := NULL)");
    }

    #[test]
    fn wrong_calls_tell_the_repair() {
        assert_eq!(call("sinse=2019"), "growth: unknown parameter `sinse`; did you mean `since`?");
        assert_eq!(call("since=新"), "growth: since: `新` is no whole number; write since=2024");
        assert_eq!(call("a since=1 since=2"), "growth: the parameter `since` is given twice; leave one out");
        assert!(call("a 1 true x").contains("one value too many; it takes `department`, `since`"));
    }
}
