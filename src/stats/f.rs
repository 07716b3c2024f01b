//! Fisher's F distribution.

use super::{beta, chi2};
use libm::exp;

/// (ln lower, ln upper) at `x ≥ 0`.
fn log_tails(x: f64, df1: f64, df2: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (f64::NEG_INFINITY, 0.0);
    }
    let ratio = df1 * x / df2;
    let (upper, lower) = beta::log_tails(
        0.5 * df2,
        0.5 * df1,
        1.0 / (1.0 + ratio),
        1.0 / (1.0 + 1.0 / ratio),
    );
    (lower, upper)
}

/// Returns the probability of a value up to `x` with `df1`, `df2` > 0 degrees of freedom.
pub fn cdf(x: f64, df1: f64, df2: f64) -> f64 {
    if !(df1 > 0.0 && df2 > 0.0) || x.is_nan() {
        return f64::NAN;
    }
    if df2 == f64::INFINITY {
        return chi2::cdf(x * df1, df1);
    }
    exp(log_tails(x, df1, df2).0)
}

/// Returns the probability of a value above `x`.
pub fn sf(x: f64, df1: f64, df2: f64) -> f64 {
    exp(log_sf(x, df1, df2))
}

/// Returns ln of the upper tail; `df2` may be infinite.
pub fn log_sf(x: f64, df1: f64, df2: f64) -> f64 {
    if !(df1 > 0.0 && df2 > 0.0) || x.is_nan() {
        return f64::NAN;
    }
    if df2 == f64::INFINITY {
        return chi2::log_sf(x * df1, df1);
    }
    log_tails(x, df1, df2).1
}

/// Returns the value that falls below with probability `p`.
pub fn quantile(p: f64, df1: f64, df2: f64) -> f64 {
    let upper = p > 0.5;
    let tail = if upper { 1.0 - p } else { p };
    if df2 == f64::INFINITY {
        return chi2::quantile(p, df1) / df1;
    }
    let u = beta::logit_quantile(tail, 0.5 * df1, 0.5 * df2, upper, None);
    df2 / df1 * exp(u)
}
