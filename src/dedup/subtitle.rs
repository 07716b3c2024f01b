//! Words that one title has and the other lacks: which of them databases add and drop, and which make another paper.

/// Words of subtitles that say how a study was done: databases drop them, and a team does not print the title twice, with and without.
const DESIGN: [&str; 72] = [
    "analysis",
    "analyses",
    "application",
    "approach",
    "based",
    "blind",
    "blinded",
    "case",
    "center",
    "centre",
    "clinical",
    "cluster",
    "cohort",
    "comparative",
    "control",
    "controlled",
    "cross",
    "crossover",
    "data",
    "double",
    "experimental",
    "factorial",
    "findings",
    "group",
    "guideline",
    "guidelines",
    "inferiority",
    "interview",
    "interviews",
    "label",
    "literature",
    "longitudinal",
    "masked",
    "meta",
    "metaanalysis",
    "method",
    "methods",
    "mixed",
    "multi",
    "multicenter",
    "multicentre",
    "narrative",
    "nationwide",
    "network",
    "noninferiority",
    "non",
    "observational",
    "open",
    "overview",
    "parallel",
    "phase",
    "placebo",
    "population",
    "pragmatic",
    "prospective",
    "qualitative",
    "quasi",
    "randomised",
    "randomized",
    "registry",
    "report",
    "results",
    "retrospective",
    "review",
    "scoping",
    "sectional",
    "series",
    "single",
    "studies",
    "study",
    "systematic",
    "trial",
];

/// Words of which one at least stands in a subtitle that names a design.
const DESIGNS: [&str; 14] = [
    "trial",
    "trials",
    "study",
    "studies",
    "review",
    "overview",
    "metaanalysis",
    "meta",
    "report",
    "series",
    "cohort",
    "survey",
    "guideline",
    "guidelines",
];

/// Words that name the kind of a contribution: databases put them behind the title, or leave them out.
const LABELS: [&str; 34] = [
    "abstract",
    "article",
    "book",
    "brief",
    "communication",
    "demo",
    "demonstration",
    "description",
    "editor",
    "editors",
    "experience",
    "extended",
    "foreword",
    "full",
    "guest",
    "industrial",
    "introduction",
    "invited",
    "issue",
    "keynote",
    "only",
    "original",
    "panel",
    "paper",
    "poster",
    "preface",
    "review",
    "session",
    "short",
    "special",
    "summary",
    "talk",
    "tutorial",
    "version",
];

/// Whether words behind a title say how the study was done, and nothing else: `a phase 3 randomised trial`.
pub(super) fn design(extra: &[&str]) -> bool {
    let numbered = |at: usize| {
        at > 0 && extra[at - 1] == "phase" && super::title_difference::value(extra[at]).is_some()
    };
    extra.iter().any(|word| DESIGNS.contains(word))
        && extra.iter().enumerate().all(|(at, word)| {
            DESIGN.contains(word) || DESIGNS.contains(word) || *word == "survey" || numbered(at)
        })
}

/// Whether words name the kind of a contribution, and nothing else: `extended abstract`, `book review`.
pub(super) fn label(extra: &[&str]) -> bool {
    extra.iter().all(|word| LABELS.contains(word))
}

/// Whether a word opens a phrase that narrows a title to a place, a group, a time or a further treatment: `in Japan`.
pub(super) fn narrows(word: &str) -> bool {
    matches!(
        word,
        "in" | "among"
            | "for"
            | "with"
            | "from"
            | "during"
            | "after"
            | "following"
            | "before"
            | "versus"
            | "vs"
            | "plus"
            | "without"
            | "within"
            | "at"
            | "on"
            | "of"
            | "to"
            | "under"
            | "across"
            | "between"
    )
}

/// Nouns that a letter or number behind them tells from others of their kind.
fn counted(word: &str) -> bool {
    matches!(
        word,
        "part"
            | "teil"
            | "parte"
            | "partie"
            | "study"
            | "trial"
            | "experiment"
            | "phase"
            | "cohort"
            | "section"
            | "paper"
            | "series"
            | "group"
            | "arm"
            | "type"
            | "class"
            | "grade"
            | "stage"
            | "vitamin"
            | "hepatitis"
            | "influenza"
            | "chapter"
            | "report"
            | "appendix"
    )
}

/// Whether both titles letter one noun, and otherwise: `part A` and `part B`, `vitamin C` and `vitamin D`.
pub(super) fn other_letter(left: &str, right: &str) -> bool {
    let (left, right) = (lettered(left), lettered(right));
    left.iter().any(|(noun, _)| {
        let of = |all: &[(&str, u8)]| -> std::collections::BTreeSet<u8> {
            let same = all.iter().filter(|(other, _)| other == noun);
            same.map(|(_, letter)| *letter).collect()
        };
        let (one, other) = (of(&left), of(&right));
        !other.is_empty() && one != other
    })
}

/// The nouns of a folded title with the letter behind each. An `a` before a further word (`in this group a new …`) is an article,
/// unless that is a preposition or the noun is one that is lettered as a rule.
fn lettered(title: &str) -> Vec<(&str, u8)> {
    let words: Vec<&str> = title.split(' ').collect();
    let mut found = Vec::new();
    for (at, pair) in words.windows(2).enumerate() {
        let (noun, letter) = (pair[0], pair[1].as_bytes());
        let article = letter == b"a"
            && words.get(at + 2).is_some_and(|next| !narrows(next))
            && !matches!(
                noun,
                "part" | "teil" | "vitamin" | "hepatitis" | "influenza"
            );
        let mark = letter.len() == 1 && letter[0].is_ascii_lowercase();
        // `i`, `v` and `x` are numbers, `s` is what is left of a genitive.
        if counted(noun) && mark && !article && !matches!(letter[0], b's' | b'i' | b'v' | b'x') {
            found.push((noun, letter[0]));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn designs_and_kinds_of_contribution_are_told_from_results_and_places() {
        for subtitle in [
            &["randomised", "controlled", "trial"][..],
            &["systematic", "review", "meta", "analysis"],
            &["results", "phase", "3", "trial"],
        ] {
            assert!(design(subtitle), "{subtitle:?}");
        }
        for subtitle in [
            &["final", "results"][..],
            &["five", "year", "results"],
            &["process", "evaluation"],
            &["predictors", "response"],
            &["open", "label", "extension"],
            &["japan"],
            &["2"],
            &["study", "2"],
        ] {
            assert!(!design(subtitle), "{subtitle:?}");
        }
        assert!(label(&["extended", "abstract"]) && !label(&["final", "report"]));
    }

    #[test]
    fn letters_behind_a_noun_tell_parts_apart() {
        assert!(other_letter("the kidney part a", "the kidney part b"));
        assert!(other_letter("study a of sleep", "study b of sleep"));
        assert!(other_letter("vitamin c for colds", "vitamin d for colds"));
        assert!(!other_letter(
            "in this group a new drug",
            "in this group b cells grew"
        ));
        assert!(!other_letter("the kidney part a", "the kidney"));
    }
}
