//! A printed mean change that is not after minus before.

use super::{Evidence, Finding, shown};
use crate::extraction::convert::trios;
use crate::problem::Severity;

pub(super) fn check(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, trio) in trios(evidence.arms) {
        let (Some(before), Some(after), Some(change)) =
            (trio.baseline.mean, trio.post.mean, trio.change.mean)
        else {
            continue;
        };
        // Of other people than the change, the means need not add up.
        if trio.baseline.row.n != trio.change.row.n || trio.post.row.n != trio.change.row.n {
            continue;
        }
        let follows = after.span().minus(before.span());
        if follows.meets(change.span()) {
            continue;
        }
        let way = if follows.times(-1.0).meets(change.span()) {
            "the change is before minus after"
        } else {
            ""
        };
        findings.push(
            Finding::on_arm(
                "change",
                Severity::Warning,
                trio.change,
                evidence.own,
                &["mean"],
            )
            .reading(&[trio.baseline, trio.post], evidence.own, &["mean"])
            .saying(
                format!(
                    "{} from the means after and before",
                    shown(follows.middle())
                ),
                way,
            ),
        );
    }
    findings
}
