//! How many rows of a result are fetched and shown.

use crate::render::Format;

/// Most rows of a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Limit {
    /// The first ones of what is looked at, all of everything else.
    #[default]
    Auto,
    /// All.
    Off,
    /// That many; the others are no part of the result.
    Rows(usize),
}

/// Rows that are looked at.
pub(super) const LOOKED_AT: usize = 1000;
/// Rows of a picture; it draws fewer things by far.
const DRAWN: usize = 100_000;

impl Limit {
    /// `auto`, `off` or a number of rows.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "auto" => Self::Auto,
            "off" | "none" | "0" => Self::Off,
            _ => Self::Rows(text.parse().ok().filter(|n| *n > 0)?),
        })
    }

    /// As [`Limit::parse`] reads it.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Auto => "auto".to_owned(),
            Self::Off => "off".to_owned(),
            Self::Rows(rows) => rows.to_string(),
        }
    }

    /// The rows that the user wants, where he says how many.
    #[must_use]
    pub fn rows(self) -> Option<usize> {
        if let Self::Rows(rows) = self { Some(rows) } else { None }
    }

    /// The rows of a result that are looked at first, where nobody said how many. The rest is still part of the result.
    #[must_use]
    pub fn first(self, format: Format) -> Option<usize> {
        match (self, format) {
            (Self::Auto, Format::Table | Format::Line) => Some(LOOKED_AT),
            (Self::Auto, Format::Chart | Format::Svg) => Some(DRAWN),
            _ => None,
        }
    }
}
