//! Decisions find their record: by id, through merges, then by DOI, PMID, and title with year.
//!
//! Exports are downloaded again and records are merged; what people decided must outlive both.

pub use super::reference::Reference;
use crate::bib::Record;
use crate::bib::likeness::is_one_title;
pub use crate::bib::likeness::plain_title;
use crate::ids::RecordId;
use crate::place::Place;
use crate::problem::Problem;
use indexmap::IndexMap;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// What a record was found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FoundBy {
    /// Its own id.
    Id,
    /// The id of a record that was merged into it.
    Merge,
    /// DOI.
    Doi,
    /// PubMed identifier.
    Pmid,
    /// Title, with the year where the row has one.
    Title,
}

/// All records by what decisions may call them.
#[derive(Debug, Default)]
pub struct Index {
    ids: IndexMap<String, usize>,
    merged: IndexMap<String, usize>,
    /// Records that others were merged into.
    several: BTreeSet<usize>,
    facts: Vec<Facts>,
    /// Made when the first row comes that neither an id nor a merge places: most reviews have none.
    descriptions: OnceLock<Descriptions>,
}

/// What is known of a record; empty where it has none.
#[derive(Debug)]
struct Facts {
    year: Option<i32>,
    doi: String,
    pmid: String,
    title: String,
}

impl Facts {
    fn of(record: &Record) -> Self {
        Self {
            year: record.year,
            doi: record.doi.as_deref().map(plain_doi).unwrap_or_default(),
            pmid: record.pmid.as_deref().unwrap_or_default().trim().to_owned(),
            title: record.title.clone().unwrap_or_default(),
        }
    }
}

/// Positions of records by what describes them.
#[derive(Debug, Default)]
struct Descriptions {
    dois: BTreeMap<String, Vec<usize>>,
    pmids: BTreeMap<String, Vec<usize>>,
    titles: BTreeMap<String, Vec<usize>>,
}

impl Descriptions {
    fn of(facts: &[Facts]) -> Self {
        let mut found = Self::default();
        for (position, known) in facts.iter().enumerate() {
            let add = |map: &mut BTreeMap<String, Vec<usize>>, key: String| {
                if !key.is_empty() {
                    map.entry(key).or_default().push(position);
                }
            };
            add(&mut found.dois, known.doi.clone());
            add(&mut found.pmids, known.pmid.clone());
            add(&mut found.titles, plain_title(&known.title));
        }
        found
    }
}

/// A DOI without resolver, in lower case.
pub fn plain_doi(doi: &str) -> String {
    let lower = doi.trim().to_lowercase();
    let starts = ["https://", "http://", "dx.", "doi.org/", "doi:"];
    let bare = starts.iter().fold(lower.as_str(), |rest, start| {
        rest.strip_prefix(start).unwrap_or(rest)
    });
    bare.trim().to_owned()
}

impl Index {
    /// Indexes records; `merged` leads from the id of a record that was merged away to the one it is part of.
    pub fn new(records: &[Record], merged: &BTreeMap<RecordId, RecordId>) -> Self {
        let ids = records.iter().map(|record| record.id.as_str().to_owned());
        let mut index = Self {
            ids: ids.zip(0..).collect(),
            facts: records.par_iter().map(Facts::of).collect(),
            ..Self::default()
        };
        for from in merged.keys() {
            if let Some(position) = index.survivor(from, merged) {
                index.merged.insert(from.as_str().to_owned(), position);
                if index.ids.get(from.as_str()) != Some(&position) {
                    index.several.insert(position);
                }
            }
        }
        index
    }

    /// Follows merges of merges; a circle ends the search.
    fn survivor(&self, from: &RecordId, merged: &BTreeMap<RecordId, RecordId>) -> Option<usize> {
        let mut at = from;
        for _ in 0..=merged.len() {
            at = merged.get(at)?;
            if let Some(position) = self.ids.get(at.as_str()) {
                return Some(*position);
            }
        }
        None
    }

    /// The position of the record that a reference means; `None` when there is none, or more than one.
    ///
    /// An id is not believed where everything else that the row says of its record is another's: a name may have been typed wrongly,
    /// and one that a former version gave may be another record's today. A merged record shows one member's description, and a row
    /// may carry another member's, so there the id stands unless the row describes some other record.
    pub fn find(&self, reference: &Reference) -> Option<(usize, FoundBy)> {
        if let Some(&position) = self.ids.get(&reference.id) {
            let by_id = Some((position, FoundBy::Id));
            if !self.is_another(position, reference) {
                return by_id;
            }
            let described = self.described(reference);
            let described = described.filter(|(found, _)| !self.is_another(*found, reference));
            return described.or(by_id.filter(|_| self.several.contains(&position)));
        }
        if let Some(position) = self.merged.get(&reference.id) {
            return Some((*position, FoundBy::Merge));
        }
        self.described(reference)
    }

    /// The record that a row's DOI, PMID, or title and year describe.
    fn described(&self, reference: &Reference) -> Option<(usize, FoundBy)> {
        let known = self.descriptions();
        let fitting = |found: Option<&Vec<usize>>, by: FoundBy| match found.map(Vec::as_slice) {
            Some([only]) if !self.is_titled_otherwise(*only, reference, by) => Some((*only, by)),
            _ => None,
        };
        let doi = reference.doi.as_deref().map(plain_doi);
        let doi = doi.and_then(|doi| fitting(known.dois.get(&doi), FoundBy::Doi));
        let pmid = || {
            let pmid = reference.pmid.as_deref()?.trim();
            fitting(known.pmids.get(pmid), FoundBy::Pmid)
        };
        doi.or_else(pmid).or_else(|| self.titled(reference))
    }

    fn descriptions(&self) -> &Descriptions {
        self.descriptions
            .get_or_init(|| Descriptions::of(&self.facts))
    }

    fn titled(&self, reference: &Reference) -> Option<(usize, FoundBy)> {
        let title = plain_title(reference.title.as_deref()?);
        let titles = self.descriptions().titles.get(&title)?;
        let mut fitting = titles
            .iter()
            .filter(|position| !self.contradicts(**position, reference));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Some((*only, FoundBy::Title)),
            _ => None,
        }
    }

    /// Whether a row's DOI, PMID and title, as far as both the row and the record have them, are all another record's.
    fn is_another(&self, position: usize, reference: &Reference) -> bool {
        let numbers = self.numbers(position, reference);
        if numbers.contains(&Some(true)) {
            return false;
        }
        match self.title(position, reference) {
            Some(agrees) => !agrees,
            None => numbers.contains(&Some(false)),
        }
    }

    /// Whether what found a record by one thing stands alone against another title: papers of one supplement share its DOI.
    fn is_titled_otherwise(&self, position: usize, reference: &Reference, by: FoundBy) -> bool {
        let [doi, pmid] = self.numbers(position, reference);
        let other = if by == FoundBy::Doi { pmid } else { doi };
        other != Some(true) && self.title(position, reference) == Some(false)
    }

    /// Whether DOI and PMID of a row are those of a record; `None` where one of the two has none.
    fn numbers(&self, position: usize, reference: &Reference) -> [Option<bool>; 2] {
        let known = &self.facts[position];
        let both = |given: Option<String>, known: &str| {
            let given = given.filter(|given| !given.is_empty() && !known.is_empty())?;
            Some(given == known)
        };
        let pmid = reference.pmid.as_deref();
        [
            both(reference.doi.as_deref().map(plain_doi), &known.doi),
            both(pmid.map(|pmid| pmid.trim().to_owned()), &known.pmid),
        ]
    }

    /// The same of titles.
    fn title(&self, position: usize, reference: &Reference) -> Option<bool> {
        let known = &self.facts[position].title;
        let given = reference.title.as_deref()?;
        (!given.is_empty() && !known.is_empty()).then(|| is_one_title(given, known))
    }

    /// The problem of a row that finds no record, or one that it contradicts.
    pub(super) fn lost(&self, what: &str, reference: &Reference, place: &Place) -> Problem {
        let named = self.ids.get(&reference.id).copied();
        let by = |by: &str, found: Option<&Vec<usize>>| match found.map(Vec::as_slice) {
            Some([only]) => Some((*only, format!("a record by {by}"))),
            _ => None,
        };
        let known = self.descriptions();
        let doi = reference.doi.as_deref().map(plain_doi);
        let pmid = reference.pmid.as_deref().map(str::trim);
        let found = named
            .map(|position| (position, format!("`{}`", reference.id)))
            .or_else(|| by("DOI", known.dois.get(&doi?)))
            .or_else(|| by("PMID", known.pmids.get(pmid?)));
        let Some((position, found)) = found else {
            return lost(what, reference, place);
        };
        let [doi, pmid] = self.numbers(position, reference);
        let title = self.title(position, reference);
        let others = ["DOI", "PMID", "title"].into_iter().zip([doi, pmid, title]);
        let others = others.filter(|(_, agrees)| *agrees == Some(false));
        let others: Vec<&str> = others.map(|(name, _)| name).collect();
        let title = format!(
            "{what} finds {found}, whose {} is not the row's",
            others.join(" and ")
        );
        let facts = &self.facts[position];
        let called = [&facts.title, &facts.doi, &facts.pmid];
        let called = called.into_iter().find(|fact| !fact.is_empty());
        let help = format!(
            "that record is \"{}\"; correct the row's id, or its DOI, PMID and title; the row is kept and not counted",
            called.map_or("", String::as_str)
        );
        Problem::error("screening::contradicted-row", title)
            .at(place.clone())
            .help(help)
    }

    /// Whether a record of the title that a row gives has another year, DOI or PubMed identifier: another publication of that title.
    fn contradicts(&self, position: usize, reference: &Reference) -> bool {
        let Some(known) = self.facts.get(position) else {
            return false;
        };
        let other = |given: Option<String>, known: &str| {
            given.is_some_and(|given| !given.is_empty() && !known.is_empty() && given != known)
        };
        reference
            .year
            .is_some_and(|given| known.year.is_some_and(|year| year != given))
            || other(reference.doi.as_deref().map(plain_doi), &known.doi)
            || other(
                reference.pmid.as_deref().map(|pmid| pmid.trim().to_owned()),
                &known.pmid,
            )
    }
}

/// The problem of a row that finds no record.
fn lost(what: &str, reference: &Reference, place: &Place) -> Problem {
    Problem::error("screening::lost-row", format!("{what} on `{}` finds no record", reference.name()))
        .at(place.clone())
        .help("correct the id, or fill in the record's DOI, PMID or title; the row is kept and not counted")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bib::Source;

    const TITLE: &str = "A trial of evening walks";

    fn index() -> Index {
        let mut record = Record::empty(Source::default());
        record.id = RecordId::new("r1");
        record.title = Some(TITLE.to_owned());
        record.year = Some(2020);
        record.doi = Some("10.1/a".to_owned());
        record.pmid = Some("12345678".to_owned());
        Index::new(&[record], &BTreeMap::new())
    }

    fn titled() -> Reference {
        Reference {
            title: Some(TITLE.to_owned()),
            ..Reference::default()
        }
    }

    #[test]
    fn a_title_with_another_doi_pmid_or_year_is_another_publication() {
        assert_eq!(index().find(&titled()), Some((0, FoundBy::Title)));
        let others = [
            Reference {
                doi: Some("10.1/b".to_owned()),
                ..titled()
            },
            Reference {
                pmid: Some("87654321".to_owned()),
                ..titled()
            },
            Reference {
                year: Some(2018),
                ..titled()
            },
        ];
        for other in others {
            assert_eq!(index().find(&other), None, "{other:?}");
        }
    }

    /// Two abstracts of one supplement, and a paper elsewhere.
    fn supplement() -> Index {
        let record = |id: &str, title: &str, doi: &str| {
            let mut record = Record::empty(Source::default());
            record.id = RecordId::new(id);
            record.title = Some(title.to_owned());
            record.doi = Some(doi.to_owned());
            record
        };
        let records = [
            record(
                "rec-w",
                "Walking in the morning for low back pain",
                "10.1/supp",
            ),
            record("rec-c", "Cycling at noon and knee function", "10.1/supp"),
            record("rec-y", "Yoga in the evening for neck strain", "10.1/yoga"),
        ];
        Index::new(&records, &BTreeMap::new())
    }

    fn row(id: &str, doi: &str, title: &str) -> Reference {
        let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Reference {
            id: id.to_owned(),
            doi: filled(doi),
            title: filled(title),
            ..Reference::default()
        }
    }

    #[test]
    fn a_row_that_describes_another_record_than_its_id_means_that_one() {
        let mistyped = row("rec-c", "10.1/yoga", "Yoga in the evening for neck strain");
        assert_eq!(supplement().find(&mistyped), Some((2, FoundBy::Doi)));
        let old = row("rec-1", "10.1/supp", "Cycling at noon and knee function.");
        assert_eq!(supplement().find(&old), Some((1, FoundBy::Title)));
    }

    #[test]
    fn a_row_whose_id_and_description_are_two_records_is_told_and_not_counted() {
        let index = supplement();
        let rows = [
            (
                row("rec-c", "10.1/swim", "Swimming"),
                "a vote finds `rec-c`, whose DOI and title is not the row's",
            ),
            (
                row("", "10.1/yoga", "Swimming before breakfast"),
                "a vote finds a record by DOI, whose title is not the row's",
            ),
        ];
        for (row, title) in rows {
            assert_eq!(index.find(&row), None, "{row:?}");
            let problem = index.lost("a vote", &row, &Place::line("a.csv", 2));
            assert_eq!(problem.code, "screening::contradicted-row");
            assert_eq!(problem.title, title);
        }
    }

    #[test]
    fn an_id_stands_while_anything_of_the_row_is_its_records() {
        let index = supplement();
        let rows = [
            row("rec-c", "", ""),
            row("rec-c", "10.1/supp", "An early title"),
            row(
                "rec-c",
                "10.1/other",
                "[Retracted] Cycling at noon, and knee function",
            ),
        ];
        for row in rows {
            assert_eq!(index.find(&row), Some((1, FoundBy::Id)), "{row:?}");
        }
    }

    #[test]
    fn a_merged_record_keeps_rows_that_describe_another_member() {
        let mut record = Record::empty(Source::default());
        record.id = RecordId::new("rec-a");
        record.title = Some("The published title".to_owned());
        record.doi = Some("10.1/published".to_owned());
        let merged = BTreeMap::from([("rec-b".into(), "rec-a".into())]);
        let index = Index::new(&[record], &merged);
        let row = row("rec-a", "10.1/preprint", "What the preprint was called");
        assert_eq!(index.find(&row), Some((0, FoundBy::Id)));
    }

    #[test]
    fn a_year_that_cannot_be_read_is_told_and_leaves_the_title_unused() {
        let text = format!(
            "record,stage,decision,at,title,year\n,full-text,include,2026-03-01,{TITLE},202O\n"
        );
        let (votes, problems) = crate::screening::votes::read("a.csv", text.as_bytes());
        assert!(votes.is_empty());
        let codes: Vec<&str> = problems.iter().map(|problem| &*problem.code).collect();
        assert_eq!(codes, ["screening::year"]);
    }
}
