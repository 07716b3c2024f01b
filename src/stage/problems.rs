//! What a stage had to say, as an artefact of its own, so that the report can carry it on top.

use crate::artefact::{key, rows, write_rows};
use crate::problem::Problems;
use crate::stage::OpenWork;

rows! {
    /// A problem or a piece of open work of one stage.
    pub ProblemRow: "problems" {
        /// Stage that said it.
        stage: String,
        /// `error`, `warning`, `note` or `open`.
        severity: String,
        /// Stable code.
        code: String,
        /// What happened, or what is to be done.
        title: String,
        /// Where, most important first, joined by `; `.
        places: String,
        /// How to go on.
        help: String,
        /// How many pieces of open work; 1 for a problem.
        count: u64,
    }
}

/// The artefact of everything a stage said.
pub fn problem_rows(stage: &str, problems: &Problems, open_work: &[OpenWork]) -> Vec<u8> {
    let mut rows = Vec::new();
    for problem in problems {
        let places: Vec<_> = problem
            .places
            .iter()
            .map(|(place, _)| place.to_string())
            .collect();
        rows.push(ProblemRow {
            key: key(&[
                stage,
                &problem.severity.to_string(),
                &problem.code,
                &places.join("; "),
                &problem.title,
            ]),
            stage: stage.to_owned(),
            severity: problem.severity.to_string(),
            code: problem.code.to_string(),
            title: problem.title.clone(),
            places: places.join("; "),
            help: problem.help.clone().unwrap_or_default(),
            count: 1,
        });
    }
    for work in open_work {
        rows.push(ProblemRow {
            key: key(&[stage, "open", &work.code, &work.what]),
            stage: stage.to_owned(),
            severity: "open".to_owned(),
            code: work.code.clone(),
            title: work.what.clone(),
            places: String::new(),
            help: work.how.clone(),
            count: work.count,
        });
    }
    rows.dedup_by(|a, b| a.key == b.key);
    write_rows(&rows)
}
