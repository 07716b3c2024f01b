//! Changes found by looking again and again, where the system tells of none.

use notify::{Event, EventHandler, EventKind, RecursiveMode, Result, Watcher, WatcherKind};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, SystemTime};
use walkdir::WalkDir;

/// How often.
const LOOK: Duration = Duration::from_millis(500);

/// Of a file, when it was last written (as finely as the file system keeps it: two saves in one second are two) and its size.
type Seen = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// The folders looked at, whole or not, with what was seen there last.
type Folders = BTreeMap<PathBuf, (RecursiveMode, Seen)>;

/// Looks until it is dropped.
pub(super) struct Looking {
    folders: Arc<Mutex<Folders>>,
}

impl Watcher for Looking {
    fn new<F: EventHandler>(handler: F, _: notify::Config) -> Result<Self> {
        let folders = Arc::new(Mutex::new(Folders::new()));
        let watched = Arc::downgrade(&folders);
        std::thread::spawn(move || look(&watched, handler));
        Ok(Self { folders })
    }

    fn watch(&mut self, path: &Path, mode: RecursiveMode) -> Result<()> {
        let seen = seen(path, mode);
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        folders.insert(path.to_owned(), (mode, seen));
        Ok(())
    }

    fn unwatch(&mut self, path: &Path) -> Result<()> {
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        folders.remove(path);
        Ok(())
    }

    fn kind() -> WatcherKind {
        WatcherKind::PollWatcher
    }
}

fn look(watched: &Weak<Mutex<Folders>>, mut handler: impl EventHandler) {
    loop {
        std::thread::sleep(LOOK);
        let Some(folders) = watched.upgrade() else {
            return;
        };
        let mut folders = folders.lock().unwrap_or_else(PoisonError::into_inner);
        for (path, (mode, before)) in folders.iter_mut() {
            let now = seen(path, *mode);
            let changed = changed(before, &now);
            if !changed.is_empty() {
                let event = Event::new(EventKind::Any);
                let event = changed.into_iter().fold(event, Event::add_path);
                handler.handle_event(Ok(event));
            }
            *before = now;
        }
    }
}

/// The files below a folder; what cannot be read is as good as not there.
fn seen(folder: &Path, mode: RecursiveMode) -> Seen {
    let depth = match mode {
        RecursiveMode::Recursive => usize::MAX,
        RecursiveMode::NonRecursive => 1,
    };
    let entries = WalkDir::new(folder).max_depth(depth).into_iter().flatten();
    let files = entries.filter(|entry| entry.file_type().is_file());
    let told = files.filter_map(|entry| {
        let told = entry.metadata().ok()?;
        Some((entry.into_path(), (told.modified().ok(), told.len())))
    });
    told.collect()
}

/// Paths that are new, gone, or were written since.
fn changed(before: &Seen, now: &Seen) -> Vec<PathBuf> {
    let gone = before.keys().filter(|path| !now.contains_key(*path));
    let written = now
        .iter()
        .filter(|(path, told)| before.get(*path) != Some(told));
    gone.chain(written.map(|(path, _)| path)).cloned().collect()
}
