//! Standard deviations that stand out: fallen or risen over time, unlike the other arm's, unlike the scale's, or standard errors.

use super::{Evidence, Finding, shown};
use crate::extraction::outcomes::Arm;
use crate::problem::Severity;
use crate::stats::f;
use std::collections::BTreeMap;

pub(super) fn check(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut findings = over_time(evidence);
    findings.extend(between_arms(evidence));
    findings.extend(of_the_scale(evidence));
    findings.extend(errors(evidence));
    findings
}

/// Ratio of two deviations, and the two-sided p value of an F test that they are equal.
///
/// For two times of the same people the test is conservative the more they correlate: what it finds is there.
fn compared(a: &Arm<'_>, b: &Arm<'_>) -> Option<(f64, f64)> {
    let (s1, s2, n1, n2) = (a.sd?.value, b.sd?.value, a.n()?, b.n()?);
    let f = (s1 * s1) / (s2 * s2);
    let tail = if f >= 1.0 {
        f::sf(f, n1 - 1.0, n2 - 1.0)
    } else {
        f::cdf(f, n1 - 1.0, n2 - 1.0)
    };
    Some((s1 / s2, (2.0 * tail).min(1.0)))
}

fn stands_out(evidence: &Evidence<'_, '_>, (ratio, p): (f64, f64)) -> bool {
    let limit = evidence.limits.sd_ratio;
    (ratio >= limit || ratio <= 1.0 / limit) && p < evidence.limits.sd_p
}

fn over_time(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut before: BTreeMap<[&str; 4], &Arm<'_>> = BTreeMap::new();
    for arm in evidence
        .arms
        .iter()
        .filter(|arm| arm.row.kind == "baseline")
    {
        let row = &arm.row;
        before.insert([&row.study, &row.outcome, &row.scale, &row.arm], arm);
    }
    let mut findings = Vec::new();
    for after in evidence.arms.iter().filter(|arm| arm.row.kind == "post") {
        let row = &after.row;
        let Some(first) = before.get(&[row.study.as_str(), &row.outcome, &row.scale, &row.arm])
        else {
            continue;
        };
        let Some(found) = compared(first, after).filter(|found| stands_out(evidence, *found))
        else {
            continue;
        };
        let (ratio, p) = found;
        let what = if ratio > 1.0 {
            format!("fell to 1/{ratio:.1}")
        } else {
            format!("rose to {:.1} times", 1.0 / ratio)
        };
        findings.push(
            Finding::on_arm("sd-over-time", Severity::Warning, after, evidence.own, &["sd", "n"])
                .reading(&[*first], evidence.own, &["sd", "n"])
                .saying(
                    format!("the standard deviation {what} since baseline (equal ones: p = {})", shown(p)),
                    "another spread (standard error, interval) in one of the two columns, or other people; a floor or ceiling of the scale",
                ),
        );
    }
    findings
}

fn between_arms(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for groups in evidence.pairs("baseline") {
        let Some(found) = compared(groups.a, groups.b).filter(|found| stands_out(evidence, *found))
        else {
            continue;
        };
        let (ratio, p) = found;
        findings.push(
            Finding::on_arm("sd-between-arms", Severity::Warning, groups.a, evidence.own, &["sd", "n"])
                .reading(&[groups.b], evidence.own, &["sd", "n"])
                .saying(
                    format!("before the intervention the standard deviations differ {:.1}-fold (equal ones: p = {})", ratio.max(1.0 / ratio), shown(p)),
                    "a standard error or a misprint in one of the two: groups made by chance spread alike",
                ),
        );
    }
    findings
}

/// Against the median of the same scale over all rows of the review, at least three of them.
fn of_the_scale(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut by_scale: BTreeMap<&str, Vec<&Arm<'_>>> = BTreeMap::new();
    for arm in evidence
        .arms
        .iter()
        .filter(|arm| matches!(arm.row.kind.as_str(), "baseline" | "post") && arm.sd.is_some())
    {
        if !arm.row.scale.is_empty() {
            by_scale.entry(&arm.row.scale).or_default().push(arm);
        }
    }
    by_scale
        .into_iter()
        .filter_map(|(scale, arms)| Some((scale, median(&arms)?, arms)))
        .flat_map(|(scale, median, arms)| {
            let unlike = move |arm| unlike_the_scale(evidence, arm, scale, median);
            arms.into_iter().filter_map(unlike)
        })
        .collect()
}

/// The median of the arms' standard deviations; `None` of fewer than three.
fn median(arms: &[&Arm<'_>]) -> Option<f64> {
    let mut sds: Vec<f64> = arms
        .iter()
        .filter_map(|arm| arm.sd.map(|sd| sd.value))
        .collect();
    sds.sort_by(f64::total_cmp);
    (sds.len() >= 3).then(|| f64::midpoint(sds[(sds.len() - 1) / 2], sds[sds.len() / 2]))
}

/// A standard deviation far from the median of its scale, and what it would be as a standard error.
fn unlike_the_scale(
    evidence: &Evidence<'_, '_>,
    arm: &Arm<'_>,
    scale: &str,
    median: f64,
) -> Option<Finding> {
    let limit = evidence.limits.sd_to_median;
    let sd = arm.sd?.value;
    if sd <= limit * median && sd >= median / limit {
        return None;
    }
    let as_error = arm
        .n()
        .map(|n| sd * n.sqrt())
        .filter(|sd| *sd < limit * median && *sd > median / limit)
        .filter(|_| sd < median);
    let way = as_error.map_or_else(String::new, |deviation| {
        let deviation = shown(deviation);
        format!("as a standard error it would be a deviation of {deviation}")
    });
    let columns = &["sd", "n"];
    let finding = Finding::on_arm("sd-of-scale", Severity::Warning, arm, evidence.own, columns);
    let median = shown(median);
    Some(finding.saying(
        format!("the median of all standard deviations of `{scale}` is {median}"),
        way,
    ))
}

/// A printed standard deviation that equals the standard error of its own limits or of its own printed standard error.
fn errors(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for arm in evidence.arms {
        let (Some(sd), Some(n)) = (arm.sd, arm.n().filter(|n| *n > 1.0)) else {
            continue;
        };
        let (error, columns): (_, &[&str]) = if let Some(se) = arm.se {
            (se.span(), &["sd", "se", "n"])
        } else if let (Some(lower), Some(upper)) = (arm.ci_lower, arm.ci_upper) {
            let half = upper.span().minus(lower.span()).times(0.5);
            let quantile = crate::stats::t::quantile_sf(0.025, n - 1.0);
            let exact = half.times(1.0 / quantile);
            (
                crate::extraction::span::Span {
                    low: exact.low,
                    high: half.high / 1.959_963,
                },
                &["sd", "ci_lower", "ci_upper", "n"],
            )
        } else {
            continue;
        };
        if error.times(n.sqrt()).meets(sd.span()) {
            continue;
        }
        let follows = error.times(n.sqrt()).middle();
        let way = if error.meets(sd.span()) {
            "the printed standard deviation is a standard error"
        } else {
            ""
        };
        let severity = if way.is_empty() {
            Severity::Warning
        } else {
            Severity::Error
        };
        findings.push(
            Finding::on_arm("sd-or-se", severity, arm, evidence.own, columns).saying(
                format!(
                    "a standard deviation of {} follows from the standard error or the limits",
                    shown(follows)
                ),
                way,
            ),
        );
    }
    findings
}
