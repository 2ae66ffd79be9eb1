//! A page's drawing operations → [`PageGeometry`].

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use hayro_interpret::font::{Glyph as FontGlyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape as _};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, TransformExt as _, interpret_page,
};

use super::geometry::{Area, Glyph, PageGeometry, plain};

/// Operations that a page may have. No page of 783 real ones had more than 20,000.
const OPERATIONS: usize = 1_000_000;
/// Time that a page may take.
const TIME: Duration = Duration::from_secs(10);

/// Reads one page; `Err` when it ran out of its budget or the interpreter failed.
pub(super) fn read_page<'a>(
    pdf: &'a Pdf,
    page: &Page<'a>,
    cache: &InterpreterCache<'a>,
) -> Result<PageGeometry, &'static str> {
    let (width, height) = page.render_dimensions();
    let (width, height) = (f64::from(width), f64::from(height));
    let mut recorder = Recorder::new(width, height);
    let outcome = std::panic::catch_unwind(AssertUnwindSafe(|| {
        let transform = page.initial_transform(true).to_kurbo();
        let frame = Rect::new(0.0, 0.0, width, height);
        let mut context = Context::new(transform, frame, cache, pdf.xref(), InterpreterSettings::default());
        interpret_page(page, &mut context, &mut recorder);
    }));
    match outcome {
        Ok(()) => Ok(recorder.finish()),
        Err(cause) if cause.is::<OutOfBudget>() => {
            Err("it has more drawing operations than a page may have, or takes too long")
        }
        Err(_) => Err("its content is damaged"),
    }
}

/// Thrown through the interpreter, which has no other way of being stopped.
struct OutOfBudget;

struct Recorder {
    page: PageGeometry,
    /// Glyphs by direction of writing, in clockwise quarter turns.
    directions: [usize; 4],
    /// Visible area after each nested clip.
    clips: Vec<Area>,
    left: usize,
    deadline: Instant,
}

impl Recorder {
    fn new(width: f64, height: f64) -> Self {
        Self {
            page: PageGeometry { width, height, ..PageGeometry::default() },
            directions: [0; 4],
            clips: Vec::new(),
            left: OPERATIONS,
            deadline: Instant::now() + TIME,
        }
    }

    fn finish(mut self) -> PageGeometry {
        self.page.clip();
        let all: usize = self.directions.iter().sum();
        let most = self.directions.iter().enumerate().max_by_key(|(_, n)| **n);
        if let Some((quarter, _)) = most.filter(|(quarter, n)| *quarter > 0 && **n * 2 > all) {
            self.page.upright(quarter);
        }
        self.page.drop_overprint();
        self.page
    }

    /// Spends `cost` operations.
    fn spend(&mut self, cost: usize) {
        let before = self.left;
        self.left = self.left.saturating_sub(cost);
        let look = before / 4096 != self.left / 4096;
        if self.left == 0 || look && Instant::now() > self.deadline {
            std::panic::resume_unwind(Box::new(OutOfBudget));
        }
    }

    fn visible(&self, area: Area) -> Option<Area> {
        let Some(clip) = self.clips.last() else { return Some(area) };
        let seen = area.intersection(*clip);
        (seen.right - seen.left > -0.5 && seen.bottom - seen.top > -0.5).then_some(seen)
    }

    fn stroke(&mut self, path: &BezPath, transform: Affine) {
        let (mut start, mut current) = (Point::ZERO, Point::ZERO);
        for element in path.elements() {
            match *element {
                PathEl::MoveTo(to) => (start, current) = (to, to),
                PathEl::LineTo(to) => {
                    self.segment(transform * current, transform * to);
                    current = to;
                }
                PathEl::QuadTo(_, to) | PathEl::CurveTo(_, _, to) => current = to,
                PathEl::ClosePath => {
                    self.segment(transform * current, transform * start);
                    current = start;
                }
            }
        }
    }

    fn segment(&mut self, a: Point, b: Point) {
        let area = Area { left: a.x.min(b.x), top: a.y.min(b.y), right: a.x.max(b.x), bottom: a.y.max(b.y) };
        if let Some(seen) = self.visible(area) {
            if area.right - area.left > area.bottom - area.top {
                self.page.add_line((seen.left, a.y), (seen.right, b.y));
            } else {
                self.page.add_line((a.x, seen.top), (b.x, seen.bottom));
            }
        }
    }

    fn fill(&mut self, path: &BezPath, transform: Affine) {
        // Each part of a path is a figure of its own: one path often draws all rules of a table.
        let mut figure: Option<Area> = None;
        for element in path.elements() {
            if let PathEl::MoveTo(_) = element
                && let Some(done) = figure.take()
            {
                self.filled(done);
            }
            if let Some(point) = element.end_point() {
                let p = transform * point;
                let point = Area { left: p.x, top: p.y, right: p.x, bottom: p.y };
                figure = Some(figure.map_or(point, |f| f.union(point)));
            }
        }
        if let Some(done) = figure {
            self.filled(done);
        }
    }

    fn filled(&mut self, area: Area) {
        if let Some(seen) = self.visible(area) {
            self.page.add_fill(seen);
        }
    }
}

fn area(rect: Rect) -> Area {
    Area { left: rect.x0, top: rect.y0, right: rect.x1, bottom: rect.y1 }
}

impl<'a> Device<'a> for Recorder {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.spend(1 + path.elements().len() / 8);
        match mode {
            DrawMode::Fill(_) => self.fill(path, props.transform),
            DrawMode::Stroke(_) | DrawMode::FillAndStroke(..) => self.stroke(path, props.transform),
            DrawMode::Invisible => {}
        }
    }

    fn draw_rect(&mut self, rect: &Rect, props: DrawProps<'a>, mode: &DrawMode) {
        self.spend(1);
        let area = area(props.transform.transform_rect_bbox(*rect));
        match mode {
            DrawMode::Fill(_) => self.filled(area),
            DrawMode::Stroke(_) | DrawMode::FillAndStroke(..) => {
                if let Some(seen) = self.visible(area) {
                    self.page.add_outline(seen);
                }
            }
            DrawMode::Invisible => {}
        }
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.spend(1);
        self.push_clip_rect(&clip.path.bounding_box());
    }

    fn push_clip_rect(&mut self, rect: &Rect) {
        self.spend(1);
        let clip = area(*rect);
        let seen = self.clips.last().map_or(clip, |outer| outer.intersection(clip));
        self.clips.push(seen);
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.spend(1);
    }

    fn pop_transparency_group(&mut self) {}

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.spend(1);
        self.page.images += 1;
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        self.spend(1 + run.glyphs().len());
        for glyph in run.glyphs() {
            let transform = props.transform * glyph.transform();
            let advance = match &**glyph {
                FontGlyph::Outline(outline) => outline.advance_width(),
                FontGlyph::Type3(drawn) => drawn.advance_width(),
            };
            let advance = f64::from(advance.unwrap_or(1000.0));
            let text = match glyph.as_unicode() {
                Some(BfString::Char(c)) => c.to_string(),
                Some(BfString::String(text)) => text,
                None => {
                    self.page.unmapped += 1;
                    '\u{FFFD}'.to_string()
                }
            };
            let [across, down, ..] = transform.as_coeffs();
            let direction = match (across.abs() >= down.abs(), across >= 0.0, down > 0.0) {
                (true, true, _) => 0,
                (true, false, _) => 2,
                (false, _, true) => 1,
                (false, _, false) => 3,
            };
            if let Some(count) = self.directions.get_mut(direction) {
                *count += 1;
            }
            // A glyph of several characters (a ligature) is cut into equal parts.
            let parts = u32::try_from(text.chars().count()).unwrap_or(1).max(1);
            for (i, c) in (0_u32..).zip(text.chars()) {
                let x = |i: u32| advance * f64::from(i) / f64::from(parts);
                let p = transform * Point::new(x(i), -120.0);
                let q = transform * Point::new(x(i + 1), 880.0);
                let area = Area { left: p.x.min(q.x), top: p.y.min(q.y), right: p.x.max(q.x), bottom: p.y.max(q.y) };
                let hidden = self.clips.last().is_some_and(|clip| {
                    let grown = Area {
                        left: clip.left - 1.0,
                        top: clip.top - 1.0,
                        right: clip.right + 1.0,
                        bottom: clip.bottom + 1.0,
                    };
                    !grown.holds(area.centre())
                });
                if !hidden && area.left.is_finite() && area.top.is_finite() {
                    let baseline = (transform * Point::new(0.0, 0.0)).y;
                    self.page.glyphs.push(Glyph { text: plain(c), area, baseline });
                }
            }
        }
    }
}
