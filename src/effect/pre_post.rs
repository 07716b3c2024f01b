//! One group measured twice.

use super::bias_correction::exact;
use super::refusal::{at_least, correlation, not_negative, present, spread};
use super::{Estimate, Refusal};
use libm::sqrt;

/// One group before and after; the effect is `after − before`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PrePost {
    /// Number of people.
    pub n: f64,
    /// Mean at the time that counts positive (after).
    pub after: f64,
    /// Mean at the time that counts negative (before).
    pub before: f64,
    /// Standard deviation before, the unit of the raw-score measures.
    pub sd1: f64,
    /// Standard deviation after.
    pub sd2: f64,
    /// Correlation of the two times.
    pub r: f64,
}

impl PrePost {
    fn change(&self) -> Result<f64, Refusal> {
        at_least("n", self.n, 2.0)?;
        Ok(present("mean after", self.after)? - present("mean before", self.before)?)
    }

    fn change_variance(&self) -> Result<f64, Refusal> {
        let (s1, s2) = (
            not_negative("sd before", self.sd1)?,
            not_negative("sd after", self.sd2)?,
        );
        Ok(s1 * s1 + s2 * s2 - 2.0 * correlation("r", self.r)? * s1 * s2)
    }

    fn correction(&self) -> Result<f64, Refusal> {
        at_least("n", self.n, 3.0)?;
        Ok(exact(self.n - 1.0))
    }
}

/// Mean change in raw units.
///
/// # Errors
/// A missing number, a correlation outside −1 to 1, fewer than 2 people.
pub fn mean_change(p: PrePost) -> Result<Estimate, Refusal> {
    Estimate::new(p.change()?, p.change_variance()? / p.n)
}

/// Change in units of the standard deviation of change (Gibbons 1993).
///
/// # Errors
/// As [`mean_change`]; no spread of change; fewer than 3 people.
pub fn smcc(p: PrePost) -> Result<Estimate, Refusal> {
    let sd = spread("sd of change", sqrt(p.change_variance()?))?;
    let yi = p.correction()? * p.change()? / sd;
    Estimate::new(yi, 1.0 / p.n + yi * yi / (2.0 * p.n))
}

/// [`smcc`] with the variance `J² (1/n + d²/(2n))`.
///
/// # Errors
/// As [`smcc`].
pub fn smcc_corrected_variance(p: PrePost) -> Result<Estimate, Refusal> {
    let (yi, j) = (smcc(p)?.yi, p.correction()?);
    Estimate::new(yi, j * j / p.n + yi * yi / (2.0 * p.n))
}

/// [`smcr`] with the variance `J² (2(1−r)/n + d²/(2n))`.
///
/// # Errors
/// As [`smcr`].
pub fn smcr_corrected_variance(p: PrePost) -> Result<Estimate, Refusal> {
    let (yi, j) = (smcr(p)?.yi, p.correction()?);
    let vi = j * j * 2.0 * (1.0 - p.r) / p.n + yi * yi / (2.0 * p.n);
    Estimate::new(yi, vi)
}

/// Change in units of the first standard deviation, `2(1−r)/n + y²/(2n)` (Becker 1988). The second standard deviation is not used.
///
/// # Errors
/// As [`smcc`].
pub fn smcr(p: PrePost) -> Result<Estimate, Refusal> {
    let yi = p.correction()? * p.change()? / spread("sd before", p.sd1)?;
    let r = correlation("r", p.r)?;
    Estimate::new(yi, 2.0 * (1.0 - r) / p.n + yi * yi / (2.0 * p.n))
}

/// Change in units of the first standard deviation where the two may differ (Bonett 2008, equation 13).
///
/// # Errors
/// As [`smcc`].
pub fn smcrh(p: PrePost) -> Result<Estimate, Refusal> {
    let j = p.correction()?;
    let d = p.change()? / spread("sd before", p.sd1)?;
    let df = p.n - 1.0;
    let of_mean = p.change_variance()? / (p.sd1 * p.sd1 * df);
    let yi = j * d;
    Estimate::new(yi, j * j * (of_mean + yi * yi / (2.0 * df)))
}

/// Difference of [`smcr`] between a treated and a control group; variances add.
///
/// # Errors
/// As [`smcr`] of either group.
pub fn smcr_difference(treated: PrePost, control: PrePost) -> Result<Estimate, Refusal> {
    let (t, c) = (smcr(treated)?, smcr(control)?);
    Estimate::new(t.yi - c.yi, t.vi + c.vi)
}
