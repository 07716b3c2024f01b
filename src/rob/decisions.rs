//! `data/risk-of-bias/adjudication.csv` and `overrides.csv`: answers settled between assessors, and judgements people changed.

use super::answers::assessor_of;
use crate::ids::StudyId;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::{self, Columns, Row, TableFile, When};
use serde::{Deserialize, Serialize};

/// The columns of `adjudication.csv`.
pub const ADJUDICATION_COLUMNS: Columns = Columns {
    required: &["study", "tool", "question", "answer", "by", "at"],
    optional: &["result", "reason", "note"],
};

/// The columns of `overrides.csv`.
pub const OVERRIDE_COLUMNS: Columns = Columns {
    required: &["study", "tool", "domain", "judgement", "reason", "by", "at"],
    optional: &["result", "note"],
};

/// An answer on which assessors differed, settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjudication {
    /// The study.
    pub study: StudyId,
    /// The result judged.
    pub result: String,
    /// Name of the tool.
    pub tool: String,
    /// The question.
    pub question: String,
    /// The answer settled on.
    pub answer: String,
    /// Why.
    pub reason: Option<String>,
    /// Who.
    pub by: String,
    /// When.
    pub at: When,
    /// Where the row stands.
    pub place: Place,
}

/// A judgement that people set in place of the tool's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// The study.
    pub study: StudyId,
    /// The result judged.
    pub result: String,
    /// Name of the tool.
    pub tool: String,
    /// The domain, or `overall`.
    pub domain: String,
    /// The judgement set.
    pub judgement: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: When,
    /// Where the row stands.
    pub place: Place,
}

/// Names of files, and of sheets in anybody's workbook, that hold decisions: settled answers, changed judgements.
const ADJUDICATION: &str = "adjudication";
const OVERRIDES: &str = "overrides";

/// Whether a sheet holds decisions, by its name.
pub fn is_decisions(sheet: &str) -> bool {
    [ADJUDICATION, OVERRIDES].contains(&sheet.trim().to_lowercase().as_str())
}

/// The table of decisions of one kind in a file of theirs, or in a workbook that has a sheet of them.
fn table_of(file: &TableFile, name: &str, columns: Columns) -> (table::Table, Problems) {
    if file.is_workbook() && assessor_of(file.path()) != name {
        file.table_of_sheets(columns, |sheet| sheet.trim().eq_ignore_ascii_case(name))
    } else {
        file.table(columns)
    }
}

/// Reads settled answers. A row with a fault is left out and told; all others are kept.
pub fn read_adjudications(file: &TableFile) -> (Vec<Adjudication>, Problems) {
    let table = table_of(file, ADJUDICATION, ADJUDICATION_COLUMNS);
    table::values(table, adjudication)
}

fn adjudication(row: &Row, problems: &mut Problems) -> Option<Adjudication> {
    let study = row.needed("study", problems);
    let tool = row.needed("tool", problems);
    let question = row.needed("question", problems);
    let answer = row.needed("answer", problems);
    let by = row.needed("by", problems);
    let at = row.when("at", problems);
    Some(Adjudication {
        study: StudyId::new(study?),
        result: row.text("result").to_owned(),
        tool: tool?,
        question: question?,
        answer: answer?,
        reason: row.filled("reason"),
        by: by?,
        at: at?,
        place: row.place("answer"),
    })
}

/// Reads overrides. One without a reason does not count and is told.
pub fn read_overrides(file: &TableFile) -> (Vec<Override>, Problems) {
    let table = table_of(file, OVERRIDES, OVERRIDE_COLUMNS);
    table::values(table, overriding)
}

fn overriding(row: &Row, problems: &mut Problems) -> Option<Override> {
    let study = row.needed("study", problems);
    let tool = row.needed("tool", problems);
    let domain = row.needed("domain", problems);
    let judgement = row.needed("judgement", problems);
    let by = row.needed("by", problems);
    let at = row.when("at", problems);
    let reason = row.filled("reason");
    if reason.is_none() {
        problems.push(
            Problem::error("rob::override-without-reason", "an override needs a reason")
                .at(row.place("reason"))
                .help(
                    "write why the judgement differs from the tool's; the tool's stands until then",
                ),
        );
    }
    Some(Override {
        study: StudyId::new(study?),
        result: row.text("result").to_owned(),
        tool: tool?,
        domain: domain?,
        judgement: judgement?,
        reason: reason?,
        by: by?,
        at: at?,
        place: row.place("judgement"),
    })
}
