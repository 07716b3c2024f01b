//! Retractions and corrections of included studies, as soon as an export shows them.

use super::tables::IncludedRow;
use crate::bib::{Record, notice};
use crate::dedup::{ItemNotice, item_notice};
use crate::problem::{Problem, Problems};
use std::collections::BTreeMap;

/// A warning for each included study that an export says to be retracted or corrected, in the record itself or in an item of
/// its own.
pub(super) fn warnings(included: &[IncludedRow], records: &[Record]) -> Problems {
    let by_id: BTreeMap<&str, &Record> = records
        .iter()
        .map(|record| (record.id.as_str(), record))
        .collect();
    let mut reports: BTreeMap<String, (&IncludedRow, &Record)> = BTreeMap::new();
    let mut problems = Problems::new();
    for study in included {
        for record in study.records.split("; ").filter_map(|id| by_id.get(id)) {
            if let Some((standing, words)) = notice::standing(record) {
                problems.push(warning(
                    study,
                    standing.words(),
                    &format!("{} says “{words}”", record.id),
                ));
            }
            if let Some(title) = &record.title {
                reports.insert(item_notice(title).1, (study, record));
            }
        }
    }
    for record in records {
        let title = record.title.as_deref().unwrap_or_default();
        let (Some(announced), about) = item_notice(title) else {
            continue;
        };
        let Some((study, report)) = reports.get(&about) else {
            continue;
        };
        if report.id == record.id {
            continue;
        }
        let words = match announced {
            ItemNotice::Retraction => "retracted",
            ItemNotice::Correction => "corrected",
        };
        problems.push(warning(
            study,
            words,
            &format!("{} is “{title}”", record.id),
        ));
    }
    problems
}

fn warning(study: &IncludedRow, standing: &str, said: &str) -> Problem {
    let title = format!("the included study {} is {standing}: {said}", study.label);
    Problem::warning("screening::standing", title).help(
        "look at the notice; correct what was extracted, or exclude the report with a new vote and a reason",
    )
}
