//! Standard output and standard error, as commands see them.

use super::Exit;
use std::cell::RefCell;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::rc::Rc;

/// Where a command writes: data to `out`, everything else to `err`.
pub(super) struct Terminal {
    /// Data a pipe could want.
    pub(super) out: Box<dyn Write>,
    /// Progress, warnings, errors.
    pub(super) err: Box<dyn Write>,
    /// Whether `err` may carry colour.
    pub(super) colour: bool,
    /// Whether somebody watches `err`, so that progress is worth showing.
    pub(super) progress: bool,
    /// Why data could not be written, once that happened.
    failed: Failure,
}

type Failure = Rc<RefCell<Option<io::Error>>>;

/// A stream that remembers what first went wrong, but for a reader that went away.
struct Remembering<W> {
    stream: W,
    failed: Failure,
}

impl<W> Remembering<W> {
    fn noted<T>(&self, done: io::Result<T>) -> io::Result<T> {
        done.map_err(|why| {
            let kind = why.kind();
            if !matches!(kind, io::ErrorKind::BrokenPipe | io::ErrorKind::Interrupted) {
                self.failed.borrow_mut().get_or_insert(why);
            }
            kind.into()
        })
    }
}

impl<W: Write> Write for Remembering<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.stream.write(bytes);
        self.noted(done)
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = self.stream.flush();
        self.noted(done)
    }
}

impl Terminal {
    /// The process's own streams. A closed pipe ends the output quietly; any other failure shows in [`Terminal::end`].
    pub(super) fn of_process() -> Self {
        let watched = io::stderr().is_terminal();
        let failed = Failure::default();
        let out = Remembering {
            stream: io::stdout(),
            failed: Rc::clone(&failed),
        };
        Self {
            out: Box::new(BufWriter::new(out)),
            failed,
            err: Box::new(io::stderr()),
            colour: watched && variable("NO_COLOR").is_none(),
            progress: watched,
        }
    }

    /// How the command ended, once all its data are written; a failure to write them says so.
    pub(super) fn end(&mut self, exit: Exit) -> Exit {
        let _ = self.out.flush();
        let Some(why) = self.failed.take() else {
            return exit;
        };
        let _ = writeln!(
            self.err,
            "error[cli::output]: standard output cannot be written: {why}\n  = help: free some room, or send it elsewhere; what was written is not all"
        );
        exit.max(Exit::StageFailed)
    }

    /// Writes a line of data; a reader that went away is not an error.
    pub(super) fn line(&mut self, text: impl std::fmt::Display) {
        let _ = writeln!(self.out, "{text}");
    }

    /// Writes a line for the person at the terminal, below the data written before it.
    pub(super) fn say(&mut self, text: impl std::fmt::Display) {
        let _ = self.out.flush();
        let _ = writeln!(self.err, "{text}");
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.out.flush();
    }
}

/// Whether the process runs in CI, where nothing on disk is trusted.
pub(super) fn in_ci() -> bool {
    variable("CI").is_some()
}

/// An environment variable that is set and not empty.
#[expect(
    clippy::disallowed_methods,
    reason = "conventions of terminals and CI and the place of a shared cache, which change no result"
)]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
