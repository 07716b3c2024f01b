//! Every touch of the file system that is not a child process: read, list, write whole or not at all.

use super::fault::{self, Step};
use crate::path::{PathMap, is_noise};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Reads a file.
///
/// # Errors
///
/// As the system says.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    // Opening a named pipe would wait for whoever writes into it, for ever.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
    }
    read_known(path)
}

/// Reads what was just seen to be a file.
///
/// # Errors
///
/// As the system says.
#[expect(
    clippy::disallowed_methods,
    reason = "this module is where files are read"
)]
pub(super) fn read_known(path: &Path) -> io::Result<Vec<u8>> {
    fs::read(path)
}

/// Reads a text file; bytes that are not UTF-8 are an error.
///
/// # Errors
///
/// As the system says, or `InvalidData`.
pub fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Writes a file whole or not at all: a temporary file in the same folder, then a rename.
///
/// With `durable`, the bytes are on the disk before the name is.
///
/// # Errors
///
/// As the system says; the old file, if any, is then as it was.
pub fn write(path: &Path, bytes: &[u8], durable: bool) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fault::at(Step::Grow)?;
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix(HALF.0)
        .suffix(HALF.1)
        .permissions(permissions())
        .tempfile_in(folder)?;
    let (first, second) = bytes.split_at(bytes.len() / 2);
    file.write_all(first)?;
    fault::at(Step::Grow)?;
    file.write_all(second)?;
    if durable {
        file.as_file().sync_data()?;
    }
    fault::at(Step::Turn)?;
    fault::naming(path);
    file.persist(path)?;
    if !durable {
        fault::unsynced(path);
    }
    fault::at(Step::Turn)
}

/// Waits until the bytes of a file are on the disk.
///
/// # Errors
///
/// As the system says.
pub(super) fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_data()?;
    fault::synced(path);
    Ok(())
}

/// Writes a new file that only the user can read, whole or not at all.
///
/// # Errors
///
/// As the system says, also when the file is there.
pub(super) fn write_secret(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_data()?;
    file.persist_noclobber(path)?;
    Ok(())
}

/// The full path of a file or folder of the project at `root`, which need not be there yet.
///
/// # Errors
///
/// When a part of the path is a symbolic link, which may lead out of the project.
pub fn inside(root: &Path, path: &str) -> io::Result<PathBuf> {
    Inside::of(root).path(path).map(|(full, _)| full)
}

/// Full paths of many files of a project, of which many stand in the same folders.
pub(super) struct Inside<'r> {
    root: &'r Path,
    /// Folders that are no links.
    plain: BTreeSet<String>,
}

impl<'r> Inside<'r> {
    /// The project at `root`.
    pub(super) const fn of(root: &'r Path) -> Self {
        Self {
            root,
            plain: BTreeSet::new(),
        }
    }

    /// The full path, and what stands there.
    ///
    /// # Errors
    ///
    /// When a part of the path is a symbolic link.
    pub(super) fn path(&mut self, path: &str) -> io::Result<(PathBuf, Option<fs::Metadata>)> {
        if let Some((folder, _)) = path.rsplit_once('/')
            && !self.plain.contains(folder)
        {
            self.path(folder)?;
            self.plain.insert(folder.to_owned());
        }
        let full = self.root.join(path);
        match fs::symlink_metadata(&full) {
            Ok(data) if data.file_type().is_symlink() => Err(linked(&full)),
            found => Ok((full, found.ok())),
        }
    }
}

fn linked(path: &Path) -> io::Error {
    let said = format!(
        "{} is a symbolic link, which may lead out of the project; copy what it names into the project",
        path.display()
    );
    io::Error::new(io::ErrorKind::InvalidInput, said)
}

/// Writes a new folder of files (paths below it with `/`) whole or not at all: a temporary folder beside it, then one rename. All
/// bytes are on the disk before the name is.
///
/// # Errors
///
/// As the system says, also when the folder is there and not empty.
pub fn write_folder(path: &Path, files: &BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    let above = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(above)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(HALF.0).suffix(HALF.1);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755));
    let folder = builder.tempdir_in(above)?;
    for (name, bytes) in files {
        write(&folder.path().join(name), bytes, true)?;
    }
    fs::rename(folder.path(), path)?;
    // Nothing is left under the temporary name.
    let _ = folder.keep();
    #[cfg(unix)]
    File::open(above)?.sync_all()?;
    Ok(())
}

/// What a new file may be used for, before the user's mask.
#[cfg(unix)]
pub fn permissions() -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o644)
}

/// What a new file may be used for: what the folder allows.
#[cfg(not(unix))]
pub fn permissions() -> fs::Permissions {
    File::open(".")
        .and_then(|file| file.metadata())
        .map(|data| data.permissions())
        .expect("the working folder has permissions")
}

/// Adds a line to a file that only grows.
///
/// # Errors
///
/// As the system says.
pub fn append_line(path: &Path, line: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fault::at(Step::Grow)?;
    let mut file = File::options().create(true).append(true).open(path)?;
    fault::unsynced(path);
    file.write_all(format!("{line}\n").as_bytes())
}

/// Lists the files below `folder` as paths relative to `root` with `/`, sorted by bytes.
///
/// Names that begin with a dot or end with `~`, and editors' lock files (`~$…`), are not data and are left out.
///
/// # Errors
///
/// As the system says; a symbolic link below the folder is refused, since it may lead out of the project.
pub fn list(root: &Path, folder: &Path) -> io::Result<Vec<String>> {
    list_but(root, folder, &PathMap::default())
}

/// The same without the files and folders of `but`, which are not looked into.
///
/// # Errors
///
/// As the system says, and for a symbolic link.
pub(super) fn list_but(
    root: &Path,
    folder: &Path,
    but: &PathMap<'_, ()>,
) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    let walk = walkdir::WalkDir::new(folder).min_depth(1).into_iter();
    let wanted = |entry: &walkdir::DirEntry| {
        !is_noise(&entry.file_name().to_string_lossy())
            && (but.is_empty() || !but.covers(&relative(root, entry.path())))
    };
    for entry in walk.filter_entry(wanted) {
        let entry = entry?;
        if entry.path_is_symlink() {
            return Err(linked(entry.path()));
        }
        if entry.file_type().is_file() {
            files.push(relative(root, entry.path()));
        } else if !entry.file_type().is_dir() {
            let said = format!(
                "{} is no plain file; move it out of the folder",
                entry.path().display()
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, said));
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// The path below the project, with `/` between its parts.
fn relative(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path).to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        relative.into_owned()
    } else {
        relative.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

/// What files are called while they are written.
const HALF: (&str, &str) = (".review-", ".tmp");

/// Removes what a killed run left half written below a folder; failure costs only space.
pub(super) fn sweep(folder: &Path) {
    let entries = walkdir::WalkDir::new(folder).into_iter().flatten();
    entries.for_each(|entry| remove_half(entry.path(), &entry.file_name().to_string_lossy()));
}

/// The same in a folder itself, and not in those below it.
pub(super) fn sweep_here(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.for_each(|entry| remove_half(&entry.path(), &entry.file_name().to_string_lossy()));
}

fn remove_half(path: &Path, name: &str) {
    if name.starts_with(HALF.0) && name.ends_with(HALF.1) && path.is_file() {
        let _ = fs::remove_file(path);
    }
}

/// What stands in a folder, sorted; nothing where it cannot be listed.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// Removes a file.
///
/// # Errors
///
/// As the system says.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    fault::at(Step::Turn)?;
    fs::remove_file(path)
}

/// Makes a folder and those above it.
///
/// # Errors
///
/// As the system says.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    fault::at(Step::Grow)?;
    fs::create_dir_all(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_listed_sorted_and_editors_leftovers_left_out() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in [
            "b/2.csv",
            "b/.hidden",
            "a.csv",
            "a.csv~",
            "~$a.xlsx",
            "B.csv",
        ] {
            write(&folder.path().join(name), b"x", false).expect("written");
        }
        assert_eq!(
            list(folder.path(), folder.path()).expect("listed"),
            ["B.csv", "a.csv", "b/2.csv"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link")).expect("linked");
        assert!(
            list(folder.path(), folder.path())
                .expect_err("refused")
                .to_string()
                .contains("symbolic link")
        );
    }
}
