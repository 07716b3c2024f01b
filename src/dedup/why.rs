//! Answers why two records were joined, left to a person, or kept apart.

use super::blocking;
use super::compare::Evidence;
use super::explain;
use super::key::Key;
use super::lacking::lacking;
use super::rules::{self, Outcome};
use super::settings::Settings;
use super::veto::veto;
use crate::bib::Record;

/// The outcome of one pair with its ground.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    /// `same`, `unsure` or `different`.
    pub outcome: &'static str,
    /// The rule that joins, the veto that parts, or what a merge lacks.
    pub ground: &'static str,
    /// Weight of the evidence from 0 to 1.
    pub score: f64,
    /// Fields with their points and values.
    pub fields: String,
}

/// Compares two records as [`super::deduplicate`] does, and says which rule or veto decides.
///
/// People's verdicts and the rest of the library are left aside: a pair that is `same` here may still stand in two clusters, where a
/// veto parts other members.
pub fn why(a: &Record, b: &Record, settings: &Settings) -> Why {
    let (x, y) = (Key::of(a), Key::of(b));
    let evidence = Evidence::between(&x, &y);
    let decision = rules::decide(&x, &y, settings);
    let ground = match decision.outcome {
        Outcome::Same => decision.rule,
        Outcome::Unsure => lacking(&x, &y, &evidence, settings).unwrap_or("points"),
        Outcome::Different => match veto(&x, &y, &evidence, settings) {
            Some(veto) => veto.name(),
            None if !blocking::meet(&x, &y) => "nothing-shared",
            None => "points",
        },
    };
    let points = rules::Points::of(&x, &y, &evidence);
    Why {
        outcome: match decision.outcome {
            Outcome::Same => "same",
            Outcome::Unsure => "unsure",
            Outcome::Different => "different",
        },
        ground,
        score: rules::score(points.sum()),
        fields: explain::fields(a, b, &points, evidence.sketch),
    }
}
