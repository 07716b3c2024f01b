//! Every file that belongs to a review and its last run, for crates and bundles.

use super::copy;
use super::files;
use super::lock_file::{self, LockFile};
use super::project::Project;
use crate::problem::Problem;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

/// The bytes of each file by its path in the project.
pub type Members = BTreeMap<String, Vec<u8>>;

/// Files beside the pipeline that say who made the review and what others may do with it.
pub(super) const CITATION: &str = "CITATION.cff";

/// The folder of the signatures on the lock.
pub const SIGNATURES: &str = "signatures";

/// Every file that people keep or a stage reads, every output of the lock, the lock, and what says how to cite and to use them.
///
/// The cache is no part of it, nor are outputs of optional stages, which have no line in the lock.
///
/// # Errors
///
/// When a file cannot be read.
pub fn members(project: &Project<'_>) -> Result<Members, Problem> {
    let paths =
        paths(project).map_err(|error| super::inputs::system("files cannot be listed", &error))?;
    let mut members = Members::new();
    for path in paths {
        let bytes = files::read(&project.root.join(&path))
            .map_err(|error| super::inputs::system(&format!("{path} cannot be read"), &error))?;
        members.insert(path, bytes);
    }
    Ok(members)
}

/// Writes files into an empty folder.
///
/// # Errors
///
/// As the system says.
pub fn unpack(members: &BTreeMap<&str, &[u8]>, folder: &Path) -> Result<(), Problem> {
    for (name, bytes) in members {
        files::write(&folder.join(name), bytes, false).map_err(|error| {
            super::inputs::system(&format!("{name} cannot be unpacked"), &error)
        })?;
    }
    Ok(())
}

fn paths(project: &Project<'_>) -> io::Result<BTreeSet<String>> {
    let mut paths = copy::read_by_a_run(project)?;
    let lock = files::read_text(&project.root.join(lock_file::FILE))?;
    paths.extend(LockFile::parse(&lock).files(&["output"]).into_keys());
    paths.insert(lock_file::FILE.to_owned());
    let signatures = project.root.join(SIGNATURES);
    if signatures.is_dir() {
        paths.extend(files::list(&project.root, &signatures)?);
    }
    for entry in std::fs::read_dir(&project.root)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let tells = name == CITATION || name.starts_with("LICENSE") || name.starts_with("LICENCE");
        if tells && entry.file_type()?.is_file() {
            paths.insert(name);
        }
    }
    Ok(paths)
}
