//! The analyses and tools of a review held against its protocol, field by field.
//!
//! What the protocol registers is compared with what the pipeline does: outcomes and their order, effect measures, models,
//! searches, scores, subgroups, tools. What differs has the amendment that changes its field beside it, where there is one.

mod models;
mod question;
mod search;
mod standing;
mod subgroups_and_tools;

pub use search::Searched;
pub(super) use standing::{Claimed, standing};

use super::tables::{AnalysisRow, RegressionRow, SubgroupTestRow};
use crate::artefact::{Address, Origin, key, rows};
use crate::protocol::Protocol;
use serde_json::Value;
use std::collections::BTreeSet;

rows! {
    /// One field of the protocol, and what became of it.
    pub DifferenceRow: "protocol-differences" {
        /// Order in the protocol.
        order: u64,
        /// The field, as the protocol names it, such as `outcomes.stress`.
        field: String,
        /// What the protocol plans, in words.
        planned: String,
        /// What was done, in words.
        done: String,
        /// `as-registered`; `chosen-later` (in the protocol, not registered); `differs`; `missing` (planned and not done);
        /// `post-hoc` (done and not planned).
        status: String,
        /// Why, in the protocol's or the analysis' words.
        why: String,
        /// The amendments that change the field.
        amendment: String,
        /// Protocol and analyses.
        origin: Origin,
    }
}

/// A study that was judged: its design, and the tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The study.
    pub study: String,
    /// Its design.
    pub design: String,
    /// The tools it was judged with.
    pub tools: BTreeSet<String>,
}

/// What the pipeline did, as far as a protocol speaks of it.
#[derive(Clone, Copy, Debug)]
pub struct Done<'a> {
    /// Its analyses.
    pub analyses: &'a [AnalysisRow],
    /// Groups compared.
    pub subgroups: &'a [SubgroupTestRow],
    /// Meta-regressions.
    pub regressions: &'a [RegressionRow],
    /// Studies with the tools they were judged with.
    pub judged: &'a [Judged],
    /// What was searched; `None` where the pipeline does not say it here.
    pub searches: Option<&'a [Searched]>,
    /// The stage that pools, for origins.
    pub stage: &'a str,
}

/// Every field that can be compared, in the order of the protocol.
pub fn differences(protocol: &Protocol, path: &str, done: Done<'_>) -> Vec<DifferenceRow> {
    let mut table = Table {
        protocol,
        path,
        done,
        rows: Vec::new(),
    };
    table.question();
    table.search();
    table.outcomes();
    table.order();
    table.measures();
    table.models();
    table.scores();
    table.subgroups();
    table.post_hoc();
    table.tools();
    table.rows
}

struct Table<'a> {
    protocol: &'a Protocol,
    path: &'a str,
    done: Done<'a>,
    rows: Vec<DifferenceRow>,
}

/// How a field was planned: in words, whether registered, and why it was chosen later.
struct Planned {
    words: String,
    registered: bool,
    why: String,
}

impl Planned {
    fn of(words: String, from: &Value) -> Self {
        Self {
            words,
            registered: is_registered(from),
            why: text(&from["why"]),
        }
    }

    /// The status of a field that was kept to.
    fn kept(&self) -> &'static str {
        if self.registered {
            "as-registered"
        } else {
            "chosen-later"
        }
    }
}

impl Table<'_> {
    fn push(
        &mut self,
        field: &str,
        planned: Planned,
        done: String,
        status: &str,
        from: Vec<Address>,
    ) {
        let amendments = self.protocol.amendments.iter();
        let amendments = amendments.filter(|amendment| is_within(field, &amendment.field));
        let amendments: Vec<&str> = amendments.map(|amendment| amendment.id.as_str()).collect();
        let mut origin = vec![Address::file(self.path)];
        origin.extend(from);
        self.rows.push(DifferenceRow {
            key: key(&[field]),
            order: self.rows.len() as u64,
            field: field.to_owned(),
            planned: planned.words,
            done,
            status: status.to_owned(),
            why: planned.why,
            amendment: amendments.join("; "),
            origin: Origin::of("compared", origin),
        });
    }

    fn cell(&self, row: &AnalysisRow, column: &str) -> Address {
        Address::cell(self.done.stage, "analyses", &row.key, column)
    }

    fn cells(&self, rows: &[&AnalysisRow], column: &str) -> Vec<Address> {
        rows.iter().map(|row| self.cell(row, column)).collect()
    }

    /// Analyses that the protocol answers for: not those said to be beside it.
    fn planned_analyses(&self) -> Vec<&AnalysisRow> {
        let rows = self.done.analyses.iter();
        rows.filter(|row| !is_post_hoc(row)).collect()
    }
}

/// Whether one of two fields of a protocol is the other, or holds it.
fn is_within(one: &str, other: &str) -> bool {
    let below = |long: &str, short: &str| {
        let rest = long.strip_prefix(short);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    below(one, other) || below(other, one)
}

fn is_post_hoc(row: &AnalysisRow) -> bool {
    row.registered.starts_with("post hoc")
}

fn of_analyses(count: usize) -> String {
    counted(count, "analysis", "analyses")
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn is_common(model: &str) -> bool {
    matches!(model.to_uppercase().as_str(), "CE" | "FE" | "EE")
}

fn is_registered(field: &Value) -> bool {
    field["registered"].as_bool().unwrap_or(false)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The effect measures that the protocol names for a body of evidence, in metafor's codes.
fn measures(protocol: &Protocol, body: &str) -> BTreeSet<String> {
    let name = if body == "within" {
        "within_group"
    } else {
        "between_group"
    };
    let named = &protocol.synthesis["effect_measures"][name];
    let values = named.as_object().into_iter().flatten();
    let codes = values.filter_map(|(_, value)| value.as_str());
    codes
        .filter(|code| {
            code.chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        })
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests;
