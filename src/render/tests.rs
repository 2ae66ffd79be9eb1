use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int32Array, StringArray};
use arrow::datatypes::{Field, Schema};

use super::*;

fn sample() -> (Schema, Vec<RecordBatch>) {
    let money = Decimal128Array::from(vec![Some(1_446_690_000), None]).with_precision_and_scale(18, 2);
    let arrays: Vec<(&str, ArrayRef)> = vec![
        ("department", Arc::new(StringArray::from(vec![Some("洛龙区“住建”局（本级）"), Some("a|b,c\"d")]))),
        ("fiscal_year", Arc::new(Int32Array::from(vec![2023, 2024]))),
        ("amount", Arc::new(money.unwrap())),
        ("growth_pct", Arc::new(Float64Array::from(vec![Some(43.444_999), None]))),
        ("gini", Arc::new(Float64Array::from(vec![0.604_523, f64::INFINITY]))),
        ("listed", Arc::new(BooleanArray::from(vec![true, false]))),
    ];
    let fields: Vec<Field> = arrays.iter().map(|(n, a)| Field::new(*n, a.data_type().clone(), true)).collect();
    let schema = Schema::new(fields);
    let arrays = arrays.into_iter().map(|(_, a)| a).collect();
    let batch = RecordBatch::try_new(Arc::new(schema.clone()), arrays).unwrap();
    (schema, vec![batch])
}

fn rendered(format: Format) -> String {
    let (schema, batches) = sample();
    render(&schema, &batches, &Style { format, ..Style::default() })
}

#[test]
fn a_table_for_people() {
    insta::assert_snapshot!(rendered(Format::Table));
}

#[test]
fn numbers_stay_whole_in_a_narrow_terminal_and_what_is_left_out_is_named() {
    let (schema, batches) = sample();
    let text = render(&schema, &batches, &Style { width: Some(40), ..Style::default() });
    assert!(text.contains("1,446.69"), "{text}");
    assert!(text.contains("not shown for lack of width: growth_pct, gini, listed"), "{text}");
    let table = text.lines().filter(|l| !l.starts_with("not shown"));
    assert!(table.clone().all(|l| unicode_width::UnicodeWidthStr::width(l) <= 40), "{text}");
    assert!(table.count() > 6, "{text}");
}

#[test]
fn programs_get_every_digit() {
    insta::assert_snapshot!(format!("{}{}{}", rendered(Format::Csv), rendered(Format::Json), rendered(Format::Jsonl)));
}

#[test]
fn markdown_and_lines() {
    insta::assert_snapshot!(format!("{}\n{}", rendered(Format::Md), rendered(Format::Line)));
}

#[test]
fn an_empty_result_is_shown_as_such() {
    let (schema, _) = sample();
    let style = |format| Style { format, ..Style::default() };
    assert!(render(&schema, &[], &style(Format::Table)).ends_with("(0 rows)\n"));
    assert_eq!(render(&schema, &[], &style(Format::Json)), "[]\n");
    assert_eq!(render(&schema, &[], &style(Format::Jsonl)), "");
    assert_eq!(render(&Schema::empty(), &[], &style(Format::Table)), "(0 rows)\n");
}
