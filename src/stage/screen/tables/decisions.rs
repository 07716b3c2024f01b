//! The table of decisions: where every record ended, and the votes it ended by.

use super::{Maker, VoteRow};
use crate::artefact::{Address, Origin, key, rows};
use crate::bib::Record;
use crate::ids::RecordId;
use crate::screening::{Decision, Stage};
use indexmap::IndexMap;
use rayon::prelude::*;

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

/// Where a record ended: by title and abstract, by full text, and the reason.
type End<'a> = (&'static str, &'static str, &'a str);

impl Maker<'_> {
    /// Where every record ended.
    pub(in crate::stage::screen) fn decisions(&self, votes: &[VoteRow]) -> Vec<DecisionRow> {
        let ends = self.ends();
        let mut counted: Vec<&VoteRow> = votes.iter().filter(|vote| vote.counts).collect();
        counted.par_sort_by(|a, b| a.record.cmp(&b.record));
        let of_one = counted.chunk_by(|a, b| a.record == b.record);
        let votes: IndexMap<&str, &[&VoteRow]> = of_one
            .map(|votes| (votes[0].record.as_str(), votes))
            .collect();
        let mut studies: IndexMap<&RecordId, Vec<&str>> = IndexMap::new();
        for included in &self.screening.included {
            let told = studies.entry(&included.record).or_default();
            told.push(included.study.as_str());
        }
        let rows = self.inputs.all().par_iter().map(|record| {
            let id = record.id.as_str();
            let end = ends.get(&record.id).copied();
            let votes = votes.get(id).copied().unwrap_or_default().iter();
            let votes = votes.map(|vote| Address::row(self.stage, "votes", &vote.key));
            decision_row(
                record,
                end.unwrap_or(("undecided", "", "")),
                studies.get(&record.id).map_or(&[], Vec::as_slice),
                Origin::of("voted", votes.chain([self.record_address(id)])),
            )
        });
        rows.collect()
    }

    /// Of records with several words on them the last counts.
    fn ends(&self) -> IndexMap<&RecordId, End<'_>> {
        let excluded = self.screening.excluded.iter().map(|excluded| {
            let reason = excluded.reason.as_deref().unwrap_or_default();
            let end = match excluded.stage {
                Stage::TitleAbstract => (word_of_exclusion(excluded.decision), "", reason),
                Stage::FullText => ("include", excluded.decision.as_str(), reason),
            };
            (&excluded.record, end)
        });
        let included = self.screening.included.iter();
        let included = included.map(|included| (&included.record, ("include", "include", "")));
        let undecided = self.screening.undecided.iter().map(|open| {
            let end = match open.stage {
                Stage::TitleAbstract => ("undecided", "", ""),
                Stage::FullText => ("include", "undecided", ""),
            };
            (&open.record, end)
        });
        excluded.chain(included).chain(undecided).collect()
    }
}

fn decision_row(record: &Record, end: End<'_>, studies: &[&str], origin: Origin) -> DecisionRow {
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
        full_text: end.1.to_owned(),
        reason: end.2.to_owned(),
        study: studies.join("; "),
        origin,
    }
}

fn word_of_exclusion(decision: Decision) -> &'static str {
    match decision {
        Decision::Include | Decision::Maybe => "include",
        _ => "exclude",
    }
}

/// Authors (three at most), year, title and place in one line; the title comes first where nobody is named.
fn citation(record: &Record) -> String {
    let names: Vec<&str> = record.authors.iter().take(3).map(String::as_str).collect();
    let mut authors = names.join("; ");
    if record.authors.len() > 3 {
        authors.push_str(" et al.");
    }
    let year = record
        .year
        .map_or_else(String::new, |year| format!("({year})"));
    let said = |part: &Option<String>, before: &str, after: &str| match part.as_deref() {
        Some(part) if !part.is_empty() => format!("{before}{part}{after}"),
        _ => String::new(),
    };
    let title = record.title.as_deref().unwrap_or_default();
    let title = title.trim_end_matches('.');
    let place = [
        said(&record.journal, "", ""),
        said(&record.volume, " ", ""),
        said(&record.issue, "(", ")"),
        said(&record.pages, ":", ""),
    ];
    let place = place.concat();
    let place = place.trim_start_matches([' ', ':']);
    let parts = match (authors.is_empty(), title.is_empty()) {
        (true, _) => [title, year.as_str(), "", place].map(str::to_owned),
        (false, true) => [authors.as_str(), &year, "", place].map(str::to_owned),
        (false, false) => [authors, year, format!("{title}."), place.to_owned()],
    };
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<String>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bib::Source;

    fn record(authors: &[&str], journal: Option<&str>, volume: Option<&str>) -> Record {
        Record {
            authors: authors.iter().map(|&name| name.to_owned()).collect(),
            year: Some(2012),
            title: Some("Needling.".to_owned()),
            journal: journal.map(str::to_owned),
            volume: volume.map(str::to_owned),
            issue: Some("2".to_owned()),
            pages: Some("3-9".to_owned()),
            ..Record::empty(Source::default())
        }
    }

    #[test]
    fn a_citation_without_authors_begins_with_its_title_and_loses_no_bracket() {
        for (authors, journal, volume, told) in [
            (
                &["Smith J"][..],
                Some("Pain"),
                Some("1"),
                "Smith J (2012) Needling. Pain 1(2):3-9",
            ),
            (
                &[],
                Some("Pain"),
                Some("1"),
                "Needling (2012) Pain 1(2):3-9",
            ),
            (&[], None, None, "Needling (2012) (2):3-9"),
        ] {
            assert_eq!(citation(&record(authors, journal, volume)), told);
        }
        let bare = Record {
            year: Some(2012),
            ..Record::empty(Source::default())
        };
        assert_eq!(citation(&bare), "(2012)");
    }
}
