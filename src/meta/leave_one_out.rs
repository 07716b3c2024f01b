//! The pooled effect without each study in turn.

use super::fit::Fit;
use super::pooled::pool_fit;
use super::{Model, Refusal};
use rayon::prelude::*;

/// A pooled effect over part of the studies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PartPooled {
    /// Pooled effect.
    pub beta: f64,
    /// Standard error.
    pub se: f64,
    /// Test statistic.
    pub stat: f64,
    /// Two-sided p value.
    pub pval: f64,
    /// Bounds of the confidence interval.
    pub ci: (f64, f64),
    /// Cochran's Q.
    pub q: f64,
    /// Its p value.
    pub q_p: f64,
    /// Variance between studies.
    pub tau2: f64,
    /// I² in per cent.
    pub i2: f64,
    /// H².
    pub h2: f64,
}

impl From<&Fit> for PartPooled {
    fn from(fit: &Fit) -> Self {
        let c = fit.coefficients[0];
        Self {
            beta: c.beta,
            se: c.se,
            stat: c.stat,
            pval: c.pval,
            ci: (c.ci_low, c.ci_high),
            q: fit.q,
            q_p: fit.q_p,
            tau2: fit.tau2,
            i2: fit.i2,
            h2: fit.h2,
        }
    }
}

/// Pools all studies but one, for each in turn, in the order of the studies.
///
/// # Errors
/// [`Refusal`] for fewer than 2 studies and for what [`super::pool`] refuses.
pub fn leave_one_out(yi: &[f64], vi: &[f64], model: &Model) -> Result<Vec<PartPooled>, Refusal> {
    each_deleted(yi, vi, model, |fit| PartPooled::from(&fit))
}

/// Fits the model without each study in turn.
pub(super) fn each_deleted<T: Send>(
    yi: &[f64],
    vi: &[f64],
    model: &Model,
    of: impl Fn(Fit) -> T + Sync,
) -> Result<Vec<T>, Refusal> {
    let k = yi.len();
    if k < 2 {
        return Err(Refusal::TooFewStudies { k, least: 2 });
    }
    super::projection::Studies::new(yi, vi, None)?;
    (0..k)
        .into_par_iter()
        .map(|i| {
            let without = |x: &[f64]| [&x[..i], &x[i + 1..]].concat();
            pool_fit(&without(yi), &without(vi), model).map(&of)
        })
        .collect()
}
