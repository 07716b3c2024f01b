//! The correlation of before and after that the standard deviation of the change, or a paired test, would need.

use super::{Evidence, Finding, shown};
use crate::extraction::convert::trios;
use crate::extraction::outcomes::Arm;
use crate::extraction::span::Span;
use crate::problem::Severity;

const NAME: &str = "implied-correlation";

pub(super) fn check(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, trio) in trios(evidence.arms) {
        let Some(sd) = trio.change.sd else { continue };
        let Some(r) = correlation(trio.baseline, trio.post, sd.span()) else {
            continue;
        };
        let finding = Finding::on_arm(NAME, Severity::Warning, trio.change, evidence.own, &["sd"])
            .reading(&[trio.baseline, trio.post], evidence.own, &["sd"]);
        findings.extend(judged(finding, r, "the standard deviation of the change"));
    }
    for test in evidence
        .statistics
        .iter()
        .filter(|test| test.row.contrast == "within" && test.row.statistic == "t")
    {
        // With a change of its own the standard deviation says more than the test.
        if evidence
            .within(test, "change")
            .is_some_and(|arm| arm.sd.is_some())
        {
            continue;
        }
        let Some(t) = test.value.map(|value| value.span().size()) else {
            continue;
        };
        let before = evidence
            .arms_of(test, "baseline")
            .into_iter()
            .find(|arm| arm.row.arm == test.row.arm);
        let (Some(before), Some(after)) = (before, evidence.within(test, "post")) else {
            continue;
        };
        let (Some(m1), Some(m2), Some(n)) = (before.mean, after.mean, after.n()) else {
            continue;
        };
        let change = m2.span().minus(m1.span()).size();
        let Some(r) = correlation(before, after, change.times(n.sqrt()).over(t)) else {
            continue;
        };
        let finding =
            Finding::on_statistic(NAME, Severity::Warning, test, evidence.own, &["value"]).reading(
                &[before, after],
                evidence.own,
                &["n", "mean", "sd"],
            );
        findings.extend(judged(finding, r, "the paired test"));
    }
    findings
}

/// `(s₁² + s₂² − s_c²) / (2 s₁ s₂)` over all that rounding leaves open (Cochrane Handbook 6.5.2.8).
fn correlation(before: &Arm<'_>, after: &Arm<'_>, change: Span) -> Option<Span> {
    let (s1, s2) = (before.sd?.span(), after.sd?.span());
    let corners = [
        (s1.low, s2.low),
        (s1.low, s2.high),
        (s1.high, s2.low),
        (s1.high, s2.high),
    ];
    let of = |(a, b): (f64, f64), c: f64| (a * a + b * b - c * c) / (2.0 * a * b);
    let all = corners
        .iter()
        .flat_map(|corner| [of(*corner, change.low), of(*corner, change.high)]);
    Some(Span::around(all)).filter(|span| s1.low > 0.0 && s2.low > 0.0 && span.low.is_finite())
}

fn judged(finding: Finding, r: Span, what: &str) -> Option<Finding> {
    let recomputed = format!(
        "{what} needs a correlation of {} between before and after",
        shown(r.middle())
    );
    if r.low > 1.0 || r.high < -1.0 {
        let way = "a standard error taken for a standard deviation, or numbers of other people";
        return Some(
            Finding {
                severity: Severity::Error,
                ..finding
            }
            .saying(recomputed, way),
        );
    }
    let way = "the two times treated as different people (unpaired), or a wrong standard deviation: scores of the same people seldom correlate negatively";
    (r.high < 0.0).then(|| finding.saying(recomputed, way))
}
