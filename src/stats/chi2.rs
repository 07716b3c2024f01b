//! The χ² distribution.

use super::gamma;

/// Returns the probability of a value up to `x` with `df > 0` degrees of freedom.
pub fn cdf(x: f64, df: f64) -> f64 {
    gamma::cdf(0.5 * x, 0.5 * df)
}

/// Returns the probability of a value above `x`, right to 1e-12 relative.
pub fn sf(x: f64, df: f64) -> f64 {
    gamma::sf(0.5 * x, 0.5 * df)
}

/// Returns ln of the upper tail.
pub fn log_sf(x: f64, df: f64) -> f64 {
    gamma::log_sf(0.5 * x, 0.5 * df)
}

/// Returns the value that falls below with probability `p`.
pub fn quantile(p: f64, df: f64) -> f64 {
    2.0 * gamma::quantile(p, 0.5 * df)
}

/// Returns the value exceeded with probability `p`; keeps its precision for tiny `p`.
pub fn quantile_sf(p: f64, df: f64) -> f64 {
    2.0 * gamma::quantile_sf(p, 0.5 * df)
}
