//! What a picture is asked to show: `bar label amount`, `line fiscal_year amount department`.

use std::fmt;

/// Kinds of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// A bar for each row.
    Bar,
    /// A line for each series over years or numbers.
    Line,
    /// Shares of a whole, a bar of parts for each place.
    Stack,
    /// Shares of the money over shares of those who get it, from the least.
    Lorenz,
}

impl ChartKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Bar, Self::Line, Self::Stack, Self::Lorenz];

    /// The name typed by the user.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bar => "bar",
            Self::Line => "line",
            Self::Stack => "stack",
            Self::Lorenz => "lorenz",
        }
    }

    /// The kind of that name, English or Chinese.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name.to_lowercase().as_str() {
            "bar" | "bars" | "柱" | "柱状" | "柱形" | "条形" | "柱状图" | "条形图" | "柱形图" => {
                Self::Bar
            }
            "line" | "lines" | "折线" | "折线图" | "曲线" => Self::Line,
            "stack" | "stacked" | "share" | "shares" | "堆积" | "占比" | "构成" | "堆积图" => Self::Stack,
            "lorenz" | "洛伦兹" | "洛伦兹曲线" => Self::Lorenz,
            _ => return None,
        })
    }
}

/// What a picture shows; what is not said is found in the result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChartSpec {
    /// Its kind.
    pub kind: Option<ChartKind>,
    /// The column of places: years, names.
    pub x: Option<String>,
    /// The column of values.
    pub y: Option<String>,
    /// The column that tells series apart.
    pub by: Option<String>,
}

impl ChartSpec {
    /// Reads `[KIND] [X Y [BY]]`; `none` is no wish.
    ///
    /// # Errors
    /// When there are more words than that.
    pub fn parse(text: &str) -> Result<Self, String> {
        let words = text.split_whitespace().filter(|w| *w != "none").map(str::to_owned);
        Self::of(words.collect())
    }

    /// The same from words.
    ///
    /// # Errors
    /// When there are too many.
    pub fn of(words: Vec<String>) -> Result<Self, String> {
        let mut words = words.into_iter().peekable();
        let kind = words.peek().and_then(|w| ChartKind::parse(w));
        if kind.is_some() {
            words.next();
        }
        let spec = Self { kind, x: words.next(), y: words.next(), by: words.next() };
        match words.next() {
            Some(word) => Err(format!("`{word}` is one word too many; write [bar|line|stack|lorenz] [X Y [BY]]")),
            None => Ok(spec),
        }
    }

    /// What is not said here is taken from `usual`.
    #[must_use]
    pub fn or(self, usual: Self) -> Self {
        let named = self.x.is_some();
        Self {
            kind: self.kind.or(if named { None } else { usual.kind }),
            x: self.x.or(usual.x),
            y: if named { self.y } else { usual.y },
            by: if named { self.by } else { usual.by },
        }
    }
}

impl fmt::Display for ChartSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [self.kind.map(ChartKind::name), self.x.as_deref(), self.y.as_deref(), self.by.as_deref()];
        f.write_str(&words.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}
