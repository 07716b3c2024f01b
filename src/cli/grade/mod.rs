//! `review grade`: proposals of certainty and the arithmetic around them, for many requests.

mod batch;

use super::{Exit, Terminal};
use std::path::PathBuf;

/// Rates certainty of evidence by a named policy.
///
/// Reads one JSON request a line and prints one answer a line; `-` is standard input. What it prints are proposals: a person
/// confirms or overrides them in data/grade/judgements.csv.
///
/// Examples:
///   review grade --batch requests.jsonl
///   echo '{"policy":"core-grade-2025","design":"rct","k":5,"n":310,"mid":0.2,"ci":[-0.71,0.02]}' | review grade --batch -
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Answer the requests in this file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    batch: PathBuf,
}

/// Runs the command.
pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Exit {
    super::requests::answer(&args.batch, terminal, |_, request| batch::answer(request))
}
