//! `review import`.

use super::{Exit, Terminal};

/// Reads search exports and prints their records.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// Runs the command.
pub(super) fn run(_args: &Args, terminal: &mut Terminal) -> Exit {
    terminal.say("not built yet");
    Exit::StageFailed
}
