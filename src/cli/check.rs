//! `review check`.

use super::project::{self, Here};
use super::{Exit, Terminal, problems};
use crate::engine;
use serde_json::json;

/// Says everything that is wrong with the pipeline and its data files, without running anything.
///
/// Reads pipeline.yaml, settings and the structure of every file that a stage takes from people. What only shows when
/// stages run (a study nobody included) is told by `review run`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review check           problems with file, line and what to do
  review check --json    the same for a program")]
pub(super) struct Args {
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    let registry = crate::stage::Registry::built_in();
    let found = match here.open(&registry) {
        Ok(project) => {
            let found = engine::check(&project);
            // As in `Here::work`: the process ends here.
            std::mem::forget(project);
            found
        }
        Err(found) => found,
    };
    if args.json {
        terminal.line(json!({"problems": problems::json(&found)}));
    } else if found.is_empty() {
        terminal.line("no problems");
        terminal.say("what only stages can see (a study nobody included, numbers that disagree) is told by `review run`");
    } else {
        project::print_problems(&found, here, terminal);
    }
    if found.has_errors() {
        Exit::Wrong
    } else {
        Exit::Done
    }
}
