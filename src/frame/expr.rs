//! Expressions: parsed by polars, then settled so that no number is silently rounded or wraps.
//!
//! polars keeps the scale of decimals it divides or multiplies (1.00 / 3 is 0.33), adds 32-bit integers in 32 bits,
//! subtracts unsigned numbers below zero, and rounds half to even. The types of a stage's columns are known, so each
//! operation is given operands in which its result is right: a quotient is a float, a product has all its decimals. Integers are
//! computed with in 64 bits, and beyond 9.2 × 10^18 they wrap as in polars; amounts are decimals.

use std::ops::Range;

use polars::prelude::{
    AggExpr, AnyValue, DataType, Expr, FunctionExpr, LiteralValue, NULL, Operator, PlSmallStr, PolarsError,
    PolarsResult, RoundMode, Schema, UnknownKind, lit, when,
};
use polars::sql::keywords::all_functions;
use polars::sql::sql_expr;
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use super::error::{Fault, listed};
use super::text::Piece;
use crate::query::suggest;

/// Words and signs of the longest expression.
const LONGEST: usize = 1000;
/// Digits after the point that a decimal keeps; products of more become floats.
const DEEPEST: usize = 18;
/// Digits that a decimal holds.
const PRECISION: usize = 38;

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

/// A second key beside a single decimal one, which polars cannot group by (it lacks 128-bit hashes in this build); it
/// follows from the first, so that the groups stay what they are.
pub(super) const SECOND: &str = "__unknown";

/// Keys by which polars can group, and whether [`SECOND`] is among them.
pub(super) fn grouping(mut keys: Vec<Expr>, schema: &Schema) -> (Vec<Expr>, bool) {
    let second = match keys.as_slice() {
        [key] if is_decimal(key, schema) => key.clone().is_null().alias(SECOND),
        _ => return (keys, false),
    };
    keys.push(second);
    (keys, true)
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

fn has_selector(expr: &Expr) -> bool {
    expr.into_iter().any(|e| matches!(e, Expr::Selector(_)) || matches!(e, Expr::Column(n) if n.starts_with('^')))
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

// Settling ------------------------------------------------------------------------------------------------------------

fn settle(expr: Expr, schema: &Schema) -> PolarsResult<Expr> {
    expr.try_map_expr(|node| settled(node, schema))
}

fn type_of(expr: &Expr, schema: &Schema) -> Option<DataType> {
    if has_selector(expr) { None } else { expr.to_field(schema).ok().map(|f| f.dtype) }
}

fn settled(node: Expr, schema: &Schema) -> PolarsResult<Expr> {
    Ok(match node {
        Expr::BinaryExpr { left, op, right } => {
            comparable(&left, op, &right, schema)?;
            binary((*left).clone(), op, (*right).clone(), schema)
        }
        Expr::Agg(AggExpr::Sum(input)) => {
            Expr::Agg(AggExpr::Sum(std::sync::Arc::new(wide_for_sums((*input).clone(), schema))))
        }
        Expr::Function { input, function } => function_of(input, function, schema),
        Expr::Over { function, partition_by, order_by, mapping } => {
            Expr::Over { function, partition_by: grouping(partition_by, schema).0, order_by, mapping }
        }
        Expr::Ternary { predicate, truthy, falsy } => {
            let (truthy, falsy) = decimal_beside((*truthy).clone(), (*falsy).clone(), schema);
            Expr::Ternary { predicate, truthy: truthy.into(), falsy: falsy.into() }
        }
        other => other,
    })
}

/// polars finds this out when it runs, far from the place.
fn comparable(left: &Expr, op: Operator, right: &Expr, schema: &Schema) -> PolarsResult<()> {
    let (Some(a), Some(b)) = (type_of(left, schema), type_of(right, schema)) else { return Ok(()) };
    let text = |t: &DataType| t.is_string() || *t == DataType::Unknown(UnknownKind::Str);
    let number = |t: &DataType| {
        t.is_numeric() || t.is_decimal() || matches!(t, DataType::Unknown(UnknownKind::Int(_) | UnknownKind::Float))
    };
    let mixed = text(&a) && number(&b) || number(&a) && text(&b);
    if mixed && op.is_comparison() {
        let sort = |t: &DataType| if text(t) { "text" } else { "a number" };
        let message =
            format!("`{}` is {} and `{}` is {}: they cannot be compared", word(left), sort(&a), word(right), sort(&b));
        return Err(PolarsError::ComputeError(message.into()));
    }
    Ok(())
}

/// A column's name or a literal, as it was written.
fn word(expr: &Expr) -> String {
    match expr {
        Expr::Column(name) => name.to_string(),
        Expr::Literal(value) => value.to_any_value().map_or_else(|| "…".to_owned(), |v| v.str_value().to_string()),
        Expr::Cast { expr, .. } => word(expr),
        other => super::error::shortened(&other.to_string(), 40),
    }
}

fn function_of(mut input: Vec<Expr>, function: FunctionExpr, schema: &Schema) -> Expr {
    let function = match function {
        // 四舍五入, as everywhere else.
        FunctionExpr::Round { decimals, .. } => FunctionExpr::Round { decimals, mode: RoundMode::HalfAwayFromZero },
        other => other,
    };
    match &function {
        FunctionExpr::CumSum { .. } => input = input.into_iter().map(|e| wide_for_sums(e, schema)).collect(),
        FunctionExpr::Quantile { .. }
        | FunctionExpr::Correlation { .. }
        | FunctionExpr::Pow(_)
        | FunctionExpr::Log
        | FunctionExpr::Log1p
        | FunctionExpr::Exp => {
            input =
                input.into_iter().map(|e| if is_decimal(&e, schema) { e.cast(DataType::Float64) } else { e }).collect();
        }
        FunctionExpr::Coalesce | FunctionExpr::FillNull => {
            let scale = input.iter().filter_map(|e| decimal_scale(&e.clone(), schema)).max();
            if scale.is_some() {
                input = input.into_iter().map(|e| exact_literal(&e).unwrap_or(e)).collect();
            }
        }
        _ => {}
    }
    Expr::Function { input, function }
}

fn binary(left: Expr, op: Operator, right: Expr, schema: &Schema) -> Expr {
    use Operator as O;
    let arithmetic = matches!(op, O::Plus | O::Minus | O::Multiply | O::Modulus | O::FloorDivide);
    let compares =
        matches!(op, O::Eq | O::NotEq | O::Lt | O::LtEq | O::Gt | O::GtEq | O::EqValidity | O::NotEqValidity);
    match op {
        O::TrueDivide => return divide(left, right, schema),
        O::Modulus | O::FloorDivide if is_decimal(&left, schema) || is_decimal(&right, schema) => {
            return made(left.cast(DataType::Float64), op, right.cast(DataType::Float64));
        }
        _ if !arithmetic && !compares => return made(left, op, right),
        _ => {}
    }
    let (left, right) = decimal_beside(left, right, schema);
    if compares {
        let dated = date_beside(&left, &right, schema);
        let right = date_beside(&right, &left, schema).unwrap_or(right);
        return made(dated.unwrap_or(left), op, right);
    }
    match (type_of(&left, schema), type_of(&right, schema)) {
        (Some(DataType::Decimal(_, a)), Some(DataType::Decimal(_, b))) if op == O::Multiply => {
            let wanted = if a + b <= DEEPEST { DataType::Decimal(PRECISION, a + b) } else { DataType::Float64 };
            made(left.cast(wanted.clone()), op, right.cast(wanted))
        }
        (Some(a), Some(b)) if a.is_integer() && b.is_integer() => made(wide(left, &a), op, wide(right, &b)),
        _ => made(left, op, right),
    }
}

fn made(left: Expr, op: Operator, right: Expr) -> Expr {
    Expr::BinaryExpr { left: left.into(), op, right: right.into() }
}

/// A quotient is a float, and there is none where the divisor is zero.
fn divide(left: Expr, right: Expr, schema: &Schema) -> Expr {
    let decimals = is_decimal(&left, schema) || is_decimal(&right, schema);
    let float = |e: Expr| if decimals { e.cast(DataType::Float64) } else { e };
    let nonzero_literal = literal_number(&right).is_some_and(|n| n != 0.0);
    let (left, right) = (float(left), float(right));
    let quotient = made(left, Operator::TrueDivide, right.clone());
    if nonzero_literal { quotient } else { when(right.neq(lit(0))).then(quotient).otherwise(lit(NULL)) }
}

fn decimal_scale(expr: &Expr, schema: &Schema) -> Option<usize> {
    match type_of(expr, schema) {
        Some(DataType::Decimal(_, scale)) => Some(scale),
        _ => None,
    }
}

fn is_decimal(expr: &Expr, schema: &Schema) -> bool {
    decimal_scale(expr, schema).is_some()
}

/// Where one side is a decimal and the other a number that was written with a point, that number is a decimal, too.
fn decimal_beside(left: Expr, right: Expr, schema: &Schema) -> (Expr, Expr) {
    if is_decimal(&left, schema)
        && let Some(exact) = exact_literal(&right)
    {
        return (left, exact);
    }
    if is_decimal(&right, schema)
        && let Some(exact) = exact_literal(&left)
    {
        return (exact, right);
    }
    (left, right)
}

fn literal_number(expr: &Expr) -> Option<f64> {
    let Expr::Literal(value) = expr else { return None };
    match value.to_any_value()? {
        value @ (AnyValue::Float64(_) | AnyValue::Int32(_) | AnyValue::Int64(_) | AnyValue::Int128(_)) => {
            value.extract::<f64>()
        }
        _ => None,
    }
}

/// 1446.69 as a decimal of two places.
fn exact_literal(expr: &Expr) -> Option<Expr> {
    let Expr::Literal(value @ LiteralValue::Dyn(_)) = expr else { return None };
    let AnyValue::Float64(number) = value.to_any_value()? else { return None };
    let digits = number.to_string();
    let scale = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let fits = number.is_finite() && digits.len() <= 17 && scale <= DEEPEST;
    fits.then(|| lit(digits).strict_cast(DataType::Decimal(PRECISION, scale)))
}

/// A text beside a date is a date.
fn date_beside(side: &Expr, other: &Expr, schema: &Schema) -> Option<Expr> {
    let Expr::Literal(value) = side else { return None };
    let text = value.extract_str()?.to_owned();
    let wanted = match type_of(other, schema)? {
        time @ DataType::Datetime(..) if text.len() > 10 => time,
        DataType::Date | DataType::Datetime(..) => DataType::Date,
        _ => return None,
    };
    Some(lit(text).strict_cast(wanted))
}

/// Integers are computed with in 64 bits, signed.
fn wide(expr: Expr, data_type: &DataType) -> Expr {
    use DataType as T;
    match data_type {
        T::Int8 | T::Int16 | T::Int32 | T::UInt8 | T::UInt16 | T::UInt32 | T::UInt64 => expr.strict_cast(T::Int64),
        _ => expr,
    }
}

fn wide_for_sums(expr: Expr, schema: &Schema) -> Expr {
    match type_of(&expr, schema) {
        Some(t @ (DataType::Int32 | DataType::UInt32)) => wide(expr, &t),
        _ => expr,
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::{IntoLazy as _, df};

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
