//! Records and reports counted on their way through screening, and the flow diagram's numbers made of them.

use super::flow::{Flow, Template};
use super::screened::Identification;
use crate::ids::RecordId;
use std::collections::BTreeMap;

/// Counts of one stream of the flow.
#[derive(Debug, Default)]
pub(super) struct Stream {
    pub(super) sought: i64,
    pub(super) not_retrieved: i64,
    pub(super) assessed: i64,
    pub(super) excluded: BTreeMap<String, i64>,
}

impl Stream {
    /// Counts an exclusion for this reason.
    pub(super) fn exclude(&mut self, reason: &str) {
        *self.excluded.entry(reason.to_owned()).or_default() += 1;
    }
}

/// Counts of both streams, and the reports included.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) screened: i64,
    pub(super) excluded: i64,
    pub(super) databases: Stream,
    pub(super) other: Stream,
    pub(super) included: Vec<RecordId>,
}

impl Counts {
    /// The stream of records from databases and registers, or that from other methods.
    pub(super) fn stream(&mut self, other: bool) -> &mut Stream {
        if other {
            &mut self.other
        } else {
            &mut self.databases
        }
    }
}

/// The flow diagram's numbers: `studies` included with so many `links` to reports, `before` screening, exclusions in the order of `reasons`.
pub(super) fn flow(
    counts: Counts,
    (studies, links): (usize, usize),
    before: &Identification,
    reasons: &[String],
) -> Flow {
    let other = !before.other_methods.is_empty() || !before.other_records.is_empty();
    let reports = count(counts.included.len());
    let studies = count(studies);
    let (previous_studies, previous_reports) = before.previous.unzip();
    let in_order = |excluded: BTreeMap<String, i64>| by_reason(excluded, reasons);
    let only = |number: i64| other.then_some(number);
    Flow {
        template: Template::of(before.previous.is_some(), other),
        identified_databases: before.databases.clone(),
        identified_registers: before.registers.clone(),
        removed_duplicates: before.duplicates,
        removed_automation: before.automation,
        removed_other: before.other,
        screened: Some(counts.screened),
        records_excluded: Some(counts.excluded),
        sought: Some(counts.databases.sought),
        not_retrieved: Some(counts.databases.not_retrieved),
        assessed: Some(counts.databases.assessed),
        reports_excluded: in_order(counts.databases.excluded),
        other_identified: before.other_methods.clone(),
        other_sought: only(counts.other.sought),
        other_not_retrieved: only(counts.other.not_retrieved),
        other_assessed: only(counts.other.assessed),
        other_reports_excluded: in_order(counts.other.excluded),
        new_studies: Some(studies),
        new_reports: Some(reports),
        shared_reports: count(links) - reports,
        previous_studies,
        previous_reports,
        total_studies: Some(studies + previous_studies.unwrap_or(0)),
        total_reports: Some(reports + previous_reports.unwrap_or(0)),
        ..Flow::default()
    }
}

/// Reasons in the protocol's order, others after them by name.
fn by_reason(mut excluded: BTreeMap<String, i64>, order: &[String]) -> Vec<(String, i64)> {
    let mut found: Vec<(String, i64)> = order
        .iter()
        .filter_map(|reason| excluded.remove_entry(reason))
        .collect();
    found.extend(excluded);
    found
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
