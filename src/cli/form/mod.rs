//! `review form`: the forms that people fill in.

mod extraction;
mod lossless;
mod material;
mod risk_of_bias;
mod target;
mod workbook;

use super::project::Here;
use super::{Exit, Terminal};
use crate::engine::Project;
use crate::problem::Problems;

/// Writes the forms that people fill in, with the included studies in them.
///
/// Nothing that was entered is lost: a CSV form that exists gets the studies it does not hold yet below its rows; a workbook that
/// exists is left alone, or with --force written anew with all of its rows.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review form extraction                                    CSV forms where the stage `extract` reads them
  review form extraction -o data/extraction/anna.xlsx --extractor anna
                                                            one workbook: drop-down lists, notes, a guide
  review form risk-of-bias --tool rob2 --assessor anna      data/risk-of-bias/anna.csv
  review form risk-of-bias --tool rob2 -o data/risk-of-bias/anna.xlsx

Fill a form in, save it where it is, and `review run` reads it.")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Extraction(extraction::Args),
    RiskOfBias(risk_of_bias::Args),
}

/// Where a form goes.
#[derive(Debug, clap::Args)]
struct Target {
    /// Where to write: a workbook (.xlsx); else a folder for the tables of extraction, a CSV file for risk of bias [default: in
    /// the folder that the stage reads]
    #[arg(short, long, value_name = "FILE|FOLDER")]
    out: Option<String>,
    /// Write a form that exists anew, with all the rows it holds
    #[arg(long)]
    force: bool,
}

/// Why no form was written.
enum Stopped {
    /// Something is wrong in files, with places.
    Wrong(Problems),
    /// One line for the person at the terminal.
    Said(String),
}

impl From<Problems> for Stopped {
    fn from(problems: Problems) -> Self {
        Self::Wrong(problems)
    }
}

impl From<String> for Stopped {
    fn from(said: String) -> Self {
        Self::Said(said)
    }
}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    here.work(false, terminal, |project, terminal| {
        match written(args, project, terminal) {
            Ok(()) => Ok(Exit::Done),
            Err(Stopped::Wrong(problems)) => Err(problems),
            Err(Stopped::Said(said)) => {
                terminal.say(format!("error: {said}"));
                Ok(Exit::Wrong)
            }
        }
    })
}

fn written(args: &Args, project: &Project<'_>, terminal: &mut Terminal) -> Result<(), Stopped> {
    match &args.command {
        Command::Extraction(args) => extraction::run(args, project, terminal),
        Command::RiskOfBias(args) => risk_of_bias::run(args, project, terminal),
    }
}
