//! Every touch of the file system that is not a child process: read, list, write whole or not at all.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Reads a file.
///
/// # Errors
///
/// As the system says.
#[expect(
    clippy::disallowed_methods,
    reason = "this module is where files are read"
)]
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
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
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix(".review-")
        .suffix(".tmp")
        .permissions(permissions())
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    if durable {
        file.as_file().sync_data()?;
    }
    file.persist(path)?;
    Ok(())
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
    builder.prefix(".review-").suffix(".tmp");
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

#[cfg(unix)]
fn permissions() -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o644)
}

#[cfg(not(unix))]
fn permissions() -> fs::Permissions {
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
    let mut file = File::options().create(true).append(true).open(path)?;
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
    let mut files = Vec::new();
    let walk = walkdir::WalkDir::new(folder).min_depth(1).into_iter();
    for entry in walk.filter_entry(|entry| !is_noise(&entry.file_name().to_string_lossy())) {
        let entry = entry?;
        if entry.path_is_symlink() {
            let said = format!(
                "{} is a symbolic link; copy the file into the project",
                entry.path().display()
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, said));
        }
        if entry.file_type().is_file() {
            let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
            let parts: Vec<_> = relative
                .components()
                .map(|part| part.as_os_str().to_string_lossy())
                .collect();
            files.push(parts.join("/"));
        }
    }
    files.sort();
    Ok(files)
}

fn is_noise(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || name.starts_with("~$")
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
