//! `review diff`.

mod causes;
mod print;
mod side;

use super::project::{self, Here};
use super::{Exit, Terminal};
use crate::update::difference;
use side::{Side, latest_baseline};

/// Says what is new, what changed and what went between two states of a review.
///
/// A state is a folder with a pipeline.yaml and its reports, the name of a folder in baselines/, or a git revision of the
/// project. Rows are compared by their keys, cells column by column. Every change of a pooled
/// estimate is split by cause, the analyses being run again with one change at a time: corrected data, studies that left, new
/// studies, methods, in this order. Ends with a proposal whether the conclusion changed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review diff                              the latest baseline against now
  review diff 2026-05-31                   baselines/2026-05-31/ against now
  review diff HEAD~1 HEAD                  two git revisions
  review diff ../old-copy . --json         two folders, for a program
  review diff HEAD --exit-code             exit code 4 when anything differs")]
pub(super) struct Args {
    /// The earlier state (default: the latest baseline)
    #[arg(value_name = "A")]
    old: Option<String>,
    /// The later state (default: the project as it stands)
    #[arg(value_name = "B", default_value = ".")]
    new: String,
    /// Print as JSON, all rows and full precision
    #[arg(long)]
    json: bool,
    /// Tell every row, not the first of each kind
    #[arg(long, conflicts_with = "json")]
    all: bool,
    /// Exit with code 4 when anything differs
    #[arg(long)]
    exit_code: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    let old = match &args.old {
        Some(old) => Side::find(old, here),
        None => latest_baseline(here),
    };
    let sides = old.and_then(|old| Ok((old, Side::find(&args.new, here)?)));
    let (old, new) = match sides {
        Ok(sides) => sides,
        Err(said) => {
            terminal.say(said);
            return Exit::Wrong;
        }
    };
    let mut altered = old.altered(here);
    altered.append(new.altered(here));
    if altered.has_errors() {
        project::print_problems(&altered, here, terminal);
        return Exit::Wrong;
    }
    let registry = crate::stage::Registry::built_in();
    let states = old
        .state(&registry)
        .and_then(|old| Ok((old, new.state(&registry)?)));
    let (before, after) = match states {
        Ok(states) => states,
        Err(found) => {
            project::print_problems(&found, here, terminal);
            return Exit::Wrong;
        }
    };
    let found = difference(&before, &after);
    let why = causes::of(&old, &new);
    if args.json {
        terminal.line(serde_json::json!({
            "old": old.name,
            "new": new.name,
            "tables": found.tables,
            "causes": causes::json(&why),
            "conclusion": found.conclusion,
        }));
    } else {
        let shown = if args.all { usize::MAX } else { 8 };
        let (told, proposal) = print::text(&old.name, &new.name, &found, shown);
        terminal.line(told.trim_end());
        terminal.line(causes::text(&why, &found, shown).trim_end());
        terminal.line(proposal.trim_end());
    }
    if args.exit_code && !found.is_empty() {
        Exit::Difference
    } else {
        Exit::Done
    }
}
