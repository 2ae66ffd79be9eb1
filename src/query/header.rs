//! The comment header of a query file.

use std::sync::LazyLock;

use regex::Regex;

use super::QueryError;

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamType {
    /// A whole number.
    Integer,
    /// Text.
    Varchar,
    /// True or false.
    Boolean,
    /// A number with decimals.
    Decimal,
}

impl ParamType {
    /// The SQL name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Integer => "INTEGER",
            Self::Varchar => "VARCHAR",
            Self::Boolean => "BOOLEAN",
            Self::Decimal => "DECIMAL",
        }
    }

    /// A good value.
    pub(super) fn example(self) -> &'static str {
        match self {
            Self::Integer => "2024",
            Self::Varchar => "财政局",
            Self::Boolean => "true",
            Self::Decimal => "0.5",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_uppercase().as_str() {
            "INTEGER" | "INT" | "BIGINT" | "SMALLINT" | "USMALLINT" => Some(Self::Integer),
            "VARCHAR" | "TEXT" | "STRING" => Some(Self::Varchar),
            "BOOLEAN" | "BOOL" => Some(Self::Boolean),
            "DOUBLE" | "FLOAT" | "NUMERIC" => Some(Self::Decimal),
            other if other.starts_with("DECIMAL") => Some(Self::Decimal),
            _ => None,
        }
    }
}

/// A parameter of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: ParamType,
    /// Where its legal values come from: `department`, `region`, `year`, …
    pub from: Option<String>,
    /// The value where none is given.
    pub default: Option<String>,
    /// Whether a value must be given: a script's parameter without a default.
    pub required: bool,
    /// What it does.
    pub meaning: String,
}

impl Param {
    /// The values that the header lists, if it lists them.
    #[must_use]
    pub fn choices(&self) -> Option<Vec<&str>> {
        self.from.as_deref().filter(|from| from.contains(',')).map(|from| from.split(',').collect())
    }
}

/// A column of a query's result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnNote {
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// What it means.
    pub meaning: String,
}

/// What a query is in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A table macro, called with parentheses.
    Macro,
    /// A view.
    View,
}

/// A canned query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The name of the macro or view, and of the file.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// What it answers.
    pub about: String,
    /// Parameters in order.
    pub params: Vec<Param>,
    /// Columns of the result.
    pub columns: Vec<ColumnNote>,
    /// The chart that suits.
    pub chart: Option<String>,
    /// Columns that stay where a table has no room for all: the answer, and what it must not be read without.
    pub main: Vec<String>,
    /// What the column of trends shows: values, years, and the columns that tell series apart.
    pub trend: Option<String>,
    /// Whether its rows stand in order of the department's name and those of a department depend on it alone.
    pub by_department: bool,
    /// The parameter with which it is not so.
    pub unless: Option<String>,
    /// Calls that work.
    pub examples: Vec<String>,
    /// Macro or view.
    pub shape: Shape,
    /// The definition.
    pub sql: String,
}

impl Query {
    /// Reads a query file; `file` names it in errors, `name` is the file's stem.
    ///
    /// # Errors
    /// When a header line is not well formed or the file does not define `name`.
    pub fn parse(file: &str, name: &str, text: &str) -> Result<Self, QueryError> {
        let shape = shape(file, name, text)?;
        let query = Self { shape, sql: text.to_owned(), ..Self::header(file, name, text)? };
        if query.title.is_empty() {
            let cause = "no title; begin the file with `-- title: …`".to_owned();
            return Err(QueryError::Header { file: file.to_owned(), line: 1, cause });
        }
        Ok(query)
    }

    /// Reads the header of a script, which defines nothing.
    ///
    /// # Errors
    /// When a header line is not well formed.
    pub fn script(file: &str, text: &str) -> Result<Self, QueryError> {
        let mut header = Self::header(file, file, text)?;
        for param in &mut header.params {
            param.required = param.default.is_none();
        }
        Ok(header)
    }

    fn header(file: &str, name: &str, text: &str) -> Result<Self, QueryError> {
        let mut query = Self {
            name: name.to_owned(),
            title: String::new(),
            about: String::new(),
            params: Vec::new(),
            columns: Vec::new(),
            chart: None,
            trend: None,
            main: Vec::new(),
            by_department: false,
            unless: None,
            examples: Vec::new(),
            shape: Shape::View,
            sql: String::new(),
        };
        for (i, line) in text.lines().enumerate() {
            let line = line.trim().trim_start_matches('\u{feff}');
            let Some(comment) = line.strip_prefix("--") else {
                if line.is_empty() {
                    continue;
                }
                break;
            };
            let fail = |cause: String| QueryError::Header { file: file.to_owned(), line: i + 1, cause };
            query.take(comment.trim()).map_err(fail)?;
        }
        Ok(query)
    }

    fn take(&mut self, comment: &str) -> Result<(), String> {
        let Some((key, value)) = comment.split_once(':') else {
            return Ok(());
        };
        let value = value.trim();
        match key.trim() {
            "title" => value.clone_into(&mut self.title),
            "about" if self.about.is_empty() => value.clone_into(&mut self.about),
            "about" => {
                self.about.push('\n');
                self.about.push_str(value);
            }
            "param" => self.params.push(param(value)?),
            "column" => self.columns.push(column(value)?),
            "chart" => self.chart = Some(value.to_owned()),
            "main" => self.main = value.split_whitespace().map(str::to_owned).collect(),
            "trend" => self.trend = Some(value.to_owned()),
            "order" => {
                let mut words = value.split_whitespace();
                self.by_department = words.next() == Some("department");
                self.unless = words.next_back().map(str::to_owned);
            }
            "example" => self.examples.push(value.to_owned()),
            _ => {}
        }
        Ok(())
    }

    /// The first word of the title, a second name.
    #[must_use]
    pub fn alias(&self) -> Option<&str> {
        let end = |c: char| c.is_whitespace() || matches!(c, ':' | '：' | ',' | '，' | '(' | '（' | ';' | '；');
        self.title.split(end).next().filter(|word| !word.is_empty())
    }

    /// `growth [department=…] [since=…]`
    #[must_use]
    pub fn usage(&self) -> String {
        let mut usage = self.name.clone();
        for Param { name, default, required, .. } in &self.params {
            let value = default.as_deref().unwrap_or("…");
            let (open, close) = if *required { ("", "") } else { ("[", "]") };
            usage.push_str(&[" ", open, name, "=", value, close].concat());
        }
        usage
    }

    /// Everything the header says, for `.help NAME`.
    #[must_use]
    pub fn help(&self) -> String {
        use std::fmt::Write as _;
        let mut out = format!("{}\n  {}\n", self.usage(), self.title);
        for line in self.about.lines() {
            let _ = writeln!(out, "  {line}");
        }
        if !self.params.is_empty() {
            out.push_str("parameters\n");
        }
        for param in &self.params {
            let default = param.default.as_ref().map(|d| format!(" = {d}")).unwrap_or_default();
            let choices = param.choices().map(|c| format!(" ({})", c.join(", "))).unwrap_or_default();
            let _ = writeln!(out, "  {} {}{default}: {}{choices}", param.name, param.kind.name(), param.meaning);
        }
        if !self.columns.is_empty() {
            out.push_str("columns\n");
        }
        for ColumnNote { name, unit, meaning } in &self.columns {
            let unit = if matches!(unit.as_str(), "" | "–" | "-") { String::new() } else { format!(" ({unit})") };
            let _ = writeln!(out, "  {name}{unit}: {meaning}");
        }
        if !self.examples.is_empty() {
            out.push_str("examples\n");
        }
        for example in &self.examples {
            let _ = writeln!(out, "  {example}");
        }
        out
    }
}

fn param(value: &str) -> Result<Param, String> {
    const FORM: &str = "write `param: NAME TYPE [= default] [from=…] | meaning`";
    let (head, meaning) = value.split_once('|').ok_or_else(|| format!("no `|`; {FORM}"))?;
    let mut words = head.split_whitespace();
    let name = words.next().ok_or_else(|| format!("no name; {FORM}"))?;
    let kind = words.next().ok_or_else(|| format!("`{name}` has no type; {FORM}"))?;
    let kind = ParamType::parse(kind)
        .ok_or_else(|| format!("unknown type `{kind}`; use INTEGER, VARCHAR, BOOLEAN or DECIMAL"))?;
    let rest = words.collect::<Vec<_>>().join(" ");
    let (default, rest) = match rest.strip_prefix('=') {
        // The default may have blanks; `from=` ends it.
        Some(rest) => {
            let (value, from) = rest.find(" from=").map_or((rest, ""), |at| rest.split_at(at));
            let value = value.trim();
            let bare = |q: char| value.strip_prefix(q).and_then(|v| v.strip_suffix(q));
            let value = bare('\'').or_else(|| bare('"')).unwrap_or(value);
            (Some(value.to_owned()), from.trim().to_owned())
        }
        None => (None, rest),
    };
    let from = match rest.strip_prefix("from=") {
        Some(from) if !from.contains(' ') => Some(from.to_owned()),
        _ if rest.is_empty() => None,
        _ => return Err(format!("`{rest}` is not understood; {FORM}")),
    };
    Ok(Param { name: name.to_owned(), kind, from, default, required: false, meaning: meaning.trim().to_owned() })
}

fn column(value: &str) -> Result<ColumnNote, String> {
    let parts: Vec<&str> = value.splitn(3, '|').map(str::trim).collect();
    let [name, unit, meaning] = parts.as_slice() else {
        return Err("write `column: NAME | unit | meaning`".to_owned());
    };
    Ok(ColumnNote { name: (*name).to_owned(), unit: (*unit).to_owned(), meaning: (*meaning).to_owned() })
}

fn shape(file: &str, name: &str, text: &str) -> Result<Shape, QueryError> {
    static DEFINITION: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let pattern =
            r#"(?im)^\s*create\s+(?:or\s+replace\s+)?(macro|function|view)\s+(?:if\s+not\s+exists\s+)?"?(\w+)"?"#;
        Regex::new(pattern).ok()
    });
    let mut definitions = DEFINITION.iter().flat_map(|d| d.captures_iter(text));
    let found = definitions.find(|c| c.get(2).is_some_and(|m| m.as_str().eq_ignore_ascii_case(name)));
    let Some(found) = found else {
        let cause = format!(
            "the file does not define `{name}`; write CREATE OR REPLACE MACRO {name}(…) AS TABLE …, or rename the file"
        );
        return Err(QueryError::Header { file: file.to_owned(), line: 1, cause });
    };
    let is_view = found.get(1).is_some_and(|m| m.as_str().eq_ignore_ascii_case("view"));
    Ok(if is_view { Shape::View } else { Shape::Macro })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_have_defaults_with_blanks_and_choices() {
        let text = "\u{feff}-- param: dept VARCHAR = '财政 局' from=department | whose\r\n-- param: kind VARCHAR =a from=a,b | which\n\
            -- param: n INTEGER | how many\nSELECT 1";
        let script = Query::script("s.sql", text).unwrap();
        let told: Vec<_> =
            script.params.iter().map(|p| (p.default.as_deref(), p.from.as_deref(), p.required)).collect();
        assert_eq!(
            told,
            [(Some("财政 局"), Some("department"), false), (Some("a"), Some("a,b"), false), (None, None, true)]
        );
        assert_eq!(script.usage(), "s.sql [dept=财政 局] [kind=a] n=…");
        let error = Query::script("s.sql", "-- param: n INTEGER form=year | x").unwrap_err().to_string();
        assert!(error.contains("`form=year` is not understood"), "{error}");
    }

    #[test]
    fn a_wrong_header_names_its_line() {
        let text = "-- title: x\n-- param: since WORD | from\nCREATE OR REPLACE MACRO growth(since := NULL) AS TABLE SELECT 1;";
        let error = Query::parse("growth.sql", "growth", text).unwrap_err().to_string();
        assert_eq!(error, "growth.sql: line 2: unknown type `WORD`; use INTEGER, VARCHAR, BOOLEAN or DECIMAL");
        let error = Query::parse("shares.sql", "shares", text).unwrap_err().to_string();
        assert!(error.contains("does not define `shares`"), "{error}");
    }
}
