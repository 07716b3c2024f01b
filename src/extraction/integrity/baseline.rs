//! Groups that were unlike before the intervention.

use super::{Evidence, Finding, shown};
use crate::problem::Severity;

pub(super) fn check(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for groups in evidence.pairs("baseline") {
        let (Some(difference), Some(sd)) = (groups.difference(), groups.pooled_sd(false)) else {
            continue;
        };
        let d = difference.over(sd);
        if d.size().low < evidence.limits.baseline {
            continue;
        }
        findings.push(
            Finding::on_arm(
                "baseline-imbalance",
                Severity::Note,
                groups.a,
                evidence.own,
                &["mean", "sd", "n"],
            )
            .reading(&[groups.b], evidence.own, &["mean", "sd", "n"])
            .saying(
                format!(
                    "before the intervention the groups differ by {} standard deviations",
                    shown(d.middle().abs())
                ),
                "an analysis of the change, or adjusted for baseline, allows for it",
            ),
        );
    }
    findings
}
