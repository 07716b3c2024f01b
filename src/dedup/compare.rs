//! Sets two records side by side: how far each field agrees.

use super::authors::{self, Agreement};
use super::container::{self, Relation};
use super::key::Key;
use super::locator::{self, Match};
use super::title_difference::{self, Difference};

/// What the fields of two records say of each other.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Evidence<'a> {
    /// Titles; `None` where either is missing.
    pub(super) title: Option<Difference<'a>>,
    /// Authors; `None` where either is missing.
    pub(super) authors: Option<Agreement>,
    /// Years apart; `None` where either is missing.
    pub(super) years: Option<u32>,
    pub(super) container: Relation,
    pub(super) volume: Match,
    pub(super) issue: Match,
    pub(super) pages: Match,
    pub(super) last_page: Match,
    pub(super) doi: Match,
    pub(super) pmid: Match,
    pub(super) cochrane: Match,
    /// Share of the shorter abstract in the longer; `None` where either is missing or too short.
    pub(super) sketch: Option<f64>,
}

impl<'a> Evidence<'a> {
    /// Compares two records.
    pub(super) fn between(a: &'a Key, b: &'a Key) -> Self {
        Self {
            title: title_difference::compare(&a.title, &b.title),
            authors: authors::agreement(&a.authors, &b.authors),
            years: (a.year > 0 && b.year > 0).then(|| a.year.abs_diff(b.year)),
            container: container::relation(&a.container, &b.container),
            volume: locator::numbers(a.locator.volume, b.locator.volume),
            issue: locator::numbers(a.locator.issue, b.locator.issue),
            pages: locator::pages(&a.locator, &b.locator),
            last_page: locator::numbers(a.locator.last, b.locator.last),
            doi: match (&a.doi, &b.doi) {
                (Some(a), Some(b)) if a == b => Match::Equal,
                // A figure of an article (`….g001`), a DOI cut short.
                (Some(a), Some(b)) if a.starts_with(&**b) || b.starts_with(&**a) => Match::Unknown,
                (Some(_), Some(_)) => Match::Differ,
                _ => Match::Unknown,
            },
            pmid: locator::numbers(a.pmid, b.pmid),
            cochrane: locator::numbers(a.cochrane, b.cochrane),
            sketch: a.sketch.overlap(&b.sketch),
        }
    }

    /// Whether the titles agree but for spelling.
    pub(super) fn same_title(&self) -> bool {
        self.title
            .as_ref()
            .is_some_and(|title| title.left.is_empty() && title.right.is_empty())
    }

    /// Whether each title has words that the other lacks.
    pub(super) fn substituted(&self) -> bool {
        self.title
            .as_ref()
            .is_some_and(|title| !title.left.is_empty() && !title.right.is_empty())
    }

    /// Whether the same people signed, in so far as both records say.
    pub(super) fn same_authors(&self) -> bool {
        self.authors.is_some_and(|authors| authors.share >= 0.6)
    }

    /// Whether one start page in one volume is given on both sides.
    pub(super) fn same_place(&self) -> bool {
        self.pages == Match::Equal
            && self.volume != Match::Differ
            && self.issue != Match::Differ
            && (self.volume == Match::Equal || self.years == Some(0))
            && !matches!(self.container, Relation::Different | Relation::OtherClass)
    }

    /// Whether an identifier given to one publication only is shared and nothing in the place speaks against it.
    pub(super) fn identified(&self) -> bool {
        (self.doi == Match::Equal || self.pmid == Match::Equal) && self.pages != Match::Differ
    }
}
