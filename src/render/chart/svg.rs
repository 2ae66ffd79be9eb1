//! Pictures as SVG, drawn by plotters: text stays text, no address is named.

use plotters::backend::SVGBackend;
use plotters::chart::ChartBuilder;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea as _};
use plotters::element::{Circle, PathElement, Rectangle, Text};
use plotters::series::LineSeries;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{BLACK, Color as _, IntoFont as _, RGBColor, ShapeStyle, TextStyle, WHITE};
use unicode_width::UnicodeWidthStr as _;

use super::data::{Bar, Picture, Point, Series, Shape};
use super::terminal::{range, ticks};
use crate::render::grid::NULL;
use crate::render::number;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn std::error::Error>>;

const FONT: &str = "Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif";
const WIDTH: i32 = 960;
const GREY: RGBColor = RGBColor(110, 110, 110);
const COLORS: [RGBColor; 8] = [
    RGBColor(49, 104, 166),
    RGBColor(222, 122, 34),
    RGBColor(74, 143, 65),
    RGBColor(190, 58, 62),
    RGBColor(120, 94, 162),
    RGBColor(66, 158, 166),
    RGBColor(140, 102, 82),
    RGBColor(150, 150, 60),
];
/// Where the picture begins under title and name of the values.
const HEAD: i32 = 64;
const ROW: i32 = 24;
const MARGIN: i32 = 16;

/// The text of an SVG file.
pub(super) fn draw(picture: &Picture) -> String {
    let mut svg = String::new();
    let height = height(picture);
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH.unsigned_abs(), height.unsigned_abs())).into_drawing_area();
        // Writing to memory does not fail.
        let _ = all(&root, picture, height).and_then(|()| Ok(root.present()?));
    }
    svg
}

fn height(picture: &Picture) -> i32 {
    let rows = |bars: &[Bar]| {
        let groups = bars.windows(2).filter(|w| matches!(w, [a, b] if a.group != b.group)).count();
        let first = usize::from(bars.first().is_some_and(|b| !b.group.is_empty()));
        count(bars.len() + groups + first) * ROW
    };
    let note = if picture.note.is_some() { ROW } else { 0 };
    HEAD + note
        + MARGIN
        + match &picture.shape {
            Shape::Bars(bars) => rows(bars),
            Shape::Stack(names, bars) => rows(bars) + legend_height(names.iter().map(String::as_str)),
            Shape::Lines(_, series) => 420 + legend_height(series.iter().map(|s| s.name.as_str())),
            Shape::Lorenz(series) => 560 + legend_height(series.iter().map(|s| s.name.as_str())),
        }
}

fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX / 64)
}

fn color(i: usize) -> RGBColor {
    COLORS.get(i % COLORS.len()).copied().unwrap_or(BLACK)
}

fn style(size: i32, color: RGBColor, at: HPos) -> TextStyle<'static> {
    (FONT, size).into_font().color(&color).pos(Pos::new(at, VPos::Center))
}

fn text(area: &Area<'_>, words: &str, at: (i32, i32), style: TextStyle<'static>) -> Drawn {
    Ok(area.draw(&Text::new(words.to_owned(), at, style))?)
}

fn all(root: &Area<'_>, picture: &Picture, height: i32) -> Drawn {
    root.fill(&WHITE)?;
    text(root, &picture.title, (MARGIN, 22), style(18, BLACK, HPos::Left))?;
    text(root, &picture.y, (MARGIN, 46), style(13, GREY, HPos::Left))?;
    if let Some(note) = &picture.note {
        text(root, note, (MARGIN, height - MARGIN), style(12, GREY, HPos::Left))?;
    }
    match &picture.shape {
        Shape::Bars(all) => bars(root, all),
        Shape::Stack(names, all) => stack(root, names, all),
        Shape::Lines(places, series) => lines(root, places, series, picture),
        Shape::Lorenz(series) => lorenz(root, series, picture),
    }
}

/// About as wide as the text will be.
fn wide(text: &str, size: i32) -> i32 {
    count(text.width()) * size * 11 / 20
}

fn filled(color: RGBColor) -> ShapeStyle {
    color.filled()
}

/// Rows with group headings; `each` draws a bar between left and right at a height.
fn rows(
    root: &Area<'_>,
    all: &[Bar],
    mut each: impl FnMut(&Area<'_>, &Bar, i32, i32) -> Drawn,
) -> Result<i32, Box<dyn std::error::Error>> {
    let labels = all.iter().map(|b| wide(&b.label, 13)).max().unwrap_or(0).min(WIDTH / 3);
    let left = MARGIN + labels + 10;
    let mut y = HEAD;
    let mut group = "";
    for bar in all {
        if bar.group != group {
            group = &bar.group;
            text(root, group, (MARGIN, y + ROW / 2), style(13, GREY, HPos::Left))?;
            y += ROW;
        }
        text(root, &bar.label, (left - 10, y + ROW / 2), style(13, BLACK, HPos::Right))?;
        each(root, bar, left, y)?;
        y += ROW;
    }
    Ok(y)
}

fn part(whole: i32, share: f64) -> i32 {
    #[allow(clippy::cast_possible_truncation)]
    let part = (f64::from(whole) * share).round() as i32;
    part
}

fn bars(root: &Area<'_>, all: &[Bar]) -> Drawn {
    let point = |b: &Bar| b.points.first().cloned().flatten();
    let value = |b: &Bar| point(b).map_or(0.0, |p| p.value);
    let most = all.iter().map(value).fold(0.0, f64::max);
    let least = all.iter().map(value).fold(0.0, f64::min);
    let texts = all.iter().filter_map(point).map(|p| wide(&p.text, 13)).max().unwrap_or(0) + 16;
    rows(root, all, |root, bar, left, y| {
        let negative = if least < 0.0 { texts } else { 0 };
        let room = WIDTH - MARGIN - left - texts - negative;
        let span = if most > least { most - least } else { 1.0 };
        let zero = left + negative + part(room, -least / span);
        let middle = y + ROW / 2;
        let Some(Point { value, text: words }) = point(bar) else {
            return text(root, NULL, (zero + 6, middle), style(13, GREY, HPos::Left));
        };
        let end = zero + part(room, value / span);
        let shape = [(zero.min(end), y + 4), (zero.max(end), y + ROW - 4)];
        root.draw(&Rectangle::new(shape, filled(color(0))))?;
        let (at, side) = if value < 0.0 { (end - 6, HPos::Right) } else { (end + 6, HPos::Left) };
        text(root, &words, (at, middle), style(13, BLACK, side))
    })?;
    Ok(())
}

fn stack(root: &Area<'_>, names: &[String], all: &[Bar]) -> Drawn {
    let y = rows(root, all, |root, bar, left, y| {
        let value = |p: &Option<Point>| p.as_ref().map_or(0.0, |p| p.value);
        let whole: f64 = bar.points.iter().map(value).sum();
        if whole <= 0.0 {
            return text(root, NULL, (left + 6, y + ROW / 2), style(13, GREY, HPos::Left));
        }
        let room = WIDTH - MARGIN - left;
        let mut done = 0.0;
        for (i, point) in bar.points.iter().enumerate() {
            let (from, share) = (left + part(room, done / whole), value(point) / whole);
            done += value(point);
            let to = left + part(room, done / whole);
            root.draw(&Rectangle::new([(from, y + 3), (to, y + ROW - 3)], filled(color(i))))?;
            let words = number::share(share);
            if to - from > wide(&words, 12) + 6 {
                text(root, &words, (from + (to - from) / 2, y + ROW / 2), style(12, WHITE, HPos::Center))?;
            }
        }
        Ok(())
    })?;
    legend(root, names.iter().map(String::as_str), y + 8)
}

/// Where the names of a legend go.
fn legend_places<'a>(names: impl Iterator<Item = &'a str>) -> Vec<(i32, i32)> {
    let (mut x, mut y) = (MARGIN, 0);
    let mut places = Vec::new();
    for name in names {
        let wide = wide(name, 13) + 40;
        if x > MARGIN && x + wide > WIDTH - MARGIN {
            (x, y) = (MARGIN, y + ROW);
        }
        places.push((x, y));
        x += wide;
    }
    places
}

fn legend_height<'a>(names: impl Iterator<Item = &'a str>) -> i32 {
    legend_places(names).last().map_or(0, |(_, y)| y + ROW + 8)
}

fn legend<'a>(root: &Area<'_>, names: impl Iterator<Item = &'a str> + Clone, top: i32) -> Drawn {
    for (i, (name, (x, y))) in names.clone().zip(legend_places(names)).enumerate() {
        let y = top + y + ROW / 2;
        root.draw(&Rectangle::new([(x, y - 6), (x + 12, y + 6)], filled(color(i))))?;
        text(root, name, (x + 18, y), style(13, BLACK, HPos::Left))?;
    }
    Ok(())
}

fn lines(root: &Area<'_>, places: &[(f64, String)], series: &[Series], picture: &Picture) -> Drawn {
    let (least, most) = range(series);
    let ticks = ticks(least, most, 5);
    let (bottom, top) = (ticks.first().copied().unwrap_or(0.0), ticks.last().copied().unwrap_or(1.0));
    let (first, last) = (places.first().map_or(0.0, |p| p.0), places.last().map_or(1.0, |p| p.0));
    let margin = if last > first { (last - first) * 0.04 } else { 0.5 };
    let area = root.clone().margin(HEAD, 0, MARGIN, MARGIN);
    let (plot, _) = area.split_vertically(420);
    let labels = ticks.iter().map(|t| wide(&number::tick(*t), 13)).max().unwrap_or(0) + 16;
    let mut chart = ChartBuilder::on(&plot)
        .set_label_area_size(plotters::chart::LabelAreaPosition::Left, labels)
        .set_label_area_size(plotters::chart::LabelAreaPosition::Bottom, 40)
        .build_cartesian_2d(first - margin..last + margin, bottom..top)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .x_labels(0)
        .y_labels(ticks.len())
        .max_light_lines(0)
        .y_label_formatter(&|v| number::tick(*v))
        .label_style((FONT, 13).into_font())
        .light_line_style(WHITE)
        .bold_line_style(RGBColor(225, 225, 225))
        .axis_style(GREY)
        .draw()?;
    for (i, line) in series.iter().enumerate() {
        for run in line.points.split(|(_, p)| p.is_none()) {
            let points: Vec<(f64, f64)> = run.iter().filter_map(|(at, p)| Some((*at, p.as_ref()?.value))).collect();
            chart.draw_series(LineSeries::new(points.clone(), color(i).stroke_width(2)))?;
            if places.len() <= 40 {
                chart.draw_series(points.into_iter().map(|at| Circle::new(at, 4, filled(color(i)))))?;
            }
        }
    }
    let mut used = i32::MIN;
    for (at, label) in places {
        let (x, y) = chart.backend_coord(&(*at, bottom));
        let half = wide(label, 13) / 2;
        if x - half > used {
            used = x + half + 4;
            text(root, label, (x, y + 16), style(13, BLACK, HPos::Center))?;
        }
    }
    text(root, &picture.x, (WIDTH - MARGIN, HEAD + 410), style(12, GREY, HPos::Right))?;
    legend(root, series.iter().map(|s| s.name.as_str()), HEAD + 424)
}

fn lorenz(root: &Area<'_>, series: &[Series], picture: &Picture) -> Drawn {
    let side = 500;
    let (left, top) = (MARGIN + 44, HEAD + 8);
    let at = |(x, y): (f64, f64)| (left + part(side, x / 100.0), top + side - part(side, y / 100.0));
    for mark in [0.0, 25.0, 50.0, 75.0, 100.0] {
        let light = RGBColor(225, 225, 225);
        root.draw(&PathElement::new(vec![at((0.0, mark)), at((100.0, mark))], light))?;
        root.draw(&PathElement::new(vec![at((mark, 0.0)), at((mark, 100.0))], light))?;
        let ((x, y), words) = (at((0.0, mark)), number::tick(mark));
        text(root, &words, (x - 8, y), style(13, BLACK, HPos::Right))?;
        let (x, y) = at((mark, 0.0));
        text(root, &words, (x, y + 16), style(13, BLACK, HPos::Center))?;
    }
    root.draw(&PathElement::new(vec![at((0.0, 0.0)), at((100.0, 100.0))], GREY))?;
    for (i, line) in series.iter().enumerate() {
        let points: Vec<(i32, i32)> =
            line.points.iter().filter_map(|(x, p)| Some(at((*x, p.as_ref()?.value)))).collect();
        root.draw(&PathElement::new(points, color(i).stroke_width(2)))?;
    }
    text(root, &picture.x, (left + side + 12, top + side), style(12, GREY, HPos::Left))?;
    legend(root, series.iter().map(|s| s.name.as_str()), top + side + 32)
}
