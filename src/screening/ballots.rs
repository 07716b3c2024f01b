//! The votes on each record at each stage, and the people who cast them.

use super::standing::{Found, idle, in_order, standing, unclear};
use super::votes::{Decision, Stage, Vote};
use crate::table::When;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A vote that found its record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ballot<'a> {
    pub(super) found: Found<'a, Vote>,
    /// Who cast it, by the number that [`people`] gives.
    pub(super) person: usize,
    /// Whether the vote counts: votes of people outside a declared team are kept, and do not.
    pub(super) on_team: bool,
}

impl Ballot<'_> {
    /// The record and the stage it is on.
    pub(super) fn on(&self) -> (usize, Stage) {
        self.found.on()
    }

    /// Whose it is, on what.
    fn of(&self) -> ((usize, Stage), usize) {
        (self.on(), self.person)
    }
}

/// The people who voted, numbered in the order of their names in small letters: a name in two cases is one person's.
pub(super) fn people(votes: &[Vote]) -> BTreeMap<&str, usize> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let of_one = votes.chunk_by(|a, b| a.reviewer == b.reviewer);
    names.extend(of_one.map(|votes| votes[0].reviewer.as_str()));
    let mut people: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in names {
        people.entry(name.to_lowercase()).or_default().push(name);
    }
    let numbered = people.into_values().enumerate();
    numbered
        .flat_map(|(number, names)| names.into_iter().map(move |name| (name, number)))
        .collect()
}

/// All ballots, those on one item side by side, by person and in the order of time.
#[derive(Debug, Default)]
pub(super) struct Ballots<'a> {
    all: Vec<Ballot<'a>>,
    /// Where those on the record at each position start, and at last where all end.
    starts: Vec<usize>,
}

impl<'a> Ballots<'a> {
    /// Ballots on so many records.
    pub(super) fn new(mut all: Vec<Ballot<'a>>, records: usize) -> Self {
        all.par_sort_by_key(Ballot::of);
        all.par_chunk_by_mut(|a, b| a.of() == b.of())
            .filter(|theirs| theirs.len() > 1)
            .for_each(|theirs| in_order(theirs, |ballot| ballot.found.turn()));
        let mut starts = vec![0; records + 1];
        for ballot in &all {
            starts[ballot.found.position + 1] += 1;
        }
        for position in 0..records {
            starts[position + 1] += starts[position];
        }
        Self { all, starts }
    }

    /// Those on a record at a stage.
    pub(super) fn on(&self, position: usize, stage: Stage) -> &[Ballot<'a>] {
        let both = &self.all[self.starts[position]..self.starts[position + 1]];
        let first = both.partition_point(|ballot| ballot.found.row.stage == Stage::TitleAbstract);
        let (title_abstract, full_text) = both.split_at(first);
        match stage {
            Stage::TitleAbstract => title_abstract,
            Stage::FullText => full_text,
        }
    }

    /// Those on each item that anybody voted on.
    pub(super) fn by_item(&self) -> impl ParallelIterator<Item = &[Ballot<'a>]> {
        self.all.par_chunk_by(|a, b| a.on() == b.on())
    }

    /// A person's last vote on an item and one in another file, where nothing says which is later and they differ.
    pub(super) fn unclear(&self) -> impl Iterator<Item = (&Vote, &Vote)> {
        let of_one = self.all.chunk_by(|a, b| a.of() == b.of());
        of_one.filter_map(|theirs| unclear(theirs, |ballot| ballot.found.row))
    }

    /// Rows of `withdrawn` that take nothing back.
    pub(super) fn idle(&self) -> impl Iterator<Item = Found<'a, Vote>> {
        let of_one = self.all.chunk_by(|a, b| a.of() == b.of());
        let withdraws = |ballot: &Ballot| ballot.found.row.decision == Decision::Withdrawn;
        of_one
            .filter(move |theirs| theirs.iter().any(withdraws))
            .flat_map(|theirs| idle(theirs.iter().map(|ballot| ballot.found)))
    }
}

/// Those of each person on the team, by person; `ballots` are those on one item.
fn by_person<'b, 'a>(ballots: &'b [Ballot<'a>]) -> impl Iterator<Item = &'b [Ballot<'a>]> {
    let by_person = ballots.chunk_by(|a, b| a.person == b.person);
    by_person.filter(|theirs| theirs[0].on_team)
}

/// The latest vote of each person on the team that was not taken back, by person; `ballots` are those on one item.
pub(super) fn latest<'a>(ballots: &[Ballot<'a>]) -> Vec<&'a Vote> {
    let latest = by_person(ballots).filter_map(|theirs| match theirs {
        [only] => (only.found.row.decision != Decision::Withdrawn).then_some(only.found),
        _ => standing(theirs.iter().map(|ballot| ballot.found)).pop(),
    });
    latest.map(|found| found.row).collect()
}

/// The first vote of each person on the team, by person; `ballots` are those on one item.
///
/// That a report was not had, is not finished or cannot be judged yet is no vote on whether it is eligible.
/// A vote that was taken back is none, unless somebody else may have voted on the record, or it may have been `settled`, by then: who
/// could have seen what others said does not change how well people agreed.
pub(super) fn first<'a>(ballots: &[Ballot<'a>], settled: Option<&When>) -> Vec<&'a Vote> {
    let blind = |taken: &Ballot| {
        let at = &taken.found.row.at;
        let seen = |other: &Ballot| {
            other.person != taken.person && !at.is_surely_before(&other.found.row.at)
        };
        settled.is_none_or(|settled| at.is_surely_before(settled)) && !ballots.iter().any(seen)
    };
    let counted =
        |ballot: &&Ballot| ballot.found.row.decision != Decision::Withdrawn || blind(ballot);
    let first = by_person(ballots).filter_map(|theirs| {
        let counted = theirs.iter().filter(counted);
        let mut judged = standing(counted.map(|ballot| ballot.found)).into_iter();
        judged.find(|found| !found.row.decision.leaves_open())
    });
    first.map(|found| found.row).collect()
}
