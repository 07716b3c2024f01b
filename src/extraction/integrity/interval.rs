//! Confidence limits: not symmetric about their estimate, or of a width that the standard deviations cannot give.

use super::{Evidence, Finding, shown};
use crate::extraction::printed::Printed;
use crate::extraction::span::Span;
use crate::extraction::statistics::Statistic;
use crate::problem::Severity;
use crate::stats::t;

pub(super) fn check(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for test in evidence.statistics {
        if let (Some(estimate), Some(lower), Some(upper)) =
            (test.estimate, test.ci_lower, test.ci_upper)
        {
            findings.extend(symmetry(estimate, lower, upper).map(|(recomputed, way)| {
                Finding::on_statistic(
                    "interval-symmetry",
                    Severity::Warning,
                    test,
                    evidence.own,
                    &["estimate", "ci_lower", "ci_upper"],
                )
                .saying(recomputed, way)
            }));
        }
        findings.extend(width(evidence, test));
    }
    for arm in evidence.arms {
        if let (Some(mean), Some(lower), Some(upper)) = (arm.mean, arm.ci_lower, arm.ci_upper) {
            findings.extend(symmetry(mean, lower, upper).map(|(recomputed, way)| {
                Finding::on_arm(
                    "interval-symmetry",
                    Severity::Warning,
                    arm,
                    evidence.own,
                    &["mean", "ci_lower", "ci_upper"],
                )
                .saying(recomputed, way)
            }));
        }
    }
    findings
}

/// What is wrong with the middle of an interval, and what would mend it; nothing where it is symmetric, on the plain scale or
/// that of logarithms.
fn symmetry(estimate: Printed, lower: Printed, upper: Printed) -> Option<(String, String)> {
    let centred = |estimate: f64, lower: f64, upper: f64, slack: f64| {
        (f64::midpoint(lower, upper) - estimate).abs() <= slack + 1e-9
    };
    let slack = f64::midpoint(lower.half_unit(), upper.half_unit()) + estimate.half_unit();
    if centred(estimate.value, lower.value, upper.value, slack) || ratio(estimate, lower, upper) {
        return None;
    }
    let flips = [(1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)];
    let mended = flips
        .iter()
        .map(|(a, b)| (lower.value * a, upper.value * b))
        .find(|(low, high)| low < high && centred(estimate.value, *low, *high, slack));
    let way = match mended {
        Some((low, high)) => format!(
            "a lost or added minus sign: {:.*} to {:.*} would be symmetric about {estimate}",
            usize::from(lower.decimals),
            low,
            usize::from(upper.decimals),
            high
        ),
        None if centred(-estimate.value, lower.value, upper.value, slack) => {
            format!(
                "a lost or added minus sign: {} would be in the middle",
                Printed {
                    value: -estimate.value,
                    ..estimate
                }
            )
        }
        None => String::new(),
    };
    Some((
        format!(
            "the middle of the limits is {}",
            shown(f64::midpoint(lower.value, upper.value))
        ),
        way,
    ))
}

/// Whether the interval is that of a ratio: symmetric in logarithms.
fn ratio(estimate: Printed, lower: Printed, upper: Printed) -> bool {
    if lower.span().low <= 0.0 || estimate.span().low <= 0.0 {
        return false;
    }
    let product = |low: f64, high: f64| (low * high).sqrt();
    let middle = Span {
        low: product(lower.span().low, upper.span().low),
        high: product(lower.span().high, upper.span().high),
    };
    middle.meets(estimate.span())
}

/// Half the width of the limits against the standard error that the standard deviations give.
fn width(evidence: &Evidence<'_, '_>, test: &Statistic<'_>) -> Option<Finding> {
    let (lower, upper) = (test.ci_lower?, test.ci_upper?);
    // Limits that miss a sign have no width worth comparing.
    if let Some(estimate) = test.estimate
        && symmetry(estimate, lower, upper).is_some()
    {
        return None;
    }
    let groups = evidence.compared(test)?;
    let half = upper.span().minus(lower.span()).times(0.5);
    let upper_tail = (1.0 - test.row.level.unwrap_or(95.0) / 100.0) / 2.0;
    let (pooled, welch) = (groups.pooled(false)?, groups.welch()?);
    let expected =
        |test: &super::two_groups::Test| test.se.times(t::quantile_sf(upper_tail, test.df));
    let wide = Span::around(
        [&pooled, &welch]
            .iter()
            .flat_map(|test| [expected(test).low, expected(test).high]),
    );
    // A normal quantile instead of t is common and no contradiction.
    let wide = Span {
        low: wide.low.min(pooled.se.low.min(welch.se.low) * 1.959_963),
        ..wide
    };
    if half.meets(wide) {
        return None;
    }
    let ratio = half.middle() / expected(&pooled).middle();
    let way = if ratio < 1.0 {
        format!(
            "an analysis adjusted for a covariate that correlates {} with the outcome would be as narrow; the standard deviations alone give no such interval",
            shown((1.0 - ratio * ratio).sqrt())
        )
    } else {
        "fewer people, clustering, or another level of confidence would widen it".to_owned()
    };
    Some(
        Finding::on_statistic(
            "interval-width",
            Severity::Warning,
            test,
            evidence.own,
            &["ci_lower", "ci_upper"],
        )
        .reading(&groups.arms(), evidence.own, &["n", "sd"])
        .saying(
            format!(
                "half the width is {}; standard deviations and numbers give {}",
                shown(half.middle()),
                shown(expected(&pooled).middle())
            ),
            way,
        ),
    )
}
