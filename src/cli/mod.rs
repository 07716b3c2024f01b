//! The command line: a file a command. The only part that prints.

mod assess;
mod audit;
mod bundle;
mod cache;
mod check;
mod completions;
mod deduplicate;
mod diff;
mod door;
mod exit;
mod export;
mod form;
mod grade;
mod graph;
mod http;
mod import;
mod init;
mod man;
mod pool;
mod printed;
pub mod problems;
mod project;
mod requests;
mod run;
mod schema;
mod screen;
mod second_opinion;
mod sign;
mod status;
mod terminal;
mod trace;
mod trust;
mod update;
mod watch;
mod what_if;

use clap::{CommandFactory, Parser, Subcommand};
pub use exit::Exit;
use project::Here;
use std::path::PathBuf;
use std::process::ExitCode;
use terminal::Terminal;

/// Rebuilds a whole systematic review from its inputs.
///
/// A pipeline of cached stages leads from search exports to a report in which every number knows where it came from.
#[derive(Debug, Parser)]
#[command(
    name = "review",
    version,
    long_version = concat!(env!("CARGO_PKG_VERSION"), "\n", env!("REVIEW_SOURCE")),
    max_term_width = 100,
    after_help = "\
A first look:
  review run        bring the review in this folder up to date
  review status     what would run and why; what people still owe
  review trace reports/report.md:40    where the numbers on that line come from
  review audit      whether every number, file and decision is what it says

Exit codes: 0 done; 1 a stage failed; 2 the command line, the pipeline or a data file is wrong;
3 (with --require-complete or --max-age) people's work is open or due; 4 a verification found a difference."
)]
pub(crate) struct Cli {
    /// Work in this folder instead of the current one
    #[arg(
        short = 'C',
        long = "directory",
        global = true,
        value_name = "DIR",
        default_value = "."
    )]
    directory: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Run(run::Args),
    Watch(watch::Args),
    Status(status::Args),
    Check(check::Args),
    Graph(graph::Args),
    Trace(trace::Args),
    Screen(screen::Args),
    Form(form::Args),
    Diff(diff::Args),
    Update(update::Args),
    Audit(audit::Args),
    WhatIf(what_if::Args),
    Export(export::Args),
    Bundle(bundle::Args),
    Sign(sign::Args),
    Trust(trust::Args),
    Import(import::Args),
    Deduplicate(deduplicate::Args),
    Pool(pool::Args),
    Assess(assess::Args),
    Grade(grade::Args),
    Cache(cache::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Parses the command line and runs the command.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let terminal = &mut Terminal::of_process();
    let here = Here(cli.directory);
    let exit = match cli.command {
        Command::Init(args) => init::run(&args, &here, terminal),
        Command::Run(args) => run::run(&args, &here, terminal),
        Command::Watch(args) => watch::run(&args, &here, terminal),
        Command::Status(args) => status::run(&args, &here, terminal),
        Command::Check(args) => check::run(&args, &here, terminal),
        Command::Graph(args) => graph::run(&args, &here, terminal),
        Command::Trace(args) => trace::run(&args, &here, terminal),
        Command::Screen(args) => screen::run(&args, &here, terminal),
        Command::Form(args) => form::run(&args, &here, terminal),
        Command::Diff(args) => diff::run(&args, &here, terminal),
        Command::Update(args) => update::run(&args, &here, terminal),
        Command::Audit(args) => audit::run(&args, &here, terminal),
        Command::WhatIf(args) => what_if::run(&args, &here, terminal),
        Command::Export(args) => export::run(&args, &here, terminal),
        Command::Bundle(args) => bundle::run(&args, &here, terminal),
        Command::Sign(args) => sign::run(&args, &here, terminal),
        Command::Trust(args) => trust::run(&args, &here, terminal),
        Command::Import(args) => import::run(&args, terminal),
        Command::Deduplicate(args) => deduplicate::run(&args, terminal),
        Command::Pool(args) => pool::run(&args, terminal),
        Command::Assess(args) => assess::run(&args, terminal),
        Command::Grade(args) => grade::run(&args, terminal),
        Command::Cache(args) => cache::run(&args, &here, terminal),
        Command::Schema(args) => schema::run(&args, terminal),
        Command::Completions(args) => completions::run(&args, terminal),
        Command::Man(args) => man::run(&args, terminal),
    };
    terminal.end(exit).into()
}

/// The command line as clap sees it, for completions and manual pages.
fn definition() -> clap::Command {
    Cli::command()
}
