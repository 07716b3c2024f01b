//! Why a study, or one of its candidates, gives no effect.

use crate::artefact::Address;
use crate::problem::Problem;

/// Why a study in which nobody, or everybody, had the event gives no ratio.
pub(super) const DOUBLE_ZERO: &str =
    "no events, or only events, in both arms: it tells nothing on a ratio";

/// Why there is no effect, and what to do about it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refused {
    /// In words, as the step in `rejected` has it.
    pub(super) why: String,
    /// What to edit; empty where the numbers of the study say it.
    help: String,
    /// Whether the study waits for somebody, so that no other candidate of it is tried.
    pub(super) waits: bool,
    /// Whether nothing says which way the scale points.
    pub(super) undirected: bool,
}

impl Refused {
    /// The candidate lacks something; the next one may not.
    pub(super) fn lacks(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            help: String::new(),
            waits: false,
            undirected: false,
        }
    }

    /// No events, or nothing but events, in both arms: the counts may well be right, and tell nothing on a ratio.
    pub(super) fn double_zero() -> Self {
        Self {
            help: "the counts may well be right, and need no change: the report tells how many such studies there are, and `measure: RD` takes them in"
                .to_owned(),
            ..Self::lacks(DOUBLE_ZERO)
        }
    }

    /// Somebody has to say which of several readings is meant.
    pub(super) fn waits(why: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            help: help.into(),
            waits: true,
            ..Self::lacks(why)
        }
    }

    /// The effect is a ratio on a scale that runs against the outcome.
    pub(super) fn ratio_of_means(scale: &str) -> Self {
        Self::lacks(format!(
            "on `{scale}` the other end is the better one, and a ratio of means cannot be turned round"
        ))
    }

    /// Nothing says which way the scale points; told once for all studies that used it.
    pub(super) fn unknown_direction(scale: &str) -> Self {
        Self {
            undirected: true,
            ..Self::waits(
                format!(
                    "which way the scale `{scale}` points is not known; write its `higher_means` in scales.yaml"
                ),
                "",
            )
        }
    }

    /// The problem of that title; `row` is one of the rows it is about.
    pub(super) fn problem(&self, title: String, row: Option<&Address>) -> Problem {
        let problem = Problem::warning("pool::no-effect", title);
        if self.help.is_empty() {
            let shown = row.map_or_else(String::new, |row| {
                format!("; `review trace '{row}'` shows where they stand")
            });
            problem.help(format!(
                "complete its numbers in the form, or correct them if they differ from the paper{shown}"
            ))
        } else {
            problem.help(&*self.help)
        }
    }
}

impl From<String> for Refused {
    fn from(why: String) -> Self {
        Self::lacks(why)
    }
}
