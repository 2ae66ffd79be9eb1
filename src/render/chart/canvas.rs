//! Dots of Braille: two across and four down in each sign.

/// A field of dots with signs laid over it.
pub(super) struct Canvas {
    width: usize,
    dots: Vec<u8>,
    /// Number of the series that drew last, for colours.
    owner: Vec<Option<usize>>,
    signs: Vec<Option<char>>,
}

impl Canvas {
    /// `width` and `height` in signs.
    pub(super) fn new(width: usize, height: usize) -> Self {
        let size = width * height;
        Self { width, dots: vec![0; size], owner: vec![None; size], signs: vec![None; size] }
    }

    fn height(&self) -> usize {
        self.dots.len().checked_div(self.width).unwrap_or(0)
    }

    /// The dot for a place of 0 to 1 from the left and from the bottom.
    fn dot(&self, x: f64, y: f64) -> (usize, usize) {
        let scale = |v: f64, count: usize| {
            let last = count.saturating_sub(1) as f64;
            // Between 0 and the last dot.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let dot = (v.clamp(0.0, 1.0) * last).round() as usize;
            dot
        };
        (scale(x, self.width * 2), scale(1.0 - y, self.height() * 4))
    }

    fn set(&mut self, (x, y): (usize, usize), owner: Option<usize>) {
        const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        let at = y / 4 * self.width + x / 2;
        let bit = BITS.get(y % 4).and_then(|row| row.get(x % 2)).copied().unwrap_or(0);
        if let (Some(dots), Some(place)) = (self.dots.get_mut(at), self.owner.get_mut(at)) {
            *dots |= bit;
            *place = owner.or(*place);
        }
    }

    /// A line; of every `step` dots one is set.
    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), owner: Option<usize>, step: usize) {
        let ((x0, y0), (x1, y1)) = (self.dot(from.0, from.1), self.dot(to.0, to.1));
        let steps = x0.abs_diff(x1).max(y0.abs_diff(y1)).max(1);
        let between = |a: usize, b: usize, i: usize| {
            let (down, up) = (a * (steps - i), b * i);
            (down + up + steps / 2) / steps
        };
        for i in (0..=steps).step_by(step.max(1)) {
            self.set((between(x0, x1, i), between(y0, y1, i)), owner);
        }
    }

    /// A sign at a point.
    pub(super) fn mark(&mut self, at: (f64, f64), sign: char, owner: usize) {
        let (x, y) = self.dot(at.0, at.1);
        let at = y / 4 * self.width + x / 2;
        if let (Some(place), Some(whose)) = (self.signs.get_mut(at), self.owner.get_mut(at)) {
            *place = Some(sign);
            *whose = Some(owner);
        }
    }

    /// The column of signs in which a place lies.
    pub(super) fn column(&self, x: f64) -> usize {
        self.dot(x, 0.0).0 / 2
    }

    /// Lines of signs; `paint` colours one of a series.
    pub(super) fn lines(&self, paint: impl Fn(char, Option<usize>) -> String) -> Vec<String> {
        let sign = |i: usize| {
            let dots = self.dots.get(i).copied().unwrap_or(0);
            let braille = if dots == 0 { Some(' ') } else { char::from_u32(0x2800 + u32::from(dots)) };
            let sign = self.signs.get(i).copied().flatten().or(braille).unwrap_or(' ');
            paint(sign, self.owner.get(i).copied().flatten())
        };
        (0..self.height()).map(|row| (0..self.width).map(|column| sign(row * self.width + column)).collect()).collect()
    }
}
