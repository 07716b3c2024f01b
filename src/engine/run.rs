//! A run: stages in parallel, each brought up to date in turn from what those above it gave.
//!
//! Whether a stage runs is settled while the run goes: a stage above that reran to the same bytes leaves those below fresh.

use super::baseline;
use super::command;
use super::copy;
use super::files;
use super::guard::{Guard, Refused};
use super::inputs::{self, digest_inputs, system};
use super::journal;
use super::lock_file::{self, LockFile};
use super::outputs;
use super::own_folder::own_folder;
use super::process::Fence;
use super::project::{Project, Work};
use super::run_report::{Listener, RunOptions, RunReport, StageRun, Status};
use super::settle::{Bench, Board};
use super::stat_cache::StatCache;
use super::store::{Store, StoredOutput};
use super::structure;
use super::trust::Approvals;
use crate::problem::{Problem, Problems};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Brings a project up to date.
///
/// # Errors
///
/// What stops a run before any stage: an unknown stage name, another run, a structural fault in a data file, the file system.
pub fn run(
    project: &Project<'_>,
    options: &RunOptions,
    listener: &dyn Listener,
) -> Result<RunReport, Problems> {
    let wanted = wanted(project, &options.only)?;
    own_folder(&project.root)?;
    let guard = if options.dry && options.shared.is_none() {
        None
    } else {
        Some(take_guard(project, options, listener)?)
    };
    if let Some(guard) = &guard {
        command::forget_killed(&project.root);
        if guard.follows_dead() {
            sweep(project);
        }
    }
    let lock = project.root.join(lock_file::FILE);
    let (listing, (mut stat, lock)) = rayon::join(
        || inputs::list(project, &wanted),
        || {
            rayon::join(
                || StatCache::open(&project.root, options.rehash),
                || LockFile::parse(&files::read_text(&lock).unwrap_or_default()),
            )
        },
    );
    let inputs = digest_inputs(project, listing, &mut stat)?;
    let bench = Bench {
        project,
        options,
        listener,
        store: Store::open(&project.root),
        lock,
        stat: Mutex::new(stat),
        inputs,
        approvals: Approvals::of(project, &options.trust),
    };
    structure::look(&bench, &wanted)?;
    let mut report = settle_all(&bench, &wanted);
    tell_of_baselines(&bench, &mut report);
    if options.cancel.is_asked() {
        say_stopped(&mut report);
    }
    if !options.dry {
        finish(&bench, &mut report);
        bench.stat.lock().expect("no thread panicked").save();
    }
    Ok(report)
}

fn take_guard(
    project: &Project<'_>,
    options: &RunOptions,
    listener: &dyn Listener,
) -> Result<Guard, Problems> {
    let waiting = |holder: &str| listener.waiting(holder);
    Guard::take(&project.root, options.wait, &options.cancel, waiting).map_err(|refused| {
        let help = match refused {
            Refused::Busy(_) => "wait for it, or leave out `--no-wait`",
            Refused::System(_) => "check that the folder can be written to",
        };
        Problem::error("engine::busy", refused.to_string())
            .help(help)
            .into()
    })
}

/// Removes the files that a killed run was writing, under the names that they had meanwhile.
fn sweep(project: &Project<'_>) {
    let slots = project.stages.iter().flat_map(|stage| &stage.outputs);
    let mut folders: BTreeSet<PathBuf> = slots
        .filter_map(|slot| files::inside(&project.root, &slot.path).ok())
        .filter_map(|path| path.parent().map(Path::to_owned))
        .collect();
    folders.remove(&project.root);
    folders.insert(project.root.join(".review"));
    folders.iter().for_each(|folder| files::sweep(folder));
    files::sweep_here(&project.root);
}

/// Says once that the run ended before everything was done.
fn say_stopped(report: &mut RunReport) {
    let mut stages = report.stages.iter_mut();
    if let Some(stage) = stages.find(|stage| stage.status == Status::Blocked) {
        stage.problems.push(
            Problem::error(
                "engine::stopped",
                "the run was stopped before everything was done",
            )
            .help("run again: what was done is kept, and nothing half done is"),
        );
    }
}

/// The stages asked for and all they read.
fn wanted(project: &Project<'_>, only: &[String]) -> Result<Vec<bool>, Problems> {
    let mut wanted = vec![only.is_empty(); project.stages.len()];
    let mut problems = Problems::new();
    for id in only {
        let made = project.pipeline.groups.iter();
        let made = made.filter(|(group, _)| group.as_str() == id);
        let made: Vec<usize> = made
            .flat_map(|(_, stages)| stages)
            .filter_map(|stage| project.position(stage.as_str()))
            .collect();
        if let Some(position) = project.position(id) {
            wanted[position] = true;
        } else if !made.is_empty() {
            made.iter().for_each(|position| wanted[*position] = true);
        } else {
            let names = project.stages.iter().map(|stage| stage.decl.id.as_str());
            let help = crate::nearest::nearest(id, names).map_or_else(
                || "see `review graph`".to_owned(),
                |name| format!("did you mean `{name}`?"),
            );
            problems.push(
                Problem::error("engine::unknown-stage", format!("there is no stage `{id}`"))
                    .help(help),
            );
        }
    }
    if problems.has_errors() {
        return Err(problems);
    }
    for position in (0..wanted.len()).rev() {
        if wanted[position] {
            project.stages[position]
                .upstream()
                .for_each(|above| wanted[above] = true);
        }
    }
    Ok(wanted)
}

/// Runs everything wanted, in parallel, each stage once those above it are settled.
fn settle_all(bench: &Bench<'_, '_>, wanted: &[bool]) -> RunReport {
    let board: Board = Mutex::new((0..bench.project.stages.len()).map(|_| None).collect());
    let flow = Flow::of(bench.project, wanted);
    rayon::scope(|scope| {
        for position in &flow.ready {
            start(bench, scope, *position, &board, &flow);
        }
    });
    let stages = board.into_inner().expect("no thread panicked");
    RunReport {
        stages: stages.into_iter().flatten().collect(),
    }
}

/// What waits on what, by the position of the stage.
struct Flow {
    /// How many stages above it are not settled yet.
    waits: Vec<AtomicUsize>,
    /// The stages that read what the stage gives.
    below: Vec<Vec<usize>>,
    /// The stages that wait on none from the start.
    ready: Vec<usize>,
}

impl Flow {
    fn of(project: &Project<'_>, wanted: &[bool]) -> Self {
        let (mut below, mut ready) = (vec![Vec::new(); project.stages.len()], Vec::new());
        let mut waits = Vec::new();
        for (position, stage) in project.stages.iter().enumerate() {
            let wanted = wanted[position];
            let above: BTreeSet<usize> = stage.upstream().filter(|_| wanted).collect();
            above.iter().for_each(|above| below[*above].push(position));
            if wanted && above.is_empty() {
                ready.push(position);
            }
            waits.push(AtomicUsize::new(above.len()));
        }
        Self {
            waits,
            below,
            ready,
        }
    }

    /// Notes that a stage is settled; the stages that waited on it last.
    fn settled(&self, position: usize) -> impl Iterator<Item = usize> {
        let below = self.below[position].iter().copied();
        below.filter(|below| self.waits[*below].fetch_sub(1, Ordering::AcqRel) == 1)
    }
}

fn start<'s>(
    bench: &'s Bench<'_, '_>,
    scope: &rayon::Scope<'s>,
    position: usize,
    board: &'s Board,
    flow: &'s Flow,
) {
    scope.spawn(move |scope| {
        let done = bench.settle(position, board);
        bench.listener.finished(&done);
        board.lock().expect("no thread panicked")[position] = Some(done);
        for ready in flow.settled(position) {
            start(bench, scope, ready, board, flow);
        }
    });
}

/// Adds what is wrong with frozen states to the stages that read them.
fn tell_of_baselines(bench: &Bench<'_, '_>, report: &mut RunReport) {
    for (position, problem) in baseline::told(bench.project, &bench.inputs) {
        let id = bench.project.stages[position].decl.id.as_str();
        let mut stages = report.stages.iter_mut();
        if let Some(stage) = stages.find(|stage| stage.id == id) {
            stage.problems.push(problem);
        }
    }
}

/// Writes the lock and the journal.
fn finish(bench: &Bench<'_, '_>, report: &mut RunReport) {
    let mut lock = bench.lock.clone();
    note_stages(&mut lock, bench.project, report);
    let known: BTreeSet<&str> = bench
        .project
        .stages
        .iter()
        .map(|stage| stage.decl.id.as_str())
        .collect();
    let mut stat = bench.stat.lock().expect("no thread panicked");
    for gone in bench.lock.stages().difference(&known) {
        outputs::remove_left_behind(
            &bench.project.root,
            gone,
            &bench.store,
            &bench.lock,
            &mut stat,
            &|path| bench.project.gives(path, gone) || copy::is_kept(bench.project, path),
        );
    }
    lock.keep_only(&known);
    note_kept(&mut lock, bench.project, report, &mut stat);
    bench.store.settle();
    if lock != bench.lock
        && let Err(error) = files::write(
            &bench.project.root.join(lock_file::FILE),
            lock.to_text().as_bytes(),
            true,
        )
        && let Some(last) = report.stages.last_mut()
    {
        last.problems
            .push(system("pipeline.lock cannot be written", &error));
    }
    let ran = report.stages.iter();
    let ran = ran.filter(|done| matches!(done.status, Status::Ran | Status::Failed));
    let ran: BTreeSet<&str> = ran.map(|done| done.id.as_str()).collect();
    let network = bench.project.stages.iter().find(|stage| {
        matches!(stage.work, Work::Command(_)) && ran.contains(stage.decl.id.as_str())
    });
    let network = network.map(|_| Fence::here().in_words());
    journal::note(&bench.project.root, report, network);
}

/// Notes in the lock the files that people keep and no stage reads, once all stages are settled.
fn note_kept(lock: &mut LockFile, project: &Project<'_>, report: &RunReport, stat: &mut StatCache) {
    let whole = report.stages.len() == project.stages.len() && !report.failed();
    // A folder that cannot be listed leaves the old lines, and the audit says what differs.
    let Some(kept) = copy::kept_unread(project).ok().filter(|_| whole) else {
        return;
    };
    let digests = kept.into_iter().filter_map(|path| {
        let digest = stat.digest(&path).ok()?;
        Some((path, digest))
    });
    lock.set_kept(digests.collect::<Vec<_>>());
}

/// Notes in the lock what each shown output was made from; an optional stage leaves no line, wherever its program is installed.
fn note_stages(lock: &mut LockFile, project: &Project<'_>, report: &RunReport) {
    let done = report.stages.iter().map(|done| (done.id.as_str(), done));
    let done: BTreeMap<&str, &StageRun> = done.collect();
    for stage in &project.stages {
        let Some(done) = done.get(stage.decl.id.as_str()).copied() else {
            continue;
        };
        let optional = matches!(&stage.work, Work::Command(command) if command.optional);
        match (done.status, done.key) {
            _ if optional => lock.forget(&done.id),
            (Status::Ran | Status::Fresh, Some(key)) => {
                let outputs: Vec<_> = done
                    .outputs
                    .iter()
                    .flat_map(StoredOutput::each_file)
                    .collect();
                lock.set_stage(&done.id, key, &done.files, &outputs);
            }
            _ => {}
        }
    }
}
