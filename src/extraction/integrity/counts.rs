//! Counts: percentages, χ² and Fisher tests against the counts they stand for, and numbers of people that exceed the randomised.

use super::{Evidence, Finding, shown};
use crate::extraction::outcomes::Arm;
use crate::extraction::printed::numbers_in;
use crate::extraction::span::Span;
use crate::extraction::statistics::Statistic;
use crate::problem::Severity;
use crate::stats::chi2;
use crate::stats::gamma::ln_gamma;
use std::collections::BTreeMap;

pub(super) fn check(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = evidence
        .arms
        .iter()
        .filter_map(|arm| percentage(evidence, arm))
        .collect();
    for test in evidence.statistics {
        findings.extend(chi_squared(evidence, test));
        findings.extend(fisher(evidence, test));
    }
    findings.extend(too_many(evidence));
    findings
}

/// `35 (87.5 %)`: the percentage in the paper's text against events and total.
fn percentage(evidence: &Evidence<'_, '_>, arm: &Arm<'_>) -> Option<Finding> {
    let (events, total) = (f64::from(arm.row.events?), f64::from(arm.row.total?));
    let (before, _) = arm.reported().split_once('%')?;
    let printed = numbers_in(before).last()?;
    let follows = 100.0 * events / total;
    (!printed.span().holds(follows)).then(|| {
        let fits = (printed.value * total / 100.0).round();
        let way = if printed.span().holds(100.0 * fits / total) {
            format!("{printed} % is {fits} of {total}")
        } else {
            let other = (1..=400u32)
                .map(f64::from)
                .find(|other| printed.span().holds(100.0 * events / other));
            other.map_or_else(String::new, |other| {
                format!("{printed} % is {events} of {other}")
            })
        };
        Finding::on_arm(
            "percentage",
            Severity::Warning,
            arm,
            evidence.own,
            &["events", "total"],
        )
        .saying(
            format!("{} % from {events} of {total}", shown(follows)),
            way,
        )
    })
}

/// Events and others in both groups.
fn table<'a, 'f>(
    evidence: &Evidence<'a, 'f>,
    test: &Statistic<'_>,
) -> Option<([f64; 4], super::TwoGroups<'a, 'f>)> {
    let groups = evidence.compared(test)?;
    let cells = |arm: &Arm<'_>| {
        let events = f64::from(arm.row.events?);
        Some((events, f64::from(arm.row.total.or(arm.row.n)?) - events))
    };
    let ((a, b), (c, d)) = (cells(groups.a)?, cells(groups.b)?);
    Some(([a, b, c, d], groups))
}

fn chi_squared(evidence: &Evidence<'_, '_>, test: &Statistic<'_>) -> Option<Finding> {
    let value = test.value.filter(|_| test.row.statistic == "chi2")?;
    let (cells, groups) = table(evidence, test)?;
    let [plain, corrected, likelihood] = chi_squares(cells)?;
    if [plain, corrected, likelihood]
        .iter()
        .any(|chi2| value.span().holds(*chi2))
    {
        return None;
    }
    Some(
        Finding::on_statistic(
            "chi-squared",
            Severity::Warning,
            test,
            evidence.own,
            &["value"],
        )
        .reading(&groups.arms(), evidence.own, &["events", "total"])
        .saying(
            format!(
                "χ² = {} from the counts, {} with continuity correction (p = {})",
                shown(plain),
                shown(corrected),
                shown(chi2::sf(plain, 1.0))
            ),
            "",
        ),
    )
}

/// Pearson's χ², Yates' and the likelihood ratio of a fourfold table; nothing where a margin is empty.
fn chi_squares([a, b, c, d]: [f64; 4]) -> Option<[f64; 3]> {
    let n = a + b + c + d;
    let margins = (a + b) * (c + d) * (a + c) * (b + d);
    if margins <= 0.0 {
        return None;
    }
    let cross = (a * d - b * c).abs();
    let yates = (cross - n / 2.0).max(0.0);
    let term = |observed: f64, row: f64, column: f64| {
        if observed > 0.0 {
            observed * libm::log(observed * n / (row * column))
        } else {
            0.0
        }
    };
    let likelihood = term(a, a + b, a + c)
        + term(b, a + b, b + d)
        + term(c, c + d, a + c)
        + term(d, c + d, b + d);
    Some([
        n * cross * cross / margins,
        n * yates * yates / margins,
        2.0 * likelihood,
    ])
}

fn fisher(evidence: &Evidence<'_, '_>, test: &Statistic<'_>) -> Option<Finding> {
    let p = test.p.filter(|_| test.row.statistic == "fisher")?;
    let (cells, groups) = table(evidence, test)?;
    let exact = fisher_p(cells);
    if p.span().holds(exact) {
        return None;
    }
    let chi = chi_squares(cells)
        .and_then(|all| {
            all.into_iter()
                .position(|value| p.span().holds(chi2::sf(value, 1.0)))
        })
        .map_or("", |at| {
            [
                "it fits Pearson's χ²",
                "it fits χ² with continuity correction",
                "it fits the likelihood ratio",
            ][at]
        });
    Some(
        Finding::on_statistic("fisher", Severity::Warning, test, evidence.own, &["p"])
            .reading(&groups.arms(), evidence.own, &["events", "total"])
            .saying(
                format!(
                    "p = {} from the counts by Fisher's exact test",
                    shown(exact)
                ),
                chi,
            ),
    )
}

/// Two-sided p value: all tables with the same margins that are no likelier (Fisher 1935).
fn fisher_p([a, b, c, d]: [f64; 4]) -> f64 {
    let choose = |n: f64, k: f64| ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
    let (row, column, n) = (a + b, a + c, a + b + c + d);
    let chance =
        |x: f64| libm::exp(choose(row, x) + choose(n - row, column - x) - choose(n, column));
    let own = chance(a) * (1.0 + 1e-7);
    let (mut sum, mut x) = (0.0, (column - (n - row)).max(0.0));
    while x <= row.min(column) {
        let p = chance(x);
        if p <= own {
            sum += p;
        }
        x += 1.0;
    }
    sum.min(1.0)
}

/// More people at one time than were randomised: in all arms together, or in one of them where all arms hold the same people.
fn too_many(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut by_time: BTreeMap<[&str; 5], Vec<&Arm<'_>>> = BTreeMap::new();
    for arm in evidence.arms {
        let row = &arm.row;
        by_time
            .entry([&row.study, &row.outcome, &row.scale, &row.time, &row.kind])
            .or_default()
            .push(arm);
    }
    let mut findings = Vec::new();
    for arms in by_time.into_values() {
        let study = arms[0].row.study.as_str();
        let sizes: Option<Vec<f64>> = arms.iter().map(|arm| arm.n()).collect();
        let (Some(sizes), Some(randomised)) = (sizes, evidence.randomised.get(study).copied())
        else {
            continue;
        };
        let crossover = evidence.crossover.contains(study);
        let people = if crossover {
            sizes.into_iter().fold(0.0, f64::max)
        } else {
            sizes.iter().sum()
        };
        if Span::point(people).low > randomised {
            let (follows, way) = if crossover {
                (
                    format!("an arm has {people} people, of {randomised} randomised"),
                    "in a crossover trial each arm holds at most those randomised; or the number randomised is that of another report",
                )
            } else {
                (
                    format!("the arms add up to {people} people, of {randomised} randomised"),
                    "somebody is counted twice, or the number randomised is that of another report",
                )
            };
            let severity = Severity::Error;
            let finding = Finding::on_arm("sum-of-arms", severity, arms[0], evidence.own, &["n"]);
            findings.push(
                finding
                    .reading(&arms[1..], evidence.own, &["n"])
                    .saying(follows, way),
            );
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chi_squared_of_35_and_37_of_40() {
        // 80 · (35·3 − 5·37)² / (40 · 40 · 72 · 8) = 80 · 6400 / 921 600 = 0.5556; Yates: 80 · (80 − 40)² / 921 600 = 0.1389.
        let [plain, yates, _] = chi_squares([35.0, 5.0, 37.0, 3.0]).unwrap();
        assert!((plain - 0.555_556).abs() < 1e-6 && (yates - 0.138_889).abs() < 1e-6);
    }

    #[test]
    fn fisher_of_the_lady_tasting_tea() {
        // Fisher 1935: 3 of 4 right, 34/70 = 0.4857 two-sided.
        assert!((fisher_p([3.0, 1.0, 1.0, 3.0]) - 34.0 / 70.0).abs() < 1e-12);
    }
}
