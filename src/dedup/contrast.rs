//! Words that name one of several groups, sites or forms: a title about men is not the title about women.

/// Families of words that exclude each other; the words of one row mean the same.
const FAMILIES: &[&[&[&str]]] = &[
    &[
        &["men", "man", "male", "males"],
        &["women", "woman", "female", "females"],
        &["boys"],
        &["girls"],
    ],
    &[
        &["adult", "adults"],
        &[
            "adolescent",
            "adolescents",
            "adolescence",
            "teenagers",
            "youth",
        ],
        &[
            "child",
            "children",
            "childhood",
            "pediatric",
            "paediatric",
            "pediatrics",
            "paediatrics",
        ],
        &[
            "infant", "infants", "infancy", "neonate", "neonates", "neonatal", "newborn",
            "newborns",
        ],
        &["elderly", "geriatric"],
    ],
    &[
        &["rat", "rats"],
        &["mouse", "mice", "murine"],
        &["rabbit", "rabbits"],
        &["dog", "dogs", "canine"],
        &["cat", "cats", "feline"],
        &["pig", "pigs", "porcine", "swine"],
        &["sheep", "ovine"],
        &["human", "humans"],
    ],
    &[&["sensitive"], &["resistant", "refractory"]],
    &[&["vivo"], &["vitro"]],
    &[&["acute"], &["chronic"]],
    &[&["left"], &["right"]],
    &[&["upper"], &["lower"]],
    &[&["anterior"], &["posterior"]],
    &[&["systolic"], &["diastolic"]],
    &[&["benign"], &["malignant"]],
    &[&["primary"], &["secondary"]],
    &[&["mild"], &["moderate"], &["severe"]],
    &[&["low"], &["high"]],
    &[&["short"], &["long"]],
    &[&["early"], &["late"]],
    &[
        &["increased", "increases"],
        &["decreased", "decreases", "reduced", "reduces"],
    ],
    &[&["oral"], &["intravenous"], &["inhaled"], &["topical"]],
];

/// Whether each of the two lists names a member of one family that the other list does not.
pub(super) fn contrasted(left: &[&str], right: &[&str]) -> bool {
    if left.is_empty() || right.is_empty() {
        return false;
    }
    FAMILIES.iter().any(|family| {
        let (one, other) = (named(family, left), named(family, right));
        one & !other != 0 && other & !one != 0
    })
}

/// Whether the words that one title has beyond another name a further member of a family that the other names: men, and men and women.
pub(super) fn further_group(extra: &[&str], other: &str) -> bool {
    let words: Vec<&str> = other.split(' ').collect();
    FAMILIES.iter().any(|family| {
        let (more, known) = (named(family, extra), named(family, &words));
        known != 0 && more & !known != 0
    })
}

/// Whether a word says the opposite: effective, and not effective.
pub(super) fn negates(extra: &[&str]) -> bool {
    extra
        .iter()
        .any(|word| matches!(*word, "not" | "no" | "non" | "without"))
}

/// Whether words behind a title announce a further paper of one study: its follow-up, its costs, an analysis of its data.
pub(super) fn further_paper(extra: &[&str]) -> bool {
    let has = |word: &str| extra.contains(&word);
    has("followup")
        || has("follow") && has("up")
        || has("cost")
        || has("costs")
        || has("economic")
        || has("subgroup")
        || has("subgroups")
        || has("posthoc")
        || has("post") && has("hoc")
        || has("secondary") && (has("analysis") || has("analyses"))
        || has("results")
            && (has("final")
                || has("interim")
                || has("year")
                || has("years")
                || has("month")
                || has("months"))
        || has("extension")
        || has("process") && has("evaluation")
        || [
            "predictors",
            "predictor",
            "moderators",
            "mediators",
            "correlates",
            "determinants",
        ]
        .iter()
        .any(|word| has(word))
        || ["plus", "versus", "vs"].iter().any(|word| has(word))
}

/// The members of a family that stand among the words, a bit each.
fn named(family: &[&[&str]], words: &[&str]) -> u32 {
    family.iter().enumerate().fold(0, |found, (at, member)| {
        let here = words.iter().any(|word| member.contains(word));
        found | u32::from(here) << at
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_exclude_each_other_and_synonyms_do_not() {
        assert!(contrasted(&["adult"], &["adolescent"]));
        assert!(contrasted(&["resistant", "ahus"], &["sensitive"]));
        assert!(!contrasted(&["children"], &["pediatric"]));
        assert!(!contrasted(&["adults"], &["therapy"]));
        assert!(!contrasted(&["men", "women"], &["women"]));
    }

    #[test]
    fn a_further_group_or_paper_is_told_from_a_subtitle() {
        assert!(further_group(&["women"], "burnout in men"));
        assert!(!further_group(&["women"], "burnout in nurses"));
        assert!(!further_group(&["males"], "burnout in men"));
        assert!(further_paper(&["long", "term", "follow", "up"]));
        assert!(further_paper(&["secondary", "analysis"]));
        assert!(!further_paper(&["secondary", "prevention", "trial"]));
        assert!(!further_paper(&["randomised", "trial"]));
    }
}
