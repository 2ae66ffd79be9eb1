//! Joining: counted before it is done.

use polars::prelude::{DataType, Expr, IntoLazy as _, JoinType, LazyFrame, MaintainOrderJoin, by_name, col, len, lit};

use super::error::Fault;
use super::expr;
use super::group::limited;
use super::plan::Plan;
use super::settle;
use super::text::Piece;

/// Rows that a join may make; `limit N` raises it.
const MOST: usize = 10_000_000;
/// Ends the names of columns that both sides have.
const SUFFIX: &str = "_right";

pub(super) fn join(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Result<(), Fault> {
    let (rest, limit) = limited(rest, MOST)?;
    let (rest, last) = rest.without_last(&["inner", "left", "full", "semi", "anti"]);
    let (source, on) = rest.clause(&["on"]);
    let on = on.ok_or_else(|| Fault::new("a join needs the columns that are equal on both sides"))?;
    let how = match last.map(str::to_lowercase).as_deref() {
        Some("left") => JoinType::Left,
        Some("full") => JoinType::Full,
        Some("semi") => JoinType::Semi,
        Some("anti") => JoinType::Anti,
        _ => JoinType::Inner,
    };
    let left_schema = plan.schema().clone();
    let (mut right, right_schema) = plan.source(&source)?;
    let (mut left_on, mut right_on): (Vec<Expr>, Vec<Expr>) = (Vec::new(), Vec::new());
    let mut left = plan.lazy();
    let mut decimal = false;
    for item in on.items() {
        let (here, there) = match item.lexemes() {
            [a, equals, b] if equals.token.to_string() == "=" => (item.of(a), item.of(b)),
            _ => (item, item),
        };
        let (a, b) = (
            expr::column(&here, &left_schema)?,
            expr::column(&there, &right_schema).map_err(|fault| Fault {
                message: format!("{} in `{}`", fault.message.trim_end_matches(" here"), source.text()),
                ..fault
            })?,
        );
        let types = (left_schema.get(&a).cloned(), right_schema.get(&b).cloned());
        let (a, b) = (col(a.as_str()), col(b.as_str()));
        decimal =
            types.0.as_ref().is_some_and(DataType::is_decimal) || types.1.as_ref().is_some_and(DataType::is_decimal);
        if let (Some(x), Some(y)) = types
            && x != y
        {
            let common = common(&x, &y).ok_or_else(|| {
                Fault::at(item.span(), format!("`{}` is {x} on the left and {y} on the right", item.text()))
                    .help("make them equal first: mutate CAST(… AS VARCHAR) AS …")
            })?;
            left = left.with_columns([a.clone().strict_cast(common.clone())]);
            right = right.with_columns([b.clone().strict_cast(common)]);
        }
        left_on.push(a);
        right_on.push(b);
    }
    if left_on.is_empty() {
        return Err(Fault::at(on.span(), "a join needs the columns that are equal on both sides"));
    }
    let alone = decimal && left_on.len() == 1;
    if alone {
        // See `settle::SECOND`.
        left = left.with_columns(left_on.iter().map(|k| k.clone().is_null().alias(settle::SECOND)).collect::<Vec<_>>());
        right =
            right.with_columns(right_on.iter().map(|k| k.clone().is_null().alias(settle::SECOND)).collect::<Vec<_>>());
        left_on.push(col(settle::SECOND));
        right_on.push(col(settle::SECOND));
    }
    if !plan.dry && matches!(how, JoinType::Inner | JoinType::Left | JoinType::Full) {
        counted(plan, (&left, &left_on), (&right, &right_on), limit).map_err(|fault| fault.or_at(on.span()))?;
    }
    let joined = left
        .join_builder()
        .with(right)
        .left_on(left_on)
        .right_on(right_on)
        .how(how)
        .suffix(SUFFIX)
        .coalesce(polars::prelude::JoinCoalesce::CoalesceColumns)
        .maintain_order(MaintainOrderJoin::Left)
        .finish();
    plan.set(if alone { joined.drop(by_name([settle::SECOND], true, false)) } else { joined })
}

/// The type in which two keys can be compared.
fn common(x: &DataType, y: &DataType) -> Option<DataType> {
    match (x, y) {
        (a, b) if a.is_integer() && b.is_integer() => Some(DataType::Int64),
        (DataType::Decimal(_, a), DataType::Decimal(_, b)) => Some(DataType::Decimal(38, *a.max(b))),
        (DataType::Decimal(_, s), i) | (i, DataType::Decimal(_, s)) if i.is_integer() => {
            Some(DataType::Decimal(38, *s))
        }
        (DataType::Null, other) | (other, DataType::Null) => Some(other.clone()),
        _ => None,
    }
}

/// Refuses a join that would make more rows than are allowed; a right side with one row for a key makes none.
fn counted(
    plan: &Plan<'_>,
    (left, left_on): (&LazyFrame, &[Expr]),
    (right, right_on): (&LazyFrame, &[Expr]),
    limit: usize,
) -> Result<(), Fault> {
    let keys =
        |on: &[Expr]| -> Vec<Expr> { on.iter().enumerate().map(|(i, e)| e.clone().alias(format!("k{i}"))).collect() };
    let names: Vec<Expr> = (0..left_on.len()).map(|i| col(format!("k{i}"))).collect();
    let present = names.iter().cloned().map(Expr::is_not_null).reduce(Expr::and).unwrap_or_else(|| lit(true));
    let numbers = |lazy: LazyFrame, on: &[Expr], name: &str| {
        lazy.select(keys(on))
            .filter(present.clone())
            .group_by(names.clone())
            .agg([len().cast(DataType::Int64).alias(name)])
    };
    let there = plan.rows_of(numbers(right.clone(), right_on, "r"))?;
    let most = there.column("r").ok().and_then(|c| c.as_materialized_series().max::<i64>().ok().flatten()).unwrap_or(0);
    if most <= 1 {
        return Ok(());
    }
    let here = numbers(left.clone(), left_on, "l");
    let pairs = here.join_builder().with(there.lazy()).on(names).how(JoinType::Inner).finish();
    let pairs = plan.rows_of(pairs.select([(col("l") * col("r")).sum().alias("pairs")]))?;
    let rows =
        pairs.column("pairs").ok().and_then(|c| c.as_materialized_series().max::<i64>().ok().flatten()).unwrap_or(0);
    if usize::try_from(rows).unwrap_or(usize::MAX) > limit {
        return Err(Fault::new(format!("this join would make {rows} rows, and {limit} are allowed"))
            .help("join on more columns, or make one row for each key first: agg … by KEY")
            .help(format!("`limit {rows}` at the end of the stage allows it")));
    }
    Ok(())
}
