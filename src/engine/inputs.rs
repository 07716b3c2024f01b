//! The files that people keep: digested before a run, read for a stage, looked at again after it.

use super::files::{self, Inside};
use super::project::{Project, ReadyStage};
use super::stat_cache::StatCache;
use crate::digest::Digest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::stage::{InFile, Incoming, Received};
use std::io;
use std::path::Path;

/// One file that a stage reads: `(port, path, digest)`.
pub(super) type FileInput = (String, String, Digest);

/// Digests of every file that each stage reads.
pub(super) type FileInputs = Vec<Vec<FileInput>>;

/// A file that a stage is to read: the position of the stage, the port.
type Listed<'p> = (usize, &'p str);

/// The files of every stage that is wanted, and what is wrong with them.
pub(super) struct Listing<'p> {
    files: Vec<Listed<'p>>,
    /// Their paths, in the same order.
    paths: Vec<String>,
    problems: Problems,
}

/// Lists the files of every stage that is wanted.
pub(super) fn list<'p>(project: &'p Project<'_>, wanted: &[bool]) -> Listing<'p> {
    let mut listing = Listing {
        files: Vec::new(),
        paths: Vec::new(),
        problems: Problems::new(),
    };
    let mut inside = Inside::of(&project.root);
    let wanted = project.stages.iter().enumerate().zip(wanted);
    for ((position, stage), _) in wanted.filter(|(_, wanted)| **wanted) {
        for (port, path) in stage.paths() {
            match list_input(project, &mut inside, path.as_str()) {
                Ok(paths) => {
                    listing.files.extend(paths.iter().map(|_| (position, port)));
                    listing.paths.extend(paths);
                }
                Err(error) => listing.problems.push(unreadable(path.as_str(), &error)),
            }
        }
    }
    listing
}

/// Digests the listed files.
///
/// # Errors
///
/// Every file that cannot be read.
pub(super) fn digest_inputs(
    project: &Project<'_>,
    listing: Listing<'_>,
    stat: &mut StatCache,
) -> Result<FileInputs, Problems> {
    let Listing {
        files,
        paths,
        mut problems,
    } = listing;
    let mut inputs: FileInputs = project.stages.iter().map(|_| Vec::new()).collect();
    let digests = stat.digests(&paths);
    for (((position, port), path), digest) in files.into_iter().zip(paths).zip(digests) {
        match digest {
            Ok(digest) => inputs[position].push((port.to_owned(), path, digest)),
            Err(error) => problems.push(unreadable(&path, &error)),
        }
    }
    if problems.has_errors() {
        Err(problems)
    } else {
        Ok(inputs)
    }
}

fn list_input(
    project: &Project<'_>,
    inside: &mut Inside<'_>,
    path: &str,
) -> io::Result<Vec<String>> {
    let (full, found) = inside.path(path)?;
    if found.is_some_and(|data| data.is_dir()) {
        files::list(&project.root, &full)
    } else {
        Ok(vec![path.to_owned()])
    }
}

/// The ports of a stage that take files, with their paths and without files.
pub(super) fn ports_of(stage: &ReadyStage<'_>) -> Incoming {
    let mut incoming = Incoming::default();
    for (port, path) in stage.paths() {
        let received = Received {
            stage: String::new(),
            artefact: String::new(),
            path: path.to_string(),
            files: Vec::new(),
            kept: Vec::new(),
        };
        let held = incoming.ports.entry(port.to_owned()).or_default();
        held.push(received);
    }
    incoming
}

/// The files that people keep, of one stage; their bytes must still be those that were digested.
pub(super) fn files_of(
    root: &Path,
    stage: &ReadyStage<'_>,
    inputs: &[FileInput],
) -> Result<Incoming, Problem> {
    let mut incoming = ports_of(stage);
    for (port, path, digest) in inputs {
        let bytes = match files::read(&root.join(path)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(moved(path)),
            Err(error) => return Err(unreadable(path, &error)),
        };
        if Digest::of(&bytes) != *digest {
            return Err(moved(path));
        }
        let received = incoming.ports.get_mut(port).and_then(|all| all.last_mut());
        if let Some(received) = received {
            received.files.push(InFile {
                path: path.clone(),
                bytes,
            });
        }
    }
    Ok(incoming)
}

/// Looks again at what a stage read: an input that moved meanwhile leaves the stage unfinished.
pub(super) fn held_still(stat: &mut StatCache, inputs: &[FileInput]) -> Result<(), Problems> {
    let mut problems = Problems::new();
    for (_, path, digest) in inputs {
        if stat.digest(path).ok() != Some(*digest) {
            problems.push(moved(path));
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// An input is no longer what it was when the run began.
pub(super) fn moved(path: &str) -> Problem {
    let title = format!("{path} changed while the run went; nothing was kept of its stage");
    Problem::error("engine::moved-input", title)
        .at(Place::file(path))
        .help("run again")
}

fn unreadable(path: &str, error: &io::Error) -> Problem {
    system("an input cannot be read", error).at(Place::file(path))
}

/// The problem of a file system that refuses.
pub(super) fn system(what: &str, error: &io::Error) -> Problem {
    Problem::error("engine::system", format!("{what}: {error}"))
}
