//! The people who vote, held against the team that the protocol names.

use super::screened::Settings;
use super::votes::Vote;
use crate::nearest::nearest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::BTreeMap;

/// Reviewers outside the team, and two files of one reviewer.
pub(super) fn check(votes: &[Vote], settings: &Settings) -> Problems {
    let mut problems = Problems::new();
    let mut files: BTreeMap<String, BTreeMap<&str, &Place>> = BTreeMap::new();
    for vote in votes {
        let by_file = files.entry(vote.reviewer.to_lowercase()).or_default();
        by_file.entry(&vote.place.file).or_insert(&vote.place);
    }
    let team: Vec<&str> = settings.reviewers.iter().map(String::as_str).collect();
    for (reviewer, by_file) in files {
        let places: Vec<Place> = by_file
            .values()
            .map(|place| Place::file(place.file.clone()))
            .collect();
        let at_all = |problem: Problem| places.iter().cloned().fold(problem, Problem::at);
        if places.len() > 1 {
            problems.push(
                at_all(Problem::error("screening::two-files", format!("two files hold votes of `{reviewer}`")))
                    .help("bring them together in one file; votes of both count as one person's until then"),
            );
        }
        if !team.is_empty() && !team.iter().any(|name| name.to_lowercase() == reviewer) {
            let help = nearest(&reviewer, team.iter().copied()).map_or_else(
                || "add the name to `reviewers` in the settings of the stage".to_owned(),
                |near| {
                    format!(
                        "did you mean `{near}`? Rename the file, or add the name to `reviewers`"
                    )
                },
            );
            problems.push(
                at_all(Problem::error(
                    "screening::unknown-reviewer",
                    format!("`{reviewer}` is not on the team"),
                ))
                .help(help),
            );
        }
    }
    problems
}
