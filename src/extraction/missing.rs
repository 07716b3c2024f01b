//! Which outcomes of the protocol each study reports: what is missing is shown, not passed over.

use super::outcomes::Arm;
use super::statistics::Statistic;
use super::studies::IncludedRow;
use crate::artefact::{Address, Origin, key, rows};
use std::collections::BTreeSet;

/// The part of a protocol that this table needs; other keys are the protocol's own.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
pub struct Protocol {
    /// Outcomes in their order.
    #[serde(default)]
    pub outcomes: Vec<ProtocolOutcome>,
}

/// An outcome of the protocol.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
pub struct ProtocolOutcome {
    /// Id, as the forms name it.
    pub id: String,
    /// `primary`, `secondary`, …; `extracted-only` and `descriptive` ones are no part of the table.
    #[serde(default)]
    pub role: String,
}

impl ProtocolOutcome {
    fn is_asked_for(&self) -> bool {
        !matches!(self.role.as_str(), "extracted-only" | "descriptive")
    }
}

rows! {
    /// Whether one study reports one outcome.
    MissingRow: "missing-outcomes" {
        /// Study id.
        study: String,
        /// Outcome of the protocol.
        outcome: String,
        /// Role of the outcome in the protocol.
        role: String,
        /// `reported` (numbers after the start or of change), `baseline-only`, `statistics-only`, or `not-reported`.
        status: String,
        /// Scales it is reported on, joined by `; `.
        scales: String,
        /// Kinds of numbers reported, joined by `; `.
        kinds: String,
        /// Where it came from.
        origin: Origin,
    }
}

/// Makes the table, a row for every included study and outcome asked for.
pub fn missing(
    included: &[IncludedRow],
    outcomes: &[ProtocolOutcome],
    arms: &[Arm<'_>],
    statistics: &[Statistic<'_>],
    own: &str,
    study_row: &dyn Fn(&str) -> Address,
) -> Vec<MissingRow> {
    let mut rows = Vec::new();
    for study in included {
        for outcome in outcomes.iter().filter(|outcome| outcome.is_asked_for()) {
            let is = |of: &str, about: &str| of == study.study && about == outcome.id;
            let told: Vec<&Arm<'_>> = arms
                .iter()
                .filter(|arm| is(&arm.row.study, &arm.row.outcome) && arm.row.kind != "characteristic")
                .collect();
            let tested: Vec<&Statistic<'_>> =
                statistics.iter().filter(|test| is(&test.row.study, &test.row.outcome)).collect();
            let scales: BTreeSet<&str> = told.iter().map(|arm| arm.row.scale.as_str()).collect();
            let kinds: BTreeSet<&str> = told.iter().map(|arm| arm.row.kind.as_str()).collect();
            let status = if kinds.contains("post") || kinds.contains("change") {
                "reported"
            } else if tested.iter().any(|test| test.row.contrast != "baseline") {
                "statistics-only"
            } else if kinds.contains("baseline") {
                "baseline-only"
            } else {
                "not-reported"
            };
            let mut from = vec![study_row(&study.study)];
            from.extend(told.iter().map(|arm| Address::row(own, "outcomes", &arm.row.key)));
            if told.is_empty() {
                from.extend(tested.iter().map(|test| Address::row(own, "statistics", &test.row.key)));
            }
            let joined = |words: BTreeSet<&str>| words.into_iter().collect::<Vec<_>>().join("; ");
            rows.push(MissingRow {
                key: key(&[&study.study, &outcome.id]),
                study: study.study.clone(),
                outcome: outcome.id.clone(),
                role: outcome.role.clone(),
                status: status.to_owned(),
                scales: joined(scales),
                kinds: joined(kinds),
                origin: Origin::of("sought", from),
            });
        }
    }
    rows
}
