//! The merged record of each cluster: every field from a stated source order, and every member kept.

use super::deduplication::{Cluster, Deduplication};
use super::settings::Settings;
use super::title::Title;
use crate::bib::{Record, notice};
use crate::ids::RecordId;
use rayon::prelude::*;
use std::cmp::Reverse;

/// The record of one publication.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Merged {
    /// The merged record; its identifier is the cluster's, its database and source those of the first member.
    pub record: Record,
    /// Every member, in source order.
    pub members: Vec<Member>,
    /// Fields that came from another than the first member: field name and that member's identifier.
    pub taken: Vec<(&'static str, RecordId)>,
}

/// A record that a merged record stands for.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Member {
    /// Its identifier.
    pub id: RecordId,
    /// The database it was found in.
    pub database: Option<String>,
    /// The export it stood in.
    pub file: String,
    /// Its line there, counted from 1.
    pub line: u32,
}

/// The merged records of all clusters, in their order.
///
/// `records` must be those that were deduplicated. Each field is taken from the first member that has it; members stand in
/// the settings' source order, then by database name, the latest search round first (what a database says now is nearer the truth
/// than what it said then), then by identifier.
pub fn merged_records(
    records: &[Record],
    deduplication: &Deduplication,
    settings: &Settings,
) -> Vec<Merged> {
    deduplication
        .clusters
        .par_iter()
        .map(|cluster| merged_of(records, cluster, &deduplication.rounds, settings))
        .collect()
}

/// The merged record of one cluster of one search round; see [`merged_records`].
pub fn merged(records: &[Record], cluster: &Cluster, settings: &Settings) -> Merged {
    merged_of(records, cluster, &[], settings)
}

fn merged_of(records: &[Record], cluster: &Cluster, rounds: &[u32], settings: &Settings) -> Merged {
    let mut order = cluster.members.clone();
    // A stable sort: members already stand in natural order of their identifiers.
    order.sort_by_cached_key(|at| {
        let round = rounds.get(*at).copied().unwrap_or_default();
        (place(&records[*at], settings), Reverse(round))
    });
    let members: Vec<&Record> = order.iter().map(|at| &records[*at]).collect();
    let first = members[0];
    let mut record = first.clone();
    let mut taken = Vec::new();
    macro_rules! take {
        ($($field:ident, $name:literal, $present:expr;)+) => {$(
            if let Some(from) = members.iter().find(|member| { let field = &member.$field; $present(field) }) {
                if !std::ptr::eq(*from, first) {
                    record.$field = from.$field.clone();
                    taken.push(($name, from.id.clone()));
                }
            }
        )+};
    }
    take! {
        kind, "type", text;
        title, "title", title;
        authors, "authors", list;
        year, "year", Option::is_some;
        journal, "journal", text;
        doi, "doi", text;
        pmid, "pmid", text;
        issn, "issn", text;
        isbn, "isbn", text;
        abstract_text, "abstract", text;
        keywords, "keywords", list;
        language, "language", text;
        url, "url", text;
        trial_id, "trial_id", text;
    }
    take_place(&members, &mut record, &mut taken);
    // A retraction that one database alone tells of must not get lost with its tags.
    for member in &members[1..] {
        for (name, value) in notice::told(member) {
            if !record
                .tags
                .iter()
                .any(|tag| (tag.name, tag.value) == (name, value))
            {
                record.tags.push(name, value, 0);
            }
        }
    }
    record.id = cluster.id.clone();
    let members = members
        .iter()
        .map(|member| Member {
            id: member.id.clone(),
            database: member.database.clone(),
            file: member.source.file.clone(),
            line: member.source.line,
        })
        .collect();
    Merged {
        record,
        members,
        taken,
    }
}

/// Volume, issue and pages come from one member, the first that has pages (else any of the three), for they name one place.
fn take_place(members: &[&Record], record: &mut Record, taken: &mut Vec<(&'static str, RecordId)>) {
    let full = members
        .iter()
        .find(|member| text(&member.pages) && text(&member.volume));
    let some = || {
        members
            .iter()
            .find(|member| text(&member.pages) || text(&member.volume) || text(&member.issue))
    };
    let Some(from) = full.or_else(some) else {
        return;
    };
    if !std::ptr::eq(*from, members[0]) {
        record.volume.clone_from(&from.volume);
        record.issue.clone_from(&from.issue);
        record.pages.clone_from(&from.pages);
        taken.push(("volume, issue, pages", from.id.clone()));
    }
}

#[expect(clippy::ref_option, reason = "the field of a record as it stands")]
fn text(field: &Option<String>) -> bool {
    field.as_deref().is_some_and(|text| !text.trim().is_empty())
}

#[expect(clippy::ref_option, reason = "the field of a record as it stands")]
fn title(field: &Option<String>) -> bool {
    field
        .as_deref()
        .is_some_and(|text| !Title::read(text).is_missing())
}

fn list(field: &[String]) -> bool {
    !field.is_empty()
}

/// Rank of the member's database in the settings, then its name.
fn place(record: &Record, settings: &Settings) -> (usize, String) {
    let database = record.database.clone().unwrap_or_default();
    let rank = settings
        .source_order
        .iter()
        .position(|name| name.eq_ignore_ascii_case(&database))
        .unwrap_or(settings.source_order.len());
    (rank, database.to_lowercase())
}
