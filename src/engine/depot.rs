//! A place outside of the project where kept results are exchanged: names and bytes, and no trust in either.
//!
//! A depot need not be honest, quick or there at all. What comes out of it is believed by [`super::shared`] alone.

use super::files;
use crate::path::RelPath;
use crate::problem::Problem;
use std::io;
use std::path::{Path, PathBuf};

/// A place that keeps bytes under names such as `v1/blobs/ab/cd…`.
pub(super) trait Depot: Send + Sync {
    /// The bytes of a name; `None` where there are none.
    ///
    /// # Errors
    ///
    /// When the place cannot be read or reached.
    fn get(&self, name: &str) -> io::Result<Option<Vec<u8>>>;

    /// How many bytes stand under a name; `None` where there are none.
    ///
    /// # Errors
    ///
    /// When the place cannot be read or reached.
    fn length(&self, name: &str) -> io::Result<Option<u64>>;

    /// Keeps bytes under a name, whole or not at all, whoever else writes the same name at the same time.
    ///
    /// # Errors
    ///
    /// When the place cannot be written or reached.
    fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()>;
}

/// The depot that a person named: a folder, which is made where it is not there, or an address where the program was built for them.
///
/// # Errors
///
/// When the name is that of no depot.
pub(super) fn open(place: &str) -> Result<Box<dyn Depot>, Problem> {
    if is_address(place) {
        return remote(place);
    }
    Ok(Box::new(Folder::at(Path::new(place))?))
}

/// The same for who only reads: a folder that is not there is no depot.
///
/// # Errors
///
/// When the name is that of no depot.
pub(super) fn find(place: &str) -> Result<Box<dyn Depot>, Problem> {
    if is_address(place) {
        return remote(place);
    }
    Ok(Box::new(Folder::there(Path::new(place))?))
}

fn is_address(place: &str) -> bool {
    let scheme = place.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| scheme.chars().all(|c| c.is_ascii_alphanumeric()))
}

#[cfg(feature = "remote")]
fn remote(place: &str) -> Result<Box<dyn Depot>, Problem> {
    super::remote::open(place)
}

#[cfg(not(feature = "remote"))]
fn remote(place: &str) -> Result<Box<dyn Depot>, Problem> {
    let title = format!("this build of the program reads no addresses such as {place}");
    Err(Problem::error("engine::no-remote", title).help(
        "name a folder, or build the program with `cargo install --path . --features remote`",
    ))
}

/// A folder, as a rule on a disk that several machines share.
struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder of this name, made where it is not there.
    fn at(root: &Path) -> Result<Self, Problem> {
        let made = files::make_folder(root);
        made.map_err(|error| Self::unusable(root, &error))?;
        Self::there(root)
    }

    /// The folder of this name, which is there.
    fn there(root: &Path) -> Result<Self, Problem> {
        let entries = std::fs::read_dir(root);
        let full = entries.and_then(|_| root.canonicalize());
        Ok(Self {
            root: full.map_err(|error| Self::unusable(root, &error))?,
        })
    }

    fn unusable(root: &Path, error: &io::Error) -> Problem {
        let title = format!(
            "the shared cache {} cannot be used: {error}",
            root.display()
        );
        Problem::error("engine::shared-cache", title)
            .help("look at its name; to take from, it has to be there, and to leave something, to be made")
    }
}

impl Depot for Folder {
    fn get(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match files::read(&files::inside(&self.root, name)?) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn length(&self, name: &str) -> io::Result<Option<u64>> {
        match std::fs::metadata(files::inside(&self.root, name)?) {
            Ok(data) => Ok(Some(data.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        debug_assert!(RelPath::parse(name).is_ok(), "names are the program's own");
        let path = files::inside(&self.root, name)?;
        make_alike(&self.root, path.parent().unwrap_or(&self.root))?;
        files::write(&path, bytes, true)
    }
}

/// Makes the folders down to `below`, open to whom `root` is open: on a shared disk, others are to write there too.
fn make_alike(root: &Path, below: &Path) -> io::Result<()> {
    if below.is_dir() || below == root {
        return Ok(());
    }
    make_alike(root, below.parent().unwrap_or(root))?;
    files::make_folder(below)?;
    // Whoever else made it meanwhile owns it and has opened it.
    let _ = std::fs::set_permissions(below, std::fs::metadata(root)?.permissions());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_back_what_was_put_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let depot = Folder::at(&folder.path().join("new")).expect("made");
        assert_eq!(depot.get("v1/a/b").expect("looked"), None);
        assert_eq!(depot.length("v1/a/b").expect("looked"), None);
        depot.put("v1/a/b", b"x").expect("kept");
        depot.put("v1/a/b", b"yes").expect("kept");
        assert_eq!(depot.length("v1/a/b").expect("looked"), Some(3));
        assert_eq!(
            depot.get("v1/a/b").expect("looked").as_deref(),
            Some(&b"yes"[..])
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_folder_leads_nowhere() {
        let (folder, other) = (
            tempfile::tempdir().expect("a folder"),
            tempfile::tempdir().expect("a folder"),
        );
        std::os::unix::fs::symlink(other.path(), folder.path().join("v1")).expect("linked");
        let depot = Folder::at(folder.path()).expect("there");
        assert!(depot.put("v1/a", b"x").is_err());
        assert!(depot.get("v1/a").is_err());
        assert!(!other.path().join("a").exists());
    }

    #[cfg(not(feature = "remote"))]
    #[test]
    fn an_address_is_told_to_need_another_build() {
        let refused = open("https://example.org/cache").err().expect("refused");
        assert_eq!(refused.code, "engine::no-remote");
    }
}
