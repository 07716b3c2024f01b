//! The PRISMA 2020 flow as a table: every count with what was counted.

mod identification;
mod included;
mod screening;

use super::Inputs;
use super::tables::{DecisionRow, IncludedRow};
use crate::artefact::{Address, Origin, key, rows};
use crate::screening::{Identification, Screening};
use std::collections::BTreeMap;

/// A count names each thing it counted up to this many; beyond, the table they stand in.
const NAMED: usize = 60;

rows! {
    /// One box of the flow diagram, or one line in it.
    pub(crate) FlowRow: "flow" {
        /// Order in the diagram.
        order: u64,
        /// The box.
        box_id: String,
        /// In words.
        label: String,
        /// How many.
        count: u64,
        /// `records`, `reports` or `studies`.
        unit: String,
        /// `identification`, `screening` or `included`.
        group: String,
        /// The box this is a line of; empty for a box.
        parent: String,
        /// What was counted.
        origin: Origin,
    }
}

/// Counts from before screening.
pub(super) fn identification(inputs: &Inputs) -> Identification {
    let mut databases: BTreeMap<&str, i64> = BTreeMap::new();
    let mut registers: BTreeMap<&str, i64> = BTreeMap::new();
    for source in &inputs.sources {
        let kept = i64::try_from(source.kept).unwrap_or(i64::MAX);
        let by = if source.kind == "register" {
            &mut registers
        } else {
            &mut databases
        };
        *by.entry(&source.database).or_default() += kept;
    }
    let listed = |by: BTreeMap<&str, i64>| {
        by.into_iter()
            .map(|(name, count)| (name.to_owned(), count))
            .collect()
    };
    let removed = inputs.clusters.len().saturating_sub(inputs.records.len());
    Identification {
        databases: listed(databases),
        registers: listed(registers),
        duplicates: i64::try_from(removed).unwrap_or(i64::MAX),
        ..Identification::default()
    }
}

/// The rows of the diagram, in its order.
pub(super) fn rows(
    inputs: &Inputs,
    screening: &Screening,
    decisions: &[DecisionRow],
    included: &[IncludedRow],
    stage: &str,
) -> Vec<FlowRow> {
    let previous = inputs.previous.as_ref();
    let mut flow = Builder {
        rows: Vec::new(),
        decisions: decisions
            .iter()
            .filter(|row| previous.is_none_or(|previous| !previous.knows_record(&row.key)))
            .collect(),
        stage,
    };
    if let Some(previous) = previous {
        flow.previous(previous);
    }
    flow.identification(inputs);
    flow.screening(inputs);
    flow.included(screening, included, previous);
    flow.rows
}

struct Builder<'a> {
    rows: Vec<FlowRow>,
    /// In an update, those on records that the previous version had not.
    decisions: Vec<&'a DecisionRow>,
    stage: &'a str,
}

impl Builder<'_> {
    fn add(
        &mut self,
        (box_id, parent): (&str, &str),
        label: &str,
        (count, unit, group): (usize, &str, &str),
        origin: Origin,
    ) {
        let parts: Vec<&str> = if parent.is_empty() {
            vec![box_id]
        } else {
            vec![parent, label]
        };
        self.rows.push(FlowRow {
            key: key(&parts),
            order: self.rows.len() as u64,
            box_id: if parent.is_empty() {
                box_id.to_owned()
            } else {
                parent.to_owned()
            },
            label: label.to_owned(),
            count: count as u64,
            unit: unit.to_owned(),
            group: group.to_owned(),
            parent: parent.to_owned(),
            origin,
        });
    }

    fn count(
        &mut self,
        box_id: &str,
        label: &str,
        unit: &str,
        column: &str,
        of: impl Fn(&DecisionRow) -> bool,
    ) {
        let rows: Vec<_> = self
            .decisions
            .iter()
            .copied()
            .filter(|row| of(row))
            .collect();
        let origin = self.counted(&rows, column);
        self.add((box_id, ""), label, (rows.len(), unit, "screening"), origin);
    }

    fn counted(&self, rows: &[&DecisionRow], column: &str) -> Origin {
        if rows.is_empty() || rows.len() > NAMED {
            return Origin::of("counted", [Address::artefact(self.stage, "decisions")]);
        }
        Origin::of(
            "counted",
            rows.iter()
                .map(|row| Address::cell(self.stage, "decisions", &row.key, column)),
        )
    }
}
