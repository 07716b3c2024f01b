//! Which faults of a file stop a run before it begins.

use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::protocol::Protocol;
use crate::stage::{InFile, Incoming};
use std::sync::{Mutex, PoisonError};

/// Faults that leave no row of a file to be trusted, and files that nobody reads; everything else leaves out a row alone.
const STRUCTURAL: [&str; 8] = [
    "stage::unread-file",
    "table::empty",
    "table::missing-column",
    "table::duplicate-column",
    "table::not-utf8",
    "table::open-quote",
    "table::duplicate-key",
    "table::not-a-workbook",
];

/// Of these problems, those to be told before anything is read further; errors among them stop a run.
pub fn structural(problems: Problems) -> Problems {
    Problems(
        problems
            .into_iter()
            .filter(|problem| STRUCTURAL.contains(&&*problem.code))
            .collect(),
    )
}

/// The protocol that was read last: most stages read one, and in a run all read the same.
static LAST_PROTOCOL: Mutex<Option<(InFile, Protocol)>> = Mutex::new(None);

/// The protocol on a port, and its path; none where nothing is wired.
///
/// # Errors
///
/// What in the file is no protocol.
pub fn read_protocol(
    incoming: &Incoming,
    port: &str,
) -> Result<(Option<Protocol>, String), Problems> {
    let Some(file) = incoming.files(port).first() else {
        return Ok((None, String::new()));
    };
    let text = std::str::from_utf8(&file.bytes).map_err(|_| {
        Problem::error("protocol::not-utf8", format!("{} is not UTF-8", file.path))
            .at(Place::file(&file.path))
    })?;
    let mut last = LAST_PROTOCOL.lock().unwrap_or_else(PoisonError::into_inner);
    let same = last.take().filter(|(read, _)| read == file);
    let protocol = match same {
        Some((_, protocol)) => protocol,
        None => crate::config::yaml::from_str(&file.path, text)?,
    };
    *last = Some((file.clone(), protocol.clone()));
    Ok((Some(protocol), file.path.clone()))
}
