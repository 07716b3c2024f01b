//! The designs of studies that the program knows by name.

use crate::nearest::{nearest, suggestion};

/// The words, as forms suggest them and analyses name them; the first three are those of studies that allot people at random.
pub const STUDY_DESIGNS: [&str; 10] = [
    "rct",
    "cluster-rct",
    "crossover-rct",
    "controlled",
    "before-after",
    "cohort",
    "case-control",
    "cross-sectional",
    "interrupted-time-series",
    "non-randomised",
];

/// How many of [`STUDY_DESIGNS`] allot people at random.
const RANDOMISED: usize = 3;

/// Whether people were allotted at random; `None` where the design is not written down, or is a word that the program does not know.
pub fn is_randomised(design: &str) -> Option<bool> {
    let known = STUDY_DESIGNS.iter().position(|word| *word == design)?;
    Some(known < RANDOMISED)
}

/// What to write in place of a word that is none of them.
pub(super) fn better_word(design: &str) -> String {
    if nearest(design, STUDY_DESIGNS.iter().copied()).is_some() {
        return suggestion("designs", design, STUDY_DESIGNS.iter().copied());
    }
    format!(
        "{}; with another word nobody knows whether people were allotted at random, and certainty starts low",
        suggestion("designs", design, STUDY_DESIGNS.iter().copied())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_nobody_knows_is_neither_randomised_nor_not() {
        assert_eq!(is_randomised("crossover-rct"), Some(true));
        assert_eq!(is_randomised("controlled"), Some(false));
        assert_eq!(is_randomised("RCT"), None);
        assert_eq!(is_randomised(""), None);
        assert_eq!(better_word("RCT"), "did you mean `rct`?");
        assert_eq!(better_word("crossover"), "did you mean `crossover-rct`?");
        assert!(better_word("stepped").contains("`non-randomised`"));
    }
}
