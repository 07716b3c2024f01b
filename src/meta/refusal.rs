//! Why a model cannot be fitted.

use crate::stats::roots::NoRoot;
use thiserror::Error;

/// Why a model cannot be fitted. Rows count from 0 in the slices given.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Refusal {
    /// No study at all.
    #[error("there is no study with an effect and a variance")]
    NoStudies,
    /// The slices differ in length: a mistake of the caller.
    #[error("{effects} effects but {variances} variances")]
    Lengths {
        /// Number of effects.
        effects: usize,
        /// Number of variances.
        variances: usize,
    },
    /// An effect that is missing or infinite.
    #[error("the effect in row {} is not a finite number", row + 1)]
    Effect {
        /// Which row.
        row: usize,
    },
    /// A sampling variance that is missing, infinite, 0 or negative.
    #[error("the variance in row {} is {value}, but must be above 0", row + 1)]
    Variance {
        /// Which row.
        row: usize,
        /// Its value.
        value: f64,
    },
    /// The mean of a group whose variance is no weight, as where all its effects are equal under Hartung-Knapp.
    #[error("the mean of the group `{level}` has a variance of {value}, but must have one above 0")]
    Group {
        /// The group's name.
        level: String,
        /// Its variance.
        value: f64,
    },
    /// Fewer studies than the question needs.
    #[error("{k} {}, and at least {least} are needed", if *k == 1 { "study" } else { "studies" })]
    TooFewStudies {
        /// How many there are.
        k: usize,
        /// How many it takes.
        least: usize,
    },
    /// A moderator that is a combination of others, as one with the same value everywhere.
    #[error(
        "moderator `{name}` tells nothing that the others do not: it has one value, or follows from them"
    )]
    Redundant {
        /// Its column in the design.
        name: String,
    },
    /// A question that needs an estimate of τ² was asked of a common-effect model.
    #[error("a common-effect model has no tau2")]
    NoTau2,
    /// A level outside 0 to 100.
    #[error("a level of {level} lies outside 0 to 100 per cent")]
    Level {
        /// Its value.
        level: f64,
    },
    /// A search that did not end.
    #[error("{what}: {why}")]
    NoRoot {
        /// What was searched for.
        what: &'static str,
        /// Why it ended.
        why: NoRoot,
    },
    /// An iteration between two states.
    #[error("{what} did not settle within {steps} steps")]
    Unsettled {
        /// What was iterated.
        what: &'static str,
        /// The cap.
        steps: usize,
    },
    /// A formula that cannot be read.
    #[error("{0}")]
    Formula(String),
    /// A quantity that these data do not determine.
    #[error("{0}")]
    Undefined(&'static str),
}
