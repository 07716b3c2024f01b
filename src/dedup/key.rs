//! Everything about one record that comparison looks at, computed once.

use super::abstracts::Sketch;
use super::authors::Authors;
use super::container::{Class, Container};
use super::identifiers;
use super::locator::Locator;
use super::normalise::{Fingerprint, fold};
use super::title::Title;
use crate::bib::Record;
use std::hash::{Hash, Hasher};

/// Comparison keys of a record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) title: Title,
    pub(super) authors: Authors,
    /// Year; 0 where not given.
    pub(super) year: i32,
    pub(super) container: Container,
    pub(super) locator: Locator,
    pub(super) doi: Option<Box<str>>,
    pub(super) pmid: u32,
    /// Number of the Cochrane review or another continuously updated item; 0 for everything else.
    pub(super) cochrane: u32,
    pub(super) sketch: Sketch,
    /// Hash of the language's first letters; 0 where not given.
    pub(super) language: u32,
    /// Whether the container or the DOI's registrant is a preprint server.
    pub(super) preprint: bool,
    /// Hash of the database's name; 0 where not given.
    pub(super) database: u64,
    /// Whether type or container say that it is a thesis.
    pub(super) thesis: bool,
}

/// Registrants that serve preprints only.
const PREPRINT_DOIS: [&str; 14] = [
    "10.1101/",
    "10.64898/",
    "10.21203/rs",
    "10.2139/ssrn",
    "10.48550/arxiv",
    "10.31234/osf",
    "10.31219/osf",
    "10.20944/preprints",
    "10.26434/chemrxiv",
    "10.22541/au",
    "10.36227/techrxiv",
    "10.31235/osf",
    "10.12688/",
    "10.33774/",
];

impl Key {
    /// Computes the keys of `record`.
    pub(super) fn of(record: &Record) -> Self {
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let doi = record.doi.as_deref().and_then(identifiers::doi);
        let numbers = format!(
            "{} {}",
            text_head(record.issn.as_deref()),
            text_head(record.isbn.as_deref())
        );
        let container = Container::read(record.journal.as_deref().unwrap_or(""), &numbers);
        let pages = record.pages.as_deref().unwrap_or("");
        let title = Title::read(record.title.as_deref().unwrap_or(""));
        let mut cochrane = identifiers::cochrane(doi.as_deref(), pages, &container.name);
        if cochrane == 0 && container.is_living() && !title.is_missing() {
            // Outside the Cochrane Library the title is the number of a continuously updated review.
            cochrane =
                (super::normalise::fingerprint(title.main().as_bytes()) >> 33) as u32 | 1 << 31;
        }
        let mut locator = Locator::read(
            record.volume.as_deref().unwrap_or(""),
            record.issue.as_deref().unwrap_or(""),
            pages,
        );
        if record
            .year
            .is_some_and(|year| u32::try_from(year) == Ok(locator.volume))
        {
            // Some databases give the year as the volume, others the volume proper.
            locator.volume = 0;
        }
        if cochrane > 0 {
            // Volume, issue and pages of a Cochrane review name the version, not the review.
            locator = Locator::default();
        }
        let kind = text(&record.kind).to_lowercase();
        let served = doi
            .as_deref()
            .is_some_and(|doi| PREPRINT_DOIS.iter().any(|start| doi.starts_with(start)));
        Self {
            title,
            authors: Authors::read(&record.authors),
            year: record
                .year
                .filter(|year| (1000..3000).contains(year))
                .unwrap_or(0),
            preprint: container.class == Class::Preprint || served,
            thesis: container.class == Class::Thesis
                || degree(record.volume.as_deref().unwrap_or(""))
                || kind.contains("thesis")
                || kind.contains("dissertation")
                || kind == "thes",
            container,
            locator,
            doi,
            pmid: identifiers::pmid(record.pmid.as_deref().unwrap_or("")),
            cochrane,
            database: record.database.as_deref().map_or(0, |name| {
                super::normalise::fingerprint(fold(name, 100).as_bytes())
            }),
            sketch: Sketch::of(record.abstract_text.as_deref().unwrap_or("")),
            language: language(record.language.as_deref().unwrap_or("")),
        }
    }

    /// Whether volume, issue, pages, identifiers and abstract are all missing.
    pub(super) fn is_bare(&self) -> bool {
        self.locator == Locator::default()
            && self.doi.is_none()
            && self.pmid == 0
            && self.cochrane == 0
            && self.sketch == Sketch::default()
    }

    /// A number that is equal for equal keys; order of input and machine do not matter.
    pub(super) fn digest(&self) -> u64 {
        let mut hasher = Fingerprint::default();
        self.hash(&mut hasher);
        hasher.finish()
    }
}

/// Whether a thesis database put the degree where the volume stands.
fn degree(volume: &str) -> bool {
    let lower = super::normalise::head(volume, 40).to_lowercase();
    [
        "ph.d", "phd", "m.d.", "m.s.", "m.a.", "ed.d", "psy.d", "dr.", "doctor", "master",
    ]
    .iter()
    .any(|degree| lower.starts_with(degree))
}

fn text_head(text: Option<&str>) -> &str {
    super::normalise::head(text.unwrap_or(""), 200)
}

fn language(text: &str) -> u32 {
    let folded = fold(text, 40);
    match folded.get(..2) {
        Some(start) => u32::from(start.as_bytes()[0]) << 8 | u32::from(start.as_bytes()[1]),
        None => 0,
    }
}
