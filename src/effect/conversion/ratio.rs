//! Logarithms of ratios with their standard errors, from intervals, p values and logrank statistics.

use super::bounds::{finite, half_alpha, p_value, positive};
use crate::problem::Problem;
use crate::stats::normal;
use libm::log;

/// Logarithm of a ratio and its standard error from the ratio's confidence interval (Handbook 6.3.2).
///
/// # Errors
/// When the estimate or a limit is not above 0, or the limits do not rise.
pub fn logse_from_ratio_ci(
    estimate: f64,
    lower: f64,
    upper: f64,
    level: f64,
) -> Result<(f64, f64), Problem> {
    let width = log(positive("upper limit", upper)?) - log(positive("lower limit", lower)?);
    let width = positive("upper limit - lower limit", width)?;
    Ok((
        log(positive("estimate", estimate)?),
        width / (2.0 * normal::quantile_sf(half_alpha(level)?)),
    ))
}

/// Logarithm of a ratio and its standard error from the two-sided p value (Handbook 6.3.2).
///
/// # Errors
/// When the estimate is not above 0 or equals 1, or `p` is not between 0 and 1.
pub fn logse_from_ratio_p(estimate: f64, p: f64) -> Result<(f64, f64), Problem> {
    let yi = log(positive("estimate", estimate)?);
    positive("|log estimate|", yi.abs())?;
    Ok((yi, yi.abs() / normal::quantile_sf(p_value(p)? / 2.0)))
}

/// Logarithm of a hazard ratio and its variance from a logrank `O - E` and `V`: `(O - E) / V`, `1 / V` (Handbook 6.8.2).
///
/// # Errors
/// When `v` is not above 0.
pub fn hr_from_logrank(o_minus_e: f64, v: f64) -> Result<(f64, f64), Problem> {
    let v = positive("v", v)?;
    Ok((finite("o_minus_e", o_minus_e)? / v, 1.0 / v))
}
