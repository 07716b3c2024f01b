//! GRIM and GRIMMER: means and standard deviations that whole scores of so many people cannot have.
//!
//! Brown & Heathers, Soc Psychol Personal Sci 2017;8:363 (GRIM); Anaya, `PeerJ` Preprints 2016;4:e2400v1 (GRIMMER).

use super::{Evidence, Finding, shown};
use crate::extraction::outcomes::Arm;
use crate::extraction::printed::Printed;
use crate::extraction::scales::Scale;
use crate::problem::Severity;

/// Sums of squares looked at for one mean; beyond so many the printed deviation says nothing.
const MOST: f64 = 100_000.0;

pub(super) fn check(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for arm in evidence
        .arms
        .iter()
        .filter(|arm| arm.row.kind != "characteristic")
    {
        let Some(step) = evidence.scales.get(&arm.row.scale).and_then(Scale::step) else {
            continue;
        };
        let (Some(mean), Some(n)) = (arm.mean, arm.row.n) else {
            continue;
        };
        findings.extend(grim(evidence, arm, mean, n, step));
    }
    findings
}

/// Sums of scores, in steps, whose mean is printed so.
fn sums(mean: Printed, n: u32, step: f64) -> Vec<f64> {
    let n = f64::from(n);
    let span = mean.span();
    let slack = 1e-7;
    let (low, high) = (span.low * n / step, span.high * n / step);
    let first = (low - slack).ceil();
    let mut found = Vec::new();
    let mut sum = first;
    while sum <= high + slack && found.len() < 1000 {
        found.push(sum);
        sum += 1.0;
    }
    found
}

fn grim(
    evidence: &Evidence<'_, '_>,
    arm: &Arm<'_>,
    mean: Printed,
    n: u32,
    step: f64,
) -> Option<Finding> {
    let sums = sums(mean, n, step);
    if sums.is_empty() {
        let count = f64::from(n);
        let nearest = (mean.value * count / step).round() * step / count;
        let fitting = (n.saturating_sub(10).max(2)..=n + 10)
            .filter(|other| *other != n)
            .min_by_key(|other| {
                if self::sums(mean, *other, step).is_empty() {
                    u32::MAX
                } else {
                    other.abs_diff(n)
                }
            });
        let way = fitting
            .filter(|other| !self::sums(mean, *other, step).is_empty())
            .map_or_else(String::new, |other| {
                format!("it is possible with {other} people: somebody may be missing")
            });
        return Some(
            Finding::on_arm("grim", Severity::Warning, arm, evidence.own, &["mean", "n"]).saying(
                format!(
                    "the nearest mean of {n} whole scores is {nearest:.*}",
                    usize::from(mean.decimals) + 1
                ),
                way,
            ),
        );
    }
    let sd = arm.sd?;
    grimmer(&sums, sd, n, step).then(|| {
        Finding::on_arm(
            "grimmer",
            Severity::Warning,
            arm,
            evidence.own,
            &["mean", "sd", "n"],
        )
        .saying(
            format!(
                "no {n} whole scores have the mean {mean} and the standard deviation {}",
                shown(sd.value)
            ),
            "another number of people, or a deviation divided by n instead of n - 1",
        )
    })
}

/// Whether no sum of squares gives this deviation.
///
/// Scores of whole steps have a whole sum of squares that is even or odd as their sum is.
fn grimmer(sums: &[f64], sd: Printed, n: u32, step: f64) -> bool {
    let n = f64::from(n);
    if n < 2.0 {
        return false;
    }
    let (low, high) = (sd.span().low.max(0.0) / step, sd.span().high / step);
    !sums.iter().any(|sum| {
        let squares = |sd: f64| sd * sd * (n - 1.0) + sum * sum / n;
        let (first, last) = ((squares(low) - 1e-6).ceil(), squares(high) + 1e-6);
        if last - first > MOST {
            return true;
        }
        let odd = |value: f64| value.rem_euclid(2.0) != 0.0;
        let first = if odd(first) == odd(*sum) {
            first
        } else {
            first + 1.0
        };
        first <= last
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Printed {
        Printed::read(text).unwrap().unwrap()
    }

    #[test]
    fn a_mean_of_whole_scores_is_a_whole_sum_by_n() {
        // 19 people: 3.47 × 19 = 65.93, and 66 / 19 = 3.4737 is printed 3.47. 3.45 × 19 = 65.55: 65/19 = 3.421, 66/19 = 3.474.
        assert!(!sums(number("3.47"), 19, 1.0).is_empty());
        assert!(sums(number("3.45"), 19, 1.0).is_empty());
        // Brown & Heathers' example: 5.19 of 28 people: 145/28 = 5.179, 146/28 = 5.214.
        assert!(sums(number("5.19"), 28, 1.0).is_empty());
    }

    #[test]
    fn a_half_may_have_been_rounded_either_way() {
        // 355 / 40 = 8.875.
        assert!(!sums(number("8.87"), 40, 1.0).is_empty());
        assert!(!sums(number("8.88"), 40, 1.0).is_empty());
    }

    #[test]
    fn sums_of_squares_are_even_or_odd_with_the_sum() {
        // Scores 1, 2, 3: sum 6, squares 14, deviation 1. Sum 6 with deviation 1.22: squares 12 + 2·1.4884 = 14.98, and 15 is odd.
        assert!(!grimmer(&[6.0], number("1.00"), 3, 1.0));
        assert!(grimmer(&[6.0], number("1.22"), 3, 1.0));
    }
}
