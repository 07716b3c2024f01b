//! `review pool`.

mod answer_bayes;
mod answer_clusters;
mod answer_conversion;
mod answer_counts;
mod answer_diagnostics;
mod answer_draw;
mod answer_glmm;
mod answer_models;
mod answer_moderators;
mod answer_multilevel;
mod answer_selection;
mod answer_univariate;
mod batch;
mod effects;
mod request;
mod table;

use super::{Exit, Terminal};

/// Pools effects across studies.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Answers requests, one JSON object a line, from this file (`-` reads standard input).
    #[arg(long, value_name = "REQUESTS")]
    batch: Option<std::path::PathBuf>,
}

/// Runs the command.
pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Exit {
    if let Some(path) = &args.batch {
        return batch::run(path, terminal);
    }
    terminal.say("not built yet");
    Exit::StageFailed
}
