//! `data/screening/adjudication.csv`: how conflicts were settled.

use super::matching::Reference;
use super::votes::{self, Decision, STAGES, Stage};
use crate::place::Place;
use crate::problem::Problems;
use crate::table::{self, Columns, Row, When};
use serde::{Deserialize, Serialize};

/// The columns of the file.
pub const COLUMNS: Columns = Columns {
    required: &["record", "stage", "decision", "method", "by", "at"],
    optional: &["reason", "note", "doi", "pmid", "title", "year"],
};

/// How a conflict was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The reviewers talked and agreed.
    Consensus,
    /// A third person decided.
    Third,
    /// A rule of the protocol decided.
    Policy,
}

/// One settled item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjudication {
    /// How the row names its record.
    pub record: Reference,
    /// Stage.
    pub stage: Stage,
    /// Final decision.
    pub decision: Decision,
    /// Final reason, for exclusions.
    pub reason: Option<String>,
    /// How it was settled.
    pub method: Method,
    /// By whom.
    pub by: String,
    /// When.
    pub at: When,
    /// Anything else.
    pub note: Option<String>,
    /// Where the row stands.
    pub place: Place,
}

/// Reads the file. A row with a fault is left out and told; all others are kept.
pub fn read(file_name: &str, bytes: &[u8]) -> (Vec<Adjudication>, Problems) {
    table::read_each(file_name, bytes, COLUMNS, adjudication)
}

fn adjudication(row: &Row, problems: &mut Problems) -> Option<Adjudication> {
    const METHODS: [(&str, Method); 3] = [
        ("consensus", Method::Consensus),
        ("third", Method::Third),
        ("policy", Method::Policy),
    ];
    let record = Reference::of(row, problems);
    let stage = row.choice("stage", &STAGES, problems);
    let decision = votes::decision(row, stage, problems);
    let method = row.choice("method", &METHODS, problems);
    let by = row.needed("by", problems);
    let at = row.when("at", problems);
    Some(Adjudication {
        record: record?,
        stage: stage?,
        decision: decision?,
        reason: row.filled("reason"),
        method: method?,
        by: by?,
        at: at?,
        note: row.filled("note"),
        place: row.start(),
    })
}
