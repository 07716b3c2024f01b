//! One effect measure taken for another: standardised mean difference, log odds ratio, correlation.

use super::bounds::{finite, positive};
use crate::problem::Problem;

/// Log odds ratio and variance from a standardised mean difference: `d π/√3` (Hasselblad & Hedges 1995).
///
/// # Errors
/// When the variance is not above 0.
pub fn log_odds_from_smd(d: f64, v: f64) -> Result<(f64, f64), Problem> {
    let scale = std::f64::consts::PI / 3f64.sqrt();
    Ok((
        finite("d", d)? * scale,
        positive("variance", v)? * scale * scale,
    ))
}

/// Standardised mean difference and variance from a log odds ratio: `lnOR √3/π` (Hasselblad & Hedges 1995).
///
/// # Errors
/// When the variance is not above 0.
pub fn smd_from_log_odds(log_odds: f64, v: f64) -> Result<(f64, f64), Problem> {
    let scale = 3f64.sqrt() / std::f64::consts::PI;
    Ok((
        finite("log odds ratio", log_odds)? * scale,
        positive("variance", v)? * scale * scale,
    ))
}

/// Correlation and variance from a standardised mean difference: `d / √(d² + (n1+n2)²/(n1 n2))` (Borenstein 2009, 7.5).
///
/// # Errors
/// When a size or the variance is not above 0.
pub fn r_from_smd(n1: f64, n2: f64, d: f64, v: f64) -> Result<(f64, f64), Problem> {
    let n = positive("n1", n1)? + positive("n2", n2)?;
    let a = n * n / (n1 * n2);
    let base = finite("d", d)? * d + a;
    Ok((
        d / base.sqrt(),
        a * a * positive("variance", v)? / (base * base * base),
    ))
}

/// Standardised mean difference and variance from a correlation: `2r / √(1 - r²)` (Borenstein 2009, 7.8).
///
/// # Errors
/// When `|r|` is 1 or more, or the variance is not above 0.
pub fn smd_from_r(r: f64, v: f64) -> Result<(f64, f64), Problem> {
    let rest = positive("1 - r²", 1.0 - r * r)?;
    Ok((
        2.0 * r / rest.sqrt(),
        4.0 * positive("variance", v)? / (rest * rest * rest),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odds_and_smd_are_inverse() {
        let (log_odds, v) = log_odds_from_smd(0.4, 0.03).expect("valid numbers");
        let (d, back) = smd_from_log_odds(log_odds, v).expect("valid numbers");
        assert!((d - 0.4).abs() < 1e-14 && (back - 0.03).abs() < 1e-14);
    }
}
