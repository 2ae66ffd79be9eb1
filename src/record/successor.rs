//! Reforms of the code lists: from which year a code's money stands under another code, or a code means
//! something else (`data/successor.csv`). A rate over such a year says nothing about spending.

use std::sync::LazyLock;

use serde::Deserialize;

/// What happened to a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Its money stands under the successor.
    Moved,
    /// It has another name; what it covers changed little.
    Renamed,
    /// It means something else.
    Reused,
    /// It covers less.
    Narrowed,
    /// There is no such code before.
    Introduced,
    /// There is no such code any more.
    Ended,
}

impl Effect {
    /// The identifier used in the database.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::Renamed => "renamed",
            Self::Reused => "reused",
            Self::Narrowed => "narrowed",
            Self::Introduced => "introduced",
            Self::Ended => "ended",
        }
    }
}

/// One code in one reform.
#[derive(Clone, Debug, Deserialize)]
pub struct Successor {
    /// `function`, `economic`, `economic_gov`, or `item` for an item of the vocabulary.
    pub system: String,
    /// The code.
    pub code: String,
    /// The code under which its money stands afterwards.
    pub successor: Option<String>,
    /// First year of the new state.
    pub from_year: u16,
    /// What happened.
    pub effect: Effect,
    /// Region whose documents show it; everywhere if blank.
    pub region: Option<String>,
    /// The reform, in words.
    pub why: String,
    /// `document`: seen in published documents; `inferred`: follows from them.
    pub evidence: String,
}

/// The reforms that the program knows, in order.
#[must_use]
#[allow(clippy::expect_used)] // the list is part of the program; a test reads it
pub fn successors() -> &'static [Successor] {
    static ALL: LazyLock<Vec<Successor>> = LazyLock::new(|| {
        csv::Reader::from_reader(include_str!("../../data/successor.csv").as_bytes())
            .deserialize()
            .collect::<Result<_, _>>()
            .expect("data/successor.csv is well formed")
    });
    &ALL
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Classification, Item};

    #[test]
    fn every_line_fits_the_code_lists() {
        let lists = Classification::builtin();
        for line in successors() {
            assert_eq!(line.successor.is_some(), line.effect == Effect::Moved, "{line:?}");
            assert!(matches!(line.evidence.as_str(), "document" | "inferred"), "{line:?}");
            for code in [Some(&line.code), line.successor.as_ref()].into_iter().flatten() {
                let known = match line.system.as_str() {
                    "item" => Item::parse(code).is_some(),
                    system => lists.entries().iter().any(|e| e.system.id() == system && e.code == *code),
                };
                assert!(known, "{code} of {line:?}");
            }
            if let Some(successor) = &line.successor {
                assert_eq!(successor.len(), line.code.len(), "{line:?}");
            }
        }
    }
}
