//! The people who vote, held against the team that the protocol names.

use super::adjudication::{Adjudication, Method};
use super::screened::Settings;
use super::settlements;
use super::votes::{Stage, Vote};
use crate::nearest::nearest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::{BTreeMap, BTreeSet};

/// People outside the team, among those who vote and those who settle, and two files of one reviewer.
pub(super) fn check(
    votes: &[Vote],
    adjudications: &[Adjudication],
    settings: &Settings,
) -> Problems {
    let mut problems = Problems::new();
    // Tools write a file a stage, so that one person may have two: more than one at the same stage is doubtful.
    let mut files: BTreeMap<String, BTreeMap<Stage, BTreeSet<&str>>> = BTreeMap::new();
    for alike in votes.chunk_by(|a, b| kept(a) == kept(b)) {
        let (reviewer, stage, file) = kept(&alike[0]);
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
            problems.push(
                at_all(Problem::error(
                    "screening::unknown-reviewer",
                    format!("`{reviewer}` is not on the team"),
                ))
                .help(join(&reviewer, &team, "Rename the file")),
            );
        }
    }
    problems.append(unknown_settlers(adjudications, &team));
    problems
}

/// A warning for each person outside the team who settled something: a third person often is, and a slip looks the same.
fn unknown_settlers(adjudications: &[Adjudication], team: &[&str]) -> Problems {
    let mut unknown: BTreeMap<String, (&str, &Place, usize)> = BTreeMap::new();
    let rows = adjudications
        .iter()
        .filter(|row| row.method != Method::Policy && !team.is_empty());
    for (row, name) in rows.flat_map(|row| settlements::people(row).map(move |name| (row, name))) {
        let small = name.to_lowercase();
        if !team.iter().any(|known| known.to_lowercase() == small) {
            unknown.entry(small).or_insert((name, &row.place, 0)).2 += 1;
        }
    }
    let told = unknown.into_values().map(|(name, first, rows)| {
        let title = format!("`{name}`, who settled {rows} record(s), is not on the team");
        Problem::warning("screening::unknown-reviewer", title)
            .at(first.clone())
            .help(join(name, team, "Correct `by`"))
    });
    Problems(told.collect())
}

/// What to do about a name that the team does not have.
fn join(name: &str, team: &[&str], correct: &str) -> String {
    nearest(name, team.iter().copied()).map_or_else(
        || "add the name to the list of `reviewers` in data/protocol.yaml, or to `reviewers` in the settings of the stage".to_owned(),
        |near| format!("did you mean `{near}`? {correct}, or add the name to `reviewers`"),
    )
}

/// Whose vote it is, at which stage, and the file it stands in.
fn kept(vote: &Vote) -> (&str, Stage, &str) {
    (&vote.reviewer, vote.stage, &vote.place.file)
}
