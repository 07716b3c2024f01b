//! `review assess`.

use super::{Exit, Terminal};

/// Judges risk of bias by a tool's own decision path.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// Runs the command.
pub(super) fn run(_args: &Args, terminal: &mut Terminal) -> Exit {
    terminal.say("not built yet");
    Exit::StageFailed
}
