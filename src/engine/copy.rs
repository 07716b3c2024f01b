//! Copies of a project's inputs in another folder, to run there without touching the project.

use super::files;
use super::project::{PIPELINE, Project, ReadyStage, Work};
use super::store::{Store, StoredOutput};
use crate::config::Settings;
use crate::path::{PathMap, RelPath};
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// The folder in which people keep what the review is made from.
pub(super) const DATA: &str = "data";

/// The files that people keep, whether a stage reads them or not: all below `data/`, the pipeline, what the pattern of a `foreach`
/// fits, files of settings, the programs of command stages that stand in the project, and what optional stages read.
///
/// # Errors
///
/// As the system says.
pub(super) fn kept(project: &Project<'_>) -> io::Result<BTreeSet<String>> {
    kept_but(project, &PathMap::default())
}

/// Those of the files that people [keep](kept) that no stage reads whose inputs stand in the lock.
///
/// # Errors
///
/// As the system says.
pub(super) fn kept_unread(project: &Project<'_>) -> io::Result<BTreeSet<String>> {
    let read: PathMap<'_, ()> = locked_paths(project).collect();
    kept_but(project, &read)
}

/// The files that people keep, and none of the files and folders of `but`, which are not even looked into.
fn kept_but(project: &Project<'_>, but: &PathMap<'_, ()>) -> io::Result<BTreeSet<String>> {
    let mut kept = BTreeSet::from([PIPELINE.to_owned()]);
    let data = project.root.join(DATA);
    if data.is_dir() {
        kept.extend(files::list_but(&project.root, &data, but)?);
    }
    for path in fitted(project).filter(|path| !but.covers(path)) {
        kept.extend(files_at(project, path)?);
    }
    let mut words = BTreeSet::new();
    for stage in &project.stages {
        if let Settings::File(path) = &stage.decl.settings {
            kept.insert(path.as_str().to_owned());
        }
        let Work::Command(command) = &stage.work else {
            continue;
        };
        words.extend(command.run.iter().map(|argument| argument.text.as_str()));
        // An optional stage leaves no lines of its own in the lock, and what it reads is not to change unseen.
        let read = stage.paths().filter(|_| command.optional);
        for (_, path) in read {
            kept.extend(files_at(project, path.as_str())?);
        }
    }
    for path in words
        .into_iter()
        .filter_map(|text| RelPath::parse(text).ok())
    {
        kept.extend(files_at(project, path.as_str())?);
    }
    let given = given(project);
    kept.retain(|path| !given.covers(path) && !but.covers(path));
    Ok(kept)
}

/// What the patterns of `foreach` fit: without these files there are fewer stages.
fn fitted<'p>(project: &'p Project<'_>) -> impl Iterator<Item = &'p str> {
    let patterns = project.pipeline.patterns.iter();
    patterns.flat_map(|pattern| pattern.fits.iter().map(RelPath::as_str))
}

/// The outputs of all stages.
fn given<'p>(project: &'p Project<'_>) -> PathMap<'p, ()> {
    let slots = project.stages.iter().flat_map(|stage| &stage.outputs);
    slots.map(|slot| slot.path.as_str()).collect()
}

/// Whether a file is of those that people keep or that a stage reads, which no run removes, whatever a lock says.
pub(super) fn is_kept(project: &Project<'_>, path: &str) -> bool {
    let mut read = project.stages.iter().flat_map(ReadyStage::paths);
    path == PIPELINE
        || is_at_or_below(path, DATA)
        || is_at_or_below(path, "stages")
        || fitted(project).any(|fitted| is_at_or_below(path, fitted))
        || read.any(|(_, read)| is_at_or_below(path, read.as_str()))
}

/// What stages read whose inputs stand in the lock: all but optional ones.
fn locked_paths<'p>(project: &'p Project<'_>) -> impl Iterator<Item = &'p str> {
    let locked = project
        .stages
        .iter()
        .filter(|stage| !matches!(&stage.work, Work::Command(command) if command.optional));
    locked
        .flat_map(ReadyStage::paths)
        .map(|(_, path)| path.as_str())
}

/// The files that a lock holds as inputs: those that people [keep](kept), and those that stages read elsewhere.
///
/// # Errors
///
/// As the system says.
pub(super) fn made_from(project: &Project<'_>) -> io::Result<BTreeSet<String>> {
    let mut found = kept(project)?;
    for path in locked_paths(project) {
        found.extend(files_at(project, path)?);
    }
    let given = given(project);
    found.retain(|path| !given.covers(path));
    Ok(found)
}

/// The file of a name, or all files below the folder of that name.
pub(super) fn files_at(project: &Project<'_>, path: &str) -> io::Result<Vec<String>> {
    let full = project.root.join(path);
    if full.is_dir() {
        files::list(&project.root, &full)
    } else {
        Ok(full
            .is_file()
            .then(|| path.to_owned())
            .into_iter()
            .collect())
    }
}

pub(super) fn is_at_or_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Copies everything that a run reads into an empty folder: what people keep, what stages read, and the programs of command
/// stages that stand in the project. The cache and the outputs stay behind.
///
/// # Errors
///
/// As the system says.
pub(super) fn inputs(project: &Project<'_>, folder: &Path) -> io::Result<()> {
    for path in read_by_a_run(project)? {
        let from = project.root.join(&path);
        let to = folder.join(&path);
        if let Some(above) = to.parent() {
            std::fs::create_dir_all(above)?;
        }
        std::fs::copy(from, to)?;
    }
    Ok(())
}

/// Everything that a run reads.
///
/// # Errors
///
/// As the system says.
pub fn read_by_a_run(project: &Project<'_>) -> io::Result<BTreeSet<String>> {
    let mut wanted = kept(project)?;
    for stage in &project.stages {
        for (_, path) in stage.paths() {
            wanted.extend(files_at(project, path.as_str())?);
        }
    }
    Ok(wanted)
}

/// Copies the last result of every stage into the cache of another folder, so that only what changed runs there.
///
/// # Errors
///
/// As the system says.
pub(super) fn cache(project: &Project<'_>, folder: &Path) -> io::Result<()> {
    let (from, to) = (Store::open(&project.root), Store::open(folder));
    for stage in &project.stages {
        let id = stage.decl.id.as_str();
        let Some((key, result)) = from.last_with_key(id) else {
            continue;
        };
        for digest in result.outputs.iter().flat_map(StoredOutput::blobs) {
            if let Some(bytes) = from.get(digest) {
                to.put(&bytes)?;
            }
        }
        to.put_result(key, &result)?;
        to.set_last(id, key)?;
    }
    Ok(())
}
