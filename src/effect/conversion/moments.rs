//! Means and standard deviations of groups: two arms taken together, and change from before to after.

use super::bounds::{above, correlation, positive};
use crate::problem::Problem;

/// A mean and a standard deviation of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// Size of the group.
    pub n: f64,
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
}

/// Two arms taken together as one group (Handbook 6.5.2.10, table 6.5.a).
///
/// # Errors
/// When a size is not above 0 or a standard deviation is below 0.
pub fn combine_arms(a: Moments, b: Moments) -> Result<Moments, Problem> {
    let (n1, n2) = (positive("n1", a.n)?, positive("n2", b.n)?);
    let n = above("n1 + n2", n1 + n2, 1.0)?;
    let gap = a.mean - b.mean;
    let sum = (n1 - 1.0) * a.sd * a.sd + (n2 - 1.0) * b.sd * b.sd + n1 * n2 / n * gap * gap;
    Ok(Moments {
        n,
        mean: (n1 * a.mean + n2 * b.mean) / n,
        sd: (sum / (n - 1.0)).sqrt(),
    })
}

/// Standard deviation of change from the two standard deviations and their correlation (Handbook 6.5.2.8).
///
/// # Errors
/// When a standard deviation is not above 0 or `r` is outside -1 to 1.
pub fn sd_change_from_r(sd_pre: f64, sd_post: f64, r: f64) -> Result<f64, Problem> {
    let (pre, post) = (positive("sd_pre", sd_pre)?, positive("sd_post", sd_post)?);
    let square = pre * pre + post * post - 2.0 * correlation(r)? * pre * post;
    Ok(square.max(0.0).sqrt())
}

/// Correlation of pre and post from the three standard deviations (Handbook 6.5.2.8); outside -1 to 1 when they contradict.
///
/// # Errors
/// When a standard deviation is not above 0.
pub fn r_from_sd_change(sd_pre: f64, sd_post: f64, sd_change: f64) -> Result<f64, Problem> {
    let (pre, post) = (positive("sd_pre", sd_pre)?, positive("sd_post", sd_post)?);
    let change = positive("sd_change", sd_change)?;
    Ok((pre * pre + post * post - change * change) / (2.0 * pre * post))
}

/// The correlation to go on with: that of [`r_from_sd_change`] where it fits people measured twice, above 0 and below 1.
///
/// One of 0 or below says that the two times were treated as different people, or that a standard deviation is none.
///
/// # Errors
/// When a standard deviation is not above 0.
pub fn r_of_people_measured_twice(
    sd_pre: f64,
    sd_post: f64,
    sd_change: f64,
) -> Result<Option<f64>, Problem> {
    let r = r_from_sd_change(sd_pre, sd_post, sd_change)?;
    Ok(Some(r).filter(|r| *r > 0.0 && *r < 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correlation_that_no_people_measured_twice_have_is_none_to_go_on_with() {
        let of = |sd| r_of_people_measured_twice(10.0, 9.4, sd).expect("valid numbers");
        assert!(of(9.0).is_some());
        assert_eq!(of(18.0), None, "negative");
        assert_eq!(of(0.5), None, "above 1");
        assert!(r_of_people_measured_twice(0.0, 9.4, 9.0).is_err());
    }

    #[test]
    fn change_and_correlation_are_inverse() {
        let sd = sd_change_from_r(5.9, 1.87, 0.51).expect("valid numbers");
        let r = r_from_sd_change(5.9, 1.87, sd).expect("valid numbers");
        assert!((r - 0.51).abs() < 1e-14);
    }
}
