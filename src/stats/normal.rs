//! The standard normal distribution.

use super::roots;
use super::saddle::LN_SQRT_2PI;
use libm::{erfc, exp, log, log1p, sqrt};
use std::f64::consts::FRAC_1_SQRT_2;

/// Returns the density at `x`.
pub fn density(x: f64) -> f64 {
    exp(log_density(x))
}

/// Returns the logarithm of the density at `x`.
pub fn log_density(x: f64) -> f64 {
    -0.5 * x * x - LN_SQRT_2PI
}

/// Returns the probability of a value up to `x`, right to 1e-12 relative in both tails.
pub fn cdf(x: f64) -> f64 {
    sf(-x)
}

/// Returns the probability of a value above `x`, right to 1e-12 relative in both tails.
pub fn sf(x: f64) -> f64 {
    if x > 5.0 {
        exp(log_sf(x))
    } else {
        0.5 * erfc(x * FRAC_1_SQRT_2)
    }
}

/// Returns the two-sided probability of a value at least as far from 0 as `x`.
pub fn two_sided(x: f64) -> f64 {
    2.0 * sf(x.abs())
}

/// Returns ln of the upper tail; finite where the tail itself is below the smallest double.
pub fn log_sf(x: f64) -> f64 {
    if x > 5.0 {
        log_density(x) + log(mills_ratio(x))
    } else if x < -1.0 {
        log1p(-0.5 * erfc(-x * FRAC_1_SQRT_2))
    } else {
        log(0.5 * erfc(x * FRAC_1_SQRT_2))
    }
}

/// Upper tail over density for `x > 5` by Laplace's continued fraction (Abramowitz & Stegun 26.2.14), evaluated from a fixed depth.
fn mills_ratio(x: f64) -> f64 {
    let depth = if x > 20.0 { 20 } else { 80 };
    let mut tail = 0.0;
    for n in (1..=depth).rev() {
        tail = f64::from(n) / (x + tail);
    }
    1.0 / (x + tail)
}

/// Returns the value that a standard normal falls below with probability `p`; ±∞ at 1 and 0, NaN outside `[0, 1]`.
pub fn quantile(p: f64) -> f64 {
    if p > 0.5 {
        quantile_sf(1.0 - p)
    } else {
        -quantile_sf(p)
    }
}

/// Returns the value exceeded with probability `p`; keeps its precision for tiny `p`.
pub fn quantile_sf(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 {
        return f64::INFINITY;
    }
    if p > 0.5 {
        return -quantile_sf(1.0 - p);
    }
    if p == 0.5 {
        return 0.0;
    }
    let log_p = log(p);
    // Abramowitz & Stegun 26.2.23 starts within 5e-4 of the answer.
    let t = sqrt(-2.0 * log_p);
    let start = t
        - (2.515_517 + t * (0.802_853 + t * 0.010_328))
            / (1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308)));
    let gap = |x: f64| {
        let log_tail = log_sf(x);
        (log_tail - log_p, -exp(log_density(x) - log_tail))
    };
    roots::monotone(gap, start, false, 0.01).unwrap_or(start)
}
