//! What the program keeps for this user outside of every project: approvals of command stages, and the key that seals results.
//!
//! A folder of the user's own (`$XDG_STATE_HOME/review`, else `~/.local/state/review`) cannot come with a project that
//! somebody else made, so what stands there was said on this machine.

use super::files;
use crate::digest::Digest;
use crate::problem::Problem;
use std::io;
use std::path::{Path, PathBuf};

/// The user's folder; `None` where the user has none, or where it would lie in the project.
pub(super) fn folder(project: &Path) -> Option<PathBuf> {
    let base = variable("XDG_STATE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| std::env::home_dir().map(|home| home.join(".local/state")))
        .filter(|path| path.is_absolute())?;
    let folder = base.join("review");
    (!folder.starts_with(place(project))).then_some(folder)
}

#[expect(
    clippy::disallowed_methods,
    reason = "where a user keeps state changes no result"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Where a project stands, without links.
pub(super) fn place(project: &Path) -> PathBuf {
    project
        .canonicalize()
        .unwrap_or_else(|_| project.to_owned())
}

/// The key that seals what this user's runs keep, made on first use.
///
/// Without a folder of the user's own, the key is made of the machine and of the very folder `.review/`, which no archive
/// brings along.
pub(super) fn seal(project: &Path) -> [u8; 32] {
    own(project).unwrap_or_else(|| of_this_folder(project))
}

/// The user's own key; `None` where there is no folder for it.
fn own(project: &Path) -> Option<[u8; 32]> {
    folder(project).and_then(|folder| secret(&folder.join("seal")).ok())
}

/// The variable with the key that a team seals shared results with.
pub(super) const SHARING_KEY: &str = "REVIEW_CACHE_KEY";

/// The key that seals what is shared: of the text in `REVIEW_CACHE_KEY`, else that of this user.
///
/// # Errors
///
/// When the text is so short that it could be guessed, or there is neither: what a key is made of where the user has no folder can
/// be read by others of the machine, who write to a shared cache too.
pub(super) fn sharing_key(project: &Path) -> Result<[u8; 32], Problem> {
    let Some(text) = variable(SHARING_KEY) else {
        let title = format!(
            "nothing can seal what is shared: {SHARING_KEY} is not set, and no key can be kept in a folder of your own"
        );
        let problem = Problem::error("engine::cache-key", title);
        return own(project).ok_or_else(|| {
            problem.help(format!(
                "`review cache key` prints a key, to be set as {SHARING_KEY}; or set XDG_STATE_HOME to a folder that you can write to"
            ))
        });
    };
    if text.trim().chars().count() < 32 {
        let title = format!("the text in {SHARING_KEY} is shorter than 32 characters");
        return Err(Problem::error("engine::cache-key", title)
            .help("`review cache key` prints a good one, to be set on every machine"));
    }
    let context = "review: results shared by a team";
    Ok(blake3::derive_key(context, text.trim().as_bytes()))
}

/// A key that nobody can guess, as text.
///
/// # Errors
///
/// When the system has no random bytes.
pub fn new_sharing_key() -> io::Result<String> {
    let mut fresh = [0; 32];
    getrandom::fill(&mut fresh).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(blake3::Hash::from_bytes(fresh).to_hex().to_string())
}

/// The 32 random bytes in a file that only the user can read.
fn secret(path: &Path) -> io::Result<[u8; 32]> {
    if let Ok(kept) = files::read(path)
        && let Ok(kept) = <[u8; 32]>::try_from(kept)
    {
        return Ok(kept);
    }
    let mut fresh = [0; 32];
    getrandom::fill(&mut fresh).map_err(|error| io::Error::other(error.to_string()))?;
    match files::write_secret(path, &fresh) {
        // Another run made it meanwhile.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    <[u8; 32]>::try_from(files::read(path)?)
        .map_err(|_| io::Error::other("the key has another length"))
}

fn of_this_folder(project: &Path) -> [u8; 32] {
    let machine = files::read(Path::new("/etc/machine-id")).unwrap_or_default();
    let folder = identity(&project.join(".review"));
    let text = format!("{} {folder}", Digest::of(&machine));
    blake3::derive_key("review: results kept in one folder", text.as_bytes())
}

#[cfg(unix)]
fn identity(path: &Path) -> String {
    use std::os::unix::fs::MetadataExt;
    std::fs::symlink_metadata(path).map_or_else(
        |_| String::new(),
        |data| format!("{} {}", data.dev(), data.ino()),
    )
}

#[cfg(not(unix))]
fn identity(path: &Path) -> String {
    place(path).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_is_another_for_another_user() {
        let (one, other) = (
            tempfile::tempdir().expect("a folder"),
            tempfile::tempdir().expect("a folder"),
        );
        let key = secret(&one.path().join("a/seal")).expect("made");
        assert_eq!(secret(&one.path().join("a/seal")).expect("read"), key);
        assert_ne!(secret(&other.path().join("seal")).expect("made"), key);
    }

    #[test]
    fn a_damaged_key_is_no_key() {
        let folder = tempfile::tempdir().expect("a folder");
        files::write(&folder.path().join("seal"), b"short", false).expect("written");
        assert!(secret(&folder.path().join("seal")).is_err());
    }
}
