//! What screening reads and what it comes to: settings, inputs, and the rows of the tables it gives.

use super::adjudication::Adjudication;
use super::agreement::{Agreement, Table};
use super::alpha::Alpha;
use super::flow::Flow;
use super::matching::{FoundBy, Index};
use super::state::State;
use super::studies::{Link, Study};
use super::votes::{Decision, Stage, Vote};
use crate::bib::Record;
use crate::ids::{RecordId, StudyId};
use crate::place::Place;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// What a protocol says about screening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Reasons for exclusion, in order: the first that applies is recorded. Empty: any reason is taken.
    pub reasons: Vec<String>,
    /// Names of the reviewers, whose votes alone count. Empty: any file is a reviewer's.
    pub reviewers: Vec<String>,
    /// People who must vote on each record by title and abstract.
    pub votes_title_abstract: usize,
    /// People who must vote on each full text.
    pub votes_full_text: usize,
    /// What exports of screening tools do not say themselves, by the name of the file in the folder of decisions.
    pub imports: BTreeMap<String, ToolFile>,
    /// Counts that people typed elsewhere (a published diagram, a manuscript), by the box of `flow.csv`: one that differs from what
    /// the decisions give is an error.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub typed_counts: BTreeMap<String, u64>,
}

/// What an export of a screening tool (Rayyan, Covidence, `ASReview`, Abstrackr, EPPI-Reviewer, `DistillerSR`) does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ToolFile {
    /// Stage the decisions were made at; without it the file's own word counts, else title and abstract.
    pub stage: Option<Stage>,
    /// Who decided, where the tool names nobody; without it the name of the file.
    pub reviewer: Option<String>,
    /// Names the tool gives people, to those of the team.
    pub reviewers: BTreeMap<String, String>,
    /// Reasons as the tool has them, to those of the protocol.
    pub reasons: BTreeMap<String, String>,
    /// Day of the decisions, such as 2026-03-04, where the tool keeps no time.
    pub at: Option<String>,
    /// Which of two numbers is the day, where the tool writes days such as 03/06/2026.
    pub dates: Option<DateOrder>,
}

/// The order of day, month and year in the dates of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// 31/12/2026.
    DayMonthYear,
    /// 12/31/2026.
    MonthDayYear,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            reasons: Vec::new(),
            reviewers: Vec::new(),
            votes_title_abstract: 2,
            votes_full_text: 2,
            imports: BTreeMap::new(),
            typed_counts: BTreeMap::new(),
        }
    }
}

/// Counts from before screening, for the flow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identification {
    /// Records by database.
    pub databases: Vec<(String, i64)>,
    /// Records by register.
    pub registers: Vec<(String, i64)>,
    /// Found by other methods, by method.
    pub other_methods: Vec<(String, i64)>,
    /// Duplicates removed.
    pub duplicates: i64,
    /// Removed by automation.
    pub automation: i64,
    /// Removed for other reasons.
    pub other: i64,
    /// Records found by other methods: they are sought without being screened by title and abstract.
    pub other_records: BTreeSet<RecordId>,
    /// Studies and reports of the version before, for an update.
    pub previous: Option<(i64, i64)>,
}

/// All that screening reads; what it comes to names records and votes of it.
#[derive(Clone, Copy, Debug)]
pub struct Input<'v, 'a> {
    /// Records after deduplication.
    pub records: &'v [Record],
    /// The same by what decisions may call them, with those merged away.
    pub index: &'a Index,
    /// Votes of all reviewers.
    pub votes: &'v [Vote],
    /// Settled conflicts.
    pub adjudications: &'a [Adjudication],
    /// Reports linked to studies.
    pub links: &'a [Link],
    /// The protocol.
    pub settings: &'a Settings,
    /// Counts from before.
    pub identification: &'a Identification,
}

/// A vote with the record it found; one row of `votes.csv`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CountedVote<'a> {
    /// The record.
    pub record: &'a RecordId,
    /// The vote.
    pub vote: &'a Vote,
    /// What the record was found by.
    pub found_by: FoundBy,
    /// Whether it is the one that counts: the latest on this record and stage of a reviewer on the team.
    pub counts: bool,
}

impl CountedVote<'_> {
    /// By record, stage and reviewer.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let key = |counted: &Self| (counted.record, counted.vote.stage, &counted.vote.reviewer);
        key(self).cmp(&key(other))
    }
}

/// An included report; one row of `included.csv`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Included {
    /// The study.
    pub study: StudyId,
    /// What to call the study.
    pub label: String,
    /// The report.
    pub record: RecordId,
    /// Whether it is the study's main report.
    pub primary: bool,
}

/// An excluded record; one row of `excluded.csv`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Excluded {
    /// The record.
    pub record: RecordId,
    /// Where it was excluded.
    pub stage: Stage,
    /// The decision: excluded, or not retrieved.
    pub decision: Decision,
    /// Why.
    pub reason: Option<String>,
}

/// An open item; one row of `undecided.csv`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Undecided {
    /// The record.
    pub record: RecordId,
    /// Where it waits.
    pub stage: Stage,
    /// Its state.
    pub state: State,
    /// What it waits for, in words.
    pub waits_for: String,
}

/// Agreement of two reviewers at a stage; one row of `agreement.csv`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageAgreement {
    /// Stage.
    pub stage: Stage,
    /// The first reviewer by name.
    pub first: String,
    /// The second.
    pub second: String,
    /// First votes.
    pub table: Table,
    /// Figures.
    pub agreement: Agreement,
}

/// Agreement of three or more reviewers at a stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageAlpha {
    /// Stage.
    pub stage: Stage,
    /// The reviewers by name.
    pub reviewers: Vec<String>,
    /// Figures.
    pub alpha: Alpha,
}

/// What screening came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Screening<'a> {
    /// Included reports, by study.
    pub included: Vec<Included>,
    /// Included studies.
    pub studies: Vec<Study>,
    /// Excluded records, by stage and record.
    pub excluded: Vec<Excluded>,
    /// What people still owe.
    pub undecided: Vec<Undecided>,
    /// Conflicts by title and abstract that nobody settled: the records went on to full text.
    pub went_on: Vec<RecordId>,
    /// Agreement by stage and pair of reviewers.
    pub agreement: Vec<StageAgreement>,
    /// Agreement of all, by stage, where three or more voted.
    pub alpha: Vec<StageAlpha>,
    /// The PRISMA counts. While anything is undecided they are provisional and identities may not hold.
    pub flow: Flow,
    /// Where the adjudications stand that count: the latest of each item that was not taken back.
    pub settled: BTreeSet<Place>,
    /// Every vote that found its record, by record, stage, reviewer and time.
    pub votes: Vec<CountedVote<'a>>,
}
