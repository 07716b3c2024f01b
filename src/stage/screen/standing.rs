//! Retractions and corrections of included studies, as soon as an export shows them.

use super::tables::IncludedRow;
use crate::bib::{Record, notice};
use crate::dedup::{ItemNotice, item_notice};
use crate::problem::{Problem, Problems};
use crate::stage::BriefRecords;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A warning for each included study that an export says to be retracted or corrected, in the record itself or in an item of
/// its own.
pub(super) fn warnings(included: &[IncludedRow], all: &BriefRecords) -> Problems {
    let records = all.records.as_slice();
    let wanted: BTreeSet<&str> = included
        .iter()
        .flat_map(|study| study.records.split("; "))
        .collect();
    let by_id: BTreeMap<&str, usize> = (0..records.len())
        .map(|position| (records[position].id.as_str(), position))
        .filter(|(id, _)| wanted.contains(id))
        .collect();
    let mut reports: BTreeMap<String, (&IncludedRow, &Record)> = BTreeMap::new();
    let mut problems = Problems::new();
    for study in included {
        for &position in study.records.split("; ").filter_map(|id| by_id.get(id)) {
            let record = &records[position];
            let whole = all.whole(position);
            if let Some((standing, words)) = whole.as_ref().and_then(notice::standing) {
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
    if reports.is_empty() {
        return problems;
    }
    let announcing = |record: &'_ Record| {
        let (announced, about) = item_notice(record.title.as_deref()?);
        Some((announced?, about))
    };
    let notices: Vec<_> = records.par_iter().map(announcing).collect();
    for (record, notice) in records.iter().zip(notices) {
        let Some((announced, about)) = notice else {
            continue;
        };
        let title = record.title.as_deref().unwrap_or_default();
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
