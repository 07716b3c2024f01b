//! `review update schedule`.

use super::super::{Exit, Terminal, project::Here};
use super::days;
use crate::engine::files;

/// The workflow as it is written, with marks where the schedule stands.
const TEMPLATE: &str = include_str!("schedule.yml");

/// Where it is written unless another file is named.
const FILE: &str = ".github/workflows/review-update.yml";

/// Writes a workflow file that reruns the review on a schedule and says when a search is due.
///
/// The workflow runs every Monday and by hand: it rebuilds the review, fails when a committed byte would differ, and opens an
/// issue when a search is older than `--max-age`. It reads no database and sends nothing anywhere: searching, and deciding on
/// what was found, stays with people. It needs a runner with the program installed; the step that installs it is marked.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review update schedule                          writes .github/workflows/review-update.yml
  review update schedule --max-age 30d            a search is due after 30 days
  review update schedule --print > my-job.yml     on stdout, for another system")]
pub(super) struct Args {
    /// A search older than this is due
    #[arg(long, value_name = "DAYS", default_value = "90d")]
    max_age: String,
    /// The file to write
    #[arg(long, value_name = "FILE", default_value = FILE)]
    to: String,
    /// Print it instead of writing a file
    #[arg(long, conflicts_with = "to")]
    print: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    if let Err(said) = days(&args.max_age) {
        terminal.say(said);
        return Exit::Wrong;
    }
    let text = TEMPLATE.replace("@MAX_AGE@", &args.max_age);
    if args.print {
        terminal.line(text.trim_end());
        return Exit::Done;
    }
    let path = here.0.join(&args.to);
    if path.exists() {
        terminal.say(format!(
            "{} is there already, and nothing was written; name another file with --to, or --print it",
            args.to
        ));
        return Exit::Wrong;
    }
    match files::write(&path, text.as_bytes(), true) {
        Ok(()) => {
            terminal.line(format!(
                "{} is written; look at the step that installs `review`",
                args.to
            ));
            Exit::Done
        }
        Err(error) => {
            terminal.say(format!("{} cannot be written: {error}", args.to));
            Exit::StageFailed
        }
    }
}
