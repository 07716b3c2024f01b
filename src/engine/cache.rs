//! How much the cache holds, and what of it can go.

use super::store::{StoredOutput, StoredResult};
use super::{Cancel, Refused, Wait, files, guard::Guard, own_folder::own_folder};
use crate::digest::Digest;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheSize {
    /// Results.
    pub results: u64,
    /// Files held.
    pub blobs: u64,
    /// Bytes of both.
    pub bytes: u64,
}

/// How much the cache of the project at `root` holds.
///
/// # Errors
///
/// As the system says.
pub fn size(root: &Path) -> io::Result<CacheSize> {
    let mut size = CacheSize::default();
    for (path, bytes) in entries(&root.join(".review/results"))? {
        let _ = path;
        size.results += 1;
        size.bytes += bytes;
    }
    for (_, bytes) in entries(&root.join(".review/blobs"))? {
        size.blobs += 1;
        size.bytes += bytes;
    }
    Ok(size)
}

/// Deletes results that no stage used last, and the files that only they named; says what went.
///
/// # Errors
///
/// When another run holds the project, or as the system says.
pub fn collect(root: &Path) -> io::Result<CacheSize> {
    own_folder(root).map_err(|problem| io::Error::other(problem.title))?;
    let _guard =
        Guard::take(root, Wait::No, &Cancel::default(), |_| ()).map_err(
            |refused| match refused {
                Refused::System(error) => error,
                busy @ Refused::Busy(_) => io::Error::other(busy.to_string()),
            },
        )?;
    let last: BTreeSet<String> = entries(&root.join(".review/last"))?
        .into_iter()
        .filter_map(|(path, _)| files::read_text(&path).ok())
        .map(|text| text.trim().to_owned())
        .collect();
    let mut freed = CacheSize::default();
    let mut kept: BTreeSet<Digest> = BTreeSet::new();
    for (path, bytes) in entries(&root.join(".review/results"))? {
        let key = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let result = files::read(&path)
            .ok()
            .and_then(|text| serde_json::from_slice::<StoredResult>(&text).ok());
        if let Some(result) = result.filter(|_| last.contains(&key)) {
            kept.extend(result.outputs.iter().flat_map(StoredOutput::blobs));
        } else {
            fs::remove_file(&path)?;
            freed.results += 1;
            freed.bytes += bytes;
        }
    }
    for (path, bytes) in entries(&root.join(".review/blobs"))? {
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
        let name = path.file_name().unwrap_or_default();
        let hex = format!("{}{}", folder.to_string_lossy(), name.to_string_lossy());
        if !Digest::parse(&hex).is_some_and(|digest| kept.contains(&digest)) {
            fs::remove_file(&path)?;
            freed.blobs += 1;
            freed.bytes += bytes;
        }
    }
    let _ = fs::remove_dir_all(root.join(".review/tmp"));
    let _ = fs::remove_dir_all(root.join(".review/checked"));
    Ok(freed)
}

/// The files below a folder with their sizes; none when there is no folder.
fn entries(folder: &Path) -> io::Result<Vec<(PathBuf, u64)>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(folder).min_depth(1) {
        let entry = entry?;
        if entry.file_type().is_file() {
            found.push((entry.path().to_owned(), entry.metadata()?.len()));
        }
    }
    Ok(found)
}
