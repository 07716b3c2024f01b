//! `review update start`.

use super::super::{Exit, Terminal, project::Here};
use super::{day, days, sources, wiring};
use crate::engine::{self, BASELINES, Project, RunOptions, RunReport, Source, Status, files};
use crate::problem::{Problem, Problems, Severity};
use crate::update::{DueSearch, due_searches, last_searches, skeleton};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The shortest overlap that is not remarked on, in days.
const SHORT: i64 = 30;

/// Freezes the finished state as a baseline, makes the folder of a new search round, and says what to search.
///
/// Nothing that exists is written over. Refused while something would run again, or while errors stand.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review update start --date 2026-11-21                 overlaps the last search by 90 days
  review update start --date 2026-11-21 --overlap 26w   by half a year")]
pub(super) struct Args {
    /// The day of the new search
    #[arg(long, value_name = "DATE", value_parser = day)]
    date: Date,
    /// How far the new search reaches back behind the last one
    #[arg(long, value_name = "DAYS", value_parser = days, default_value = "90d")]
    overlap: i64,
}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    here.work(false, terminal, |project, terminal| {
        let report = engine::run(project, &RunOptions::look(), &())?;
        let plan = plan(args, project, &report)?;
        Ok(plan.carry_out(project, &report, terminal))
    })
}

/// What is to be written, after everything was checked.
struct Plan {
    baseline: Baseline,
    /// Path and text of the new round's searches.
    skeleton: (String, String),
    due: Vec<DueSearch>,
    short: bool,
}

/// Where the finished state is kept.
struct Baseline {
    folder: String,
    /// What is to be written into it; `None` when it holds these very bytes already.
    files: Option<BTreeMap<String, Vec<u8>>>,
    /// A folder that would have been its own, and holds another state.
    taken: Option<String>,
}

fn plan(args: &Args, project: &Project<'_>, report: &RunReport) -> Result<Plan, Problems> {
    let mut problems = Problems::new();
    let stale = report
        .stages
        .iter()
        .filter(|stage| !matches!(stage.status, Status::Fresh | Status::Skipped));
    let stale: Vec<&str> = stale.map(|stage| stage.id.as_str()).collect();
    if !stale.is_empty() {
        let title = format!("the review is not up to date: {}", stale.join(", "));
        problems.push(
            Problem::error("update::stale", title).help("`review run`, then start the update"),
        );
        return Err(problems);
    }
    let errors = report.problems().0.into_iter();
    let errors: Vec<Problem> = errors
        .filter(|problem| problem.severity == Severity::Error)
        .collect();
    if !errors.is_empty() {
        let title = "errors stand open in the state that would be frozen";
        problems.push(
            Problem::error("update::errors", title)
                .help("mend these, `review run`, then start the update"),
        );
        problems.append(Problems(errors));
        return Err(problems);
    }
    let last = last_searches(&sources(project).unwrap_or_default());
    let Some(latest) = last.iter().filter_map(|search| search.date.clone()).max() else {
        let title = "no search says on which day it was run";
        return Err(Problem::error("update::no-date", title)
            .help("write `date` in the searches.yaml of the last round")
            .into());
    };
    if args.date.to_string() <= latest {
        let title = format!(
            "the new round of {} is not after the last search of {latest}",
            args.date
        );
        problems.push(
            Problem::error("update::not-after", title)
                .help("name a later day, or correct `date` in the searches.yaml of that search"),
        );
    }
    let Some(folder) = searches_folder(project) else {
        let title = "no stage reads a folder of searches";
        return Err(Problem::error("update::no-searches", title)
            .help("wire one: `in: { searches: data/searches/ }`")
            .into());
    };
    let baseline = baseline(project, &latest, frozen(project, &mut problems));
    let round = format!("{folder}/{}", args.date);
    if project.root.join(&round).exists() {
        let title = format!("{round}/ is there already, and nothing was written");
        let help = "go on in that round, or name another day with --date";
        problems.push(Problem::error("update::exists", title).help(help));
    }
    if problems.has_errors() {
        return Err(problems);
    }
    let due = due_searches(last, args.date, args.overlap);
    Ok(Plan {
        baseline,
        skeleton: (format!("{round}/searches.yaml"), skeleton(args.date, &due)),
        due,
        short: args.overlap < SHORT,
    })
}

/// The baseline of the last search's day; with a number where that day's folder holds another state.
fn baseline(project: &Project<'_>, latest: &str, frozen: BTreeMap<String, Vec<u8>>) -> Baseline {
    let plain = format!("{BASELINES}/{latest}");
    let mut folder = plain.clone();
    let mut number = 2;
    loop {
        let there = project.root.join(&folder);
        let same = || {
            frozen.iter().all(|(path, bytes)| {
                files::read(&there.join(path)).is_ok_and(|kept| kept == *bytes)
            })
        };
        let free = !there.exists();
        // The same bytes, so that a round can be started again on another day.
        if free || same() {
            return Baseline {
                taken: (folder != plain).then_some(plain),
                files: free.then_some(frozen),
                folder,
            };
        }
        folder = format!("{plain}-{number}");
        number += 1;
    }
}

/// The folder of searches that an import reads.
fn searches_folder(project: &Project<'_>) -> Option<String> {
    let mut inputs = project.stages.iter().flat_map(|stage| &stage.inputs);
    let (_, sources) = inputs.find(|(port, _)| port == "searches")?;
    sources.iter().find_map(|source| match source {
        Source::Path(path) => Some(path.to_string()),
        Source::Stage(..) => None,
    })
}

/// The files of a baseline, by their paths in the project: lock, everything that a run reads, and everything shown.
fn frozen(project: &Project<'_>, problems: &mut Problems) -> BTreeMap<String, Vec<u8>> {
    let mut paths = BTreeSet::from(["pipeline.lock".to_owned()]);
    match engine::read_by_a_run(project) {
        Ok(read) => paths.extend(read),
        Err(error) => problems.push(Problem::error(
            "update::unreadable",
            format!("the inputs cannot be listed: {error}"),
        )),
    }
    for slot in project.stages.iter().flat_map(|stage| &stage.outputs) {
        let shown = project.root.join(&slot.path);
        if shown.is_dir() {
            paths.extend(files::list(&project.root, &shown).unwrap_or_default());
        } else if shown.exists() {
            paths.insert(slot.path.clone());
        }
    }
    let mut found = BTreeMap::new();
    for path in paths {
        match files::read(&project.root.join(&path)) {
            Ok(bytes) => {
                found.insert(path, bytes);
            }
            Err(error) => {
                let title = format!("{path} cannot be read: {error}");
                problems.push(
                    Problem::error("update::unreadable", title).help("`review run` shows it again"),
                );
            }
        }
    }
    found
}

impl Plan {
    fn carry_out(
        &self,
        project: &Project<'_>,
        report: &RunReport,
        terminal: &mut Terminal,
    ) -> Exit {
        if let Err(said) = self.write(project) {
            terminal.say(said);
            return Exit::StageFailed;
        }
        let folder = &self.baseline.folder;
        if let Some(taken) = &self.baseline.taken {
            terminal.say(format!(
                "{taken}/ holds another state of the same last search, and stays as it is"
            ));
        }
        match &self.baseline.files {
            None => terminal.line(format!("{folder}/ holds this state already")),
            Some(files) => terminal.line(format!("{} files frozen in {folder}/", files.len())),
        }
        for work in report.open_work() {
            terminal.say(format!(
                "open in the frozen state: {} ({})",
                work.what, work.count
            ));
        }
        if self.short {
            terminal.say(format!(
                "an overlap below {SHORT} days loses records that a database enters late"
            ));
        }
        let skeleton = &self.skeleton.0;
        terminal.line(format!("{skeleton} is to be completed\n\nSearch:"));
        for due in &self.due {
            tell(due, terminal);
        }
        terminal.line(format!(
            "\nThen put each export beside {skeleton}, fill in `hits`, and `review run`.\n{}",
            wiring::told(project, folder).trim_end()
        ));
        Exit::Done
    }

    /// Writes the baseline, whole or not at all, and then the round.
    fn write(&self, project: &Project<'_>) -> Result<(), String> {
        let folder = &self.baseline.folder;
        if let Some(frozen) = &self.baseline.files {
            files::write_folder(&project.root.join(folder), frozen)
                .map_err(|error| format!("{folder}/ cannot be written: {error}"))?;
        }
        let (path, text) = &self.skeleton;
        files::write(&project.root.join(path), text.as_bytes(), true)
            .map_err(|error| format!("{path} cannot be written: {error}"))
    }
}

fn tell(due: &DueSearch, terminal: &mut Terminal) {
    let last = &due.last;
    terminal.line(format!(
        "  {} ({}) → {}",
        last.database, last.platform, last.file
    ));
    if last.query.is_empty() {
        terminal.line("    strategy: none is stored; write it down as it is run");
    } else {
        terminal.line(format!(
            "    strategy: {}",
            last.query.replace('\n', "\n              ")
        ));
    }
    if last.doubtful {
        terminal.line(
            "    it may have replaced another strategy of this database, or been replaced: leave out what is asked no more",
        );
    }
    match &due.window {
        Some(window) => {
            terminal.line(format!("    limit: {}", window.words));
            if let Some(clause) = &window.clause {
                terminal.line(format!("           {clause}"));
            }
        }
        None => terminal.line("    limit: none, for the day of its last search is not known"),
    }
}
