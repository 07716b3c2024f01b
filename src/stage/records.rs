//! Records as JSON Lines, one a line, without the lines they were read from (those stand in the companion).

use crate::bib::Record;
use crate::place::Place;
use crate::problem::{Problem, Problems};

/// Writes records, sorted by id, one JSON object a line.
pub fn write_records(records: &[Record]) -> Vec<u8> {
    let mut sorted: Vec<&Record> = records.iter().collect();
    sorted.sort_by(|a, b| a.id.cmp(&b.id));
    let mut bytes = Vec::new();
    for record in sorted {
        serde_json::to_writer(&mut bytes, record).expect("a record is plain data");
        bytes.push(b'\n');
    }
    bytes
}

/// Reads what [`write_records`] wrote.
///
/// # Errors
///
/// A problem for each line that is not a record; `name` stands in its place.
pub fn read_records(name: &str, bytes: &[u8]) -> Result<Vec<Record>, Problems> {
    let mut records = Vec::new();
    let mut problems = Problems::new();
    for (number, line) in (1..).zip(
        bytes
            .split(|&byte| byte == b'\n')
            .filter(|line| !line.is_empty()),
    ) {
        match serde_json::from_slice(line) {
            Ok(record) => records.push(record),
            Err(error) => problems.push(
                Problem::error(
                    "artefact::record",
                    format!("a line is not a record: {error}"),
                )
                .at(Place::line(name, number)),
            ),
        }
    }
    if problems.is_empty() {
        Ok(records)
    } else {
        Err(problems)
    }
}
