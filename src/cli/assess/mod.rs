//! `review assess`: answers to judgements, for one table or for many requests.

mod batch;
mod sheet;

use super::{Exit, Terminal};
use std::path::PathBuf;

/// Judges risk of bias by a tool's own decision path.
///
/// With --batch, reads one JSON request a line and prints one answer a line; `-` is standard input.
///
/// Examples:
///   review assess rob2 data/risk-of-bias/reviewer-a.csv
///   review assess my-tool.yaml answers.csv --json
///   review assess --batch requests.jsonl
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Name of a shipped tool (ephpp, nos, rob2, robins-i, robins-i-v2), or a tool file
    #[arg(required_unless_present = "batch")]
    tool: Option<String>,
    /// Answers: CSV with the columns study, result, tool, variant, question, answer, …
    #[arg(required_unless_present = "batch")]
    answers: Option<PathBuf>,
    /// Answer the requests in this file, one JSON object a line
    #[arg(long, value_name = "FILE", conflicts_with_all = ["tool", "answers"])]
    batch: Option<PathBuf>,
    /// Print JSON, one object a line
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Exit {
    match (&args.batch, &args.tool, &args.answers) {
        (Some(requests), ..) => {
            super::requests::answer(requests, terminal, |_, request| batch::answer(request))
        }
        (None, Some(tool), Some(answers)) => sheet::run(tool, answers, args.json, terminal),
        _ => Exit::Wrong,
    }
}
