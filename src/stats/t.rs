//! Student's t distribution.

use super::{beta, normal};
use libm::{exp, log, log1p, sqrt};
use std::f64::consts::LN_2;

/// Returns the probability of a value up to `x` with `df > 0` degrees of freedom (real, infinite for the normal).
pub fn cdf(x: f64, df: f64) -> f64 {
    sf(-x, df)
}

/// Returns the probability of a value above `x`, right to 1e-12 relative.
pub fn sf(x: f64, df: f64) -> f64 {
    exp(log_sf(x, df))
}

/// Returns the two-sided probability of a value at least as far from 0 as `x`.
pub fn two_sided(x: f64, df: f64) -> f64 {
    2.0 * sf(x.abs(), df)
}

/// Returns ln of the upper tail; NaN unless `df > 0`.
pub fn log_sf(x: f64, df: f64) -> f64 {
    if !(df > 0.0) || x.is_nan() {
        return f64::NAN;
    }
    if df == f64::INFINITY {
        return normal::log_sf(x);
    }
    let outside = log_two_sided(x.abs(), df).0;
    if x >= 0.0 {
        outside - LN_2
    } else {
        log1p(-0.5 * exp(outside))
    }
}

/// (ln P(|T| > x), ln P(|T| ≤ x)) for `x ≥ 0`.
fn log_two_sided(x: f64, df: f64) -> (f64, f64) {
    if x > 1e120 {
        let (outside, inside, _) = beta::at_logit(0.5 * df, 0.5, log(df) - 2.0 * log(x));
        return (outside, inside);
    }
    let square = x * x;
    beta::log_tails(
        0.5 * df,
        0.5,
        1.0 / (1.0 + square / df),
        1.0 / (1.0 + df / square),
    )
}

/// Returns the value that falls below with probability `p`; ±∞ at 1 and 0, NaN outside `[0, 1]` or unless `df > 0`.
pub fn quantile(p: f64, df: f64) -> f64 {
    if p > 0.5 {
        quantile_sf(1.0 - p, df)
    } else {
        -quantile_sf(p, df)
    }
}

/// Returns the value exceeded with probability `p`; keeps its precision for tiny `p`.
pub fn quantile_sf(p: f64, df: f64) -> f64 {
    if !(df > 0.0) || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if df == f64::INFINITY {
        return normal::quantile_sf(p);
    }
    if p > 0.5 {
        return -quantile_sf(1.0 - p, df);
    }
    // The logit of the beta variable is ln(df/t²).
    let start = log(df) - 2.0 * log(first_guess(p, df));
    let inside = 1.0 - 2.0 * p;
    let u = if p < 0.25 {
        beta::logit_quantile(2.0 * p, 0.5 * df, 0.5, false, Some(start))
    } else {
        beta::logit_quantile(inside, 0.5 * df, 0.5, true, Some(start))
    };
    sqrt(df) * exp(-0.5 * u)
}

/// A normal quantile stretched for the heavier tail (Abramowitz & Stegun 26.7.5, three terms).
fn first_guess(p: f64, df: f64) -> f64 {
    let z = normal::quantile_sf(p).max(1e-8);
    let z2 = z * z;
    z * (1.0
        + (z2 + 1.0) / (4.0 * df)
        + ((5.0 * z2 + 16.0) * z2 + 3.0) / (96.0 * df * df)
        + (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / (384.0 * df * df * df))
        .max(1.0)
}
