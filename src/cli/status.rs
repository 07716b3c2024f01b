//! `review status`.

use super::project::Here;
use super::{Exit, Terminal, run};
use crate::engine::{self, RunOptions, RunReport, Status};

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

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    here.work(args.json, terminal, |project, terminal| {
        let report = engine::run(project, &RunOptions::look(), &())?;
        if args.json {
            terminal.line(run::to_json(&report));
        } else {
            tell(&report, terminal);
        }
        Ok(Exit::Done)
    })
}

fn tell(report: &RunReport, terminal: &mut Terminal) {
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
}
