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
fn units_of_money_wider_than_names_and_numbers_have_room_too() {
    let noted = |name: &str| {
        let metadata = std::collections::BTreeMap::from([(UNIT.to_owned(), "元".to_owned())]);
        Field::new(name, arrow::datatypes::DataType::Decimal128(18, 2), true)
            .with_metadata(metadata.into_iter().collect())
    };
    let schema = Schema::new(["a", "b", "c", "d"].map(noted).to_vec());
    let empty = RecordBatch::new_empty(Arc::new(schema.clone()));
    for width in 8..40 {
        let text = render(&schema, std::slice::from_ref(&empty), &Style { width: Some(width), ..Style::default() });
        let table = text.lines().take_while(|line| !line.starts_with('('));
        assert!(table.map(unicode_width::UnicodeWidthStr::width).all(|line| line <= width), "{width}\n{text}");
    }
}

#[test]
fn in_a_narrow_terminal_an_identifier_goes_before_its_name_and_the_amount_stays() {
    let texts = |values: [&str; 3]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
    let columns = [
        ("department", texts(["某市人民政府办公室", "某市人民政府办公室", "某市教育局"])),
        ("kind", texts(["budget", "final_account", "budget"])),
        ("stage", texts(["budget", "actual", "budget"])),
        ("item", texts(["abroad", "vehicle", "abroad"])),
        ("label", texts(["因公出国（境）费", "公务用车购置及运行费", "因公出国（境）费"])),
        ("amount", texts(["1.00", "2.00", "3.00"])),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let show = |width| {
        render(&batch.schema(), std::slice::from_ref(&batch), &Style { width: Some(width), ..Style::default() })
    };
    let names = |text: &str| text.lines().nth(1).unwrap().split('│').map(|n| n.trim().to_owned()).collect::<Vec<_>>();
    assert_eq!(names(&show(100))[1..7], ["department", "kind", "stage", "item", "label", "amount"]);
    let narrow = show(66);
    assert_eq!(names(&narrow)[1..6], ["department", "kind", "stage", "label", "amount"], "{narrow}");
    assert!(narrow.contains("not shown for lack of width: item ("), "{narrow}");
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
