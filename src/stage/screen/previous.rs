//! The version of the review before, from a baseline: what was known, so that the flow counts what is new.

use crate::artefact::{Address, Sheet};
use crate::problem::{Problem, Problems};
use crate::stage::{InFile, Incoming};
use std::collections::{BTreeMap, BTreeSet};

/// The tables that are read, each with columns that it must have.
const TABLES: [(&str, &[&str]); 4] = [
    ("included.csv", &["key", "admission", "records"]),
    ("decisions.csv", &["key", "title_abstract", "full_text"]),
    ("clusters.csv", &["key", "member"]),
    ("sources.csv", &["key", "database"]),
];

/// What the previous version held.
pub(super) struct Previous {
    /// Path of its table of studies.
    path: String,
    /// The reports' records of each study included by the protocol.
    pub(super) studies: BTreeMap<String, Vec<String>>,
    /// Its records after deduplication.
    decisions: Sheet,
    /// Its records of exports.
    clusters: Sheet,
    /// Its exports.
    sources: Sheet,
}

/// Where a record ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// Not decided to the end.
    Waiting,
    /// Excluded, or not retrieved.
    Excluded,
    /// Included.
    Included,
}

/// Where a record ended by its two decisions.
pub(super) fn outcome(title_abstract: &str, full_text: &str) -> Outcome {
    match (title_abstract, full_text) {
        ("exclude", _) | ("include", "exclude" | "not-retrieved") => Outcome::Excluded,
        ("include", "include") => Outcome::Included,
        _ => Outcome::Waiting,
    }
}

impl Previous {
    /// Reads the shown tables of a baseline; `None` where nothing is wired.
    ///
    /// # Errors
    ///
    /// A problem for each table that is not there: without it the flow would count what is not new.
    pub(super) fn read(incoming: &Incoming) -> Result<Option<Self>, Problems> {
        let Some(wired) = incoming.artefact("previous") else {
            return Ok(None);
        };
        let mut problems = Problems::new();
        let found = TABLES.map(|(name, columns)| {
            let table = find(&wired.files, name, columns);
            if table.is_none() {
                let title = format!("{} has no table {name} of a baseline", wired.path);
                problems.push(Problem::error("screening::previous", title).help(
                    "wire the tables of a baseline: `previous: baselines/<date>/reports/stages/`",
                ));
            }
            table.unwrap_or_default()
        });
        if problems.has_errors() {
            return Err(problems);
        }
        let [
            (path, included),
            (_, decisions),
            (_, clusters),
            (_, sources),
        ] = found;
        let cell = |key: &str, column: &str| included.cell(key, column).unwrap_or_default();
        let by_protocol = |key: &&str| matches!(cell(key, "admission"), "" | "protocol");
        let studies = included.rows.keys().filter(by_protocol).map(|key| {
            let records = cell(key, "records").split("; ");
            let records = records.filter(|id| !id.is_empty()).map(str::to_owned);
            ((*key).to_owned(), records.collect())
        });
        Ok(Some(Self {
            path,
            studies: studies.collect(),
            decisions,
            clusters,
            sources,
        }))
    }

    /// Its reports of included studies, each once.
    pub(super) fn reports(&self) -> usize {
        let reports: BTreeSet<&String> = self.studies.values().flatten().collect();
        reports.len()
    }

    /// Whether an export was there.
    pub(super) fn knows_source(&self, key: &str) -> bool {
        self.sources.rows.contains_key(key)
    }

    /// Whether a record of an export was there.
    pub(super) fn knows_member(&self, key: &str) -> bool {
        self.clusters.rows.contains_key(key)
    }

    /// Where each of its records ended.
    pub(super) fn outcomes(&self) -> impl Iterator<Item = (&str, Outcome)> {
        self.decisions.rows.keys().map(|key| {
            let cell = |column: &str| self.decisions.cell(key, column).unwrap_or_default();
            let ended = outcome(cell("title_abstract"), cell("full_text"));
            (key, ended)
        })
    }

    /// Its table of studies.
    pub(super) fn address(&self) -> Address {
        Address::file(&self.path)
    }
}

/// The table of this name that has these columns, with its path.
fn find(files: &[InFile], name: &str, columns: &[&str]) -> Option<(String, Sheet)> {
    let named = files
        .iter()
        .filter(|file| file.path.rsplit('/').next() == Some(name));
    let mut sheets =
        named.filter_map(|file| Some((file.path.clone(), Sheet::read(name, &file.bytes)?)));
    sheets.find(|(_, sheet)| {
        let mut wanted = columns.iter();
        wanted.all(|column| sheet.columns.iter().any(|known| known == column))
    })
}
