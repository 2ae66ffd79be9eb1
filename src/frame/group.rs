//! Verbs that group: agg, pivot, unpivot.

use std::sync::Arc;

use polars::frame::PivotColumnNaming;
use polars::prelude::{
    DataType, Expr, IntoLazy as _, LazyFrame, PlSmallStr, Schema, SortMultipleOptions, UniqueKeepStrategy,
    UnpivotArgsDSL, by_name, col, element,
};

use super::error::Fault;
use super::expr;
use super::plan::Plan;
use super::rows::new_name;
use super::settle;
use super::text::Piece;

type Done = Result<(), Fault>;

/// Columns that a pivot may make; `limit N` raises it.
const WIDEST: usize = 500;
/// The value column of a pivot until it is spread.
const VALUE: &str = "__value";

pub(super) fn agg(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let schema = plan.schema().clone();
    let (aggregates, by) = rest.clause(&["by", "按"]);
    let exprs = expr::parse_all(&aggregates, &schema)?;
    let by = by.map(|piece| expr::parse_all(&piece, &schema)).transpose()?;
    let items = aggregates.items();
    let keys = by.as_deref().unwrap_or_default().iter().filter_map(|k| name_of(k, plan)).collect::<Vec<_>>();
    let mut seen = keys;
    for (expr, item) in exprs.iter().zip(&items) {
        let Some(name) = name_of(expr, plan) else { continue };
        if seen.contains(&name) {
            let message = format!("two columns of the result would be named `{name}`");
            return Err(Fault::at(item.span(), message).help(format!("give this one a name: {} AS …", item.text())));
        }
        seen.push(name);
    }
    match by {
        Some(keys) => plan.set(grouped(plan.lazy(), keys, exprs.clone(), &schema))?,
        None => plan.set(plan.lazy().select(exprs.clone()))?,
    }
    for (expr, item) in exprs.iter().zip(&items) {
        let single = name_of(expr, plan).and_then(|n| plan.schema().get(&n).cloned());
        let before = expr.to_field(&schema).ok().map(|f| f.dtype);
        if matches!(single, Some(DataType::List(_))) && !matches!(before, Some(DataType::List(_))) {
            let message = format!("`{}` is not one value for a group", item.text());
            return Err(Fault::at(item.span(), message)
                .help(format!("aggregate it: SUM({0}), MAX({0}), COUNT(*), FIRST({0})", item.text())));
        }
    }
    Ok(())
}

/// One row for each group, in the order in which the groups come.
pub(super) fn grouped(lazy: LazyFrame, keys: Vec<Expr>, aggregates: Vec<Expr>, schema: &Schema) -> LazyFrame {
    let (keys, second) = settle::grouping(keys, schema);
    let grouped = lazy.group_by_stable(keys).agg(aggregates);
    if second { grouped.drop(by_name([settle::SECOND], true, false)) } else { grouped }
}

/// The first row of each value of a column.
pub(super) fn first_of_each(lazy: LazyFrame, columns: &[String], schema: &Schema) -> LazyFrame {
    let single = columns.len() == 1 && columns.first().and_then(|c| schema.get(c)).is_some_and(DataType::is_decimal);
    let mut subset = columns.to_vec();
    let mut lazy = lazy;
    if single {
        lazy = lazy
            .with_columns(columns.iter().map(|c| col(c.as_str()).is_null().alias(settle::SECOND)).collect::<Vec<_>>());
        subset.push(settle::SECOND.to_owned());
    }
    let unique = lazy.unique_stable(Some(by_name(subset, true, false)), UniqueKeepStrategy::First);
    if single { unique.drop(by_name([settle::SECOND], true, false)) } else { unique }
}

fn name_of(expr: &Expr, plan: &Plan<'_>) -> Option<String> {
    expr.to_field(plan.schema()).ok().map(|f| f.name.to_string()).or_else(|| match expr {
        Expr::Alias(_, name) => Some(name.to_string()),
        _ => None,
    })
}

/// `limit N` at the end of a stage.
pub(super) fn limited<'t>(rest: &Piece<'t>, usual: usize) -> Result<(Piece<'t>, usize), Fault> {
    let (rest, limit) = rest.clause(&["limit"]);
    let Some(limit) = limit else { return Ok((rest, usual)) };
    let number = limit.text().replace('_', "").parse();
    Ok((rest, number.map_err(|_| Fault::at(limit.span(), format!("`{}` is no number", limit.text())))?))
}

pub(super) fn pivot(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let schema = plan.schema().clone();
    let (rest, limit) = limited(rest, WIDEST)?;
    let (head, on) = rest.clause(&["on"]);
    let (value, by) = head.clause(&["by", "按"]);
    let on = on.ok_or_else(|| Fault::new("a pivot needs the column whose values become columns"))?;
    let by = by.ok_or_else(|| Fault::new("a pivot needs the columns that stay"))?;
    let (on_span, on) = (on.span(), expr::parse(&on, &schema)?);
    let value_expr = expr::parse(&value, &schema)?.alias(VALUE);
    let index = expr::parse_all(&by, &schema)?;
    let name = |e: &Expr| e.to_field(&schema).map(|f| f.name.to_string()).map_err(|e| Fault::new(expr::plain(&e)));
    let on_name = name(&on)?;
    let names = index.iter().map(name).collect::<Result<Vec<_>, _>>()?;
    if names.contains(&on_name) {
        return Err(Fault::at(on_span, format!("`{on_name}` cannot both stay and become columns")));
    }
    let mut keys = index;
    keys.push(on);
    let long = grouped(plan.lazy(), keys, vec![value_expr], &schema);
    let long = plan.rows_of(long)?;
    if matches!(long.schema().get(VALUE), Some(DataType::List(_))) {
        let message = format!("`{}` is not one value for a group", value.text());
        return Err(Fault::at(value.span(), message).help(format!("aggregate it: SUM({0}), MAX({0})", value.text())));
    }
    let found = long.clone().lazy().select([col(on_name.as_str())]);
    let found = first_of_each(found, std::slice::from_ref(&on_name), long.schema());
    let found = found.sort([on_name.as_str()], SortMultipleOptions::default().with_nulls_last(true));
    let found = plan.rows_of(found)?;
    if found.height() > limit {
        let message = format!(
            "`{on_name}` has {} values: as many columns would be made, and {limit} are allowed",
            found.height()
        );
        return Err(Fault::at(on_span, message)
            .help("filter first, or group the values: CASE WHEN … END")
            .help(format!("`limit {}` at the end of the stage allows them", found.height())));
    }
    if plan.dry {
        // Its columns are not known before the data are read.
        let index = by_name(names, true, false);
        return plan.set(long.lazy().select([index.as_expr()]));
    }
    if found.height() == 0 {
        return Err(Fault::at(on_span, "there are no rows, so there is nothing to make columns of"));
    }
    // The pivot groups by what stays.
    let alone = names.len() == 1 && names.first().and_then(|n| long.schema().get(n)).is_some_and(DataType::is_decimal);
    let mut names = names;
    let mut rows = long.lazy();
    if alone {
        rows = rows
            .with_columns(names.iter().map(|n| col(n.as_str()).is_null().alias(settle::SECOND)).collect::<Vec<_>>());
        names.push(settle::SECOND.to_owned());
    }
    let wide = rows.pivot(
        by_name([on_name.as_str()], true, false),
        Arc::new(found),
        by_name(names, true, false),
        by_name([VALUE], true, false),
        element().first(),
        true,
        "_".into(),
        PivotColumnNaming::Auto,
    );
    plan.set(if alone { wide.drop(by_name([settle::SECOND], true, false)) } else { wide })
}

pub(super) fn unpivot(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let schema = plan.schema().clone();
    let (head, names) = rest.clause(&["as", "为"]);
    let (columns, by) = head.clause(&["by", "按"]);
    let index = by.map_or(Ok(Vec::new()), |piece| expr::columns(&piece, &schema))?;
    let on: Vec<String> = if columns.is_empty() {
        schema.iter_names().map(PlSmallStr::to_string).filter(|n| !index.contains(n)).collect()
    } else {
        expr::columns(&columns, &schema)?
    };
    let index: Vec<String> = if index.is_empty() {
        schema.iter_names().map(PlSmallStr::to_string).filter(|n| !on.contains(n)).collect()
    } else {
        index
    };
    let kinds: Vec<&DataType> = on.iter().filter_map(|n| schema.get(n)).collect();
    let texts = kinds.iter().filter(|t| t.is_string()).count();
    if texts > 0 && texts < kinds.len() {
        let message = "text and numbers cannot stand in one column";
        return Err(Fault::at(columns.span(), message).help("name the columns: unpivot A, B by KEY"));
    }
    let names =
        names.map_or(Ok(Vec::new()), |piece| piece.items().iter().map(new_name).collect::<Result<Vec<_>, _>>())?;
    let mut names = names.into_iter();
    let args = UnpivotArgsDSL {
        on: Some(by_name(on, true, false)),
        index: by_name(index, true, false),
        variable_name: Some(names.next().unwrap_or_else(|| "栏目".to_owned()).into()),
        value_name: Some(names.next().unwrap_or_else(|| "数值".to_owned()).into()),
    };
    plan.set(plan.lazy().unpivot(args))
}
