//! Saved pipelines: files that hold a frame pipeline with a header, called by name.

use std::fmt::Write as _;

use crate::record::sql_text;

use super::{ParamType, QueryError, suggest};

/// A parameter of a saved pipeline: `$name` in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: ParamType,
    /// The value where none is given.
    pub default: String,
    /// What it does.
    pub meaning: String,
}

/// A saved pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pipeline {
    /// The name of its file.
    pub name: String,
    /// One line for people; its first word is a second name.
    pub title: String,
    /// What it answers.
    pub about: String,
    /// Parameters in order.
    pub settings: Vec<Setting>,
    /// Calls that work.
    pub examples: Vec<String>,
    /// The stages.
    pub text: String,
}

impl Pipeline {
    /// Reads a file; `file` names it in errors, `name` is the file's stem.
    ///
    /// # Errors
    /// When a header line is not well formed or there is no pipeline.
    pub fn parse(file: &str, name: &str, text: &str) -> Result<Self, QueryError> {
        let fail =
            |line: usize, cause: &str| QueryError::Header { file: file.to_owned(), line, cause: cause.to_owned() };
        let mut pipeline = Self { name: name.to_owned(), ..Self::default() };
        let mut header = true;
        for (number, line) in text.lines().enumerate() {
            let comment = line.trim_start().strip_prefix("--");
            let Some(comment) = comment.filter(|_| header) else {
                header = header && line.trim().is_empty();
                pipeline.text.push_str(line);
                pipeline.text.push('\n');
                continue;
            };
            let Some((key, value)) = comment.trim().split_once(": ") else { continue };
            match key {
                "title" => value.clone_into(&mut pipeline.title),
                "about" => {
                    let gap = if pipeline.about.is_empty() { "" } else { " " };
                    pipeline.about = format!("{}{gap}{value}", pipeline.about);
                }
                "param" => {
                    let setting = setting(value)
                        .ok_or_else(|| fail(number + 1, "write `-- param: name TYPE = default | meaning`"))?;
                    pipeline.settings.push(setting);
                }
                "example" => pipeline.examples.push(value.to_owned()),
                other => return Err(fail(number + 1, &format!("unknown header `{other}`"))),
            }
        }
        pipeline.text = pipeline.text.trim().trim_end_matches(';').to_owned();
        if pipeline.title.is_empty() {
            return Err(fail(1, "a pipeline needs `-- title:`"));
        }
        if pipeline.text.is_empty() {
            return Err(fail(text.lines().count(), "there is no pipeline under the header"));
        }
        Ok(pipeline)
    }

    /// The Chinese name: the first word of the title, where it is not ASCII.
    #[must_use]
    pub fn alias(&self) -> Option<&str> {
        self.title.split_whitespace().next().filter(|word| !word.is_ascii())
    }

    /// Name and parameters.
    #[must_use]
    pub fn usage(&self) -> String {
        let settings = self.settings.iter().map(|s| format!(" [{}={}]", s.name, s.default));
        std::iter::once(self.name.clone()).chain(settings).collect()
    }

    /// All that its header tells, and the pipeline.
    #[must_use]
    pub fn help(&self) -> String {
        let mut text = format!("{}\n  {}\n  {}\n", self.usage(), self.title, self.about);
        for setting in &self.settings {
            let _ =
                writeln!(text, "  {} {} = {}  {}", setting.name, setting.kind.name(), setting.default, setting.meaning);
        }
        for example in &self.examples {
            let _ = writeln!(text, "example: {example}");
        }
        let _ = writeln!(text, "\n{}", self.text);
        text
    }

    /// The stages with the values put in: by position, or `name=value`.
    ///
    /// # Errors
    /// When a parameter is unknown or a value not of its type.
    pub fn call(&self, args: &[String]) -> Result<String, QueryError> {
        let mut values: Vec<String> = self.settings.iter().map(|s| s.default.clone()).collect();
        let mut next = 0;
        for arg in args {
            let named = arg.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
            let at = if let Some((name, _)) = named {
                self.settings.iter().position(|s| s.name == name).ok_or_else(|| {
                    let all = self.settings.iter().map(|s| s.name.as_str());
                    QueryError::UnknownParameter {
                        query: self.name.clone(),
                        name: name.to_owned(),
                        suggestion: suggest(name, all).map(str::to_owned),
                        takes: self.takes(),
                    }
                })?
            } else {
                next += 1;
                next - 1
            };
            let value = named.map_or(arg.as_str(), |(_, value)| value);
            let slot = values.get_mut(at).ok_or_else(|| QueryError::TooMany {
                query: self.name.clone(),
                value: arg.clone(),
                takes: self.takes(),
            })?;
            value.clone_into(slot);
        }
        // Long names first: `$years` is not `$year` and an s.
        let mut pairs: Vec<(&Setting, String)> = self.settings.iter().zip(values).collect();
        pairs.sort_by_key(|(s, _)| std::cmp::Reverse(s.name.len()));
        let mut text = self.text.clone();
        for (setting, value) in pairs {
            text = text.replace(&format!("${}", setting.name), &self.literal(setting, &value)?);
        }
        Ok(text)
    }

    fn takes(&self) -> String {
        match self.settings.as_slice() {
            [] => "no parameter".to_owned(),
            all => all.iter().map(|s| format!("`{}`", s.name)).collect::<Vec<_>>().join(", "),
        }
    }

    fn literal(&self, setting: &Setting, value: &str) -> Result<String, QueryError> {
        let (good, expected, example) = match setting.kind {
            ParamType::Varchar => return Ok(sql_text(value)),
            ParamType::Integer => (value.parse::<i64>().is_ok(), "whole number", "3"),
            ParamType::Decimal => (value.parse::<rust_decimal::Decimal>().is_ok(), "number", "3.5"),
            ParamType::Boolean => (matches!(value, "true" | "false"), "yes or no", "true"),
        };
        if good {
            return Ok(value.to_owned());
        }
        let (query, name, value) = (self.name.clone(), setting.name.clone(), value.to_owned());
        Err(QueryError::Value { query, name, value, expected, example })
    }
}

fn setting(text: &str) -> Option<Setting> {
    let (declared, meaning) = text.split_once('|')?;
    let (declared, default) = declared.split_once('=')?;
    let mut words = declared.split_whitespace();
    let (name, kind) = (words.next()?.to_owned(), ParamType::parse(words.next()?)?);
    Some(Setting { name, kind, default: default.trim().to_owned(), meaning: meaning.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "-- title: 连升 Rising\n-- about: What rises.\n-- param: year INTEGER = 2023 | last year\n\
        -- param: years INTEGER = 3 | so long\n-- param: who VARCHAR = | whose\n\nfrom growth department=$who\n  | filter n >= $years AND y = $year;\n";

    #[test]
    fn values_take_the_place_of_their_names() {
        let pipeline = Pipeline::parse("x.frame", "rising", TEXT).unwrap();
        assert_eq!(pipeline.alias(), Some("连升"));
        let call = |words: &str| {
            let words = crate::query::split_words(words).unwrap();
            pipeline.call(&words).unwrap_or_else(|e| e.to_string())
        };
        assert_eq!(call(""), "from growth department=''\n  | filter n >= 3 AND y = 2023");
        assert_eq!(call("2024 \"who=O'N\" years=2"), "from growth department='O''N'\n  | filter n >= 2 AND y = 2024");
        assert!(call("yers=2").contains("did you mean `years`?"));
        assert!(call("year=x").contains("is no whole number"));
        assert!(call("1 2 3 4").contains("one value too many"));
    }

    #[test]
    fn a_file_without_pipeline_is_refused() {
        assert!(Pipeline::parse("x.frame", "x", "-- title: x\n").is_err());
        assert!(Pipeline::parse("x.frame", "x", "from growth").is_err());
        assert!(Pipeline::parse("x.frame", "x", "-- title: x\n-- colour: red\nfrom growth").is_err());
    }
}
