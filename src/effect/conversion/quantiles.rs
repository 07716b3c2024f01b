//! Means and standard deviations from medians, quartiles and ranges.

use super::bounds::{above, ordered, positive};
use super::moments::Moments;
use crate::problem::Problem;
use crate::stats::normal;
use libm::pow;

/// Order statistics that reports print; absent ones are left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FiveNumbers {
    /// Smallest value.
    pub min: f64,
    /// First quartile.
    pub q1: f64,
    /// Median.
    pub median: f64,
    /// Third quartile.
    pub q3: f64,
    /// Largest value.
    pub max: f64,
}

/// Range in standard deviations expected of `n` normal values (Wan 2014, equation 9, after Blom).
fn expected_range(n: f64) -> f64 {
    2.0 * normal::quantile((n - 0.375) / (n + 0.25))
}

/// Interquartile range in standard deviations expected of `n` normal values (Wan 2014, equation 16).
fn expected_quartile_range(n: f64) -> f64 {
    2.0 * normal::quantile((0.75 * n - 0.125) / (n + 0.25))
}

/// Mean and standard deviation from minimum, median and maximum (Wan 2014, scenario C1).
///
/// # Errors
/// When `n` is not above 1 or the numbers do not rise.
pub fn wan_s1(n: f64, min: f64, median: f64, max: f64) -> Result<Moments, Problem> {
    ordered(&[("min", min), ("median", median), ("max", max)])?;
    let n = above("n", n, 1.0)?;
    Ok(Moments {
        n,
        mean: (min + 2.0 * median + max) / 4.0,
        sd: (max - min) / expected_range(n),
    })
}

/// Mean and standard deviation from the quartiles and the median (Wan 2014, scenario C3).
///
/// # Errors
/// As [`wan_s1`].
pub fn wan_s2(n: f64, q1: f64, median: f64, q3: f64) -> Result<Moments, Problem> {
    ordered(&[("q1", q1), ("median", median), ("q3", q3)])?;
    let n = above("n", n, 1.0)?;
    Ok(Moments {
        n,
        mean: (q1 + median + q3) / 3.0,
        sd: (q3 - q1) / expected_quartile_range(n),
    })
}

fn rising(five: &FiveNumbers) -> Result<(), Problem> {
    ordered(&[
        ("min", five.min),
        ("q1", five.q1),
        ("median", five.median),
        ("q3", five.q3),
        ("max", five.max),
    ])
}

/// Mean and standard deviation from all five numbers (Wan 2014, scenario C2, equations 10 and 13).
///
/// # Errors
/// As [`wan_s1`].
pub fn wan_s3(n: f64, five: FiveNumbers) -> Result<Moments, Problem> {
    rising(&five)?;
    let n = above("n", n, 1.0)?;
    let sum = five.min + 2.0 * (five.q1 + five.median + five.q3) + five.max;
    let range = (five.max - five.min) / expected_range(n);
    let quartiles = (five.q3 - five.q1) / expected_quartile_range(n);
    Ok(Moments {
        n,
        mean: sum / 8.0,
        sd: f64::midpoint(range, quartiles),
    })
}

/// Optimal mean from minimum, median and maximum (Luo 2018, equation 7).
///
/// # Errors
/// As [`wan_s1`].
pub fn luo_s1(n: f64, min: f64, median: f64, max: f64) -> Result<f64, Problem> {
    ordered(&[("min", min), ("median", median), ("max", max)])?;
    let w = 4.0 / (4.0 + pow(positive("n", n)?, 0.75));
    Ok(w * (min + max) / 2.0 + (1.0 - w) * median)
}

/// Optimal mean from the quartiles and the median (Luo 2018, equation 11).
///
/// # Errors
/// As [`wan_s1`].
pub fn luo_s2(n: f64, q1: f64, median: f64, q3: f64) -> Result<f64, Problem> {
    ordered(&[("q1", q1), ("median", median), ("q3", q3)])?;
    let w = 0.7 + 0.39 / positive("n", n)?;
    Ok(w * (q1 + q3) / 2.0 + (1.0 - w) * median)
}

/// Optimal mean from all five numbers (Luo 2018, equation 15).
///
/// # Errors
/// As [`wan_s1`].
pub fn luo_s3(n: f64, five: FiveNumbers) -> Result<f64, Problem> {
    rising(&five)?;
    let n = positive("n", n)?;
    let w1 = 2.2 / (2.2 + pow(n, 0.75));
    let w2 = 0.7 - 0.72 / pow(n, 0.55);
    Ok(w1 * (five.min + five.max) / 2.0
        + w2 * (five.q1 + five.q3) / 2.0
        + (1.0 - w1 - w2) * five.median)
}

/// Optimal standard deviation from the range and the quartiles (Shi 2020); the median is not used.
///
/// # Errors
/// As [`wan_s1`].
pub fn shi_s3_sd(n: f64, min: f64, q1: f64, q3: f64, max: f64) -> Result<f64, Problem> {
    ordered(&[("min", min), ("q1", q1), ("q3", q3), ("max", max)])?;
    let n = above("n", n, 1.0)?;
    let w = 1.0 / (1.0 + 0.07 * pow(n, 0.6));
    Ok(w * (max - min) / expected_range(n) + (1.0 - w) * (q3 - q1) / expected_quartile_range(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn falling_quartiles_are_refused_with_both_numbers() {
        let problem = wan_s2(20.0, 5.0, 4.0, 6.0).expect_err("q1 above the median");
        assert!(problem.title.contains("q1 is 5 but median is 4"));
    }
}
