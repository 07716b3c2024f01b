//! Standard output and standard error, as commands see them.

use std::io::{self, BufWriter, IsTerminal, Write};

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
}

impl Terminal {
    /// The process's own streams. A closed pipe ends the output quietly.
    pub(super) fn of_process() -> Self {
        let watched = io::stderr().is_terminal();
        Self {
            out: Box::new(BufWriter::new(io::stdout())),
            err: Box::new(io::stderr()),
            colour: watched && variable("NO_COLOR").is_none(),
            progress: watched,
        }
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
