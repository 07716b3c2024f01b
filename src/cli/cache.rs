//! `review cache`.

use super::project::{self, Here};
use super::{Exit, Terminal, run};
use crate::engine::{self, RunOptions, RunReport, Shared, Status, Wait, cache};
use serde_json::json;
use std::sync::Arc;

/// Looks after .review/, which is safe to delete at any time, and shares what it holds.
///
/// A shared cache is a folder, as a rule on a disk of several machines; any file in it may go at any time. What comes from there is
/// believed only if its bytes have their digests and its results bear the seal of the text in `REVIEW_CACHE_KEY`, which is to be the same
/// on every machine. Without it, the seal is your own, and only what you kept yourself counts.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review cache size                        how much .review/ holds
  review cache gc                          lets go what no stage used last
  review cache key > team.key              a key for a team, to be kept like a password
  export REVIEW_CACHE_KEY=$(cat team.key)  on every machine, before sharing
  review cache push /mnt/lab/cache         leaves the last results there
  review cache pull /mnt/lab/cache         takes what is there for the inputs as they stand; `review run` does the rest
  review run --cache-dir /mnt/lab/cache    takes what is there stage by stage, and leaves what it runs

A build with the feature `remote` takes addresses too: https://… (a server that knows WebDAV, or plain GET and PUT) and s3://BUCKET/PREFIX
(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT).")]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Says how much the cache holds
    Size {
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Deletes what no stage used last; going back to older inputs then runs again
    Gc {
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Leaves the last result of every stage in a shared cache
    Push {
        /// A folder, or an address
        place: String,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Takes from a shared cache what it has for the inputs as they stand; runs nothing and shows nothing
    Pull {
        /// A folder, or an address
        place: String,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Prints a new key for a team, to be set as `REVIEW_CACHE_KEY` on every machine
    Key,
}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    match &args.what {
        What::Size { json } => tell(cache::size(&here.0), *json, "holds", terminal),
        What::Gc { json } => tell(cache::collect(&here.0), *json, "freed", terminal),
        What::Push { place, json } => push(place, *json, here, terminal),
        What::Pull { place, json } => pull(place, *json, here, terminal),
        What::Key => match engine::new_sharing_key() {
            Ok(key) => {
                terminal.line(key);
                Exit::Done
            }
            Err(error) => {
                terminal.say(format!("no key can be made: {error}"));
                Exit::StageFailed
            }
        },
    }
}

fn push(place: &str, json: bool, here: &Here, terminal: &mut Terminal) -> Exit {
    here.work(json, terminal, |project, terminal| {
        let shared = Shared::open(place, &project.root)?;
        let sent = engine::push(project, &shared)?;
        if json {
            terminal.line(json!({ "sent": sent }));
        } else {
            terminal.line(format!("{sent} files left in {place}"));
        }
        Ok(Exit::Done)
    })
}

fn pull(place: &str, json: bool, here: &Here, terminal: &mut Terminal) -> Exit {
    here.work(json, terminal, |project, terminal| {
        let options = RunOptions {
            shared: Some(Arc::new(Shared::open_to_take(place, &project.root)?)),
            wait: Wait::Yes,
            ..RunOptions::look()
        };
        let report = engine::run(project, &options, &())?;
        if json {
            terminal.line(run::to_json(&report));
            return Ok(Exit::Done);
        }
        let width = report.stages.iter().map(|stage| stage.id.chars().count());
        let width = width.max().unwrap_or(0);
        for stage in &report.stages {
            terminal.line(run::stage_line(stage, width));
        }
        project::print_problems(&report.problems(), here, terminal);
        terminal.line(what_is_left(&report));
        Ok(Exit::Done)
    })
}

/// What `review run` has still to do.
fn what_is_left(report: &RunReport) -> String {
    let count = |wanted: &[Status]| {
        let stages = report.stages.iter();
        stages
            .filter(|stage| wanted.contains(&stage.status))
            .count()
    };
    let skipped = count(&[Status::Skipped]);
    match count(&[Status::WouldRun, Status::MayRun]) {
        0 if skipped == 0 => "everything is here; `review run` shows it".to_owned(),
        0 => format!(
            "everything is here but what is skipped ({skipped} of {} stages); `review run` shows it",
            report.stages.len()
        ),
        1 => "1 stage is still to run; `review run` brings this up to date".to_owned(),
        some => format!("{some} stages are still to run; `review run` brings this up to date"),
    }
}

fn tell(
    outcome: std::io::Result<cache::CacheSize>,
    json: bool,
    verb: &str,
    terminal: &mut Terminal,
) -> Exit {
    match outcome {
        Ok(size) if json => terminal.line(
            serde_json::json!({"results": size.results, "blobs": size.blobs, "bytes": size.bytes}),
        ),
        Ok(size) => terminal.line(format!(
            "{verb} {} results and {} files, {}",
            size.results,
            size.blobs,
            in_words(size.bytes)
        )),
        Err(error) => {
            terminal.say(format!("the cache cannot be read: {error}"));
            return Exit::StageFailed;
        }
    }
    Exit::Done
}

fn in_words(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}
