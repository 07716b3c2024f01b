//! `review import`.

use super::{Exit, Terminal};
use crate::bib;
use std::path::PathBuf;

/// Reads search exports and prints their records.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Exports as downloaded; the format is known by content.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Runs the command.
pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Exit {
    let mut exit = Exit::Done;
    for file in &args.files {
        let name = file.to_string_lossy().replace('\\', "/");
        #[expect(
            clippy::disallowed_methods,
            reason = "the command line is where files are read"
        )]
        let bytes = std::fs::read(file).unwrap_or_default();
        let import = bib::read(&name, &bytes);
        terminal.line(bib::write::jsonl(&import.records).trim_end());
        for problem in &import.problems {
            terminal.say(problem);
        }
        if import.kept == 0 {
            exit = Exit::Wrong;
        }
    }
    exit
}
