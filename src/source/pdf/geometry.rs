//! What stands on a page, as plain data: glyphs with their boxes, ruling lines. Points, y downwards.

use unicode_normalization::UnicodeNormalization as _;

/// Two coordinates closer than this are one.
pub(super) const SNAP: f64 = 3.0;

/// One printed character.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Glyph {
    pub(super) text: char,
    pub(super) area: Area,
    /// Where the line of writing runs; boxes of different fonts differ, baselines do not.
    pub(super) baseline: f64,
}

impl Glyph {
    /// Size of the type.
    pub(super) fn em(&self) -> f64 {
        (self.area.bottom - self.area.top).max(1.0)
    }
}

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Area {
    pub(super) fn centre(&self) -> (f64, f64) {
        (f64::midpoint(self.left, self.right), f64::midpoint(self.top, self.bottom))
    }

    /// Whether it holds the point; the right and lower edges belong to the neighbour.
    pub(super) fn holds(&self, (x, y): (f64, f64)) -> bool {
        x >= self.left && x < self.right && y >= self.top && y < self.bottom
    }

    /// Whether one stands over the other: they share a part of the width.
    pub(super) fn is_over(self, other: Self) -> bool {
        self.left < other.right && self.right > other.left
    }

    pub(super) fn union(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    pub(super) fn intersection(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
    }
}

/// A ruling line parallel to an axis: from `from` to `to` along it, at `at` across it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) at: f64,
}

/// A page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct PageGeometry {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) glyphs: Vec<Glyph>,
    pub(super) horizontal: Vec<Rule>,
    pub(super) vertical: Vec<Rule>,
    /// Number of glyphs that have no character.
    pub(super) unmapped: usize,
    /// Number of pictures.
    pub(super) images: usize,
}

impl PageGeometry {
    /// Adds a stroke; slanted ones are no rules.
    pub(super) fn add_line(&mut self, (x0, y0): (f64, f64), (x1, y1): (f64, f64)) {
        let (dx, dy) = ((x1 - x0).abs(), (y1 - y0).abs());
        if dy < 0.7 && dx > dy * 4.0 {
            self.horizontal.push(Rule { from: x0.min(x1), to: x0.max(x1), at: f64::midpoint(y0, y1) });
        } else if dx < 0.7 && dy > dx * 4.0 {
            self.vertical.push(Rule { from: y0.min(y1), to: y0.max(y1), at: f64::midpoint(x0, x1) });
        }
    }

    /// Adds the outline of a rectangle.
    pub(super) fn add_outline(&mut self, area: Area) {
        self.add_line((area.left, area.top), (area.right, area.top));
        self.add_line((area.left, area.bottom), (area.right, area.bottom));
        self.add_line((area.left, area.top), (area.left, area.bottom));
        self.add_line((area.right, area.top), (area.right, area.bottom));
    }

    /// Adds a filled area: a rule when thin; else shading, whose edges are no rules.
    pub(super) fn add_fill(&mut self, area: Area) {
        let (width, height) = (area.right - area.left, area.bottom - area.top);
        let (x, y) = area.centre();
        if height <= SNAP {
            self.horizontal.push(Rule { from: area.left, to: area.right, at: y });
        }
        if width <= SNAP {
            self.vertical.push(Rule { from: area.top, to: area.bottom, at: x });
        }
    }

    /// Turns a page whose text runs at a quarter turn upright. `quarter` is the direction of its writing
    /// in clockwise quarter turns.
    pub(super) fn upright(&mut self, quarter: usize) {
        for _ in 0..(4 - quarter % 4) % 4 {
            let height = self.height;
            // One clockwise turn: (x, y) → (height − y, x).
            for glyph in &mut self.glyphs {
                let Area { left, top, right, bottom } = glyph.area;
                glyph.area = Area { left: height - bottom, top: left, right: height - top, bottom: right };
                glyph.baseline = glyph.area.bottom;
            }
            let turned: Vec<Rule> = self.horizontal.iter().map(|r| Rule { at: height - r.at, ..*r }).collect();
            self.horizontal =
                self.vertical.iter().map(|r| Rule { from: height - r.to, to: height - r.from, at: r.at }).collect();
            self.vertical = turned;
            std::mem::swap(&mut self.width, &mut self.height);
        }
    }

    /// Drops what lies outside the page.
    pub(super) fn clip(&mut self) {
        let page = Area { left: 0.0, top: 0.0, right: self.width, bottom: self.height };
        self.glyphs.retain(|g| page.holds(g.area.centre()));
        let clip = |rules: &mut Vec<Rule>, along: f64, across: f64| {
            rules.retain(|r| r.at >= -0.5 && r.at <= across + 0.5 && r.to > 0.0 && r.from < along);
            for rule in rules {
                rule.from = rule.from.max(0.0);
                rule.to = rule.to.min(along);
            }
        };
        clip(&mut self.horizontal, self.width, self.height);
        clip(&mut self.vertical, self.height, self.width);
    }

    /// Drops glyphs printed twice at one place (bold faked by overprinting).
    pub(super) fn drop_overprint(&mut self) {
        let key = |(i, g): (usize, &Glyph)| (g.text, g.area.top + g.area.left * 1e-6, i);
        let mut order: Vec<(char, f64, usize)> = self.glyphs.iter().enumerate().map(key).collect();
        order.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let at = |i: usize| self.glyphs.get(i);
        let mut doubled = vec![false; self.glyphs.len()];
        for (n, &(_, _, first)) in order.iter().enumerate() {
            let Some(a) = at(first).filter(|_| doubled.get(first) == Some(&false)) else { continue };
            for &(_, _, second) in order.iter().skip(n + 1) {
                let Some(b) = at(second).filter(|b| b.text == a.text && b.area.top - a.area.top <= 1.0) else { break };
                // Narrow glyphs stand closer than a point side by side: 11 in small type.
                let near = 1.0_f64.min((a.area.right - a.area.left) * 0.4);
                if (b.area.left - a.area.left).abs() <= near
                    && let Some(flag) = doubled.get_mut(second)
                {
                    *flag = true;
                }
            }
        }
        let mut flags = doubled.into_iter();
        self.glyphs.retain(|_| !flags.next().unwrap_or(false));
    }
}

/// Characters that fonts map to variants of the plain one: Kangxi radicals, radical forms, no-break
/// spaces.
pub(super) fn plain(c: char) -> char {
    match c {
        '\u{A0}' => ' ',
        '\u{2F00}'..='\u{2FDF}' | '\u{F900}'..='\u{FAFF}' => std::iter::once(c).nfkc().next().unwrap_or(c),
        '\u{2E80}'..='\u{2EFF}' => RADICALS.iter().find(|(radical, _)| *radical == c).map_or(c, |(_, plain)| *plain),
        _ => c,
    }
}

/// Simplified forms of the block "CJK radicals supplement", which Unicode gives no plain form.
const RADICALS: &[(char, char)] = &[
    ('⺠', '民'),
    ('⺟', '母'),
    ('⺎', '尢'),
    ('⺕', '彐'),
    ('⺝', '月'),
    ('⺶', '羊'),
    ('⺼', '月'),
    ('⺾', '艹'),
    ('⻁', '虎'),
    ('⻄', '西'),
    ('⻅', '见'),
    ('⻆', '角'),
    ('⻉', '贝'),
    ('⻋', '车'),
    ('⻌', '辶'),
    ('⻑', '长'),
    ('⻒', '长'),
    ('⻓', '长'),
    ('⻔', '门'),
    ('⻘', '青'),
    ('⻙', '韦'),
    ('⻚', '页'),
    ('⻛', '风'),
    ('⻜', '飞'),
    ('⻝', '食'),
    ('⻢', '马'),
    ('⻣', '骨'),
    ('⻤', '鬼'),
    ('⻥', '鱼'),
    ('⻦', '鸟'),
    ('⻧', '卤'),
    ('⻨', '麦'),
    ('⻩', '黄'),
    ('⻬', '齐'),
    ('⻮', '齿'),
    ('⻰', '龙'),
    ('⻳', '龟'),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn glyph(text: char, left: f64, top: f64) -> Glyph {
        Glyph { text, area: Area { left, top, right: left + 10.0, bottom: top + 10.0 }, baseline: top + 9.0 }
    }

    #[test]
    fn overprinted_glyphs_count_once() {
        let glyphs = vec![glyph('收', 0.0, 0.0), glyph('入', 10.0, 0.0), glyph('收', 0.4, 0.1), glyph('收', 20.0, 0.0)];
        let mut page = PageGeometry { glyphs, ..PageGeometry::default() };
        page.drop_overprint();
        assert_eq!(page.glyphs.iter().map(|g| g.text).collect::<String>(), "收入收");
    }

    #[test]
    fn turned_pages_stand_upright() {
        // Text running downwards on a page of 100 × 200.
        let mut page = PageGeometry {
            width: 100.0,
            height: 200.0,
            glyphs: vec![glyph('一', 80.0, 10.0), glyph('二', 80.0, 20.0)],
            vertical: vec![Rule { from: 0.0, to: 200.0, at: 75.0 }],
            ..PageGeometry::default()
        };
        page.upright(1);
        let [a, b] = page.glyphs.as_slice() else { panic!() };
        assert!(a.area.left < b.area.left && (a.area.top - b.area.top).abs() < 0.1);
        assert_eq!((page.width, page.horizontal[0].at), (200.0, 25.0));
    }

    #[test]
    fn variants_become_plain() {
        assert_eq!("部⻔用⻋⽅\u{A0}".chars().map(plain).collect::<String>(), "部门用车方 ");
    }
}
