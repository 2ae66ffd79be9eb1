//! Texts and names as SQL writes them, for statements that are put together.

/// A text as SQL writes it. DuckDB takes no NUL within a statement: it is left out.
#[must_use]
pub fn sql_text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''").replace('\0', ""))
}

/// A name as SQL writes it, whatever it holds.
#[must_use]
pub fn sql_name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\"").replace('\0', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotation_marks_are_doubled_and_nul_is_left_out() {
        assert_eq!(sql_text("a'b\"c\0"), "'a''b\"c'");
        assert_eq!(sql_name("a'b\"c\0"), "\"a'b\"\"c\"");
    }
}
