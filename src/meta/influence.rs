//! How much each study moves the pooled effect.

use super::fit::Fit;
use super::leave_one_out::each_deleted;
use super::pooled::pool_fit;
use super::{Model, Refusal};
use crate::stats::chi2;
use libm::sqrt;

/// One study's influence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Influence {
    /// Deviation from the mean of the others in units of its standard error.
    pub rstudent: f64,
    /// Deviation from the mean of all in units of its standard error.
    pub rstandard: f64,
    /// Change of the fitted value in units of its standard error.
    pub dffits: f64,
    /// Cook's distance.
    pub cooks_distance: f64,
    /// Variance of the mean without the study over that with it.
    pub covariance_ratio: f64,
    /// τ² without the study.
    pub tau2_deleted: f64,
    /// Q without the study.
    pub q_deleted: f64,
    /// Leverage.
    pub hat: f64,
    /// Share in the mean in per cent.
    pub weight: f64,
    /// Change of the mean in units of its standard error.
    pub dfbetas: f64,
    /// Whether one of the usual thresholds is passed.
    pub is_influential: bool,
}

/// Computes the influence of each study.
///
/// # Errors
/// [`Refusal`] for fewer than 2 studies and for what [`super::pool`] refuses.
///
/// Source: Viechtbauer & Cheung, Res. Synth. Methods 1 (2010) 112.
pub fn influence(yi: &[f64], vi: &[f64], model: &Model) -> Result<Vec<Influence>, Refusal> {
    let full = pool_fit(yi, vi, model)?;
    let total: f64 = full.weights.iter().sum();
    let deleted = each_deleted(yi, vi, model, |fit| Deleted {
        beta: fit.coefficients[0].beta,
        variance: fit.vcov[(0, 0)],
        scale: fit.scale,
        tau2: fit.tau2,
        q: fit.q,
    })?;
    Ok(deleted
        .iter()
        .enumerate()
        .map(|(i, without)| without.compare(&full, i, yi, vi, total))
        .collect())
}

struct Deleted {
    beta: f64,
    variance: f64,
    scale: f64,
    tau2: f64,
    q: f64,
}

impl Deleted {
    fn compare(&self, full: &Fit, i: usize, yi: &[f64], vi: &[f64], total: f64) -> Influence {
        let k = yi.len() as f64;
        let beta = full.coefficients[0].beta;
        let change = beta - self.beta;
        let hat = full.leverages[i];
        let spread = self.scale * (vi[i] + self.tau2);
        // Rounding alone must not make a residual of equal effects look extreme.
        let residual = |x: f64| {
            if x.abs() < 100.0 * f64::EPSILON {
                0.0
            } else {
                x
            }
        };
        let precision: f64 = vi.iter().map(|v| 1.0 / (v + self.tau2)).sum();
        let dffits = change / sqrt(hat * spread);
        let cooks_distance = change * change / full.vcov[(0, 0)];
        let dfbetas = change / sqrt(self.scale / precision);
        Influence {
            rstudent: residual(yi[i] - self.beta) / sqrt(spread + self.variance),
            rstandard: residual(yi[i] - beta)
                / sqrt((1.0 - hat) * (vi[i] + full.tau2) * full.scale),
            dffits,
            cooks_distance,
            covariance_ratio: self.variance / full.vcov[(0, 0)],
            tau2_deleted: self.tau2,
            q_deleted: self.q,
            hat,
            weight: 100.0 * full.weights[i] / total,
            dfbetas,
            is_influential: dffits.abs() > 3.0 * sqrt(1.0 / (k - 1.0))
                || chi2::cdf(cooks_distance, 1.0) > 0.5
                || hat > 3.0 / k
                || dfbetas.abs() > 1.0,
        }
    }
}
