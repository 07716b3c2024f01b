//! Change within a group: the rows of an arm before and after, and several arms taken together.

use super::analysis::Analysis;
use super::effects::{Numbers, Sources, moments};
use super::refused::Refused;
use super::select::Candidate;
use crate::artefact::{Address, Origin};
use crate::effect::conversion::{
    Moments, combine_arms, r_from_sd_change, r_of_people_measured_twice,
};
use crate::effect::pre_post::{self, PrePost};
use crate::effect::{Estimate, Measure};
use crate::extraction::OutcomeRow;
use std::collections::BTreeMap;

/// The rows of one arm.
struct Pair<'a> {
    before: &'a OutcomeRow,
    after: &'a OutcomeRow,
}

/// One group before and after, with the correlation of the two.
struct Group {
    before: Moments,
    after: Moments,
    r: f64,
}

/// The change of the intervention group.
///
/// An arm's row after is compared with the same arm's row before. Several complete arms are taken together, their spreads and their
/// covariance by the same rule (Handbook 6.5.2.10).
///
/// # Errors
///
/// When no arm has both, and when an arm has several baselines of which none is declared.
pub(super) fn change(
    analysis: &Analysis,
    candidate: &Candidate<'_>,
    all: &[&OutcomeRow],
    sources: Sources<'_>,
    divided_by: f64,
    numbers: &mut Numbers,
) -> Result<Estimate, Refused> {
    let pairs = pairs(analysis, candidate, &mut numbers.notes)?;
    let mut group: Option<Group> = None;
    let (mut cells, mut correlations) = (Vec::new(), Vec::new());
    let mut rules = Vec::new();
    for pair in &pairs {
        let found = correlation(pair, all, sources);
        let part = Group::of(pair, found.r)?;
        group = Some(match group {
            None => part,
            Some(before) => before.with(&part)?,
        });
        cells.extend(pair.cells(sources));
        correlations.extend(found.from);
        rules.push(found.rule);
        numbers.notes.extend(found.note);
    }
    let Some(group) = group else {
        return Err(Refused::lacks("no intervention arm is extracted"));
    };
    if rules.contains(&IMPUTED) {
        numbers.notes.push(format!(
            "{} {}",
            super::assumed::CORRELATION,
            sources.correlation
        ));
    }
    if pairs.len() > 1 {
        numbers
            .notes
            .push(format!("{} intervention arms taken together", pairs.len()));
    }
    let (estimate, name) = estimate(analysis.measure.0, &group, divided_by)?;
    let row = &mut numbers.row;
    row.n1 = Some(group.after.n);
    (row.mean1, row.mean2) = (Some(group.after.mean), Some(group.before.mean));
    (row.sd1, row.sd2, row.r) = (Some(group.after.sd), Some(group.before.sd), Some(group.r));
    correlations.dedup();
    cells.extend(correlations.iter().cloned());
    numbers.origin = Origin::of(name, cells);
    if let [pair] = pairs.as_slice() {
        numbers.origin = pair.copied(std::mem::take(&mut numbers.origin), sources);
    }
    // Of several arms, one whose correlation was imputed makes the whole imputed.
    let rule = rules.iter().find(|rule| **rule == IMPUTED);
    if let Some(rule) = rule.or(rules.first()) {
        let origin = std::mem::take(&mut numbers.origin);
        numbers.origin = origin.with_cell("r", *rule, correlations);
    }
    Ok(estimate)
}

fn estimate(
    measure: Measure,
    group: &Group,
    divided_by: f64,
) -> Result<(Estimate, &'static str), Refused> {
    let given = PrePost {
        n: group.after.n / divided_by,
        after: group.after.mean,
        before: group.before.mean,
        sd1: group.before.sd,
        sd2: group.after.sd,
        r: group.r,
    };
    let (estimate, name) = match measure {
        Measure::MeanDifference | Measure::MeanChange => {
            (pre_post::mean_change(given), "mean-change")
        }
        Measure::StandardizedChange => (
            pre_post::smcc(given),
            "standardised-mean-change-by-change-sd",
        ),
        Measure::StandardizedChangeRaw => (
            pre_post::smcr(given),
            "standardised-mean-change-by-baseline-sd",
        ),
        other => {
            return Err(Refused::lacks(format!(
                "the measure {other} is not one of change within a group"
            )));
        }
    };
    let estimate = estimate.map_err(|refusal| refusal.to_string())?;
    Ok((estimate, name))
}

/// The arms of the intervention group that have a row before and one after; what is left out is noted.
fn pairs<'a>(
    analysis: &Analysis,
    candidate: &Candidate<'a>,
    notes: &mut Vec<String>,
) -> Result<Vec<Pair<'a>>, Refused> {
    let mut arms: BTreeMap<&str, (Vec<&OutcomeRow>, Vec<&OutcomeRow>)> = BTreeMap::new();
    let mine = candidate.rows.iter().copied();
    for row in mine.filter(|row| row.group == "intervention") {
        let (before, after) = arms.entry(&row.arm).or_default();
        match row.kind.as_str() {
            "baseline" => before.push(row),
            _ => after.push(row),
        }
    }
    let mut pairs = Vec::new();
    let mut incomplete = Vec::new();
    for (arm, (before, after)) in arms {
        match (before.as_slice(), after.first()) {
            ([], _) => incomplete.push((arm, "baseline")),
            (_, None) => incomplete.push((arm, "post")),
            (_, Some(&after)) => pairs.push(Pair {
                before: baseline(analysis, arm, &before, notes)?,
                after,
            }),
        }
    }
    if !pairs.is_empty() {
        notes.extend(
            incomplete
                .iter()
                .map(|(arm, kind)| format!("the arm `{arm}` has no {kind} row and is left out")),
        );
        return Ok(pairs);
    }
    Err(Refused::lacks(match incomplete.as_slice() {
        [] => "no intervention arm is extracted".to_owned(),
        [(_, kind)] => format!("no {kind} row of the intervention group is extracted"),
        _ => "no arm of the intervention group has a baseline row and a post row".to_owned(),
    }))
}

/// The one baseline of an arm, or the one that `times` names first.
fn baseline<'a>(
    analysis: &Analysis,
    arm: &str,
    rows: &[&'a OutcomeRow],
    notes: &mut Vec<String>,
) -> Result<&'a OutcomeRow, Refused> {
    if let [only] = rows {
        return Ok(only);
    }
    let times: Vec<String> = rows.iter().map(|row| format!("`{}`", row.time)).collect();
    let declared = analysis
        .times
        .iter()
        .find_map(|time| rows.iter().find(|row| row.time == *time));
    let Some(taken) = declared else {
        let times = times.join(", ");
        return Err(Refused::waits(
            format!(
                "the arm `{arm}` has several baselines ({times}); name the one to take in `times`"
            ),
            format!(
                "name one of {times} in the `times` of the analysis, or leave the others out of the form"
            ),
        ));
    };
    notes.push(format!(
        "baseline `{}` of {}, as declared",
        taken.time,
        times.join(", ")
    ));
    Ok(taken)
}

impl Pair<'_> {
    fn cells(&self, sources: Sources<'_>) -> Vec<Address> {
        let rows = [self.before, self.after].into_iter();
        rows.flat_map(|row| ["n", "mean", "sd"].map(|column| sources.cell(row, column)))
            .collect()
    }

    fn copied(&self, origin: Origin, sources: Sources<'_>) -> Origin {
        origin
            .with_cell("mean1", "copied", [sources.cell(self.after, "mean")])
            .with_cell("mean2", "copied", [sources.cell(self.before, "mean")])
            .with_cell("sd1", "copied", [sources.cell(self.after, "sd")])
            .with_cell("sd2", "copied", [sources.cell(self.before, "sd")])
    }
}

impl Group {
    /// One arm; those who are in both rows are at most the smaller number.
    fn of(pair: &Pair<'_>, r: f64) -> Result<Self, Refused> {
        let (before, after) = (moments(pair.before)?, moments(pair.after)?);
        let n = before.n.min(after.n);
        Ok(Self {
            before: Moments { n, ..before },
            after: Moments { n, ..after },
            r,
        })
    }

    /// Two arms as one group: sums of squares and of products within the arms and between their means.
    fn with(&self, other: &Self) -> Result<Self, Refused> {
        let together = |a, b| combine_arms(a, b).map_err(|problem| problem.title);
        let before = together(self.before, other.before)?;
        let after = together(self.after, other.after)?;
        let within =
            |group: &Self| (group.after.n - 1.0) * group.r * group.before.sd * group.after.sd;
        let (n1, n2) = (self.after.n, other.after.n);
        let gaps = (self.before.mean - other.before.mean) * (self.after.mean - other.after.mean);
        let products = within(self) + within(other) + n1 * n2 / after.n * gaps;
        let r = products / ((after.n - 1.0) * before.sd * after.sd);
        Ok(Self { before, after, r })
    }
}

/// The rule of a correlation that no row tells.
const IMPUTED: &str = "imputed-correlation";

/// The correlation of before and after.
struct Correlation {
    r: f64,
    rule: &'static str,
    from: Vec<Address>,
    /// Why it is not the one that the spread of the change needs.
    note: Option<String>,
}

/// The correlation of before and after: reported, derived from the spread of change, or the declared one.
///
/// One that fits no people measured twice is not gone on with, as in `extract`: the declared one is taken, and the note says so.
fn correlation(pair: &Pair<'_>, all: &[&OutcomeRow], sources: Sources<'_>) -> Correlation {
    let (before, after) = (pair.before, pair.after);
    if let Some((row, r)) = [after, before]
        .into_iter()
        .find_map(|row| Some((row, row.r?)))
    {
        return Correlation {
            r,
            rule: "reported-correlation",
            from: vec![sources.cell(row, "r")],
            note: None,
        };
    }
    let change = all.iter().find(|row| {
        row.kind == "change"
            && row.arm == after.arm
            && row.scale == after.scale
            && row.time == after.time
    });
    let mut note = None;
    if let Some(change) = change
        && let (Some(pre), Some(post), Some(sd)) = (before.sd, after.sd, change.sd)
    {
        match r_of_people_measured_twice(pre, post, sd) {
            Ok(Some(r)) => {
                let from = [before, after, change].map(|row| sources.cell(row, "sd"));
                return Correlation {
                    r,
                    rule: "correlation-from-change",
                    from: from.to_vec(),
                    note: None,
                };
            }
            Ok(None) => note = r_from_sd_change(pre, post, sd).ok().map(unfit),
            Err(_) => {}
        }
    }
    Correlation {
        r: sources.correlation,
        rule: IMPUTED,
        from: vec![Address::cell(
            sources.own,
            "settings",
            "correlation",
            "value",
        )],
        note,
    }
}

/// That the spread of the change was left aside.
fn unfit(r: f64) -> String {
    format!(
        "the standard deviation of the change needs a correlation of {r:.2}, which does not fit people measured twice, and is left aside"
    )
}
