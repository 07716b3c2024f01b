//! What is said of rows that found their record by something else than its id.

use super::matching::FoundBy;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// Tells of rows that found their record by something else than its id: one note a file and way.
#[derive(Debug, Default)]
pub(super) struct Detours(BTreeMap<(SmolStr, FoundBy), (u32, Place, String)>);

impl Detours {
    /// Notes how a row found its record.
    pub(super) fn note(&mut self, place: &Place, found_by: FoundBy, name: &str) {
        if found_by == FoundBy::Id {
            return;
        }
        let entry = self
            .0
            .entry((place.file.clone(), found_by))
            .or_insert_with(|| (0, place.clone(), name.to_owned()));
        entry.0 += 1;
    }

    /// The notes.
    pub(super) fn problems(self) -> Problems {
        let mut problems = Problems::new();
        for ((_, found_by), (count, place, name)) in self.0 {
            let how = match found_by {
                FoundBy::Merge => "follow a merge of duplicates",
                FoundBy::Doi => "found their record by DOI, not by id",
                FoundBy::Pmid => "found their record by PMID, not by id",
                FoundBy::Title | FoundBy::Id => "found their record by title, not by id",
            };
            let rows = if count == 1 {
                "1 row".to_owned()
            } else {
                format!("{count} rows")
            };
            problems.push(
                Problem::note("screening::moved-record", format!("{rows} {how}"))
                    .labelled(place, format!("`{name}` is the first")),
            );
        }
        problems
    }
}
