//! Pooling of events over person-time.

use super::arms::PersonTime;
use super::estimate::{ChiSquare, Heterogeneity, MantelHaenszel, Pooled, nothing};
use super::handling::Handling;
use crate::problem::Problem;
use libm::{log, sqrt};

/// What is pooled from person-time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateMeasure {
    /// Log incidence rate ratio.
    RateRatio,
    /// Incidence rate difference.
    RateDifference,
}

/// Pools person-time.
///
/// # Errors
/// When there is no row.
pub fn pool_rates(
    measure: RateMeasure,
    rows: &[PersonTime],
    correct: bool,
    level: f64,
    handling: (Handling, Handling),
) -> Result<MantelHaenszel, Problem> {
    let effects = own_effects(measure, &handling.0.rates(rows));
    let rows = handling.1.rates(rows);
    if rows.is_empty() {
        return Err(nothing());
    }
    let sum = |each: fn(&PersonTime) -> f64| rows.iter().map(each).sum::<f64>();
    let pooled = pooled(measure, &rows, level);
    let events = sum(|r| r.x1 + r.x2);
    let cmh = (measure == RateMeasure::RateRatio && events > 0.0).then(|| {
        let gap = sum(|r| r.x1 - (r.x1 + r.x2) * (r.t1 / (r.t1 + r.t2))).abs();
        let gap = gap - if correct { 0.5 } else { 0.0 };
        ChiSquare::new(gap * gap / sum(information), 1.0)
    });
    Ok(MantelHaenszel {
        k: rows.len(),
        pooled,
        heterogeneity: pooled.map(|p| Heterogeneity::around(p.beta, &effects)),
        cmh,
        cochran: None,
        breslow_day: None,
        tarone: None,
        k_pos: None,
    })
}

/// A stratum's part of the variance under equal rates.
fn information(r: &PersonTime) -> f64 {
    let t = r.t1 + r.t2;
    r.t1 / t * (r.t2 / t) * (r.x1 + r.x2)
}

/// The rows' own effects and variances.
fn own_effects(measure: RateMeasure, rows: &[PersonTime]) -> Vec<(f64, f64)> {
    rows.iter()
        .map(|r| match measure {
            RateMeasure::RateRatio => {
                (log(r.x1 / r.t1) - log(r.x2 / r.t2), 1.0 / r.x1 + 1.0 / r.x2)
            }
            RateMeasure::RateDifference => (
                r.x1 / r.t1 - r.x2 / r.t2,
                r.x1 / (r.t1 * r.t1) + r.x2 / (r.t2 * r.t2),
            ),
        })
        .filter(|(yi, vi)| yi.is_finite() && vi.is_finite())
        .collect()
}

/// The pooled effect; `None` where one arm has no event in any row and a ratio is asked for.
fn pooled(measure: RateMeasure, rows: &[PersonTime], level: f64) -> Option<Pooled> {
    let sum = |each: fn(&PersonTime) -> f64| rows.iter().map(each).sum::<f64>();
    match measure {
        RateMeasure::RateRatio => {
            let r = sum(|r| r.x1 * (r.t2 / (r.t1 + r.t2)));
            let s = sum(|r| r.x2 * (r.t1 / (r.t1 + r.t2)));
            let p = sum(information);
            (r > 0.0 && s > 0.0).then(|| Pooled::new(log(r / s), sqrt(p / (r * s)), level))
        }
        RateMeasure::RateDifference => {
            let weight = sum(|r| r.t1 / (r.t1 + r.t2) * r.t2);
            let beta = sum(|r| (r.x1 * r.t2 - r.x2 * r.t1) / (r.t1 + r.t2)) / weight;
            let p = sum(|r| {
                let w = r.t1 / (r.t1 + r.t2) * r.t2;
                w * w * (r.x1 / (r.t1 * r.t1) + r.x2 / (r.t2 * r.t2))
            });
            Some(Pooled::new(beta, sqrt(p) / weight, level))
        }
    }
}
