//! The whole of deduplication: from records to clusters, explained pairs and a short queue.

use super::blocking;
use super::clusters::{Clusters, LARGEST};
use super::compare::Evidence;
use super::explain;
use super::key::Key;
use super::natural_order::natural;
use super::rules::{self, Decision, Outcome, score};
use super::settings::Settings;
use super::verdict::Verdict;
use super::veto::veto;
use crate::bib::Record;
use crate::ids::RecordId;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use rayon::prelude::*;
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
/// The result does not depend on the order of `records`, nor on threads. Records of a finished library plus a new export give the
/// same clusters as starting over, because every pair is decided on its own fields.
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
    let words = library.words(verdicts, &mut problems);
    let twins = library.fold_identical(settings, &words);
    let decisions = library.decide(settings);
    let mut clusters = Clusters::singletons(library.keys.len());
    let mut joined = library.obey(&words, &mut clusters, &mut problems);
    let apart = |a: u32, b: u32| library.apart(a, b, settings, &words);
    for (a, b, decision) in decisions
        .iter()
        .filter(|(.., decision)| decision.outcome == Outcome::Same)
    {
        let direct = |x: u32, y: u32| (x, y) == (*a, *b) || (x, y) == (*b, *a);
        let word = |x: u32, y: u32| words.different.contains(&(x.min(y), x.max(y)));
        if clusters.join(*a, *b, |x, y| {
            if direct(x, y) {
                word(x, y)
            } else {
                apart(x, y)
            }
        }) {
            joined.push((*a, *b, *decision));
        }
    }
    let queue = library.queue(&decisions, &mut clusters, settings, &words, &mut problems);
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
    let mut found = library.finish(clusters, joined, queue, problems);
    found.rounds = rounds.to_vec();
    found
}

/// People's words, as positions in the library.
#[derive(Default)]
struct Words {
    same: BTreeSet<(u32, u32)>,
    different: BTreeSet<(u32, u32)>,
    partners: BTreeMap<u32, Vec<u32>>,
}

/// Records in an order that input order cannot change, with their keys.
struct Library<'a> {
    records: &'a [Record],
    /// Index of the record at each position.
    order: Vec<usize>,
    /// Search round of the record at each position.
    rounds: Vec<u32>,
    /// Positions in natural order of identifiers.
    by_id: Vec<u32>,
    keys: Vec<Key>,
    /// Whether a record is stood for by an identical one.
    folded: Vec<bool>,
}

type Decided = (u32, u32, Decision);

impl<'a> Library<'a> {
    fn new(records: &'a [Record], rounds: &[u32]) -> Self {
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

    fn record(&self, at: u32) -> &'a Record {
        &self.records[self.order[at as usize]]
    }

    fn id(&self, at: u32) -> &'a RecordId {
        &self.record(at).id
    }

    fn positions(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.order.len()).expect("fewer than 2^32 records fit in memory")
    }

    /// Says what is wrong with single records; each kind once, with the first places.
    fn report(&self, problems: &mut Problems) {
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

    /// Turns verdicts into positions; verdicts on unknown records and contradictions are reported.
    fn words(&self, verdicts: &[Verdict], problems: &mut Problems) -> Words {
        let mut words = Words::default();
        for verdict in verdicts {
            let (Some(a), Some(b)) = (self.find(&verdict.a), self.find(&verdict.b)) else {
                problems.push(
                    Problem::warning(
                        "dedup::verdict-unknown-record",
                        format!("no record `{}` or `{}`", verdict.a, verdict.b),
                    )
                    .at(verdict.place.clone())
                    .help("correct the identifier or delete the line"),
                );
                continue;
            };
            let pair = (a.min(b), a.max(b));
            if a == b {
                continue;
            }
            let (mine, other) = if verdict.same {
                (&mut words.same, &words.different)
            } else {
                (&mut words.different, &words.same)
            };
            if other.contains(&pair) {
                problems.push(
                    Problem::error(
                        "dedup::verdicts-contradict",
                        format!(
                            "`{}` and `{}` are said to be both same and different",
                            verdict.a, verdict.b
                        ),
                    )
                    .at(verdict.place.clone())
                    .help("delete one of the two lines; until then the records are kept apart"),
                );
            }
            mine.insert(pair);
        }
        for pair in &words.different {
            words.same.remove(pair);
        }
        for (a, b) in words.same.clone() {
            words.partners.entry(a).or_default().push(b);
            words.partners.entry(b).or_default().push(a);
        }
        words
    }

    fn find(&self, id: &RecordId) -> Option<u32> {
        let place = self
            .by_id
            .partition_point(|at| natural(self.id(*at).as_str(), id.as_str()).is_lt());
        let at = *self.by_id.get(place)?;
        (self.id(at) == id).then_some(at)
    }

    /// Lets one record stand for all that are equal in every compared field, so that copies cost nothing more.
    fn fold_identical(&mut self, settings: &Settings, words: &Words) -> Vec<(u32, u32)> {
        let named: BTreeSet<u32> = words
            .same
            .iter()
            .chain(&words.different)
            .flat_map(|(a, b)| [*a, *b])
            .collect();
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

    fn identical(&self, at: u32, settings: &Settings) -> Decision {
        let key = &self.keys[at as usize];
        Decision {
            rule: "identical-record",
            ..rules::decide(key, key, settings)
        }
    }

    /// Decides all candidate pairs; those of the earliest rounds first, in each round the strongest first.
    fn decide(&self, settings: &Settings) -> Vec<Decided> {
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

    /// Joins what people said is one publication.
    fn obey(
        &self,
        words: &Words,
        clusters: &mut Clusters,
        problems: &mut Problems,
    ) -> Vec<Decided> {
        let mut joined = Vec::new();
        for (a, b) in &words.same {
            let apart = |x: u32, y: u32| words.different.contains(&(x.min(y), x.max(y)));
            if clusters.join(*a, *b, apart) {
                let (x, y) = (&self.keys[*a as usize], &self.keys[*b as usize]);
                joined.push((*a, *b, rules::told(x, y)));
            } else {
                problems.push(
                    Problem::error(
                        "dedup::verdicts-contradict",
                        format!("`{}` and `{}` cannot be joined: other verdicts keep their copies apart", self.id(*a), self.id(*b)),
                    )
                    .help("look at the verdicts on these records and their copies"),
                );
            }
        }
        joined
    }

    /// Whether two records must not stand in one cluster. A veto gives way where a person joined one of the two with a record that
    /// the other agrees with.
    fn apart(&self, a: u32, b: u32, settings: &Settings, words: &Words) -> bool {
        if words.different.contains(&(a.min(b), a.max(b))) {
            return true;
        }
        let partners = |at: u32| words.partners.get(&at).map_or(&[][..], Vec::as_slice);
        self.vetoed(a, b, settings)
            && !partners(a).iter().any(|c| !self.vetoed(*c, b, settings))
            && !partners(b).iter().any(|c| !self.vetoed(a, *c, settings))
    }

    fn vetoed(&self, a: u32, b: u32, settings: &Settings) -> bool {
        let (a, b) = (&self.keys[a as usize], &self.keys[b as usize]);
        veto(a, b, &Evidence::between(a, b), settings).is_some()
    }

    /// The most likely unsure pairs between clusters, one for each two clusters, no longer than settings allow.
    fn queue(
        &self,
        decisions: &[Decided],
        clusters: &mut Clusters,
        settings: &Settings,
        words: &Words,
        problems: &mut Problems,
    ) -> Vec<Decided> {
        let mut seen = BTreeSet::new();
        let mut queue = Vec::new();
        let mut likely: Vec<&Decided> = decisions.iter().collect();
        likely.sort_by(|x, y| y.2.points.total_cmp(&x.2.points));
        for (a, b, decision) in likely {
            let (x, y) = (clusters.root(*a), clusters.root(*b));
            if x == y || seen.contains(&(x.min(y), x.max(y))) {
                continue;
            }
            let (left, right) = (clusters.members(x), clusters.members(y));
            let apart = left
                .iter()
                .any(|l| right.iter().any(|r| self.apart(*l, *r, settings, words)));
            seen.insert((x.min(y), x.max(y)));
            // Records that agree, while a veto parts their copies: a person sees what no rule can.
            let refused = decision.outcome == Outcome::Same
                && !words.different.contains(&(*a.min(b), *a.max(b)));
            if !apart || refused {
                queue.push((*a, *b, *decision));
            }
        }
        let allowed = queue_length(self.order.len(), settings.queue_share);
        if queue.len() > allowed {
            problems.push(
                Problem::note(
                    "dedup::queue-cut",
                    format!(
                        "{} less likely unsure pairs are not in the queue",
                        queue.len() - allowed
                    ),
                )
                .help("raise `queue-share` in the settings to see them"),
            );
            queue.truncate(allowed);
        }
        queue
    }

    fn finish(
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

/// The longest queue: a share of the records, at least five pairs.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float casts to the nearest count, a negative one to 0"
)]
fn queue_length(records: usize, share: f64) -> usize {
    ((records as f64 * share) as usize).max(5)
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
