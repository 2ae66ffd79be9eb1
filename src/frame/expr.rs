//! Expressions: parsed by polars over the columns that there are, then settled; what is wrong in them is explained.

use std::ops::Range;

use polars::prelude::{Expr, PlSmallStr, PolarsError, Schema};
use polars::sql::keywords::all_functions;
use polars::sql::sql_expr;
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use super::error::{Fault, listed};
use super::settle::{has_selector, settle};
use super::text::Piece;
use crate::query::suggest;

/// Words and signs of the longest expression.
const LONGEST: usize = 1000;

/// Parses one expression over the columns of `schema`.
pub(super) fn parse(piece: &Piece<'_>, schema: &Schema) -> Result<Expr, Fault> {
    if piece.is_empty() {
        return Err(Fault::at(piece.span(), "an expression is missing here").help(columns_here(schema)));
    }
    // What is read by recursion must not outgrow the stack.
    if piece.lexemes().len() > LONGEST {
        let message = format!("an expression of {} words is too long", piece.lexemes().len());
        return Err(Fault::at(piece.span(), message).help("make it in several steps of mutate"));
    }
    unquoted(piece, schema)?;
    let expr = sql_expr(piece.sql()).map_err(|error| not_parsed(piece, schema, &error))?;
    known(piece, &expr, schema)?;
    let failed = |error: PolarsError| Fault::at(piece.span(), plain(&error));
    let expr = settle(expr, schema).map_err(failed)?;
    if !has_selector(&expr) {
        expr.to_field(schema).map_err(failed)?;
    }
    Ok(expr)
}

/// Parses a list of expressions.
pub(super) fn parse_all(piece: &Piece<'_>, schema: &Schema) -> Result<Vec<Expr>, Fault> {
    if piece.is_empty() {
        return Err(Fault::at(piece.span(), "an expression is missing here").help(columns_here(schema)));
    }
    piece.items().iter().map(|item| parse(item, schema)).collect()
}

/// A list of columns that exist.
pub(super) fn columns(piece: &Piece<'_>, schema: &Schema) -> Result<Vec<String>, Fault> {
    if piece.is_empty() {
        return Err(Fault::at(piece.span(), "a column is missing here").help(columns_here(schema)));
    }
    piece.items().iter().map(|item| column(item, schema)).collect()
}

/// One column that exists.
pub(super) fn column(piece: &Piece<'_>, schema: &Schema) -> Result<String, Fault> {
    unquoted(piece, schema)?;
    let name = piece.name().unwrap_or_else(|| piece.text());
    if schema.contains(name) { Ok(name.to_owned()) } else { Err(no_column(piece.span(), name, schema)) }
}

/// What columns a stage has.
pub(super) fn columns_here(schema: &Schema) -> String {
    format!("columns here: {}", listed(schema.iter_names().map(PlSmallStr::as_str)))
}

pub(super) fn no_column(span: Range<usize>, name: &str, schema: &Schema) -> Fault {
    let fault = Fault::at(span, format!("no column `{name}` here"));
    let fault = match suggest(name, schema.iter_names().map(PlSmallStr::as_str)) {
        Some(nearest) => fault.help(format!("did you mean `{}`?", quoted(nearest))),
        None => fault,
    };
    fault.help(columns_here(schema))
}

/// A name as an expression writes it.
pub(super) fn quoted(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_numeric());
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// Names with brackets and the like are read only in quotes.
fn unquoted(piece: &Piece<'_>, schema: &Schema) -> Result<(), Fault> {
    for name in schema.iter_names() {
        let number = name.chars().all(|c| c.is_numeric() || c == '.');
        if number || quoted(name) == name.as_str() || piece.find(name).is_some() {
            continue;
        }
        if let Some(at) = piece.text().find(name.as_str()) {
            let start = piece.span().start + at;
            let within = start..start + name.len();
            // In quoted text it is no name.
            if piece.lexemes().iter().any(|l| l.span.start < within.start && l.span.end > within.start) {
                continue;
            }
            let message = format!("the name {name} has signs that mean something else in an expression");
            return Err(Fault::at(within, message).help(format!("write it in double quotes: {}", quoted(name))));
        }
    }
    Ok(())
}

fn known(piece: &Piece<'_>, expr: &Expr, schema: &Schema) -> Result<(), Fault> {
    for node in expr {
        let Expr::Column(name) = node else { continue };
        let pattern = name.starts_with('^') && name.ends_with('$');
        if schema.contains(name) || pattern {
            continue;
        }
        let span = piece.find(name).unwrap_or_else(|| piece.span());
        let mut fault = no_column(span.clone(), name, schema);
        let in_quotes = piece.lexemes().iter().any(|l| {
            l.span == span && matches!(&l.token, sqlparser::tokenizer::Token::Word(w) if w.quote_style == Some('"'))
        });
        if in_quotes {
            fault.help.insert(0, format!("text stands in single quotes: '{name}'"));
        }
        return Err(fault);
    }
    Ok(())
}

/// polars' words for an expression that it does not read, made into ours.
fn not_parsed(piece: &Piece<'_>, schema: &Schema, error: &PolarsError) -> Fault {
    let message = plain(error);
    let quoted_word = || message.split('\'').nth(1).unwrap_or_default();
    if message.contains("unsupported function") {
        let name = quoted_word();
        let span = piece.find_word(name).unwrap_or_else(|| piece.span());
        let fault = Fault::at(span, format!("polars has no SQL function `{name}`"));
        let mut all = all_functions();
        all.sort_unstable();
        all.retain(|f| !f.starts_with("read_"));
        return match suggest(name, all.iter().copied()) {
            Some(nearest) => fault.help(format!("did you mean `{nearest}`?")),
            None => fault.help(format!("functions: {}", listed(all))),
        };
    }
    let sql = piece.sql();
    let own = Parser::new(&GenericDialect {}).try_with_sql(&sql).and_then(|mut parser| parser.parse_select_item());
    let Err(cause) = own else {
        let fault = Fault::at(piece.span(), format!("cannot read the expression: {message}"));
        return if message.contains("unexpected token") { fault.help(columns_here(schema)) } else { fault };
    };
    let text = cause.to_string();
    let text = text.trim_start_matches("sql parser error: ");
    let (words, place) = text.split_once(" at Line: ").unwrap_or((text, ""));
    let column: Option<usize> = place.rsplit(": ").next().and_then(|c| c.parse().ok());
    let line: Option<usize> = place.split(',').next().and_then(|c| c.parse().ok());
    let span = match (line, column) {
        (Some(1), Some(column)) => {
            let start = piece.span().start;
            let at = piece.text().char_indices().nth(column.saturating_sub(1));
            let at = at.map_or(piece.span().end, |(i, _)| start + i);
            let word = piece.lexemes().iter().find(|l| l.span.contains(&at)).map(|l| l.span.clone());
            word.unwrap_or(at..at)
        }
        _ => piece.span(),
    };
    Fault::at(span, format!("cannot read the expression: {}", words.replace("Expected: ", "expected ")))
}

/// An error of polars in one line, without the plan that it prints under it.
pub(super) fn plain(error: &PolarsError) -> String {
    let text = error.to_string();
    let text = text.split("\n\nResolved plan").next().unwrap_or_default();
    let text = text.split("\n\nThis error occurred").next().unwrap_or_default();
    let line = text.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ");
    super::error::shortened(&line, 300)
}

#[cfg(test)]
mod tests {
    use polars::prelude::{DataType, IntoLazy as _, df};

    use super::super::text::lexemes;
    use super::*;

    /// One value of an expression over a small table.
    fn value(text: &str) -> String {
        let frame = df!(
            "金额" => ["14.66", "0.00", "5.24"], "n" => [2_000_000_000_i32, 2_000_000_000, 0],
            "科目" => ["基本", "项目", "项目"], "金额（万元）" => [1.0, 2.0, 2.5], "日" => ["2023-01-31", "2023-02-28", "2024-01-31"]
        )
        .unwrap()
        .lazy()
        .with_columns([
            polars::prelude::col("金额").cast(DataType::Decimal(18, 2)),
            polars::prelude::col("日").cast(DataType::Date),
        ])
        .collect()
        .unwrap();
        let (all, fault) = lexemes(text);
        assert_eq!(fault, None);
        let schema = frame.schema().clone();
        match parse(&Piece::new(text, &all, 0), &schema) {
            Ok(expr) => {
                let field = expr.to_field(&schema).unwrap();
                let out = frame.lazy().select([expr.alias("x")]).collect().unwrap();
                let texts: Vec<String> =
                    out.columns()[0].as_materialized_series().iter().map(|v| v.to_string()).collect();
                assert_eq!(out.columns()[0].dtype(), &field.dtype.clone().materialize_unknown(true).unwrap(), "{text}");
                format!("{} {}", field.dtype, texts.join(" "))
            }
            Err(fault) => format!("{} | {}", fault.message, fault.help.join(" | ")),
        }
    }

    #[test]
    fn a_division_that_leaves_decimals_is_visibly_a_float() {
        assert_eq!(value("金额 / 10000"), "f64 0.001466 0.0 0.000524");
        assert_eq!(value("金额 / LAG(金额) OVER (ORDER BY 日) - 1"), "f64 null -1.0 null");
        assert!(value("金额 / SUM(金额) OVER ()").starts_with("f64 0.7366"), "{}", value("金额 / SUM(金额) OVER ()"));
        assert!(value("AVG(金额)").starts_with("f64 6.6333"), "{}", value("AVG(金额)"));
    }

    #[test]
    fn sums_and_products_of_decimals_stay_exact() {
        assert_eq!(value("SUM(金额)"), "decimal[38,2] 19.90");
        assert_eq!(value("金额 * 金额"), "decimal[38,4] 214.9156 0.0000 27.4576");
        assert_eq!(value("金额 * 1.1"), "decimal[38,3] 16.126 0.000 5.764");
        assert_eq!(value("金额 + 0.005"), "decimal[38,3] 14.665 0.005 5.245");
        assert_eq!(value("金额 = 14.66"), "bool true false false");
        assert_eq!(value("金额 - 1"), "decimal[38,2] 13.66 -1.00 4.24");
        assert_eq!(value("CASE WHEN 金额 > 5.5 THEN 金额 ELSE 0.5 END"), "decimal[38,2] 14.66 0.50 0.50");
    }

    #[test]
    fn integers_do_not_wrap_and_counts_go_below_zero() {
        assert_eq!(value("SUM(n)"), "i64 4000000000");
        assert_eq!(value("n + n"), "i64 4000000000 4000000000 0");
        assert_eq!(value("COUNT(*) - 5"), "i64 -2");
        assert_eq!(value("n * 2"), "i64 4000000000 4000000000 0");
    }

    #[test]
    fn nothing_is_divided_by_zero_and_halves_are_rounded_up() {
        assert_eq!(value("n / n"), "f64 1.0 1.0 null");
        assert_eq!(value("1 / 金额").split(' ').nth(2), Some("null"));
        assert_eq!(value("ROUND(\"金额（万元）\")"), "f64 1.0 2.0 3.0");
        assert_eq!(value("ROUND(金额, 1)").split(' ').next(), Some("decimal[18,2]"));
    }

    #[test]
    fn dates_are_compared_with_texts() {
        assert_eq!(value("日 > '2023-02-01'"), "bool false true true");
    }

    #[test]
    fn wrong_expressions_are_explained() {
        assert!(
            value("金额（万元） > 1").contains("write it in double quotes: \"金额（万元）\""),
            "{}",
            value("金额（万元） > 1")
        );
        assert!(value("科目 = \"项目\"").contains("text stands in single quotes: '项目'"));
        assert!(
            value("科木 = '项目'").starts_with("no column `科木` here | did you mean `科目`? | columns here: 金额")
        );
        assert!(value("SUMM(金额)").contains("did you mean `sum`?"), "{}", value("SUMM(金额)"));
        assert!(value("NTILE(4) OVER (ORDER BY 金额)").starts_with("polars has no SQL function `ntile`"));
        assert!(
            value("金额 >").starts_with("cannot read the expression: expected an expression"),
            "{}",
            value("金额 >")
        );
        assert!(value("科目 > 5").starts_with("`科目` is text and `5` is a number"), "{}", value("科目 > 5"));
        assert!(value("").starts_with("an expression is missing"));
    }
}
