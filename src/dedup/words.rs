//! What people said about pairs of records, as positions in the library.

use super::clusters::Clusters;
use super::library::{Decided, Library};
use super::rules;
use super::settings::Settings;
use super::verdict::Verdict;
use crate::bib::Record;
use crate::problem::{Problem, Problems};
use std::collections::{BTreeMap, BTreeSet};

/// People's words, each pair with its lower position first.
#[derive(Default)]
pub(super) struct Words {
    same: BTreeSet<(u32, u32)>,
    different: BTreeSet<(u32, u32)>,
    partners: BTreeMap<u32, Vec<u32>>,
}

impl Words {
    /// Turns verdicts into positions; verdicts on unknown records and contradictions are reported.
    pub(super) fn read(verdicts: &[Verdict], library: &Library, problems: &mut Problems) -> Self {
        let mut words = Self::default();
        for verdict in verdicts {
            let (Some(a), Some(b)) = (library.find(&verdict.a), library.find(&verdict.b)) else {
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
            if let Some(problem) = contradicted(verdict, [library.record(a), library.record(b)]) {
                problems.push(problem);
                continue;
            }
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

    /// Records that a verdict names.
    pub(super) fn named(&self) -> BTreeSet<u32> {
        let pairs = self.same.iter().chain(&self.different);
        pairs.flat_map(|(a, b)| [*a, *b]).collect()
    }

    /// Whether a person said that two records are different.
    pub(super) fn part(&self, a: u32, b: u32) -> bool {
        self.different.contains(&(a.min(b), a.max(b)))
    }

    /// Joins what people said is one publication.
    pub(super) fn join(
        &self,
        library: &Library,
        clusters: &mut Clusters,
        problems: &mut Problems,
    ) -> Vec<Decided> {
        let mut joined = Vec::new();
        for (a, b) in &self.same {
            if clusters.join(*a, *b, |x, y| self.part(x, y)) {
                let (x, y) = (&library.keys[*a as usize], &library.keys[*b as usize]);
                joined.push((*a, *b, rules::told(x, y)));
            } else {
                problems.push(
                    Problem::error(
                        "dedup::verdicts-contradict",
                        format!("`{}` and `{}` cannot be joined: other verdicts keep their copies apart", library.id(*a), library.id(*b)),
                    )
                    .help("look at the verdicts on these records and their copies"),
                );
            }
        }
        joined
    }

    /// Whether two records must not stand in one cluster. A veto gives way where a person joined one of the two with a record that
    /// the other agrees with.
    pub(super) fn apart(&self, a: u32, b: u32, library: &Library, settings: &Settings) -> bool {
        if self.part(a, b) {
            return true;
        }
        let partners = |at: u32| self.partners.get(&at).map_or(&[][..], Vec::as_slice);
        library.vetoed(a, b, settings)
            && !partners(a).iter().any(|c| !library.vetoed(*c, b, settings))
            && !partners(b).iter().any(|c| !library.vetoed(a, *c, settings))
    }
}

/// That a verdict's line describes another record than an identifier of it names.
fn contradicted(verdict: &Verdict, records: [&Record; 2]) -> Option<Problem> {
    let mut pairs = verdict.described.iter().zip(records);
    let (_, record) = pairs.find(|(told, record)| told.is_of_another(record))?;
    let title = format!("what the line says of `{}` is another record's", record.id);
    let called = record.title.as_deref().unwrap_or_default();
    let help = format!(
        "that record is \"{called}\"; correct the identifier or what stands beside it; the verdict is not obeyed"
    );
    Some(
        Problem::error("dedup::contradicted-verdict", title)
            .at(verdict.place.clone())
            .help(help),
    )
}
