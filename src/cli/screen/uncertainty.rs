//! Which records a reviewer's own votes say least about.
//!
//! A multinomial naive Bayes classifier over the words of title and abstract (`McCallum` and Nigam 1998), with add-one smoothing,
//! learned from the reviewer's own votes alone: nobody else's vote leaks through the order.

use crate::bib::Record;
use std::collections::{BTreeMap, BTreeSet};

/// Sorts the positions in `queue` so that the records whose class is least clear come first; ties keep their order.
///
/// `voted` has, by position in `records`, whether the reviewer would include it. Without votes of both kinds nothing can be
/// learned, and the order stays: `false` is returned.
pub(super) fn order(
    records: &[Record],
    queue: &mut [usize],
    voted: &BTreeMap<usize, bool>,
) -> bool {
    let mut model = Model::default();
    for (&position, &includes) in voted {
        model.learn(&words(&records[position]), includes);
    }
    if model.documents.contains(&0) {
        return false;
    }
    let doubt: BTreeMap<usize, f64> = queue
        .iter()
        .map(|&position| (position, model.log_odds(&words(&records[position])).abs()))
        .collect();
    queue.sort_by(|a, b| doubt[a].total_cmp(&doubt[b]));
    true
}

/// Distinct words of three letters and more.
fn words(record: &Record) -> BTreeSet<String> {
    let texts = [record.title.as_deref(), record.abstract_text.as_deref()];
    let all = texts.into_iter().flatten();
    all.flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.len() > 2)
        .map(str::to_lowercase)
        .collect()
}

/// Counts of documents and words, of those excluded and those included.
#[derive(Default)]
struct Model {
    documents: [u32; 2],
    totals: [u32; 2],
    counts: BTreeMap<String, [u32; 2]>,
}

impl Model {
    fn learn(&mut self, words: &BTreeSet<String>, includes: bool) {
        let class = usize::from(includes);
        self.documents[class] += 1;
        for word in words {
            self.totals[class] += 1;
            self.counts.entry(word.clone()).or_default()[class] += 1;
        }
    }

    /// Log odds that a record is included; words that no vote taught say nothing.
    fn log_odds(&self, words: &BTreeSet<String>) -> f64 {
        let vocabulary = self.counts.len() as f64;
        let prior = f64::from(self.documents[1]).ln() - f64::from(self.documents[0]).ln();
        let known = words.iter().filter_map(|word| self.counts.get(word));
        known.fold(prior, |sum, counts| {
            let share = |class: usize| {
                (f64::from(counts[class]) + 1.0) / (f64::from(self.totals[class]) + vocabulary)
            };
            sum + share(1).ln() - share(0).ln()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bib::Source;

    fn titled(title: &str) -> Record {
        Record {
            title: Some(title.to_owned()),
            ..Record::empty(Source::default())
        }
    }

    #[test]
    fn a_record_between_both_classes_comes_before_clear_ones() {
        let records = [
            titled("balint group physicians"),
            titled("mouse liver enzymes"),
            titled("balint group trial physicians"),
            titled("mouse enzymes"),
            titled("balint enzymes"),
        ];
        let voted = BTreeMap::from([(0, true), (1, false)]);
        let mut queue = [2, 3, 4];
        assert!(order(&records, &mut queue, &voted));
        assert_eq!(queue[0], 4);
        assert!(!order(&records, &mut queue, &BTreeMap::from([(0, true)])));
    }
}
