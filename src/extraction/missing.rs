//! Which outcomes of the protocol each study reports: what is missing is shown, not passed over.

use super::outcomes::Arm;
use super::reported::Reported;
use super::statistics::Statistic;
use super::studies::IncludedStudy;
use crate::artefact::{Address, Origin, key, rows};
use crate::protocol::OutcomeRole;
use std::collections::{BTreeMap, BTreeSet};

/// An outcome that a review asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedOutcome {
    /// Id, as the forms name it.
    pub id: String,
    /// Its place in the question; `None` where no protocol names it.
    pub role: Option<OutcomeRole>,
}

impl AskedOutcome {
    /// Whether studies are asked for its numbers: outcomes told in words, or extracted beside the question, are not.
    pub fn is_asked_for(&self) -> bool {
        !matches!(
            self.role,
            Some(OutcomeRole::ExtractedOnly | OutcomeRole::Descriptive)
        )
    }
}

rows! {
    /// Whether one study reports one outcome.
    pub MissingRow: "missing-outcomes" {
        /// Study id.
        study: String,
        /// Outcome of the protocol.
        outcome: String,
        /// Role of the outcome in the protocol.
        role: String,
        /// `reported` (numbers after the start or of change, or an effect with its error), `baseline-only`, `statistics-only`, `measured-not-reported` (the
        /// study says that it measured it), or `not-reported`.
        status: String,
        /// Scales it is reported on, joined by `; `.
        scales: String,
        /// Kinds of numbers reported, joined by `; `; `effect` for one with its error alone.
        kinds: String,
        /// Where it came from.
        origin: Origin,
    }
}

/// What the forms say of outcomes.
#[derive(Clone, Copy)]
pub(super) struct Told<'a, 'f> {
    /// Arms.
    pub(super) arms: &'a [Arm<'f>],
    /// Statistics.
    pub(super) statistics: &'a [Statistic<'f>],
    /// Reported effects.
    pub(super) effects: &'a [Reported<'f>],
}

impl<'a> Told<'a, '_> {
    /// Keys, in order, and scales of the effects that a study reports of an outcome.
    fn effects_of(self, [study, outcome]: [&str; 2]) -> Vec<(&'a str, &'a str)> {
        let rows = self.effects.iter().map(|effect| &effect.row);
        let mut mine: Vec<(&str, &str)> = rows
            .filter(|row| row.study == study && row.outcome == outcome)
            .map(|row| (row.key.as_str(), row.scale.as_str()))
            .collect();
        mine.sort_unstable();
        mine
    }
}

/// Makes the table, a row for every included study and outcome asked for.
pub(super) fn missing(
    included: &[IncludedStudy],
    outcomes: &[AskedOutcome],
    forms: Told<'_, '_>,
    measured: &BTreeMap<&str, BTreeSet<&str>>,
    own: &str,
    study_row: &dyn Fn(&str) -> Address,
) -> Vec<MissingRow> {
    let mut told_of: BTreeMap<[&str; 2], Vec<&Arm<'_>>> = BTreeMap::new();
    for arm in forms
        .arms
        .iter()
        .filter(|arm| arm.row.kind != "characteristic")
    {
        told_of
            .entry([&arm.row.study, &arm.row.outcome])
            .or_default()
            .push(arm);
    }
    let mut tested_of: BTreeMap<[&str; 2], Vec<&Statistic<'_>>> = BTreeMap::new();
    for test in forms.statistics {
        tested_of
            .entry([&test.row.study, &test.row.outcome])
            .or_default()
            .push(test);
    }
    // The order in the form is no part of the table.
    told_of
        .values_mut()
        .for_each(|arms| arms.sort_by(|a, b| a.row.key.cmp(&b.row.key)));
    tested_of
        .values_mut()
        .for_each(|tests| tests.sort_by(|a, b| a.row.key.cmp(&b.row.key)));
    let is_measured = |study: &IncludedStudy, outcome: &str| {
        let named = measured.get(study.study.as_str());
        named.is_some_and(|named| named.contains(outcome))
    };
    let mut rows = Vec::new();
    for study in included {
        for outcome in outcomes.iter().filter(|outcome| outcome.is_asked_for()) {
            let id = [study.study.as_str(), &outcome.id];
            let told = told_of.get(&id).map_or(&[][..], Vec::as_slice);
            let tested = tested_of.get(&id).map_or(&[][..], Vec::as_slice);
            let effects = forms.effects_of(id);
            let scales = told.iter().map(|arm| arm.row.scale.as_str());
            let scales: BTreeSet<&str> = scales
                .chain(effects.iter().map(|(_, scale)| *scale))
                .collect();
            let kinds = told.iter().map(|arm| arm.row.kind.as_str());
            let kinds: BTreeSet<&str> = kinds.chain(effects.first().map(|_| "effect")).collect();
            let mut from = sources(study_row(&study.study), told, tested, own);
            from.extend(
                effects
                    .iter()
                    .map(|(row, _)| Address::row(own, "effects", row)),
            );
            let joined = |words: BTreeSet<&str>| words.into_iter().collect::<Vec<_>>().join("; ");
            rows.push(MissingRow {
                key: key(&[&study.study, &outcome.id]),
                study: study.study.clone(),
                outcome: outcome.id.clone(),
                role: outcome.role.map_or("", OutcomeRole::word).to_owned(),
                status: match status(&kinds, tested) {
                    "not-reported" if is_measured(study, &outcome.id) => "measured-not-reported",
                    status => status,
                }
                .to_owned(),
                scales: joined(scales),
                kinds: joined(kinds),
                origin: Origin::of("sought", from),
            });
        }
    }
    rows
}

/// How far a study reports an outcome.
fn status(kinds: &BTreeSet<&str>, tested: &[&Statistic<'_>]) -> &'static str {
    if ["post", "change", "effect"]
        .iter()
        .any(|kind| kinds.contains(kind))
    {
        "reported"
    } else if tested.iter().any(|test| test.row.contrast != "baseline") {
        "statistics-only"
    } else if kinds.contains("baseline") {
        "baseline-only"
    } else {
        "not-reported"
    }
}

/// What the answer rests on: the study, and its arms, or for want of those its statistics.
fn sources(
    study: Address,
    told: &[&Arm<'_>],
    tested: &[&Statistic<'_>],
    own: &str,
) -> Vec<Address> {
    let mut from = vec![study];
    from.extend(
        told.iter()
            .map(|arm| Address::row(own, "outcomes", &arm.row.key)),
    );
    if told.is_empty() {
        from.extend(
            tested
                .iter()
                .map(|test| Address::row(own, "statistics", &test.row.key)),
        );
    }
    from
}
