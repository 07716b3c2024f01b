//! `review status`.

use super::project::{self, Here};
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

/// The code of an output that a person changed.
const EDITED: &str = "engine::edited-output";

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    here.work(args.json, terminal, |project, terminal| {
        let report = engine::run(project, &RunOptions::look(), &())?;
        if args.json {
            terminal.line(run::to_json(&report));
        } else {
            tell(&report, here, terminal);
        }
        Ok(Exit::Done)
    })
}

fn tell(report: &RunReport, here: &Here, terminal: &mut Terminal) {
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
    let mut edited = report.problems();
    edited.0.retain(|problem| problem.code == EDITED);
    project::print_problems(&edited, here, terminal);
    let mut stages = report.stages.iter();
    let fresh = stages.all(|stage| matches!(stage.status, Status::Fresh | Status::Skipped));
    terminal.line(match (fresh, edited.is_empty()) {
        (true, true) => "everything is up to date",
        (true, false) => "every result is up to date; the files above do not show it",
        (false, _) => "`review run` brings this up to date",
    });
}
