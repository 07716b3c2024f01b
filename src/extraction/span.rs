//! Ranges of numbers that rounding leaves open, and what can be computed from them.

/// All numbers from `low` to `high`, both included.
///
/// Checks compute with the whole range that a printed number may stand for, so that no finding rests on rounding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Smallest.
    pub low: f64,
    /// Largest.
    pub high: f64,
}

impl Span {
    /// One number.
    pub fn point(value: f64) -> Self {
        Self {
            low: value,
            high: value,
        }
    }

    /// The range that holds all of `values`.
    pub fn around(values: impl IntoIterator<Item = f64>) -> Self {
        let empty = Self {
            low: f64::INFINITY,
            high: f64::NEG_INFINITY,
        };
        values.into_iter().fold(empty, |span, value| Self {
            low: span.low.min(value),
            high: span.high.max(value),
        })
    }

    /// Whether both share a number, up to what binary fractions lose.
    pub fn meets(self, other: Self) -> bool {
        let slack = 1e-9 * (1.0 + self.low.abs().max(self.high.abs()).min(1e9));
        self.low <= other.high + slack && other.low <= self.high + slack
    }

    /// Whether `value` lies inside, up to what binary fractions lose.
    pub fn holds(self, value: f64) -> bool {
        self.meets(Self::point(value))
    }

    /// All differences.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self {
            low: self.low - other.high,
            high: self.high - other.low,
        }
    }

    /// All sums.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            low: self.low + other.low,
            high: self.high + other.high,
        }
    }

    /// All products with one number.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self::around([self.low * factor, self.high * factor])
    }

    /// All quotients; endless where the divisor may be 0.
    #[must_use]
    pub fn over(self, other: Self) -> Self {
        if other.low <= 0.0 && other.high >= 0.0 {
            return Self {
                low: f64::NEG_INFINITY,
                high: f64::INFINITY,
            };
        }
        Self::around([
            self.low / other.low,
            self.low / other.high,
            self.high / other.low,
            self.high / other.high,
        ])
    }

    /// All squares.
    #[must_use]
    pub fn squared(self) -> Self {
        let size = self.size();
        Self {
            low: size.low * size.low,
            high: size.high * size.high,
        }
    }

    /// All square roots; what is below 0 counts as 0.
    #[must_use]
    pub fn root(self) -> Self {
        Self {
            low: self.low.max(0.0).sqrt(),
            high: self.high.max(0.0).sqrt(),
        }
    }

    /// All sizes without sign.
    #[must_use]
    pub fn size(self) -> Self {
        if self.low <= 0.0 && self.high >= 0.0 {
            Self {
                low: 0.0,
                high: self.high.max(-self.low),
            }
        } else {
            Self::around([self.low.abs(), self.high.abs()])
        }
    }

    /// The number in the middle.
    pub fn middle(self) -> f64 {
        f64::midpoint(self.low, self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_computed_from_inside_stays_inside(a in -50.0..50.0, b in 0.1..50.0, wide in 0.0..0.09, x in 0.0..1.0, y in 0.0..1.0) {
            let left = Span { low: a - wide, high: a + wide };
            let right = Span { low: b - wide, high: b + wide };
            let (u, v): (f64, f64) = (left.low + x * 2.0 * wide, right.low + y * 2.0 * wide);
            prop_assert!(left.minus(right).holds(u - v));
            prop_assert!(left.plus(right).holds(u + v));
            prop_assert!(left.over(right).holds(u / v));
            prop_assert!(left.squared().holds(u * u));
            prop_assert!(right.root().holds(v.sqrt()));
            prop_assert!(left.times(-3.0).holds(-3.0 * u));
        }
    }

    #[test]
    fn division_by_what_may_be_zero_is_endless() {
        let span = Span::point(1.0).over(Span {
            low: -1.0,
            high: 1.0,
        });
        assert!(span.holds(1e12) && span.holds(-1e12));
    }
}
