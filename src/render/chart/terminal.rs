//! Pictures in signs: labels and values aligned, Chinese two columns wide.

use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::canvas::Canvas;
use super::data::{Bar, Picture, Point, Series, Shape};
use crate::render::grid::NULL;
use crate::render::number;

/// Eighths of a sign, from the left.
const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
/// Signs of the parts of a stack, told apart without colours.
const FILLS: [char; 8] = ['█', '▒', '░', '▓', '=', '+', '-', '.'];
/// Signs of the points of a series.
const MARKS: [char; 8] = ['●', '▲', '■', '◆', '○', '△', '□', '◇'];
/// Codes of colours that can be seen on dark and on light.
const COLORS: [u8; 8] = [34, 33, 32, 35, 36, 31, 94, 90];
/// Wider pictures are harder to read.
const WIDEST: usize = 120;
const LINES: usize = 12;

/// Draws in `width` columns.
pub(super) fn draw(picture: &Picture, width: usize, color: bool) -> String {
    let width = width.clamp(30, WIDEST);
    let paint = Paint(color);
    let mut out = format!("{}\n", picture.y);
    match &picture.shape {
        Shape::Bars(all) => bars(&mut out, all, width, paint),
        Shape::Stack(names, all) => stack(&mut out, names, all, width, paint),
        Shape::Lines(places, series) => lines(&mut out, places, series, width, paint),
        Shape::Lorenz(series) => lorenz(&mut out, picture, series, width, paint),
    }
    if let Some(note) = &picture.note {
        let _ = writeln!(out, "({note})");
    }
    out
}

#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn with(self, text: &str, series: usize) -> String {
        match COLORS.get(series % COLORS.len()) {
            Some(color) if self.0 && !text.trim().is_empty() => format!("\x1b[{color}m{text}\x1b[0m"),
            _ => text.to_owned(),
        }
    }
}

/// A label in a number of columns.
fn fitted(text: &str, width: usize) -> String {
    if text.width() <= width {
        return format!("{text}{}", " ".repeat(width - text.width()));
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > width {
            break;
        }
        used += wide;
        out.push(c);
    }
    out.push('…');
    out.push_str(&" ".repeat(width.saturating_sub(used + 1)));
    out
}

fn label_width<'a>(labels: impl Iterator<Item = &'a str>, width: usize) -> usize {
    labels.map(str::width).max().unwrap_or(0).min(width / 3)
}

/// Parts of a whole in columns, eighths included.
fn eighths(part: f64, columns: usize) -> (usize, usize) {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let eighths = (part.clamp(0.0, 1.0) * columns as f64 * 8.0).round() as usize;
    (eighths / 8, eighths % 8)
}

fn bar(part: f64, columns: usize) -> String {
    let (whole, rest) = eighths(part, columns);
    let mut out = "█".repeat(whole);
    if rest > 0 {
        out.extend(EIGHTHS.get(rest - 1));
    } else if whole == 0 && part > 0.0 {
        // What is there is seen, however small.
        out.push('▏');
    }
    out
}

fn bars(out: &mut String, all: &[Bar], width: usize, paint: Paint) {
    let text = |b: &Bar| b.points.first().cloned().flatten().map_or_else(|| NULL.to_owned(), |p| p.text);
    let value = |b: &Bar| b.points.first().and_then(Option::as_ref).map(|p| p.value);
    let labels = label_width(all.iter().map(|b| b.label.as_str()), width);
    let values = all.iter().map(|b| text(b).width()).max().unwrap_or(0);
    let most = all.iter().filter_map(value).fold(0.0, f64::max);
    let least = all.iter().filter_map(value).fold(0.0, f64::min);
    let room = width.saturating_sub(labels + values + 6).max(8);
    let span = most - least;
    let share = |v: f64| if span > 0.0 { v / span } else { 0.0 };
    let (left, _) = eighths(share(-least), room);
    let right = room - left;
    let mut group = "";
    for item in all {
        if item.group != group {
            group = &item.group;
            let _ = writeln!(out, "{group}");
        }
        let drawn = match value(item) {
            Some(v) if v < 0.0 => {
                let (whole, rest) = eighths(-v / -least, left);
                let half = if rest >= 4 { "▐" } else { "" };
                format!("{}{half}{}", " ".repeat(left.saturating_sub(whole + half.width())), "█".repeat(whole))
            }
            Some(v) if most > 0.0 => format!("{}{}", " ".repeat(left), bar(v / most, right)),
            _ => String::new(),
        };
        let value = text(item);
        let pad = " ".repeat(values - value.width());
        let line = format!("  {}  {pad}{value}  {}", fitted(&item.label, labels), paint.with(&drawn, 0));
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

fn stack(out: &mut String, names: &[String], all: &[Bar], width: usize, paint: Paint) {
    let fill = |i: usize| FILLS.get(i % FILLS.len()).copied().unwrap_or('█');
    let labels = label_width(all.iter().map(|b| b.label.as_str()), width);
    let room = width.saturating_sub(labels + 4).max(10);
    let mut group = "";
    for item in all {
        if item.group != group {
            group = &item.group;
            let _ = writeln!(out, "{group}");
        }
        let _ = write!(out, "  {}  ", fitted(&item.label, labels));
        let value = |p: &Option<Point>| p.as_ref().map_or(0.0, |p| p.value);
        let whole: f64 = item.points.iter().map(value).sum();
        if whole <= 0.0 {
            let _ = writeln!(out, "{NULL}");
            continue;
        }
        let mut done = 0.0;
        let mut drawn = 0;
        for (i, point) in item.points.iter().enumerate() {
            done += value(point);
            let (end, _) = eighths(done / whole + 1e-9, room);
            let columns = end.saturating_sub(drawn);
            drawn = end;
            let share = number::share(value(point) / whole);
            let part = if columns >= share.len() + 2 {
                let before = (columns - share.len()) / 2;
                let of = |n: usize| fill(i).to_string().repeat(n);
                format!("{}{}{}", paint.with(&of(before), i), share, paint.with(&of(columns - before - share.len()), i))
            } else {
                paint.with(&fill(i).to_string().repeat(columns), i)
            };
            out.push_str(&part);
        }
        out.push('\n');
    }
    legend(out, names.iter().map(String::as_str).enumerate().map(|(i, name)| (i, fill(i), name)), width, paint);
}

/// Signs and names, as many on a line as fit.
fn legend<'a>(out: &mut String, all: impl Iterator<Item = (usize, char, &'a str)>, width: usize, paint: Paint) {
    let mut used = 0;
    for (i, sign, name) in all {
        let name = if name.is_empty() { "–" } else { name };
        let wide = name.width() + 4;
        if used > 0 && used + wide > width {
            out.push('\n');
            used = 0;
        }
        let _ = write!(out, "  {} {name}", paint.with(&sign.to_string(), i));
        used += wide;
    }
    out.push('\n');
}

/// Round values for the ticks that hold the least and the most between them.
pub(super) fn ticks(least: f64, most: f64, count: usize) -> Vec<f64> {
    let span = if most > least { most - least } else { most.abs().max(1.0) };
    let raw = span / count.max(1) as f64;
    let power = 10_f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].map(|s| s * power).into_iter().find(|s| *s >= raw).unwrap_or(raw);
    let first = (least / step).floor();
    let last = (most / step).ceil();
    std::iter::successors(Some(first), |n| Some(n + 1.0))
        .take_while(|n| *n <= last)
        .take(20)
        .map(|n| n * step)
        .collect()
}

/// Least and most of all values; from zero, unless that would hide what happens.
pub(super) fn range(series: &[Series]) -> (f64, f64) {
    let values = || series.iter().flat_map(|s| &s.points).filter_map(|(_, p)| p.as_ref()).map(|p| p.value);
    let (least, most) = (values().fold(f64::MAX, f64::min), values().fold(f64::MIN, f64::max));
    if least > 0.0 && (least < most * 0.6 || (least - most).abs() < f64::EPSILON) {
        (0.0, most)
    } else if most < 0.0 && most > least * 0.6 {
        (least, 0.0)
    } else {
        (least, most)
    }
}

fn lines(out: &mut String, places: &[(f64, String)], series: &[Series], width: usize, paint: Paint) {
    let (least, most) = range(series);
    let ticks = ticks(least, most, 4);
    let (bottom, top) = (ticks.first().copied().unwrap_or(0.0), ticks.last().copied().unwrap_or(1.0));
    let labels: Vec<String> = ticks.iter().map(|t| number::tick(*t)).collect();
    let left = labels.iter().map(|l| l.width()).max().unwrap_or(0);
    let (first, last) = (places.first().map_or(0.0, |p| p.0), places.last().map_or(1.0, |p| p.0));
    // Every place as wide as its label at least, and no sea of blanks between few.
    let room = width.saturating_sub(left + 6).max(10).min(places.len().max(2) * 12);
    let (x, y) = (
        |at: f64| if last > first { 0.02 + 0.96 * (at - first) / (last - first) } else { 0.5 },
        |value: f64| if top > bottom { (value - bottom) / (top - bottom) } else { 0.5 },
    );
    let mut canvas = Canvas::new(room, LINES);
    for (i, line) in series.iter().enumerate() {
        for pair in line.points.windows(2) {
            if let [(x0, Some(a)), (x1, Some(b))] = pair {
                canvas.line((x(*x0), y(a.value)), (x(*x1), y(b.value)), Some(i), 1);
            }
        }
    }
    let few = places.len() <= 40;
    for (i, line) in series.iter().enumerate().filter(|_| few) {
        for (at, point) in line.points.iter().filter_map(|(at, p)| p.as_ref().map(|p| (at, p))) {
            canvas.mark((x(*at), y(point.value)), MARKS.get(i % MARKS.len()).copied().unwrap_or('●'), i);
        }
    }
    let drawn =
        canvas.lines(|sign, owner| owner.map_or_else(|| sign.to_string(), |i| paint.with(&sign.to_string(), i)));
    let rows: Vec<usize> = ticks.iter().map(|t| row_of(y(*t))).collect();
    for (row, line) in drawn.iter().enumerate() {
        let tick = rows.iter().position(|r| *r == row).and_then(|i| labels.get(i));
        let edge = if tick.is_some() { '┤' } else { '│' };
        let label = tick.map_or("", String::as_str);
        let pad = " ".repeat(left - label.width());
        out.push_str(format!("  {pad}{label} {edge}{line}").trim_end());
        out.push('\n');
    }
    let _ = writeln!(out, "  {} └{}", " ".repeat(left), "─".repeat(room));
    out.push_str(&axis(places, &canvas, x, left + 4));
    let names = series.iter().map(|s| s.name.as_str()).enumerate();
    if series.len() > 1 || series.iter().any(|s| !s.name.is_empty()) {
        legend(out, names.map(|(i, n)| (i, MARKS.get(i % MARKS.len()).copied().unwrap_or('●'), n)), width, paint);
    }
}

fn row_of(y: f64) -> usize {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let dot = ((1.0 - y).clamp(0.0, 1.0) * (LINES * 4 - 1) as f64).round() as usize;
    dot / 4
}

/// Names under their places; one that would run into its neighbour is left out.
fn axis(places: &[(f64, String)], canvas: &Canvas, x: impl Fn(f64) -> f64, left: usize) -> String {
    let mut line = String::new();
    for (at, label) in places {
        let wide = label.width();
        let start = (left + canvas.column(x(*at))).saturating_sub(wide / 2);
        let used = line.width();
        if line.is_empty() || start > used {
            line.push_str(&" ".repeat(start.saturating_sub(used)));
            line.push_str(label);
        }
    }
    line.push('\n');
    line
}

fn lorenz(out: &mut String, picture: &Picture, series: &[Series], width: usize, paint: Paint) {
    let rows = 20;
    let room = width.saturating_sub(12).min(2 * rows);
    let mut canvas = Canvas::new(room, rows);
    canvas.line((0.0, 0.0), (1.0, 1.0), None, 3);
    for (i, line) in series.iter().enumerate() {
        for pair in line.points.windows(2) {
            if let [(x0, Some(a)), (x1, Some(b))] = pair {
                canvas.line((x0 / 100.0, a.value / 100.0), (x1 / 100.0, b.value / 100.0), Some(i), 1);
            }
        }
        if let [.., (at, Some(point)), _] = line.points.as_slice() {
            let sign = MARKS.get(i % MARKS.len()).copied().unwrap_or('●');
            canvas.mark((at / 100.0, point.value / 100.0), sign, i);
        }
    }
    let drawn =
        canvas.lines(|sign, owner| owner.map_or_else(|| sign.to_string(), |i| paint.with(&sign.to_string(), i)));
    for (row, line) in drawn.iter().enumerate() {
        let label = match row {
            0 => "100",
            r if r == rows / 2 => " 50",
            r if r == rows - 1 => "  0",
            _ => "   ",
        };
        let edge = if label.trim().is_empty() { '│' } else { '┤' };
        out.push_str(format!("  {label} {edge}{line}").trim_end());
        out.push('\n');
    }
    let _ = writeln!(out, "      └{}", "─".repeat(room));
    let middle = " ".repeat((room / 2).saturating_sub(3));
    let _ = writeln!(out, "       0{middle}50{middle}100  {}", picture.x);
    let names = series.iter().map(|s| s.name.as_str()).enumerate();
    if series.len() > 1 || series.iter().any(|s| !s.name.is_empty()) {
        legend(out, names.map(|(i, n)| (i, MARKS.get(i % MARKS.len()).copied().unwrap_or('●'), n)), width, paint);
    }
    out.push_str("  (dotted: all have the same)\n");
}
