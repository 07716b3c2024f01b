//! The people who vote, held against the team that the protocol names.

use super::screened::Settings;
use super::votes::{Stage, Vote};
use crate::nearest::nearest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::{BTreeMap, BTreeSet};

/// Reviewers outside the team, and two files of one reviewer.
pub(super) fn check(votes: &[Vote], settings: &Settings) -> Problems {
    let mut problems = Problems::new();
    let mut kept: BTreeSet<(&str, Stage, &str)> = BTreeSet::new();
    kept.extend(votes.iter().map(|vote| {
        let file = vote.place.file.as_str();
        (vote.reviewer.as_str(), vote.stage, file)
    }));
    // Tools write a file a stage, so that one person may have two: more than one at the same stage is doubtful.
    let mut files: BTreeMap<String, BTreeMap<Stage, BTreeSet<&str>>> = BTreeMap::new();
    for (reviewer, stage, file) in kept {
        let theirs = files.entry(reviewer.to_lowercase()).or_default();
        theirs.entry(stage).or_default().insert(file);
    }
    let team: Vec<&str> = settings.reviewers.iter().map(String::as_str).collect();
    for (reviewer, by_stage) in files {
        let all: BTreeSet<&str> = by_stage.values().flatten().copied().collect();
        let places = all.iter().copied().map(Place::file);
        let at_all = |problem: Problem| places.clone().fold(problem, Problem::at);
        if by_stage.values().any(|files| files.len() > 1) {
            problems.push(
                at_all(Problem::error("screening::two-files", format!("two files hold votes of `{reviewer}`")))
                    .help("bring them together in one file; votes of both count as one person's until then"),
            );
        }
        if !team.is_empty() && !team.iter().any(|name| name.to_lowercase() == reviewer) {
            let help = nearest(&reviewer, team.iter().copied()).map_or_else(
                || "add the name to the list of `reviewers` in data/protocol.yaml, or to `reviewers` in the settings of the stage".to_owned(),
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
