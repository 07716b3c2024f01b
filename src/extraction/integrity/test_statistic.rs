//! Test statistics recomputed from means, standard deviations and sizes: pooled, Welch, paired, and the main effect of a group.

use super::{Evidence, Finding, shown};
use crate::extraction::printed::Printed;
use crate::extraction::span::Span;
use crate::extraction::statistics::Statistic;
use crate::problem::Severity;

const NAME: &str = "test-statistic";

pub(super) fn check(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for test in evidence.statistics {
        let Some(value) = test.value else { continue };
        let finding = match (test.row.statistic.as_str(), test.row.contrast.as_str()) {
            ("t" | "F", "within") => paired(evidence, test, value),
            ("t" | "F", "group-effect") => main_effect(evidence, test, value),
            ("t" | "F", _)
                if test
                    .row
                    .df1
                    .is_none_or(|df| (df - 1.0).abs() < 0.5 || test.row.statistic == "t") =>
            {
                between(evidence, test, value)
            }
            _ => None,
        };
        findings.extend(finding);
    }
    findings
}

/// The size of a printed t, or the root of a printed F.
fn size(test: &Statistic<'_>, value: Printed) -> Span {
    if test.row.statistic == "F" {
        value.span().root()
    } else {
        value.span().size()
    }
}

/// What a t of this size is called where an F was printed.
fn named(test: &Statistic<'_>, t: f64) -> String {
    if test.row.statistic == "F" {
        format!("F = {}", shown(t * t))
    } else {
        format!("t = {}", shown(t))
    }
}

fn between(evidence: &Evidence<'_, '_>, test: &Statistic<'_>, value: Printed) -> Option<Finding> {
    let groups = evidence.compared(test)?;
    let printed = size(test, value);
    let (pooled, welch) = (groups.pooled(false)?, groups.welch()?);
    if printed.meets(pooled.t.size()) || printed.meets(welch.t.size()) {
        return None;
    }
    let mut ways = Vec::new();
    if groups
        .pooled(true)
        .is_some_and(|errors| printed.meets(errors.t.size()))
    {
        ways.push("it fits if the printed standard deviations are standard errors".to_owned());
    }
    if let Some(p) = test.p
        && p.span().meets(p_of(pooled.t, pooled.df))
    {
        ways.push(format!(
            "the printed p fits {}",
            named(test, pooled.value.abs())
        ));
    }
    ways.extend(elsewhere(evidence, test, value));
    let recomputed = format!(
        "{} from means, standard deviations and numbers (df {})",
        named(test, pooled.value.abs()),
        pooled.df
    );
    Some(
        Finding::on_statistic(NAME, Severity::Warning, test, evidence.own, &["value"])
            .reading(&groups.arms(), evidence.own, &["n", "mean", "sd"])
            .saying(recomputed, ways.join("; ")),
    )
}

fn p_of(t: Span, df: f64) -> Span {
    let size = t.size();
    Span::around([
        crate::stats::t::two_sided(size.low, df),
        crate::stats::t::two_sided(size.high, df),
    ])
}

/// Where the study prints the same value for another outcome: a slip of copying.
fn elsewhere(evidence: &Evidence<'_, '_>, test: &Statistic<'_>, value: Printed) -> Option<String> {
    let other = evidence.statistics.iter().find(|other| {
        other.row.study == test.row.study
            && other.row.outcome != test.row.outcome
            && other.row.contrast == test.row.contrast
            && other.value == Some(value)
            && value.decimals >= 2
    })?;
    Some(format!(
        "the same value is printed for {}",
        other.row.outcome
    ))
}

fn paired(evidence: &Evidence<'_, '_>, test: &Statistic<'_>, value: Printed) -> Option<Finding> {
    let arm = evidence.within(test, "change")?;
    let (n, mean, sd) = (arm.n()?, arm.mean?, arm.sd?);
    let printed = size(test, value);
    let t = mean.span().over(sd.span().times(1.0 / n.sqrt()));
    if printed.meets(t.size()) {
        return None;
    }
    let errors = mean.span().over(sd.span());
    let way = if printed.meets(errors.size()) {
        "it fits if the printed standard deviation is a standard error"
    } else {
        ""
    };
    Some(
        Finding::on_statistic(NAME, Severity::Warning, test, evidence.own, &["value"])
            .reading(&[arm], evidence.own, &["n", "mean", "sd"])
            .saying(
                format!(
                    "{} from the mean change and its standard deviation (df {})",
                    named(test, (mean.value / sd.value * n.sqrt()).abs()),
                    n - 1.0
                ),
                way,
            ),
    )
}

/// A group's main effect over two times compares the means of both times; the difference after the intervention is another thing.
fn main_effect(
    evidence: &Evidence<'_, '_>,
    test: &Statistic<'_>,
    value: Printed,
) -> Option<Finding> {
    let post = evidence.pair(test, "post")?;
    let after = post.pooled(false)?;
    let printed = size(test, value);
    if printed.meets(after.t.size()) {
        return None;
    }
    let pre = evidence.pair(test, "baseline")?;
    let correlation = correlation_for(&pre, &post, value, test)?;
    let fits = correlation.meets(Span {
        low: -1.0,
        high: 1.0,
    });
    let (severity, way) = if fits {
        let way = format!(
            "it is the main effect of the group over both times, with a correlation of {} between them: no test of the difference after the intervention",
            shown(correlation.middle().clamp(-1.0, 1.0))
        );
        (Severity::Note, way)
    } else {
        (Severity::Warning, String::new())
    };
    let arms = [post.a, post.b, pre.a, pre.b];
    Some(
        Finding::on_statistic("main-effect", severity, test, evidence.own, &["value"])
            .reading(&arms, evidence.own, &["n", "mean", "sd"])
            .saying(
                format!(
                    "{} from the scores after the intervention",
                    named(test, after.value.abs())
                ),
                way,
            ),
    )
}

/// The correlation of both times that makes the main effect of the group what is printed.
///
/// The mean of two times has variance `(s₁² + s₂² + 2 r s₁ s₂) / 4` in each group.
fn correlation_for(
    pre: &super::TwoGroups<'_, '_>,
    post: &super::TwoGroups<'_, '_>,
    value: Printed,
    test: &Statistic<'_>,
) -> Option<Span> {
    let (n1, n2) = post.sizes()?;
    let difference = pre.difference()?.plus(post.difference()?).times(0.5);
    let se = difference.size().over(size(test, value));
    let variance = se.squared().times(4.0 / (1.0 / n1 + 1.0 / n2));
    let part = |n: f64,
                before: &crate::extraction::outcomes::Arm<'_>,
                after: &crate::extraction::outcomes::Arm<'_>| {
        let (s1, s2) = (before.sd?.value, after.sd?.value);
        Some(((n - 1.0) * (s1 * s1 + s2 * s2), (n - 1.0) * 2.0 * s1 * s2))
    };
    let (fixed_a, turning_a) = part(n1, pre.a, post.a)?;
    let (fixed_b, turning_b) = part(n2, pre.b, post.b)?;
    let df = n1 + n2 - 2.0;
    Some(
        variance
            .minus(Span::point((fixed_a + fixed_b) / df))
            .times(df / (turning_a + turning_b)),
    )
}
