//! `review audit`.

use super::bundle::{self, Facts};
use super::project::{self, Here};
use super::second_opinion::{self, Opinion};
use super::sign::{self, Signed};
use super::{Exit, Terminal, problems};
use crate::engine::{self, Compared, Project, Rebuilt, Shelf, Trust, files};
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::provenance::{Audited, Decisions, Declared, audit_numbers, decisions_in, declared};
use crate::report::is_read_as;
use crate::table::is_workbook;
use serde_json::json;
use std::path::PathBuf;

/// Checks every number of the report against its address, every file against the lock, every decision for a name.
///
/// The committed files alone are looked at, never the cache, so that anyone can check a review they were sent. Exit code 4
/// when anything differs.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review audit                what the files say
  review audit --recompute    and whether the inputs give every byte of them again
  review audit --with-r       and whether metafor comes to the same numbers, where R is installed
  review audit --json         for scripts
  review audit BUNDLE.zip --digest 6f2c… --recompute    the same for an archive by `review bundle`, and whether it is the one quoted")]
pub(super) struct Args {
    /// Rebuild everything from the inputs in a temporary folder and compare all bytes
    #[arg(long)]
    recompute: bool,
    /// Recompute every pooled result with metafor in R and compare, to 1e-6 of the value
    #[arg(long)]
    with_r: bool,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Check the signatures on pipeline.lock against a list of allowed signers, as ssh-keygen reads it
    #[arg(long, value_name = "FILE")]
    verify: Option<PathBuf>,
    /// A bundle to audit instead of the project: FILE.zip as `review bundle` made it
    #[arg(value_name = "BUNDLE")]
    bundle: Option<PathBuf>,
    /// The digest of the bundle's manifest, as it was quoted
    #[arg(long, value_name = "DIGEST", requires = "bundle")]
    digest: Option<String>,
    /// Let --recompute run the programs that the bundle's pipeline names
    #[arg(long, requires = "bundle")]
    run_commands: bool,
    /// Let --recompute run command stages of the project that are not approved on this machine
    #[arg(long, conflicts_with = "bundle")]
    trust: bool,
}

/// What an audit found.
struct Found {
    compared: Compared,
    audited: Audited,
    decisions: Decisions,
    declared: Vec<Declared>,
    rebuilt: Option<Rebuilt>,
    bundle: Option<Facts>,
    signed: Option<Signed>,
    opinions: Vec<Opinion>,
}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    let Some(file) = &args.bundle else {
        return audited(args, None, here, terminal);
    };
    match bundle::unpacked(file, args.digest.as_deref()) {
        Ok((folder, facts)) => {
            let here = Here(folder.path().to_owned());
            audited(args, Some(facts), &here, terminal)
        }
        Err(found) => bundle::refused(&found, args.json, terminal),
    }
}

fn audited(args: &Args, bundle: Option<Facts>, here: &Here, terminal: &mut Terminal) -> Exit {
    here.work(args.json, terminal, |project, terminal| {
        let found = looked(args, bundle, project);
        Ok(found.say(args.json, here, terminal))
    })
}

fn looked(args: &Args, bundle: Option<Facts>, project: &Project<'_>) -> Found {
    let compared = engine::compare(project);
    let shelf = Shelf::shown(project);
    let mut found = Found {
        audited: numbers(project, &shelf, &compared),
        decisions: decisions(project),
        declared: declared(&shelf),
        rebuilt: None,
        compared,
        bundle,
        signed: args
            .verify
            .as_ref()
            .map(|list| sign::verified(project, list)),
        opinions: if args.with_r {
            second_opinion::asked(project, &shelf)
        } else {
            Vec::new()
        },
    };
    if args.recompute {
        let strange = found.bundle.is_some() && !args.run_commands;
        let trust = if args.run_commands || args.trust {
            Trust::Given
        } else {
            Trust::Approved
        };
        let allowed = if strange {
            bundle::without_commands(project)
        } else {
            Ok(())
        };
        let rebuilt = allowed
            .and_then(|()| rebuilt(project, trust))
            .unwrap_or_else(|problems| Rebuilt {
                problems,
                ..Rebuilt::default()
            });
        found.rebuilt = Some(rebuilt);
    }
    found
}

/// Every number of every report of the project.
fn numbers(project: &Project<'_>, shelf: &Shelf<'_, '_>, compared: &Compared) -> Audited {
    let mut all = Audited::default();
    for path in super::printed::lists(project) {
        let read = super::printed::read(project, &path);
        let (numbers, report) = match read {
            Ok(read) => read,
            Err(problem) => {
                all.problems.push(problem);
                continue;
            }
        };
        if numbers.numbers.is_empty() {
            all.problems.push(
                Problem::error("audit::no-numbers", "the list of printed numbers is empty")
                    .at(Place::file(path.as_str()))
                    .help("run `review run`"),
            );
        }
        let audited = audit_numbers(&numbers, &report, shelf, &compared.changed, &is_read_as);
        all.numbers += audited.numbers;
        all.traced += audited.traced;
        all.problems.append(audited.problems);
    }
    all
}

/// The decisions in all tables below `data/`.
fn decisions(project: &Project<'_>) -> Decisions {
    let mut all = Decisions::default();
    let data = project.root.join("data");
    for path in files::list(&project.root, &data).unwrap_or_default() {
        if !path.to_lowercase().ends_with(".csv") && !is_workbook(&path) {
            continue;
        }
        match files::read(&project.root.join(&path)) {
            Ok(bytes) => all.append(decisions_in(&path, &bytes)),
            Err(error) => all.problems.push(
                Problem::error(
                    "audit::unreadable",
                    format!("{path} cannot be read: {error}"),
                )
                .at(Place::file(path.as_str())),
            ),
        }
    }
    all
}

fn rebuilt(project: &Project<'_>, trust: Trust) -> Result<Rebuilt, Problems> {
    let folder = tempfile::tempdir().map_err(|error| {
        Problem::error("audit::system", format!("no temporary folder: {error}"))
    })?;
    engine::recompute(project, folder.path(), trust)
}

impl Found {
    /// Every difference, each said once.
    fn problems(&self) -> Problems {
        let mut all = self.compared.problems.clone();
        all.append(self.audited.problems.clone());
        all.append(self.decisions.problems.clone());
        if let Some(rebuilt) = &self.rebuilt {
            all.append(rebuilt.problems.clone());
        }
        if let Some(signed) = &self.signed {
            all.append(signed.problems.clone());
        }
        for opinion in &self.opinions {
            all.append(opinion.problems.clone());
        }
        all
    }

    fn say(&self, as_json: bool, here: &Here, terminal: &mut Terminal) -> Exit {
        let differences = self.problems();
        if as_json {
            terminal.line(self.json(&differences));
        } else {
            self.tell(terminal);
            project::print_problems(&differences, here, terminal);
            terminal.line(if differences.is_empty() {
                "whole: nothing differs".to_owned()
            } else {
                format!("not whole: {}", counted(differences.0.len(), "difference"))
            });
        }
        if differences.is_empty() {
            Exit::Done
        } else {
            Exit::Difference
        }
    }

    fn tell(&self, terminal: &mut Terminal) {
        let (audited, compared) = (&self.audited, &self.compared);
        if let Some(bundle) = &self.bundle {
            bundle.tell(terminal);
        }
        for name in self.signed.iter().flat_map(|signed| &signed.by) {
            terminal.line(format!("signed by {name}"));
        }
        terminal.line(format!(
            "{} of {} numbers fully traced",
            audited.traced, audited.numbers
        ));
        terminal.line(format!(
            "{} of {} inputs say what they said when they were used",
            compared.inputs_same, compared.inputs
        ));
        terminal.line(format!(
            "{} of {} outputs are as they were made",
            compared.outputs_same, compared.outputs
        ));
        let nameless = self.decisions.problems.0.len();
        terminal.line(format!(
            "{}, {nameless} without a name or a date",
            counted(self.decisions.count, "decision")
        ));
        if let Some(rebuilt) = &self.rebuilt {
            terminal.line(format!(
                "{} of {} outputs come again from the inputs, byte for byte",
                rebuilt.same, rebuilt.outputs
            ));
        }
        for said in self.opinions.iter().filter(|said| !said.summary.is_empty()) {
            terminal.line(&said.summary);
        }
        for kind in ["conversion", "imputation", "override", "accepted finding"] {
            let mine: Vec<&Declared> = self.declared.iter().filter(|d| d.kind == kind).collect();
            terminal.line(counted(mine.len(), kind));
            for declared in mine {
                terminal.line(format!("  {}: {}", declared.address, declared.what));
            }
        }
    }

    fn json(&self, differences: &Problems) -> serde_json::Value {
        let rebuilt = self.rebuilt.as_ref();
        let mut told = json!({
            "whole": differences.is_empty(),
            "numbers": { "all": self.audited.numbers, "traced": self.audited.traced },
            "inputs": { "all": self.compared.inputs, "same": self.compared.inputs_same },
            "outputs": { "all": self.compared.outputs, "same": self.compared.outputs_same },
            "decisions": { "all": self.decisions.count },
            "recomputed": rebuilt.map(|rebuilt| json!({ "all": rebuilt.outputs, "same": rebuilt.same })),
            "declared": self.declared,
            "problems": problems::json(differences),
        });
        if !self.opinions.is_empty() {
            told["with_r"] = json!(self.opinions);
        }
        if let Some(bundle) = &self.bundle {
            told["bundle"] = json!(bundle);
        }
        if let Some(signed) = &self.signed {
            told["signed_by"] = json!(signed.by);
        }
        told
    }
}

pub(super) fn counted(count: usize, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {what}{s}")
}
