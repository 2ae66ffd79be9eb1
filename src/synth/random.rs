//! Chance that is the same on every machine: one stream for each department and year.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub(super) struct Random(ChaCha8Rng);

impl Random {
    /// The stream of one purpose: equal arguments give equal streams.
    pub(super) fn new(seed: u64, purpose: u64, number: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(number.wrapping_mul(64).wrapping_add(purpose));
        Self(random)
    }

    /// A whole number below `end`; 0 where `end` is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        if end == 0 {
            return 0;
        }
        // The bias is below 2⁻³²: no number here is near it.
        usize::try_from(u128::from(self.0.next_u64()).wrapping_mul(u128::from(end)) >> 64).unwrap_or_default()
    }

    /// A whole number from `low` to `high`.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = usize::try_from(high.saturating_sub(low).max(0)).unwrap_or_default();
        low.saturating_add(i64::try_from(self.below(span + 1)).unwrap_or_default())
    }

    /// Whether something of this probability happens.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// From 0 up to 1.
    fn unit(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / (f64::from(u32::MAX) + 1.0)
    }

    /// One of these; the first where there is none to choose from.
    pub(super) fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }

    /// About normal: the sum of twelve.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// Log-normal around `median`: about two thirds lie within a factor of e^`spread`.
    pub(super) fn around(&mut self, median: f64, spread: f64) -> f64 {
        median * (spread * self.normal()).exp()
    }

    /// As [`Random::around`], whole.
    pub(super) fn amount(&mut self, median: f64, spread: f64) -> i64 {
        whole(self.around(median, spread))
    }
}

/// The nearest whole number of one that is no amount of a document yet.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn whole(value: f64) -> i64 {
    value.round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_the_same_every_time_and_differs_from_others() {
        let draw = |purpose, number| {
            let mut random = Random::new(7, purpose, number);
            (0..8).map(|_| random.below(1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1, 2), draw(1, 2));
        assert_ne!(draw(1, 2), draw(1, 3));
        assert_ne!(draw(1, 2), draw(2, 2));
        // The numbers themselves are part of the contract: a corpus can be made again years later.
        assert_eq!(Random::new(1, 0, 0).below(1_000_000), Random::new(1, 0, 0).below(1_000_000));
    }

    #[test]
    fn half_of_the_amounts_lie_below_the_median() {
        let mut random = Random::new(1, 1, 1);
        let below = (0..2000).filter(|_| random.around(20.0, 0.8) < 20.0).count();
        assert!((900..1100).contains(&below), "{below}");
    }
}
