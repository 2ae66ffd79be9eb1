use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, Int32Array, StringArray};
use arrow::datatypes::{Field, Schema};
use unicode_width::UnicodeWidthStr as _;

use super::*;
use crate::render::Format;

/// Two departments over years; one has no document of 2021, and no amount in 2023.
fn result() -> (Schema, Vec<RecordBatch>) {
    let rows = [
        ("南京市财政局", 2019, "人员", Some(100)),
        ("南京市财政局", 2019, "公用", Some(50)),
        ("南京市财政局", 2020, "人员", Some(140)),
        ("南京市财政局", 2020, "公用", Some(35)),
        ("南京市财政局", 2022, "人员", Some(-20)),
        ("南京市财政局", 2022, "公用", Some(0)),
        ("示例办", 2019, "人员", Some(7)),
        ("示例办", 2020, "人员", None),
    ];
    let money = rows.iter().map(|r| r.3.map(|v: i128| v * 1_000_000));
    let money = money.collect::<Decimal128Array>().with_precision_and_scale(18, 2).unwrap();
    let arrays: Vec<(&str, ArrayRef)> = vec![
        ("department", Arc::new(StringArray::from_iter_values(rows.iter().map(|r| r.0)))),
        ("fiscal_year", Arc::new(Int32Array::from_iter_values(rows.iter().map(|r| r.1)))),
        ("label", Arc::new(StringArray::from_iter_values(rows.iter().map(|r| r.2)))),
        ("amount", Arc::new(money)),
    ];
    let fields: Vec<Field> = arrays.iter().map(|(n, a)| Field::new(*n, a.data_type().clone(), true)).collect();
    let schema = Schema::new(fields);
    let batch = RecordBatch::try_new(Arc::new(schema.clone()), arrays.into_iter().map(|(_, a)| a).collect());
    (schema, vec![batch.unwrap()])
}

fn drawn(words: &str) -> String {
    let (schema, batches) = result();
    let schema = schema.with_metadata([(CHART.to_owned(), words.to_owned())].into());
    text(&schema, &batches, &Style { format: Format::Chart, width: Some(64), ..Style::default() })
}

#[test]
fn bars_have_aligned_labels_and_values_and_a_zero_in_the_middle() {
    insta::assert_snapshot!(drawn("bar label amount"));
}

#[test]
fn a_line_has_a_gap_where_a_year_is_missing() {
    insta::assert_snapshot!(drawn("line fiscal_year amount label"));
}

#[test]
fn without_a_word_the_picture_is_found_in_the_result() {
    assert_eq!(drawn(""), drawn("折线 fiscal_year amount"));
}

#[test]
fn a_lorenz_curve_is_worked_out_of_amounts() {
    let (schema, batches) = result();
    let batches: Vec<_> = batches.iter().map(|b| b.slice(0, 4)).collect();
    let schema = schema.with_metadata([(CHART.to_owned(), "lorenz amount label".to_owned())].into());
    let text = text(&schema, &batches, &Style { width: Some(64), ..Style::default() });
    insta::assert_snapshot!(text);
}

#[test]
fn stacked_shares_name_their_parts() {
    let (schema, batches) = result();
    let batches: Vec<_> = batches.iter().map(|b| b.slice(0, 4)).collect();
    let schema = schema.with_metadata([(CHART.to_owned(), "stack fiscal_year amount label".to_owned())].into());
    let text = text(&schema, &batches, &Style { width: Some(64), ..Style::default() });
    insta::assert_snapshot!(text);
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for words in ["bar label amount", "line fiscal_year amount label", "bar fiscal_year amount label"] {
        assert!(drawn(words).lines().all(|l| l.width() <= 64), "{}", drawn(words));
    }
}

#[test]
fn what_cannot_be_drawn_says_why() {
    assert!(drawn("bar labl amount").contains("did you mean `label`?"), "{}", drawn("bar labl amount"));
    assert!(drawn("stack fiscal_year amount label").contains("not negative"));
    assert!(drawn("stack fiscal_year amount").contains("need the column of the parts"));
    assert!(drawn("line fiscal_year label").contains("holds no numbers"));
    assert!(drawn("bar a b c d").contains("one word too many"));
}

#[test]
fn a_drawing_keeps_text_and_names_no_address_in_a_page() {
    let (schema, batches) = result();
    for words in ["bar label amount", "line fiscal_year amount label", "lorenz fiscal_year amount"] {
        let schema = schema.clone().with_metadata([(CHART.to_owned(), words.to_owned())].into());
        let sheet = Sheet { title: "查询 <a&b>", schema: &schema, batches: &batches };
        if words.starts_with("lorenz") {
            assert!(file(&[sheet], &About::default(), Unit::Wan).unwrap_err().contains("not negative"));
            continue;
        }
        let svg = file(&[sheet], &About::default(), Unit::Wan).unwrap();
        assert!(svg.contains("南京市财政局") && svg.contains("<desc>") && svg.contains("a&amp;b"), "{svg}");
        assert!(!svg.contains("<a&b>"), "{svg}");
        let page = inline(&sheet, Unit::Wan).unwrap();
        assert!(!page.contains("http"), "{page}");
    }
}
