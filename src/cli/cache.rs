//! `review cache`.

use super::project::Here;
use super::{Exit, Terminal};
use crate::engine::cache;

/// Looks after .review/, which is safe to delete at any time.
#[derive(Debug, clap::Args)]
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
}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    let (outcome, json, verb) = match args.what {
        What::Size { json } => (cache::size(&here.0), json, "holds"),
        What::Gc { json } => (cache::collect(&here.0), json, "freed"),
    };
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
