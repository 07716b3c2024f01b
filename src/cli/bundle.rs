//! `review bundle`, and the opening of bundles for `review audit`.

use super::audit::counted;
use super::export::{missing, pretty, whole, write};
use super::project::{self, Here};
use super::{Exit, Terminal, problems};
use crate::digest::Digest;
use crate::engine::{self, Members, Project, Work, files};
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::provenance::{
    BUNDLE_FACTS, Program, RO_CRATE_FILE, RunAccount, open_bundle, ro_crate, seal_bundle,
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Packs the whole review into one archive that anyone can audit.
///
/// It holds the data, the pipeline and its settings, the lock, every artefact and report, an RO-Crate that describes them,
/// and which program made it; not the cache. The same files give the same bytes. Quote the digest that is printed: it
/// stands for every byte of the archive. Exit code 4 when a file is not as the last run read or made it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review bundle -o walking.zip             writes it and prints the digest to quote
  review audit walking.zip                 checks every byte, number and decision of it, anywhere
  review audit walking.zip --digest 6f2c…  and that it is the one whose digest was quoted")]
pub(super) struct Args {
    /// The archive to write
    #[arg(short, long, value_name = "FILE.zip")]
    out: PathBuf,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Largest archive that is read, in bytes.
const MOST_BYTES: u64 = 1 << 32;

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    here.work(args.json, terminal, |project, terminal| {
        let Some((members, account)) = whole(project, here, terminal)? else {
            return Ok(Exit::Difference);
        };
        missing(&account, terminal);
        let files = members.len();
        let sealed = seal_bundle(with_facts(members, &account))?;
        let told = if args.json {
            json!({ "bundle": args.out, "files": files, "bytes": sealed.bytes.len(), "digest": sealed.digest }).to_string()
        } else {
            format!("digest {}", sealed.digest)
        };
        let size = megabytes(sealed.bytes.len());
        let exit = write(&[(args.out.clone(), sealed.bytes)], !args.json, terminal);
        if exit == Exit::Done {
            terminal.line(told);
            terminal.say(format!(
                "{} of the review, {size}; whoever knows the digest can check every byte: review audit {} --digest {}",
                counted(files, "file"),
                args.out.display(),
                sealed.digest
            ));
        }
        Ok(exit)
    })
}

fn megabytes(bytes: usize) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// The files with their description and what made them.
fn with_facts(mut members: Members, account: &RunAccount) -> Members {
    let lock = members.get("pipeline.lock").map(|bytes| Digest::of(bytes));
    let Program { version, source } = &account.program;
    let facts = json!({
        "bundle": 1,
        "title": account.title,
        "program": { "name": "review", "version": version, "source": source },
        "lock": lock,
    });
    members.insert(RO_CRATE_FILE.to_owned(), pretty(&ro_crate(account)));
    members.insert(BUNDLE_FACTS.to_owned(), pretty(&facts));
    members
}

/// What an audit tells of a bundle.
#[derive(Debug, serde::Serialize)]
pub(super) struct Facts {
    members: usize,
    digest: Digest,
    /// Whether the digest is the one that was quoted; nothing when none was.
    quoted: Option<bool>,
    program: String,
}

impl Facts {
    /// Prints the bundle's own lines, above those of the review in it.
    pub(super) fn tell(&self, terminal: &mut Terminal) {
        terminal.line(format!(
            "{} of the bundle are byte for byte what was bundled by {}",
            counted(self.members, "file"),
            self.program
        ));
        let quoted = if self.quoted.is_some() {
            "as quoted"
        } else {
            "compare it with the one that was quoted, or name that with --digest"
        };
        terminal.line(format!("digest {}: {quoted}", self.digest));
    }
}

/// Reads a bundle to the byte and unpacks it into a temporary folder.
///
/// # Errors
///
/// When it cannot be read, is no bundle, was changed, or is another than the one quoted; nothing is unpacked then.
pub(super) fn unpacked(file: &Path, quoted: Option<&str>) -> Result<(TempDir, Facts), Problems> {
    let shown = file.display().to_string();
    let unreadable = |why: String| {
        Problem::error(
            "bundle::unreadable",
            format!("{shown} cannot be read: {why}"),
        )
        .at(Place::file(&shown))
    };
    let size = std::fs::metadata(file).map_err(|error| unreadable(error.to_string()))?;
    if size.len() > MOST_BYTES {
        let why = format!("{} bytes are more than any bundle has", size.len());
        return Err(unreadable(why).into());
    }
    let bytes = files::read(file).map_err(|error| unreadable(error.to_string()))?;
    let opened = open_bundle(&shown, &bytes)?;
    let quoted = quoted.map(|text| text.trim().eq_ignore_ascii_case(&opened.digest.hex()));
    if quoted == Some(false) {
        let title = format!(
            "this is another bundle than the one quoted: its digest is {}",
            opened.digest
        );
        let problem = Problem::error("bundle::other-digest", title)
            .at(Place::file(&shown))
            .help("ask whoever quoted the digest for the bundle, or whoever sent the bundle for its digest");
        return Err(problem.into());
    }
    let folder = tempfile::tempdir().map_err(|error| {
        Problem::error("audit::system", format!("no temporary folder: {error}"))
    })?;
    engine::unpack(&opened.members, folder.path())?;
    let facts = Facts {
        members: opened.members.len(),
        digest: opened.digest,
        quoted,
        program: made_by(opened.members.get(BUNDLE_FACTS).copied()),
    };
    Ok((folder, facts))
}

/// The program that made a bundle, as the bundle says.
fn made_by(facts: Option<&[u8]>) -> String {
    let facts: Value = facts
        .and_then(|bytes| serde_json::from_slice(bytes).ok())
        .unwrap_or_default();
    let said = |key: &str| {
        let text = facts["program"][key].as_str().unwrap_or("unknown");
        // A line of its own could pass for a line of the audit.
        text.replace(char::is_control, "\u{fffd}")
    };
    format!("review {} ({})", said("version"), said("source"))
}

/// Says why a bundle was not audited.
pub(super) fn refused(found: &Problems, as_json: bool, terminal: &mut Terminal) -> Exit {
    let here = Here(PathBuf::from("."));
    if as_json {
        terminal.line(json!({ "whole": false, "problems": problems::json(found) }));
    } else {
        project::print_problems(found, &here, terminal);
        let count = counted(found.0.len(), "difference");
        terminal.line(format!("not whole: {count}; nothing was unpacked"));
    }
    if found
        .iter()
        .any(|problem| problem.code == "bundle::unreadable")
    {
        Exit::Wrong
    } else {
        Exit::Difference
    }
}

/// Refuses to run the programs of a pipeline that somebody sent.
///
/// # Errors
///
/// When the pipeline has command stages; it names their programs.
pub(super) fn without_commands(project: &Project<'_>) -> Result<(), Problems> {
    let mut found = Problems::new();
    for stage in &project.stages {
        if let Work::Command(command) = &stage.work
            && !command.optional
        {
            let words: Vec<&str> = command.run.iter().map(|word| word.text.as_str()).collect();
            let title = format!(
                "the bundle's stage `{}` runs a program on this machine, so nothing was rebuilt: {}",
                stage.decl.id,
                words.join(" ")
            );
            found.push(
                Problem::error("bundle::commands", title)
                    .at(stage.decl.place.clone())
                    .help("when you trust whoever made the bundle, add --run-commands"),
            );
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}
