//! Saddle-point pieces of gamma and beta densities that keep their precision for large shapes.
//!
//! Source: C. Loader, Fast and accurate computation of binomial probabilities, 2000 (stirling error and deviance parts).

use libm::{lgamma, log, log1p};

/// ln √(2π).
pub(super) const LN_SQRT_2PI: f64 = 0.918_938_533_204_672_8;

/// Returns ln Γ(n+1) less Stirling's approximation `(n+½) ln n − n + ln √(2π)`, for `n > 0`.
pub(super) fn stirling_error(n: f64) -> f64 {
    if n < 15.0 {
        return lgamma(n + 1.0) - ((n + 0.5) * log(n) - n + LN_SQRT_2PI);
    }
    let n2 = n * n;
    (1.0 / 12.0
        - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - (1.0 / 1188.0) / n2) / n2) / n2) / n2)
        / n
}

/// Returns δ − ln(1+δ) without cancellation, for δ > −1.
fn log1p_gap(delta: f64) -> f64 {
    if delta.abs() > 0.4 {
        return delta - log1p(delta);
    }
    let r = delta / (2.0 + delta);
    let r2 = r * r;
    let (mut power, mut sum, mut n) = (1.0, 0.0, 3.0);
    loop {
        let next = sum + power / n;
        if next == sum {
            return r * delta - 2.0 * r * r2 * sum;
        }
        sum = next;
        power *= r2;
        n += 2.0;
    }
}

/// Returns `a ln(a/m) + m − a`, the deviance part, for `a > 0`, `m ≥ 0`; infinite when `m = 0`.
pub(super) fn deviance(a: f64, m: f64) -> f64 {
    if m <= 0.0 {
        return f64::INFINITY;
    }
    let delta = (m - a) / a;
    if delta > -0.999 {
        a * log1p_gap(delta)
    } else {
        a * (log(a) - log(m)) + m - a
    }
}
