//! One arm with events and people.

use super::{Estimate, Refusal};
use libm::{asin, log, sin, sqrt};

/// Events and non-events in one group; both may carry an added fraction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proportion {
    /// Events.
    pub x: f64,
    /// Non-events.
    pub rest: f64,
}

impl Proportion {
    /// A proportion from events and size.
    ///
    /// # Errors
    /// A missing or negative number, more events than people, nobody at all.
    pub fn new(events: f64, n: f64) -> Result<Self, Refusal> {
        super::refusal::not_negative("events", events)?;
        if super::refusal::not_negative("n", n)? == 0.0 {
            return Err(Refusal::Nobody { what: "n" });
        }
        if events > n {
            return Err(Refusal::EventsAboveN { events, n });
        }
        Ok(Self {
            x: events,
            rest: n - events,
        })
    }

    /// Whether a cell is 0.
    pub fn has_zero(&self) -> bool {
        self.x == 0.0 || self.rest == 0.0
    }

    /// The group with `x` added to events and to non-events.
    #[must_use]
    pub fn plus(self, x: f64) -> Self {
        Self {
            x: self.x + x,
            rest: self.rest + x,
        }
    }

    fn n(&self) -> f64 {
        self.x + self.rest
    }
}

/// Raw proportion.
///
/// # Errors
/// None beyond those of [`Proportion::new`].
pub fn raw(g: Proportion) -> Result<Estimate, Refusal> {
    let p = g.x / g.n();
    Estimate::new(p, p * (1.0 - p) / g.n())
}

/// Logarithm of the proportion.
///
/// # Errors
/// [`Refusal::NotEstimable`] without events.
pub fn log_proportion(g: Proportion) -> Result<Estimate, Refusal> {
    Estimate::new(log(g.x / g.n()), 1.0 / g.x - 1.0 / g.n())
}

/// Log odds.
///
/// # Errors
/// [`Refusal::NotEstimable`] when a cell is 0.
pub fn logit(g: Proportion) -> Result<Estimate, Refusal> {
    Estimate::new(log(g.x / g.rest), 1.0 / g.x + 1.0 / g.rest)
}

/// Arcsine of the root of the proportion.
///
/// # Errors
/// None beyond those of [`Proportion::new`].
pub fn arcsine(g: Proportion) -> Result<Estimate, Refusal> {
    Estimate::new(asin(sqrt(g.x / g.n())), 0.25 / g.n())
}

/// Freeman–Tukey double arcsine, halved (Freeman & Tukey 1950).
///
/// # Errors
/// None beyond those of [`Proportion::new`].
pub fn freeman_tukey(g: Proportion) -> Result<Estimate, Refusal> {
    let more = g.n() + 1.0;
    let yi = 0.5 * (asin(sqrt(g.x / more)) + asin(sqrt((g.x + 1.0) / more)));
    Estimate::new(yi, 1.0 / (4.0 * g.n() + 2.0))
}

/// Undoes [`freeman_tukey`] for groups of size `n` (Miller 1978); with several sizes, their harmonic mean.
///
/// Values outside the range that the transform can take give 0 or 1.
pub fn inverse_freeman_tukey(y: f64, n: f64) -> f64 {
    // The halved transform of 0 and of n events out of n.
    let least = 0.5 * asin(sqrt(1.0 / (n + 1.0)));
    let most = 0.5 * (asin(sqrt(n / (n + 1.0))) + std::f64::consts::FRAC_PI_2);
    if y < least {
        return 0.0;
    }
    if y > most {
        return 1.0;
    }
    let (s, c) = (sin(2.0 * y), libm::cos(2.0 * y));
    let inner = s + (s - 1.0 / s) / n;
    let root = sqrt((1.0 - inner * inner).max(0.0));
    (0.5 * (1.0 - c.signum() * root)).clamp(0.0, 1.0)
}
