//! Likelihoods and information criteria.

use super::fit::Fit;
use super::projection::Studies;
use super::{Refusal, Tau2Method};
use libm::log;

const LN_2PI: f64 = 1.837_877_066_409_345_6;

/// A model's likelihood and what follows from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FitStatistics {
    /// Log-likelihood.
    pub log_likelihood: f64,
    /// −2 log-likelihood, against the saturated model for maximum likelihood.
    pub deviance: f64,
    /// Akaike's criterion.
    pub aic: f64,
    /// Schwarz's criterion.
    pub bic: f64,
    /// Akaike's criterion corrected for small samples.
    pub aicc: f64,
}

/// The parts of both likelihoods at a fit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Likelihood {
    k: f64,
    p: f64,
    /// Σ ln(v + τ²).
    sum_log: f64,
    rss: f64,
    log_determinant: f64,
    log_determinant_of_design: f64,
    /// Log-likelihood of a model with one mean a study and no τ².
    saturated: f64,
}

impl Likelihood {
    pub(super) fn of(studies: &Studies<'_>, fit: &Fit) -> Result<Self, Refusal> {
        let k = studies.k() as f64;
        let rss = fit
            .weights
            .iter()
            .zip(&fit.residuals)
            .map(|(w, e)| w * e * e)
            .sum();
        let sum_log_v: f64 = studies.vi.iter().map(|&v| log(v)).sum();
        Ok(Self {
            k,
            p: studies.p() as f64,
            sum_log: studies.vi.iter().map(|v| log(v + fit.tau2)).sum(),
            rss,
            log_determinant: fit.log_determinant,
            log_determinant_of_design: studies.log_determinant_of_design()?,
            saturated: -0.5 * (k * LN_2PI + sum_log_v),
        })
    }

    /// By maximum likelihood.
    pub(super) fn ml(&self, method: Tau2Method) -> FitStatistics {
        let ll = -0.5 * (self.k * LN_2PI + self.sum_log + self.rss);
        self.criteria(ll, -2.0 * (ll - self.saturated), self.k, method)
    }

    /// By restricted maximum likelihood.
    pub(super) fn reml(&self, method: Tau2Method) -> FitStatistics {
        let n = self.k - self.p;
        let ll = -0.5
            * (n * LN_2PI - self.log_determinant_of_design
                + self.sum_log
                + self.log_determinant
                + self.rss);
        self.criteria(ll, -2.0 * ll, n, method)
    }

    fn criteria(&self, ll: f64, deviance: f64, n: f64, method: Tau2Method) -> FitStatistics {
        let parameters = self.p + if method.is_random() { 1.0 } else { 0.0 };
        let size = n.max(parameters + 2.0);
        FitStatistics {
            log_likelihood: ll,
            deviance,
            aic: -2.0 * ll + 2.0 * parameters,
            bic: -2.0 * ll + parameters * log(n),
            aicc: -2.0 * ll + 2.0 * parameters * size / (size - parameters - 1.0),
        }
    }
}

/// The log-likelihood at any τ², as profiled for its interval.
pub(super) fn log_likelihood_at(
    studies: &Studies<'_>,
    tau2: f64,
    restricted: bool,
) -> Result<f64, Refusal> {
    let projection = studies.at(tau2)?;
    let sum_log: f64 = studies.vi.iter().map(|v| log(v + tau2)).sum();
    let rest = if restricted {
        projection.log_determinant
    } else {
        0.0
    };
    Ok(-0.5 * (sum_log + projection.rss() + rest))
}
