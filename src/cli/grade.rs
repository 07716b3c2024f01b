//! `review grade`.

use super::{Exit, Terminal};

/// Rates certainty of evidence by a named policy.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// Runs the command.
pub(super) fn run(_args: &Args, terminal: &mut Terminal) -> Exit {
    terminal.say("not built yet");
    Exit::StageFailed
}
