//! `review update`: a new search round, and when one is due.

mod schedule;
mod start;
mod status;
mod wiring;

use super::project::Here;
use super::{Exit, Terminal};
use crate::artefact::Sheet;
use crate::engine::{Project, files};
use jiff::civil::Date;

/// Begins a new search round, and says when one is due.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review update start --date 2026-11-21      freeze what is there, and say what to search
  review update status                       when each database was searched last
  review update status --max-age 90d         for a scheduler: exit code 3 when a search is due
  review update schedule                     a workflow file that reruns the review every week")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Start(start::Args),
    Status(status::Args),
    Schedule(schedule::Args),
}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    match &args.command {
        Command::Start(args) => start::run(args, here, terminal),
        Command::Status(args) => status::run(args, here, terminal),
        Command::Schedule(args) => schedule::run(args, here, terminal),
    }
}

/// A day as people type it.
fn day(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is no day; write it as 2026-11-21"))
}

/// A number of days: `90d`, `12w` or `90`.
fn days(text: &str) -> Result<i64, String> {
    let (number, each) = match text.strip_suffix('w') {
        Some(weeks) => (weeks, 7),
        None => (text.strip_suffix('d').unwrap_or(text), 1),
    };
    let number: u16 = number
        .parse()
        .map_err(|_| format!("`{text}` is no number of days; write 90d or 12w"))?;
    Ok(i64::from(number) * each)
}

/// The table of searches as it was shown last.
fn sources(project: &Project<'_>) -> Option<Sheet> {
    of_searches(project, "sources")
}

/// Errors that were shown last with the table of searches: exports that cannot be read, or stand in the wrong round.
fn errors_of_searches(project: &Project<'_>) -> usize {
    let Some(problems) = of_searches(project, "problems") else {
        return 0;
    };
    let keys = problems.rows.keys();
    keys.filter(|key| problems.cell(key, "severity") == Some("error"))
        .count()
}

/// A table of the stage that gives the searches, as it was shown last.
fn of_searches(project: &Project<'_>, wanted: &str) -> Option<Sheet> {
    let mut stages = project.stages.iter();
    let stage = stages.find(|stage| {
        let mut slots = stage.outputs.iter();
        slots.any(|slot| slot.artefact_type == "sources")
    })?;
    let mut slots = stage.outputs.iter();
    let path = &slots.find(|slot| slot.artefact_type == wanted)?.path;
    let bytes = files::read(&project.root.join(path)).ok()?;
    Sheet::read(path, &bytes)
}
