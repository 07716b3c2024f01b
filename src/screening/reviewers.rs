//! The people who vote, held against the team that the protocol names.

use super::adjudication::{Adjudication, Method};
use super::matching::{Reference, plain_doi, plain_title};
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
    problems.append(copies(votes));
    let team = Team::of(settings);
    let mut people: BTreeMap<String, Files> = BTreeMap::new();
    for alike in votes.chunk_by(|a, b| kept(a) == kept(b)) {
        let (reviewer, stage, file) = kept(&alike[0]);
        let theirs = people.entry(reviewer.to_lowercase()).or_default();
        let by_file = theirs.0.entry(stage).or_default();
        by_file.entry(file).or_default().extend(alike);
        theirs.1 += alike.len();
    }
    for (reviewer, Files(by_stage, votes)) in people {
        let all: BTreeSet<&str> = by_stage
            .values()
            .flat_map(BTreeMap::keys)
            .copied()
            .collect();
        let places = all.iter().copied().map(Place::file);
        let at_all = |problem: Problem| places.clone().fold(problem, Problem::at);
        let twice = by_stage.values().find_map(on_one_record);
        if let Some([one, other]) = twice {
            let title = format!("two files hold votes of `{reviewer}` on one record");
            problems.push(
                Problem::error("screening::two-files", title)
                    .labelled(one.place.clone(), "this record")
                    .labelled(other.place.clone(), "and here again")
                    .help("keep its vote in one of them; the votes of both count as one person's, and the latest on a record decides"),
            );
        }
        if !team.has(&reviewer) {
            let title = format!(
                "`{reviewer}` is not on the team: {votes} vote(s) are kept, and not counted"
            );
            problems.push(
                at_all(Problem::error("screening::unknown-reviewer", title))
                    .help(team.join(&reviewer, "Rename the file")),
            );
        }
    }
    problems.append(unknown_settlers(adjudications, &team));
    problems
}

/// A warning for each person outside the team who settled something: a third person often is, and a slip looks the same.
fn unknown_settlers(adjudications: &[Adjudication], team: &Team) -> Problems {
    let mut unknown: BTreeMap<String, (&str, &Place, usize)> = BTreeMap::new();
    let rows = adjudications
        .iter()
        .filter(|row| row.method != Method::Policy);
    for (row, name) in rows.flat_map(|row| settlements::people(row).map(move |name| (row, name))) {
        if !team.has(name) {
            let small = name.to_lowercase();
            unknown.entry(small).or_insert((name, &row.place, 0)).2 += 1;
        }
    }
    let told = unknown.into_values().map(|(name, first, rows)| {
        let title = format!("`{name}`, who settled {rows} record(s), is not on the team");
        Problem::warning("screening::unknown-reviewer", title)
            .at(first.clone())
            .help(team.join(name, "Correct `by`"))
    });
    Problems(told.collect())
}

/// The people whom the protocol names; of a team that nobody declared everybody is.
pub(super) struct Team<'s>(&'s [String]);

impl<'s> Team<'s> {
    pub(super) fn of(settings: &'s Settings) -> Self {
        Self(&settings.reviewers)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        let small = name.to_lowercase();
        self.0.is_empty() || self.0.iter().any(|known| known.to_lowercase() == small)
    }

    /// What to do about a name that the team does not have.
    fn join(&self, name: &str, correct: &str) -> String {
        nearest(name, self.0.iter().map(String::as_str)).map_or_else(
            || "add the name to the list of `reviewers` in data/protocol.yaml, or to `reviewers` in the settings of the stage".to_owned(),
            |near| format!("did you mean `{near}`? {correct}, or add the name to `reviewers`"),
        )
    }
}

/// Files of two names that say the same, vote for vote: one of them is a copy.
///
/// Two people can agree in everything on one day, and not to the second; where one name begins with the other, as those of
/// copies do, that is enough, and the copy may be an older one.
fn copies(votes: &[Vote]) -> Problems {
    let mut theirs: BTreeMap<String, Vec<&Vote>> = BTreeMap::new();
    for of_one in votes.chunk_by(|a, b| a.reviewer == b.reviewer) {
        let name = of_one[0].reviewer.to_lowercase();
        theirs.entry(name).or_default().extend(of_one);
    }
    let mut problems = Problems::new();
    let all: Vec<(String, Vec<&Vote>)> = theirs.into_iter().collect();
    for (index, (one, first)) in all.iter().enumerate() {
        for (other, second) in &all[index + 1..] {
            // Most differ in their first vote.
            if !first.iter().zip(second).all(|(a, b)| is_copy(a, b)) {
                continue;
            }
            let named_alike = other.starts_with(one.as_str()) || one.starts_with(other.as_str());
            let timed = first.iter().filter(|vote| !vote.at.is_day()).count();
            if named_alike || (first.len() == second.len() && timed > 1) {
                problems.push(copied(first[0], second[0], named_alike));
            }
        }
    }
    problems
}

fn is_copy(one: &Vote, other: &Vote) -> bool {
    (one.stage, one.decision) == (other.stage, other.decision)
        && one.at == other.at
        && one.record == other.record
        && one.reason == other.reason
        && one.note == other.note
}

fn copied(one: &Vote, other: &Vote, named_alike: bool) -> Problem {
    let (one, other) = if one.reviewer.len() <= other.reviewer.len() {
        (one, other)
    } else {
        (other, one)
    };
    let title = format!(
        "the votes of `{}` are those of `{}`, one by one and at the same times",
        other.reviewer, one.reviewer
    );
    let code = "screening::copied-votes";
    let problem = if named_alike {
        Problem::error(code, title)
    } else {
        Problem::warning(code, title)
    };
    problem
        .at(Place::file(other.place.file.clone()))
        .labelled(Place::file(one.place.file.clone()), "the same votes")
        .help("delete the copy: a person's votes under a second name count as a second person's")
}

/// The votes of one person, by stage and file, and how many there are.
///
/// One person may well have several files: tools write one a stage, and some a list of the included and one of the excluded.
#[derive(Default)]
struct Files<'v>(BTreeMap<Stage, BTreeMap<&'v str, Vec<&'v Vote>>>, usize);

/// Two votes of different files that name one record.
fn on_one_record<'v>(by_file: &BTreeMap<&str, Vec<&'v Vote>>) -> Option<[&'v Vote; 2]> {
    let mut named: BTreeMap<String, &Vote> = BTreeMap::new();
    // The votes of one file alone need no look.
    let votes = by_file.values().filter(|_| by_file.len() > 1).flatten();
    for vote in votes {
        for name in names(vote) {
            let first = *named.entry(name).or_insert(vote);
            if first.place.file != vote.place.file {
                return Some([first, vote]);
            }
        }
    }
    None
}

/// All by which a vote names its record.
fn names(vote: &Vote) -> impl Iterator<Item = String> {
    let Reference {
        id,
        doi,
        pmid,
        title,
        ..
    } = &vote.record;
    let id = Some(id).filter(|id| !id.is_empty());
    let named = [
        id.map(|id| format!("id {id}")),
        doi.as_deref().map(|doi| format!("doi {}", plain_doi(doi))),
        pmid.as_deref().map(|pmid| format!("pmid {}", pmid.trim())),
        title
            .as_deref()
            .map(|title| format!("title {}", plain_title(title))),
    ];
    named.into_iter().flatten()
}

/// Whose vote it is, at which stage, and the file it stands in.
fn kept(vote: &Vote) -> (&str, Stage, &str) {
    (&vote.reviewer, vote.stage, &vote.place.file)
}
