//! Means outside their scale, and standard deviations larger than the scale allows about that mean.

use super::{Evidence, Finding, shown};
use crate::problem::Severity;

pub(super) fn check(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for arm in evidence.arms {
        let Some(scale) = evidence.scales.get(&arm.row.scale) else {
            continue;
        };
        let (Some(min), Some(max)) = (scale.min, scale.max) else {
            continue;
        };
        let (low, high) = if arm.row.kind == "change" {
            (min - max, max - min)
        } else {
            (min, max)
        };
        for (column, value) in [
            ("mean", arm.row.mean),
            ("median", arm.row.median),
            ("q1", arm.row.q1),
            ("q3", arm.row.q3),
            ("min", arm.row.min),
            ("max", arm.row.max),
        ] {
            if value.is_some_and(|value| value < low || value > high)
                && !arm.from.text(column).is_empty()
            {
                let way = "another scoring of the same instrument (item means, other response options), or another instrument";
                findings.push(
                    Finding::on_arm("scale-range", Severity::Error, arm, evidence.own, &[column])
                        .saying(
                            format!(
                                "the {column} lies outside {low} to {high} of `{}`",
                                scale.id
                            ),
                            way,
                        ),
                );
            }
        }
        let (Some(mean), Some(sd), Some(n)) = (arm.mean, arm.sd, arm.n()) else {
            continue;
        };
        if mean.value < low || mean.value > high || n < 2.0 {
            continue;
        }
        let rounded =
            |mean: f64| ((mean - low).max(0.0) * (high - mean).max(0.0) * n / (n - 1.0)).sqrt();
        // The largest spread about a mean has everybody at one of the ends.
        let most = rounded(mean.span().low)
            .max(rounded(mean.span().high))
            .max(rounded(mean.value));
        if sd.span().low > most {
            findings.push(
                Finding::on_arm(
                    "largest-deviation",
                    Severity::Error,
                    arm,
                    evidence.own,
                    &["mean", "sd", "n"],
                )
                .saying(
                    format!(
                        "a standard deviation of at most {} is possible about this mean",
                        shown(most)
                    ),
                    "another scoring of the same instrument",
                ),
            );
        }
    }
    findings
}
