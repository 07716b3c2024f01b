//! How many unpublished null results it takes to undo a finding.

use super::Refusal;
use super::projection::Studies;
use crate::stats::normal;
use libm::{ceil, sqrt};

/// Which question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Approach {
    /// Until the combined z is no longer significant one-sided at `alpha` (Rosenthal 1979).
    Rosenthal {
        /// Significance level.
        alpha: f64,
    },
    /// Until the mean effect falls to `target` (Orwin 1983), half the mean when `None`.
    Orwin {
        /// The effect to fall to.
        target: Option<f64>,
        /// Whether the mean is weighted by 1/v.
        weighted: bool,
    },
    /// Until the weighted mean is no longer significant two-sided at `alpha` (Rosenberg 2005).
    Rosenberg {
        /// Significance level.
        alpha: f64,
    },
}

/// A fail-safe number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FailSafeN {
    /// How many results; infinite when no number suffices.
    pub number: f64,
    /// p value of the observed results.
    pub pval: Option<f64>,
    /// Mean effect.
    pub mean: Option<f64>,
    /// Effect to fall to.
    pub target: Option<f64>,
}

/// Computes a fail-safe number.
///
/// # Errors
/// [`Refusal`] for what [`super::pool`] refuses.
pub fn fail_safe_n(yi: &[f64], vi: &[f64], approach: Approach) -> Result<FailSafeN, Refusal> {
    let studies = Studies::new(yi, vi, None)?;
    let k = studies.k() as f64;
    let weight: f64 = vi.iter().map(|v| 1.0 / v).sum();
    let weighted_sum: f64 = yi.iter().zip(vi).map(|(y, v)| y / v).sum();
    Ok(match approach {
        Approach::Rosenthal { alpha } => {
            let z_sum: f64 = yi.iter().zip(vi).map(|(y, &v)| y / sqrt(v)).sum();
            let z = (z_sum / sqrt(k)).abs();
            let ratio = z / normal::quantile_sf(alpha);
            FailSafeN {
                number: whole(k * ratio * ratio - k),
                pval: Some(normal::sf(z)),
                mean: None,
                target: None,
            }
        }
        Approach::Orwin { target, weighted } => {
            let mean = if weighted {
                weighted_sum / weight
            } else {
                yi.iter().sum::<f64>() / k
            };
            let target = target.unwrap_or(0.5 * mean);
            let reachable = target != 0.0 && (target > 0.0) == (mean > 0.0);
            FailSafeN {
                number: if reachable {
                    whole(k * ((mean - target) / target))
                } else {
                    f64::INFINITY
                },
                pval: None,
                mean: Some(mean),
                target: Some(target),
            }
        }
        Approach::Rosenberg { alpha } => {
            let ratio = weighted_sum / normal::quantile_sf(0.5 * alpha);
            FailSafeN {
                number: whole(k * (ratio * ratio - weight) / weight),
                pval: Some(normal::two_sided(weighted_sum / sqrt(weight))),
                mean: Some(weighted_sum / weight),
                target: None,
            }
        }
    })
}

fn whole(number: f64) -> f64 {
    ceil(number.max(0.0))
}
