//! One study's effect.

use super::Refusal;

/// One study's effect on the scale it is pooled on (ratios and odds are logarithms).
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Estimate {
    /// The effect.
    pub yi: f64,
    /// Its sampling variance.
    pub vi: f64,
}

impl Estimate {
    /// An estimate of two finite numbers.
    ///
    /// # Errors
    /// [`Refusal::NotEstimable`] when either is infinite or not a number.
    pub fn new(yi: f64, vi: f64) -> Result<Self, Refusal> {
        if yi.is_finite() && vi.is_finite() {
            Ok(Self { yi, vi })
        } else {
            Err(Refusal::NotEstimable)
        }
    }

    /// The standard error.
    pub fn se(&self) -> f64 {
        libm::sqrt(self.vi)
    }
}
