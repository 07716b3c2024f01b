//! Digests of files that did not change since they were last digested.
//!
//! A file is taken as unchanged when size, modification time, change time and inode are those noted, and its modification
//! time is older than the note (git's rule: a file written in the same instant as the note may have changed after it).
//! The cache only saves time: `--rehash` and CI leave it out, and a wrong or missing cache costs a rehash, never a result.

use super::files;
use crate::digest::Digest;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

/// What the file system says of a file without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    size: u64,
    modified: i128,
    changed: i128,
    inode: u64,
}

impl Stamp {
    fn of(path: &Path) -> io::Result<Self> {
        let data = std::fs::symlink_metadata(path)?;
        if data.file_type().is_symlink() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "a symbolic link; copy the file into the project",
            ));
        }
        if !data.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
        }
        Ok(Self::from(&data))
    }
}

impl Stamp {
    /// When the file or its name changed last, in nanoseconds of its disk's clock.
    pub(super) fn newest(&self) -> i128 {
        self.modified.max(self.changed)
    }
}

#[cfg(unix)]
impl From<&std::fs::Metadata> for Stamp {
    fn from(data: &std::fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        let nanos =
            |seconds: i64, nanos: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
        Self {
            size: data.size(),
            modified: nanos(data.mtime(), data.mtime_nsec()),
            changed: nanos(data.ctime(), data.ctime_nsec()),
            inode: data.ino(),
        }
    }
}

#[cfg(not(unix))]
impl From<&std::fs::Metadata> for Stamp {
    fn from(data: &std::fs::Metadata) -> Self {
        let since = data
            .modified()
            .ok()
            .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let modified = since.map_or(0, |time| {
            i128::try_from(time.as_nanos()).unwrap_or(i128::MAX)
        });
        Self {
            size: data.len(),
            modified,
            changed: modified,
            inode: 0,
        }
    }
}

/// The noted digests, by path relative to the project.
pub(super) struct StatCache {
    root: PathBuf,
    file: PathBuf,
    noted: BTreeMap<String, (Stamp, Digest)>,
    /// When the notes were written; younger files are not trusted.
    written: i128,
    changed: bool,
}

impl StatCache {
    /// Opens the notes of the project at `root`; with `rehash`, none is trusted.
    pub(super) fn open(root: &Path, rehash: bool) -> Self {
        let file = root.join(".review/stat");
        let written = Stamp::of(&file).map_or(0, |stamp| stamp.modified);
        let text = if rehash {
            String::new()
        } else {
            files::read_text(&file).unwrap_or_default()
        };
        let notes = whole(&text).unwrap_or_default();
        // Sorted as they were written, so that the map is built at once.
        let noted: Vec<_> = notes.par_lines().filter_map(parse_line).collect();
        Self {
            root: root.to_owned(),
            file,
            noted: noted.into_iter().collect(),
            written,
            changed: false,
        }
    }

    /// The digest of each file, in the order given; files that changed are read and digested in parallel.
    pub(super) fn digests(&mut self, paths: &[String]) -> Vec<io::Result<Digest>> {
        let looked: Vec<_> = paths
            .par_iter()
            .with_min_len(256)
            .map(|path| self.look(path))
            .collect();
        let mut digests = Vec::with_capacity(paths.len());
        for (path, found) in paths.iter().zip(looked) {
            digests.push(found.map(|(stamp, digest, fresh)| {
                if !fresh {
                    self.noted.insert(path.clone(), (stamp, digest));
                    self.changed = true;
                }
                digest
            }));
        }
        digests
    }

    /// The digest of one file.
    ///
    /// # Errors
    ///
    /// As the system says; a link or folder is refused.
    pub(super) fn digest(&mut self, path: &str) -> io::Result<Digest> {
        self.digests(&[path.to_owned()])
            .pop()
            .expect("one path gives one digest")
    }

    /// Stamp and digest of a file, and whether the note could be trusted.
    fn look(&self, path: &str) -> io::Result<(Stamp, Digest, bool)> {
        let full = self.root.join(path);
        let stamp = Stamp::of(&full)?;
        match self.noted.get(path) {
            Some((noted, digest)) if *noted == stamp && stamp.modified < self.written => {
                Ok((stamp, *digest, true))
            }
            _ => Ok((stamp, Digest::of(&files::read_known(&full)?), false)),
        }
    }

    /// Whether a file that bears this stamp has been digested to this.
    pub(super) fn knows(&self, path: &str, stamp: &Stamp, digest: Digest) -> bool {
        self.noted.get(path) == Some(&(*stamp, digest))
    }

    /// Whether a file of this stamp changed after the notes were written that this run began with.
    pub(super) fn is_young(&self, stamp: &Stamp) -> bool {
        stamp.newest() >= self.written
    }

    /// Notes what the program itself has just written, so that it need not be read again.
    pub(super) fn note(&mut self, path: &str, digest: Digest) {
        if let Ok(stamp) = Stamp::of(&self.root.join(path)) {
            self.noted.insert(path.to_owned(), (stamp, digest));
            self.changed = true;
        }
    }

    /// Writes the notes, if they changed. Failure costs only time, and is not reported.
    pub(super) fn save(&self) {
        if !self.changed {
            return;
        }
        let mut text = String::new();
        for (path, (stamp, digest)) in &self.noted {
            let Stamp {
                size,
                modified,
                changed,
                inode,
            } = stamp;
            writeln!(text, "{digest} {size} {modified} {changed} {inode} {path}")
                .expect("writing to a string cannot fail");
        }
        let text = format!("{}\n{text}", Digest::of(text.as_bytes()));
        let _ = files::write(&self.file, text.as_bytes(), false);
    }
}

/// The notes of a text whose first line is their digest: one bit of them may have flipped, and a wrong digest of a file that did not
/// change would be believed.
fn whole(text: &str) -> Option<&str> {
    let (digest, notes) = text.split_once('\n')?;
    (Digest::parse(digest)? == Digest::of(notes.as_bytes())).then_some(notes)
}

fn parse_line(line: &str) -> Option<(String, (Stamp, Digest))> {
    let mut parts = line.splitn(6, ' ');
    let digest = Digest::parse(parts.next()?)?;
    let stamp = Stamp {
        size: parts.next()?.parse().ok()?,
        modified: parts.next()?.parse().ok()?,
        changed: parts.next()?.parse().ok()?,
        inode: parts.next()?.parse().ok()?,
    };
    Some((parts.next()?.to_owned(), (stamp, digest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_is_read_again_even_in_the_same_instant() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        files::write(&path, b"one", false).expect("written");
        let mut cache = StatCache::open(folder.path(), false);
        assert_eq!(cache.digest("a.csv").expect("digested"), Digest::of(b"one"));
        cache.save();
        files::write(&path, b"two", false).expect("written");
        let mut cache = StatCache::open(folder.path(), false);
        assert_eq!(cache.digest("a.csv").expect("digested"), Digest::of(b"two"));
    }

    #[test]
    fn notes_of_which_a_byte_changed_are_not_trusted() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        files::write(&path, b"one", false).expect("written");
        let mut cache = StatCache::open(folder.path(), false);
        let digest = cache.digest("a.csv").expect("digested");
        cache.save();
        let notes = folder.path().join(".review/stat");
        let text = files::read_text(&notes).expect("read");
        let other = digest.hex().replace(|c| c != '0', "0");
        let (head, rest) = text.split_once('\n').expect("a head");
        let rest = rest.replace(&digest.hex(), &other);
        for (text, noted) in [(text.clone(), 1), (format!("{head}\n{rest}"), 0)] {
            files::write(&notes, text.as_bytes(), false).expect("written");
            assert_eq!(StatCache::open(folder.path(), false).noted.len(), noted);
        }
    }

    #[test]
    fn a_trusted_note_is_not_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        files::write(&path, b"one", false).expect("written");
        let stamp = Stamp::of(&path).expect("a stamp");
        let mut cache = StatCache::open(folder.path(), false);
        cache.written = i128::MAX;
        cache
            .noted
            .insert("a.csv".into(), (stamp, Digest::of(b"noted")));
        assert_eq!(
            cache.digest("a.csv").expect("digested"),
            Digest::of(b"noted")
        );
    }
}
