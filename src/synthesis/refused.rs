//! Why a study, or one of its candidates, gives no effect.

use crate::problem::{Problem, Severity};

/// Why there is no effect, and what to do about it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refused {
    /// In words, as the step in `rejected` has it.
    pub(super) why: String,
    /// What to edit; empty where the numbers of the study say it.
    help: String,
    /// Whether the study waits for somebody, so that no other candidate of it is tried.
    pub(super) waits: bool,
    severity: Severity,
    code: &'static str,
}

impl Refused {
    /// The candidate lacks something; the next one may not.
    pub(super) fn lacks(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            help: String::new(),
            waits: false,
            severity: Severity::Warning,
            code: "pool::no-effect",
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

    /// Nothing says which way the scale points.
    pub(super) fn unknown_direction(scale: &str) -> Self {
        Self {
            severity: Severity::Error,
            code: "pool::unknown-direction",
            ..Self::waits(
                format!(
                    "which way the scale `{scale}` points is not known; write its `higher_means` in scales.yaml"
                ),
                format!(
                    "add `{scale}` with `higher_means: worse` or `higher_means: better` to scales.yaml, and wire the scales to this stage"
                ),
            )
        }
    }

    /// The problem of that title.
    pub(super) fn problem(&self, title: String, extract: &str) -> Problem {
        let problem = match self.severity {
            Severity::Error => Problem::error(self.code, title),
            Severity::Warning | Severity::Note => Problem::warning(self.code, title),
        };
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
