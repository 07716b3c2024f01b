//! The state of an item at a stage: computed from votes and adjudications, never typed.

use super::adjudication::Adjudication;
use super::votes::{Decision, Stage, Vote};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where an item stands at a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nobody voted.
    Unscreened,
    /// Fewer people voted than the protocol wants.
    OneVote,
    /// All agree.
    Agreed,
    /// People differ.
    Conflict,
    /// A conflict was settled.
    Resolved,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Unscreened => "unscreened",
            Self::OneVote => "one_vote",
            Self::Agreed => "agreed",
            Self::Conflict => "conflict",
            Self::Resolved => "resolved",
        })
    }
}

/// An item at a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemState {
    /// Where it stands.
    pub state: State,
    /// What was decided, once it is.
    pub decision: Option<Decision>,
    /// The reason of an exclusion.
    pub reason: Option<String>,
    /// Whether all exclude, for different reasons; the first in the declared order is taken until somebody settles it.
    pub reason_conflict: bool,
}

/// The state that votes (of one item at one stage, the latest of each reviewer) and the latest adjudication give.
///
/// `needed` people must vote; `order` is the protocol's order of reasons.
pub fn state(
    latest: &[&Vote],
    adjudication: Option<&Adjudication>,
    needed: usize,
    order: &[String],
) -> ItemState {
    if let Some(settled) = adjudication {
        return ItemState {
            state: State::Resolved,
            decision: Some(settled.decision),
            reason: settled
                .reason
                .clone()
                .or_else(|| reasons(latest, order).into_iter().next()),
            reason_conflict: false,
        };
    }
    let open = |state| ItemState {
        state,
        decision: None,
        reason: None,
        reason_conflict: false,
    };
    let Some(first) = latest.first() else {
        return open(State::Unscreened);
    };
    if !latest.iter().all(|vote| agrees(vote, first)) {
        return open(State::Conflict);
    }
    if latest.len() < needed {
        return open(State::OneVote);
    }
    let reasons = reasons(latest, order);
    let decision = if first.decision.includes() {
        Decision::Include
    } else {
        first.decision
    };
    let excludes = decision == Decision::Exclude;
    ItemState {
        state: State::Agreed,
        decision: Some(decision),
        reason_conflict: excludes && first.stage == Stage::FullText && reasons.len() > 1,
        reason: excludes.then(|| reasons.into_iter().next()).flatten(),
    }
}

fn agrees(one: &Vote, other: &Vote) -> bool {
    one.decision == other.decision || (one.decision.includes() && other.decision.includes())
}

/// Distinct reasons, those of the protocol's list first and in its order.
fn reasons(votes: &[&Vote], order: &[String]) -> Vec<String> {
    let mut found: Vec<String> = votes
        .iter()
        .filter_map(|vote| vote.reason.clone())
        .collect();
    let rank = |reason: &String| {
        order
            .iter()
            .position(|known| known == reason)
            .unwrap_or(order.len())
    };
    found.sort_by(|a, b| (rank(a), a).cmp(&(rank(b), b)));
    found.dedup();
    found
}
