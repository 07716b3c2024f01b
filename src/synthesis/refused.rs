//! Why a study, or one of its candidates, gives no effect.

use crate::problem::Problem;

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

    /// Somebody has to say which of several readings is meant.
    pub(super) fn waits(why: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            help: help.into(),
            waits: true,
            ..Self::lacks(why)
        }
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

    /// The problem of that title.
    pub(super) fn problem(&self, title: String, extract: &str) -> Problem {
        let problem = Problem::warning("pool::no-effect", title);
        if self.help.is_empty() {
            problem.help(format!(
                "its numbers are in the outcomes of `{extract}`: mend or complete them in the form"
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
