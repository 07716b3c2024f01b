//! Regression tests for funnel-plot asymmetry.

use super::fit::{self, Coefficient};
use super::projection::Studies;
use super::weighted_line::{line_design, weighted_line};
use super::{Model, Refusal};
use libm::sqrt;
use std::str::FromStr;

/// On what the effect is regressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Predictor {
    /// Standard error (Egger et al. 1997).
    #[default]
    StandardError,
    /// Sampling variance.
    Variance,
    /// Sample size.
    Size,
    /// Inverse of sample size (Peters et al. 2006).
    InverseSize,
    /// Square root of sample size.
    RootSize,
    /// Inverse square root of sample size.
    InverseRootSize,
}

impl FromStr for Predictor {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "sei" => Self::StandardError,
            "vi" => Self::Variance,
            "ni" => Self::Size,
            "ninv" => Self::InverseSize,
            "sqrtni" => Self::RootSize,
            "sqrtninv" => Self::InverseRootSize,
            other => {
                return Err(format!(
                    "`{other}` is none of sei, vi, ni, ninv, sqrtni, sqrtninv"
                ));
            }
        })
    }
}

impl Predictor {
    /// Whether it goes to 0 as a study grows without bound, so that the intercept is the effect of such a study.
    pub fn has_limit(self) -> bool {
        !matches!(self, Self::Size | Self::RootSize)
    }

    /// Whether it needs sample sizes.
    pub fn needs_sizes(self) -> bool {
        !matches!(self, Self::StandardError | Self::Variance)
    }

    fn values(self, vi: &[f64], sizes: &[f64]) -> Vec<f64> {
        let each = |of: &[f64], f: fn(f64) -> f64| of.iter().map(|&x| f(x)).collect();
        match self {
            Self::StandardError => each(vi, sqrt),
            Self::Variance => vi.to_vec(),
            Self::Size => sizes.to_vec(),
            Self::InverseSize => each(sizes, |n| 1.0 / n),
            Self::RootSize => each(sizes, sqrt),
            Self::InverseRootSize => each(sizes, |n| 1.0 / sqrt(n)),
        }
    }
}

/// Which regression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Regression {
    /// Meta-regression with the model's τ² and test.
    Meta(Model),
    /// Weighted least squares with a multiplicative scale, as Egger did; intervals of `level` per cent.
    Weighted {
        /// Coverage in per cent.
        level: f64,
    },
}

/// A regression test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asymmetry {
    /// The line at predictor 0.
    pub intercept: Coefficient,
    /// The slope; its test is the test for asymmetry.
    pub slope: Coefficient,
    /// Degrees of freedom of the test; `None` for the normal.
    pub df: Option<f64>,
    /// The effect of a study without sampling error, where the predictor has such a limit.
    pub limit: Option<Coefficient>,
}

/// Tests whether effects depend on the size of their study. `sizes` may be empty for predictors that do not need them.
///
/// # Errors
/// [`Refusal`] for fewer than 3 studies, a predictor with one value, and for what [`super::pool`] refuses.
pub fn asymmetry(
    yi: &[f64],
    vi: &[f64],
    sizes: &[f64],
    predictor: Predictor,
    regression: &Regression,
) -> Result<Asymmetry, Refusal> {
    if predictor.needs_sizes() && sizes.len() != yi.len() {
        return Err(Refusal::Undefined(
            "this predictor needs the sample size of every study",
        ));
    }
    let values = predictor.values(vi, sizes);
    let (intercept, slope, df) = match regression {
        Regression::Weighted { level } => {
            let model = Model {
                level: *level,
                ..Model::default()
            };
            let line = weighted_line(yi, vi, &values, model.alpha()?)?;
            (line.intercept, line.slope, Some(line.df))
        }
        Regression::Meta(model) => {
            let x = line_design(&values);
            let fit = fit::fit_with(&Studies::new(yi, vi, Some(&x))?, model, false)?;
            (fit.coefficients[0], fit.coefficients[1], fit.ddf)
        }
    };
    Ok(Asymmetry {
        intercept,
        slope,
        df,
        limit: predictor.has_limit().then_some(intercept),
    })
}
