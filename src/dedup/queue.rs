//! The pairs left for a person: the most likely ones, one for each two clusters.

use super::clusters::Clusters;
use super::library::{Decided, Library};
use super::rules::Outcome;
use super::settings::Settings;
use super::words::Words;
use crate::problem::{Problem, Problems};
use std::collections::{BTreeMap, BTreeSet};

/// The most likely unsure pairs between clusters, one for each two clusters.
pub(super) fn unsure(
    decisions: &[Decided],
    clusters: &mut Clusters,
    library: &Library,
    words: &Words,
    settings: &Settings,
) -> Vec<Decided> {
    let mut asked = BTreeSet::new();
    // Whether a veto parts two clusters: they may be met by many pairs.
    let mut parted = BTreeMap::new();
    let mut queue = Vec::new();
    let mut likely: Vec<&Decided> = decisions.iter().collect();
    likely.sort_by(|x, y| y.2.points.total_cmp(&x.2.points));
    for (a, b, decision) in likely {
        let (x, y) = (clusters.root(*a), clusters.root(*b));
        let both = (x.min(y), x.max(y));
        if x == y || asked.contains(&both) {
            continue;
        }
        let (left, right) = (clusters.members(x), clusters.members(y));
        let apart = |l: u32| right.iter().any(|r| words.apart(l, *r, library, settings));
        // Records that agree, while a veto parts their copies: a person sees what no rule can.
        let refused = decision.outcome == Outcome::Same && !words.part(*a, *b);
        if refused
            || !*parted
                .entry(both)
                .or_insert_with(|| left.iter().any(|l| apart(*l)))
        {
            asked.insert(both);
            queue.push((*a, *b, *decision));
        }
    }
    queue
}

/// Leaves the queue no longer than the settings allow for so many records, and says what was cut.
pub(super) fn shorten(
    queue: &mut Vec<Decided>,
    records: usize,
    settings: &Settings,
    problems: &mut Problems,
) {
    let allowed = queue_length(records, settings.queue_share);
    if queue.len() <= allowed {
        return;
    }
    let cut = queue.len() - allowed;
    problems.push(
        Problem::note(
            "dedup::queue-cut",
            format!("{cut} less likely unsure pairs are not in the queue"),
        )
        .help("raise `queue-share` in the settings to see them"),
    );
    queue.truncate(allowed);
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
