//! What pooling gives: the estimate, χ² tests, and the spread of single effects around it.

use crate::problem::Problem;
use crate::stats::{chi2, normal};

/// An estimate with its normal test and interval; ratios on the log scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pooled {
    /// The pooled effect.
    pub beta: f64,
    /// Its standard error.
    pub se: f64,
    /// `beta / se`.
    pub z: f64,
    /// Two-sided p value.
    pub p: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

impl Pooled {
    pub(in crate::meta) fn new(beta: f64, se: f64, level: f64) -> Self {
        let half = normal::quantile_sf((1.0 - level / 100.0) / 2.0) * se;
        let z = beta / se;
        Self {
            beta,
            se,
            z,
            p: normal::two_sided(z),
            lower: beta - half,
            upper: beta + half,
        }
    }
}

/// A χ² statistic and its p value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChiSquare {
    /// The statistic.
    pub statistic: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// Upper tail beyond it.
    pub p: f64,
}

impl ChiSquare {
    pub(in crate::meta) fn new(statistic: f64, df: f64) -> Self {
        Self {
            statistic,
            df,
            p: chi2::sf(statistic, df),
        }
    }
}

/// Spread of the single effects around the pooled one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heterogeneity {
    /// Studies with an effect.
    pub k: usize,
    /// Weighted sum of squared distances, and its p value (1 for a single study).
    pub q: f64,
    /// Upper tail of Q.
    pub q_p: f64,
    /// I² in percent, not below 0; `None` for a single study.
    pub i2: Option<f64>,
    /// `Q / df`, not cut at 1; `None` for a single study.
    pub h2: Option<f64>,
}

impl Heterogeneity {
    pub(in crate::meta) fn around(beta: f64, effects: &[(f64, f64)]) -> Self {
        let q: f64 = effects
            .iter()
            .map(|&(yi, vi)| (yi - beta) * (yi - beta) / vi)
            .sum();
        let k = effects.len();
        let df = k as f64 - 1.0;
        let some = k > 1;
        Self {
            k,
            q,
            q_p: if some { chi2::sf(q, df) } else { 1.0 },
            i2: some.then(|| {
                if q > 0.0 {
                    (100.0 * (q - df) / q).max(0.0)
                } else {
                    0.0
                }
            }),
            h2: some.then(|| q / df),
        }
    }
}

/// The result of [`pool_tables`](super::pool_tables) or [`pool_rates`](super::pool_rates).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MantelHaenszel {
    /// Number of tables.
    pub k: usize,
    /// The estimate; `None` when all tables lack events in one arm (a ratio of 0 or ∞).
    pub pooled: Option<Pooled>,
    /// Spread of the single effects around the estimate.
    pub heterogeneity: Option<Heterogeneity>,
    /// Cochran-Mantel-Haenszel test with `n - 1`, for odds ratios and rate ratios.
    pub cmh: Option<ChiSquare>,
    /// Cochran's test with `n` in the denominator, for odds ratios.
    pub cochran: Option<ChiSquare>,
    /// Breslow-Day test of equal odds ratios.
    pub breslow_day: Option<ChiSquare>,
    /// Tarone's correction of it.
    pub tarone: Option<ChiSquare>,
    /// Tables that count in the Breslow-Day test; odds ratios only.
    pub k_pos: Option<usize>,
}

pub(super) fn nothing() -> Problem {
    Problem::error("pool::no-study", "no study has all the counts it needs")
        .help("fill in the events and sizes of at least one study")
}
