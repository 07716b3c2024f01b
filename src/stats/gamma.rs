//! The gamma distribution with rate 1 (regularised incomplete gamma functions).

use super::{normal, roots, saddle};
use libm::{exp, expm1, lgamma, log, log1p, sqrt};

/// Cap on terms: past it the shape is beyond 1e9 and the last digits no longer matter.
const MAX_TERMS: usize = 500_000;

/// Returns ln Γ(x) for `x > 0`.
pub fn ln_gamma(x: f64) -> f64 {
    lgamma(x)
}

/// Both tails on the log scale: (ln lower, ln upper), for `shape > 0`, `x ≥ 0`.
fn log_tails(shape: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (f64::NEG_INFINITY, 0.0);
    }
    if x == f64::INFINITY {
        return (0.0, f64::NEG_INFINITY);
    }
    if shape < 0.5 && x < 1.5 {
        return small_shape_log_tails(shape, x);
    }
    let log_kernel = log_kernel(shape, x);
    if x < shape + 1.0 {
        let lower = log_kernel - log(shape) + log(lower_series(shape, x));
        (lower, log1m_exp(lower))
    } else {
        let upper = log_kernel + log(upper_fraction(shape, x));
        (log1m_exp(upper), upper)
    }
}

/// Returns ln(1 − eˣ) for `x ≤ 0`.
pub(super) fn log1m_exp(x: f64) -> f64 {
    if x > -std::f64::consts::LN_2 {
        log(-expm1(x))
    } else {
        log1p(-exp(x))
    }
}

/// ln of xᵃ e⁻ˣ / Γ(a).
fn log_kernel(shape: f64, x: f64) -> f64 {
    if shape < 1e-2 {
        return shape * log(x) - x - lgamma(shape);
    }
    -saddle::stirling_error(shape) - saddle::deviance(shape, x) - saddle::LN_SQRT_2PI
        + 0.5 * log(shape)
}

/// 1 + x/(a+1) + x²/((a+1)(a+2)) + …
fn lower_series(shape: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (1.0, 1.0, shape);
    for _ in 0..MAX_TERMS {
        n += 1.0;
        term *= x / n;
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum
}

/// Γ(a, x) eˣ x⁻ᵃ by Legendre's continued fraction, even part (Abramowitz & Stegun 6.5.31), Lentz's evaluation.
fn upper_fraction(shape: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - shape;
    let mut c = f64::MAX;
    let mut d = 1.0 / b;
    let mut value = d;
    for i in 1..MAX_TERMS {
        let n = i as f64;
        let a = -n * (n - shape);
        b += 2.0;
        d = 1.0 / (a * d + b);
        c = b + a / c;
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() < 1e-16 {
            break;
        }
    }
    value
}

/// The tails for a small shape, where the upper one is what remains of a lower one close to 1 (Abramowitz & Stegun 6.5.29).
fn small_shape_log_tails(shape: f64, x: f64) -> (f64, f64) {
    let log_power = shape * log(x) - lgamma(shape + 1.0);
    let (mut term, mut sum) = (1.0, 0.0);
    for i in 1..200 {
        let n = f64::from(i);
        term *= -x / n;
        let part = term / (shape + n);
        sum += part;
        if part.abs() < 1e-18 * sum.abs() {
            break;
        }
    }
    let lower = exp(log_power) * (1.0 + shape * sum);
    let upper = -expm1(log_power) - exp(log_power) * shape * sum;
    if lower < upper {
        (log(lower), log1p(-lower))
    } else {
        (log1p(-upper), log(upper))
    }
}

/// Returns the probability of a value up to `x`; NaN unless `shape > 0`.
pub fn cdf(x: f64, shape: f64) -> f64 {
    if !(shape > 0.0) || x.is_nan() {
        return f64::NAN;
    }
    exp(log_tails(shape, x).0)
}

/// Returns the probability of a value above `x`; NaN unless `shape > 0`.
pub fn sf(x: f64, shape: f64) -> f64 {
    exp(log_sf(x, shape))
}

/// Returns ln of the upper tail; NaN unless `shape > 0`.
pub fn log_sf(x: f64, shape: f64) -> f64 {
    if !(shape > 0.0) || x.is_nan() {
        return f64::NAN;
    }
    log_tails(shape, x).1
}

/// Returns the value that falls below with probability `p`; NaN unless `shape > 0` and `0 ≤ p ≤ 1`.
pub fn quantile(p: f64, shape: f64) -> f64 {
    if p > 0.5 {
        quantile_tail(1.0 - p, shape, true)
    } else {
        quantile_tail(p, shape, false)
    }
}

/// Returns the value exceeded with probability `p`.
pub fn quantile_sf(p: f64, shape: f64) -> f64 {
    if p > 0.5 {
        quantile_tail(1.0 - p, shape, false)
    } else {
        quantile_tail(p, shape, true)
    }
}

/// Solves for ln x, where the log of either tail is close to straight.
fn quantile_tail(p: f64, shape: f64, upper: bool) -> f64 {
    if !(shape > 0.0) || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 {
        return if upper { f64::INFINITY } else { 0.0 };
    }
    let log_p = log(p);
    let gap = |u: f64| {
        let x = exp(u);
        let (lower, above) = log_tails(shape, x);
        let tail = if upper { above } else { lower };
        let slope = exp(log_kernel(shape, x) - tail);
        (tail - log_p, if upper { -slope } else { slope })
    };
    let start = wilson_hilferty(p, shape, upper);
    exp(roots::monotone(gap, start, !upper, 1.0).unwrap_or(f64::NAN))
}

/// ln of a first guess: the cube root of a gamma is nearly normal (Wilson & Hilferty 1931).
fn wilson_hilferty(p: f64, shape: f64, upper: bool) -> f64 {
    let z = normal::quantile_sf(p);
    let c = 1.0 / (9.0 * shape);
    let root = 1.0 - c + sqrt(c) * if upper { z } else { -z };
    if root > 0.05 {
        log(shape) + 3.0 * log(root)
    } else {
        (log(p) + lgamma(shape + 1.0)) / shape
    }
}
