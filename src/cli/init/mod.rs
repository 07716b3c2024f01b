//! `review init`.

mod files;

use super::{Exit, Terminal};
use crate::engine::{PIPELINE, files as disk};
use files::{BCG, EMPTY};
use std::path::{Path, PathBuf};

/// Starts a new review: folders, a pipeline with all stages, and forms with their headers.
///
/// Nothing that exists is written over.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review init my-review                 an empty review
  review init bcg --example bcg         13 trials of the BCG vaccine: a full forest plot
  review -C bcg run                     builds its report")]
pub(super) struct Args {
    /// Folder of the new review (made if it does not exist)
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Fill it with an example
    #[arg(long, value_enum, value_name = "NAME")]
    example: Option<Example>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Example {
    /// The 13 trials of the BCG vaccine against tuberculosis
    Bcg,
}

/// Runs the command.
pub(super) fn run(args: &Args, here: &super::project::Here, terminal: &mut Terminal) -> Exit {
    let folder = here.0.join(&args.folder);
    let files = match args.example {
        Some(Example::Bcg) => BCG,
        None => EMPTY,
    };
    let taken: Vec<&str> = files
        .iter()
        .map(|(path, _)| *path)
        .filter(|path| folder.join(path).exists())
        .collect();
    if let Some(first) = taken.first() {
        terminal.say(format!(
            "{} is there already, and nothing was written: name a new folder, such as `review init my-review`",
            folder.join(first).display()
        ));
        return Exit::Wrong;
    }
    for (path, text) in files {
        if let Err(error) = disk::write(&folder.join(path), text.as_bytes(), false) {
            terminal.say(format!(
                "{} cannot be written: {error}",
                folder.join(path).display()
            ));
            return Exit::StageFailed;
        }
    }
    terminal.line(format!("{} files in {}", files.len(), folder.display()));
    for step in next_steps(args.example, &args.folder) {
        terminal.line(step);
    }
    Exit::Done
}

/// What to do now.
fn next_steps(example: Option<Example>, folder: &Path) -> Vec<String> {
    let folder = folder.display();
    let run = format!("review -C {folder} run");
    match example {
        Some(_) => vec![
            format!("Next: {run}"),
            "Then open reports/report.html in it.".to_owned(),
        ],
        None => vec![
            format!("Next: say in {PIPELINE} and data/protocol.yaml what is reviewed,"),
            "put search exports into data/searches/<date>/ (README.md there says how), then"
                .to_owned(),
            run,
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::yaml;
    use serde_json::Value;
    use std::collections::BTreeMap;

    /// Stages of the shipped review that a new one does without: the word processor's file needs a program and a filter beside it.
    const LEFT_OUT: [&str; 1] = ["word"];

    /// What is wired into each stage of a pipeline, by port.
    fn wired(pipeline: &str) -> BTreeMap<String, BTreeMap<String, Value>> {
        let value: Value = yaml::from_str(PIPELINE, pipeline).expect("a pipeline");
        let stages = value["stages"].as_array().expect("stages").iter();
        stages
            .map(|stage| {
                let ports = stage["in"].as_object().expect("ports").clone();
                let id = stage["id"].as_str().expect("an id");
                (id.to_owned(), ports.into_iter().collect())
            })
            .collect()
    }

    #[test]
    fn a_new_review_wires_every_port_that_the_shipped_one_wires() {
        let (_, own) = EMPTY
            .iter()
            .find(|(path, _)| *path == PIPELINE)
            .expect("a pipeline");
        let mut shipped = wired(include_str!("../../../pipeline.yaml"));
        shipped.retain(|id, _| !LEFT_OUT.contains(&id.as_str()));
        assert_eq!(wired(own), shipped);
    }
}
