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
use std::collections::BTreeMap;
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
    /// Of every record, and behind them what members of merged ones say otherwise.
    facts: Vec<Facts>,
    /// The records of what stands behind.
    owners: Vec<usize>,
    /// Where it stands, by record.
    members: BTreeMap<usize, Vec<usize>>,
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
    /// What a member says, and the record where it says nothing of its own.
    fn of_member(member: &Reference, record: &Self) -> Self {
        let own = |said: Option<String>, known: &str| said.unwrap_or_else(|| known.to_owned());
        Self {
            year: member.year.or(record.year),
            doi: own(member.doi.as_deref().map(plain_doi), &record.doi),
            pmid: own(member.pmid.clone(), &record.pmid),
            title: own(member.title.clone(), &record.title),
        }
    }

    fn of(record: &Record) -> Self {
        Self {
            year: record.year,
            doi: record.doi.as_deref().map(plain_doi).unwrap_or_default(),
            pmid: record.pmid.as_deref().unwrap_or_default().trim().to_owned(),
            title: record.title.clone().unwrap_or_default(),
        }
    }

    /// Whether DOI and PMID of a row are these; `None` where one of the two has none.
    fn numbers(&self, reference: &Reference) -> [Option<bool>; 2] {
        let both = |given: Option<String>, known: &str| {
            let given = given.filter(|given| !given.is_empty() && !known.is_empty())?;
            Some(given == known)
        };
        let pmid = reference.pmid.as_deref();
        [
            both(reference.doi.as_deref().map(plain_doi), &self.doi),
            both(pmid.map(|pmid| pmid.trim().to_owned()), &self.pmid),
        ]
    }

    /// The same of titles.
    fn titled(&self, reference: &Reference) -> Option<bool> {
        let given = reference.title.as_deref()?;
        (!given.is_empty() && !self.title.is_empty()).then(|| is_one_title(given, &self.title))
    }

    /// Whether a row's DOI, PMID and title, as far as both have them, are all others.
    fn is_another(&self, reference: &Reference) -> bool {
        let numbers = self.numbers(reference);
        if numbers.contains(&Some(true)) {
            return false;
        }
        match self.titled(reference) {
            Some(agrees) => !agrees,
            None => numbers.contains(&Some(false)),
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
    fn of<'a>(facts: impl Iterator<Item = (usize, &'a Facts)>) -> Self {
        let mut found = Self::default();
        for (position, known) in facts {
            let add = |map: &mut BTreeMap<String, Vec<usize>>, key: String| {
                if !key.is_empty() {
                    map.entry(key).or_default().push(position);
                }
            };
            add(&mut found.dois, known.doi.clone());
            add(&mut found.pmids, known.pmid.clone());
            add(&mut found.titles, plain_title(&known.title));
        }
        let all = [&mut found.dois, &mut found.pmids, &mut found.titles];
        for positions in all.into_iter().flat_map(BTreeMap::values_mut) {
            positions.sort_unstable();
            positions.dedup();
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
            }
        }
        index
    }

    /// Adds what members of merged records say otherwise than these: a merged record shows one description, and a decision may carry
    /// another. `id` of each is that of the record.
    #[must_use]
    pub fn with_members(mut self, members: impl IntoIterator<Item = Reference>) -> Self {
        for member in members {
            if let Some(&position) = self.ids.get(&member.id) {
                let said = Facts::of_member(&member, &self.facts[position]);
                let at = self.facts.len();
                self.members.entry(position).or_default().push(at);
                self.facts.push(said);
                self.owners.push(position);
            }
        }
        self
    }

    /// All that is said of a record.
    fn facts(&self, position: usize) -> impl Iterator<Item = &Facts> {
        let members = self.members.get(&position).into_iter().flatten();
        std::iter::once(position)
            .chain(members.copied())
            .map(|at| &self.facts[at])
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
    /// and one that a former version gave may be another record's today.
    pub fn find(&self, reference: &Reference) -> Option<(usize, FoundBy)> {
        let Some((position, by)) = self.named(&reference.id) else {
            return self.described(reference);
        };
        if !self.is_another(position, reference) {
            return Some((position, by));
        }
        let described = self.described(reference);
        described.filter(|(found, _)| !self.is_another(*found, reference))
    }

    /// The record of an id, its own or that of one merged into it.
    fn named(&self, id: &str) -> Option<(usize, FoundBy)> {
        let own = self.ids.get(id).map(|position| (*position, FoundBy::Id));
        let merged = || Some((*self.merged.get(id)?, FoundBy::Merge));
        own.or_else(merged)
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
        let records = self.facts.len() - self.owners.len();
        let positions = (0..records).chain(self.owners.iter().copied());
        self.descriptions
            .get_or_init(|| Descriptions::of(positions.zip(&self.facts)))
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
        self.facts(position)
            .all(|known| known.is_another(reference))
    }

    /// Whether what found a record by one thing stands alone against another title: papers of one supplement share its DOI.
    fn is_titled_otherwise(&self, position: usize, reference: &Reference, by: FoundBy) -> bool {
        self.facts(position).all(|known| {
            let [doi, pmid] = known.numbers(reference);
            let other = if by == FoundBy::Doi { pmid } else { doi };
            other != Some(true) && known.titled(reference) == Some(false)
        })
    }

    /// The problem of a row that finds no record, or one that it contradicts.
    pub(super) fn lost(&self, what: &str, reference: &Reference, place: &Place) -> Problem {
        let named = self.named(&reference.id).map(|(position, _)| position);
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
        let facts = &self.facts[position];
        let [doi, pmid] = facts.numbers(reference);
        let title = facts.titled(reference);
        let others = ["DOI", "PMID", "title"].into_iter().zip([doi, pmid, title]);
        let others = others.filter(|(_, agrees)| *agrees == Some(false));
        let others: Vec<&str> = others.map(|(name, _)| name).collect();
        let title = format!(
            "{what} finds {found}, whose {} is not the row's",
            others.join(" and ")
        );
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
        self.facts(position).all(|known| {
            let years = known.year.zip(reference.year);
            years.is_some_and(|(known, given)| known != given)
                || known.numbers(reference).contains(&Some(false))
        })
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
        let preprint = |id: &str| row(id, "10.1/preprint", "What the preprint was called");
        let index = Index::new(&[record], &merged).with_members([preprint("rec-a")]);
        for (id, by) in [
            ("rec-a", FoundBy::Id),
            ("rec-b", FoundBy::Merge),
            ("", FoundBy::Doi),
        ] {
            assert_eq!(index.find(&preprint(id)), Some((0, by)), "{id}");
        }
        let by_title = row("", "", "What the preprint was called");
        assert_eq!(index.find(&by_title), Some((0, FoundBy::Title)));
        for id in ["rec-a", "rec-b"] {
            let strange = row(id, "10.1/strange", "Something that neither of them is");
            assert_eq!(index.find(&strange), None, "{id}");
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
