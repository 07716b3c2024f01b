//! What counts as new since the version of the review before: records, and studies with their reports.

use super::previous::{Outcome, Previous, outcome};
use super::tables::{DecisionRow, IncludedRow};
use super::{ClusterRow, Inputs};
use crate::ids::RecordId;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The records that the flow counts: all of a new review, in an update those that the version before had not decided.
pub(super) struct Since<'a> {
    /// Where they ended: those that a database or register gave.
    pub(super) decisions: Vec<&'a DecisionRow>,
    /// Where those ended that other methods alone gave.
    pub(super) other: Vec<&'a DecisionRow>,
    /// Those of them that the version before had identified: they waited there, were excluded there and are not any more, or
    /// stood there for one publication with another record.
    pub(super) carried: Vec<&'a DecisionRow>,
    /// Records of databases and registers that the version before had not.
    pub(super) members: usize,
}

/// Which of the diagram's two streams a record of an export, or a publication, stands in.
pub(super) struct Streams<'a> {
    /// Names of databases and registers that are none: websites, citation searching and the like.
    methods: BTreeSet<&'a str>,
    /// How many publications databases and registers gave.
    searched: usize,
    /// Publications that other methods alone gave.
    other: BTreeSet<&'a str>,
}

impl<'a> Streams<'a> {
    pub(super) fn of(inputs: &'a Inputs) -> Self {
        let methods = inputs
            .sources
            .iter()
            .filter(|source| source.is_other_method());
        let methods: BTreeSet<&str> = methods.map(|source| source.database.as_str()).collect();
        let members = inputs.clusters.iter();
        let searched = members.filter(|row| !methods.contains(row.database.as_str()));
        let searched: BTreeSet<&str> = searched.map(|row| row.record.as_str()).collect();
        let publications = inputs.all().par_iter().map(|record| record.id.as_str());
        Self {
            searched: searched.len(),
            other: publications.filter(|id| !searched.contains(id)).collect(),
            methods,
        }
    }

    /// Whether a database or register gave a record of an export.
    pub(super) fn is_searched(&self, member: &ClusterRow) -> bool {
        !self.methods.contains(member.database.as_str())
    }

    /// How many publications databases and registers gave.
    pub(super) fn searched(&self) -> usize {
        self.searched
    }

    /// Publications that other methods alone gave.
    pub(super) fn other(&self) -> BTreeSet<RecordId> {
        self.other.iter().map(RecordId::new).collect()
    }

    /// Publications of databases and registers, and those of other methods alone.
    fn part<'d>(
        &self,
        decisions: Vec<&'d DecisionRow>,
    ) -> (Vec<&'d DecisionRow>, Vec<&'d DecisionRow>) {
        let decisions = decisions.into_iter();
        decisions.partition(|row| !self.other.contains(row.record.as_str()))
    }
}

impl<'a> Since<'a> {
    /// Finds them.
    pub(super) fn of(inputs: &Inputs, streams: &Streams<'_>, decisions: &'a [DecisionRow]) -> Self {
        let Some(previous) = &inputs.previous else {
            let (decisions, other) = streams.part(decisions.iter().collect());
            return Self {
                decisions,
                other,
                carried: Vec::new(),
                members: inputs
                    .clusters
                    .iter()
                    .filter(|row| streams.is_searched(row))
                    .count(),
            };
        };
        let (old, new): (Vec<_>, Vec<_>) = inputs
            .clusters
            .iter()
            .partition(|row| previous.knows_member(&row.key));
        let known: BTreeSet<&str> = old.iter().map(|row| row.record.as_str()).collect();
        let now = current(inputs);
        let mut before: BTreeMap<&str, Outcome> = BTreeMap::new();
        for (record, ended) in previous.outcomes() {
            if let Some(record) = now.get(record) {
                let best = before.entry(record).or_insert(ended);
                *best = ended.max(*best);
            }
        }
        let counts = |row: &&DecisionRow| match before.get(row.record.as_str()) {
            None | Some(Outcome::Waiting) => true,
            Some(Outcome::Excluded) => {
                outcome(&row.title_abstract, &row.full_text) != Outcome::Excluded
            }
            Some(Outcome::Included) => false,
        };
        let (decisions, other) = streams.part(decisions.iter().filter(counts).collect());
        Self {
            carried: decisions
                .iter()
                .copied()
                .filter(|row| known.contains(row.record.as_str()))
                .collect(),
            decisions,
            other,
            members: new.iter().filter(|row| streams.is_searched(row)).count(),
        }
    }

    /// Duplicates removed; `None` when there are fewer records than publications made of them, which cannot be.
    pub(super) fn removed(&self) -> Option<usize> {
        let publications = self.decisions.len() - self.carried.len();
        self.members.checked_sub(publications)
    }
}

/// The publication that a record of an export, or a publication of an earlier version, belongs to now.
fn current(inputs: &Inputs) -> BTreeMap<&str, &str> {
    let rows = inputs.clusters.iter();
    rows.map(|row| (row.member.as_str(), row.record.as_str()))
        .collect()
}

/// Included studies and reports of an update.
pub(super) struct Growth<'a> {
    /// Studies that the version before had not.
    pub(super) new: Vec<&'a IncludedRow>,
    /// Their reports that the version before had not.
    pub(super) new_reports: usize,
    /// New reports of studies that it had.
    pub(super) reports_of_previous: usize,
    /// Studies that it had and this one has not.
    pub(super) studies_gone: usize,
    /// Reports that it had and this one has not.
    pub(super) reports_gone: usize,
}

impl<'a> Growth<'a> {
    /// Compares the included studies with those of the version before: by their names, and where a name is gone, by a report in
    /// common.
    pub(super) fn of(inputs: &Inputs, previous: &Previous, rows: &[&'a IncludedRow]) -> Self {
        let now = current(inputs);
        let today = |id: &String| now.get(id.as_str()).copied();
        let mut gone: BTreeMap<&str, BTreeSet<&str>> = previous
            .studies
            .iter()
            .map(|(study, reports)| (study.as_str(), reports.iter().filter_map(today).collect()))
            .collect();
        let before: BTreeSet<&str> = gone.values().flatten().copied().collect();
        let (mut old, other): (Vec<&IncludedRow>, Vec<&IncludedRow>) = rows
            .iter()
            .copied()
            .partition(|row| gone.remove(row.key.as_str()).is_some());
        let mut new = Vec::new();
        for row in other {
            let mut names = gone.iter();
            let same = names.find(|(_, reports)| reports_of(row).any(|one| reports.contains(one)));
            match same.map(|(study, _)| *study) {
                Some(study) => {
                    gone.remove(study);
                    old.push(row);
                }
                None => new.push(row),
            }
        }
        let all = distinct(rows);
        let fresh = |rows: &[&'a IncludedRow]| -> BTreeSet<&str> {
            distinct(rows).difference(&before).copied().collect()
        };
        let of_new = fresh(&new);
        Self {
            new_reports: of_new.len(),
            reports_of_previous: fresh(&old).difference(&of_new).count(),
            studies_gone: gone.len(),
            reports_gone: previous.reports() - before.intersection(&all).count(),
            new,
        }
    }
}

/// The records of a study's reports.
fn reports_of(row: &IncludedRow) -> impl Iterator<Item = &str> {
    row.records.split("; ").filter(|id| !id.is_empty())
}

/// Reports, each once though it tell of several studies.
pub(super) fn distinct<'a>(rows: &[&'a IncludedRow]) -> BTreeSet<&'a str> {
    rows.iter().flat_map(|row| reports_of(row)).collect()
}
