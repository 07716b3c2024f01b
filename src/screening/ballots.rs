//! The votes on each record at each stage, and the people who cast them.

use super::matching::FoundBy;
use super::standing::{Said, standing};
use super::votes::{Decision, Stage, Vote};
use crate::table::When;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A vote that found its record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ballot<'a> {
    pub(super) vote: &'a Vote,
    /// Position of its record.
    pub(super) position: usize,
    pub(super) found_by: FoundBy,
    /// Who cast it, by the number that [`people`] gives.
    pub(super) person: usize,
}

impl Ballot<'_> {
    /// The record and the stage it is on.
    pub(super) fn on(&self) -> (usize, Stage) {
        (self.position, self.vote.stage)
    }
}

impl Said for Ballot<'_> {
    fn decision(&self) -> Decision {
        self.vote.decision
    }

    fn item(&self) -> (String, Stage, &str) {
        self.vote.item()
    }
}

/// The people who voted, numbered in the order of their names in small letters: a name in two cases is one person's.
pub(super) fn people(votes: &[Vote]) -> BTreeMap<&str, usize> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    names.extend(votes.iter().map(|vote| vote.reviewer.as_str()));
    let mut people: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in names {
        people.entry(name.to_lowercase()).or_default().push(name);
    }
    let numbered = people.into_values().enumerate();
    numbered
        .flat_map(|(number, names)| names.into_iter().map(move |name| (name, number)))
        .collect()
}

/// All ballots, those on one item side by side and in the order of time.
#[derive(Debug, Default)]
pub(super) struct Ballots<'a> {
    all: Vec<Ballot<'a>>,
    /// Where those on the record at each position start, and at last where all end.
    starts: Vec<usize>,
}

impl<'a> Ballots<'a> {
    /// Ballots on so many records.
    pub(super) fn new(mut all: Vec<Ballot<'a>>, records: usize) -> Self {
        // Stable, so that of two votes at one moment the later in the file comes last.
        all.par_sort_by(|a, b| (a.on(), &a.vote.at).cmp(&(b.on(), &b.vote.at)));
        let mut starts = vec![0; records + 1];
        for ballot in &all {
            starts[ballot.position + 1] += 1;
        }
        for position in 0..records {
            starts[position + 1] += starts[position];
        }
        Self { all, starts }
    }

    /// Those on a record at a stage.
    pub(super) fn on(&self, position: usize, stage: Stage) -> &[Ballot<'a>] {
        let both = &self.all[self.starts[position]..self.starts[position + 1]];
        let first = both.partition_point(|ballot| ballot.vote.stage == Stage::TitleAbstract);
        let (title_abstract, full_text) = both.split_at(first);
        match stage {
            Stage::TitleAbstract => title_abstract,
            Stage::FullText => full_text,
        }
    }

    /// Those on each item that anybody voted on.
    pub(super) fn by_item(&self) -> impl Iterator<Item = &[Ballot<'a>]> {
        self.all.chunk_by(|a, b| a.on() == b.on())
    }

    /// The same for several threads.
    pub(super) fn par_by_item(&self) -> impl ParallelIterator<Item = &[Ballot<'a>]> {
        self.all.par_chunk_by(|a, b| a.on() == b.on())
    }
}

/// The latest vote of each person that was not taken back, by person; `ballots` are those on one item.
pub(super) fn latest<'a>(ballots: &[Ballot<'a>]) -> Vec<&'a Vote> {
    let mut standing = standing(ballots);
    standing.sort_by_key(|ballot| ballot.person);
    let by_person = standing.chunk_by(|a, b| a.person == b.person);
    by_person
        .filter_map(<[_]>::last)
        .map(|ballot| ballot.vote)
        .collect()
}

/// The first vote of each person, by person; `ballots` are those on one item.
///
/// That a report was not had, is not finished or cannot be judged yet is no vote on whether it is eligible.
/// A vote that was taken back is none, unless somebody else had voted on the record or it was `settled` by then: who could have
/// seen what others said does not change how well people agreed.
pub(super) fn first<'b, 'a>(
    ballots: &'b [Ballot<'a>],
    settled: Option<&When>,
) -> Vec<&'b Ballot<'a>> {
    let blind = |taken: &Ballot| {
        let seen = |other: &Ballot| other.person != taken.person && other.vote.at <= taken.vote.at;
        settled.is_none_or(|settled| taken.vote.at < *settled) && !ballots.iter().any(seen)
    };
    let counted = ballots
        .iter()
        .filter(|ballot| ballot.vote.decision != Decision::Withdrawn || blind(ballot));
    let mut judged = standing(counted);
    judged.retain(|ballot| !ballot.vote.decision.leaves_open());
    judged.sort_by_key(|ballot| ballot.person);
    judged.dedup_by_key(|ballot| ballot.person);
    judged
}
