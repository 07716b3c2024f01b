//! The command line: a file a command. The only part that prints.

mod assess;
mod deduplicate;
mod exit;
mod grade;
mod import;
mod pool;
mod requests;
mod terminal;

use clap::{Parser, Subcommand};
pub use exit::Exit;
use std::process::ExitCode;
use terminal::Terminal;

/// Rebuilds a systematic review from its inputs.
#[derive(Debug, Parser)]
#[command(name = "review", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Import(import::Args),
    Deduplicate(deduplicate::Args),
    Pool(pool::Args),
    Assess(assess::Args),
    Grade(grade::Args),
}

/// Parses the command line and runs the command.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let terminal = &mut Terminal::of_process();
    match cli.command {
        Command::Import(args) => import::run(&args, terminal),
        Command::Deduplicate(args) => deduplicate::run(&args, terminal),
        Command::Pool(args) => pool::run(&args, terminal),
        Command::Assess(args) => assess::run(&args, terminal),
        Command::Grade(args) => grade::run(&args, terminal),
    }
    .into()
}
