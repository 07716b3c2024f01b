//! `review form extraction`.

use super::material::{File, Material};
use super::target::{self, Done};
use super::workbook::{Guide, Page};
use super::{Stopped, Target, Terminal};
use crate::config::yaml;
use crate::engine::Project;
use crate::extraction::{
    AskedOutcome, FormOutcome, Forms, Handed, Kind, Known, ScaleFile, Scales, blank_forms,
};
use crate::protocol::Protocol;
use crate::table::is_workbook;
use std::path::Path;

/// Writes the extraction forms: studies, outcomes, statistics, effects.
///
/// Only included studies that the forms do not hold yet get rows; rows without a number are not read, so a form may stay half
/// filled in. Two people extract: two forms, one with each one's name.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review form extraction                                              four CSV files
  review form extraction --extractor anna -o data/extraction/anna     the same for one person, in a folder
  review form extraction --extractor ben -o data/extraction/ben.xlsx  one workbook with lists and notes")]
pub(super) struct Args {
    /// Fill in who extracts; a study that this person has rows of is left out, whoever else has
    #[arg(long, value_name = "NAME", default_value = "")]
    extractor: String,
    #[command(flatten)]
    target: Target,
}

pub(super) fn run(
    args: &Args,
    project: &Project<'_>,
    terminal: &mut Terminal,
) -> Result<(), Stopped> {
    let material = Material::of(project, "extract")?;
    let included = material.included()?;
    let folder = material.folder("forms")?;
    let out = args.target.out.clone().unwrap_or_else(|| folder.clone());
    let as_workbook = target::is_xlsx(&out)?;
    if out.to_lowercase().ends_with(".csv") {
        let said =
            "extraction has four tables: name a folder for the CSV files, or a workbook (.xlsx)";
        return Err(said.to_owned().into());
    }
    let files = all_files(&material, &out, as_workbook)?;
    let (forms, _) = Forms::read(&folder, &named(&files))?;
    let protocol = material.protocol()?;
    let scales = scales(&files)?;
    let handed = blank_forms(
        Known {
            included: &included,
            outcomes: &outcomes(protocol.as_ref()),
            scales: &scales,
            extractor: &args.extractor,
        },
        &forms,
    );
    let root = &project.root;
    if as_workbook {
        let pages: Vec<Page> = handed
            .iter()
            .map(|form| Page {
                blank: form.blank.clone(),
            })
            .collect();
        let plan = target::xlsx(root, &out, &pages, &guide(), args.target.force)?;
        plan.write(root)?;
        terminal.line(&out);
        terminal.say(format!("  {}", in_words(plan.done)));
        for form in &handed {
            terminal.say(format!("  {}: {}", form.blank.name, counted(form)));
        }
    } else {
        let path = |form: &Handed| format!("{}/{}.csv", out.trim_end_matches('/'), form.blank.name);
        let plans = target::all(
            handed
                .iter()
                .map(|form| target::csv(root, &path(form), &form.blank, args.target.force)),
        )?;
        for (form, plan) in handed.iter().zip(plans) {
            plan.write(root)?;
            terminal.line(path(form));
            terminal.say(format!("  {}: {}", in_words(plan.done), counted(form)));
        }
    }
    let within = format!("{}/", out.trim_end_matches('/')).starts_with(&folder);
    if within {
        terminal.say("fill in, then `review run extract`; rows without a number are not read");
    } else {
        terminal.say(format!(
            "fill in and put into {folder}, then `review run extract`; rows without a number are not read"
        ));
    }
    Ok(())
}

/// The forms that the stage reads, and a form at the target that it does not read.
fn all_files(
    material: &Material<'_, '_>,
    out: &str,
    as_workbook: bool,
) -> Result<Vec<File>, Stopped> {
    let mut files = material.files("forms")?;
    let root = &material.project.root;
    let others: Vec<String> = if as_workbook {
        vec![out.to_owned()]
    } else {
        let tables = ["studies", "outcomes", "statistics", "effects"];
        tables
            .map(|table| format!("{}/{table}.csv", out.trim_end_matches('/')))
            .to_vec()
    };
    for path in others {
        let plain = Path::new(&path)
            .components()
            .collect::<std::path::PathBuf>();
        let known = files.iter().any(|(known, _)| Path::new(known) == plain);
        if !known && root.join(&path).is_file() {
            let bytes = crate::engine::files::read(&root.join(&path))
                .map_err(|error| format!("{path} cannot be read: {error}"))?;
            files.push((path, bytes));
        }
    }
    Ok(files)
}

fn named(files: &[File]) -> Vec<(&str, &[u8])> {
    let files = files.iter();
    files
        .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
        .collect()
}

fn outcomes(protocol: Option<&Protocol>) -> Vec<FormOutcome> {
    let outcomes = protocol
        .map_or(&[][..], |protocol| &protocol.outcomes)
        .iter();
    let asked = outcomes.filter(|outcome| {
        AskedOutcome {
            id: outcome.id.clone(),
            role: Some(outcome.role),
        }
        .is_asked_for()
    });
    asked
        .map(|outcome| FormOutcome {
            id: outcome.id.clone(),
            scale: match outcome.preferred_scales.as_slice() {
                [one] => one.clone(),
                _ => String::new(),
            },
        })
        .collect()
}

/// The ids of the scales that the review declares, and of those that come with the program.
fn scales(files: &[File]) -> Result<Vec<String>, Stopped> {
    let file = files
        .iter()
        .find(|(path, _)| Kind::of(path) == Some(Kind::Scales));
    let scales = match file {
        Some((path, bytes)) => {
            let read: ScaleFile = yaml::from_str(path, &String::from_utf8_lossy(bytes))?;
            Scales::of(path, read.scales).0
        }
        None => Scales::default(),
    };
    Ok(scales.ids().into_iter().map(str::to_owned).collect())
}

fn guide() -> Guide {
    Guide {
        title: "Extraction form".to_owned(),
        before: [
            "Write what the paper prints, not what you compute from it: the program converts, and says where it did.",
            "Leave a cell empty where the paper gives nothing. Rows without a number are not read.",
            "Copy a row to add a time, a scale or an arm. Do not merge cells, and leave the headers as they are.",
            "Two people extract every paper, each under their own name; cells on which they differ are listed for you to settle.",
        ]
        .map(str::to_owned)
        .to_vec(),
        words: Vec::new(),
    }
}

/// What became of a file.
pub(super) fn in_words(done: Done) -> String {
    match done {
        Done::Written => "new".to_owned(),
        Done::Added => "added below the rows that were there".to_owned(),
        Done::Carried(1) => "written anew, 1 row carried over, and".to_owned(),
        Done::Carried(count) => format!("written anew, {count} rows carried over, and"),
        Done::Untouched => "left as it is".to_owned(),
    }
}

fn counted(form: &Handed) -> String {
    let studies =
        |count: usize| format!("{count} {}", if count == 1 { "study" } else { "studies" });
    let rows = form.blank.rows.len();
    let new = format!(
        "{} ({rows} {})",
        studies(form.new),
        if rows == 1 { "row" } else { "rows" }
    );
    left_out(form.new, &new, form.there, &studies(form.there))
}

/// What is new and what was left out, by number and in words.
pub(super) fn left_out(new: usize, new_words: &str, there: usize, there_words: &str) -> String {
    match (new, there) {
        (0, _) => format!("nothing to add, {there_words} there already"),
        (_, 0) => new_words.to_owned(),
        _ => format!("{new_words}; {there_words} left out, there already"),
    }
}

/// Whether a file may hold a form.
pub(super) fn may_be_form(path: &str) -> bool {
    path.ends_with(".csv") || is_workbook(path)
}
