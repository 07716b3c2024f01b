//! Where records wait until all are read: what is shown or put in place is whole.

use crate::engine::files;
use std::io::{self, Read, Seek, Write};
use std::path::Path;

/// Bytes of output that wait in memory; more wait on the disk.
const WAITING: usize = 4 << 20;

/// A place to write to, and to begin again from nothing.
pub(super) trait Spool: Write {
    /// Forgets what was written.
    fn restart(&mut self) -> io::Result<()>;
}

impl Spool for tempfile::SpooledTempFile {
    fn restart(&mut self) -> io::Result<()> {
        self.rewind()?;
        self.set_len(0)
    }
}

impl Spool for tempfile::NamedTempFile {
    fn restart(&mut self) -> io::Result<()> {
        self.as_file_mut().rewind()?;
        self.as_file_mut().set_len(0)
    }
}

/// Fills a file beside `path` and puts it in place, where `fill` says that it may.
pub(super) fn to_file<T>(
    path: &Path,
    fill: impl FnOnce(&mut dyn Spool) -> io::Result<T>,
    worth: impl FnOnce(&T) -> bool,
) -> io::Result<T> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::Builder::new()
        .permissions(files::permissions())
        .tempfile_in(folder.unwrap_or(Path::new(".")))?;
    let done = fill(&mut file)?;
    file.flush()?;
    if worth(&done) {
        file.persist(path).map_err(|why| why.error)?;
    }
    Ok(done)
}

/// Fills a store of its own, and passes it on to `out` when all is there.
pub(super) fn to_stream<T>(
    out: &mut dyn Write,
    fill: impl FnOnce(&mut dyn Spool) -> io::Result<T>,
) -> io::Result<T> {
    let mut waiting = tempfile::SpooledTempFile::new(WAITING);
    let done = fill(&mut waiting)?;
    waiting.rewind()?;
    let mut piece = vec![0; 64 << 10];
    loop {
        let read = waiting.read(&mut piece)?;
        if read == 0 {
            break;
        }
        // A reader that went away is no error; what else fails, the stream remembers.
        if out.write_all(&piece[..read]).is_err() {
            break;
        }
    }
    let _ = out.flush();
    Ok(done)
}
