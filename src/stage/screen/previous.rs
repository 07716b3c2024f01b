//! The version of the review before, from a baseline: what was known, so that the flow counts what is new.

use crate::artefact::{Address, Sheet};
use crate::stage::Files;
use std::collections::BTreeMap;

/// What the previous version held.
pub(super) struct Previous {
    /// Path of its table of studies.
    path: String,
    /// Reports of each study included by the protocol.
    pub(super) studies: BTreeMap<String, u64>,
    /// Its records after deduplication.
    decisions: Sheet,
    /// Its records of exports.
    clusters: Sheet,
    /// Its exports.
    sources: Sheet,
}

impl Previous {
    /// Reads the shown tables of a baseline; `None` where nothing is wired or no table of studies is among the files.
    pub(super) fn read(files: &Files) -> Option<Self> {
        let find = |name: &str| {
            let file = files.iter().find(|file| {
                file.path.rsplit('/').next() == Some(name) && holds(name, &file.bytes)
            })?;
            Some((file.path.clone(), Sheet::read(name, &file.bytes)?))
        };
        let (path, included) = find("included.csv")?;
        let studies = included.rows.keys().filter(|key| {
            included
                .cell(key, "admission")
                .is_none_or(|admission| admission == "protocol")
        });
        let reports = |key: &String| {
            let reports = included
                .cell(key, "reports")
                .and_then(|text| text.parse().ok());
            (key.clone(), reports.unwrap_or(1))
        };
        Some(Self {
            path,
            studies: studies.map(reports).collect(),
            decisions: find("decisions.csv")
                .map(|(_, sheet)| sheet)
                .unwrap_or_default(),
            clusters: find("clusters.csv")
                .map(|(_, sheet)| sheet)
                .unwrap_or_default(),
            sources: find("sources.csv")
                .map(|(_, sheet)| sheet)
                .unwrap_or_default(),
        })
    }

    /// Whether an export was there.
    pub(super) fn knows_source(&self, key: &str) -> bool {
        self.sources.rows.contains_key(key)
    }

    /// Whether a record of an export was there.
    pub(super) fn knows_member(&self, key: &str) -> bool {
        self.clusters.rows.contains_key(key)
    }

    /// Whether a record was there and decided, so that it does not count among the new ones.
    pub(super) fn knows_record(&self, key: &str) -> bool {
        self.decisions.rows.contains_key(key)
    }

    /// Its table of studies.
    pub(super) fn address(&self) -> Address {
        Address::file(&self.path)
    }
}

/// Whether a table of that name has the columns that are read of it.
fn holds(name: &str, bytes: &[u8]) -> bool {
    let head = bytes
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let wanted = match name {
        "included.csv" => "reports",
        "decisions.csv" => "title_abstract",
        "clusters.csv" => "member",
        _ => "database",
    };
    head.starts_with("key,") && head.split(',').any(|column| column.trim() == wanted)
}
