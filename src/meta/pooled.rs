//! One mean over all studies.

use super::fit::{self, Fit};
use super::fit_statistics::{FitStatistics, Likelihood};
use super::projection::Studies;
use super::{Model, Refusal, Tau2Method, tau2};

/// A pooled effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Pooled {
    /// The choices behind it.
    pub model: Model,
    /// Number of studies.
    pub k: usize,
    /// The pooled effect.
    pub beta: f64,
    /// Its standard error.
    pub se: f64,
    /// Effect over standard error: z, or t with `ddf` degrees of freedom.
    pub stat: f64,
    /// Degrees of freedom of the test; `None` for the normal.
    pub ddf: Option<f64>,
    /// Two-sided p value.
    pub pval: f64,
    /// Bounds of the confidence interval.
    pub ci: (f64, f64),
    /// Variance between studies.
    pub tau2: f64,
    /// Its standard error; `None` for a common effect or one study.
    pub se_tau2: Option<f64>,
    /// Typical sampling variance.
    pub typical_variance: f64,
    /// I² in per cent, from τ² (from Q for a common effect).
    pub i2: f64,
    /// H².
    pub h2: f64,
    /// Cochran's Q.
    pub q: f64,
    /// Its degrees of freedom.
    pub q_df: f64,
    /// Its p value.
    pub q_p: f64,
    /// Share of each study in the mean, in per cent.
    pub weights: Vec<f64>,
    /// Likelihood and information criteria by maximum likelihood (not restricted).
    pub fit_ml: FitStatistics,
    /// The same by restricted maximum likelihood.
    pub fit_reml: FitStatistics,
}

/// Pools effects `yi` with sampling variances `vi`.
///
/// One study is passed through with τ² = 0 and a normal interval whatever the test.
///
/// # Errors
/// [`Refusal`] for no studies, an effect that is not finite, a variance that is not above 0, a level outside 0 to 100.
///
/// # Examples
/// ```
/// use review::meta::{Model, Tau2Method, Test, pool};
/// let model = Model { tau2: Tau2Method::DerSimonianLaird, test: Test::Z, level: 95.0 };
/// let pooled = pool(&[0.2, 0.5, 0.3], &[0.04, 0.02, 0.05], &model)?;
/// assert_eq!(pooled.k, 3);
/// assert!(pooled.ci.0 < pooled.beta && pooled.beta < pooled.ci.1);
/// # Ok::<(), review::meta::Refusal>(())
/// ```
pub fn pool(yi: &[f64], vi: &[f64], model: &Model) -> Result<Pooled, Refusal> {
    let studies = Studies::new(yi, vi, None)?;
    let fit = fit::fit(&studies, model)?;
    Pooled::of(&studies, fit, model)
}

/// As [`pool`], with likelihood estimates as metafor leaves them by default: at a Fisher scoring step below 1e-5.
pub(super) fn pool_as_metafor(yi: &[f64], vi: &[f64], model: &Model) -> Result<Pooled, Refusal> {
    let studies = Studies::new(yi, vi, None)?;
    let restricted = match model.tau2 {
        Tau2Method::RestrictedMaximumLikelihood => true,
        Tau2Method::MaximumLikelihood => false,
        _ => return pool(yi, vi, model),
    };
    match tau2::by_fisher_scoring(&studies, restricted, 1e-5)? {
        Some(tau2) => Pooled::of(&studies, fit::fit_given(&studies, model, tau2)?, model),
        None => pool(yi, vi, model),
    }
}

/// As [`pool`], with the same effect in `Fit` form for diagnostics.
pub(super) fn pool_fit(yi: &[f64], vi: &[f64], model: &Model) -> Result<Fit, Refusal> {
    fit::fit_with(&Studies::new(yi, vi, None)?, model, false)
}

impl Pooled {
    fn of(studies: &Studies<'_>, fit: Fit, model: &Model) -> Result<Self, Refusal> {
        let coefficient = fit.coefficients[0];
        let likelihood = Likelihood::of(studies, &fit)?;
        let total: f64 = fit.weights.iter().sum();
        Ok(Self {
            model: *model,
            k: fit.k,
            beta: coefficient.beta,
            se: coefficient.se,
            stat: coefficient.stat,
            ddf: fit.ddf,
            pval: coefficient.pval,
            ci: (coefficient.ci_low, coefficient.ci_high),
            tau2: fit.tau2,
            se_tau2: fit.se_tau2,
            typical_variance: fit.typical_variance,
            i2: fit.i2,
            h2: fit.h2,
            q: fit.q,
            q_df: fit.q_df,
            q_p: fit.q_p,
            fit_ml: likelihood.ml(model.tau2),
            fit_reml: likelihood.reml(model.tau2),
            weights: fit.weights.iter().map(|w| 100.0 * w / total).collect(),
        })
    }
}
