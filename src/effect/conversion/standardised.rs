//! Standardised mean differences and correlations from test statistics and p values.

use super::bounds::{above, finite, p_value, positive, refuse};
use crate::problem::Problem;
use crate::stats::gamma::ln_gamma;
use crate::stats::t as student;
use libm::{atanh, exp, log};

/// A standardised mean difference with its large-sample variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standardised {
    /// The t statistic on the way, where it had to be found.
    pub t: Option<f64>,
    /// Uncorrected difference in standard deviations (Cohen's d).
    pub d: f64,
    /// Difference after the exact small-sample correction (Hedges' g).
    pub yi: f64,
    /// Sampling variance of `yi`.
    pub vi: f64,
}

/// Exact small-sample factor of Hedges (1981, equation 6e): `Γ(m/2) / (√(m/2) Γ((m-1)/2))`.
fn exact_factor(m: f64) -> f64 {
    exp(ln_gamma(m / 2.0) - ln_gamma((m - 1.0) / 2.0) - 0.5 * log(m / 2.0))
}

/// Standardised mean difference from Cohen's d, with the exact correction and the large-sample variance (Hedges & Olkin 1985).
///
/// # Errors
/// When `n1 + n2` is not above 3 or `d` is missing.
pub fn smd_from_d(n1: f64, n2: f64, d: f64) -> Result<Standardised, Problem> {
    let (n1, n2) = (positive("n1", n1)?, positive("n2", n2)?);
    let m = above("n1 + n2", n1 + n2, 3.0)? - 2.0;
    let yi = exact_factor(m) * finite("d", d)?;
    Ok(Standardised {
        t: None,
        d,
        yi,
        vi: 1.0 / n1 + 1.0 / n2 + yi * yi / (2.0 * (n1 + n2)),
    })
}

/// Standardised mean difference from an independent-samples t statistic: `d = t √(1/n1 + 1/n2)`.
///
/// # Errors
/// As [`smd_from_d`].
pub fn smd_from_t(n1: f64, n2: f64, t: f64) -> Result<Standardised, Problem> {
    let scale = (1.0 / positive("n1", n1)? + 1.0 / positive("n2", n2)?).sqrt();
    smd_from_d(n1, n2, finite("t", t)? * scale)
}

/// Standardised mean difference from an F with one numerator degree of freedom; `sign` gives the direction.
///
/// # Errors
/// As [`smd_from_d`], or when F is negative.
pub fn smd_from_f(n1: f64, n2: f64, f: f64, sign: f64) -> Result<Standardised, Problem> {
    if f < 0.0 {
        return Err(refuse(format!("F must not be below 0, not {f}")));
    }
    smd_from_t(n1, n2, sign.signum() * f.sqrt())
}

/// Standardised mean difference from the two-sided p value of a t test; `sign` gives the direction.
///
/// # Errors
/// As [`smd_from_d`], or when `p` is not between 0 and 1.
pub fn smd_from_p(n1: f64, n2: f64, p: f64, sign: f64) -> Result<Standardised, Problem> {
    let df = above("n1 + n2", n1 + n2, 3.0)? - 2.0;
    let t = sign.signum() * student::quantile_sf(p_value(p)? / 2.0, df);
    Ok(Standardised {
        t: Some(t),
        ..smd_from_t(n1, n2, t)?
    })
}

/// Correlation from its t statistic, `t / √(t² + n - 2)`, as `(r, z, variance of z)` with Fisher's z.
///
/// # Errors
/// When `n` is not above 3.
pub fn r_from_t(n: f64, t: f64) -> Result<(f64, f64, f64), Problem> {
    let n = above("n", n, 3.0)?;
    let r = finite("t", t)? / (t * t + n - 2.0).sqrt();
    Ok((r, atanh(r), 1.0 / (n - 3.0)))
}
