//! What makes a settlement doubtful: it overrides people who agree, stands in for a vote, came before the votes, or its third person
//! voted.
//!
//! A settlement counts whatever is said here; but a wrong id in one row loses a study, and only the votes can show that.

use super::adjudication::{Adjudication, Method};
use super::ballots::{Ballot, latest};
use super::state::{self, ItemState, State};
use super::votes::{Stage, Vote};
use crate::problem::{Problem, Problems};
use std::collections::BTreeMap;

/// The people that a row names as those who settled: names between `;` or `,`.
pub(super) fn people(settled: &Adjudication) -> impl Iterator<Item = &str> {
    let names = settled.by.split([';', ',']).map(str::trim);
    names.filter(|name| !name.is_empty())
}

/// What is doubtful about a settlement that counts, on an item with these ballots of which `needed` people's are wanted.
pub(super) fn doubts(
    settled: &Adjudication,
    ballots: &[Ballot],
    needed: usize,
    order: &[String],
) -> Problems {
    let votes = latest(ballots);
    let without = state::state(&votes, None, needed, order);
    let (name, stage) = (settled.record.name(), settled.stage);
    let doubt = |code: &'static str, title: String, help: &'static str| {
        Problem::warning(code, title)
            .at(settled.place.clone())
            .help(help)
    };
    let mut problems = Problems::new();
    match without.state {
        State::Unscreened => problems.push(doubt(
            "screening::nothing-to-settle",
            format!("nobody voted on `{name}` at {stage}"),
            "the adjudication counts; check that it names the right record and stage",
        )),
        State::OneVote if settled.method != Method::Policy => problems.push(shown(
            doubt(
                "screening::one-vote-settled",
                format!(
                    "`{name}` was settled at {stage} with {} of {needed} votes",
                    votes.len()
                ),
                "an adjudication settles a conflict and stands in for no vote: add the vote that is missing; it counts until then",
            ),
            &votes,
        )),
        State::Agreed if overrides(settled, &without) => problems.push(shown(
            doubt(
                "screening::settles-agreement",
                format!(
                    "`{name}` was settled as {} at {stage}, and all who voted agree on another outcome",
                    outcome(settled.decision.as_str(), settled.reason.as_deref())
                ),
                "the adjudication counts; check that it names the right record and stage, or take it back with a row of `withdrawn`",
            ),
            &votes,
        )),
        _ => {}
    }
    if settled.method == Method::Third {
        let voted = people(settled).filter_map(|name| {
            let same =
                |ballot: &&Ballot| ballot.found.row.reviewer.to_lowercase() == name.to_lowercase();
            Some((name, ballots.iter().rfind(same)?))
        });
        problems.extend(voted.map(|(third, ballot)| {
            doubt(
                "screening::third-person-voted",
                format!("`{third}` settled `{name}` as a third person, and voted on it at {stage}"),
                "let somebody else settle it; or write the method `consensus` and the names of those who agreed, or `policy`",
            )
            .labelled(ballot.found.row.place.clone(), "the vote")
        }));
    }
    problems.extend(too_early(settled, ballots).then(|| {
        shown(
            doubt(
                "screening::settled-before-the-votes",
                format!("`{name}` was settled at {stage} before there was anything to settle"),
                "the adjudication counts; check that it names the right record and stage, and its time",
            ),
            &votes,
        )
    }));
    problems
}

/// Whether of several people who voted not even two may have done so before.
fn too_early(settled: &Adjudication, ballots: &[Ballot]) -> bool {
    let mut people: BTreeMap<usize, bool> = BTreeMap::new();
    for ballot in ballots {
        let after = settled.at.is_surely_before(&ballot.found.row.at);
        *people.entry(ballot.person).or_default() |= !after;
    }
    people.len() > 1 && people.values().filter(|before| **before).count() < 2
}

/// Whether a settlement says another thing than people who agree.
fn overrides(settled: &Adjudication, agreed: &ItemState) -> bool {
    let Some(decision) = agreed.decision else {
        return false;
    };
    let same = settled.decision == decision || (settled.decision.includes() && decision.includes());
    let other_reason = settled.stage == Stage::FullText
        && !agreed.reason_conflict
        && settled.reason.is_some()
        && agreed.reason.is_some()
        && settled.reason != agreed.reason;
    !same || other_reason
}

/// The problem with the votes that the settlement is held against.
fn shown(problem: Problem, votes: &[&Vote]) -> Problem {
    votes.iter().fold(problem, |problem, vote| {
        let said = outcome(vote.decision.as_str(), vote.reason.as_deref());
        problem.labelled(vote.place.clone(), format!("`{}`: {said}", vote.reviewer))
    })
}

fn outcome(decision: &str, reason: Option<&str>) -> String {
    reason.map_or_else(
        || decision.to_owned(),
        |reason| format!("{decision} ({reason})"),
    )
}
