//! Faults on purpose, for tests: builds with debug assertions look at `REVIEW_FAULT`, released programs never do.
//!
//! Every touch of the disk that changes it is a step, counted from 1. `REVIEW_FAULT=KIND:N` says what happens at the N-th:
//!
//! | kind | what happens |
//! | --- | --- |
//! | `kill` | the process is killed before the step, as by `kill -9` |
//! | `full` | the disk is full from this step on; what is written ends in the middle |
//! | `once` | this step alone finds the disk full |
//! | `cut` | the power goes: before the step, all bytes written without a sync are lost, and the process is killed |
//! | `names` | the power goes: every second file that got its name since the start has its old bytes again, or none, and the process is killed |

use std::io;
use std::path::Path;

/// What a step is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Bytes come onto the disk or a name is made.
    Grow,
    /// A name goes, or becomes that of other bytes.
    Turn,
}

/// Counts a step and does what was asked for at it.
///
/// # Errors
///
/// That of a full disk, where it was asked for.
#[cfg(not(debug_assertions))]
#[expect(
    clippy::unnecessary_wraps,
    clippy::missing_const_for_fn,
    reason = "the form of the one for tests"
)]
pub(super) fn at(_step: Step) -> io::Result<()> {
    Ok(())
}

/// Notes a file whose bytes may still be lost with the power.
#[cfg(not(debug_assertions))]
pub(super) fn unsynced(_path: &Path) {}

/// Notes that the bytes of a file are on the disk.
#[cfg(not(debug_assertions))]
pub(super) fn synced(_path: &Path) {}

/// Notes a file whose name may still be lost with the power, before it gets it.
#[cfg(not(debug_assertions))]
pub(super) fn naming(_path: &Path) {}

#[cfg(debug_assertions)]
pub(super) use on_purpose::{at, naming, synced, unsynced};

#[cfg(debug_assertions)]
mod on_purpose {
    use super::{Path, Step, io};
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::{Mutex, OnceLock};

    static STEPS: AtomicU64 = AtomicU64::new(0);
    static UNSYNCED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
    static NAMED: Mutex<Vec<(PathBuf, Option<Vec<u8>>)>> = Mutex::new(Vec::new());

    /// The kind of fault asked for, and at which step.
    #[expect(
        clippy::disallowed_methods,
        reason = "only in builds for tests, and it asks for a fault, never for another result"
    )]
    fn asked() -> Option<&'static (String, u64)> {
        static ASKED: OnceLock<Option<(String, u64)>> = OnceLock::new();
        let asked = ASKED.get_or_init(|| {
            let said = std::env::var("REVIEW_FAULT").ok()?;
            let (kind, step) = said.split_once(':')?;
            Some((kind.to_owned(), step.parse().ok()?))
        });
        asked.as_ref()
    }

    pub(in crate::engine) fn at(step: Step) -> io::Result<()> {
        let Some((kind, when)) = asked() else {
            return Ok(());
        };
        let now = STEPS.fetch_add(1, Ordering::SeqCst) + 1;
        let full = || Err(io::Error::from(io::ErrorKind::StorageFull));
        match kind.as_str() {
            "full" if now >= *when && step == Step::Grow => full(),
            "once" if now == *when && step == Step::Grow => full(),
            "kill" if now == *when => die(),
            "cut" if now == *when => {
                let lost = UNSYNCED.lock().expect("no thread panicked");
                for path in lost.iter() {
                    // What is left of a file after a power cut: its name and none of its bytes.
                    let _ = std::fs::File::options()
                        .write(true)
                        .truncate(true)
                        .open(path);
                }
                die()
            }
            "names" if now == *when => {
                let named = NAMED.lock().expect("no thread panicked");
                // Names are on the disk once their folder is synced, and in no order before.
                for (at, (path, old)) in named.iter().enumerate().rev() {
                    let _ = match old {
                        _ if (at as u64 + when).is_multiple_of(2) => Ok(()),
                        Some(old) => put_back(path, old),
                        None => std::fs::remove_file(path),
                    };
                }
                die()
            }
            _ => Ok(()),
        }
    }

    fn put_back(path: &Path, old: &[u8]) -> io::Result<()> {
        let mut file = std::fs::File::create(path)?;
        io::Write::write_all(&mut file, old)
    }

    /// Ends as by `kill -9`: nothing is dropped, nothing is told.
    fn die() -> ! {
        #[cfg(unix)]
        {
            use rustix::process::{Signal, getpid, kill_process};
            let _ = kill_process(getpid(), Signal::KILL);
        }
        std::process::abort()
    }

    pub(in crate::engine) fn unsynced(path: &Path) {
        if asked().is_some() {
            let mut all = UNSYNCED.lock().expect("no thread panicked");
            all.push(path.to_owned());
        }
    }

    pub(in crate::engine) fn synced(path: &Path) {
        let mut all = UNSYNCED.lock().expect("no thread panicked");
        all.retain(|unsynced| unsynced != path);
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "only in builds for tests, to be put back"
    )]
    pub(in crate::engine) fn naming(path: &Path) {
        if asked().is_some_and(|(kind, _)| kind == "names") {
            let old = std::fs::read(path).ok();
            let mut named = NAMED.lock().expect("no thread panicked");
            named.push((path.to_owned(), old));
        }
    }
}
