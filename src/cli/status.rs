//! `review status`.

use super::project::Here;
use super::{Exit, Terminal, run};
use crate::engine::{self, Listener, RunOptions, Status, Wait};

/// Says what would run and exactly why, and what people still owe; touches nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review status          a line a stage: fresh, or why it would run
  review status --json   the same for a program")]
pub(super) struct Args {
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// A status is not watched.
struct Silent;

impl Listener for Silent {}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    let registry = crate::stage::Registry::built_in();
    let options = RunOptions {
        only: Vec::new(),
        force: false,
        dry: true,
        wait: Wait::No,
        rehash: false,
    };
    let outcome = here
        .open(&registry)
        .and_then(|project| engine::run(&project, &options, &Silent));
    let report = match outcome {
        Ok(report) => report,
        Err(found) => return run::stopped(&found, args.json, here, terminal),
    };
    if args.json {
        terminal.line(run::to_json(&report));
        return Exit::Done;
    }
    let width = report
        .stages
        .iter()
        .map(|stage| stage.id.chars().count())
        .max();
    for stage in &report.stages {
        terminal.line(run::stage_line(stage, width.unwrap_or(0)));
    }
    for work in report.open_work() {
        terminal.line(format!(
            "open: {} ({}); {}",
            work.what, work.count, work.how
        ));
    }
    if report
        .stages
        .iter()
        .all(|stage| matches!(stage.status, Status::Fresh | Status::Skipped))
    {
        terminal.line("everything is up to date");
    } else {
        terminal.line("`review run` brings this up to date");
    }
    Exit::Done
}
