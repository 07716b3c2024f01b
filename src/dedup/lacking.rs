//! What holds a pair back that its points would join.

use crate::dedup::compare::Evidence;
use crate::dedup::container::Relation;
use crate::dedup::container::sisters;
use crate::dedup::contrast::further_group;
use crate::dedup::contrast::further_paper;
use crate::dedup::contrast::negates;
use crate::dedup::identifiers::registered_apart;
use crate::dedup::key::Key;
use crate::dedup::kind::Kind;
use crate::dedup::locator::Match;
use crate::dedup::notice::Notice;
use crate::dedup::settings::Policy;
use crate::dedup::settings::Settings;
use crate::dedup::subtitle::design;
use crate::dedup::subtitle::label;
use crate::dedup::title_difference::value;
use crate::dedup::veto::other_number;

/// What a merge needs beside points and does not have: evidence of the work itself, and of its place or people.
pub(super) fn lacking(
    a: &Key,
    b: &Key,
    evidence: &Evidence,
    settings: &Settings,
) -> Option<&'static str> {
    let notice = a.notice != Notice::None || b.notice != Notice::None;
    let bare = a.is_bare()
        && b.is_bare()
        && evidence.container == Relation::Same
        && evidence.years == Some(0);
    if notice && !(evidence.same_place() || evidence.identified() || bare && evidence.same_title())
    {
        // A paper may have two errata or replies under one title.
        return Some("place-of-the-notice");
    }
    // Databases drop subtitles: the same team in the same journal and year does not publish both forms.
    let shortened = evidence.container == Relation::Same
        && evidence.years == Some(0)
        && evidence
            .authors
            .is_some_and(|authors| authors.share >= 0.9 && authors.shorter >= 2);
    let settled = evidence.same_place() || evidence.identified();
    let text = evidence.sketch.is_some_and(|share| share >= 0.5);
    let work = evidence
        .title
        .as_ref()
        .is_none_or(|title| title.similarity >= 0.75 || (settled || shortened) && title.start)
        || settled && a.title.foreign(&b.title) && (evidence.same_authors() || text)
        || !evidence.substituted() && evidence.sketch.is_some_and(|share| share >= 0.8);
    let pinned = evidence.pinned(a, b);
    if !work && !pinned {
        return Some("same-work");
    }
    let confirmed = evidence.same_authors()
        || evidence.identified()
        || evidence.same_place()
        || evidence.cochrane == Match::Equal
        || evidence.sketch.is_some_and(|share| share >= 0.8);
    if !confirmed {
        return Some("same-people-or-place");
    }
    if evidence.container == Relation::Different && !evidence.same_title() && !pinned {
        return Some("same-journal-or-title");
    }
    let renamed = evidence.cochrane == Match::Equal
        && evidence.doi != Match::Equal
        && evidence.title.as_ref().is_some_and(|title| {
            title.similarity < 0.9 || !title.left.is_empty() && !title.right.is_empty()
        });
    if renamed {
        return Some("title-of-the-review");
    }
    // Words that changed make another item unless place, identifier or text say otherwise; so do words of one title alone
    // that turn its meaning, announce a further paper of the study, or name a further group.
    let other_words = evidence.substituted()
        || evidence.misspelt()
        || further(a, b, evidence)
        || inserted(a, b, evidence);
    if other_words && !settled && !text && evidence.cochrane != Match::Equal {
        return Some("same-words");
    }
    // The words that were cut may be the ones that differ.
    if a.title.cut != b.title.cut && !settled && !text {
        return Some("place-of-the-cut-title");
    }
    if other_number(a, b, evidence) {
        return Some("same-number");
    }
    let other = other_item(a, b, evidence, settled, text);
    let allowed = settings.abstract_and_paper == Policy::One && other == Some("abstract-or-paper");
    if other.is_some() && !allowed {
        return other;
    }
    // Two databases that list one heading by one team in one year of one journal, and nothing more, mean one item.
    let known = bare
        && a.database > 0
        && b.database > 0
        && a.database != b.database
        && evidence.same_title()
        && evidence.same_authors();
    // The same text under a heading of the same volume.
    let read = evidence.volume == Match::Equal
        && evidence.pages != Match::Differ
        && evidence.container == Relation::Same
        && evidence.sketch.is_some_and(|share| share >= 0.8);
    let heading = (a.title.rubric || b.title.rubric) && !known && !read;
    (heading
        && !evidence.same_place()
        && !evidence.identified()
        && evidence.cochrane != Match::Equal)
        .then_some("place-under-the-heading")
}

/// What makes two items of one title by one team: another place in the issue, another trial, another kind of item.
fn other_item(
    a: &Key,
    b: &Key,
    evidence: &Evidence,
    settled: bool,
    text: bool,
) -> Option<&'static str> {
    let identified = evidence.doi == Match::Equal || evidence.pmid == Match::Equal;
    let same_text = evidence.sketch.is_some_and(|share| share >= 0.8);
    if evidence.other_pages_of_the_issue(a, b) && !identified && !same_text {
        // Articles follow each other in an issue, and no two have one abstract.
        return Some("same-pages");
    }
    if settled {
        return None;
    }
    if registered_apart(&a.registrations, &b.registrations) {
        // A paper may name several trials, so that this is no veto.
        return Some("same-registration");
    }
    if sisters(&a.container, &b.container) && !text {
        return Some("same-journal");
    }
    if a.thesis_and_paper(b) {
        return Some("thesis-or-paper");
    }
    let kinds = |one: Kind, other: Kind| {
        (a.kind, b.kind) == (one, other) || (a.kind, b.kind) == (other, one)
    };
    if kinds(Kind::Letter, Kind::Article) && !text {
        return Some("letter-or-paper");
    }
    let congress =
        |key: &Key| key.kind == Kind::Congress || key.container.congress || key.locator.supplement;
    let told = a.kind == Kind::Congress || b.kind == Kind::Congress;
    (told && congress(a) != congress(b) && !(text && evidence.years == Some(0)))
        .then_some("abstract-or-paper")
}

/// Whether one title alone has words that databases do not drop: neither the design of the study behind it nor the kind of
/// contribution, unless two tables of contents list it.
fn inserted(a: &Key, b: &Key, evidence: &Evidence) -> bool {
    let Some(title) = &evidence.title else {
        return false;
    };
    if title.left.is_empty() == title.right.is_empty() || a.title.cut || b.title.cut {
        return false;
    }
    let extra = if title.left.is_empty() {
        &title.right
    } else {
        &title.left
    };
    let part = extra.len() <= 3
        && extra
            .last()
            .is_some_and(|word| value(word).is_some_and(|number| number <= 20));
    !(label(extra)
        || title.tail && !title.narrowed && design(extra)
        || !part && !title.narrowed && evidence.listed(a, b))
}

/// Whether the words that one title has alone turn its meaning, announce a further paper of the study, or name a further group.
fn further(a: &Key, b: &Key, evidence: &Evidence) -> bool {
    let Some(title) = &evidence.title else {
        return false;
    };
    let within = |extra: &[&str], other: &Key| {
        let mut forms = other.title.forms.iter();
        negates(extra) || further_paper(extra) || forms.any(|form| further_group(extra, &form.text))
    };
    within(&title.left, b) || within(&title.right, a)
}
