//! Settings: one table for `.config`, the file of settings and `--help`.

use std::time::Duration;

use super::limit::Limit;
use crate::language::Language;
use crate::query::suggest;
use crate::render::{Format, Unit};

/// How results look, and how far a statement may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "switches that know nothing of each other")]
pub struct Settings {
    /// The format.
    pub format: Format,
    /// The unit of money.
    pub unit: Unit,
    /// Whether the time taken is shown.
    pub timer: bool,
    /// Columns of the terminal.
    pub width: Option<usize>,
    /// Columns to write for, whatever the terminal has.
    pub fixed_width: Option<usize>,
    /// Most rows of a result.
    pub limit: Limit,
    /// Whether results go into a file: there nothing is left out unless the user says so.
    pub to_file: bool,
    /// Whether somebody types at the prompt.
    pub at_prompt: bool,
    /// Longest time of a statement.
    pub timeout: Option<Duration>,
    /// Whether a script ends at the first statement that fails.
    pub bail: bool,
    /// Whether there are colours.
    pub color: Color,
    /// Whether the output shows colours: a terminal, and no `NO_COLOR`.
    pub can_color: bool,
    /// Whether what is longer than the screen goes to the pager; it does unless told otherwise.
    pub pager: Option<bool>,
    /// The language of messages.
    pub language: Language,
}

/// Whether there are colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// Where the output shows them.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

impl Settings {
    /// Whether to write colours.
    #[must_use]
    pub fn colored(&self) -> bool {
        match self.color {
            Color::Auto => self.can_color,
            Color::Always => true,
            Color::Never => false,
        }
    }

    /// Rows of a result that are shown in a format where nobody said how many; `None` for all.
    #[must_use]
    pub fn first(&self, format: Format) -> Option<usize> {
        // A picture of a part is wrong in a file, too.
        let looked_at = !self.to_file || matches!(format, Format::Chart | Format::Svg);
        self.limit.first(format).filter(|_| looked_at)
    }
}

/// A setting by name.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name, the same in the file of settings.
    pub name: &'static str,
    /// What it may be.
    pub values: &'static str,
    /// What it does.
    pub about: &'static str,
    get: fn(&Settings) -> String,
    set: fn(&mut Settings, &str) -> Option<()>,
}

/// All settings.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "format",
        values: "table, csv, csv-bom, json, jsonl, md, line, html, chart",
        about: "how results are written",
        get: |s| s.format.name().to_owned(),
        set: |s, v| {
            let format = Format::parse(v).filter(|f| !f.is_file_only())?;
            s.format = format;
            Some(())
        },
    },
    Setting {
        name: "unit",
        values: "元, 万元, 亿元",
        about: "unit of money for people; csv, json and parquet always have 元",
        get: |s| s.unit.name().to_owned(),
        set: |s, v| {
            s.unit = Unit::parse(v)?;
            Some(())
        },
    },
    Setting {
        name: "timer",
        values: "on, off",
        about: "tell under each table how long it took",
        get: |s| on_off(s.timer),
        set: |s, v| {
            s.timer = switch(v)?;
            Some(())
        },
    },
    Setting {
        name: "limit",
        values: "auto, off, or a number of rows",
        about: "most rows of a result; auto: a table shows the first 1000, data and files have all",
        get: |s| s.limit.name(),
        set: |s, v| {
            s.limit = Limit::parse(v)?;
            Some(())
        },
    },
    Setting {
        name: "timeout",
        values: "seconds, or off",
        about: "longest time of a statement",
        get: |s| s.timeout.map_or_else(|| "off".to_owned(), |t| t.as_secs_f64().to_string()),
        set: |s, v| {
            s.timeout = if is_off(v) { None } else { Some(seconds(v)?) };
            Some(())
        },
    },
    Setting {
        name: "width",
        values: "auto, or a number of columns",
        about: "columns to write for; auto: those of the terminal, no end in a file",
        get: |s| s.fixed_width.map_or_else(|| "auto".to_owned(), |n| n.to_string()),
        set: |s, v| {
            s.fixed_width = if v == "auto" { None } else { Some(v.parse().ok().filter(|n| (20..=1000).contains(n))?) };
            Some(())
        },
    },
    Setting {
        name: "bail",
        values: "on, off",
        about: "end a script at the first statement that fails",
        get: |s| on_off(s.bail),
        set: |s, v| {
            s.bail = switch(v)?;
            Some(())
        },
    },
    Setting {
        name: "pager",
        values: "on, off",
        about: "show what is longer than the screen in $PAGER",
        get: |s| on_off(s.pager.unwrap_or(true)),
        set: |s, v| {
            s.pager = Some(switch(v)?);
            Some(())
        },
    },
    Setting {
        name: "color",
        values: "auto, always, never",
        about: "colours; auto: in a terminal, unless NO_COLOR is set",
        get: |s| {
            match s.color {
                Color::Auto => "auto",
                Color::Always => "always",
                Color::Never => "never",
            }
            .to_owned()
        },
        set: |s, v| {
            s.color = match v {
                "auto" => Color::Auto,
                "always" | "on" => Color::Always,
                "never" | "off" => Color::Never,
                _ => return None,
            };
            Some(())
        },
    },
];

/// A span of time in seconds, as `--timeout` takes it.
#[must_use]
pub fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.strip_suffix('s').unwrap_or(text).trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok().filter(|d| !d.is_zero())
}

fn is_off(value: &str) -> bool {
    matches!(value, "off" | "none" | "0")
}

fn switch(value: &str) -> Option<bool> {
    match value.to_lowercase().as_str() {
        "on" | "true" | "yes" | "1" => Some(true),
        "off" | "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

fn on_off(value: bool) -> String {
    if value { "on" } else { "off" }.to_owned()
}

impl Setting {
    /// The setting of that name.
    ///
    /// # Errors
    /// When there is none; the message names the nearest.
    pub fn find(name: &str) -> Result<&'static Self, String> {
        let names = || SETTINGS.iter().map(|s| s.name);
        SETTINGS.iter().find(|s| s.name == name).ok_or_else(|| {
            let remedy = suggest(name, names()).map_or_else(
                || format!("the settings are {}", names().collect::<Vec<_>>().join(", ")),
                |nearest| format!("did you mean `{nearest}`?"),
            );
            format!("unknown setting `{name}`; {remedy}")
        })
    }

    /// Its value.
    #[must_use]
    pub fn get(&self, settings: &Settings) -> String {
        (self.get)(settings)
    }

    /// Gives it a value.
    ///
    /// # Errors
    /// When the value is none that it may have.
    pub fn set(&self, settings: &mut Settings, value: &str) -> Result<(), String> {
        (self.set)(settings, value).ok_or_else(|| {
            let choices = self.values.split(", ");
            let near = suggest(value, choices).map_or_else(String::new, |n| format!("did you mean `{n}`? "));
            format!("{}: `{value}` is no value of it; {near}use {}", self.name, self.values)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_what_is_told() {
        let mut settings = Settings::default();
        for (name, value) in [
            ("format", "jsonl"),
            ("unit", "亿元"),
            ("timer", "on"),
            ("limit", "100"),
            ("timeout", "1.5"),
            ("width", "80"),
            ("bail", "on"),
            ("pager", "off"),
            ("color", "never"),
        ] {
            let setting = Setting::find(name).unwrap();
            setting.set(&mut settings, value).unwrap();
            assert_eq!(setting.get(&settings), value);
        }
        assert_eq!(SETTINGS.len(), 9);
        assert_eq!(settings.timeout, Some(Duration::from_millis(1500)));
        Setting::find("limit").unwrap().set(&mut settings, "off").unwrap();
        assert_eq!(settings.limit, Limit::Off);
        Setting::find("limit").unwrap().set(&mut settings, "auto").unwrap();
        assert_eq!(settings.limit, Limit::Auto);
    }

    #[test]
    fn wrong_names_and_values_tell_the_right_ones() {
        assert_eq!(Setting::find("limmit").unwrap_err(), "unknown setting `limmit`; did you mean `limit`?");
        let wrong =
            |name: &str, value: &str| Setting::find(name).unwrap().set(&mut Settings::default(), value).unwrap_err();
        assert!(wrong("format", "xlsx").contains("use table, csv"));
        assert!(wrong("unit", "万园").contains("did you mean `万元`?"), "{}", wrong("unit", "万园"));
        assert!(wrong("limit", "-1").contains("a number of rows"));
        assert!(wrong("timeout", "soon").contains("seconds"));
    }
}
