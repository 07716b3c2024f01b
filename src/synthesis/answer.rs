//! What a result answers, and when another result answers the same.

use std::cmp::Ordering;

/// An effect and the limits of its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Answer {
    pub(super) estimate: f64,
    pub(super) interval: (f64, f64),
}

impl Answer {
    /// Whether the effects have the same sign.
    pub(super) fn same_direction(self, other: Self) -> bool {
        self.sign() == other.sign()
    }

    /// Whether, besides, both intervals leave out no difference or neither does.
    pub(super) fn same_answer(self, other: Self) -> bool {
        self.same_direction(other) && self.excludes() == other.excludes()
    }

    fn sign(self) -> Option<Ordering> {
        self.estimate.partial_cmp(&0.0)
    }

    fn excludes(self) -> bool {
        self.interval.0 > 0.0 || self.interval.1 < 0.0
    }
}

impl From<&super::pooling::Mean> for Answer {
    fn from(mean: &super::pooling::Mean) -> Self {
        Self {
            estimate: mean.beta,
            interval: mean.ci,
        }
    }
}

impl From<&super::PooledRow> for Answer {
    fn from(row: &super::PooledRow) -> Self {
        Self {
            estimate: row.estimate,
            interval: (row.ci_lower, row.ci_upper),
        }
    }
}
