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
    let mut files: BTreeMap<String, BTreeMap<&str, &Place>> = BTreeMap::new();
    // Tools write a file a stage, so that one person may have two: more than one at the same stage is doubtful.
    let mut staged: BTreeMap<(String, Stage), BTreeSet<&str>> = BTreeMap::new();
    for vote in votes {
        let reviewer = vote.reviewer.to_lowercase();
        let by_stage = staged.entry((reviewer.clone(), vote.stage)).or_default();
        by_stage.insert(&vote.place.file);
        let by_file = files.entry(reviewer).or_default();
        by_file.entry(&vote.place.file).or_insert(&vote.place);
    }
    let team: Vec<&str> = settings.reviewers.iter().map(String::as_str).collect();
    for (reviewer, by_file) in files {
        let places: Vec<Place> = by_file
            .values()
            .map(|place| Place::file(place.file.clone()))
            .collect();
        let at_all = |problem: Problem| places.iter().cloned().fold(problem, Problem::at);
        let doubled = [Stage::TitleAbstract, Stage::FullText]
            .into_iter()
            .filter_map(|stage| staged.get(&(reviewer.clone(), stage)))
            .any(|files| files.len() > 1);
        if doubled {
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
