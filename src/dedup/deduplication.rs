//! The whole of deduplication: from records to clusters, explained pairs and a short queue.

use super::clusters::{Clusters, LARGEST};
use super::library::Library;
use super::natural_order::natural;
use super::queue;
use super::rules::Outcome;
use super::settings::Settings;
use super::verdict::Verdict;
use super::words::Words;
use crate::bib::Record;
use crate::ids::RecordId;
use crate::problem::{Problem, Problems};
use std::collections::{BTreeMap, BTreeSet};

/// Records of one publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// Identifier of the member that comes first: of the earliest search round, then in natural order (`r9` before `r10`), unless
    /// [`Deduplication::keep_ids`] says otherwise.
    pub id: RecordId,
    /// Indexes into the records, in the order of search rounds, then in natural order of their identifiers.
    pub members: Vec<usize>,
}

/// Two records decided to be one publication.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Index of one record.
    pub a: usize,
    /// Index of the other.
    pub b: usize,
    /// The strongest ground, such as `same-doi`; `verdict` where a person said so.
    pub rule: &'static str,
    /// Weight of the evidence from 0 to 1.
    pub score: f64,
    /// Fields with their points and values.
    pub fields: String,
}

/// Two records left for a person to decide.
#[derive(Clone, Debug, PartialEq)]
pub struct Unsure {
    /// Index of one record.
    pub a: usize,
    /// Index of the other.
    pub b: usize,
    /// Weight of the evidence from 0 to 1.
    pub score: f64,
    /// What speaks for, what against, what is not known.
    pub why: String,
}

/// What deduplication found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deduplication {
    /// Every record in exactly one cluster, in the order of their first members.
    pub clusters: Vec<Cluster>,
    /// Search round of each record; empty where there is one round.
    pub rounds: Vec<u32>,
    /// Pairs that the clusters were joined by.
    pub duplicates: Vec<Pair>,
    /// Pairs for a person, most likely first.
    pub queue: Vec<Unsure>,
    /// What could not be done or should be looked at.
    pub problems: Problems,
}

/// Finds the records of one publication.
///
/// The result does not depend on the order of `records`, nor on threads. Every pair that is compared is decided on its own fields;
/// among hundreds of records of one beginning, team and year each is compared with its nearest only.
pub fn deduplicate(records: &[Record], settings: &Settings, verdicts: &[Verdict]) -> Deduplication {
    deduplicate_rounds(records, &[], settings, verdicts)
}

/// Finds the records of one publication, where they came in several search rounds.
///
/// `rounds` holds the number of each record's round; empty where there is one. What records of the rounds up to any one come to is
/// settled before a later round is looked at: a later record joins a cluster, or joins two, and never takes one apart or renames
/// it. So people's words on the records of a round stay true in every round after it.
pub fn deduplicate_rounds(
    records: &[Record],
    rounds: &[u32],
    settings: &Settings,
    verdicts: &[Verdict],
) -> Deduplication {
    let mut problems = Problems::new();
    let mut library = Library::new(records, rounds);
    library.report(&mut problems);
    let words = Words::read(verdicts, &library, &mut problems);
    let twins = library.fold_identical(settings, &words);
    let decisions = library.decide(settings);
    let mut clusters = Clusters::singletons(library.keys.len());
    let mut joined = words.join(&library, &mut clusters, &mut problems);
    for (a, b, decision) in decisions
        .iter()
        .filter(|(.., decision)| decision.outcome == Outcome::Same)
    {
        let direct = |x: u32, y: u32| (x, y) == (*a, *b) || (x, y) == (*b, *a);
        if clusters.join(*a, *b, |x, y| {
            if direct(x, y) {
                words.part(x, y)
            } else {
                words.apart(x, y, &library, settings)
            }
        }) {
            joined.push((*a, *b, *decision));
        }
    }
    let mut unsure = queue::unsure(&decisions, &mut clusters, &library, &words, settings);
    queue::shorten(&mut unsure, records.len(), settings, &mut problems);
    if clusters.overgrown {
        problems.push(
            Problem::warning("dedup::large-cluster", format!("more than {LARGEST} different records look like one publication"))
                .help("look at the largest clusters in clusters.csv; their records carry too little to tell them apart"),
        );
    }
    for (kept, twin) in twins {
        clusters.force(kept, twin);
        joined.push((kept, twin, library.identical(kept, settings)));
    }
    let mut found = library.finish(clusters, joined, unsure, problems);
    found.rounds = rounds.to_vec();
    found
}

impl Deduplication {
    /// Gives clusters the identifiers they had before, so that names in people's files stay true.
    ///
    /// `previous` maps records to the cluster they were in. Where two former clusters became one, the identifier that comes first
    /// stays; where one fell apart, the part that holds the record of that name keeps it.
    pub fn keep_ids(&mut self, records: &[Record], previous: &BTreeMap<RecordId, RecordId>) {
        let mut used: BTreeSet<RecordId> = BTreeSet::new();
        let named: Vec<Option<RecordId>> = self
            .clusters
            .iter()
            .map(|cluster| {
                let holds = |id: &RecordId| cluster.members.iter().any(|at| records[*at].id == *id);
                let mut former: Vec<&RecordId> = cluster
                    .members
                    .iter()
                    .filter_map(|at| previous.get(&records[*at].id))
                    .filter(|id| holds(id))
                    .collect();
                former.sort_by(|a, b| natural(a.as_str(), b.as_str()));
                former.first().map(|id| (*id).clone())
            })
            .collect();
        for (cluster, id) in self.clusters.iter_mut().zip(named) {
            if let Some(id) = id.filter(|id| used.insert(id.clone())) {
                cluster.id = id;
            }
        }
        self.clusters
            .sort_by(|a, b| natural(a.id.as_str(), b.id.as_str()));
    }
}
