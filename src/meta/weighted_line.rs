//! A straight line through effects by weighted least squares, its scale estimated from the residuals.

use super::Refusal;
use super::fit::{Coefficient, critical_value};
use super::projection::Studies;
use crate::stats::matrix::Matrix;
use crate::stats::t;
use libm::sqrt;

/// A weighted line with weights 1/v.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightedLine {
    /// Value at predictor 0.
    pub intercept: Coefficient,
    /// Change for one unit of the predictor.
    pub slope: Coefficient,
    /// Residual standard deviation in units of the standard errors.
    pub sigma: f64,
    /// Residual degrees of freedom, k − 2.
    pub df: f64,
}

/// Fits `y = a + b x` with weights 1/v; t tests with k − 2 degrees of freedom, intervals of `level` per cent.
pub(super) fn weighted_line(
    yi: &[f64],
    vi: &[f64],
    predictor: &[f64],
    alpha: f64,
) -> Result<WeightedLine, Refusal> {
    let k = yi.len();
    if k < 3 {
        return Err(Refusal::TooFewStudies { k, least: 3 });
    }
    let x = line_design(predictor);
    let projection = Studies::new(yi, vi, Some(&x))?.at(0.0)?;
    let df = k as f64 - 2.0;
    let sigma = sqrt(projection.rss() / df);
    let critical = critical_value(Some(df), alpha);
    let coefficient = |i: usize| {
        let beta = projection.beta[i];
        let se = sigma * sqrt(projection.unscaled[(i, i)]);
        let stat = beta / se;
        Coefficient {
            beta,
            se,
            stat,
            pval: t::two_sided(stat, df),
            ci_low: beta - critical * se,
            ci_high: beta + critical * se,
        }
    };
    Ok(WeightedLine {
        intercept: coefficient(0),
        slope: coefficient(1),
        sigma,
        df,
    })
}

/// Ones beside the predictor.
pub(super) fn line_design(predictor: &[f64]) -> Matrix {
    Matrix::from_fn(
        predictor.len(),
        2,
        |i, j| {
            if j == 0 { 1.0 } else { predictor[i] }
        },
    )
}
