//! Meta-regression: a mean that depends on moderators.

use super::fit::{self, Fit};
use super::fit_statistics::{FitStatistics, Likelihood};
use super::formula::Design;
use super::projection::Studies;
use super::{Model, Refusal};
use crate::stats::matrix::Matrix;
use crate::stats::{chi2, f};

/// A fitted meta-regression.
#[derive(Clone, Debug, PartialEq)]
pub struct Regression {
    /// Coefficients, τ² that moderators leave, and heterogeneity.
    pub fit: Fit,
    /// Names of the coefficients.
    pub names: Vec<String>,
    /// Columns that followed from others and were left out.
    pub dropped: Vec<String>,
    /// Test of all coefficients but the intercept: χ², or F when the fit has degrees of freedom.
    pub qm: f64,
    /// Number of coefficients tested.
    pub qm_df: f64,
    /// Its p value.
    pub qm_p: f64,
    /// Share of τ² that moderators explain, in per cent, 0 when there is none to explain; for a common effect the adjusted R² of the
    /// weighted regression. `None` without an intercept.
    pub r2: Option<f64>,
    /// Likelihood by maximum likelihood.
    pub fit_ml: FitStatistics,
    /// Likelihood by restricted maximum likelihood.
    pub fit_reml: FitStatistics,
}

/// Regresses effects on a design; `yi` and `vi` hold the design's rows only.
///
/// A column that follows from earlier ones is left out and named in [`Regression::dropped`].
///
/// # Errors
/// [`Refusal`] for too few studies and for what [`super::pool`] refuses.
pub fn fit(yi: &[f64], vi: &[f64], design: &Design, model: &Model) -> Result<Regression, Refusal> {
    let (kept, dropped) = independent(&design.matrix);
    let x = Matrix::from_fn(design.matrix.rows(), kept.len(), |i, j| {
        design.matrix[(i, kept[j])]
    });
    let studies = Studies::new(yi, vi, Some(&x))?;
    let fit = fit::fit(&studies, model)?;
    let first = usize::from(design.has_intercept && kept.len() > 1);
    let (qm, qm_p) = omnibus(&fit, first)?;
    let likelihood = Likelihood::of(&studies, &fit)?;
    let name = |&j: &usize| design.names[j].clone();
    Ok(Regression {
        r2: explained(yi, vi, &fit, model, design.has_intercept)?,
        fit_ml: likelihood.ml(model.tau2),
        fit_reml: likelihood.reml(model.tau2),
        names: kept.iter().map(name).collect(),
        dropped: dropped.iter().map(name).collect(),
        qm,
        qm_df: (fit.p - first) as f64,
        qm_p,
        fit,
    })
}

/// Columns that are not combinations of earlier ones, and the rest.
pub(super) fn independent(x: &Matrix) -> (Vec<usize>, Vec<usize>) {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let (mut kept, mut dropped) = (Vec::new(), Vec::new());
    for j in 0..x.columns() {
        let mut column = x.column(j);
        let dot = crate::stats::matrix::dot;
        let before = libm::sqrt(dot(&column, &column));
        for _pass in 0..2 {
            for earlier in &basis {
                let part = dot(earlier, &column);
                for (cell, e) in column.iter_mut().zip(earlier) {
                    *cell -= part * e;
                }
            }
        }
        let norm = libm::sqrt(dot(&column, &column));
        if norm > 1e-11 * before && norm > 0.0 {
            column.iter_mut().for_each(|cell| *cell /= norm);
            basis.push(column);
            kept.push(j);
        } else {
            dropped.push(j);
        }
    }
    (kept, dropped)
}

/// Wald-type test of the coefficients from `first` on.
pub(super) fn omnibus(fit: &Fit, first: usize) -> Result<(f64, f64), Refusal> {
    let m = fit.p - first;
    let beta: Vec<f64> = fit.coefficients[first..].iter().map(|c| c.beta).collect();
    let vcov = Matrix::from_fn(m, m, |i, j| fit.vcov[(first + i, first + j)]);
    let root = vcov.cholesky().ok_or(Refusal::Undefined(
        "the covariances of the coefficients are singular",
    ))?;
    let half = root.solve_lower(&beta);
    let q: f64 = half.iter().map(|x| x * x).sum();
    let df = m as f64;
    Ok(match fit.ddf {
        Some(ddf) => (q / df, f::sf(q / df, df, ddf)),
        None => (q, chi2::sf(q, df)),
    })
}

fn explained(
    yi: &[f64],
    vi: &[f64],
    fit: &Fit,
    model: &Model,
    has_intercept: bool,
) -> Result<Option<f64>, Refusal> {
    if !has_intercept {
        return Ok(None);
    }
    let without = super::pooled::pool_fit(yi, vi, model)?;
    if model.tau2.is_random() {
        let share = 100.0 * (without.tau2 - fit.tau2) / without.tau2;
        return Ok(Some(if without.tau2 > 0.0 {
            share.max(0.0)
        } else {
            0.0
        }));
    }
    let adjusted = 1.0 - (fit.q / fit.q_df) / (without.q / without.q_df);
    Ok(Some((100.0 * adjusted).max(0.0)))
}
