//! Correlation coefficients.

use super::refusal::{at_least, correlation};
use super::{Estimate, Refusal};
use libm::atanh;

/// Fisher's z, variance 1/(n − 3).
///
/// # Errors
/// A correlation outside −1 to 1 (or at either), fewer than 4 people.
pub fn fisher_z(r: f64, n: f64) -> Result<Estimate, Refusal> {
    at_least("n", n, 4.0)?;
    Estimate::new(atanh(correlation("r", r)?), 1.0 / (n - 3.0))
}

/// Raw correlation with variance (1 − r²)²/(n − 1).
///
/// # Errors
/// A correlation outside −1 to 1, fewer than 2 people.
pub fn raw(r: f64, n: f64) -> Result<Estimate, Refusal> {
    raw_about(r, n, r)
}

/// Raw correlation with the variance at `centre`, a mean over studies.
///
/// # Errors
/// As [`raw`].
pub fn raw_about(r: f64, n: f64, centre: f64) -> Result<Estimate, Refusal> {
    at_least("n", n, 2.0)?;
    correlation("r", r)?;
    let spread = 1.0 - centre * centre;
    Estimate::new(r, spread * spread / (n - 1.0))
}

/// Correlation corrected for its bias, r ₂F₁(½, ½; (n−2)/2; 1−r²) (Olkin & Pratt 1958), with the variance of [`raw`] at the corrected
/// value.
///
/// # Errors
/// A correlation outside −1 to 1, fewer than 5 people.
pub fn unbiased(r: f64, n: f64) -> Result<Estimate, Refusal> {
    at_least("n", n, 5.0)?;
    let r = correlation("r", r)?;
    let corrected = r * hypergeometric(0.5, 0.5, 0.5 * (n - 2.0), 1.0 - r * r);
    let spread = 1.0 - corrected * corrected;
    Estimate::new(corrected, spread * spread / (n - 1.0))
}

/// Gauss's ₂F₁ by its series, for 0 ≤ x ≤ 1 and c > a + b.
fn hypergeometric(a: f64, b: f64, c: f64, x: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for i in 0..200_000 {
        let n = f64::from(i);
        term *= (a + n) * (b + n) / ((c + n) * (n + 1.0)) * x;
        sum += term;
        if term < 1e-17 * sum {
            break;
        }
    }
    sum
}
