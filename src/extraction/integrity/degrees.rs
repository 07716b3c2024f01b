//! Printed degrees of freedom against the numbers of people.

use super::{Evidence, Finding};
use crate::problem::Severity;

pub(super) fn check(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for test in evidence.statistics {
        let df = match test.row.statistic.as_str() {
            "t" => test.row.df1,
            "F" => test.row.df2,
            _ => None,
        };
        let Some(df) = df.filter(|df| df.fract() == 0.0) else {
            continue;
        };
        if test.row.contrast == "within" {
            let arm = ["change", "post"]
                .iter()
                .find_map(|kind| evidence.within(test, kind));
            if let Some((arm, n)) = arm.and_then(|arm| Some((arm, arm.n()?)))
                && (df - n + 1.0).abs() > 0.5
            {
                findings.push(
                    Finding::on_statistic(
                        "degrees-of-freedom",
                        Severity::Warning,
                        test,
                        evidence.own,
                        &["df1"],
                    )
                    .reading(&[arm], evidence.own, &["n"])
                    .saying(
                        format!("{} with {n} people", n - 1.0),
                        format!("{df} fits {} people", df + 1.0),
                    ),
                );
            }
        } else if let Some(groups) = evidence.compared(test)
            && let Some((n1, n2)) = groups.sizes()
            && (test.row.statistic == "t" && (df - n1 - n2 + 2.0).abs() > 0.5 || df > n1 + n2 - 2.0)
        {
            let column = if test.row.statistic == "t" {
                "df1"
            } else {
                "df2"
            };
            findings.push(
                Finding::on_statistic(
                    "degrees-of-freedom",
                    Severity::Warning,
                    test,
                    evidence.own,
                    &[column],
                )
                .reading(&groups.arms(), evidence.own, &["n"])
                .saying(
                    format!("{} with {n1} and {n2} people", n1 + n2 - 2.0),
                    format!("{df} fits {} people in two groups", df + 2.0),
                ),
            );
        }
    }
    findings
}
