//! Contradictions that keep two records apart however alike they look.
//!
//! A veto is a fact about two records alone, so that a cluster can be checked member by member: no chain of likenesses joins
//! what a veto parts. Each has a bibliographic reason, given at its variant.

use super::compare::Evidence;
use super::container::{Class, Relation};
use super::contrast::contrasted;
use super::identifiers::registered_apart;
use super::key::Key;
use super::kind::Kind;
use super::locator::Match;
use super::notice::Notice;
use super::settings::{Policy, Settings};
use super::subtitle::other_letter;
use super::title::Title;
use super::title_difference::{compare_forms, value};
use std::collections::BTreeSet;

/// Why two records cannot be one publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Veto {
    /// One is a notice, comment or reply about the other; each is indexed as a publication of its own.
    Notice,
    /// The titles carry different numbers: parts of a series, types, follow-up times.
    Number,
    /// The titles name groups, sites or forms that exclude each other.
    Contrast,
    /// One title names a protocol, design or pilot paper, the other does not.
    StudyPart,
    /// Two review numbers of the Cochrane Library.
    ReviewNumber,
    /// Two entries of one registry of trials: each number is a trial.
    Registration,
    /// Two DOIs, and another field parts them too.
    Identifier,
    /// A congress abstract or conference paper, and a paper elsewhere.
    AbstractAndPaper,
    /// One title, but other people and another place: rubrics such as "Editorial".
    People,
    /// Titles with little in common, and no shared text or page range.
    Title,
    /// Another place: another journal, or another volume and page.
    Place,
    /// A preprint and its published form, where settings keep them apart.
    Preprint,
    /// Versions of a Cochrane review, where settings keep them apart.
    Version,
    /// A thesis and its index entry, where settings keep them apart.
    Thesis,
    /// Editions in two languages, where settings keep them apart.
    Translation,
}

impl Veto {
    /// The veto's name in explanations.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Notice => "notice-and-item",
            Self::Number => "other-number",
            Self::Contrast => "other-group",
            Self::StudyPart => "other-part-of-a-study",
            Self::ReviewNumber => "other-review-number",
            Self::Registration => "other-registration",
            Self::Identifier => "other-doi",
            Self::AbstractAndPaper => "abstract-and-paper",
            Self::People => "other-people",
            Self::Title => "other-title",
            Self::Place => "other-place",
            Self::Preprint => "preprint-and-published",
            Self::Version => "other-version",
            Self::Thesis => "thesis-and-index",
            Self::Translation => "other-language",
        }
    }
}

/// Words of a title that make it another paper of the same study.
const STUDY_PARTS: [&str; 8] = [
    "protocol",
    "protocols",
    "rationale",
    "design",
    "pilot",
    "feasibility",
    "baseline",
    "addendum",
];

/// The veto between two records, if any.
pub(super) fn veto(a: &Key, b: &Key, evidence: &Evidence, settings: &Settings) -> Option<Veto> {
    if let Some(veto) = by_policy(a, b, evidence, settings) {
        return Some(veto);
    }
    if evidence.cochrane == Match::Differ {
        return Some(Veto::ReviewNumber);
    }
    if a.registered && b.registered && registered_apart(&a.registrations, &b.registrations) {
        return Some(Veto::Registration);
    }
    if other_notice(a, b, evidence) {
        return Some(Veto::Notice);
    }
    let identified =
        evidence.identified() && (evidence.same_authors() || evidence.pages == Match::Equal);
    if !identified {
        if other_number(a, b, evidence) {
            return Some(Veto::Number);
        }
        if other_group(a, b, evidence) {
            return Some(Veto::Contrast);
        }
        if other_study_part(a, b, evidence) {
            return Some(Veto::StudyPart);
        }
    }
    if evidence.pmid != Match::Equal && !evidence.pinned(a, b) && other_title(a, b, evidence) {
        return Some(Veto::Title);
    }
    by_place(a, b, evidence, settings)
}

fn by_policy(a: &Key, b: &Key, evidence: &Evidence, settings: &Settings) -> Option<Veto> {
    let two = |policy: Policy| policy == Policy::Two;
    if two(settings.preprint) && a.preprint != b.preprint {
        return Some(Veto::Preprint);
    }
    if two(settings.cochrane_versions)
        && evidence.cochrane == Match::Equal
        && (evidence.doi == Match::Differ
            || evidence.doi == Match::Unknown && evidence.years != Some(0))
    {
        return Some(Veto::Version);
    }
    if two(settings.thesis) && a.thesis != b.thesis {
        return Some(Veto::Thesis);
    }
    let languages = a.language > 0 && b.language > 0 && a.language != b.language;
    if two(settings.translation) && languages && evidence.pages != Match::Equal {
        return Some(Veto::Translation);
    }
    None
}

/// Whether one is a notice, comment or reply and the other is not, or is of another kind.
fn other_notice(a: &Key, b: &Key, evidence: &Evidence) -> bool {
    if a.notice == b.notice {
        return false;
    }
    let item = (evidence.identified() || a.title.notice == b.title.notice && evidence.same_place())
        && evidence.pages == Match::Equal;
    // Letters and editorials have identifiers of their own; errata may be given that of their paper.
    let letter = |key: &Key| matches!(key.notice, Notice::None | Notice::Comment | Notice::Reply);
    let own = evidence.identified() && letter(a) && letter(b);
    !((item || own) && evidence.same_authors())
}

/// Whether both titles have a number in the same spot and it differs, or one alone ends in a part number.
pub(super) fn other_number(a: &Key, b: &Key, evidence: &Evidence) -> bool {
    let Some(title) = &evidence.title else {
        return false;
    };
    if evidence.identified() && evidence.pages == Match::Equal {
        return false;
    }
    if a.title.foreign(&b.title) && title.similarity < 0.8 {
        return false;
    }
    let values =
        |words: &[&str]| -> BTreeSet<u64> { words.iter().flat_map(|word| numbers(word)).collect() };
    if other_letter(a.title.main(), b.title.main()) {
        return true;
    }
    if both_forms(&a.title, &b.title)
        .iter()
        .any(|(left, right)| contradict(&values(left), &values(right)))
    {
        return true;
    }
    let (left, right) = (values(&title.left), values(&title.right));
    if contradict(&left, &right) {
        return true;
    }
    let part = |words: &[&str]| {
        words
            .iter()
            .any(|word| matches!(*word, "part" | "teil" | "parte" | "partie"))
    };
    part(&title.left) && !left.is_empty() || part(&title.right) && !right.is_empty()
}

/// Whether the titles name groups that exclude each other and no place says that one of them is misread.
fn other_group(a: &Key, b: &Key, evidence: &Evidence) -> bool {
    !evidence.same_place()
        && !a.title.foreign(&b.title)
        && evidence
            .title
            .as_ref()
            .is_some_and(|title| contrasted(&title.left, &title.right))
}

/// Whether both titles give numbers, and other ones.
fn contradict(left: &BTreeSet<u64>, right: &BTreeSet<u64>) -> bool {
    !left.is_empty() && !right.is_empty() && left != right
}

/// Where both records carry title and original title: the words in which each of the two differs, for the closest pair of titles
/// may be the one that lost its number.
fn both_forms<'a>(a: &'a Title, b: &'a Title) -> Vec<(Vec<&'a str>, Vec<&'a str>)> {
    if a.forms.len() < 2 || b.forms.len() < 2 {
        return Vec::new();
    }
    let pairs = a.forms.iter().zip(&b.forms);
    pairs
        .map(|(left, right)| compare_forms(left, right, a.cut, b.cut))
        .map(|difference| (difference.left, difference.right))
        .collect()
}

/// The numbers in a word: what the word stands for, or its runs of digits (`delta9`).
fn numbers(word: &str) -> Vec<u64> {
    match value(word) {
        Some(value) => vec![value],
        None => word
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|run| run.parse().ok())
            .collect(),
    }
}

fn other_study_part(a: &Key, b: &Key, evidence: &Evidence) -> bool {
    let Some(title) = &evidence.title else {
        return false;
    };
    if a.cochrane > 0 && b.cochrane > 0 {
        return false;
    }
    let names = |words: &[&str]| words.iter().any(|word| STUDY_PARTS.contains(word));
    let one_sided = names(&title.left) != names(&title.right);
    let missing_by_cut = a.title.cut && names(&title.right) || b.title.cut && names(&title.left);
    one_sided && !missing_by_cut
}

/// Whether the titles have little in common though both can be read, and no shared text or page range outweighs that.
fn other_title(a: &Key, b: &Key, evidence: &Evidence) -> bool {
    let Some(title) = &evidence.title else {
        return false;
    };
    let foreign =
        a.title.foreign(&b.title) || a.language != b.language && a.language > 0 && b.language > 0;
    let same_text = evidence.sketch.is_some_and(|share| share >= 0.5)
        && evidence.issue != Match::Differ
        && evidence.pages != Match::Differ;
    let same_range = evidence.same_place()
        && evidence.volume == Match::Equal
        && evidence.last_page == Match::Equal
        && u64::from(a.locator.last) > a.locator.first.number
        && evidence.same_authors();
    !title.left.is_empty()
        && !title.right.is_empty()
        && title.similarity < 0.5
        && !foreign
        && !same_text
        && !same_range
}

/// Places that cannot both be right for one publication.
fn by_place(a: &Key, b: &Key, evidence: &Evidence, settings: &Settings) -> Option<Veto> {
    if (a.thesis || b.thesis) && evidence.years.is_some_and(|years| years > 3) {
        // An index lists a thesis within a few years of the degree.
        return Some(Veto::Place);
    }
    if evidence.cochrane == Match::Equal || evidence.pmid == Match::Equal || a.moved(b) {
        return None;
    }
    let place = Place::of(a, b, evidence);
    if evidence.same_congress_item(a, b) {
        return (evidence.doi == Match::Differ && place.contradicts_dois(a, b, evidence))
            .then_some(Veto::Identifier);
    }
    if settings.abstract_and_paper == Policy::Two && place.abstract_and_paper(a, b, evidence) {
        return Some(Veto::AbstractAndPaper);
    }
    if settings.abstract_and_paper == Policy::One
        && (place.supplement || evidence.container == Relation::OtherClass)
    {
        return None;
    }
    if evidence.doi == Match::Differ && place.contradicts_dois(a, b, evidence) {
        return Some(Veto::Identifier);
    }
    if place.elsewhere(a, b, evidence, settings) {
        return Some(Veto::Place);
    }
    if (a.title.cut != b.title.cut) && place.page && !place.own_doi {
        // The words that were cut may be the ones that differ.
        return Some(Veto::Place);
    }
    let conferences =
        a.container.class == Class::Conference && b.container.class == Class::Conference;
    let apart =
        evidence.container != Relation::Same || evidence.years.is_some_and(|years| years > 1);
    if conferences
        && place.later
        && apart
        && evidence.pages != Match::Equal
        && evidence.doi != Match::Equal
    {
        // Each year's conference is a volume of its own.
        return Some(Veto::Place);
    }
    let long_after = evidence.years.is_some_and(|years| years > 2)
        && !evidence.identified()
        && !evidence.same_place()
        && evidence.pages != Match::Equal;
    if long_after {
        // Reports and guidelines of one title by one body come out year after year.
        return Some(Veto::Place);
    }
    let strangers = evidence.authors.is_some_and(|authors| authors.share < 0.2);
    let nobody = evidence
        .authors
        .is_some_and(|authors| authors.share == 0.0 && authors.shorter >= 2);
    if nobody && evidence.substituted() && !text_agrees(evidence) {
        // Abstracts of one page share its number, and the supplement's DOI.
        return Some(Veto::People);
    }
    let supplement = |key: &Key| key.locator.supplement || key.container.congress;
    if place.page
        && !place.own_doi
        && supplement(a)
        && supplement(b)
        && evidence.sketch.is_some_and(|share| share < 0.5)
    {
        // Another abstract of the same supplement.
        return Some(Veto::Place);
    }
    (strangers && place.page && !place.own_doi).then_some(Veto::People)
}

/// What in the places of two records differs, both being given.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of two records"
)]
struct Place {
    page: bool,
    volume: bool,
    issue: bool,
    later: bool,
    journal: bool,
    /// One stands in a supplement, the other in an issue or on a page outside of one.
    supplement: bool,
    /// A DOI given to this item, not to a whole supplement.
    own_doi: bool,
}

impl Place {
    fn of(a: &Key, b: &Key, evidence: &Evidence) -> Self {
        let supplement = |key: &Key| key.locator.supplement || key.container.congress;
        let placed =
            |key: &Key| key.locator.volume > 0 && (supplement(key) || key.locator.issue > 0);
        Self {
            page: evidence.pages == Match::Differ,
            volume: evidence.volume == Match::Differ,
            issue: evidence.issue == Match::Differ,
            later: evidence.years.is_some_and(|years| years > 0),
            journal: evidence.container == Relation::Different,
            supplement: supplement(a) != supplement(b)
                && placed(a)
                && placed(b)
                && evidence.issue != Match::Equal,
            own_doi: evidence.doi == Match::Equal && !supplement(a) && !supplement(b),
        }
    }

    /// A congress names its abstracts' container; a paper of that title has another page, volume, issue or DOI.
    fn abstract_and_paper(&self, a: &Key, b: &Key, evidence: &Evidence) -> bool {
        if evidence.pages == Match::Equal
            && (evidence.volume == Match::Equal || evidence.doi == Match::Equal)
        {
            // Proceedings that appear in a journal or series.
            return false;
        }
        let moved = self.page || self.volume || self.supplement || evidence.doi == Match::Differ;
        let congress = a.container.congress != b.container.congress && moved && !self.own_doi;
        // Where the types say it, another year is enough.
        let typed = (a.kind, b.kind) == (Kind::Congress, Kind::Article)
            || (a.kind, b.kind) == (Kind::Article, Kind::Congress);
        let typed = typed && (moved || self.later) && evidence.doi != Match::Equal;
        congress
            || typed
            || evidence.container == Relation::OtherClass && evidence.doi != Match::Equal
    }

    /// Two DOIs are registered for one item now and then; then nothing else differs.
    fn contradicts_dois(&self, a: &Key, b: &Key, evidence: &Evidence) -> bool {
        let conferences =
            a.container.class == Class::Conference && b.container.class == Class::Conference;
        self.page
            || self.volume
            || self.issue
            || self.supplement
            || self.journal
            || evidence.substituted()
            || conferences && self.later
    }

    /// One publication has one place: a second one is a reprint, a congress abstract, or another item of that title.
    fn elsewhere(&self, a: &Key, b: &Key, evidence: &Evidence, settings: &Settings) -> bool {
        if evidence.doi == Match::Equal && evidence.pages == Match::Equal {
            return false;
        }
        let against = [
            self.volume,
            self.issue,
            self.journal,
            self.supplement,
            self.later,
        ]
        .into_iter()
        .filter(|differs| *differs)
        .count();
        if self.own_doi {
            return self.page && (against >= 2 || evidence.substituted());
        }
        // Journals translated from cover to cover keep volume and issue, not the pages or the name.
        let numbered = evidence.volume == Match::Equal
            && evidence.issue == Match::Equal
            && evidence.years == Some(0);
        let translated = settings.translation == Policy::One
            && numbered
            && evidence.same_title()
            && evidence.same_authors();
        let unpaged = evidence.pages == Match::Unknown && evidence.doi != Match::Equal;
        self.page && against >= 1 && !translated
            || self.volume && (self.later || self.supplement)
            || self.issue && unpaged && !self.supplement && !text_agrees(evidence)
            || self.journal && !translated && !same_range(a, b, evidence)
    }
}

fn text_agrees(evidence: &Evidence) -> bool {
    evidence.sketch.is_some_and(|share| share >= 0.5)
}

/// Whether first page and volume, or a range of pages in one year, are equal.
fn same_range(a: &Key, b: &Key, evidence: &Evidence) -> bool {
    let ranged = u64::from(a.locator.last) > a.locator.first.number
        && u64::from(b.locator.last) > b.locator.first.number;
    evidence.pages == Match::Equal
        && (evidence.volume == Match::Equal
            || ranged
                && evidence.last_page == Match::Equal
                && evidence.volume != Match::Differ
                && evidence.years == Some(0))
}
