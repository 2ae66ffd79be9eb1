//! Measures over groups and years: growth, share, rank, cum.

use polars::prelude::{
    AllowedOptimizations, DataType, Expr, IntoLazy as _, LazyFrame, NULL, PolarsError, RankMethod, RankOptions, col,
    len, lit, when,
};

use super::error::Fault;
use super::expr;
use super::plan::Plan;
use super::rows::{new_name, window};
use super::text::Piece;

type Done = Result<(), Fault>;

/// `C [by G] [over Y] [as NAME]`.
struct Measure<'t> {
    /// What is measured.
    piece: Piece<'t>,
    value: Expr,
    by: Vec<Expr>,
    by_names: Vec<String>,
    over: Vec<Expr>,
    over_names: Vec<String>,
    name: String,
}

impl<'t> Measure<'t> {
    fn read(plan: &Plan<'_>, rest: &Piece<'t>, usual: &str, words: &[&str]) -> Result<(Self, Option<&'t str>), Fault> {
        let schema = plan.schema().clone();
        let (rest, name) = rest.clause(&["as", "为"]);
        let (rest, over) = rest.clause(&["over"]);
        let (value, by) = rest.clause(&["by", "按"]);
        let (value, word) = value.without_last(words);
        let list = |piece: Option<Piece<'_>>| piece.map_or(Ok(Vec::new()), |p| expr::parse_all(&p, &schema));
        let names = |exprs: &[Expr]| {
            exprs.iter().filter_map(|e| e.to_field(&schema).ok()).map(|f| f.name.to_string()).collect::<Vec<_>>()
        };
        let (by, over) = (list(by)?, list(over)?);
        let name = match name {
            Some(piece) => new_name(&piece)?,
            None if schema.contains(usual) => {
                let message = format!("there is a column `{usual}` already");
                return Err(Fault::at(rest.span(), message).help("give this one a name: … as NAME"));
            }
            None => usual.to_owned(),
        };
        let measured = expr::parse(&value, &schema)?;
        let (by_names, over_names) = (names(&by), names(&over));
        Ok((Self { piece: value, value: measured, by, by_names, over, over_names, name }, word))
    }

    /// A ratio; in percent where the name says so.
    fn ratio(&self, ratio: Expr) -> Expr {
        let ratio = if self.name.ends_with("_pct") { ratio * lit(100.0) } else { ratio };
        ratio.alias(self.name.as_str())
    }

    fn number(&self, plan: &Plan<'_>) -> Result<DataType, Fault> {
        let data_type = self.value.to_field(plan.schema()).map_err(|e| Fault::new(expr::plain(&e)))?.dtype;
        if data_type.is_numeric() || data_type.is_decimal() || data_type.is_null() {
            return Ok(data_type);
        }
        Err(Fault::at(self.piece.span(), format!("`{}` is {data_type}, not a number", self.piece.text())))
    }
}

pub(super) fn growth(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let (measure, _) = Measure::read(plan, rest, "增长率", &[])?;
    measure.number(plan)?;
    let [year] = measure.over.as_slice() else {
        return Err(Fault::new("growth needs one column of years: over YEAR"));
    };
    let shifted = |e: &Expr| window(e.clone().shift(lit(1)), &measure.by, &measure.over, plan.schema());
    let before = shifted(&measure.value)?;
    let mut holds = before.clone().gt(lit(0));
    // A missing year is no base: 2021 is not compared with 2019.
    let year_type = year.to_field(plan.schema()).map_err(|e| Fault::new(expr::plain(&e)))?.dtype;
    if year_type.is_integer() {
        let distance = year.clone().cast(DataType::Int64) - shifted(year)?.cast(DataType::Int64);
        holds = holds.and(distance.eq(lit(1)));
    }
    let float = |e: Expr| e.cast(DataType::Float64);
    let rate = float(measure.value.clone() - before.clone()) / float(before);
    let rate = when(holds).then(rate).otherwise(lit(NULL));
    let keys: Vec<String> = measure.by_names.iter().chain(&measure.over_names).cloned().collect();
    let checked = single(plan.lazy(), keys.clone(), plan);
    plan.set(checked.with_columns([measure.ratio(rate)]))
}

/// Two rows of one group and year have no order: growth between them would be nonsense.
fn single(lazy: LazyFrame, keys: Vec<String>, plan: &Plan<'_>) -> LazyFrame {
    // Keys that are computed are not there as columns.
    if keys.iter().any(|k| !plan.schema().contains(k)) {
        return lazy;
    }
    let check = move |frame: polars::prelude::DataFrame| {
        let names: Vec<Expr> = keys.iter().map(|k| col(k.as_str())).collect();
        let twice = frame.clone().lazy().group_by_stable(names).agg([len().alias("__rows")]);
        let twice = twice.filter(col("__rows").gt(lit(1))).limit(1).collect()?;
        if twice.height() == 0 {
            return Ok(frame);
        }
        let values: Vec<String> = twice
            .columns()
            .iter()
            .take(keys.len())
            .map(|c| c.get(0).map(|v| v.str_value().to_string()).unwrap_or_default())
            .collect();
        let message = format!(
            "growth needs one row for each {}, and there are several for {}; name all that tells them apart after `by`, or agg first",
            keys.join(", "),
            values.join(", ")
        );
        Err(PolarsError::ComputeError(message.into()))
    };
    lazy.map(check, AllowedOptimizations::empty(), None, Some("ONE ROW EACH"))
}

pub(super) fn share(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let (measure, _) = Measure::read(plan, rest, "占比", &[])?;
    let data_type = measure.number(plan)?;
    let wide =
        |e: Expr| if matches!(data_type, DataType::Int32 | DataType::UInt32) { e.cast(DataType::Int64) } else { e };
    let whole = window(wide(measure.value.clone()).sum(), &measure.by, &[], plan.schema())?;
    let float = |e: Expr| e.cast(DataType::Float64);
    let part = float(measure.value.clone()) / float(whole.clone());
    let part = when(whole.gt(lit(0))).then(part).otherwise(lit(NULL));
    plan.set(plan.lazy().with_columns([measure.ratio(part)]))
}

pub(super) fn rank(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let (measure, word) = Measure::read(plan, rest, "名次", &["asc", "desc", "升序", "降序"])?;
    let ascending = word.is_some_and(|w| w.eq_ignore_ascii_case("asc") || w == "升序");
    let options = RankOptions { method: RankMethod::Min, descending: !ascending };
    let rank =
        window(measure.value.clone().rank(options, None), &measure.by, &[], plan.schema())?.cast(DataType::Int64);
    plan.set(plan.lazy().with_columns([rank.alias(measure.name.as_str())]))
}

pub(super) fn cum(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Done {
    let (measure, _) = Measure::read(plan, rest, "累计", &[])?;
    let data_type = measure.number(plan)?;
    let value =
        if data_type.is_integer() { measure.value.clone().cast(DataType::Int64) } else { measure.value.clone() };
    let sum = window(value.cum_sum(false), &measure.by, &measure.over, plan.schema())?;
    plan.set(plan.lazy().with_columns([sum.alias(measure.name.as_str())]))
}
