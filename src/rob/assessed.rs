//! What the judging of a review's assessments reads, and the rows that it gives.

use super::agreement::{Match, PairAgreement};
use super::answer::Options;
use super::answers::AnswerRow;
use super::decisions::{Adjudication, Override};
use super::imported::Imported;
use super::tool::Tool;
use crate::ids::StudyId;
use crate::table::When;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// All that the judging of a review's assessments reads.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Tools by the name that answers use.
    pub tools: &'a BTreeMap<String, Tool>,
    /// Declared options by tool.
    pub options: &'a BTreeMap<String, Options>,
    /// Answers of all assessors.
    pub answers: &'a [AnswerRow],
    /// Settled answers.
    pub adjudications: &'a [Adjudication],
    /// Judgements that people changed.
    pub overrides: &'a [Override],
    /// Judgements made elsewhere.
    pub imported: &'a [Imported],
    /// Studies that may be assessed; empty: any.
    pub studies: &'a [StudyId],
    /// Study and outcome of each result that was extracted; `None` where that is not known.
    pub extracted: Option<&'a BTreeSet<(String, String)>>,
    /// People who must assess.
    pub assessors: usize,
}

/// What is judged: a result of a study with a tool.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The study.
    pub study: StudyId,
    /// The result; empty for tools that judge a study.
    pub result: String,
    /// Name of the tool.
    pub tool: String,
}

impl Key {
    /// The key of a row that people wrote.
    pub(super) fn of(study: &StudyId, result: &str, tool: &str) -> Self {
        Self {
            study: study.clone(),
            result: result.to_owned(),
            tool: tool.to_owned(),
        }
    }
}

/// How far a judgement has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The tool's judgement stands.
    Judged,
    /// People set another, with a reason.
    Overridden,
    /// People set another before the answers changed; it stands and must be confirmed again.
    Stale,
    /// Answers are missing.
    Incomplete,
    /// Assessors differ and nobody settled it.
    Conflict,
    /// An answer is not in its question's set.
    Invalid,
    /// It was made elsewhere and stands as a file gives it; with a path where the file gives the answers too.
    Imported,
}

/// One domain of one assessment (or its overall judgement); one row of `judgements.csv`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgementRow {
    /// The study.
    pub study: StudyId,
    /// The result.
    pub result: String,
    /// Name of the tool.
    pub tool: String,
    /// Version of the tool.
    pub version: String,
    /// Variant of the tool.
    pub variant: String,
    /// The domain, or `overall`.
    pub domain: String,
    /// What the tool's path gives.
    pub algorithm: Option<String>,
    /// What stands.
    #[serde(rename = "final")]
    pub judgement: Option<String>,
    /// How far it has come.
    pub standing: Standing,
    /// The path taken, or the questions missing.
    pub path: String,
    /// A worse judgement that people may choose, with a reason (overall only).
    pub escalation: Option<String>,
    /// Stars, for tools that count them.
    pub stars: Option<usize>,
    /// Assessors, divided by `; `.
    pub assessors: String,
    /// Reason of an override.
    pub reason: Option<String>,
    /// Who overrode.
    pub by: Option<String>,
    /// When.
    pub at: Option<When>,
}

/// One question of one assessment; one row of `answers.csv`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionRow {
    /// The study.
    pub study: StudyId,
    /// The result.
    pub result: String,
    /// Name of the tool.
    pub tool: String,
    /// The question.
    pub question: String,
    /// What each assessor answered, `name=answer` divided by `; `.
    pub answers: String,
    /// How the answers compare.
    pub agreement: Match,
    /// The answer that counts; `None` while assessors differ.
    #[serde(rename = "final")]
    pub answer: Option<String>,
    /// Who settled it, where somebody did.
    pub settled_by: Option<String>,
}

/// Something people still owe.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Open {
    /// The study.
    pub study: StudyId,
    /// The result.
    pub result: String,
    /// Name of the tool.
    pub tool: String,
    /// What is open, in words.
    pub what: String,
}

/// All assessments judged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Assessed {
    /// Domains, by study, result and tool.
    pub judgements: Vec<JudgementRow>,
    /// Overall judgements, in the same order.
    pub overall: Vec<JudgementRow>,
    /// Questions with what everybody answered.
    pub questions: Vec<QuestionRow>,
    /// Agreement of pairs of assessors.
    pub agreement: Vec<PairAgreement>,
    /// What people still owe.
    pub open: Vec<Open>,
}
