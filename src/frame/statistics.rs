//! Verbs that describe: describe, correlate, quantile.

use std::sync::Arc;

use polars::prelude::pearson_corr;
use polars::prelude::{
    AllowedOptimizations, Column, DataFrame, DataType, Expr, Field, NamedFrom as _, PlSmallStr, PolarsResult,
    QuantileMethod, Schema, SchemaRef, Series, col, len, lit, when,
};

use super::error::Fault;
use super::expr;
use super::plan::Plan;
use super::text::Piece;

type Done = Result<(), Fault>;

fn is_number(data_type: &DataType) -> bool {
    data_type.is_numeric() || data_type.is_decimal()
}

/// Columns that are named, or all that are numbers.
fn numbers(plan: &Plan<'_>, rest: &Piece<'_>) -> Result<Vec<String>, Fault> {
    let schema = plan.schema();
    if rest.is_empty() {
        let all = schema.iter().filter(|(_, t)| is_number(t)).map(|(n, _)| n.to_string());
        return Ok(all.collect());
    }
    let names = expr::columns(rest, schema)?;
    for (name, item) in names.iter().zip(rest.items()) {
        if let Some(other) = schema.get(name).filter(|t| !is_number(t)) {
            return Err(Fault::at(item.span(), format!("`{name}` is {other}, not a number")));
        }
    }
    Ok(names)
}

pub(super) fn describe(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let schema = plan.schema().clone();
    let names = if rest.is_empty() {
        schema.iter_names().map(PlSmallStr::to_string).collect()
    } else {
        expr::columns(rest, &schema)?
    };
    let text = |e: Expr| e.cast(DataType::String);
    let mut exprs = Vec::new();
    let mut types = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let column = col(name.as_str());
        let data_type = schema.get(name).cloned().unwrap_or(DataType::Null);
        let list = matches!(data_type, DataType::List(_));
        let none = || lit(polars::prelude::NULL);
        let float = column.clone().cast(DataType::Float64);
        let number = is_number(&data_type);
        let sum =
            if data_type.is_integer() { column.clone().cast(DataType::Int64).sum() } else { column.clone().sum() };
        let parts = [
            column.clone().is_not_null().sum().cast(DataType::Int64),
            column.clone().null_count().cast(DataType::Int64),
            if list {
                none().cast(DataType::Int64)
            } else {
                column.clone().drop_nulls().n_unique().cast(DataType::Int64)
            },
            if list { text(none()) } else { text(column.clone().min()) },
            if list { text(none()) } else { text(column.clone().max()) },
            if number { text(sum) } else { text(none()) },
            if number { float.clone().mean() } else { none().cast(DataType::Float64) },
            if number { float.clone().median() } else { none().cast(DataType::Float64) },
            if number { float.std(1) } else { none().cast(DataType::Float64) },
        ];
        exprs.extend(parts.into_iter().enumerate().map(|(j, e)| e.alias(format!("{i}.{j}"))));
        types.push(data_type.to_string());
    }
    let heads = ["count", "nulls", "distinct", "min", "max", "sum", "mean", "median", "std"];
    let kinds = ["i", "i", "i", "s", "s", "s", "f", "f", "f"];
    let kind = |k: &str| match k {
        "i" => DataType::Int64,
        "s" => DataType::String,
        _ => DataType::Float64,
    };
    let mut fields = vec![Field::new("column".into(), DataType::String), Field::new("type".into(), DataType::String)];
    fields.extend(heads.iter().zip(kinds).map(|(h, k)| Field::new((*h).into(), kind(k))));
    let result: SchemaRef = Arc::new(Schema::from_iter(fields));
    let shape = move |wide: DataFrame| -> PolarsResult<DataFrame> {
        let mut columns: Vec<Column> =
            vec![Series::new("column".into(), names.clone()).into(), Series::new("type".into(), types.clone()).into()];
        for (j, head) in heads.iter().enumerate() {
            let mut series: Option<Series> = None;
            for i in 0..names.len() {
                let part = wide.column(&format!("{i}.{j}"))?.as_materialized_series().clone().with_name((*head).into());
                match &mut series {
                    Some(all) => {
                        all.append(&part)?;
                    }
                    None => series = Some(part),
                }
            }
            columns.extend(series.map(Column::from));
        }
        DataFrame::new(names.len(), columns)
    };
    let schema_of = move |_: &Schema| Ok(result.clone());
    plan.set(plan.lazy().select(exprs).map(
        shape,
        AllowedOptimizations::empty(),
        Some(Arc::new(schema_of)),
        Some("DESCRIBE"),
    ))
}

pub(super) fn correlate(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let schema = plan.schema().clone();
    let (list, by) = rest.clause(&["by", "按"]);
    let names = numbers(plan, &list)?;
    if names.len() < 2 {
        return Err(Fault::new("correlate needs two columns of numbers").help(expr::columns_here(&schema)));
    }
    let float = |n: &String| col(n.as_str()).cast(DataType::Float64);
    // Without rows that have both there is no coefficient, and none where one side does not vary.
    let both = |a: &String, b: &String| {
        let r = pearson_corr(float(a), float(b));
        when(r.clone().is_nan()).then(lit(polars::prelude::NULL)).otherwise(r)
    };
    if let Some(by) = by {
        let keys = expr::parse_all(&by, &schema)?;
        let mut exprs = Vec::new();
        for (i, a) in names.iter().enumerate() {
            for b in names.iter().skip(i + 1) {
                let name = if names.len() == 2 { "相关系数".to_owned() } else { format!("{a}×{b}") };
                exprs.push(both(a, b).alias(name));
            }
        }
        exprs.push(len().cast(DataType::Int64).alias("行数"));
        return plan.set(super::group::grouped(plan.lazy(), keys, exprs, &schema));
    }
    let mut exprs = Vec::new();
    for (i, a) in names.iter().enumerate() {
        for (j, b) in names.iter().enumerate() {
            exprs.push(both(a, b).alias(format!("{i}.{j}")));
        }
    }
    let mut fields = vec![Field::new("column".into(), DataType::String)];
    fields.extend(names.iter().map(|n| Field::new(n.as_str().into(), DataType::Float64)));
    let result: SchemaRef = Arc::new(Schema::from_iter(fields));
    let shape = move |wide: DataFrame| -> PolarsResult<DataFrame> {
        let mut columns: Vec<Column> = vec![Series::new("column".into(), names.clone()).into()];
        for (j, name) in names.iter().enumerate() {
            let mut values: Vec<Option<f64>> = Vec::with_capacity(names.len());
            for i in 0..names.len() {
                values.push(wide.column(&format!("{i}.{j}"))?.f64()?.get(0));
            }
            columns.push(Series::new(name.as_str().into(), values).into());
        }
        DataFrame::new(names.len(), columns)
    };
    let schema_of = move |_: &Schema| Ok(result.clone());
    plan.set(plan.lazy().select(exprs).map(
        shape,
        AllowedOptimizations::empty(),
        Some(Arc::new(schema_of)),
        Some("CORRELATE"),
    ))
}

pub(super) fn quantile(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let schema = plan.schema().clone();
    let (rest, by) = rest.clause(&["by", "按"]);
    let (column, at) = rest.clause(&["at"]);
    let name = expr::column(&column, &schema)?;
    if let Some(other) = schema.get(&name).filter(|t| !is_number(t)) {
        return Err(Fault::at(column.span(), format!("`{name}` is {other}, not a number")));
    }
    let mut points = Vec::new();
    for item in at.map(|p| p.items()).unwrap_or_default() {
        let wrong = || Fault::at(item.span(), format!("`{}` is no number from 0 to 1; write 0.9", item.text()));
        let point: f64 = item.text().parse().map_err(|_| wrong())?;
        if !(0.0..=1.0).contains(&point) {
            return Err(wrong());
        }
        points.push(point);
    }
    if points.is_empty() {
        points = vec![0.25, 0.5, 0.75];
    }
    let float = col(name.as_str()).cast(DataType::Float64);
    let exprs: Vec<Expr> = points
        .iter()
        .map(|p| {
            let percent = format!("{:.4}", p * 100.0);
            let percent = percent.trim_end_matches('0').trim_end_matches('.').replace('.', "_");
            float.clone().quantile(lit(*p), QuantileMethod::Linear).alias(format!("p{percent}"))
        })
        .collect();
    match by {
        Some(by) => {
            let keys = expr::parse_all(&by, &schema)?;
            plan.set(super::group::grouped(plan.lazy(), keys, exprs, &schema))
        }
        None => plan.set(plan.lazy().select(exprs)),
    }
}
