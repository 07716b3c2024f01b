//! `review deduplicate`.

use super::{Exit, Terminal};

/// Finds records of the same publication in search exports or a table.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// Runs the command.
pub(super) fn run(_args: &Args, terminal: &mut Terminal) -> Exit {
    terminal.say("not built yet");
    Exit::StageFailed
}
