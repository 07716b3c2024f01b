//! Fills what a paper gives in another form (a standard error, limits, quartiles, a test) into the cells that pooling reads.
//!
//! Nothing is filled in silence: each number is a row of the artefact `conversions`, and the cell's origin names that row.
//! A reported number is never replaced.

use super::order_statistics::from_order;
use super::outcomes::Arm;
use super::statistics::Statistic;
use crate::artefact::{Address, Origin, key, rows};
use crate::effect::conversion::{
    md_sd_from_ci, md_sd_from_f, md_sd_from_p, md_sd_from_t, r_of_people_measured_twice,
    sd_from_ci_t, sd_from_se,
};
use crate::problem::{Problem, Problems};
use std::cmp::Ordering;
use std::collections::BTreeMap;

rows! {
    /// One number computed from others.
    pub ConversionRow: "conversions" {
        /// Study id.
        study: String,
        /// Key of the row of `outcomes`, or of `effects`, it was filled into.
        row: String,
        /// Column it was filled into.
        column: String,
        /// The rule.
        rule: String,
        /// What went in, as `name = value`, joined by `; `.
        inputs: String,
        /// What came out.
        value: f64,
        /// Source of the formula.
        source: String,
        /// Cells it was computed from.
        origin: Origin,
    }
}

/// What an author of a pipeline may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Means and deviations from medians with quartiles or range.
    pub medians: bool,
    /// Deviations from tests and limits of differences.
    pub tests: bool,
    /// Correlations of before and after from the three deviations.
    pub correlations: bool,
}

/// One input of a conversion: name, value, address.
pub(super) type Input = (&'static str, f64, Address);

/// One conversion that was done.
pub(super) struct Done {
    pub(super) column: &'static str,
    pub(super) rule: &'static str,
    pub(super) source: &'static str,
    pub(super) value: f64,
    pub(super) inputs: Vec<Input>,
}

/// Fills missing means and deviations, and gives a row for each.
pub(super) fn convert(
    arms: &mut [Arm<'_>],
    statistics: &[Statistic<'_>],
    own: &str,
    allowed: Allowed,
) -> (Vec<ConversionRow>, Problems) {
    let mut rows = Vec::new();
    let mut problems = Problems::new();
    for arm in arms.iter_mut() {
        for done in from_the_arm(arm, own, allowed) {
            note(arm, done, own, &mut rows, &mut problems);
        }
    }
    if allowed.tests {
        for (index, done) in from_tests(arms, statistics, own) {
            note(&mut arms[index], done, own, &mut rows, &mut problems);
        }
    }
    if allowed.correlations {
        for (index, done) in correlations(arms, own) {
            note(&mut arms[index], done, own, &mut rows, &mut problems);
        }
    }
    (rows, problems)
}

/// Puts a number where it belongs, unless one stands there by now.
fn note(
    arm: &mut Arm<'_>,
    done: Result<Done, Problem>,
    own: &str,
    rows: &mut Vec<ConversionRow>,
    problems: &mut Problems,
) {
    let done = match done {
        Ok(done) => done,
        Err(problem) => {
            return problems.push(Problem {
                severity: crate::problem::Severity::Warning,
                ..problem.at(arm.from.row_place())
            });
        }
    };
    let row = &mut arm.row;
    let cell = match done.column {
        "mean" => &mut row.mean,
        "sd" => &mut row.sd,
        _ => &mut row.r,
    };
    if cell.is_some() || !done.value.is_finite() {
        return;
    }
    *cell = Some(done.value);
    let conversion = key(&[
        &row.study,
        &row.outcome,
        &row.scale,
        &row.time,
        &row.kind,
        &row.arm,
        done.column,
    ]);
    row.origin = std::mem::take(&mut row.origin).with_cell(
        done.column,
        done.rule,
        [Address::cell(own, "conversions", &conversion, "value")],
    );
    let inputs: Vec<String> = done
        .inputs
        .iter()
        .map(|(name, value, _)| format!("{name} = {value}"))
        .collect();
    rows.push(ConversionRow {
        key: conversion,
        study: row.study.clone(),
        row: row.key.clone(),
        column: done.column.to_owned(),
        rule: done.rule.to_owned(),
        inputs: inputs.join("; "),
        value: done.value,
        source: done.source.to_owned(),
        origin: Origin::of(
            done.rule,
            done.inputs.into_iter().map(|(.., address)| address),
        ),
    });
}

const HANDBOOK_SD: &str = "Cochrane Handbook 6.5.2.2";
const HANDBOOK_TEST: &str = "Cochrane Handbook 6.5.2.3";
const HANDBOOK_CHANGE: &str = "Cochrane Handbook 6.5.2.8";

/// What an arm's own numbers give.
fn from_the_arm(arm: &Arm<'_>, own: &str, allowed: Allowed) -> Vec<Result<Done, Problem>> {
    let row = &arm.row;
    let Some(n) = arm.n() else { return Vec::new() };
    let input = |name: &'static str, value: f64| (name, value, arm.cell(own, name));
    let mut done = Vec::new();
    if row.sd.is_none()
        && let Some(se) = row.se
    {
        done.push(sd_from_se(n, se).map(|value| Done {
            column: "sd",
            rule: "sd-from-se",
            source: HANDBOOK_SD,
            value,
            inputs: vec![input("se", se), input("n", n)],
        }));
    }
    if row.sd.is_none()
        && let (Some(lower), Some(upper)) = (row.ci_lower, row.ci_upper)
    {
        done.push(sd_from_ci_t(n, lower, upper, 95.0).map(|value| Done {
            column: "sd",
            rule: "sd-from-ci",
            source: HANDBOOK_SD,
            value,
            inputs: vec![
                input("ci_lower", lower),
                input("ci_upper", upper),
                input("n", n),
            ],
        }));
    }
    if allowed.medians
        && let Some(median) = row.median
    {
        done.extend(from_order(arm, n, median, own));
    }
    done
}

/// Standard deviations from a paired test of an arm, or from a test or limits of the difference of two arms.
fn from_tests(
    arms: &[Arm<'_>],
    statistics: &[Statistic<'_>],
    own: &str,
) -> Vec<(usize, Result<Done, Problem>)> {
    let mut done = Vec::new();
    let mut lacking: BTreeMap<[&str; 5], Vec<usize>> = BTreeMap::new();
    for (index, arm) in arms.iter().enumerate() {
        let row = &arm.row;
        lacking
            .entry([&row.study, &row.outcome, &row.scale, &row.time, &row.kind])
            .or_default()
            .push(index);
    }
    for (id, group) in lacking {
        if group.iter().all(|index| arms[*index].row.sd.is_some())
            || !matches!(id[4], "post" | "change")
        {
            continue;
        }
        let tests = || {
            statistics.iter().filter(|test| {
                let row = &test.row;
                [row.study.as_str(), &row.outcome, &row.scale, &row.time] == id[..4]
            })
        };
        for index in group
            .iter()
            .copied()
            .filter(|index| id[4] == "change" && arms[*index].row.sd.is_none())
        {
            let mut own_tests = tests().filter(|test| {
                test.row.contrast == "within" && test.row.arm == arms[index].row.arm
            });
            if let Some(result) = own_tests.find_map(|test| paired(&arms[index], test, own)) {
                done.push((index, Ok(result)));
            }
        }
        let contrast = if id[4] == "post" {
            "between-post"
        } else {
            "between-change"
        };
        if let [a, b] = group[..] {
            let mut between = tests().filter(|test| test.row.contrast == contrast);
            if let Some(result) = between.find_map(|test| common_sd(&arms[a], &arms[b], test, own))
            {
                let (first, second) = both(result);
                done.push((a, first));
                done.push((b, second));
            }
        }
    }
    done
}

fn both(result: Result<Done, Problem>) -> (Result<Done, Problem>, Result<Done, Problem>) {
    match result {
        Ok(done) => {
            let again = Done {
                inputs: done.inputs.clone(),
                ..done
            };
            (Ok(done), Ok(again))
        }
        Err(problem) => (Err(problem.clone()), Err(problem)),
    }
}

/// Standard deviation of change from a paired t: `|change| √n / |t|`.
fn paired(arm: &Arm<'_>, test: &Statistic<'_>, own: &str) -> Option<Done> {
    let (n, mean, t) = (arm.n()?, arm.row.mean?, test.row.value?);
    (test.row.statistic == "t" && t != 0.0 && mean != 0.0).then(|| Done {
        column: "sd",
        rule: "sd-from-paired-t",
        source: HANDBOOK_CHANGE,
        value: mean.abs() * n.sqrt() / t.abs(),
        inputs: vec![
            ("mean", mean, arm.cell(own, "mean")),
            ("t", t, test.cell(own, "value")),
            ("n", n, arm.cell(own, "n")),
        ],
    })
}

/// Standard deviation common to two arms from a test of their difference.
fn common_sd(
    a: &Arm<'_>,
    b: &Arm<'_>,
    test: &Statistic<'_>,
    own: &str,
) -> Option<Result<Done, Problem>> {
    let (n1, n2) = (a.n()?, b.n()?);
    let md = a.row.mean? - b.row.mean?;
    let row = &test.row;
    let exact = test
        .p
        .filter(|p| p.bound == Ordering::Equal)
        .map(|p| p.number.value)
        .filter(|p| *p > 0.0 && *p < 1.0);
    let (rule, spread, inputs): (&str, _, Vec<(&'static str, f64, &str)>) =
        match (row.statistic.as_str(), row.value) {
            ("t", Some(t)) if t != 0.0 => (
                "sd-from-t",
                md_sd_from_t(n1, n2, md, t),
                vec![("t", t, "value")],
            ),
            ("F", Some(f)) if f > 0.0 && row.df1.is_none_or(|df| (df - 1.0).abs() < 0.5) => (
                "sd-from-f",
                md_sd_from_f(n1, n2, md, f),
                vec![("F", f, "value")],
            ),
            _ => match (row.ci_lower.zip(row.ci_upper), exact) {
                (Some((lower, upper)), _) => (
                    "sd-from-ci-of-difference",
                    md_sd_from_ci(n1, n2, lower, upper, row.level.unwrap_or(95.0)),
                    vec![
                        ("ci_lower", lower, "ci_lower"),
                        ("ci_upper", upper, "ci_upper"),
                    ],
                ),
                (None, Some(p)) => (
                    "sd-from-p",
                    md_sd_from_p(n1, n2, md, p),
                    vec![("p", p, "p")],
                ),
                (None, None) => return None,
            },
        };
    let mut all: Vec<Input> = inputs
        .into_iter()
        .map(|(name, value, column)| (name, value, test.cell(own, column)))
        .collect();
    for arm in [a, b] {
        all.push(("mean", arm.row.mean?, arm.cell(own, "mean")));
        all.push(("n", arm.n()?, arm.cell(own, "n")));
    }
    Some(spread.map(|spread| Done {
        column: "sd",
        rule,
        source: HANDBOOK_TEST,
        value: spread.sd,
        inputs: all,
    }))
}

/// Correlation of before and after from the deviations of both and of the change, where these fit people measured twice.
///
/// One that comes out at 0 or below is no correlation to go on with: the integrity checks say so, and nothing is filled.
fn correlations(arms: &[Arm<'_>], own: &str) -> Vec<(usize, Result<Done, Problem>)> {
    let mut done = Vec::new();
    for (index, trio) in trios(arms) {
        let (Some(pre), Some(post), Some(change)) =
            (trio.baseline.row.sd, trio.post.row.sd, trio.change.row.sd)
        else {
            continue;
        };
        if let Ok(Some(value)) = r_of_people_measured_twice(pre, post, change)
            && trio.change.row.r.is_none()
        {
            done.push((
                index,
                Ok(Done {
                    column: "r",
                    rule: "r-from-sd-of-change",
                    source: HANDBOOK_CHANGE,
                    value,
                    inputs: vec![
                        ("sd before", pre, trio.baseline.cell(own, "sd")),
                        ("sd after", post, trio.post.cell(own, "sd")),
                        ("sd of change", change, trio.change.cell(own, "sd")),
                    ],
                }),
            ));
        }
    }
    done
}

/// One arm before, after, and its change.
#[derive(Clone, Copy)]
pub(super) struct Trio<'a, 'f> {
    pub(super) baseline: &'a Arm<'f>,
    pub(super) post: &'a Arm<'f>,
    pub(super) change: &'a Arm<'f>,
}

/// Every change row with the rows before and after it; the index is the change row's.
pub(super) fn trios<'a, 'f>(arms: &'a [Arm<'f>]) -> Vec<(usize, Trio<'a, 'f>)> {
    let mut by_arm: BTreeMap<[&str; 4], Vec<usize>> = BTreeMap::new();
    for (index, arm) in arms.iter().enumerate() {
        let row = &arm.row;
        by_arm
            .entry([&row.study, &row.outcome, &row.scale, &row.arm])
            .or_default()
            .push(index);
    }
    let mut found = Vec::new();
    for group in by_arm.values() {
        let of = |kind: &'static str| {
            group
                .iter()
                .copied()
                .filter(move |index| arms[*index].row.kind == kind)
        };
        let Some(baseline) = of("baseline").next() else {
            continue;
        };
        for change in of("change") {
            if let Some(post) =
                of("post").find(|post| arms[*post].row.time == arms[change].row.time)
            {
                found.push((
                    change,
                    Trio {
                        baseline: &arms[baseline],
                        post: &arms[post],
                        change: &arms[change],
                    },
                ));
            }
        }
    }
    found
}
