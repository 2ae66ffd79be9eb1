//! Where something stands in its file.

use serde::{Deserialize, Serialize};

/// The place of a cell or sentence. Every number that is stored has one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Page of a paged document, from 1.
    pub page: Option<u32>,
    /// Line of a text, from 1.
    pub line: Option<u32>,
    /// Row within its table, from 1; 0 for what stands outside a table.
    pub row: u32,
    /// Column within its row, from 1; 0 for what stands outside a table.
    pub column: u32,
}

impl Place {
    /// A place in a text outside any table.
    #[must_use]
    pub fn line(line: u32) -> Self {
        Self { line: Some(line), ..Self::default() }
    }
}

impl std::fmt::Display for Place {
    /// `page 3, line 12, column 4`: only what is known.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = Vec::new();
        if let Some(page) = self.page {
            parts.push(format!("page {page}"));
        }
        if let Some(line) = self.line {
            parts.push(format!("line {line}"));
        } else if self.row > 0 {
            parts.push(format!("row {}", self.row));
        }
        if self.column > 0 {
            parts.push(format!("column {}", self.column));
        }
        f.write_str(&parts.join(", "))
    }
}
