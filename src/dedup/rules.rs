//! Decides a pair: same, different, or unsure, from the weight of evidence of each field.
//!
//! Every field adds or takes points in the manner of Fellegi and Sunter (1969): roughly the natural logarithm of how much more
//! often the agreement (or contradiction) is seen between copies of one publication than between two publications that share a
//! candidate block. Points are the same for every collection, so that a pair's outcome never depends on other records.

use super::compare::Evidence;
use super::container::Relation;
use super::key::Key;
use super::lacking::lacking;
use super::locator::Match;
use super::settings::Settings;
use super::subtitle::label;
use super::veto::veto;

/// What becomes of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// One publication.
    Same,
    /// For a person to decide.
    Unsure,
    /// Two publications.
    Different,
}

/// A pair's outcome with its reason.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Decision {
    pub(super) outcome: Outcome,
    /// Sum of the points.
    pub(super) points: f64,
    /// Name of the rule that the pair is merged by.
    pub(super) rule: &'static str,
    /// The points field by field.
    pub(super) weights: Points,
    /// Share of the shorter abstract in the longer, where both tell.
    pub(super) text: Option<f64>,
}

impl Decision {
    /// Two publications; nothing more is kept of them.
    const DIFFERENT: Self = Self {
        outcome: Outcome::Different,
        points: 0.0,
        rule: "",
        weights: Points::NONE,
        text: None,
    };
}

/// Points from which a pair is one publication.
const SAME: f64 = 8.0;
/// Points from which a pair is worth a look.
const UNSURE: f64 = 5.75;

/// Points of each field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Points {
    pub(super) title: f64,
    pub(super) authors: f64,
    pub(super) year: f64,
    pub(super) container: f64,
    pub(super) volume: f64,
    pub(super) issue: f64,
    pub(super) pages: f64,
    pub(super) doi: f64,
    pub(super) pmid: f64,
    pub(super) text: f64,
    pub(super) database: f64,
}

impl Points {
    const NONE: Self = Self {
        title: 0.0,
        authors: 0.0,
        year: 0.0,
        container: 0.0,
        volume: 0.0,
        issue: 0.0,
        pages: 0.0,
        doi: 0.0,
        pmid: 0.0,
        text: 0.0,
        database: 0.0,
    };

    /// The sum, in a fixed order.
    pub(super) fn sum(&self) -> f64 {
        self.title
            + self.authors
            + self.year
            + self.container
            + self.volume
            + self.issue
            + self.pages
            + self.doi
            + self.pmid
            + self.text
            + self.database
    }

    /// Weighs the evidence.
    pub(super) fn of(a: &Key, b: &Key, evidence: &Evidence) -> Self {
        let moved = a.moved(b) || evidence.cochrane == Match::Equal;
        // A preprint, a thesis or a Cochrane version stands elsewhere by its nature: its place says nothing against it.
        let against = |points: f64| if moved { 0.0 } else { points };
        Self {
            title: title(a, b, evidence),
            authors: authors(evidence),
            year: year(evidence, moved),
            container: match evidence.container {
                Relation::Same => 1.5,
                Relation::Unknown => 0.0,
                Relation::Different => against(-3.5),
                Relation::OtherClass => against(-6.0),
            },
            volume: match evidence.volume {
                Match::Equal => 1.5,
                Match::Differ => against(-2.5),
                _ => 0.0,
            },
            issue: match evidence.issue {
                Match::Equal => 0.5,
                Match::Differ => against(-0.5),
                _ => 0.0,
            },
            pages: match (evidence.pages, evidence.last_page) {
                (Match::Equal, Match::Equal) => 4.5,
                (Match::Equal, _) => 3.0,
                (Match::Close, _) => 0.5,
                (Match::Differ, _) => against(-4.0),
                (Match::Unknown, _) => 0.0,
            },
            doi: match evidence.doi {
                _ if evidence.cochrane == Match::Equal => 6.0,
                // Abstracts of one supplement may share its DOI.
                Match::Equal if a.locator.supplement || b.locator.supplement => 2.5,
                Match::Equal => 6.0,
                Match::Differ => against(-5.0),
                _ => 0.0,
            },
            pmid: match evidence.pmid {
                Match::Equal => 9.0,
                Match::Differ => -3.0,
                _ => 0.0,
            },
            text: evidence.sketch.map_or(0.0, |share| match share {
                share if share >= 0.8 => 4.0,
                share if share >= 0.5 => 2.5,
                share if share >= 0.2 => 0.0,
                _ => -2.0,
            }),
            // A database lists a publication once: two bare entries of it are two items of one heading.
            database: if a.database > 0 && a.database == b.database && a.is_bare() && b.is_bare() {
                -2.5
            } else {
                0.0
            },
        }
    }
}

/// Agreement of long titles says much, of short ones little; rubrics such as "Editorial" say nothing.
fn title(a: &Key, b: &Key, evidence: &Evidence) -> f64 {
    let Some(title) = &evidence.title else {
        return 0.0;
    };
    let length = (2.0 + title.length as f64 / 12.0).min(6.0);
    let length = if a.title.rubric || b.title.rubric {
        length.min(1.0)
    } else {
        length
    };
    let foreign =
        a.title.foreign(&b.title) || (a.language != b.language && a.language > 0 && b.language > 0);
    match (title.left.is_empty(), title.right.is_empty()) {
        (true, true) if title.start => length * 0.8,
        (true, true) => length,
        (false, false) => {
            let points = match title.similarity {
                s if s >= 0.9 => length * 0.3 - 2.0,
                s if s >= 0.75 => -2.0,
                s if s >= 0.5 => -4.0,
                _ => -6.0,
            };
            if foreign { points.max(-1.5) } else { points }
        }
        _ if title.start || label(&title.left) && label(&title.right) => length * 0.6 - 0.5,
        _ => length * 0.5 - 1.0,
    }
}

fn authors(evidence: &Evidence) -> f64 {
    let Some(authors) = evidence.authors else {
        return 0.0;
    };
    let points: f64 = match authors.share {
        share if share >= 0.6 => {
            // Two of two say more than two of six, unless the list is cut.
            let many = match authors.shorter {
                1 if authors.longer > 2 => 1.0,
                1 => 3.0,
                2 if authors.longer > 4 => 2.5,
                2 => 4.0,
                _ => 4.5,
            };
            if authors.first { many } else { many - 0.5 }
        }
        share if share >= 0.4 => 1.0,
        share if share > 0.0 => -1.5,
        _ => -5.0,
    };
    // Teams change between versions of a Cochrane review.
    if evidence.cochrane == Match::Equal {
        points.max(-1.0)
    } else {
        points
    }
}

fn year(evidence: &Evidence, moved: bool) -> f64 {
    match evidence.years {
        None => 0.0,
        Some(0) => 1.0,
        Some(1) => -0.5,
        Some(_) if moved => -0.5,
        Some(2) => -1.5,
        Some(_) => -4.0,
    }
}

/// Whether neither an identifier, a page, nor half of the title's words are shared, so that nothing could make up for it.
fn hopeless(a: &Key, b: &Key, evidence: &Evidence) -> bool {
    let identified = evidence.doi == Match::Equal
        || evidence.pmid == Match::Equal
        || evidence.cochrane == Match::Equal;
    let placed = a.locator.first.number > 0 && a.locator.first.number == b.locator.first.number;
    !identified
        && !placed
        && evidence.sketch.is_none_or(|share| share < 0.2)
        && a.title.far_from(&b.title)
}

/// Most points that titles, authors and containers can give.
const BEST_TITLE: f64 = 6.0;
const BEST_AUTHORS: f64 = 4.5;
const BEST_CONTAINER: f64 = 1.5;

/// The evidence of a pair, or `None` as soon as no further field could make up for what is known.
fn promising<'a>(a: &'a Key, b: &'a Key) -> Option<Evidence<'a>> {
    let mut evidence = Evidence::of_place(a, b);
    let sum = |evidence: &Evidence| Points::of(a, b, evidence).sum();
    if sum(&evidence) + BEST_TITLE + BEST_AUTHORS + BEST_CONTAINER < UNSURE
        || hopeless(a, b, &evidence)
    {
        return None;
    }
    evidence.read_container(a, b);
    if sum(&evidence) + BEST_TITLE + BEST_AUTHORS < UNSURE {
        return None;
    }
    evidence.read_authors(a, b);
    if sum(&evidence) + BEST_TITLE < UNSURE {
        return None;
    }
    evidence.read_title(a, b);
    Some(evidence)
}

/// Decides the pair.
pub(super) fn decide(a: &Key, b: &Key, settings: &Settings) -> Decision {
    let Some(evidence) = promising(a, b) else {
        return Decision::DIFFERENT;
    };
    let points = Points::of(a, b, &evidence);
    let sum = points.sum();
    if sum < UNSURE || veto(a, b, &evidence, settings).is_some() {
        return Decision::DIFFERENT;
    }
    let outcome = if sum >= SAME && lacking(a, b, &evidence, settings).is_none() {
        Outcome::Same
    } else {
        Outcome::Unsure
    };
    Decision {
        outcome,
        points: sum,
        rule: rule(a, b, &evidence),
        weights: points,
        text: evidence.sketch,
    }
}

/// The weights of a pair that is joined whatever they are: a verdict of a person.
pub(super) fn told(a: &Key, b: &Key) -> Decision {
    let evidence = Evidence::between(a, b);
    Decision {
        outcome: Outcome::Same,
        points: f64::INFINITY,
        rule: "verdict",
        weights: Points::of(a, b, &evidence),
        text: evidence.sketch,
    }
}

/// Points on a scale from 0 to 1: 0.5 where a pair becomes worth a look, 0.95 where it becomes one publication.
pub(super) fn score(points: f64) -> f64 {
    let scale = (SAME - UNSURE) / 19.0_f64.ln();
    let score = 1.0 / (1.0 + libm::exp(-(points - UNSURE) / scale));
    (score * 10_000.0).round() / 10_000.0
}

/// Names the strongest ground, strongest first.
fn rule(a: &Key, b: &Key, evidence: &Evidence) -> &'static str {
    if evidence.cochrane == Match::Equal && evidence.doi == Match::Differ {
        "cochrane-version"
    } else if evidence.doi == Match::Differ {
        if a.preprint == b.preprint {
            "two-dois-one-publication"
        } else {
            "preprint-and-published-two-dois"
        }
    } else if evidence.pmid == Match::Equal {
        "same-pmid"
    } else if evidence.doi == Match::Equal {
        "same-doi"
    } else if evidence.cochrane == Match::Equal {
        "same-cochrane-review"
    } else if a.preprint != b.preprint {
        "preprint-and-published"
    } else if a.thesis || b.thesis {
        "thesis"
    } else if evidence.same_place() {
        "same-place"
    } else if evidence.sketch.is_some_and(|share| share >= 0.5) {
        "same-title-and-abstract"
    } else {
        "same-title-and-authors"
    }
}
