//! Shows results at their place in the project, without ever writing over what a person wrote.
//!
//! A file on disk is the program's own when the store or the lock knows its bytes; then it is replaced. Anything else was
//! written by hand: it is left as it is, its difference is said, and nothing below reads it (stages read the store).

use super::files;
use super::lock_file::LockFile;
use super::stat_cache::StatCache;
use super::store::{Store, StoredOutput};
use crate::digest::Digest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// What was done to the files of one stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// Paths written.
    pub written: Vec<String>,
    /// Files that a person changed, and what else went wrong.
    pub problems: Problems,
}

/// Brings the files of a stage's outputs to what its result says.
///
/// `claimed` tells the paths that other stages give now, which are not this stage's to remove.
///
/// # Errors
///
/// As the system says.
pub(super) fn show(
    root: &Path,
    stage: &str,
    outputs: &[StoredOutput],
    store: &Store,
    lock: &LockFile,
    stat: &mut StatCache,
    claimed: &dyn Fn(&str) -> bool,
) -> io::Result<Shown> {
    let mut shown = Shown::default();
    let wanted: Vec<(String, Digest)> = outputs.iter().flat_map(StoredOutput::each_file).collect();
    for (path, digest) in &wanted {
        let found = stat.digest(path);
        if found.as_ref().is_ok_and(|found| found == digest) {
            continue;
        }
        match found {
            Ok(found) if is_edited(root, path, (found, *digest), store, lock) => {
                shown.problems.push(edited(root, path, *digest, store));
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {
                let bytes = store.take(*digest).ok_or_else(|| {
                    io::Error::other(format!("the cache lost the bytes of {path}; run again"))
                })?;
                files::write(&files::inside(root, path)?, &bytes, false)?;
                stat.note(path, *digest);
                shown.written.push(path.clone());
            }
        }
    }
    let kept: BTreeSet<&str> = wanted.iter().map(|(path, _)| path.as_str()).collect();
    remove_left_behind(root, stage, store, lock, stat, &|path| {
        kept.contains(path) || claimed(path)
    });
    Ok(shown)
}

/// What people changed by hand among the files of a stage's outputs; touches nothing.
pub(super) fn edits(
    root: &Path,
    outputs: &[StoredOutput],
    store: &Store,
    lock: &LockFile,
    stat: &mut StatCache,
) -> Problems {
    let wanted = outputs.iter().flat_map(StoredOutput::each_file);
    let edited = wanted.filter_map(|(path, digest)| {
        let found = stat.digest(&path).ok().filter(|found| *found != digest)?;
        is_edited(root, &path, (found, digest), store, lock)
            .then(|| edited(root, &path, digest, store))
    });
    Problems(edited.collect())
}

/// Whether nothing that the program made accounts for the bytes of a file, which were wanted otherwise.
fn is_edited(
    root: &Path,
    path: &str,
    (found, wanted): (Digest, Digest),
    store: &Store,
    lock: &LockFile,
) -> bool {
    !store.knows(found)
        && !lock.output(path).contains(&found)
        && !is_torn(root, path, wanted, store, lock)
}

/// Whether a file is what a power cut left of one that the program wrote: nothing, or its beginning up to the end of a block of the
/// disk or up to zeros.
///
/// Outputs are written without waiting for the disk, since their bytes stand in the store, where they were waited for.
fn is_torn(root: &Path, path: &str, wanted: Digest, store: &Store, lock: &LockFile) -> bool {
    let Ok(found) = files::read(&root.join(path)) else {
        return false;
    };
    let whole = found.len() - found.iter().rev().take_while(|byte| **byte == 0).count();
    let cut = found.len() > whole || found.len() % BLOCK == 0;
    let mut made = lock.output(path).into_iter().chain([wanted]);
    cut && made.any(|digest| {
        let bytes = store.get(digest).unwrap_or_default();
        bytes.len() > whole && bytes.starts_with(&found[..whole])
    })
}

/// Disks write whole blocks of at least so many bytes.
const BLOCK: usize = 4096;

/// Removes files that the lock says this stage once gave, if nobody changed them and they are not kept for another reason.
pub(super) fn remove_left_behind(
    root: &Path,
    stage: &str,
    store: &Store,
    lock: &LockFile,
    stat: &mut StatCache,
    kept: &dyn Fn(&str) -> bool,
) {
    for (path, locked) in lock.outputs_of(stage) {
        if kept(path) {
            continue;
        }
        if let Ok(found) = stat.digest(path)
            && (found == locked || store.knows(found))
            && let Ok(path) = files::inside(root, path)
        {
            let _ = files::remove(&path);
        }
    }
}

fn edited(root: &Path, path: &str, digest: Digest, store: &Store) -> Problem {
    let new = store.get(digest).unwrap_or_default();
    let found = files::read(&root.join(path)).unwrap_or_default();
    let (line, difference) = first_difference(
        &String::from_utf8_lossy(&new),
        &String::from_utf8_lossy(&found),
    );
    Problem::error("engine::edited-output", format!("an output was edited by hand and was left as it is: {path}"))
        .labelled(Place::line(path, line), difference)
        .help("nothing reads this file; delete it and run again to get the program's own, and put the change into data/ or stages/")
}

/// The first line that differs, and both of its texts.
fn first_difference(made: &str, found: &str) -> (u32, String) {
    let mut made_lines = made.lines();
    let mut found_lines = found.lines();
    for line in 1.. {
        match (made_lines.next(), found_lines.next()) {
            (None, None) => return (line, "only line ends differ".to_owned()),
            (made, found) if made != found => {
                let same = same_start(made.unwrap_or_default(), found.unwrap_or_default());
                let cut = |text: Option<&str>| {
                    text.map_or("(end of file)".to_owned(), |text| {
                        format!("`{}`", shorten(text, same))
                    })
                };
                return (line, format!("made: {}, found: {}", cut(made), cut(found)));
            }
            _ => {}
        }
    }
    unreachable!("both texts end")
}

/// How many characters both lines begin with.
fn same_start(made: &str, found: &str) -> usize {
    made.chars()
        .zip(found.chars())
        .take_while(|(a, b)| a == b)
        .count()
}

/// At most sixty characters of a line, with the one behind the first `same` among them.
fn shorten(text: &str, same: usize) -> String {
    let length = text.chars().count();
    if length <= 60 {
        return text.to_owned();
    }
    let start = same.saturating_sub(20).min(length - 60);
    let before = if start > 0 { "…" } else { "" };
    let after = if start + 60 < length { "…" } else { "" };
    let kept: String = text.chars().skip(start).take(60).collect();
    format!("{before}{kept}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_has_its_line_and_both_texts() {
        assert_eq!(
            first_difference("a\nb\n", "a\nc\n"),
            (2, "made: `b`, found: `c`".into())
        );
        assert_eq!(
            first_difference("a\n", "a\nc\n"),
            (2, "made: (end of file), found: `c`".into())
        );
    }

    #[test]
    fn a_long_line_is_cut_around_what_differs() {
        let made = format!("{}1{}\n", "a".repeat(80), "b".repeat(80));
        let (_, told) = first_difference(&made, &made.replace('1', "2"));
        let (start, end) = ("a".repeat(20), "b".repeat(39));
        assert_eq!(
            told,
            format!("made: `…{start}1{end}…`, found: `…{start}2{end}…`")
        );
    }
}
