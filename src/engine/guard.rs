//! One run at a time: a lock on `.review/run.lock` that the system gives back when the process ends, however it ends.

use super::cancel::Cancel;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

/// Held while a run goes; dropped with the process.
#[derive(Debug)]
pub(super) struct Guard {
    file: File,
    after_dead: bool,
}

impl Drop for Guard {
    /// Takes the holder's name out: a run that finds one knows that it follows one that did not end by itself.
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
    }
}

/// Whether to wait for another run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wait {
    /// Until it ends.
    Yes,
    /// Not at all.
    #[default]
    No,
}

/// Why no lock could be had.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Another run holds it.
    #[error("another run holds this project ({0})")]
    Busy(String),
    /// The system said no.
    #[error("the lock `.review/run.lock` could not be taken: {0}")]
    System(#[from] io::Error),
}

impl Guard {
    /// Takes the lock of the project at `root`; `on_wait` hears who holds it when there is something to wait for.
    ///
    /// # Errors
    ///
    /// When another run holds it and `wait` is [`Wait::No`], or the system says no.
    pub(super) fn take(
        root: &Path,
        wait: Wait,
        cancel: &Cancel,
        on_wait: impl FnOnce(&str),
    ) -> Result<Self, Refused> {
        let folder = root.join(".review");
        fs::create_dir_all(&folder)?;
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(folder.join("run.lock"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                let holder = if holder.trim().is_empty() {
                    "process unknown".to_owned()
                } else {
                    holder.trim().to_owned()
                };
                if wait == Wait::No {
                    return Err(Refused::Busy(holder));
                }
                on_wait(&holder);
                // Asked again and again, so that a stop is heard while waiting.
                while let Err(TryLockError::WouldBlock) = file.try_lock() {
                    if cancel.is_asked() {
                        return Err(Refused::Busy(holder));
                    }
                    std::thread::sleep(Duration::from_millis(20));
                }
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let after_dead = file.metadata()?.len() > 0;
        file.set_len(0)?;
        file.rewind()?;
        write!(file, "process {}", std::process::id())?;
        Ok(Self { file, after_dead })
    }

    /// Whether the run before this one did not end by itself.
    pub(super) fn follows_dead(&self) -> bool {
        self.after_dead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_holds_the_lock() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Guard::take(folder.path(), Wait::No, &Cancel::default(), |_| ()).expect("free");
        let refused =
            Guard::take(folder.path(), Wait::No, &Cancel::default(), |_| ()).expect_err("held");
        assert!(
            refused
                .to_string()
                .contains(&format!("process {}", std::process::id()))
        );
        drop(first);
        Guard::take(folder.path(), Wait::No, &Cancel::default(), |_| ()).expect("free again");
    }
}
