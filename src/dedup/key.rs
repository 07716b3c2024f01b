//! Everything about one record that comparison looks at, computed once.

use super::abstracts::Sketch;
use super::authors::Authors;
use super::container::{Class, Container};
use super::identifiers;
use super::kind::{self, Kind};
use super::locator::Locator;
use super::normalise::{Fingerprint, fold};
use super::notice::Notice;
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
    /// Registration numbers of trials.
    pub(super) registrations: Box<[Box<str>]>,
    /// Whether the record is the entry of a trial in a registry, not a paper.
    pub(super) registered: bool,
    /// What the database says the item is.
    pub(super) kind: Kind,
    /// What the title announces, or the type says where the title does not.
    pub(super) notice: Notice,
}

/// Registrants that serve preprints only.
const PREPRINT_DOIS: [&str; 11] = [
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
        let type_of_item = text(&record.kind).to_lowercase();
        let (kind, typed) = kind::read(&type_of_item);
        let served = doi.as_deref().is_some_and(served_by_preprint_server)
            && matches!(container.class, Class::Unknown | Class::Preprint);
        let pmid = identifiers::pmid(record.pmid.as_deref().unwrap_or(""));
        let mut registrations = text(&record.trial_id);
        if container.class == Class::Registry {
            for more in [
                text(&record.journal),
                text(&record.url),
                record.authors.join(" "),
            ] {
                registrations = format!("{registrations} {more}");
            }
        }
        let registrations = identifiers::registrations(&registrations);
        let unpublished = container.name.is_empty()
            && doi.is_none()
            && pmid == 0
            && locator == Locator::default();
        let notice = if title.notice == Notice::None {
            typed
        } else {
            title.notice
        };
        Self {
            title,
            authors: Authors::read(&record.authors),
            year: record
                .year
                .filter(|year| (1000..3000).contains(year))
                .unwrap_or(0),
            preprint: container.class == Class::Preprint || served,
            registered: !registrations.is_empty()
                && (container.class == Class::Registry || unpublished),
            registrations,
            kind,
            notice,
            thesis: container.class == Class::Thesis
                || degree(record.volume.as_deref().unwrap_or(""))
                || type_of_item.contains("thesis")
                || type_of_item.contains("dissertation")
                || type_of_item == "thes",
            container,
            locator,
            doi,
            pmid,
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

    /// Whether one of the two stands elsewhere by its nature, so that another place says nothing against the pair: a preprint beside
    /// its published form, a thesis beside its entry in an index.
    pub(super) fn moved(&self, other: &Self) -> bool {
        self.preprint != other.preprint
            || self.thesis && other.lists_theses()
            || other.thesis && self.lists_theses()
    }

    /// Whether the record may stand for a thesis: it is one, its container is a university, or nothing says where it appeared.
    fn lists_theses(&self) -> bool {
        self.thesis
            || self.container.university
            || self.container.name.is_empty() && self.locator == Locator::default()
    }

    /// Whether one is a thesis, and the other a paper somewhere else.
    pub(super) fn thesis_and_paper(&self, other: &Self) -> bool {
        self.thesis != other.thesis && !self.moved(other)
    }

    /// A number that is equal for equal keys; order of input and machine do not matter.
    pub(super) fn digest(&self) -> u64 {
        let mut hasher = Fingerprint::default();
        self.hash(&mut hasher);
        hasher.finish()
    }
}

/// Whether the DOI (as read) was given by a server of preprints.
///
/// Cold Spring Harbor gives 10.1101 to its preprints and to its journals; a preprint has a date and number, or a number of six digits.
fn served_by_preprint_server(doi: &str) -> bool {
    let numbered = ["10.1101/", "10.64898/"].iter().any(|start| {
        doi.strip_prefix(start).is_some_and(|suffix| {
            let digits = suffix.bytes().take_while(u8::is_ascii_digit).count();
            let rest = &suffix[digits..];
            let version = rest.is_empty()
                || rest.starts_with('v') && rest[1..].bytes().all(|byte| byte.is_ascii_digit());
            version && (digits == 6 || digits >= 14 && suffix.starts_with("20"))
        })
    });
    numbered || PREPRINT_DOIS.iter().any(|start| doi.starts_with(start))
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
