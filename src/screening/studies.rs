//! `data/screening/studies.csv`: which reports tell of which study.

use super::matching::Reference;
use crate::ids::{RecordId, StudyId};
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::{self, Columns, Row, When};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The columns of the file.
pub const COLUMNS: Columns = Columns {
    required: &["study", "label", "record", "primary", "basis", "by", "at"],
    optional: &["doi", "pmid", "title", "year", "note"],
};

/// A report linked to a study. A report may tell of several studies, a study has one report or more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The study.
    pub study: StudyId,
    /// What to call the study in tables, such as `Huang 2020`.
    pub label: String,
    /// How the row names the report's record.
    pub record: Reference,
    /// Whether it is the study's main report.
    pub primary: bool,
    /// What the link rests on, such as a registration number.
    pub basis: String,
    /// Who linked.
    pub by: String,
    /// When.
    pub at: When,
    /// Where the row stands.
    pub place: Place,
}

/// An included study with its reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Study {
    /// The study.
    pub study: StudyId,
    /// What to call it.
    pub label: String,
    /// The main report.
    pub primary: RecordId,
    /// All its included reports, sorted.
    pub reports: Vec<RecordId>,
}

/// Reads the file. A row with a fault is left out and told; all others are kept.
pub fn read(file_name: &str, bytes: &[u8]) -> (Vec<Link>, Problems) {
    table::read_each(file_name, bytes, COLUMNS, link)
}

fn link(row: &Row, problems: &mut Problems) -> Option<Link> {
    const YES_NO: [(&str, bool); 6] = [
        ("yes", true),
        ("no", false),
        ("true", true),
        ("false", false),
        ("1", true),
        ("0", false),
    ];
    let study = row.needed("study", problems);
    let record = Reference::of(row, problems);
    let primary = if row.text("primary").is_empty() {
        Some(false)
    } else {
        row.choice("primary", &YES_NO, problems)
    };
    let by = row.needed("by", problems);
    let at = row.when("at", problems);
    let study = study?;
    Some(Link {
        label: row.filled("label").unwrap_or_else(|| study.clone()),
        study: StudyId::new(study),
        record: record?,
        primary: primary?,
        basis: row.text("basis").to_owned(),
        by: by?,
        at: at?,
        place: row.start(),
    })
}

/// Groups included reports into studies, sorted by study.
///
/// `linked` pairs each link with the record it found. A report without link is a study of its own, named by its record. A study
/// of several reports wants exactly one primary; without one the first linked report stands in and the problem is told.
pub fn group(included: &[RecordId], linked: &[(&Link, RecordId)]) -> (Vec<Study>, Problems) {
    let mut problems = Problems::new();
    let mut members: BTreeMap<StudyId, Vec<(&Link, RecordId)>> = BTreeMap::new();
    for (link, record) in linked
        .iter()
        .filter(|(_, record)| included.binary_search(record).is_ok())
    {
        members
            .entry(link.study.clone())
            .or_default()
            .push((link, record.clone()));
    }
    let mut studies: Vec<Study> = members
        .iter()
        .map(|(study, links)| gather(study, links, &mut problems))
        .collect();
    let has_link = |record: &RecordId| linked.iter().any(|(_, other)| other == record);
    for record in included.iter().filter(|record| !has_link(record)) {
        studies.push(Study {
            study: StudyId::new(record.as_str()),
            label: record.as_str().to_owned(),
            primary: record.clone(),
            reports: vec![record.clone()],
        });
    }
    studies.sort_by(|a, b| a.study.cmp(&b.study));
    (studies, problems)
}

fn gather(study: &StudyId, links: &[(&Link, RecordId)], problems: &mut Problems) -> Study {
    let mut reports: Vec<RecordId> = links.iter().map(|(_, record)| record.clone()).collect();
    reports.sort();
    reports.dedup();
    let first = &links[0];
    if let Some((other, _)) = links.iter().find(|(link, _)| link.label != first.0.label) {
        problems.push(
            Problem::warning(
                "screening::two-labels",
                format!("study {study} has two labels"),
            )
            .labelled(other.place.clone(), other.label.clone())
            .labelled(first.0.place.clone(), first.0.label.clone())
            .help("give all reports of a study one label"),
        );
    }
    let primaries: Vec<&(&Link, RecordId)> =
        links.iter().filter(|(link, _)| link.primary).collect();
    let distinct = primaries
        .iter()
        .any(|(_, record)| *record != primaries[0].1);
    if distinct {
        let problem = Problem::error(
            "screening::two-primaries",
            format!("study {study} has {} primary reports", primaries.len()),
        );
        let problem = primaries
            .iter()
            .fold(problem, |problem, (link, _)| problem.at(link.place.clone()));
        problems.push(
            problem.help("keep `yes` in `primary` for one of them; the first is taken until then"),
        );
    } else if primaries.is_empty() && reports.len() > 1 {
        problems.push(
            Problem::warning("screening::no-primary", format!("study {study} has {} reports and none is primary", reports.len()))
                .at(first.0.place.clone())
                .help("write `yes` in `primary` for its main report; the first linked is taken until then"),
        );
    }
    Study {
        study: study.clone(),
        label: first.0.label.clone(),
        primary: primaries
            .first()
            .map_or_else(|| first.1.clone(), |(_, record)| record.clone()),
        reports,
    }
}
