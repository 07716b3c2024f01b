//! The records of one deduplication in an order that input order cannot change, with their comparison keys.

use super::blocking;
use super::clusters::Clusters;
use super::compare::Evidence;
use super::deduplication::{Cluster, Deduplication, Pair, Unsure};
use super::explain;
use super::key::Key;
use super::natural_order::natural;
use super::rules::{self, Decision, Outcome, score};
use super::settings::Settings;
use super::veto::veto;
use super::words::Words;
use crate::bib::Record;
use crate::ids::RecordId;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use rayon::prelude::*;

/// Records in an order that input order cannot change, with their keys.
pub(super) struct Library<'a> {
    records: &'a [Record],
    /// Index of the record at each position.
    order: Vec<usize>,
    /// Search round of the record at each position.
    rounds: Vec<u32>,
    /// Positions in natural order of identifiers.
    by_id: Vec<u32>,
    /// Key of the record at each position.
    pub(super) keys: Vec<Key>,
    /// Whether a record is stood for by an identical one.
    folded: Vec<bool>,
}

/// Two positions, the second not before the first in rounds, and what was decided on them.
pub(super) type Decided = (u32, u32, Decision);

impl<'a> Library<'a> {
    /// Puts records in order: by search round (`rounds` is empty where there is one), then by identifier.
    pub(super) fn new(records: &'a [Record], rounds: &[u32]) -> Self {
        let round = |at: usize| rounds.get(at).copied().unwrap_or_default();
        let keys: Vec<Key> = records.par_iter().map(Key::of).collect();
        let digests: Vec<u64> = keys.par_iter().map(Key::digest).collect();
        let mut order: Vec<usize> = (0..records.len()).collect();
        order.par_sort_by(|a, b| {
            round(*a)
                .cmp(&round(*b))
                .then_with(|| natural(records[*a].id.as_str(), records[*b].id.as_str()))
                .then_with(|| digests[*a].cmp(&digests[*b]))
                .then_with(|| {
                    (&records[*a].source.file, records[*a].source.line)
                        .cmp(&(&records[*b].source.file, records[*b].source.line))
                })
        });
        let mut slots: Vec<Option<Key>> = keys.into_iter().map(Some).collect();
        let keys = order
            .iter()
            .map(|at| slots[*at].take().expect("an order names every record once"))
            .collect();
        let mut library = Self {
            records,
            folded: vec![false; order.len()],
            rounds: order.iter().map(|at| round(*at)).collect(),
            by_id: Vec::new(),
            order,
            keys,
        };
        let mut by_id: Vec<u32> = library.positions().collect();
        if !rounds.is_empty() {
            by_id.sort_by(|a, b| natural(library.id(*a).as_str(), library.id(*b).as_str()));
        }
        library.by_id = by_id;
        library
    }

    /// The record at a position.
    pub(super) fn record(&self, at: u32) -> &'a Record {
        &self.records[self.order[at as usize]]
    }

    /// Identifier of the record at a position.
    pub(super) fn id(&self, at: u32) -> &'a RecordId {
        &self.record(at).id
    }

    fn positions(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.order.len()).expect("fewer than 2^32 records fit in memory")
    }

    /// Says what is wrong with single records; each kind once, with the first places.
    pub(super) fn report(&self, problems: &mut Problems) {
        let pairs = self.by_id.windows(2);
        let repeated: Vec<u32> = pairs
            .filter(|pair| self.id(pair[0]) == self.id(pair[1]))
            .map(|pair| pair[1])
            .collect();
        self.warn(
            problems,
            "dedup::repeated-id",
            "records share an identifier",
            &repeated,
            "give every record an identifier of its own; the records were compared like all others",
        );
        let untitled: Vec<u32> = self
            .positions()
            .filter(|at| self.keys[*at as usize].title.is_missing())
            .collect();
        self.warn(
            problems,
            "dedup::no-title",
            "records have no title",
            &untitled,
            "such records are merged only by identifiers, or by place together with authors or abstract",
        );
    }

    fn warn(
        &self,
        problems: &mut Problems,
        code: &'static str,
        what: &str,
        at: &[u32],
        help: &str,
    ) {
        const SHOWN: usize = 5;
        if at.is_empty() {
            return;
        }
        let mut problem = Problem::warning(code, format!("{} {what}", at.len())).help(help);
        for at in at.iter().take(SHOWN) {
            let source = &self.record(*at).source;
            problem = problem.labelled(
                Place::line(&source.file, source.line),
                self.id(*at).to_string(),
            );
        }
        problems.push(problem);
    }

    /// Position of a record.
    pub(super) fn find(&self, id: &RecordId) -> Option<u32> {
        let place = self
            .by_id
            .partition_point(|at| natural(self.id(*at).as_str(), id.as_str()).is_lt());
        let at = *self.by_id.get(place)?;
        (self.id(at) == id).then_some(at)
    }

    /// Lets one record stand for all that are equal in every compared field, so that copies cost nothing more.
    pub(super) fn fold_identical(&mut self, settings: &Settings, words: &Words) -> Vec<(u32, u32)> {
        let named = words.named();
        let mut digests: Vec<(u64, u32)> = self
            .positions()
            .into_par_iter()
            .map(|at| (self.keys[at as usize].digest(), at))
            .collect();
        digests.par_sort_unstable();
        let mut twins = Vec::new();
        for group in digests
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|group| group.len() > 1)
        {
            let kept = group[0].1;
            if self.identical(kept, settings).outcome != Outcome::Same {
                continue;
            }
            for (_, twin) in &group[1..] {
                let equal = self.keys[*twin as usize] == self.keys[kept as usize];
                if equal && !named.contains(&kept) && !named.contains(twin) {
                    self.folded[*twin as usize] = true;
                    twins.push((kept, *twin));
                }
            }
        }
        twins
    }

    /// The decision on a record and its copy.
    pub(super) fn identical(&self, at: u32, settings: &Settings) -> Decision {
        let key = &self.keys[at as usize];
        Decision {
            rule: "identical-record",
            ..rules::decide(key, key, settings)
        }
    }

    /// Decides all candidate pairs; those of the earliest rounds first, in each round the strongest first.
    pub(super) fn decide(&self, settings: &Settings) -> Vec<Decided> {
        let mut decided: Vec<Decided> =
            blocking::candidates(&self.keys, &self.folded, &self.rounds)
                .into_par_iter()
                .map(|(a, b)| {
                    (
                        a,
                        b,
                        rules::decide(&self.keys[a as usize], &self.keys[b as usize], settings),
                    )
                })
                .filter(|(.., decision)| decision.outcome != Outcome::Different)
                .collect();
        // Of a pair the second stands in the later round.
        let round = |decided: &Decided| self.rounds[decided.1 as usize];
        decided.par_sort_by(|x, y| {
            round(x)
                .cmp(&round(y))
                .then_with(|| y.2.points.total_cmp(&x.2.points))
                .then_with(|| (x.0, x.1).cmp(&(y.0, y.1)))
        });
        decided
    }

    /// Whether a veto keeps two records apart.
    pub(super) fn vetoed(&self, a: u32, b: u32, settings: &Settings) -> bool {
        let (a, b) = (&self.keys[a as usize], &self.keys[b as usize]);
        veto(a, b, &Evidence::between(a, b), settings).is_some()
    }

    /// Turns positions into indexes of the records as they came, and explains each pair.
    pub(super) fn finish(
        &self,
        clusters: Clusters,
        mut joined: Vec<Decided>,
        queue: Vec<Decided>,
        problems: Problems,
    ) -> Deduplication {
        let index = |at: u32| self.order[at as usize];
        let clusters = clusters
            .into_sorted()
            .into_iter()
            .map(|members| Cluster {
                id: self.id(members[0]).clone(),
                members: members.into_iter().map(index).collect(),
            })
            .collect();
        joined.par_sort_by_key(|(a, b, _)| (*a, *b));
        let duplicates = joined
            .into_par_iter()
            .map(|(a, b, decision)| Pair {
                a: index(a),
                b: index(b),
                rule: decision.rule,
                score: score(decision.points),
                fields: explain::fields(
                    self.record(a),
                    self.record(b),
                    &decision.weights,
                    decision.text,
                ),
            })
            .collect();
        let queue = queue
            .into_iter()
            .map(|(a, b, decision)| Unsure {
                a: index(a),
                b: index(b),
                score: score(decision.points),
                why: explain::doubt(&self.keys[a as usize], &self.keys[b as usize]),
            })
            .collect();
        Deduplication {
            clusters,
            rounds: Vec::new(),
            duplicates,
            queue,
            problems,
        }
    }
}
