//! Results as a page of HTML that needs nothing else.

use std::fmt::Write as _;

use super::about::About;
use super::column::Column;
use super::grid::Grid;
use super::{Sheet, Unit, chart};

const STYLE: &str = "body{font-family:\"Noto Sans CJK SC\",\"Microsoft YaHei\",\"PingFang SC\",sans-serif;margin:2em;color:#222}\
table{border-collapse:collapse;margin:1em 0}th,td{padding:.25em .75em;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}\
th{border-bottom:2px solid #888}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
figure{margin:1em 0}svg{max-width:100%;height:auto}.u{color:#777;font-weight:normal;font-size:85%}.about{color:#555;font-size:85%}.about td{border:0;padding:.1em .75em .1em 0;word-break:break-all}";

/// A whole page, one table for each result, and what it is about.
pub(super) fn page(sheets: &[Sheet<'_>], about: Option<&About>, unit: Unit) -> String {
    let title = sheets.first().map_or("yusuan", |s| s.title);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"zh\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        escaped(title)
    );
    for sheet in sheets {
        let _ = writeln!(out, "<h2>{}</h2>", escaped(sheet.title));
        if let Some(picture) = chart::inline(sheet, unit) {
            let _ = writeln!(out, "<figure>\n{picture}</figure>");
        }
        table(&mut out, sheet, unit);
    }
    if let Some(about) = about {
        out.push_str("<table class=\"about\">\n");
        for [key, value, more] in about.lines() {
            let [key, value, more] = [key, value, more].map(|t| escaped(&t));
            let _ = writeln!(out, "<tr><td>{key}</td><td>{value}</td><td>{more}</td></tr>");
        }
        out.push_str("</table>\n");
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn table(out: &mut String, sheet: &Sheet<'_>, unit: Unit) {
    let grid = Grid::with_trend(sheet.schema, sheet.batches);
    let class = |column: &Column| if column.is_numeric() { " class=\"n\"" } else { "" };
    out.push_str("<table>\n<thead><tr>");
    for column in &grid.columns {
        let unit = column.unit(unit).map(|u| format!("<br><span class=\"u\">{u}</span>")).unwrap_or_default();
        let _ = write!(out, "<th{}>{}{unit}</th>", class(column), escaped(&column.name));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in grid.texts(unit) {
        out.push_str("<tr>");
        for (column, text) in grid.columns.iter().zip(&row) {
            let _ = write!(out, "<td{}>{}</td>", class(column), escaped(text));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\n', "<br>")
}
