//! When something that people keep was saved: told by the system, or found by looking again and again.

use super::looking::Looking;
use crate::path::is_noise;
use crate::problem::Problem;
use notify::{Config, Event, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// An editor writes a file in several steps; a run begins once it was quiet for so long.
const QUIET: Duration = Duration::from_millis(120);
/// However much is going on, a run begins after so long.
const LONGEST: Duration = Duration::from_secs(2);
/// Why a wait was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Woken {
    /// A file was saved, made or deleted.
    ByChange,
    /// The watch is to end.
    ToEnd,
}

enum Heard {
    Of(Vec<PathBuf>),
    /// More than the system could tell.
    Missed,
    End,
}

/// Ends a wait from elsewhere.
pub(super) struct Waker(Sender<Heard>);

impl Waker {
    /// Ends the watch.
    pub(super) fn end(&self) {
        // Nobody who listens: it has ended already.
        let _ = self.0.send(Heard::End);
    }
}

/// The changes of a folder, save those that the program makes itself.
pub(super) struct Changes {
    root: PathBuf,
    watcher: Box<dyn Watcher>,
    watched: BTreeSet<PathBuf>,
    sender: Sender<Heard>,
    heard: Receiver<Heard>,
    made: Vec<String>,
}

impl Changes {
    /// Listens to the folder at `root`; with `poll`, or where the system tells nothing, by looking.
    pub(super) fn of(root: &Path, poll: bool) -> Result<Self, Problem> {
        let refused = |error: &dyn std::fmt::Display| {
            let title = format!("{} cannot be watched: {error}", root.display());
            Problem::error("engine::system", title).help("`review watch --poll` looks instead")
        };
        let root = root.canonicalize().map_err(|error| refused(&error))?;
        let (sender, heard) = channel();
        let told = !poll;
        let watcher = told.then(|| by_system(&sender)).and_then(Result::ok);
        let watcher = match watcher {
            Some(watcher) => watcher,
            None => by_looking(&sender).map_err(|error| refused(&error))?,
        };
        let mut changes = Self {
            root,
            watcher,
            watched: BTreeSet::new(),
            sender,
            heard,
            made: Vec::new(),
        };
        if let Err(error) = changes.watch_all() {
            // As a rule more folders than the system will watch.
            if poll {
                return Err(refused(&error));
            }
            changes.watcher = by_looking(&changes.sender).map_err(|error| refused(&error))?;
            changes.watched.clear();
            changes.watch_all().map_err(|error| refused(&error))?;
        }
        Ok(changes)
    }

    /// What ends a wait.
    pub(super) fn waker(&self) -> Waker {
        Waker(self.sender.clone())
    }

    /// Paths below the folder that the program writes itself.
    pub(super) fn leave_out(&mut self, made: impl Iterator<Item = String>) {
        self.made = made.chain(["pipeline.lock".to_owned()]).collect();
    }

    /// Waits for a change, and until the changes pause.
    pub(super) fn wait(&mut self) -> Woken {
        loop {
            // A folder that was made meanwhile; what cannot be watched is looked at with the next change elsewhere.
            let _ = self.watch_all();
            match self.heard.recv() {
                Ok(Heard::End) | Err(_) => return Woken::ToEnd,
                Ok(heard) if self.hear(&heard) => break,
                Ok(_) => {}
            }
        }
        let start = Instant::now();
        while start.elapsed() < LONGEST {
            match self.heard.recv_timeout(QUIET) {
                Ok(Heard::End) => return Woken::ToEnd,
                Ok(heard) => {
                    self.hear(&heard);
                }
                Err(_) => break,
            }
        }
        // What is saved while the run goes on is heard of too.
        let _ = self.watch_all();
        Woken::ByChange
    }

    /// Whether a result may change. A watched folder that was moved, deleted or made is let go, since the system watches what had its
    /// name before.
    fn hear(&mut self, heard: &Heard) -> bool {
        let paths = match heard {
            Heard::End => return false,
            Heard::Of(paths) => &paths[..],
            Heard::Missed => &[],
        };
        let missed = matches!(heard, Heard::Missed);
        let all = missed || paths.contains(&self.root);
        let gone = |path: &&PathBuf| all || paths.contains(path);
        for path in self.watched.iter().filter(gone) {
            // Where it is gone, the system has let go of it already.
            let _ = self.watcher.unwatch(path);
        }
        self.watched.retain(|path| !gone(&path));
        missed || self.matter(paths)
    }

    /// Watches the folder, and what stands in it save hidden folders: the cache alone may hold more files than all the rest.
    fn watch_all(&mut self) -> notify::Result<()> {
        self.watch(self.root.clone(), RecursiveMode::NonRecursive)?;
        let entries = std::fs::read_dir(&self.root)?.flatten();
        let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        let plain = folders.filter(|entry| !is_noise(&entry.file_name().to_string_lossy()));
        for path in plain.map(|entry| entry.path()).collect::<Vec<_>>() {
            self.watch(path, RecursiveMode::Recursive)?;
        }
        Ok(())
    }

    fn watch(&mut self, path: PathBuf, mode: RecursiveMode) -> notify::Result<()> {
        if !self.watched.contains(&path) {
            self.watcher.watch(&path, mode)?;
            self.watched.insert(path);
        }
        Ok(())
    }

    fn matter(&self, paths: &[PathBuf]) -> bool {
        paths
            .iter()
            .any(|path| matters(&self.root, path, &self.made))
    }
}

/// Whether a change of this path may change a result.
fn matters(root: &Path, path: &Path, made: &[String]) -> bool {
    let Ok(below) = path.strip_prefix(root) else {
        return true;
    };
    let parts: Vec<_> = below
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    let path = parts.join("/");
    let own = |made: &String| {
        // A folder above an output changes whenever the output does.
        let holds = made
            .strip_prefix(&path)
            .is_some_and(|rest| rest.starts_with('/'));
        let is = path.strip_prefix(made.as_str());
        holds || is.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    !path.is_empty() && !parts.iter().any(|part| is_noise(part)) && !made.iter().any(own)
}

/// Passes on what a watcher hears of; reading changes nothing.
fn listener(sender: &Sender<Heard>) -> impl Fn(notify::Result<Event>) + Send + 'static {
    let sender = sender.clone();
    move |event| {
        let heard = match event {
            Ok(event) if event.kind.is_access() => return,
            Ok(event) if !event.need_rescan() && !event.paths.is_empty() => Heard::Of(event.paths),
            // Better one run too many.
            Ok(_) | Err(_) => Heard::Missed,
        };
        // Nobody who listens: the watch has ended.
        let _ = sender.send(heard);
    }
}

fn by_system(sender: &Sender<Heard>) -> notify::Result<Box<dyn Watcher>> {
    let config = Config::default().with_follow_symlinks(false);
    Ok(Box::new(RecommendedWatcher::new(listener(sender), config)?))
}

fn by_looking(sender: &Sender<Heard>) -> notify::Result<Box<dyn Watcher>> {
    Ok(Box::new(Looking::new(listener(sender), Config::default())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_program_writes_and_editors_leave_wakes_nobody() {
        let made = ["reports/report.html", "reports/figures", "pipeline.lock"];
        let made = made.map(str::to_owned);
        let wakes = |path: &str| matters(Path::new("/p"), &Path::new("/p").join(path), &made);
        for path in [
            "data/a.csv",
            "pipeline.yaml",
            "data",
            "reports/mine.md",
            "stages/a/x.R",
        ] {
            assert!(wakes(path), "{path}");
        }
        for path in [
            ".review/stat",
            "data/.a.csv.swp",
            "data/a.csv~",
            "data/~$a.xlsx",
            "reports/report.html",
            "reports/figures/a.svg",
            "reports",
            "pipeline.lock",
            "",
        ] {
            assert!(!wakes(path), "{path}");
        }
    }

    #[test]
    fn what_the_system_could_not_tell_is_a_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let (sender, heard) = channel();
        let listen = listener(&sender);
        let overflow = Event::new(notify::EventKind::Other).set_flag(notify::event::Flag::Rescan);
        listen(Ok(overflow));
        let mut changes = Changes::of(folder.path(), false).expect("watched");
        let told = heard.try_recv().expect("told");
        assert!(changes.hear(&told));
        assert!(changes.watched.is_empty(), "and everything is watched anew");
    }
}
