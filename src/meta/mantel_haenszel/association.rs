//! Tests of no association across tables: Cochran, and Cochran-Mantel-Haenszel with the common odds ratio.

use super::arms::{Table, total};
use super::estimate::{ChiSquare, nothing};
use super::pooled_effect::odds_ratio;
use crate::problem::Problem;
use libm::exp;

/// Cochran's and the Cochran-Mantel-Haenszel test of no association; `None` without events or without non-events.
pub(super) fn association(tables: &[Table], correct: bool) -> Option<(ChiSquare, ChiSquare)> {
    if total(tables, Table::events) == 0.0 || total(tables, Table::others) == 0.0 {
        return None;
    }
    let gap = total(tables, |t| t.a - t.n1() / t.n() * t.events()).abs();
    let variance = |denominator: fn(f64) -> f64| {
        total(tables, |t| {
            t.n1() / t.n() * (t.n2() / t.n()) * (t.events() * (t.others() / denominator(t.n())))
        })
    };
    let yates = gap - if correct { 0.5 } else { 0.0 };
    Some((
        ChiSquare::new(yates * yates / variance(|n| n), 1.0),
        ChiSquare::new(yates * yates / variance(|n| n - 1.0), 1.0),
    ))
}

/// The Cochran-Mantel-Haenszel test with the common odds ratio and its interval, as the test is usually reported.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CommonOddsRatio {
    /// The test on one degree of freedom.
    pub test: ChiSquare,
    /// Common odds ratio.
    pub odds_ratio: f64,
    /// Lower 95 % limit.
    pub lower: f64,
    /// Upper 95 % limit.
    pub upper: f64,
}

/// Tests no association across strata that have both an event and a non-event.
///
/// Yates' correction is applied only when the observed events differ from the expected by at least ½ (as R's `mantelhaen.test`).
///
/// # Errors
/// When no stratum has both, or the common odds ratio is 0 or ∞.
pub fn common_odds_ratio(
    tables: &[Table],
    correct: bool,
    level: f64,
) -> Result<CommonOddsRatio, Problem> {
    let kept: Vec<Table> = tables.iter().filter(|t| !t.one_sided()).copied().collect();
    let gap = total(&kept, |t| t.a - t.n1() / t.n() * t.events()).abs();
    let (_, test) = association(&kept, correct && gap >= 0.5).ok_or_else(nothing)?;
    let pooled = odds_ratio(&kept, level).ok_or_else(|| {
        Problem::error(
            "pool::ratio-at-limit",
            "the common odds ratio is 0 or infinite",
        )
        .help("one arm has no events in any study: report counts, or pool risk differences")
    })?;
    Ok(CommonOddsRatio {
        test,
        odds_ratio: exp(pooled.beta),
        lower: exp(pooled.lower),
        upper: exp(pooled.upper),
    })
}
