//! Standard deviations from standard errors, intervals, test statistics and p values (Cochrane Handbook 6.5.2.2 and 6.5.2.3).

use super::bounds::{above, half_alpha, p_value, positive};
use crate::problem::Problem;
use crate::stats::{normal, t as student};

/// A standard error and the standard deviation it implies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The t statistic on the way, where there was one.
    pub t: Option<f64>,
    /// Standard error of the difference.
    pub se: f64,
    /// Standard deviation common to both arms.
    pub sd: f64,
}

/// Standard deviation of `n` values whose mean has standard error `se`: `se √n` (Handbook 6.5.2.2).
///
/// # Errors
/// When `n` or `se` is not above 0.
pub fn sd_from_se(n: f64, se: f64) -> Result<f64, Problem> {
    Ok(positive("se", se)? * positive("n", n)?.sqrt())
}

/// Standard deviation from the confidence interval of one mean, by t with `n - 1` degrees of freedom (Handbook 6.5.2.2).
///
/// # Errors
/// When `n` is not above 1, the limits do not rise, or `level` (percent) is outside 0 to 100.
pub fn sd_from_ci_t(n: f64, lower: f64, upper: f64, level: f64) -> Result<f64, Problem> {
    let df = above("n", n, 1.0)? - 1.0;
    let half = student::quantile_sf(half_alpha(level)?, df);
    Ok(n.sqrt() * positive("upper limit - lower limit", upper - lower)? / (2.0 * half))
}

/// Standard deviation from the confidence interval of one mean, by the normal distribution (Handbook 6.5.2.2, large samples).
///
/// # Errors
/// As [`sd_from_ci_t`].
pub fn sd_from_ci_z(n: f64, lower: f64, upper: f64, level: f64) -> Result<f64, Problem> {
    let half = normal::quantile_sf(half_alpha(level)?);
    Ok(
        positive("n", n)?.sqrt() * positive("upper limit - lower limit", upper - lower)?
            / (2.0 * half),
    )
}

fn spread(n1: f64, n2: f64, se: f64, t: Option<f64>) -> Result<Spread, Problem> {
    let scale = (1.0 / positive("n1", n1)? + 1.0 / positive("n2", n2)?).sqrt();
    let se = positive("standard error", se)?;
    Ok(Spread {
        t,
        se,
        sd: se / scale,
    })
}

/// Standard error and common standard deviation from a mean difference and its t statistic (Handbook 6.5.2.3).
///
/// # Errors
/// When a size is not above 0, or the difference or `t` is 0.
pub fn md_sd_from_t(n1: f64, n2: f64, md: f64, t: f64) -> Result<Spread, Problem> {
    spread(n1, n2, (md / t).abs(), None)
}

/// Standard error and common standard deviation from a mean difference and its two-sided p value (Handbook 6.5.2.3).
///
/// # Errors
/// As [`md_sd_from_t`], or when `p` is not between 0 and 1.
pub fn md_sd_from_p(n1: f64, n2: f64, md: f64, p: f64) -> Result<Spread, Problem> {
    let t = student::quantile_sf(p_value(p)? / 2.0, above("n1 + n2", n1 + n2, 2.0)? - 2.0);
    spread(n1, n2, md.abs() / t, Some(t))
}

/// Standard error and common standard deviation from a mean difference and an F with one numerator degree of freedom.
///
/// # Errors
/// As [`md_sd_from_t`].
pub fn md_sd_from_f(n1: f64, n2: f64, md: f64, f: f64) -> Result<Spread, Problem> {
    let t = positive("F", f)?.sqrt();
    spread(n1, n2, md.abs() / t, Some(t))
}

/// Standard error and common standard deviation from the confidence interval of a mean difference (Handbook 6.5.2.3).
///
/// # Errors
/// As [`sd_from_ci_t`].
pub fn md_sd_from_ci(
    n1: f64,
    n2: f64,
    lower: f64,
    upper: f64,
    level: f64,
) -> Result<Spread, Problem> {
    let df = above("n1 + n2", n1 + n2, 2.0)? - 2.0;
    let t = student::quantile_sf(half_alpha(level)?, df);
    spread(n1, n2, (upper - lower) / (2.0 * t), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_standard_error_is_refused() {
        assert!(sd_from_se(10.0, 0.0).is_err());
        assert!(md_sd_from_t(10.0, 10.0, 0.0, 1.0).is_err());
    }
}
