//! Why a study has no estimate.

use thiserror::Error;

/// Why a study has no estimate.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum Refusal {
    /// A number is missing.
    #[error("{what} is missing")]
    Missing {
        /// The argument.
        what: &'static str,
    },
    /// A group is too small for the measure.
    #[error("{what} is {n}, and at least {least} are needed")]
    TooFew {
        /// The argument.
        what: &'static str,
        /// Its value.
        n: f64,
        /// The least that works.
        least: f64,
    },
    /// A number is below 0.
    #[error("{what} is negative ({value})")]
    Negative {
        /// The argument.
        what: &'static str,
        /// Its value.
        value: f64,
    },
    /// More events than people.
    #[error("{events} events among {n} people")]
    EventsAboveN {
        /// Number of events.
        events: f64,
        /// Size of the group.
        n: f64,
    },
    /// A group without people.
    #[error("{what} is 0: nobody was there to count")]
    Nobody {
        /// The argument.
        what: &'static str,
    },
    /// A standard deviation of 0 where it divides.
    #[error("{what} is 0, so the effect cannot be standardized")]
    NoSpread {
        /// The argument.
        what: &'static str,
    },
    /// A correlation outside −1 to 1.
    #[error("a correlation of {r} lies outside -1 to 1")]
    Correlation {
        /// Its value.
        r: f64,
    },
    /// A ratio of numbers that are not both above 0.
    #[error("{what} must be above 0 for a logarithm, but is {value}")]
    NotPositive {
        /// What the logarithm is taken of.
        what: &'static str,
        /// Its value.
        value: f64,
    },
    /// No events, or only events, in both arms, and such studies are to be dropped.
    #[error("both arms have no events, or only events")]
    DoubleZero,
    /// The formula gives no finite number, as a ratio with a zero cell that nothing was added to.
    #[error("the effect or its variance is not a finite number")]
    NotEstimable,
}

/// Passes a number that is there.
pub(super) fn present(what: &'static str, value: f64) -> Result<f64, Refusal> {
    if value.is_nan() {
        Err(Refusal::Missing { what })
    } else {
        Ok(value)
    }
}

/// Passes a number that is there and not negative.
pub(super) fn not_negative(what: &'static str, value: f64) -> Result<f64, Refusal> {
    if present(what, value)? < 0.0 {
        Err(Refusal::Negative { what, value })
    } else {
        Ok(value)
    }
}

/// Passes a group size of at least `least`.
pub(super) fn at_least(what: &'static str, n: f64, least: f64) -> Result<f64, Refusal> {
    if present(what, n)? < least {
        Err(Refusal::TooFew { what, n, least })
    } else {
        Ok(n)
    }
}

/// Passes a standard deviation above 0.
pub(super) fn spread(what: &'static str, sd: f64) -> Result<f64, Refusal> {
    if not_negative(what, sd)? == 0.0 {
        Err(Refusal::NoSpread { what })
    } else {
        Ok(sd)
    }
}

/// Passes a correlation between −1 and 1.
pub(super) fn correlation(what: &'static str, r: f64) -> Result<f64, Refusal> {
    if present(what, r)?.abs() > 1.0 {
        Err(Refusal::Correlation { r })
    } else {
        Ok(r)
    }
}

/// Passes a number above 0.
pub(super) fn positive(what: &'static str, value: f64) -> Result<f64, Refusal> {
    if present(what, value)? > 0.0 {
        Ok(value)
    } else {
        Err(Refusal::NotPositive { what, value })
    }
}
