//! One page a person: a lock that the system gives back when the process ends, however it ends.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

/// Held while a page is served.
#[derive(Debug)]
pub(super) struct Seat {
    file: File,
}

impl Seat {
    /// Takes the seat of this name; `Err` says who sits there.
    pub(super) fn take(root: &Path, name: &str) -> Result<Self, String> {
        let folder = root.join(".review");
        let path = folder.join(format!("screen-{}.lock", name.to_lowercase()));
        let system = |error: std::io::Error| format!("{}: {error}", path.display());
        fs::create_dir_all(&folder).map_err(system)?;
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(system)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                Err(format!(
                    "a page for `{name}` is open already ({}); use that one, or end it with Ctrl-C",
                    holder.trim()
                ))
            }
            Err(TryLockError::Error(error)) => Err(system(error)),
        }
    }

    /// Writes for others who sits here.
    pub(super) fn sign(&mut self) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        write!(self.file, "process {}", std::process::id())
    }
}
