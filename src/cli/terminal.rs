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
}

impl Terminal {
    /// The process's own streams. A closed pipe ends the output quietly.
    #[expect(
        clippy::disallowed_methods,
        reason = "NO_COLOR is a convention of terminals and changes no result"
    )]
    pub(super) fn of_process() -> Self {
        let colour = io::stderr().is_terminal()
            && std::env::var("NO_COLOR").map_or(true, |value| value.is_empty());
        Self {
            out: Box::new(BufWriter::new(io::stdout())),
            err: Box::new(io::stderr()),
            colour,
        }
    }

    /// Writes a line of data; a reader that went away is not an error.
    pub(super) fn line(&mut self, text: impl std::fmt::Display) {
        let _ = writeln!(self.out, "{text}");
    }

    /// Writes a line for the person at the terminal.
    pub(super) fn say(&mut self, text: impl std::fmt::Display) {
        let _ = writeln!(self.err, "{text}");
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.out.flush();
    }
}
