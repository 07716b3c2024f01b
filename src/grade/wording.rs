//! Standard statements: what an intervention does, in words that carry size and certainty (GRADE 26, Santesso 2020).
//!
//! Size comes from the point estimate, never from a p value.

use super::certainty::Certainty;
use serde::{Deserialize, Serialize};

/// Size of an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Size {
    /// Trivial, or none.
    Trivial,
    /// Small, but it matters.
    Small,
    /// Moderate.
    Moderate,
    /// Large.
    Large,
}

impl Size {
    /// Size of a standardised mean difference by Cohen's bands (0.2, 0.5, 0.8), a fallback when no MID is known.
    pub fn of_smd(smd: f64) -> Self {
        Self::by_bounds(smd, [0.2, 0.5, 0.8])
    }

    /// Size by the least small, moderate and large effect.
    pub fn by_bounds(effect: f64, bounds: [f64; 3]) -> Self {
        let size = effect.abs();
        match bounds {
            [_, _, large] if size >= large => Self::Large,
            [_, moderate, _] if size >= moderate => Self::Moderate,
            [small, ..] if size >= small => Self::Small,
            _ => Self::Trivial,
        }
    }
}

/// What happens to the outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// There is less of it.
    Reduces,
    /// There is more of it.
    Increases,
}

impl Direction {
    /// By the sign of a difference, intervention minus comparator.
    pub fn of(effect: f64) -> Self {
        if effect > 0.0 {
            Self::Increases
        } else {
            Self::Reduces
        }
    }
}

/// The statement for an intervention and an outcome, without full stop.
pub fn statement(
    certainty: Certainty,
    size: Size,
    direction: Direction,
    intervention: &str,
    outcome: &str,
) -> String {
    let (finite, bare, noun) = match direction {
        Direction::Reduces => ("reduces", "reduce", "reduction"),
        Direction::Increases => ("increases", "increase", "increase"),
    };
    let (adverb, verb, results) = match certainty {
        Certainty::VeryLow => {
            return format!(
                "The evidence is very uncertain about the effect of {intervention} on {outcome}"
            );
        }
        Certainty::High => ("", finite, "results"),
        Certainty::Moderate => ("probably ", finite, "results"),
        Certainty::Low => ("may ", bare, "result"),
    };
    match size {
        Size::Large => format!("{intervention} {adverb}{results} in a large {noun} in {outcome}"),
        Size::Moderate => format!("{intervention} {adverb}{verb} {outcome}"),
        Size::Small => format!("{intervention} {adverb}{verb} {outcome} slightly"),
        Size::Trivial => {
            format!("{intervention} {adverb}{results} in little to no difference in {outcome}")
        }
    }
}

/// The cell of the table of statements that an effect falls in, such as `small reduction`; empty at very low certainty, whose
/// statement says nothing of the effect. A trivial effect has no direction.
pub fn cell(certainty: Certainty, size: Size, direction: Direction) -> String {
    let size = match (certainty, size) {
        (Certainty::VeryLow, _) => return String::new(),
        (_, Size::Trivial) => return "little to no difference".to_owned(),
        (_, Size::Small) => "small",
        (_, Size::Moderate) => "moderate",
        (_, Size::Large) => "large",
    };
    match direction {
        Direction::Reduces => format!("{size} reduction"),
        Direction::Increases => format!("{size} increase"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_another_where_the_statement_is_and_only_there() {
        let all = Certainty::ALL.into_iter().flat_map(|certainty| {
            [-0.9, -0.6, -0.3, -0.1, 0.1, 0.3, 0.6, 0.9].map(move |smd| {
                let (size, direction) = (Size::of_smd(smd), Direction::of(smd));
                (
                    (certainty, cell(certainty, size, direction)),
                    statement(certainty, size, direction, "X to reduce Y", "o"),
                )
            })
        });
        let all: Vec<_> = all.collect();
        for (one, said) in &all {
            for (other, told) in &all {
                assert_eq!(one == other, said == told, "{said}; {told}");
            }
        }
    }

    #[test]
    fn statements_carry_size_and_certainty() {
        let say =
            |certainty, smd| statement(certainty, Size::of_smd(smd), Direction::of(smd), "X", "o");
        assert_eq!(say(Certainty::Low, -0.31), "X may reduce o slightly");
        assert_eq!(
            say(Certainty::Moderate, 0.9),
            "X probably results in a large increase in o"
        );
        assert_eq!(
            say(Certainty::High, 0.0),
            "X results in little to no difference in o"
        );
    }

    #[test]
    fn no_statement_says_what_is_forbidden() {
        for certainty in Certainty::ALL {
            for smd in [-1.0, -0.6, -0.3, 0.0, 0.3, 0.6, 1.0] {
                let said = statement(certainty, Size::of_smd(smd), Direction::of(smd), "X", "o");
                for word in ["no effect", "significant", "trend", "prove"] {
                    assert!(!said.contains(word), "{said}");
                }
            }
        }
    }
}
