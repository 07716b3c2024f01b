//! Folders of many inputs that a program sees beneath a layer of its own, where copies would cost more than its work.
//!
//! The layer takes whatever the program writes (overlayfs, in a mount namespace that ends with the program), so that the files in the
//! project stay as they are. A folder is shown so only when the program sees what copies would have shown it: everything in the folder
//! is declared, and all of it stands as it was digested. The program reads the files themselves, so that the folder is looked at
//! again when it ended: one file or folder with another size, time or inode, and nothing is kept of the stage.

use super::inputs::{self, FileInput};
use super::process::Fence;
use super::stat_cache::{Stamp, StatCache};
use crate::digest::Digest;
use crate::problem::Problem;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;
use tempfile::TempDir;

/// Fewer files are copied.
pub(super) const MANY: usize = 256;

/// Two changes of a file within this time may leave the same times.
const TICK: Duration = Duration::from_millis(50);

/// A folder of the project as it stood before a program saw it.
#[derive(Debug)]
pub(super) struct Underlay {
    /// Path below the project.
    path: String,
    /// All in it, by path below the project, and the folder itself.
    stood: BTreeMap<String, Standing>,
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Standing {
    is_folder: bool,
    device: u64,
    stamp: Stamp,
}

impl Standing {
    fn of(data: &Metadata) -> io::Result<Self> {
        let kind = data.file_type();
        if !kind.is_file() && !kind.is_dir() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        Ok(Self {
            is_folder: kind.is_dir(),
            device: device(data),
            stamp: Stamp::from(data),
        })
    }
}

#[cfg(unix)]
fn device(data: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::dev(data)
}

#[cfg(not(unix))]
fn device(_data: &Metadata) -> u64 {
    0
}

impl Underlay {
    /// The folders among these paths that can be shown so, for a program whose own folder stands in `above`; all others are to be copied.
    pub(super) fn of<'p>(
        root: &Path,
        paths: impl Iterator<Item = &'p str>,
        kept: &[FileInput],
        stat: &Mutex<StatCache>,
        above: &Path,
    ) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for path in paths {
            let digests: BTreeMap<&str, Digest> = kept
                .iter()
                .filter(|(_, file, _)| is_below(file, path))
                .map(|(_, file, digest)| (file.as_str(), *digest))
                .collect();
            let taken = all.iter().any(|one| one.touches(path));
            if digests.len() >= MANY
                && !taken
                && told(Path::new(path)).is_ok()
                && let Some(one) = Self::standing(root, path, &digests, stat, above)
            {
                all.push(one);
            }
        }
        all
    }

    /// The folder, if it holds these files, as they were digested, and nothing else.
    fn standing(
        root: &Path,
        path: &str,
        digests: &BTreeMap<&str, Digest>,
        stat: &Mutex<StatCache>,
        above: &Path,
    ) -> Option<Self> {
        let mut stood = standing(root, path).ok()?;
        if wait_for_tick(&stood, above)? {
            stood = standing(root, path).ok()?;
        }
        let files = stood.iter().filter(|(_, standing)| !standing.is_folder);
        let files: Vec<(&str, &Stamp)> = files
            .map(|(path, standing)| (path.as_str(), &standing.stamp))
            .collect();
        if !files
            .iter()
            .map(|(path, _)| *path)
            .eq(digests.keys().copied())
        {
            return None;
        }
        let young: Vec<&str> = {
            let stat = stat.lock().expect("no thread panicked");
            let fits = |(path, stamp): &(&str, &Stamp)| stat.knows(path, stamp, digests[path]);
            if !files.iter().all(fits) {
                return None;
            }
            let young = files.iter().filter(|(_, stamp)| stat.is_young(stamp));
            young.map(|(path, _)| *path).collect()
        };
        // Digested in the instant of a change, perhaps.
        let same = young.par_iter().all(|path| {
            let bytes = super::files::read_known(&root.join(path));
            bytes.is_ok_and(|bytes| Digest::of(&bytes) == digests[path])
        });
        same.then(|| Self {
            path: path.to_owned(),
            stood,
        })
    }

    /// Whether a path lies in the folder.
    pub(super) fn covers(&self, path: &str) -> bool {
        path == self.path || is_below(path, &self.path)
    }

    fn touches(&self, path: &str) -> bool {
        self.covers(path) || is_below(&self.path, path)
    }

    /// What is no longer as it stood, if anything.
    pub(super) fn moved(&self, root: &Path) -> Option<Problem> {
        let now = standing(root, &self.path).unwrap_or_default();
        if now == self.stood {
            return None;
        }
        let other = |(path, stood): &(&String, &Standing)| now.get(*path) != Some(*stood);
        let file = self.stood.iter().filter(other).map(|(path, _)| path);
        let new = now.keys().filter(|path| !self.stood.contains_key(*path));
        // A folder has other times when a file came or went; the file says more.
        let path = new.chain(file).max_by_key(|path| path.len());
        Some(inputs::moved(path.map_or(&self.path, |path| path)))
    }
}

/// Whether a path lies below a folder.
fn is_below(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    rest.is_some_and(|rest| rest.starts_with('/'))
}

/// Everything in a folder of the project, hidden or not, and the folder itself.
fn standing(root: &Path, folder: &str) -> io::Result<BTreeMap<String, Standing>> {
    let mut all = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root.join(folder)) {
        let entry = entry?;
        let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let text = below.to_str().ok_or(io::ErrorKind::InvalidData)?;
        all.insert(text.to_owned(), Standing::of(&entry.metadata()?)?);
    }
    Ok(all)
}

/// Waits, where something changed a moment ago, until another change would leave other times; whether it waited. `None` where the
/// times are not those of the disk that programs work on.
fn wait_for_tick(stood: &BTreeMap<String, Standing>, above: &Path) -> Option<bool> {
    let now = Standing::of(&tempfile::tempfile_in(above).ok()?.metadata().ok()?).ok()?;
    if stood.values().any(|standing| standing.device != now.device) {
        return None;
    }
    let newest = stood.values().map(|standing| standing.stamp.newest());
    let age = now.stamp.newest() - newest.max()?;
    let tick = i128::try_from(TICK.as_nanos()).ok()?;
    if age > tick {
        return Some(false);
    }
    let rest = u64::try_from(tick - age).ok()?;
    let rest = Duration::from_nanos(rest) + TICK;
    (rest < Duration::from_secs(1)).then(|| {
        std::thread::sleep(rest);
        true
    })
}

/// Whether layers can be laid on this machine, tried once.
pub(super) fn is_possible(above: &Path) -> bool {
    static POSSIBLE: OnceLock<bool> = OnceLock::new();
    *POSSIBLE.get_or_init(|| tried(above).unwrap_or(false))
}

fn tried(above: &Path) -> io::Result<bool> {
    let root = tempfile::Builder::new().prefix("try-").tempdir_in(above)?;
    let own = root.path().join("own");
    super::files::write(&root.path().join("in/x"), b"", false)?;
    let all = [Underlay {
        path: "in".to_owned(),
        stood: BTreeMap::new(),
    }];
    let (_layers, mounts) = Layers::over(&all, root.path(), &own, root.path())?;
    let words = ["-c", "test -e in/x && echo y > in/x"].map(str::to_owned);
    let Some(mut command) = Fence::here().command_over(false, &mounts, "sh", &words) else {
        return Ok(false);
    };
    command.current_dir(&own).stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let worked = command.status()?.success();
    Ok(worked && super::files::read(&root.path().join("in/x"))?.is_empty())
}

/// Where the layers of a program lie while it runs.
#[derive(Debug)]
pub(super) struct Layers {
    folder: TempDir,
    count: usize,
}

impl Layers {
    /// Room for the layers over these folders of the project at `root`, in a program's own folder, and what `mount` has to be told of
    /// each: options, place.
    ///
    /// # Errors
    ///
    /// As the system says.
    pub(super) fn over(
        all: &[Underlay],
        root: &Path,
        own: &Path,
        above: &Path,
    ) -> io::Result<(Self, Vec<(String, PathBuf)>)> {
        let layers = Self {
            folder: tempfile::Builder::new()
                .prefix("layers-")
                .tempdir_in(above)?,
            count: all.len(),
        };
        let base = std::path::absolute(layers.folder.path())?;
        let mut mounts = Vec::new();
        for (at, one) in all.iter().enumerate() {
            let (written, work) = (base.join(format!("written-{at}")), work(&base, at));
            let place = std::path::absolute(own.join(&one.path))?;
            for folder in [&written, &work, &place] {
                super::files::make_folder(folder)?;
            }
            let options = format!(
                "lowerdir={},upperdir={},workdir={},userxattr,volatile",
                told(&std::path::absolute(root.join(&one.path))?)?,
                told(&written)?,
                told(&work)?
            );
            mounts.push((options, place));
        }
        Ok((layers, mounts))
    }
}

impl Drop for Layers {
    fn drop(&mut self) {
        (0..self.count).for_each(|at| open_up(&work(self.folder.path(), at)));
    }
}

fn work(base: &Path, at: usize) -> PathBuf {
    base.join(format!("work-{at}"))
}

/// The system leaves folders there that nobody may look into, and nobody could remove.
fn open_up(work: &Path) {
    #[cfg(unix)]
    for folder in ["", "work", "work/incompat", "work/incompat/volatile"] {
        let folder = work.join(folder);
        // A link leads to what is not ours.
        if !std::fs::symlink_metadata(&folder).is_ok_and(|data| data.is_dir()) {
            return;
        }
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        let _ = std::fs::set_permissions(folder, mode);
    }
}

/// Removes a folder in which layers may lie that a killed run left.
pub(super) fn remove_all(folder: &Path) {
    let folders = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let plain = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        plain.map(|entry| entry.path()).collect()
    };
    for inner in folders(folder).iter().flat_map(|folder| folders(folder)) {
        open_up(&inner);
    }
    let _ = std::fs::remove_dir_all(folder);
}

/// A path as an option of `mount` tells it.
///
/// # Errors
///
/// For one that an option cannot hold.
fn told(path: &Path) -> io::Result<&str> {
    let plain = |text: &&str| !text.contains([',', ':', '\\', '"']);
    path.to_str()
        .filter(plain)
        .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::engine::files;

    /// A project with many files in `in`, and what is noted of them.
    fn project() -> (TempDir, Vec<FileInput>) {
        let root = tempfile::tempdir().expect("a folder");
        let kept = (0..MANY).map(|at| {
            let (path, bytes) = (format!("in/{at:04}"), at.to_string());
            files::write(&root.path().join(&path), bytes.as_bytes(), false).expect("written");
            ("in".to_owned(), path, Digest::of(bytes.as_bytes()))
        });
        let kept = kept.collect();
        (root, kept)
    }

    fn found(root: &Path, folder: &str, kept: &[FileInput]) -> Option<Underlay> {
        let mut stat = StatCache::open(root, false);
        let paths: Vec<String> = kept.iter().map(|(_, path, _)| path.clone()).collect();
        stat.digests(&paths);
        let all = Underlay::of(root, [folder].into_iter(), kept, &Mutex::new(stat), root);
        all.into_iter().next()
    }

    #[test]
    fn a_folder_is_shown_only_when_all_of_it_is_declared() {
        let (root, kept) = project();
        assert!(found(root.path(), "in", &kept).is_some());
        assert!(found(root.path(), "in", &kept[1..]).is_none());
        files::write(&root.path().join("in/.hidden"), b"", false).expect("written");
        assert!(found(root.path(), "in", &kept).is_none());
    }

    #[test]
    fn a_folder_whose_name_an_option_cannot_hold_is_copied() {
        let root = tempfile::tempdir().expect("a folder");
        let kept = (0..MANY).map(|at| ("in".to_owned(), format!("a,b/{at}"), Digest::of(b"x")));
        let kept: Vec<FileInput> = kept.collect();
        for (_, path, _) in &kept {
            files::write(&root.path().join(path), b"x", false).expect("written");
        }
        assert!(found(root.path(), "a,b", &kept).is_none());
    }

    #[test]
    fn a_folder_with_a_link_is_copied() {
        let (root, kept) = project();
        std::os::unix::fs::symlink("/etc/passwd", root.path().join("in/x")).expect("linked");
        assert!(found(root.path(), "in", &kept).is_none());
    }

    #[test]
    fn a_folder_with_other_bytes_than_were_digested_is_copied() {
        let (root, mut kept) = project();
        kept[3].2 = Digest::of(b"other");
        assert!(found(root.path(), "in", &kept).is_none());
    }

    #[test]
    fn a_file_that_changed_and_changed_back_is_told() {
        let (root, kept) = project();
        let one = found(root.path(), "in", &kept).expect("shown");
        assert!(one.moved(root.path()).is_none());
        for bytes in ["x", "7"] {
            files::write(&root.path().join("in/0007"), bytes.as_bytes(), false).expect("written");
        }
        let told = one.moved(root.path()).expect("moved");
        assert!(told.title.contains("in/0007"), "{}", told.title);
    }

    #[test]
    fn a_file_that_came_and_went_is_told() {
        let (root, kept) = project();
        let one = found(root.path(), "in", &kept).expect("shown");
        files::write(&root.path().join("in/new"), b"", false).expect("written");
        std::fs::remove_file(root.path().join("in/new")).expect("removed");
        assert!(one.moved(root.path()).is_some());
    }

    #[test]
    fn what_a_killed_run_left_goes_and_what_a_link_leads_to_stays() {
        use std::os::unix::fs::PermissionsExt;
        let (root, other) = (tempfile::tempdir(), tempfile::tempdir());
        let (root, other) = (root.expect("a folder"), other.expect("a folder"));
        let work = root.path().join("tmp/layers-1/work-0");
        std::fs::create_dir_all(work.join("work/incompat")).expect("folders");
        let mode = |folder: &Path, mode| {
            std::fs::set_permissions(folder, std::fs::Permissions::from_mode(mode)).expect("set");
        };
        mode(&work.join("work"), 0);
        mode(other.path(), 0o755);
        let link = root.path().join("tmp/layers-1/work-1");
        std::os::unix::fs::symlink(other.path(), link).expect("linked");
        remove_all(&root.path().join("tmp"));
        assert!(!root.path().join("tmp").exists());
        let kept = std::fs::metadata(other.path()).expect("still there");
        assert_eq!(kept.permissions().mode() & 0o777, 0o755);
    }
}
