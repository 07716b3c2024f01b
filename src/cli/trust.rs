//! `review trust`.

use super::project::Here;
use super::{Exit, Terminal};
use crate::engine::{self, Asked};
use crate::problem::Problem;
use serde_json::json;

/// Shows the programs that the command stages of this project run, and approves them on this machine.
///
/// A project may come from anybody. Until its programs are approved here, its command stages are left out and named, while
/// everything built in runs. An approval holds for this folder and for what was shown: a changed command, or a changed
/// program in the project, asks again. It is kept in your own folder, never in the project.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review trust            shows what would run, and approves it
  review trust --list     only shows it; exit code 4 when something is not approved
  review trust --revoke   takes the approval back")]
pub(super) struct Args {
    /// Show what would run and whether it is approved, and approve nothing
    #[arg(long, conflicts_with = "revoke")]
    list: bool,
    /// Take the approval back
    #[arg(long)]
    revoke: bool,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    here.work(args.json, terminal, |project, terminal| {
        if args.revoke {
            let gone = engine::revoke(project).map_err(|error| {
                Problem::error(
                    "trust::system",
                    format!("the approval cannot be taken back: {error}"),
                )
            })?;
            if args.json {
                terminal.line(json!({ "revoked": gone }));
            } else if gone {
                terminal.line("the approval is taken back");
            } else {
                terminal.line("nothing was approved");
            }
            return Ok(Exit::Done);
        }
        if !args.list {
            engine::approve(project)?;
        }
        let asked = engine::asked(project)?;
        if args.json {
            terminal.line(json!({ "stages": asked }));
        } else {
            tell(&asked, terminal);
        }
        let whole = asked.iter().all(|stage| stage.approved);
        Ok(if whole { Exit::Done } else { Exit::Difference })
    })
}

fn tell(asked: &[Asked], terminal: &mut Terminal) {
    if asked.is_empty() {
        terminal.line("this project runs no programs of its own");
    }
    for stage in asked {
        let state = match (stage.approved, stage.changed.is_empty()) {
            (true, _) => "approved".to_owned(),
            (false, true) => "not approved".to_owned(),
            (false, false) => format!("not approved any more: {}", stage.changed.join(", ")),
        };
        terminal.line(format!("{}: {state}", stage.id));
        terminal.line(format!("  runs      {}", in_words(&stage.run)));
        for (path, digest) in &stage.programs {
            terminal.line(format!("  program   {path} ({})", digest.short()));
        }
        if stage.network {
            terminal.line("  network   it may use the network");
        }
    }
}

/// The words as a shell would show them, so that none hides in another.
fn in_words(words: &[String]) -> String {
    let plain = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_./={}:,+@%".contains(c))
    };
    let quoted = words.iter().map(|word| {
        if plain(word) {
            word.clone()
        } else {
            format!("{word:?}")
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}
