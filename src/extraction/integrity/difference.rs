//! A printed difference that is not the difference of the printed means.

use super::{Evidence, Finding, shown};
use crate::problem::Severity;

pub(super) fn check(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for test in evidence.statistics {
        let (Some(estimate), Some(groups)) = (test.estimate, evidence.compared(test)) else {
            continue;
        };
        let Some(difference) = groups.difference() else {
            continue;
        };
        let printed = estimate.span();
        // Either group may have been taken from the other.
        if printed.meets(difference) || printed.times(-1.0).meets(difference) {
            continue;
        }
        let changes = evidence
            .pair(test, "baseline")
            .and_then(|before| Some(difference.minus(before.difference()?)));
        let way = match changes {
            Some(changes) if printed.meets(changes) || printed.times(-1.0).meets(changes) => {
                "it is the difference of the changes since baseline".to_owned()
            }
            Some(_) => "it is not the difference of the changes since baseline either; an estimate adjusted for baseline would be another: ask the authors what was estimated".to_owned(),
            None => "an estimate adjusted for baseline would be another: ask the authors what was estimated".to_owned(),
        };
        findings.push(
            Finding::on_statistic(
                "difference",
                Severity::Warning,
                test,
                evidence.own,
                &["estimate"],
            )
            .reading(&groups.arms(), evidence.own, &["mean"])
            .saying(
                format!("{} from the means", shown(difference.middle())),
                way,
            ),
        );
    }
    findings
}
