//! Operations are given operands in which no number is silently rounded or wraps.
//!
//! polars keeps the scale of decimals it divides or multiplies (1.00 / 3 is 0.33), adds 32-bit integers in 32 bits,
//! subtracts unsigned numbers below zero, and rounds half to even. The types of a stage's columns are known, so each
//! operation is given operands in which its result is right: a quotient is a float, a product has all its decimals. Integers are
//! computed with in 64 bits, and beyond 9.2 × 10^18 they wrap as in polars; amounts are decimals.

use polars::prelude::{
    AggExpr, AnyValue, DataType, Expr, FunctionExpr, LiteralValue, NULL, Operator, PolarsError, PolarsResult,
    RoundMode, Schema, UnknownKind, lit, when,
};

/// Digits after the point that a decimal keeps; products of more become floats.
const DEEPEST: usize = 18;
/// Digits that a decimal holds.
const PRECISION: usize = 38;

/// Every operation with operands in which its result is right.
pub(super) fn settle(expr: Expr, schema: &Schema) -> PolarsResult<Expr> {
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

pub(super) fn has_selector(expr: &Expr) -> bool {
    expr.into_iter().any(|e| matches!(e, Expr::Selector(_)) || matches!(e, Expr::Column(n) if n.starts_with('^')))
}
