//! Decisions find their record: by id, through merges, then by DOI, PMID, and title with year.
//!
//! Exports are downloaded again and records are merged; what people decided must outlive both.

use crate::bib::Record;
use crate::ids::RecordId;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::Row;
use indexmap::IndexMap;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// How a row that people keep names a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Identifier; may be empty when something else names the record.
    pub id: String,
    /// DOI.
    pub doi: Option<String>,
    /// PubMed identifier.
    pub pmid: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Year of publication.
    pub year: Option<i32>,
}

impl Reference {
    /// The reference in a row with the columns `record`, `doi`, `pmid`, `title`, `year`.
    pub(super) fn of(row: &Row, problems: &mut Problems) -> Option<Self> {
        let year = row.filled("year").map(|year| year.trim().parse::<i32>());
        let mut found = Self {
            id: row.text("record").to_owned(),
            doi: row.filled("doi"),
            pmid: row.filled("pmid"),
            title: row.filled("title"),
            year: year.clone().and_then(Result::ok),
        };
        if let Some(Err(_)) = year {
            problems.push(
                Problem::error(
                    "screening::year",
                    format!("`{}` is not a year", row.text("year")),
                )
                .at(row.place("year"))
                .help("write the year in digits, or leave the field empty; the row's title is not looked up"),
            );
            // A title without its year may be another publication's.
            found.title = None;
            if found.id.is_empty() && found.doi.is_none() && found.pmid.is_none() {
                return None;
            }
        }
        if found.id.is_empty()
            && found.doi.is_none()
            && found.pmid.is_none()
            && found.title.is_none()
        {
            problems.push(
                Problem::error("screening::nameless-row", "the row names no record")
                    .at(row.place("record"))
                    .help("fill in the record's id, or its DOI, PMID or title"),
            );
            return None;
        }
        Some(found)
    }

    /// What to call the record in a message.
    pub fn name(&self) -> &str {
        let named = [
            self.doi.as_deref(),
            self.pmid.as_deref(),
            self.title.as_deref(),
        ];
        if self.id.is_empty() {
            named.into_iter().flatten().next().unwrap_or("")
        } else {
            &self.id
        }
    }
}

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

/// Letters and digits of a title, in lower case and without accents.
pub fn plain_title(title: &str) -> String {
    deunicode::deunicode(title)
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
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
    pub fn find(&self, reference: &Reference) -> Option<(usize, FoundBy)> {
        if let Some(position) = self.ids.get(&reference.id) {
            return Some((*position, FoundBy::Id));
        }
        if let Some(position) = self.merged.get(&reference.id) {
            return Some((*position, FoundBy::Merge));
        }
        let one = |found: Option<&Vec<usize>>| match found.map(Vec::as_slice) {
            Some([only]) => Some(*only),
            _ => None,
        };
        let known = self
            .descriptions
            .get_or_init(|| Descriptions::of(&self.facts));
        let doi = reference
            .doi
            .as_deref()
            .and_then(|doi| one(known.dois.get(&plain_doi(doi))));
        if let Some(position) = doi {
            return Some((position, FoundBy::Doi));
        }
        let pmid = reference
            .pmid
            .as_deref()
            .and_then(|pmid| one(known.pmids.get(pmid.trim())));
        if let Some(position) = pmid {
            return Some((position, FoundBy::Pmid));
        }
        let titles = reference
            .title
            .as_deref()
            .and_then(|title| known.titles.get(&plain_title(title)))?;
        let fitting: Vec<usize> = titles
            .iter()
            .copied()
            .filter(|position| !self.contradicts(*position, reference))
            .collect();
        one(Some(&fitting)).map(|position| (position, FoundBy::Title))
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

/// Tells of rows that found their record by something else than its id: one note a file and way.
#[derive(Debug, Default)]
pub(super) struct Detours(BTreeMap<(SmolStr, FoundBy), (u32, Place, String)>);

impl Detours {
    /// Notes how a row found its record.
    pub(super) fn note(&mut self, place: &Place, found_by: FoundBy, name: &str) {
        if found_by == FoundBy::Id {
            return;
        }
        let entry = self
            .0
            .entry((place.file.clone(), found_by))
            .or_insert_with(|| (0, place.clone(), name.to_owned()));
        entry.0 += 1;
    }

    /// The notes.
    pub(super) fn problems(self) -> Problems {
        let mut problems = Problems::new();
        for ((_, found_by), (count, place, name)) in self.0 {
            let how = match found_by {
                FoundBy::Merge => "follow a merge of duplicates",
                FoundBy::Doi => "found their record by DOI, not by id",
                FoundBy::Pmid => "found their record by PMID, not by id",
                FoundBy::Title | FoundBy::Id => "found their record by title, not by id",
            };
            let rows = if count == 1 {
                "1 row".to_owned()
            } else {
                format!("{count} rows")
            };
            problems.push(
                Problem::note("screening::moved-record", format!("{rows} {how}"))
                    .labelled(place, format!("`{name}` is the first")),
            );
        }
        problems
    }
}

/// The problem of a row that finds no record.
pub(super) fn lost(what: &str, reference: &Reference, place: &Place) -> Problem {
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
