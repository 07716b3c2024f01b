//! The table of decisions: where every record ended, and the votes it ended by.

use super::{Maker, VoteRow};
use crate::artefact::{Address, Origin, key, rows};
use crate::bib::Record;
use crate::ids::RecordId;
use crate::screening::{Decision, Stage};
use std::collections::BTreeMap;

rows! {
    /// Where a record ended.
    pub(crate) DecisionRow: "decisions" {
        /// The record.
        record: String,
        /// Authors, year, title and place in one line.
        citation: String,
        /// Title.
        title: String,
        /// First authors.
        authors: String,
        /// Year of publication.
        year: Option<i32>,
        /// Journal.
        journal: String,
        /// Digital object identifier.
        doi: String,
        /// PubMed identifier.
        pmid: String,
        /// `include`, `exclude` or `undecided`.
        title_abstract: String,
        /// `include`, `exclude`, `not-retrieved`, `undecided`, or empty where it was not reached.
        full_text: String,
        /// Reason of the exclusion.
        reason: String,
        /// The study it reports; several are joined by `; `, as a report may tell of several.
        study: String,
        /// The votes, and the record.
        origin: Origin,
    }
}

impl Maker<'_> {
    /// Where every record ended.
    pub(in crate::stage::screen) fn decisions(&self, votes: &[VoteRow]) -> Vec<DecisionRow> {
        let mut ends: BTreeMap<&RecordId, (&str, String, String)> = BTreeMap::new();
        for excluded in &self.screening.excluded {
            let word = excluded.decision.to_string();
            let reason = excluded.reason.clone().unwrap_or_default();
            let end = match excluded.stage {
                Stage::TitleAbstract => {
                    (word_of_exclusion(excluded.decision), String::new(), reason)
                }
                Stage::FullText => ("include", word, reason),
            };
            ends.insert(&excluded.record, end);
        }
        for included in &self.screening.included {
            ends.insert(
                &included.record,
                ("include", "include".to_owned(), String::new()),
            );
        }
        for open in &self.screening.undecided {
            let end = match open.stage {
                Stage::TitleAbstract => ("undecided", String::new(), String::new()),
                Stage::FullText => ("include", "undecided".to_owned(), String::new()),
            };
            ends.insert(&open.record, end);
        }
        let mut by_record: BTreeMap<&str, Vec<Address>> = BTreeMap::new();
        for vote in votes.iter().filter(|vote| vote.counts) {
            by_record
                .entry(&vote.record)
                .or_default()
                .push(Address::row(self.stage, "votes", &vote.key));
        }
        let mut studies: BTreeMap<&RecordId, Vec<&str>> = BTreeMap::new();
        for included in &self.screening.included {
            let told = studies.entry(&included.record).or_default();
            told.push(included.study.as_str());
        }
        let rows = self.inputs.all().iter().map(|record| {
            let end = ends.get(&record.id).cloned().unwrap_or((
                "undecided",
                String::new(),
                String::new(),
            ));
            let mut from = by_record.remove(record.id.as_str()).unwrap_or_default();
            from.push(self.record_address(record.id.as_str()));
            let studies = studies.get(&record.id).map(Vec::as_slice);
            decision_row(record, end, studies.unwrap_or_default(), from)
        });
        rows.collect()
    }
}

fn decision_row(
    record: &Record,
    end: (&str, String, String),
    studies: &[&str],
    from: Vec<Address>,
) -> DecisionRow {
    DecisionRow {
        key: key(&[record.id.as_str()]),
        record: record.id.to_string(),
        citation: citation(record),
        title: record.title.clone().unwrap_or_default(),
        authors: record.authors.join("; "),
        year: record.year,
        journal: record.journal.clone().unwrap_or_default(),
        doi: record.doi.clone().unwrap_or_default(),
        pmid: record.pmid.clone().unwrap_or_default(),
        title_abstract: end.0.to_owned(),
        full_text: end.1,
        reason: end.2,
        study: studies.join("; "),
        origin: Origin::of("voted", from),
    }
}

fn word_of_exclusion(decision: Decision) -> &'static str {
    match decision {
        Decision::Include | Decision::Maybe => "include",
        _ => "exclude",
    }
}

/// Authors (three at most), year, title and place in one line.
fn citation(record: &Record) -> String {
    let names: Vec<&str> = record.authors.iter().take(3).map(String::as_str).collect();
    let mut text = names.join("; ");
    if record.authors.len() > 3 {
        text.push_str(" et al.");
    }
    let mut add = |before: &str, part: Option<String>, after: &str| {
        if let Some(part) = part.filter(|part| !part.is_empty()) {
            if !text.is_empty() {
                text.push_str(before);
            }
            text.push_str(&part);
            text.push_str(after);
        }
    };
    add(" (", record.year.map(|year| format!("{year}")), ")");
    add(
        " ",
        record
            .title
            .as_ref()
            .map(|title| title.trim_end_matches('.').to_owned()),
        ".",
    );
    add(" ", record.journal.clone(), "");
    add(" ", record.volume.clone(), "");
    add("(", record.issue.clone(), ")");
    add(":", record.pages.clone(), "");
    text
}
