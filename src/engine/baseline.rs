//! Frozen states: whether a baseline is as it was frozen, and whether what it rests on is still there.
//!
//! A baseline is a review of its own in `baselines/<name>/`: pipeline, lock, everything that a run read and everything that it
//! showed. Its own `pipeline.lock` tells the digest of each of these files.

use super::copy::is_at_or_below;
use super::files;
use super::inputs::FileInputs;
use super::lock_file::{self, LockFile};
use super::project::{PIPELINE, Project};
use super::store::Store;
use crate::digest::Digest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The folder of frozen states, in the project's root.
pub const BASELINES: &str = "baselines";

/// The names of all baselines, sorted.
pub fn baselines(root: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(root.join(BASELINES))
        .into_iter()
        .flatten();
    let named = entries
        .flatten()
        .filter(|entry| entry.path().join(PIPELINE).is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'));
    let mut names: Vec<String> = named.collect();
    names.sort();
    names
}

fn lock_of(root: &Path, name: &str) -> Option<LockFile> {
    let path = root.join(BASELINES).join(name).join(lock_file::FILE);
    Some(LockFile::parse(&files::read_text(&path).ok()?))
}

/// What of a baseline is not as it was frozen, by the lock that was frozen with it; each with the way back.
pub fn altered(root: &Path, name: &str) -> Problems {
    let folder = format!("{BASELINES}/{name}");
    let Some(lock) = lock_of(root, name) else {
        let title = format!(
            "{folder}/ has no {}, so nothing tells what was frozen",
            lock_file::FILE
        );
        return Problem::error("update::edited-baseline", title)
            .at(Place::file(format!("{folder}/{}", lock_file::FILE)))
            .help("bring it back from git or a copy; a state that is not whole cannot be gone back to")
            .into();
    };
    let mut problems = Problems::new();
    for (path, digests) in lock.files(&["input", "kept", "output"]) {
        let found = files::read(&root.join(&folder).join(&path)).ok();
        let found = found.map(|bytes| Digest::of(&bytes));
        if !found.is_some_and(|found| digests.contains(&found)) {
            problems.push(edited(root, name, &path, &digests, found.is_none()));
        }
    }
    problems
}

fn edited(root: &Path, name: &str, path: &str, digests: &BTreeSet<Digest>, gone: bool) -> Problem {
    let frozen = format!("{BASELINES}/{name}/{path}");
    let what = if gone { "is gone" } else { "was edited" };
    let title = format!("a file of the frozen baseline {name} {what}: {path}");
    let help = match whole_copy(root, name, path, digests) {
        Some(copy) => format!("`cp '{copy}' '{frozen}'` brings it back"),
        None => format!(
            "bring it back from git (`git checkout -- '{frozen}'`) or a copy; a frozen state is never edited"
        ),
    };
    Problem::error("update::edited-baseline", title)
        .at(Place::file(frozen))
        .help(help)
}

/// Where the bytes of a frozen file still are: in the work tree, in another baseline, or in the cache.
fn whole_copy(root: &Path, name: &str, path: &str, digests: &BTreeSet<Digest>) -> Option<String> {
    let others = baselines(root).into_iter().filter(|other| other != name);
    let others = others.map(|other| format!("{BASELINES}/{other}/{path}"));
    let cached = digests.iter().map(|digest| Store::blob_name(*digest));
    let mut places = std::iter::once(path.to_owned()).chain(others).chain(cached);
    places.find(|place| {
        files::read(&root.join(place)).is_ok_and(|bytes| digests.contains(&Digest::of(&bytes)))
    })
}

/// What a run says of the frozen states, by the position of the stage that reads the file.
///
/// - A file of a baseline that a stage reads is not as it was frozen.
/// - An export that the latest baseline was made from is gone, or holds something else.
pub(super) fn told(project: &Project<'_>, inputs: &FileInputs) -> Vec<(usize, Problem)> {
    let mut found = edited_inputs(project, inputs);
    if let Some(name) = baselines(&project.root).last()
        && let Some(lock) = lock_of(&project.root, name)
    {
        found.extend(exports(project, inputs, name, &lock));
    }
    found
}

fn edited_inputs(project: &Project<'_>, inputs: &FileInputs) -> Vec<(usize, Problem)> {
    let mut locks: BTreeMap<String, Option<LockFile>> = BTreeMap::new();
    let mut found = Vec::new();
    for (position, read) in inputs.iter().enumerate() {
        for (_, path, digest) in read {
            let Some((name, below)) = frozen_path(path) else {
                continue;
            };
            let lock = locks
                .entry(name.to_owned())
                .or_insert_with(|| lock_of(&project.root, name));
            let known = lock
                .iter()
                .flat_map(|lock| lock.digests(below))
                .collect::<BTreeSet<_>>();
            if !known.is_empty() && !known.contains(digest) {
                let problem = edited(&project.root, name, below, &known, false);
                found.push((position, problem));
            }
        }
    }
    for (position, stage) in project.stages.iter().enumerate() {
        for (_, wired) in stage.paths() {
            let Some((name, above)) = frozen_path(wired.as_str()) else {
                continue;
            };
            let Some(Some(lock)) = locks.get(name) else {
                continue;
            };
            for (path, digests) in lock.files(&["input", "kept", "output"]) {
                let shown = format!("{BASELINES}/{name}/{path}");
                let read = inputs[position].iter().any(|(_, read, _)| *read == shown);
                if (above.is_empty() || is_at_or_below(&path, above))
                    && !read
                    && !project.root.join(&shown).exists()
                {
                    found.push((position, edited(&project.root, name, &path, &digests, true)));
                }
            }
        }
    }
    found
}

/// The name of the baseline that a path is in, and the path below it.
fn frozen_path(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix(BASELINES)?.strip_prefix('/')?;
    Some(rest.split_once('/').unwrap_or((rest, "")))
}

fn exports(
    project: &Project<'_>,
    inputs: &FileInputs,
    name: &str,
    lock: &LockFile,
) -> Vec<(usize, Problem)> {
    let mut found = Vec::new();
    for (position, stage) in project.stages.iter().enumerate() {
        let folders = stage.paths().filter(|(port, _)| *port == "searches");
        let folders: Vec<&str> = folders.map(|(_, path)| path.as_str()).collect();
        let now: BTreeMap<&str, Digest> = inputs[position]
            .iter()
            .map(|(_, path, digest)| (path.as_str(), *digest))
            .collect();
        if now.is_empty() {
            continue;
        }
        for (path, digests) in lock.files(&["input"]) {
            // What people note of a search may be corrected; what a database gave may not.
            let about = path.ends_with(".yaml") || path.ends_with(".md");
            let export = folders.iter().any(|folder| is_at_or_below(&path, folder)) && !about;
            // A renamed export is the same export.
            let there = now.values().any(|digest| digests.contains(digest));
            if export && !there {
                found.push((
                    position,
                    lost_export(name, &path, now.contains_key(path.as_str())),
                ));
            }
        }
    }
    found
}

fn lost_export(name: &str, path: &str, changed: bool) -> Problem {
    let frozen = format!("{BASELINES}/{name}/{path}");
    let (code, title, also) = if changed {
        (
            "update::export-changed",
            format!("the export {path} is not the one that the baseline {name} was made from"),
            "; a new export goes into the folder of its own round",
        )
    } else {
        (
            "update::export-gone",
            format!("the export {path} is gone; the baseline {name} was made from it"),
            ", for the records and the counts of its round come from it",
        )
    };
    Problem::error(code, title)
        .at(Place::file(path))
        .help(format!("`cp '{frozen}' '{path}'` brings it back{also}"))
}
