//! Two arms with events and person-time.

use super::{Estimate, Refusal};
use libm::{log, sqrt};

/// Events and person-time in two arms; events may carry an added fraction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Events in arm 1.
    pub x1: f64,
    /// Person-time in arm 1.
    pub t1: f64,
    /// Events in arm 2.
    pub x2: f64,
    /// Person-time in arm 2.
    pub t2: f64,
}

impl Rates {
    /// Rates from events and person-time.
    ///
    /// # Errors
    /// A missing or negative number, person-time of 0.
    pub fn new(x1: f64, t1: f64, x2: f64, t2: f64) -> Result<Self, Refusal> {
        super::refusal::not_negative("events of arm 1", x1)?;
        super::refusal::not_negative("events of arm 2", x2)?;
        super::refusal::positive("person-time of arm 1", t1)?;
        super::refusal::positive("person-time of arm 2", t2)?;
        Ok(Self { x1, t1, x2, t2 })
    }

    /// Whether an arm has no events.
    pub fn has_zero(&self) -> bool {
        self.x1 == 0.0 || self.x2 == 0.0
    }

    /// Whether neither arm has events.
    pub fn is_double_zero(&self) -> bool {
        self.x1 == 0.0 && self.x2 == 0.0
    }

    /// The rates with `x` added to the events of each arm.
    #[must_use]
    pub fn plus(self, x: f64) -> Self {
        Self {
            x1: self.x1 + x,
            x2: self.x2 + x,
            ..self
        }
    }
}

/// Logarithm of the rate ratio.
///
/// # Errors
/// [`Refusal::NotEstimable`] for an arm without events.
pub fn irr(r: Rates) -> Result<Estimate, Refusal> {
    let yi = log(r.x1 / r.t1) - log(r.x2 / r.t2);
    Estimate::new(yi, 1.0 / r.x1 + 1.0 / r.x2)
}

/// Difference of rates.
///
/// # Errors
/// None beyond those of [`Rates::new`].
pub fn ird(r: Rates) -> Result<Estimate, Refusal> {
    let vi = r.x1 / (r.t1 * r.t1) + r.x2 / (r.t2 * r.t2);
    Estimate::new(r.x1 / r.t1 - r.x2 / r.t2, vi)
}

/// Difference of square roots of rates.
///
/// # Errors
/// None beyond those of [`Rates::new`].
pub fn irsd(r: Rates) -> Result<Estimate, Refusal> {
    let yi = sqrt(r.x1 / r.t1) - sqrt(r.x2 / r.t2);
    Estimate::new(yi, 0.25 / r.t1 + 0.25 / r.t2)
}
