//! `data/screening/<reviewer>.csv`: the votes of one reviewer, one a line, never rewritten.
//!
//! A changed mind is a new line: the latest vote counts, the first counts for agreement.

use super::matching::Reference;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::{self, Columns, Row, When};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The columns of the file.
pub const COLUMNS: Columns = Columns {
    required: &["record", "stage", "decision", "at"],
    optional: &["reason", "note", "doi", "pmid", "title", "year"],
};

/// A stage of screening.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Records, by title and abstract.
    TitleAbstract,
    /// Reports, by their full text.
    FullText,
}

/// Names of stages as files spell them.
pub(super) const STAGES: [(&str, Stage); 2] = [
    ("title-abstract", Stage::TitleAbstract),
    ("full-text", Stage::FullText),
];

impl Stage {
    /// As files spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TitleAbstract => "title-abstract",
            Self::FullText => "full-text",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A decision about a record or report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Eligible.
    Include,
    /// Not eligible.
    Exclude,
    /// Perhaps; counts as include, at title and abstract alone.
    Maybe,
    /// Cannot be classified yet (full text).
    Awaiting,
    /// Registered or unfinished (full text).
    Ongoing,
    /// The report could not be had (full text).
    NotRetrieved,
    /// No decision: takes back every earlier one of the same person on the record of that name. The rows stay, and count no more.
    Withdrawn,
}

/// Names of decisions as files spell them.
pub(super) const DECISIONS: [(&str, Decision); 7] = [
    ("include", Decision::Include),
    ("exclude", Decision::Exclude),
    ("maybe", Decision::Maybe),
    ("awaiting", Decision::Awaiting),
    ("ongoing", Decision::Ongoing),
    ("not-retrieved", Decision::NotRetrieved),
    ("withdrawn", Decision::Withdrawn),
];

impl Decision {
    /// As files spell it.
    pub fn as_str(self) -> &'static str {
        let name = DECISIONS.iter().find(|(_, decision)| *decision == self);
        name.map_or("", |(name, _)| name)
    }

    /// Whether it says that a report could not be judged (yet), so that it is no vote on eligibility.
    pub fn leaves_open(self) -> bool {
        matches!(self, Self::Awaiting | Self::Ongoing | Self::NotRetrieved)
    }

    /// Whether the record goes on.
    pub fn includes(self) -> bool {
        matches!(self, Self::Include | Self::Maybe)
    }

    /// Whether the decision can be made at this stage.
    pub fn fits(self, stage: Stage) -> bool {
        match stage {
            Stage::TitleAbstract => matches!(
                self,
                Self::Include | Self::Exclude | Self::Maybe | Self::Withdrawn
            ),
            Stage::FullText => self != Self::Maybe,
        }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// How the vote names its record.
    pub record: Reference,
    /// Stage.
    pub stage: Stage,
    /// Decision.
    pub decision: Decision,
    /// Reason, for exclusions.
    pub reason: Option<String>,
    /// Who: the name of the file.
    pub reviewer: String,
    /// When.
    pub at: When,
    /// Anything else.
    pub note: Option<String>,
    /// Where the vote stands.
    pub place: Place,
}

/// The reviewer whose votes a file holds: its name without folder and ending.
pub fn reviewer_of(file_name: &str) -> &str {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Reads a reviewer's file. A row with a fault is left out and told; all others are kept.
pub fn read(file_name: &str, bytes: &[u8]) -> (Vec<Vote>, Problems) {
    let reviewer = reviewer_of(file_name);
    table::read_each(file_name, bytes, COLUMNS, |row, problems| {
        vote(row, reviewer, problems)
    })
}

fn vote(row: &Row, reviewer: &str, problems: &mut Problems) -> Option<Vote> {
    let record = Reference::of(row, problems);
    let stage = row.choice("stage", &STAGES, problems);
    let decision = decision(row, stage, problems);
    let at = row.when("at", problems);
    Some(Vote {
        record: record?,
        stage: stage?,
        decision: decision?,
        reason: row.filled("reason"),
        reviewer: reviewer.to_owned(),
        at: at?,
        note: row.filled("note"),
        place: row.start(),
    })
}

/// The decision of a row, where it can be made at the row's stage.
pub(super) fn decision(
    row: &Row,
    stage: Option<Stage>,
    problems: &mut Problems,
) -> Option<Decision> {
    let decision = row.choice("decision", &DECISIONS, problems)?;
    let stage = stage?;
    if decision.fits(stage) {
        return Some(decision);
    }
    let help = match stage {
        Stage::TitleAbstract => {
            "write include, exclude or maybe; the other decisions are for full texts"
        }
        Stage::FullText => "write include, exclude, awaiting, ongoing or not-retrieved",
    };
    problems.push(
        Problem::error(
            "screening::wrong-stage",
            format!("`{decision}` is no decision at {stage}"),
        )
        .at(row.place("decision"))
        .help(help),
    );
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn votes_carry_their_reviewer_and_place() {
        let text = "record,stage,decision,reason,at,note,doi,pmid,title\nr1,title-abstract,maybe,,2026-03-01,,,,\n";
        let (votes, problems) = read("data/screening/reviewer-a.csv", text.as_bytes());
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(votes[0].reviewer, "reviewer-a");
        assert_eq!(
            votes[0].place,
            Place::line("data/screening/reviewer-a.csv", 2)
        );
    }

    #[test]
    fn all_faults_of_a_row_are_told_at_their_cells() {
        let text =
            "record,stage,decision,at\n,full-txt,maybe,yesterday\nr1,full-text,maybe,2026-03-01\n";
        let (votes, problems) = read("a.csv", text.as_bytes());
        assert!(votes.is_empty());
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "a.csv:2:1: error[screening::nameless-row]: the row names no record",
                "a.csv:2:2: error[table::unknown-value]: `full-txt` is no value of `stage`",
                "a.csv:2:17: error[table::bad-date]: `yesterday` is not a date",
                "a.csv:3:14: error[screening::wrong-stage]: `maybe` is no decision at full-text",
            ]
        );
    }
}
