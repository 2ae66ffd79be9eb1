//! Verbs on rows and columns: filter, select, drop, rename, mutate, sort, head, tail, distinct, fill, sample.

use polars::prelude::{
    AllowedOptimizations, DataType, Expr, FillNullStrategy, IdxCa, IdxSize, PlSmallStr, Schema, SortMultipleOptions,
    by_name, col,
};

use super::error::Fault;
use super::expr::{self, quoted};
use super::plan::Plan;
use super::settle;
use super::text::Piece;

type Done = Result<(), Fault>;

/// Rows that are shown where no number is given.
const USUAL: IdxSize = 10;

pub(super) fn filter(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let schema = plan.schema().clone();
    let mut lazy = plan.lazy();
    let mut items = rest.items();
    if items.is_empty() {
        items.push(*rest);
    }
    for item in &items {
        let condition = expr::parse(item, &schema)?;
        let data_type = condition.to_field(&schema).map_err(|e| Fault::at(item.span(), expr::plain(&e)))?.dtype;
        if data_type != DataType::Boolean && data_type != DataType::Null {
            let message = format!("`{}` is {data_type}, not a condition", item.text());
            return Err(Fault::at(item.span(), message)
                .help("write a comparison: 金额 > 0, 科目 = '项目支出', 年度 IN (2022, 2023)"));
        }
        lazy = lazy.filter(condition);
    }
    plan.set(lazy)
}

pub(super) fn select(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let schema = plan.schema().clone();
    let mut exprs = Vec::new();
    if rest.is_empty() {
        exprs.push(expr::parse(rest, &schema)?);
    }
    for item in rest.items() {
        match all_but(&item, &schema)? {
            Some(names) => exprs.extend(names.into_iter().map(col)),
            None => exprs.push(expr::parse(&item, &schema)?),
        }
    }
    plan.set(plan.lazy().select(exprs))
}

/// The columns of `*` and `* EXCLUDE (…)`.
fn all_but(item: &Piece<'_>, schema: &Schema) -> Result<Option<Vec<String>>, Fault> {
    let (star, rest) = item.first_word();
    if star.text() != "*" {
        return Ok(None);
    }
    let mut without = Vec::new();
    if !rest.is_empty() {
        let (word, list) = rest.first_word();
        let is_exclude = word.name().is_some_and(|w| ["exclude", "except"].contains(&w.to_lowercase().as_str()));
        let list = list.inner().filter(|_| is_exclude);
        let list = list.ok_or_else(|| Fault::at(rest.span(), "write * or * EXCLUDE (COLUMN, …)"))?;
        without = expr::columns(&list, schema)?;
    }
    Ok(Some(schema.iter_names().map(PlSmallStr::to_string).filter(|n| !without.contains(n)).collect()))
}

pub(super) fn mutate(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let exprs = expr::parse_all(rest, plan.schema())?;
    plan.set(plan.lazy().with_columns(exprs))
}

pub(super) fn drop(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let columns = expr::columns(rest, plan.schema())?;
    if columns.len() >= plan.schema().len() {
        return Err(Fault::new("no column would be left"));
    }
    plan.set(plan.lazy().drop(by_name(columns, true, false)))
}

pub(super) fn rename(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for item in rest.items() {
        let (before, after) = item.clause(&["as", "为"]);
        let after = after.ok_or_else(|| Fault::at(item.span(), "write OLD AS NEW"))?;
        old.push(expr::column(&before, plan.schema())?);
        new.push(new_name(&after)?);
    }
    if old.is_empty() {
        return Err(Fault::new("what is renamed? write OLD AS NEW"));
    }
    plan.set(plan.lazy().rename(old, new, true))
}

/// A name that a stage gives.
pub(super) fn new_name(piece: &Piece<'_>) -> Result<String, Fault> {
    piece.name().map(str::to_owned).ok_or_else(|| {
        Fault::at(piece.span(), "a name is missing here").help("names with spaces or signs stand in double quotes")
    })
}

pub(super) fn sort(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    if rest.is_empty() {
        return Err(Fault::new("by what?").help(expr::columns_here(plan.schema())));
    }
    let (mut by, mut descending) = (Vec::new(), Vec::new());
    for item in rest.items() {
        let (key, down) = item.without_last(&["desc", "降序"]);
        let (key, _) = key.without_last(&["asc", "升序"]);
        by.push(expr::parse(&key, plan.schema())?);
        descending.push(down.is_some());
    }
    let options = SortMultipleOptions::default()
        .with_order_descending_multi(descending)
        .with_nulls_last(true)
        .with_maintain_order(true);
    plan.set(plan.lazy().sort_by_exprs(by, options))
}

/// A number of rows.
fn count(piece: &Piece<'_>) -> Result<IdxSize, Fault> {
    if piece.is_empty() {
        return Ok(USUAL);
    }
    let text = piece.text();
    text.replace('_', "")
        .parse()
        .map_err(|_| Fault::at(piece.span(), format!("`{text}` is no number of rows; write 20")))
}

pub(super) fn head(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    plan.set(plan.lazy().limit(count(rest)?))
}

pub(super) fn tail(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    plan.set(plan.lazy().tail(count(rest)?))
}

pub(super) fn distinct(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let schema = plan.schema().clone();
    let columns = if rest.is_empty() {
        schema.iter_names().map(PlSmallStr::to_string).collect()
    } else {
        expr::columns(rest, &schema)?
    };
    plan.set(super::group::first_of_each(plan.lazy(), &columns, &schema))
}

/// Groups and order of a window.
pub(super) fn window(expr: Expr, by: &[Expr], over: &[Expr], schema: &Schema) -> Result<Expr, Fault> {
    let (by, _) = settle::grouping(by.to_vec(), schema);
    if by.is_empty() && over.is_empty() {
        return Ok(expr);
    }
    let some = |e: &[Expr]| (!e.is_empty()).then(|| e.to_vec());
    let order = some(over).map(|o| (o, polars::prelude::SortOptions::default()));
    expr.over_with_options(some(&by), order, polars::prelude::WindowMapping::default())
        .map_err(|e| Fault::new(expr::plain(&e)))
}

pub(super) fn fill(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let schema = plan.schema().clone();
    let (head, over) = rest.clause(&["over"]);
    let (head, by) = head.clause(&["by", "按"]);
    let list = |piece: Option<Piece<'_>>| piece.map_or(Ok(Vec::new()), |p| expr::parse_all(&p, &schema));
    let (by, over) = (list(by)?, list(over)?);
    let (columns, value) = head.clause(&["with"]);
    let (columns, direction) = columns.without_last(&["forward", "backward", "向下", "向上"]);
    let names = expr::columns(&columns, &schema)?;
    let mut exprs = Vec::new();
    for name in names {
        let column = col(name.as_str());
        let filled = match (&value, direction) {
            (Some(value), None) => {
                // Read beside the column, so that a decimal stays one.
                let text = format!("COALESCE({}, {})", quoted(&name), value.sql());
                let (lexemes, _) = super::text::lexemes(&text);
                expr::parse(&Piece::new(&text, &lexemes, 0), &schema)
                    .map_err(|fault| Fault { span: Some(value.span()), ..fault })?
                    .alias(name.as_str())
            }
            (None, Some("backward" | "向上")) => {
                window(column.fill_null_with_strategy(FillNullStrategy::Backward(None)), &by, &over, &schema)?
            }
            (None, Some(_)) => {
                window(column.fill_null_with_strategy(FillNullStrategy::Forward(None)), &by, &over, &schema)?
            }
            _ => return Err(Fault::new("fill with what?")),
        };
        exprs.push(filled);
    }
    plan.set(plan.lazy().with_columns(exprs))
}

pub(super) fn sample(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let (amount, seed) = rest.clause(&["seed"]);
    let seed: u64 = match seed {
        Some(seed) => {
            let wrong = || Fault::at(seed.span(), format!("`{}` is no whole number", seed.text()));
            seed.text().parse().map_err(|_| wrong())?
        }
        None => 1,
    };
    let text = amount.text();
    let wrong = || Fault::at(amount.span(), format!("`{text}` is neither a number of rows nor a share such as 5%"));
    let share: Option<f64> = match text.strip_suffix('%') {
        Some(percent) => {
            Some(percent.trim().parse::<f64>().ok().filter(|p| (0.0..=100.0).contains(p)).ok_or_else(wrong)?)
        }
        None => None,
    };
    let rows: usize = if share.is_none() { text.parse().map_err(|_| wrong())? } else { 0 };
    let pick = move |frame: polars::prelude::DataFrame| {
        let height = frame.height();
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a count"
        )]
        let wanted = share.map_or(rows, |p| (height as f64 * p / 100.0).round() as usize).min(height);
        // The rows with the smallest numbers of a sequence that only the seed decides: the same in every version.
        let mut drawn: Vec<(u64, IdxSize)> = (0..height)
            .map(|i| (mixed(seed ^ mixed(i as u64)), IdxSize::try_from(i).unwrap_or(IdxSize::MAX)))
            .collect();
        drawn.sort_unstable();
        let mut chosen: Vec<IdxSize> = drawn.into_iter().take(wanted).map(|(_, i)| i).collect();
        chosen.sort_unstable();
        frame.take(&IdxCa::from_vec("".into(), chosen))
    };
    plan.set(plan.lazy().map(pick, AllowedOptimizations::PROJECTION_PUSHDOWN, None, Some("SAMPLE")))
}

/// Sebastiano Vigna's `SplitMix64`, one step.
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
