//! The PRISMA 2020 flow as a table: every count with what was counted.

mod identification;
mod included;
mod other_methods;
mod screening;

use super::Inputs;
use super::since::{Growth, Since, Streams};
use super::tables::{DecisionRow, IncludedRow};
use crate::artefact::{Address, Origin, key, rows};
use crate::screening::Identification;
use crate::screening::flow::{Flow, Template};
use crate::stage::import::SourceRow;
use std::collections::{BTreeMap, BTreeSet};

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

/// Counts from before screening, and the records that other methods alone gave.
pub(super) fn identification(inputs: &Inputs, streams: &Streams<'_>) -> Identification {
    let kept = |of_kind: fn(&SourceRow) -> bool| {
        let mut by: BTreeMap<&str, i64> = BTreeMap::new();
        for source in inputs.sources.iter().filter(|source| of_kind(source)) {
            let kept = i64::try_from(source.kept).unwrap_or(i64::MAX);
            *by.entry(&source.database).or_default() += kept;
        }
        let by = by.into_iter();
        by.map(|(name, count)| (name.to_owned(), count)).collect()
    };
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let searched = inputs.clusters.iter();
    let searched = searched.filter(|row| streams.is_searched(row)).count();
    Identification {
        databases: kept(|source| source.kind == "database"),
        registers: kept(|source| source.kind == "register"),
        other_methods: kept(SourceRow::is_other_method),
        // Below zero where the tables do not fit each other: the flow then tells.
        duplicates: count(searched) - count(streams.searched()),
        other_records: streams.other(),
        ..Identification::default()
    }
}

/// The rows of the diagram, in its order.
pub(super) fn rows(
    inputs: &Inputs,
    streams: &Streams<'_>,
    decisions: &[DecisionRow],
    included: &[IncludedRow],
    stage: &str,
) -> Vec<FlowRow> {
    let previous = inputs.previous.as_ref();
    let since = Since::of(inputs, streams, decisions);
    let mut flow = Builder {
        rows: Vec::new(),
        decisions: since.decisions.clone(),
        other: since.other.clone(),
        stage,
    };
    if let Some(previous) = previous {
        flow.previous(previous);
    }
    flow.identification(inputs, &since);
    flow.screening(inputs);
    flow.other_methods(inputs);
    flow.included(inputs, included);
    flow.rows
}

/// The diagram that the rows print, so that its identities can be held against them. What nobody decided yet stands with the
/// excluded: it goes no further.
///
/// How often reports tell of new studies is counted in the decisions, so that a study of which no decision tells is found.
pub(super) fn printed(
    rows: &[FlowRow],
    inputs: &Inputs,
    decisions: &[DecisionRow],
    included: &[IncludedRow],
) -> Flow {
    let find = |box_id: &str| {
        let mut rows = rows.iter();
        let row = rows.find(|row| row.box_id == box_id && row.parent.is_empty())?;
        Some(i64::try_from(row.count).unwrap_or(i64::MAX))
    };
    let of = |box_id: &str| find(box_id).unwrap_or(0);
    let named = |box_ids: &[&str]| {
        let boxes = box_ids.iter();
        boxes.map(|name| ((*name).to_owned(), of(name))).collect()
    };
    let by_protocol: Vec<&IncludedRow> = protocol_of(included);
    let new = match &inputs.previous {
        Some(previous) => Growth::of(inputs, previous, &by_protocol).new,
        None => by_protocol,
    };
    let links = links(decisions, &new);
    let new_reports = of("reports-included");
    Flow {
        template: Template::of(
            inputs.previous.is_some(),
            find("other-identified").is_some(),
        ),
        identified_databases: named(&["records-identified-databases", "records-carried"]),
        identified_registers: named(&["records-identified-registers"]),
        removed_duplicates: of("duplicates-removed"),
        screened: find("records-screened"),
        records_excluded: Some(of("records-excluded") + of("records-undecided")),
        sought: find("reports-sought"),
        not_retrieved: find("reports-not-retrieved"),
        assessed: find("reports-assessed"),
        reports_excluded: named(&["reports-excluded", "reports-undecided"]),
        other_identified: named(&["other-identified"]),
        other_sought: find("other-sought"),
        other_not_retrieved: find("other-not-retrieved"),
        other_assessed: find("other-assessed"),
        other_reports_excluded: named(&["other-excluded", "other-undecided"]),
        new_studies: find("studies-included"),
        new_reports: Some(new_reports),
        shared_reports: links - new_reports,
        previous_studies: find("previous-studies"),
        previous_reports: find("previous-reports"),
        previous_removed: of("previous-removed"),
        previous_reports_removed: of("previous-reports-removed"),
        new_reports_of_previous: of("new-reports-of-previous"),
        total_studies: find("total-studies"),
        total_reports: find("total-reports"),
        ..Flow::default()
    }
}

/// How many times decisions name one of these studies.
fn links(decisions: &[DecisionRow], studies: &[&IncludedRow]) -> i64 {
    let studies: BTreeSet<&str> = studies.iter().map(|row| row.study.as_str()).collect();
    let named = decisions.iter().flat_map(|row| row.study.split("; "));
    let count = named.filter(|study| studies.contains(study)).count();
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Studies that the protocol includes.
fn protocol_of(included: &[IncludedRow]) -> Vec<&IncludedRow> {
    let rows = included.iter();
    rows.filter(|row| row.admission == "protocol").collect()
}

struct Builder<'a> {
    rows: Vec<FlowRow>,
    /// In an update, those on records that the previous version had not decided.
    decisions: Vec<&'a DecisionRow>,
    /// The same of records that other methods alone gave.
    other: Vec<&'a DecisionRow>,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn study(name: &str) -> IncludedRow {
        IncludedRow {
            key: name.to_owned(),
            study: name.to_owned(),
            label: name.to_owned(),
            admission: "protocol".to_owned(),
            reports: 1,
            primary: "r1".to_owned(),
            records: "r1".to_owned(),
            standing: String::new(),
            origin: Origin::default(),
        }
    }

    fn decision(record: &str, studies: &str) -> DecisionRow {
        let none = String::new;
        DecisionRow {
            key: record.to_owned(),
            record: record.to_owned(),
            citation: none(),
            title: none(),
            authors: none(),
            year: None,
            journal: none(),
            doi: none(),
            pmid: none(),
            title_abstract: "include".to_owned(),
            full_text: "include".to_owned(),
            reason: none(),
            study: studies.to_owned(),
            origin: Origin::default(),
        }
    }

    #[test]
    fn two_studies_may_share_a_report_and_one_that_no_decision_names_breaks_the_identity() {
        let studies = [study("a"), study("b")];
        let new: Vec<&IncludedRow> = studies.iter().collect();
        let wrong = |studies_of_r1: &str| {
            let flow = Flow {
                new_studies: Some(2),
                new_reports: Some(1),
                shared_reports: links(&[decision("r1", studies_of_r1)], &new) - 1,
                ..Flow::default()
            };
            let wrong = flow.violations().into_iter();
            wrong.map(|one| one.identity).collect::<Vec<_>>()
        };
        assert!(wrong("a; b").is_empty());
        assert_eq!(wrong("a"), ["F6"]);
    }
}
