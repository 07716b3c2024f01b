//! Optimal information size: participants a single adequate trial would need (GRADE 6).
//!
//! Two equal arms, two-sided α of 0.05 and power of 0.80 unless given.

use crate::stats::normal;

/// Error rates of the trial that sets the size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Errors {
    /// Two-sided type I error.
    pub alpha: f64,
    /// One minus type II error.
    pub power: f64,
}

impl Default for Errors {
    fn default() -> Self {
        Self {
            alpha: 0.05,
            power: 0.80,
        }
    }
}

impl Errors {
    fn quantiles(self) -> (f64, f64) {
        (
            normal::quantile(1.0 - self.alpha / 2.0),
            normal::quantile(self.power),
        )
    }
}

/// Participants in all for a difference of `delta` standard deviations; `None` for no difference.
pub fn continuous(delta: f64, errors: Errors) -> Option<u64> {
    let (alpha, beta) = errors.quantiles();
    total(2.0 * (alpha + beta).powi(2) / delta.powi(2))
}

/// Participants in all for a control risk and a relative risk reduction; `None` when the risks are equal or impossible.
pub fn binary(p0: f64, reduction: f64, errors: Errors) -> Option<u64> {
    let p1 = p0 * (1.0 - reduction);
    if !(0.0..=1.0).contains(&p0) || !(0.0..=1.0).contains(&p1) {
        return None;
    }
    let (alpha, beta) = errors.quantiles();
    let mean = f64::midpoint(p0, p1);
    let root = alpha * (2.0 * mean * (1.0 - mean)).sqrt()
        + beta * (p0 * (1.0 - p0) + p1 * (1.0 - p1)).sqrt();
    total(root.powi(2) / (p0 - p1).powi(2))
}

/// Both arms, each rounded up to whole people.
fn total(per_arm: f64) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be positive and far below 2^53"
    )]
    let whole =
        (per_arm.is_finite() && per_arm > 0.0 && per_arm < 1e15).then(|| per_arm.ceil() as u64);
    whole.map(|people| 2 * people)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_the_guidance() {
        // reference/grade.md: 786 for 0.2 SD, 402 for 0.28; 1812 for a risk of 0.2 lowered by a quarter.
        assert_eq!(continuous(0.2, Errors::default()), Some(786));
        assert_eq!(continuous(0.28, Errors::default()), Some(402));
        assert_eq!(binary(0.2, 0.25, Errors::default()), Some(1812));
    }

    #[test]
    fn no_difference_has_no_size() {
        assert_eq!(continuous(0.0, Errors::default()), None);
        assert_eq!(binary(0.2, 0.0, Errors::default()), None);
    }
}
