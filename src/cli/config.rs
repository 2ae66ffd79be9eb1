//! The file of settings: TOML at the user's place, below the environment and the command line.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use serde::Deserialize;

use super::args::{Global, Word};
use crate::error::Error;
use crate::query::suggest;
use crate::session::{SETTINGS, Setting, Settings};

/// What the file may say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// Database.
    pub(super) db: Option<PathBuf>,
    /// More folders of canned queries.
    #[serde(default)]
    pub(super) queries: Vec<PathBuf>,
    format: Option<Value>,
    unit: Option<Value>,
    timer: Option<Value>,
    limit: Option<Value>,
    timeout: Option<Value>,
    width: Option<Value>,
    bail: Option<Value>,
    pager: Option<Value>,
    color: Option<Value>,
}

/// A value as TOML writes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Value {
    Switch(bool),
    Whole(i64),
    Number(f64),
    Text(String),
}

impl Value {
    fn text(&self) -> String {
        match self {
            Self::Switch(true) => "on".to_owned(),
            Self::Switch(false) => "off".to_owned(),
            Self::Whole(number) => number.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

impl File {
    fn value(&self, name: &str) -> Option<String> {
        let value = match name {
            "format" => &self.format,
            "unit" => &self.unit,
            "timer" => &self.timer,
            "limit" => &self.limit,
            "timeout" => &self.timeout,
            "width" => &self.width,
            "bail" => &self.bail,
            "pager" => &self.pager,
            "color" => &self.color,
            _ => &None,
        };
        value.as_ref().map(Value::text)
    }
}

/// The user's folder of settings.
pub(super) fn folder() -> Option<PathBuf> {
    Some(etcetera::choose_base_strategy().ok()?.config_dir().join("yusuan"))
}

/// Where the file is: `$YUSUAN_CONFIG`, else the user's folder.
pub(super) fn path() -> Option<PathBuf> {
    let named = std::env::var_os("YUSUAN_CONFIG").filter(|v| !v.is_empty()).map(PathBuf::from);
    named.or_else(|| folder().map(|f| f.join("config.toml")))
}

/// Reads the file; without one nothing is set.
pub(super) fn load() -> Result<File, Error> {
    let Some(path) = path() else { return Ok(File::default()) };
    match std::fs::read_to_string(&path) {
        Ok(text) => parse(&path, &text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(File::default()),
        Err(cause) => Err(Error::Io { path, action: "read the settings", cause }),
    }
}

fn parse(path: &Path, text: &str) -> Result<File, Error> {
    let fail = |at: Option<usize>, why: &str| {
        let line = at.map(|at| text.get(..at).unwrap_or_default().matches('\n').count() + 1);
        let place = line.map_or_else(String::new, |line| format!(" line {line}:"));
        Error::Usage(format!("{}:{place} {}", path.display(), why.replace('\n', " ")))
    };
    let file: File = toml::from_str(text).map_err(|error| {
        let unknown = error.message().strip_prefix("unknown field `").and_then(|m| m.split('`').next());
        let near = unknown.and_then(|name| suggest(name, names())).map(|n| format!("; did you mean `{n}`?"));
        fail(error.span().map(|s| s.start), &format!("{}{}", error.message(), near.unwrap_or_default()))
    })?;
    let mut settings = Settings::default();
    for setting in SETTINGS {
        if let Some(value) = file.value(setting.name) {
            let begins = |line: &str| {
                line.trim_start().strip_prefix(setting.name).is_some_and(|l| l.trim_start().starts_with('='))
            };
            let at = text.lines().take_while(|line| !begins(line)).map(|l| l.len() + 1).sum();
            setting.set(&mut settings, &value).map_err(|why| fail(Some(at), &why))?;
        }
    }
    Ok(file)
}

fn names() -> impl Iterator<Item = &'static str> {
    ["db", "queries"].into_iter().chain(SETTINGS.iter().map(|s| s.name))
}

/// Name of the variable of the environment.
fn variable(setting: &Setting) -> String {
    format!("YUSUAN_{}", setting.name.to_uppercase())
}

/// Whether the file or the environment says something of a setting.
pub(super) fn tells(file: &File, name: &str) -> bool {
    let in_environment =
        SETTINGS.iter().any(|s| s.name == name && std::env::var_os(variable(s)).is_some_and(|v| !v.is_empty()));
    in_environment || file.value(name).is_some()
}

/// Where a setting came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Flag,
    Environment,
    File,
    Default,
}

/// Settings of the command line, else of the environment, else of the file, else as they always are.
pub(super) fn settings(global: &Global, file: &File) -> Result<Settings, Error> {
    Ok(merged(global, file)?.0)
}

fn merged(global: &Global, file: &File) -> Result<(Settings, Vec<Origin>), Error> {
    let mut settings = Settings::default();
    let mut origins = Vec::new();
    for setting in SETTINGS {
        let from_file = file.value(setting.name);
        let in_environment = std::env::var(variable(setting)).ok().filter(|v| !v.is_empty());
        origins.push(match (from_file, in_environment) {
            (_, Some(value)) => {
                let wrong = |why| Error::Usage(format!("{}: {why}", variable(setting)));
                setting.set(&mut settings, &value).map_err(wrong)?;
                Origin::Environment
            }
            (Some(value), None) => {
                setting.set(&mut settings, &value).map_err(Error::Usage)?;
                Origin::File
            }
            (None, None) => Origin::Default,
        });
    }
    let Global { unit, limit, timeout, bail, .. } = global;
    let format = global.format.and_then(Word::result);
    let mut flag = |name: &str, given: bool| {
        let at = SETTINGS.iter().position(|s| s.name == name).and_then(|i| origins.get_mut(i));
        if let Some(origin) = at.filter(|_| given) {
            *origin = Origin::Flag;
        }
    };
    flag("format", format.is_some());
    flag("unit", unit.is_some());
    flag("limit", limit.is_some());
    flag("timeout", timeout.is_some());
    flag("bail", *bail);
    settings.format = format.unwrap_or(settings.format);
    settings.unit = unit.unwrap_or(settings.unit);
    settings.limit = limit.unwrap_or(settings.limit);
    settings.timeout = timeout.or(settings.timeout);
    settings.bail = *bail || settings.bail;
    Ok((settings, origins))
}

/// What holds and why, for `yusuan config`.
pub(super) fn report(global: &Global, file: &File, db: &Path) -> Result<String, Error> {
    let (settings, origins) = merged(global, file)?;
    let mut out = String::new();
    if let Some(path) = path() {
        let state = if path.exists() { "" } else { "  (not there; `yusuan config --init` makes it)" };
        let _ = writeln!(out, "# {}{state}", path.display());
    }
    let _ = writeln!(out, "db = {:?}", db.display().to_string());
    for (setting, origin) in SETTINGS.iter().zip(origins) {
        let from = match origin {
            Origin::Flag => "command line".to_owned(),
            Origin::Environment => variable(setting),
            Origin::File => "file".to_owned(),
            Origin::Default => "default".to_owned(),
        };
        let _ = writeln!(out, "{} = {}  # {from}", setting.name, written(&setting.get(&settings)));
    }
    Ok(out)
}

fn written(value: &str) -> String {
    if value.parse::<f64>().is_ok() { value.to_owned() } else { format!("{value:?}") }
}

/// The file with everything in it as it is without it, commented.
pub(super) fn template() -> String {
    let mut out = String::from(
        "# Settings of yusuan. What stands here is overruled by variables of the environment (YUSUAN_UNIT=…)\n\
         # and by the command line (--unit …). Remove the # before a line to change it.\n\n\
         # The database that is opened where none is named.\n# db = \"budget.duckdb\"\n\n\
         # Folders with more canned queries (*.sql); the folder `queries` beside this file is always read.\n# queries = []\n",
    );
    let usual = Settings::default();
    for setting in SETTINGS {
        let about = capitalized(setting.about);
        let value = written(&setting.get(&usual));
        let _ = write!(out, "\n# {about}: {}.\n# {} = {value}\n", setting.values, setting.name);
    }
    out
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Writes the commented file to its place; one that is there stays.
pub(super) fn init() -> Result<PathBuf, Error> {
    let path = path().ok_or_else(|| Error::Usage("no place for settings is known; set XDG_CONFIG_HOME".to_owned()))?;
    let fail = |cause| Error::Io { path: path.clone(), action: "write the settings there", cause };
    if path.exists() {
        return Err(Error::Usage(format!("{}: the file is there already; edit it", path.display())));
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(fail)?;
    }
    std::fs::write(&path, template()).map_err(fail)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<File, String> {
        parse(Path::new("config.toml"), text).map_err(|e| e.to_string())
    }

    #[test]
    fn the_commented_file_is_right_with_and_without_its_comments() {
        assert!(read(&template()).unwrap().value("unit").is_none());
        let open: String = template()
            .lines()
            .filter_map(|l| l.strip_prefix("# "))
            .filter(|l| l.contains(" = "))
            .fold(String::new(), |all, l| all + l + "\n");
        let file = read(&open).unwrap();
        let usual = Settings::default();
        for setting in SETTINGS {
            assert_eq!(file.value(setting.name), Some(setting.get(&usual)), "{open}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        assert_eq!(read("limit = 5\ntimer = true\nunit = \"亿\"").unwrap().value("limit").as_deref(), Some("5"));
        let wrong = read("unit = \"元\"\nformatt = \"csv\"").unwrap_err();
        assert!(
            wrong.starts_with("config.toml: line 2: unknown field `formatt`")
                && wrong.ends_with("did you mean `format`?"),
            "{wrong}"
        );
        let wrong = read("\nunit = \"圆\"").unwrap_err();
        assert!(wrong.starts_with("config.toml: line 2: unit: `圆` is no value of it;"), "{wrong}");
        let wrong = read("unit = \n").unwrap_err();
        assert!(wrong.starts_with("config.toml: line 1:"), "{wrong}");
    }
}
