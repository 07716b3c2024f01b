//! The same number printed differently in two places, and the same statistic printed with two p values.

use super::{Evidence, Finding};
use crate::extraction::printed::Printed;
use crate::extraction::statistics::Statistic;
use crate::problem::Severity;
use std::collections::BTreeMap;

pub(super) fn check(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut findings = two_places(evidence);
    findings.extend(same_statistic(evidence));
    findings
}

/// One of the numbers of a statistic: column, number as printed, and whether it may be compared.
fn numbers(test: &Statistic<'_>) -> [(&'static str, Option<Printed>); 5] {
    let exact = test
        .p
        .filter(|p| p.bound == std::cmp::Ordering::Equal)
        .map(|p| p.number);
    [
        ("value", test.value),
        ("p", exact),
        ("estimate", test.estimate),
        ("ci_lower", test.ci_lower),
        ("ci_upper", test.ci_upper),
    ]
}

fn two_places(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut by_test: BTreeMap<[&str; 7], Vec<&Statistic<'_>>> = BTreeMap::new();
    for test in evidence.statistics {
        let row = &test.row;
        by_test
            .entry([
                &row.study,
                &row.outcome,
                &row.scale,
                &row.time,
                &row.contrast,
                &row.arm,
                &row.statistic,
            ])
            .or_default()
            .push(test);
    }
    let mut findings = Vec::new();
    for tests in by_test.into_values() {
        for (later, test) in tests.iter().enumerate().skip(1) {
            for ((column, number), position) in numbers(test).into_iter().zip(0..) {
                let Some(number) = number else { continue };
                let differing = tests[..later].iter().find_map(|first| {
                    let printed = numbers(first)[position].1?;
                    (!alike(column, printed, number)).then_some((first, printed))
                });
                // A number told differently twice is told once here.
                let known = tests[..later]
                    .iter()
                    .any(|first| numbers(first)[position].1 == Some(number));
                if let Some((first, printed)) = differing
                    && !known
                {
                    findings.push(told(evidence, test, first, column, number, printed));
                }
            }
        }
    }
    findings
}

/// Whether both may be one number; a test statistic changes its sign with the order of the groups.
fn alike(column: &str, a: Printed, b: Printed) -> bool {
    let (a, b) = (a.span(), b.span());
    if column == "value" {
        a.size().meets(b.size())
    } else {
        a.meets(b)
    }
}

fn told(
    evidence: &Evidence<'_, '_>,
    test: &Statistic<'_>,
    first: &Statistic<'_>,
    column: &'static str,
    number: Printed,
    printed: Printed,
) -> Finding {
    let name = if column == "value" {
        test.row.statistic.as_str()
    } else {
        column
    };
    let cut = truncated(printed, number) || truncated(number, printed);
    let way = if cut {
        "the last digit was cut off instead of rounded"
    } else {
        "one of the two is a misprint: the checks on means and p values tell which fits"
    };
    let severity = if cut {
        Severity::Note
    } else {
        Severity::Warning
    };
    let mut finding = Finding::on_statistic("two-places", severity, test, evidence.own, &[column]);
    finding.about.push(column.to_owned());
    finding.place = format!("{}; {}", first.row.source, test.row.source);
    finding.reported = format!("{} | {}", first.reported(), test.reported());
    finding.from.push(first.cell(evidence.own, column));
    finding.saying(
        format!(
            "{name} is {printed} in {}, {number} in {}",
            first.row.source, test.row.source
        ),
        way,
    )
}

/// Whether `short` is `long` with digits cut off.
fn truncated(long: Printed, short: Printed) -> bool {
    let unit = 10f64.powi(i32::from(short.decimals));
    long.decimals > short.decimals
        && ((long.value * unit + 1e-9).trunc() - (short.value * unit).round()).abs() < 0.5
}

/// The same t or F, to three digits, printed for two outcomes with p values that exclude each other.
fn same_statistic(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut before: BTreeMap<([&str; 3], u64), Vec<&Statistic<'_>>> = BTreeMap::new();
    let mut findings = Vec::new();
    for test in evidence.statistics {
        let (Some(value), Some(p)) = (test.value, test.p) else {
            continue;
        };
        if value.decimals < 2 || !matches!(test.row.statistic.as_str(), "t" | "F" | "chi2") {
            continue;
        }
        let id = (
            [
                test.row.study.as_str(),
                &test.row.contrast,
                &test.row.statistic,
            ],
            value.value.to_bits(),
        );
        let alike = before.entry(id).or_default();
        let twin = alike.iter().copied().rev().find(|first| {
            first.row.outcome != test.row.outcome
                && first.row.df1 == test.row.df1
                && first.row.df2 == test.row.df2
                && first.p.is_some_and(|other| !other.span().meets(p.span()))
        });
        alike.push(test);
        if let Some(first) = twin {
            let mut finding = Finding::on_statistic(
                "same-statistic",
                Severity::Warning,
                test,
                evidence.own,
                &["value", "p"],
            );
            finding.from.extend([
                first.cell(evidence.own, "value"),
                first.cell(evidence.own, "p"),
            ]);
            finding.reported = format!("{} | {}", first.reported(), test.reported());
            let other = first.p.map(|p| p.number.to_string()).unwrap_or_default();
            findings.push(finding.saying(
                format!(
                    "{} = {value} is printed for {} with p = {other} and here with p = {}",
                    test.row.statistic, first.row.outcome, p.number
                ),
                "one statistic has one p value: one of the two was copied",
            ));
        }
    }
    findings
}
