//! Sets two records side by side: how far each field agrees.

use super::authors::{self, Agreement};
use super::container::{self, Relation};
use super::key::Key;
use super::locator::{self, Match};
use super::near_word::Near;
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
        let mut evidence = Self::of_place(a, b);
        evidence.read_container(a, b);
        evidence.read_authors(a, b);
        evidence.read_title(a, b);
        evidence
    }

    /// Compares what costs next to nothing: year, volume, issue, pages, identifiers and abstract.
    pub(super) fn of_place(a: &'a Key, b: &'a Key) -> Self {
        let shifted =
            locator::shifted(&a.locator, &b.locator) || locator::shifted(&b.locator, &a.locator);
        let place = |found: Match, shift: Match| if shifted { shift } else { found };
        Self {
            title: None,
            authors: None,
            years: (a.year > 0 && b.year > 0).then(|| a.year.abs_diff(b.year)),
            container: Relation::Unknown,
            volume: place(
                locator::numbers(a.locator.volume, b.locator.volume),
                Match::Equal,
            ),
            issue: place(
                locator::numbers(a.locator.issue, b.locator.issue),
                Match::Equal,
            ),
            pages: place(locator::pages(&a.locator, &b.locator), Match::Unknown),
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

    /// Adds the containers.
    pub(super) fn read_container(&mut self, a: &'a Key, b: &'a Key) {
        self.container = container::relation(&a.container, &b.container);
    }

    /// Adds the authors.
    pub(super) fn read_authors(&mut self, a: &'a Key, b: &'a Key) {
        self.authors = authors::agreement(&a.authors, &b.authors);
    }

    /// Adds the titles.
    pub(super) fn read_title(&mut self, a: &'a Key, b: &'a Key) {
        self.title = title_difference::compare(&a.title, &b.title);
    }

    /// Whether the titles agree but for spelling.
    pub(super) fn same_title(&self) -> bool {
        self.title
            .as_ref()
            .is_some_and(|title| title.left.is_empty() && title.right.is_empty())
    }

    /// Whether the titles agree because two words are of nearly one spelling, and may yet be two words.
    ///
    /// A slip inside a word is taken for one where the same people sign in the same container and year.
    pub(super) fn misspelt(&self) -> bool {
        self.title.as_ref().is_some_and(|title| match title.near {
            Near::Spelling => false,
            Near::Slip => {
                !(self.container == Relation::Same
                    && self.same_authors()
                    && self.years.is_some_and(|years| years <= 1))
            }
            Near::Word => true,
        })
    }

    /// Whether two databases list what may be one item of one container and year by all the same people, and say nothing more of it:
    /// tables of contents, in which each stands once and titles are shortened.
    pub(super) fn listed(&self, a: &Key, b: &Key) -> bool {
        a.is_bare()
            && b.is_bare()
            && a.database > 0
            && b.database > 0
            && a.database != b.database
            && self.container == Relation::Same
            && self
                .authors
                .is_some_and(|authors| authors.share >= 0.9 && authors.shorter == authors.longer)
            && self.years == Some(0)
    }

    /// Whether two full ranges of pages in one issue have no page in common.
    pub(super) fn other_pages_of_the_issue(&self, a: &Key, b: &Key) -> bool {
        let range = |key: &Key| (key.locator.first.number, u64::from(key.locator.last));
        let ((first, last), (other_first, other_last)) = (range(a), range(b));
        self.volume == Match::Equal
            && self.issue == Match::Equal
            && a.locator.first.letter == b.locator.first.letter
            && first > 0
            && other_first > 0
            && last >= first
            && other_last >= other_first
            && (last < other_first || other_last < first)
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

    /// Whether one DOI stands beside one range of pages in one volume: then the records are of one item whatever its title is said to
    /// be, for titles are translated and shortened, and two articles do not fill the same pages.
    pub(super) fn pinned(&self, a: &Key, b: &Key) -> bool {
        let ranged = u64::from(a.locator.last) > a.locator.first.number;
        self.doi == Match::Equal
            && self.pages == Match::Equal
            && self.last_page == Match::Equal
            && ranged
            && self.volume == Match::Equal
            && self.issue != Match::Differ
            && self.container != Relation::OtherClass
            && !a.locator.supplement
            && !b.locator.supplement
            && self.years.is_none_or(|years| years <= 1)
            && self.authors.is_none_or(|authors| authors.share >= 0.4)
    }

    /// Whether two abstracts of one title by one team stand in one volume of supplements, on another page or under another abstract number.
    pub(super) fn same_congress_item(&self, a: &Key, b: &Key) -> bool {
        let short = |key: &Key| {
            key.locator.first.number == 0
                || key.locator.supplement
                || key.container.congress && key.locator.issue == 0
                || u64::from(key.locator.last) == key.locator.first.number && key.locator.issue == 0
        };
        let congress = |key: &Key| key.container.congress || key.locator.supplement;
        self.same_title()
            && !self.misspelt()
            && self.title.as_ref().is_some_and(|title| title.length >= 40)
            && (congress(a) || congress(b))
            && short(a)
            && short(b)
            && self.container == Relation::Same
            && self.volume == Match::Equal
            && self.issue != Match::Differ
            && self.years == Some(0)
            && self.authors.is_some_and(|authors| {
                authors.share >= 0.9 && authors.shorter >= 2 && authors.shorter == authors.longer
            })
            && self.sketch.is_none_or(|share| share >= 0.8)
    }

    /// Whether an identifier given to one publication only is shared and nothing in the place speaks against it.
    pub(super) fn identified(&self) -> bool {
        (self.doi == Match::Equal || self.pmid == Match::Equal) && self.pages != Match::Differ
    }
}
