//! The fit that pooling and regression share.

use super::projection::{Projection, Studies};
use super::{Model, Refusal, Test, tau2};
use crate::stats::matrix::Matrix;
use crate::stats::{chi2, normal, t};
use libm::sqrt;

/// One coefficient with its test and interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefficient {
    /// Estimate.
    pub beta: f64,
    /// Standard error.
    pub se: f64,
    /// Estimate over standard error: z, or t with [`Fit::ddf`] degrees of freedom.
    pub stat: f64,
    /// Two-sided p value.
    pub pval: f64,
    /// Lower bound of the interval.
    pub ci_low: f64,
    /// Upper bound of the interval.
    pub ci_high: f64,
}

/// A fitted model with one or more coefficients.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Number of studies.
    pub k: usize,
    /// Number of coefficients.
    pub p: usize,
    /// The coefficients in the order of the design's columns.
    pub coefficients: Vec<Coefficient>,
    /// Their covariances, scaled as the test asks.
    pub vcov: Matrix,
    /// Degrees of freedom of the tests; `None` for the normal.
    pub ddf: Option<f64>,
    /// Factor on the covariances: 1 unless the test is Hartung–Knapp.
    pub scale: f64,
    /// Variance between studies (what moderators leave of it).
    pub tau2: f64,
    /// Its standard error, where there is an estimate.
    pub se_tau2: Option<f64>,
    /// Typical sampling variance (Higgins & Thompson 2002, equation 9; with moderators (k−p)/tr P).
    pub typical_variance: f64,
    /// I² in per cent: from τ² over τ² plus typical variance; from Q for a common effect.
    pub i2: f64,
    /// H²: 1/(1 − I²); for a common effect Q over its degrees of freedom, not cut at 1.
    pub h2: f64,
    /// Residual heterogeneity Q with weights 1/v.
    pub q: f64,
    /// Its degrees of freedom.
    pub q_df: f64,
    /// Its p value.
    pub q_p: f64,
    /// 1/(vᵢ + τ²).
    pub weights: Vec<f64>,
    /// y − X β.
    pub residuals: Vec<f64>,
    /// Diagonal of the hat matrix.
    pub leverages: Vec<f64>,
    /// ln det Xᵀ W X.
    pub(super) log_determinant: f64,
}

/// Fits the model.
pub(super) fn fit(studies: &Studies<'_>, model: &Model) -> Result<Fit, Refusal> {
    fit_with(studies, model, true)
}

/// Fits the model, the standard error of τ² only on request.
pub(super) fn fit_with(
    studies: &Studies<'_>,
    model: &Model,
    with_se: bool,
) -> Result<Fit, Refusal> {
    if studies.k() < studies.p() {
        return Err(Refusal::TooFewStudies {
            k: studies.k(),
            least: studies.p(),
        });
    }
    fit_given(
        studies,
        model,
        tau2::estimate(studies, model.tau2, with_se)?,
    )
}

/// Fits the model with a τ² that is already known.
pub(super) fn fit_given(
    studies: &Studies<'_>,
    model: &Model,
    tau2: tau2::Tau2,
) -> Result<Fit, Refusal> {
    let alpha = model.alpha()?;
    let (k, p, df) = (studies.k(), studies.p(), studies.df());
    let tau2::Tau2 { value: tau2, se } = tau2;
    let projection = studies.at(tau2)?;
    // One study, or as many coefficients as studies, leaves nothing to estimate a scale from.
    let ddf = (model.test != Test::Z && df > 0.0).then_some(df);
    let scale = match (model.test, ddf) {
        (Test::Knha, Some(df)) => projection.rss() / df,
        (Test::Adhoc, Some(df)) => (projection.rss() / df).max(1.0),
        _ => 1.0,
    };
    let vcov = projection.unscaled.scaled(scale);
    let coefficients = coefficients(&projection.beta, &vcov, ddf, alpha);
    let heterogeneity = Heterogeneity::of(studies, &projection, tau2, model)?;
    Ok(Fit {
        k,
        p,
        coefficients,
        vcov,
        ddf,
        scale,
        tau2,
        se_tau2: se,
        typical_variance: heterogeneity.typical_variance,
        i2: heterogeneity.i2,
        h2: heterogeneity.h2,
        q: heterogeneity.q,
        q_df: df,
        q_p: heterogeneity.q_p,
        weights: projection.weights,
        residuals: projection.residuals,
        leverages: projection.leverages,
        log_determinant: projection.log_determinant,
    })
}

fn coefficients(beta: &[f64], vcov: &Matrix, ddf: Option<f64>, alpha: f64) -> Vec<Coefficient> {
    let critical = critical_value(ddf, alpha);
    beta.iter()
        .zip(vcov.diagonal())
        .map(|(&beta, variance)| {
            let se = sqrt(variance);
            let stat = beta / se;
            Coefficient {
                beta,
                se,
                stat,
                pval: ddf.map_or_else(|| normal::two_sided(stat), |df| t::two_sided(stat, df)),
                ci_low: beta - critical * se,
                ci_high: beta + critical * se,
            }
        })
        .collect()
}

/// The quantile that leaves `alpha/2` above it: of t, or of the normal without degrees of freedom.
pub(super) fn critical_value(ddf: Option<f64>, alpha: f64) -> f64 {
    ddf.map_or_else(
        || normal::quantile_sf(0.5 * alpha),
        |df| t::quantile_sf(0.5 * alpha, df),
    )
}

struct Heterogeneity {
    typical_variance: f64,
    i2: f64,
    h2: f64,
    q: f64,
    q_p: f64,
}

impl Heterogeneity {
    fn of(
        studies: &Studies<'_>,
        projection: &Projection,
        tau2: f64,
        model: &Model,
    ) -> Result<Self, Refusal> {
        let df = studies.df();
        if df <= 0.0 {
            return Ok(Self {
                typical_variance: 0.0,
                i2: 0.0,
                h2: 1.0,
                q: 0.0,
                q_p: 1.0,
            });
        }
        let (q, trace) = if tau2 == 0.0 {
            (projection.rss(), projection.trace())
        } else {
            let moments = studies.moments(0.0)?;
            (moments.ypy, moments.trace)
        };
        let typical_variance = df / trace;
        let (i2, h2) = if model.tau2.is_random() {
            (
                100.0 * tau2 / (typical_variance + tau2),
                tau2 / typical_variance + 1.0,
            )
        } else {
            ((100.0 * (q - df) / q).max(0.0), q / df)
        };
        Ok(Self {
            typical_variance,
            i2,
            h2,
            q,
            q_p: chi2::sf(q, df),
        })
    }
}
