//! One effect a study: candidates ordered by a declared hierarchy, the others told with the step that rejected them.

use super::analysis::{Analysis, Body, Kind};
use crate::effect::Design;
use crate::extraction::OutcomeRow;
use std::collections::BTreeMap;

/// The rows of one study that could give the effect: one scale at one time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate<'a> {
    /// Scale.
    pub(super) scale: &'a str,
    /// Time point.
    pub(super) time: &'a str,
    /// The rows of that scale and time, and, within a group, those of the baseline.
    pub(super) rows: Vec<&'a OutcomeRow>,
}

impl Candidate<'_> {
    /// In words.
    pub(super) fn words(&self) -> String {
        let parts: Vec<&str> = [self.scale, self.time]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        if parts.is_empty() {
            "the one reported".to_owned()
        } else {
            parts.join(", ")
        }
    }
}

/// The candidate taken, and those that were not, each with the step.
pub(super) struct Selected<'a> {
    pub(super) taken: Option<Candidate<'a>>,
    pub(super) rejected: Vec<(Candidate<'a>, &'static str)>,
}

/// Chooses among the rows of one study.
///
/// `scales` is the order of preference; scales outside it come last, by name. Times likewise; among equals the later in the
/// order of names is not guessed at: the first by name is taken and the others are told.
pub(super) fn select<'a>(
    analysis: &Analysis,
    scales: &[String],
    rows: &[&'a OutcomeRow],
) -> Selected<'a> {
    let mut groups: BTreeMap<(usize, &str, usize, &str), Candidate<'a>> = BTreeMap::new();
    for row in rows.iter().filter(|row| fits(analysis, row)) {
        let rank = |order: &[String], name: &str| {
            order
                .iter()
                .position(|wanted| wanted == name)
                .unwrap_or(order.len())
        };
        let at = (
            rank(scales, &row.scale),
            row.scale.as_str(),
            rank(&analysis.times, &row.time),
            row.time.as_str(),
        );
        let candidate = groups.entry(at).or_insert_with(|| Candidate {
            scale: &row.scale,
            time: &row.time,
            rows: Vec::new(),
        });
        candidate.rows.push(row);
    }
    let mut ordered = groups.into_iter();
    let first = ordered.next();
    let rejected = ordered.map(|(at, candidate)| {
        let step = match &first {
            Some((taken, _)) if at.0 != taken.0 || at.1 != taken.1 => "another scale is preferred",
            _ => "another time point is preferred",
        };
        (candidate, step)
    });
    let rejected = rejected.collect();
    let mut taken = first.map(|(_, candidate)| candidate);
    if let Some(candidate) = &mut taken
        && analysis.body == Body::Within
    {
        let baseline = rows
            .iter()
            .filter(|row| row.kind == "baseline" && row.scale == candidate.scale);
        candidate.rows.extend(baseline.copied());
    }
    Selected { taken, rejected }
}

/// Whether a row can give the effect that the analysis declares.
fn fits(analysis: &Analysis, row: &OutcomeRow) -> bool {
    if row.outcome != analysis.outcome {
        return false;
    }
    match (analysis.measure.0.design(), analysis.body) {
        (Design::Binary, _) => row.events.is_some() && row.kind != "baseline",
        (_, Body::Within) => row.kind == Kind::Post.word() && row.mean.is_some(),
        _ => row.kind == analysis.kind.word() && row.mean.is_some(),
    }
}
