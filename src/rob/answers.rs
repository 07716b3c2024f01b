//! `data/risk-of-bias/<assessor>.csv`: what one assessor answered, with the quote it rests on.

use super::decisions::is_decisions;
use super::imported::AssessmentFile;
use crate::ids::StudyId;
use crate::place::Place;
use crate::problem::Problems;
use crate::table::{self, Columns, Row, When};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The columns of the file. `domain` and `asks` are there for the person who answers, and are not read.
pub const COLUMNS: Columns = Columns {
    required: &["study", "tool", "question", "answer", "at"],
    optional: &[
        "result", "variant", "domain", "asks", "source", "quote", "note",
    ],
};

/// One answer of one assessor. What it means is the tool's to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerRow {
    /// The study.
    pub study: StudyId,
    /// The result judged; empty for tools that judge a study.
    pub result: String,
    /// Name of the tool.
    pub tool: String,
    /// Variant of the tool; empty when it has none.
    pub variant: String,
    /// The question, by key or printed number; for a judgement that people enter, the domain.
    pub question: String,
    /// The answer as written.
    pub answer: String,
    /// Where in the paper, such as `p. 4`.
    pub source: Option<String>,
    /// What the paper says.
    pub quote: Option<String>,
    /// Who: the name of the file.
    pub assessor: String,
    /// When.
    pub at: When,
    /// Anything else.
    pub note: Option<String>,
    /// Where the answer stands.
    pub place: Place,
}

/// Reads an assessor's file: CSV, or every sheet of a workbook but those of settled answers and changed judgements; beside
/// judgements made elsewhere, the sheets with questions and answers alone.
///
/// A row without an answer is a form not filled in yet and says nothing; a row with a fault is left out and told.
pub fn read(file: &AssessmentFile) -> (Vec<AnswerRow>, Problems) {
    let assessor = assessor_of(file.path());
    table::values(table_of(file), |row, problems| {
        if row.text("answer").is_empty() {
            return None;
        }
        answer(row, assessor, problems)
    })
}

/// The results that a file has rows of for one tool, answered or not: study and result.
pub fn handed_out(file: &AssessmentFile, tool: &str) -> (BTreeSet<(String, String)>, Problems) {
    let (table, problems) = table_of(file);
    let rows = table.rows.iter().filter(|row| row.text("tool") == tool);
    let results = rows.map(|row| (row.text("study").to_owned(), row.text("result").to_owned()));
    (results.collect(), problems)
}

fn table_of(file: &AssessmentFile) -> (table::Table, Problems) {
    let tables = file.tables();
    if !tables.is_workbook() {
        return tables.table(COLUMNS);
    }
    let answers = file.answer_sheets();
    tables.table_of_sheets(COLUMNS, |sheet| {
        !is_decisions(sheet) && (!file.is_judgements() || answers.contains(&sheet))
    })
}

/// The assessor whose answers a file holds: its name without folder and ending.
pub fn assessor_of(file_name: &str) -> &str {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn answer(row: &Row, assessor: &str, problems: &mut Problems) -> Option<AnswerRow> {
    let study = row.needed("study", problems);
    let tool = row.needed("tool", problems);
    let question = row.needed("question", problems);
    let at = row.when("at", problems);
    Some(AnswerRow {
        study: StudyId::new(study?),
        result: row.text("result").to_owned(),
        tool: tool?,
        variant: row.text("variant").to_owned(),
        question: question?,
        answer: row.text("answer").to_owned(),
        source: row.filled("source"),
        quote: row.filled("quote"),
        assessor: assessor.to_owned(),
        at: at?,
        note: row.filled("note"),
        place: row.place("answer"),
    })
}
