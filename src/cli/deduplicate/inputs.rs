//! The files that `review deduplicate` reads: exports and tables of records, settings, verdicts, clusters of an earlier run.

use super::records_table;
use crate::bib::{self, Record};
use crate::dedup::{self, Settings, Verdict};
use crate::ids::RecordId;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

#[expect(
    clippy::unnecessary_box_returns,
    reason = "it is the large side of results"
)]
pub(super) fn unreadable(path: &Path, error: impl std::fmt::Display) -> Box<Problem> {
    Box::new(
        Problem::error("dedup::unreadable-file", error.to_string())
            .at(Place::file(path.display().to_string()))
            .help("check the path and that the file is not damaged"),
    )
}

pub(super) fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    let file = File::open(path)?;
    let zipped = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    Ok(if zipped {
        Box::new(flate2::read::MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    })
}

fn text_of(path: &Path) -> Result<String, Box<Problem>> {
    let mut text = String::new();
    open(path)
        .and_then(|mut file| file.read_to_string(&mut text))
        .map_err(|error| unreadable(path, error))?;
    Ok(text)
}

pub(super) fn read_settings(path: &Path) -> Result<Settings, Box<Problem>> {
    serde_yaml::from_str(&text_of(path)?).map_err(|error| unreadable(path, error))
}

pub(super) fn read_verdicts(path: &Path) -> Result<(Vec<Verdict>, Problems), Box<Problem>> {
    Ok(dedup::verdict::read(
        &text_of(path)?,
        &path.display().to_string(),
    ))
}

pub(super) fn read_previous(path: &Path) -> Result<BTreeMap<RecordId, RecordId>, Box<Problem>> {
    let mut reader = csv::Reader::from_reader(open(path).map_err(|error| unreadable(path, error))?);
    let mut previous = BTreeMap::new();
    for row in reader.records() {
        let row = row.map_err(|error| unreadable(path, error))?;
        previous.insert(
            RecordId::new(row.get(0).unwrap_or("")),
            RecordId::new(row.get(1).unwrap_or("")),
        );
    }
    Ok(previous)
}

type Reading = Result<(Vec<Record>, Problems), Box<Problem>>;

/// Reads one file: a table with an `id` column keeps its identifiers, everything else is an export and goes through `bib`.
pub(super) fn read_records(path: &Path) -> Reading {
    match records_table::read(path) {
        Ok(Some(reading)) => Ok(reading),
        Ok(None) => {
            let mut bytes = Vec::new();
            File::open(path)
                .and_then(|mut file| file.read_to_end(&mut bytes))
                .map_err(|error| unreadable(path, error))?;
            let import = bib::read(&path.display().to_string(), &bytes);
            Ok((import.records, import.problems))
        }
        Err(problem) => Err(problem),
    }
}
