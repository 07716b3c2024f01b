//! Judgements that were made elsewhere: a table as robvis draws it, or the results of the RoB 2 workbook, one row a result.
//!
//! Such a table has a column for the study, one a domain, and `Overall`; the sheet `Results` of the RoB 2 workbook calls them
//! `1.0 Assessor's Judgement` to `5.0`, and `Assessor's overall Judgement`, below a row of group titles. The judgements stand as the file
//! gives them, and are marked as imported. Where that sheet holds the answers `1.1` to `5.3` too, the path that they take is shown beside
//! the judgement, and a judgement that they do not lead to is told; other tables say nothing of the answers, so that no path can be shown.

mod answered;
mod columns;
mod header;
mod reading;
mod tables;
#[cfg(test)]
mod tests;
mod words;

pub use answered::GivenAnswer;
pub(super) use answered::by_question;
pub use columns::columns_of;
pub use tables::AssessmentFile;

use super::tool::Tool;
use crate::ids::StudyId;
use crate::place::Place;
use crate::problem::Problems;
use reading::Reading;
use std::collections::BTreeMap;
use tables::Held;

/// The name of the judgement of all domains together.
pub const OVERALL: &str = "overall";

/// What stands for a name or a day that the file does not give.
pub const AS_GIVEN: &str = "as given by the file";

/// One judgement as a file gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The study.
    pub study: StudyId,
    /// The result judged; empty where the file names none.
    pub result: String,
    /// Name of the tool.
    pub tool: String,
    /// Variant of the tool.
    pub variant: String,
    /// The domain, or [`OVERALL`].
    pub domain: String,
    /// The judgement, as the tool names it.
    pub judgement: String,
    /// The answers to the questions of the domain that the file gives beside it.
    pub answers: Vec<GivenAnswer>,
    /// Who, or [`AS_GIVEN`].
    pub by: String,
    /// When, or [`AS_GIVEN`].
    pub at: String,
    /// Where it stands.
    pub place: Place,
}

/// A study that judgements may be about: id, and how it is cited.
pub type Citable = (String, String);

/// An outcome that judgements may be about: id, and name in the protocol.
pub type Judgeable = (String, String);

/// What judgements may be about.
#[derive(Clone, Copy, Debug)]
pub struct Subjects<'a> {
    /// Included studies.
    pub studies: &'a [Citable],
    /// Outcomes of the protocol; none where it is not known.
    pub outcomes: &'a [Judgeable],
}

/// Reads judgements. Rows of studies that nobody included, and cells that are no judgement, are told and left out.
///
/// The tool is told by a column `tool`, or by the name of the file, such as `rob2-robvis.csv`; `own` are a team's own tools.
pub fn read(
    file: &AssessmentFile,
    own: &BTreeMap<String, Tool>,
    subjects: Subjects<'_>,
) -> (Vec<Imported>, Problems) {
    let mut reading = Reading {
        file: file.path(),
        own,
        subjects,
        found: Vec::new(),
        problems: Problems::new(),
    };
    for grid in &file.grids {
        let header = grid
            .header
            .as_ref()
            .filter(|_| grid.held == Held::Judgements);
        let Some(header) = header.filter(|header| header.twice.is_empty()) else {
            continue;
        };
        reading.tell_strange_columns(header);
        for row in &grid.rows[header.first_row..] {
            reading.row(header, row);
        }
    }
    (reading.found, reading.problems)
}
