//! Records as JSON Lines: one a line, sorted by id, without the lines they were read from.
//!
//! Lines and files stand in the stage's `places`, so that a record that only moved changes no value. Each line ends with
//! `origin`, as the rows of tables do.

use crate::artefact::Origin;
use crate::bib::{Record, Source, Tags};
use crate::problem::{Problem, Problems};
use crate::stage::Incoming;

/// A record as it is kept.
#[derive(serde::Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    record: &'a Record,
    origin: String,
}

/// Writes records with their origins.
pub fn write_records<'a>(records: impl IntoIterator<Item = (&'a Record, Origin)>) -> Vec<u8> {
    let mut sorted: Vec<(&Record, Origin)> = records.into_iter().collect();
    sorted.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    let mut bytes = Vec::new();
    for (record, origin) in sorted {
        let record = &without_places(record);
        let origin = origin.to_string();
        serde_json::to_writer(&mut bytes, &Line { record, origin })
            .expect("a record is plain data");
        bytes.push(b'\n');
    }
    bytes
}

fn without_places(record: &Record) -> Record {
    let mut tags = Tags::new();
    for tag in record.tags.iter() {
        tags.push(tag.name, tag.value, 0);
    }
    let source = Source {
        format: record.source.format.clone(),
        ..Source::default()
    };
    Record {
        source,
        tags,
        ..record.clone()
    }
}

/// Reads the records on a port.
///
/// # Errors
///
/// A problem for each line that is not a record.
pub fn read_records(incoming: &Incoming, port: &str) -> Result<Vec<Record>, Problems> {
    let files = incoming.files(port).iter();
    records_in(files.map(|file| (file.path.as_str(), file.bytes.as_slice())))
}

/// Reads the records of files: path, and bytes as [`write_records`] gives them.
///
/// # Errors
///
/// A problem for each line that is not a record.
pub fn records_in<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<Vec<Record>, Problems> {
    let mut records = Vec::new();
    let mut problems = Problems::new();
    for (path, bytes) in files {
        let lines = bytes.split(|&byte| byte == b'\n');
        for line in lines.filter(|line| !line.is_empty()) {
            match serde_json::from_slice(line) {
                Ok(record) => records.push(record),
                Err(error) => {
                    let title = format!("{path} holds a line that is not a record: {error}");
                    problems.push(Problem::error("stage::record", title));
                }
            }
        }
    }
    if problems.is_empty() {
        Ok(records)
    } else {
        Err(problems)
    }
}
