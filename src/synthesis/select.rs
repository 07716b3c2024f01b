//! The candidates of a study for its effect, ordered by a declared hierarchy, and what is no candidate.

use super::analysis::Analysis;
use super::terms::{Arms, Body, EffectsTaken, Kind};
use crate::effect::{Design, Measure};
use crate::extraction::OutcomeRow;
use std::collections::BTreeMap;

/// The rows of one study that could give an effect: one scale at one time, and one arm of the intervention where these stand apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate<'a> {
    /// Scale.
    pub(super) scale: &'a str,
    /// Time point.
    pub(super) time: &'a str,
    /// The rows of that scale and time, and, within a group, those of the baseline.
    pub(super) rows: Vec<&'a OutcomeRow>,
    /// Places of scale and time in the declared orders; those that these do not name share the last.
    ranks: (usize, usize),
    /// The one arm of the intervention that is taken, of how many.
    arm: Option<(&'a str, usize)>,
}

/// What decided between two candidates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The declared order of scales.
    Scale,
    /// The declared order of times.
    Time,
    /// No declared order: the first scale by name.
    ScaleByName,
    /// No declared order: the first time by name.
    TimeByName,
}

impl<'a> Candidate<'a> {
    /// In words.
    pub(super) fn words(&self) -> String {
        words([self.scale, self.time, self.arm.map_or("", |(arm, _)| arm)])
    }

    /// What tells its effect from others of the same study; empty where the study gives one.
    pub(super) fn part(&self, analysis: &Analysis) -> String {
        match (analysis.effects, self.arm) {
            (EffectsTaken::All, _) => self.words(),
            (EffectsTaken::One, arm) => arm.map_or("", |(arm, _)| arm).to_owned(),
        }
    }

    /// Whether it is one arm of several.
    pub(super) fn is_an_arm(&self) -> bool {
        self.arm.is_some()
    }

    /// Among how many arms of the intervention the comparator's people are shared out.
    pub(super) fn share(&self) -> f64 {
        self.arm.map_or(1.0, |(_, arms)| arms as f64)
    }

    /// The same arm, where only so many of the arms give an effect and share the comparator's people.
    pub(super) fn shared_by(&self, arms: usize) -> Self {
        Self {
            arm: self.arm.map(|(arm, _)| (arm, arms)),
            ..self.clone()
        }
    }

    /// Itself, or one candidate for each arm of the intervention where these are to stand apart.
    pub(super) fn arms(&self, analysis: &Analysis) -> Vec<Self> {
        let treated = |row: &&&'a OutcomeRow| row.group == "intervention";
        let treated: Vec<&'a OutcomeRow> = self.rows.iter().filter(treated).copied().collect();
        let apart = analysis.arms == Arms::Apart && analysis.body == Body::Between;
        if !apart || treated.len() < 2 {
            return vec![self.clone()];
        }
        let others = self.rows.iter().filter(|row| row.group != "intervention");
        let others: Vec<&'a OutcomeRow> = others.copied().collect();
        let each = treated.iter().map(|row| Self {
            rows: std::iter::once(*row)
                .chain(others.iter().copied())
                .collect(),
            arm: Some((&row.arm, treated.len())),
            ..self.clone()
        });
        each.collect()
    }

    /// Why this one goes before another.
    pub(super) fn before(&self, other: &Candidate<'_>) -> Step {
        match (self.scale == other.scale, self.ranks, other.ranks) {
            (false, own, others) if own.0 == others.0 => Step::ScaleByName,
            (false, ..) => Step::Scale,
            (true, own, others) if own.1 == others.1 => Step::TimeByName,
            (true, ..) => Step::Time,
        }
    }

    /// The step as `rejected` has it.
    pub(super) fn told(&self, step: Step) -> String {
        first_by_name(step, self.scale, self.time)
    }
}

/// A step as `rejected` has it, with the scale and the time that were taken.
pub(super) fn first_by_name(step: Step, scale: &str, time: &str) -> String {
    let first = |name: &str, setting: &str| match name {
        "" => format!("the one without a name is the first; declare `{setting}`"),
        name => format!("`{name}` is the first by name; declare `{setting}`"),
    };
    match step {
        Step::Scale => "another scale is preferred".to_owned(),
        Step::Time => "another time point is preferred".to_owned(),
        Step::ScaleByName => first(scale, "scales"),
        Step::TimeByName => first(time, "times"),
    }
}

fn words(parts: [&str; 3]) -> String {
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        "the one reported".to_owned()
    } else {
        parts.join(", ")
    }
}

/// The candidates of one study, best first.
///
/// `scales` is the order of preference; scales outside it come last, by name. Times likewise.
pub(super) fn candidates<'a>(
    analysis: &Analysis,
    scales: &[String],
    rows: &[&'a OutcomeRow],
) -> Vec<Candidate<'a>> {
    let rank = |order: &[String], name: &str| {
        let at = order.iter().position(|wanted| wanted == name);
        at.unwrap_or(order.len())
    };
    let mut groups: BTreeMap<(usize, &str, usize, &str), Candidate<'a>> = BTreeMap::new();
    for &row in rows.iter().filter(|row| misfit(analysis, row).is_none()) {
        let ranks = (rank(scales, &row.scale), rank(&analysis.times, &row.time));
        let at = (ranks.0, row.scale.as_str(), ranks.1, row.time.as_str());
        let candidate = groups.entry(at).or_insert_with(|| Candidate {
            scale: &row.scale,
            time: &row.time,
            rows: Vec::new(),
            ranks,
            arm: None,
        });
        candidate.rows.push(row);
    }
    let mut ordered: Vec<Candidate<'a>> = groups.into_values().collect();
    // An arm that lacks its number waits with the others of its time: without it the study would tell something else.
    for candidate in &mut ordered {
        let beside = rows.iter().copied().filter(|row| {
            row.scale == candidate.scale
                && row.time == candidate.time
                && matches!(misfit(analysis, row), Some(NO_EVENTS | NO_MEAN))
                && candidate.rows.iter().any(|one| one.kind == row.kind)
        });
        candidate.rows.extend(beside.collect::<Vec<_>>());
    }
    if analysis.body == Body::Within {
        for candidate in &mut ordered {
            let baseline = rows
                .iter()
                .filter(|row| row.kind == "baseline" && row.scale == candidate.scale);
            candidate.rows.extend(baseline.copied());
        }
    }
    ordered
}

/// Rows that are no candidate, with the same reason.
pub(super) struct Misfit<'a> {
    /// Scale, time and kind in words.
    pub(super) words: String,
    pub(super) rows: Vec<&'a OutcomeRow>,
    /// Why.
    pub(super) why: &'static str,
}

/// Why a row that tells nothing of what is pooled is no candidate.
const NO_EVENTS: &str = "no events";

/// The same, of means.
const NO_MEAN: &str = "no mean";

/// Why a row on another scale than those named is no candidate.
pub(super) const UNNAMED_SCALE: &str = "`scales` does not name its scale";

/// What of a study's rows is no candidate, by scale, time and kind.
pub(super) fn misfits<'a>(analysis: &Analysis, rows: &[&'a OutcomeRow]) -> Vec<Misfit<'a>> {
    let mut groups: BTreeMap<[&str; 3], Misfit<'a>> = BTreeMap::new();
    for &row in rows {
        let Some(why) = misfit(analysis, row) else {
            continue;
        };
        let at = [row.scale.as_str(), &row.time, &row.kind];
        let group = groups.entry(at).or_insert_with(|| Misfit {
            words: words(at),
            rows: Vec::new(),
            why,
        });
        group.rows.push(row);
    }
    groups.into_values().collect()
}

/// Why a row cannot give the effect that the analysis declares; `None` where it can.
fn misfit(analysis: &Analysis, row: &OutcomeRow) -> Option<&'static str> {
    let binary = analysis.measure.0.design() == Design::Binary;
    let change = !binary && analysis.body == Body::Between && analysis.kind == Kind::Change;
    let unnamed = analysis.in_points()
        && !analysis.scales.is_empty()
        && !analysis.scales.contains(&row.scale);
    match row.kind.as_str() {
        "characteristic" => Some("a characteristic of the participants"),
        "baseline" => Some("a baseline"),
        "change" if !change => {
            Some("change from baseline, and the analysis takes scores at the end")
        }
        "post" if change => Some("scores at the end, and the analysis takes change from baseline"),
        _ if binary => row.events.is_none().then_some(NO_EVENTS),
        _ if unnamed => Some(UNNAMED_SCALE),
        _ => row.mean.is_none().then_some(NO_MEAN),
    }
}

impl Analysis {
    /// Whether its effects are in points of a scale, so that effects on different scales cannot be pooled.
    pub(super) fn in_points(&self) -> bool {
        matches!(
            self.measure.0,
            Measure::MeanDifference | Measure::MeanChange
        )
    }
}
