//! Means outside their scale, and standard deviations larger than the scale allows about that mean.

use super::{Evidence, Finding, shown};
use crate::extraction::outcomes::Arm;
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
        let ends = if arm.row.kind == "change" {
            (min - max, max - min)
        } else {
            (min, max)
        };
        findings.extend(outside(evidence, arm, &scale.id, ends));
        findings.extend(spread(evidence, arm, ends));
    }
    findings
}

/// Reported numbers that lie outside what their scale can give.
fn outside(
    evidence: &Evidence<'_, '_>,
    arm: &Arm<'_>,
    scale: &str,
    (low, high): (f64, f64),
) -> Vec<Finding> {
    let way = "another scoring of the same instrument (item means, other response options), or another instrument";
    let row = &arm.row;
    let reported = [
        ("mean", row.mean),
        ("median", row.median),
        ("q1", row.q1),
        ("q3", row.q3),
        ("min", row.min),
        ("max", row.max),
    ];
    reported
        .into_iter()
        .filter(|(_, value)| value.is_some_and(|value| value < low || value > high))
        .filter(|(column, _)| !arm.from.text(column).is_empty())
        .map(|(column, _)| {
            Finding::on_arm("scale-range", Severity::Error, arm, evidence.own, &[column]).saying(
                format!("the {column} lies outside {low} to {high} of `{scale}`"),
                way,
            )
        })
        .collect()
}

/// A standard deviation that no numbers between the ends of the scale can have about this mean.
fn spread(evidence: &Evidence<'_, '_>, arm: &Arm<'_>, (low, high): (f64, f64)) -> Option<Finding> {
    let (mean, sd, n) = (arm.mean?, arm.sd?, arm.n()?);
    if mean.value < low || mean.value > high || n < 2.0 {
        return None;
    }
    // The largest spread about a mean has everybody at one of the ends.
    let about = |mean: f64| ((mean - low).max(0.0) * (high - mean).max(0.0) * n / (n - 1.0)).sqrt();
    let most = about(mean.span().low)
        .max(about(mean.span().high))
        .max(about(mean.value));
    (sd.span().low > most).then(|| {
        let columns = &["mean", "sd", "n"];
        Finding::on_arm(
            "largest-deviation",
            Severity::Error,
            arm,
            evidence.own,
            columns,
        )
        .saying(
            format!(
                "a standard deviation of at most {} is possible about this mean",
                shown(most)
            ),
            "another scoring of the same instrument",
        )
    })
}
