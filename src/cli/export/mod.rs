//! `review export`.

mod figures;
mod gradepro;
pub(super) mod pooled;
mod records;
mod robvis;
mod snakemake;
mod to_screen;

use super::project::{self, Here};
use super::screen::StageName;
use super::{Exit, Terminal};
use crate::bib::tools::Tool;
use crate::engine::{self, Members, Project, Shelf, files};
use crate::problem::Problems;
use crate::provenance::{RO_CRATE_FILE, RunAccount, prov_json, ro_crate};
use clap::ValueEnum as _;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Writes the review and its results in the forms that other programs read.
///
/// `r` is a plain R script with its data that recomputes every pooled result with metafor and prints how far both agree.
/// `revman` is the study data, a CSV file an analysis, with the columns of RevMan's data rows.
/// `ris` is every publication that the searches found, once, for reference managers.
/// `rayyan`, `covidence`, `asreview`, `abstrackr`, `eppi-reviewer`, `distillersr` and `csv` are the records that still wait for votes, as
/// that tool imports them; put what it exports into `data/screening/`, and its votes find their records.
/// `robvis` is the risk-of-bias judgements, a CSV file a tool; `gradepro` the evidence profile in the columns of GRADEpro. Where
/// several stages judge or rate, each has files of its own, with its name behind.
/// `figures` is the figures of the report as SVG, and with `--png` as pictures for manuscripts: PNG of 300 pixels an inch, drawn with
/// the fonts of this machine, which are told. The pictures are no part of the review: other fonts give other bytes.
/// `ro-crate` is an RO-Crate 1.1 of the run (Workflow Run Crate 0.5): a folder with all files and ro-crate-metadata.json, or that file
/// alone when the name ends in `.json`. `prov` is the same story as W3C PROV-JSON. Both want files that are as they were
/// made; the same files give the same bytes.
/// `snakemake` is a workflow with the same graph, in which each rule runs one stage on a shared cache: for command stages that outgrow one
/// machine.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review export r -o check                     check/recompute.R, check/effects.csv, check/pooled.csv
  Rscript check/recompute.R                    recomputes and compares, to 1e-6
  review export revman -o revman               revman/01-….csv, a file an analysis
  review export ris -o records.ris             every publication once, for a reference manager
  review export rayyan -o to-screen            to-screen/rayyan-title-abstract.csv, the records still to screen
  review export covidence --stage full-text -o full-text.ris   those that went on and wait for votes
  review export robvis -o plots                plots/robvis-rob2.csv, and one file for each other tool
  review export gradepro -o sof                sof/gradepro.csv
  review export figures --png -o figures       the figures as SVG and PNG
  review export figures --png --font NotoSansCJK-Regular.ttc -o figures
  review export ro-crate -o crate              all files of the review, described for archives
  review export ro-crate -o ro-crate-metadata.json   the description alone, to stand beside pipeline.yaml
  review export prov -o prov.json              what was made from what, by which stage, by whom
  review export snakemake -o Snakefile         then `snakemake --cores 8`, here or with a cluster's executor")]
pub(super) struct Args {
    /// What to write
    #[arg(value_enum, value_name = "FORM")]
    form: Form,
    /// Folder to write to (made if it does not exist); for ro-crate and prov also a file that ends in .json, for ris one in .ris; for snakemake the file
    #[arg(short, long, value_name = "PATH")]
    out: PathBuf,
    #[command(flatten)]
    pictures: figures::Pictures,
    /// For screening tools and csv: records that wait for votes at this stage (title-abstract unless said)
    #[arg(long, value_enum)]
    stage: Option<StageName>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// An R script with its data
    R,
    /// Study data as RevMan's data rows
    Revman,
    /// The publications found, as RIS
    Ris,
    /// Records still to screen, for Rayyan
    Rayyan,
    /// Records still to screen, for Covidence
    Covidence,
    /// Records still to screen, for `ASReview`
    Asreview,
    /// Records still to screen, for Abstrackr
    Abstrackr,
    /// Records still to screen, for EPPI-Reviewer
    EppiReviewer,
    /// Records still to screen, for `DistillerSR`
    Distillersr,
    /// Records still to screen, as a plain table
    Csv,
    /// Risk-of-bias judgements for robvis
    Robvis,
    /// An evidence profile for GRADEpro
    Gradepro,
    /// The figures of the report
    Figures,
    /// An RO-Crate of the run
    RoCrate,
    /// The run as PROV-JSON
    Prov,
    /// The pipeline as a Snakemake workflow
    Snakemake,
}

impl Form {
    /// The screening tool that records go out to; none for the plain table.
    fn screened_in(self) -> Option<Tool> {
        let form = self.to_possible_value()?;
        let mut tools = Tool::ALL.into_iter();
        tools.find(|tool| tool.name() == form.get_name())
    }

    /// How the one file ends that may be named; none where files go to a folder alone.
    fn ending(self) -> Option<&'static str> {
        match self {
            Self::Ris => Some("ris"),
            Self::Csv => Some(to_screen::PLAIN),
            Self::RoCrate | Self::Prov => Some("json"),
            form => form.screened_in().map(Tool::extension),
        }
    }

    fn name(self) -> String {
        let named = self.to_possible_value();
        named.map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// Endings that no folder has.
const OF_FILES: [&str; 13] = [
    "bib", "csv", "enw", "json", "md", "nbib", "pdf", "ris", "tsv", "txt", "xlsx", "xml", "zip",
];

/// Why the command line cannot be meant as it stands.
fn refused(args: &Args) -> Option<String> {
    let form = args.form.name();
    if args.pictures.asked() && args.form != Form::Figures {
        return Some("--png is for figures: `review export figures --png -o DIR`".to_owned());
    }
    if args.stage.is_some() && args.form.screened_in().is_none() && args.form != Form::Csv {
        return Some(format!(
            "--stage is for records that wait for votes, and `{form}` has no stage: leave it out, or name a screening tool or csv"
        ));
    }
    let given = args.out.extension()?.to_str()?.to_lowercase();
    let wanted = args.form.ending();
    let is_file = OF_FILES.contains(&given.as_str()) && wanted != Some(given.as_str());
    if args.form == Form::Snakemake || !is_file || args.out.is_dir() {
        return None;
    }
    Some(match wanted {
        Some(ending) => format!(
            "`{form}` writes .{ending}, not .{given}: name a file such as `{}`, or a folder",
            args.out.with_extension(ending).display()
        ),
        None => format!(
            "`{form}` writes into a folder: name one, such as `{}`",
            args.out.with_extension("").display()
        ),
    })
}

/// A file to write: where, and its bytes.
type File = (PathBuf, Vec<u8>);

/// Files by their names in the folder that is asked for.
type Named = Vec<(String, Vec<u8>)>;

/// The files in a folder, and never elsewhere: names come from the review's own tables, and that may be somebody else's.
fn placed(folder: &Path, files: Named) -> Vec<File> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let files = files.into_iter();
    files
        .map(|(name, bytes)| {
            let name = name.replace(|c: char| !plain(c), "-");
            (folder.join(name), bytes)
        })
        .collect()
}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    if let Some(said) = refused(args) {
        terminal.say(said);
        return Exit::Wrong;
    }
    here.work(false, terminal, |project, terminal| {
        let made = match args.form {
            Form::R => pooled::r(project, &Shelf::of(project), &args.out),
            Form::Revman => pooled::revman(project, &args.out),
            Form::Ris => records::ris(project, &args.out),
            Form::Robvis => robvis::files(project).map(|files| placed(&args.out, files)),
            Form::Gradepro => gradepro::files(project).map(|files| placed(&args.out, files)),
            Form::Figures => figures::files(project, &args.pictures, terminal)
                .map(|files| placed(&args.out, files)),
            Form::Snakemake => Ok(vec![(
                args.out.clone(),
                snakemake::snakefile(project).into_bytes(),
            )]),
            Form::RoCrate | Form::Prov => match whole(project, here, terminal)? {
                Some((members, account)) => Ok(standard(args, members, &account, terminal)),
                None => return Ok(Exit::Difference),
            },
            form => {
                let (tool, stage) = (form.screened_in(), args.stage.unwrap_or_default());
                let made = to_screen::file(project, tool, stage.stage(), &args.out);
                made.map(|made| {
                    terminal.say(made.said);
                    made.files
                })
            }
        };
        Ok(match made {
            Ok(files) => write(&files, true, terminal),
            Err(said) => {
                terminal.say(said);
                Exit::Wrong
            }
        })
    })
}

/// All files of a project that is as its lock says, and what its run was made of; none where a file differs, which is told: what
/// made a file must not be written of another file.
pub(super) fn whole(
    project: &Project<'_>,
    here: &Here,
    terminal: &mut Terminal,
) -> Result<Option<(Members, RunAccount)>, Problems> {
    let compared = engine::compare(project);
    if !compared.problems.is_empty() {
        project::print_problems(&compared.problems, here, terminal);
        terminal.say(
            "the files are not those that the last run read and made, and nothing was written; `review run` first",
        );
        return Ok(None);
    }
    let members = engine::members(project)?;
    let account = engine::account(project, &members);
    Ok(Some((members, account)))
}

/// The files of a crate or of a PROV document.
fn standard(
    args: &Args,
    members: Members,
    account: &RunAccount,
    terminal: &mut Terminal,
) -> Vec<File> {
    let single = args.out.extension().is_some_and(|ending| ending == "json");
    let (name, document) = if args.form == Form::Prov {
        ("prov.json", prov_json(account))
    } else {
        missing(account, terminal);
        (RO_CRATE_FILE, ro_crate(account))
    };
    let document = pretty(&document);
    if single {
        return vec![(args.out.clone(), document)];
    }
    let mut files = vec![(args.out.join(name), document)];
    if args.form == Form::RoCrate {
        files.extend(
            members
                .into_iter()
                .map(|(path, bytes)| (args.out.join(path), bytes)),
        );
    }
    files
}

/// Tells what a crate should say and the review does not.
pub(super) fn missing(account: &RunAccount, terminal: &mut Terminal) {
    let wanting = [
        (
            account.published.is_none(),
            "no date (`date-released: 2026-01-31`)",
        ),
        (
            account.licences.is_empty(),
            "no licence (`license: CC-BY-4.0`)",
        ),
        (
            account.authors.is_empty(),
            "no authors (`authors: [{ name: … }]`)",
        ),
    ];
    for (_, what) in wanting.iter().filter(|(wanting, _)| *wanting) {
        terminal.say(format!(
            "note: the review says {what}; CITATION.cff beside pipeline.yaml is where to say it"
        ));
    }
}

/// A document as lines that people can read.
pub(super) fn pretty(document: &Value) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(document).expect("JSON in memory can be written");
    bytes.push(b'\n');
    bytes
}

/// Writes all files, or none where one of them is there with other bytes; tells their paths.
pub(super) fn write(all: &[File], tell: bool, terminal: &mut Terminal) -> Exit {
    let taken = |path: &Path, bytes: &[u8]| files::read(path).is_ok_and(|old| old != bytes);
    if let Some((path, _)) = all.iter().find(|(path, bytes)| taken(path, bytes)) {
        terminal.say(format!(
            "{} is there already and says something else, and nothing was written: delete it or name another place",
            path.display()
        ));
        return Exit::Wrong;
    }
    for (path, bytes) in all {
        if let Err(error) = files::write(path, bytes, false) {
            terminal.say(format!("{} cannot be written: {error}", path.display()));
            return Exit::StageFailed;
        }
        if tell {
            terminal.line(path.display());
        }
    }
    Exit::Done
}
