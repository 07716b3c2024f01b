//! Retractions and corrections of included studies, as soon as an export shows them.

use super::tables::IncludedRow;
use crate::bib::notice::Standing;
use crate::bib::{Record, notice};
use crate::dedup::{ItemNotice, item_notice};
use crate::problem::{Problem, Problems};
use crate::stage::BriefRecords;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Marks each included study that an export says to be retracted or corrected, in the record itself or in an item of its own, and warns
/// of it.
pub(super) fn mark(included: &mut [IncludedRow], all: &BriefRecords) -> Problems {
    let said = said(included, all);
    let mut problems = Problems::new();
    for (at, standing, words) in said {
        let study = &mut included[at];
        problems.push(warning(study, standing, &words));
        if rank(standing.words()) < rank(&study.standing) {
            standing.words().clone_into(&mut study.standing);
        }
    }
    problems
}

/// The worst first.
fn rank(standing: &str) -> usize {
    let all = [Standing::Retracted, Standing::Concern, Standing::Corrected].map(Standing::words);
    let at = all.iter().position(|one| *one == standing);
    at.unwrap_or(all.len())
}

/// What exports say of studies, by their positions, with the words that say it.
fn said(included: &[IncludedRow], all: &BriefRecords) -> Vec<(usize, Standing, String)> {
    let records = all.records.as_slice();
    let wanted: BTreeSet<&str> = included
        .iter()
        .flat_map(|study| study.records.split("; "))
        .collect();
    let by_id: BTreeMap<&str, usize> = (0..records.len())
        .map(|position| (records[position].id.as_str(), position))
        .filter(|(id, _)| wanted.contains(id))
        .collect();
    let mut reports: BTreeMap<String, (usize, &Record)> = BTreeMap::new();
    let mut said = Vec::new();
    for (at, study) in included.iter().enumerate() {
        for &position in study.records.split("; ").filter_map(|id| by_id.get(id)) {
            let record = &records[position];
            let whole = all.whole(position);
            if let Some((standing, words)) = whole.as_ref().and_then(notice::standing) {
                said.push((at, standing, format!("{} says “{words}”", record.id)));
            }
            if let Some(title) = &record.title {
                reports.insert(item_notice(title).1, (at, record));
            }
        }
    }
    if reports.is_empty() {
        return said;
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
        let Some((at, report)) = reports.get(&about) else {
            continue;
        };
        if report.id == record.id {
            continue;
        }
        let standing = match announced {
            ItemNotice::Retraction => Standing::Retracted,
            ItemNotice::Correction => Standing::Corrected,
        };
        said.push((*at, standing, format!("{} is “{title}”", record.id)));
    }
    said
}

fn warning(study: &IncludedRow, standing: Standing, said: &str) -> Problem {
    let standing = standing.words();
    let title = format!("the included study {} is {standing}: {said}", study.label);
    Problem::warning("screening::standing", title).help(
        "look at the notice; correct what was extracted, or exclude the report with a new vote and a reason",
    )
}
