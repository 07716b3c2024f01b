//! `review export`.

mod gradepro;
mod robvis;

use super::project::Here;
use super::{Exit, Terminal};
use crate::engine::{Project, ReadyStage, Shelf, files};
use crate::provenance::Library;
use crate::synthesis::r_script;
use std::path::{Path, PathBuf};

/// Writes the results for another program to check.
///
/// `r` writes a plain R script with its data that recomputes every pooled result with metafor and prints how far both agree;
/// `robvis` the risk-of-bias judgements, a CSV file a tool; `gradepro` the evidence profile in the columns of GRADEpro.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review export r -o check      writes check/recompute.R, check/effects.csv, check/pooled.csv
  Rscript check/recompute.R     recomputes and compares, to 1e-6
  review export robvis -o plots   writes plots/robvis-rob2.csv and one file for each other tool
  review export gradepro -o sof   writes sof/gradepro.csv")]
pub(super) struct Args {
    /// What to write
    #[arg(value_enum, value_name = "FORM")]
    form: Form,
    /// Folder to write to (made if it does not exist)
    #[arg(short, long, value_name = "FOLDER")]
    out: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// An R script with its data
    R,
    /// Risk-of-bias judgements for robvis
    Robvis,
    /// An evidence profile for GRADEpro
    Gradepro,
}

/// Files to write: name, bytes.
type Files = Vec<(String, Vec<u8>)>;

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    here.work(false, terminal, |project, terminal| {
        Ok(match args.form {
            Form::R => recompute(args, project, terminal),
            Form::Robvis => plain(args, robvis::files(project), terminal),
            Form::Gradepro => plain(args, gradepro::files(project), terminal),
        })
    })
}

/// Writes files into the folder, or says why there are none.
fn plain(args: &Args, files: Result<Files, String>, terminal: &mut Terminal) -> Exit {
    match files {
        Ok(files) => {
            let files = files.into_iter();
            let files: Vec<(PathBuf, Vec<u8>)> = files
                .map(|(name, bytes)| (args.out.join(name), bytes))
                .collect();
            write(&files, terminal)
        }
        Err(said) => {
            terminal.say(said);
            Exit::Wrong
        }
    }
}

fn recompute(args: &Args, project: &Project<'_>, terminal: &mut Terminal) -> Exit {
    let pools: Vec<&ReadyStage<'_>> = project.stages.iter().filter(|stage| pools(stage)).collect();
    if pools.is_empty() {
        terminal.say("no stage of the pipeline pools effects, so there is nothing to recompute");
        return Exit::Wrong;
    }
    let shelf = Shelf::of(project);
    let mut written = Vec::new();
    for stage in &pools {
        let folder = if pools.len() == 1 {
            args.out.clone()
        } else {
            args.out.join(stage.decl.id.as_str())
        };
        let Some(files) = of_stage(project, stage, &shelf) else {
            terminal.say(format!(
                "{} has no results yet; run `review run`",
                stage.decl.id
            ));
            return Exit::Wrong;
        };
        written.extend(
            files
                .into_iter()
                .map(|(name, text)| (folder.join(name), text)),
        );
    }
    write(&written, terminal)
}

fn pools(stage: &ReadyStage<'_>) -> bool {
    let gives = |name: &str| stage.outputs.iter().any(|slot| slot.artefact_type == name);
    gives("pooled") && gives("effects") && gives("analyses")
}

/// The files for one stage.
fn of_stage(
    project: &Project<'_>,
    stage: &ReadyStage<'_>,
    shelf: &Shelf<'_, '_>,
) -> Option<Vec<(&'static str, Vec<u8>)>> {
    let id = stage.decl.id.as_str();
    let sheet = |name: &str| shelf.sheet(id, name);
    let title = project.pipeline.review.title.clone();
    let script = r_script(
        &title,
        &*sheet("analyses")?,
        &*sheet("effects")?,
        &*sheet("pooled")?,
    );
    Some(vec![
        ("recompute.R", script.into_bytes()),
        ("effects.csv", shelf.bytes(id, "effects")?.1),
        ("pooled.csv", shelf.bytes(id, "pooled")?.1),
    ])
}

/// Writes all files, or none where one of them is there with other bytes.
fn write(all: &[(PathBuf, Vec<u8>)], terminal: &mut Terminal) -> Exit {
    let taken = |path: &Path, bytes: &[u8]| files::read(path).is_ok_and(|old| old != bytes);
    if let Some((path, _)) = all.iter().find(|(path, bytes)| taken(path, bytes)) {
        terminal.say(format!(
            "{} is there already and says something else, and nothing was written: delete it or name a new folder",
            path.display()
        ));
        return Exit::Wrong;
    }
    for (path, bytes) in all {
        if let Err(error) = files::write(path, bytes, false) {
            terminal.say(format!("{} cannot be written: {error}", path.display()));
            return Exit::StageFailed;
        }
        terminal.line(path.display());
    }
    Exit::Done
}
