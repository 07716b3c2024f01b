//! Whether the files of a project are those that `pipeline.lock` says, and whether its inputs give them again.

use super::copy;
use super::files;
use super::lock_file::{self, LockFile};
use super::project::{Project, Work};
use super::run::run;
use super::run_report::{RunOptions, Status};
use super::trust::Trust;
use crate::digest::Digest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// The folder of the reports.
const REPORTS: &str = "reports";

/// What the comparison with the lock found.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// Files that people keep, by the lock.
    pub inputs: usize,
    /// Those that are as they were when they were used.
    pub inputs_same: usize,
    /// Files that stages made, by the lock.
    pub outputs: usize,
    /// Those that are as they were made.
    pub outputs_same: usize,
    /// The files that differ or are gone.
    pub changed: BTreeSet<String>,
    /// Every difference.
    pub problems: Problems,
}

/// Compares every file on disk with its digest in `pipeline.lock`: inputs, whether a stage read them or not, and outputs.
///
/// Every file is read anew; no note of sizes and times is trusted.
pub fn compare(project: &Project<'_>) -> Compared {
    let mut compared = Compared::default();
    let Ok(text) = files::read_text(&project.root.join(lock_file::FILE)) else {
        compared.problems.push(
            Problem::error(
                "audit::no-lock",
                "there is no pipeline.lock, so nothing says what the reports were made from",
            )
            .at(Place::file(lock_file::FILE))
            .help("run `review run`"),
        );
        return compared;
    };
    let lock = LockFile::parse(&text);
    let inputs = lock.files(&["input", "kept"]);
    let outputs = lock.files(&["output"]);
    compared.inputs = inputs.len();
    compared.outputs = outputs.len();
    for (path, digests) in &inputs {
        match differs(project, path, digests, true) {
            None => compared.inputs_same += 1,
            Some(problem) => compared.take(path, problem),
        }
    }
    for (path, digests) in &outputs {
        match differs(project, path, digests, false) {
            None => compared.outputs_same += 1,
            Some(problem) => compared.take(path, problem),
        }
    }
    unknown_inputs(project, &inputs, &outputs, &mut compared);
    unknown_outputs(project, &outputs, &mut compared);
    stages_of_another_time(project, &lock, &mut compared);
    compared
}

impl Compared {
    fn take(&mut self, path: &str, problem: Problem) {
        self.changed.insert(path.to_owned());
        self.problems.push(problem);
    }
}

/// How a file differs from what the lock says.
fn differs(
    project: &Project<'_>,
    path: &str,
    digests: &BTreeSet<Digest>,
    input: bool,
) -> Option<Problem> {
    let (code, what, help) = if input {
        (
            "audit::changed-input",
            "an input",
            "bring the file back, or `review run` and look at what changes in the reports",
        )
    } else {
        (
            "audit::edited-output",
            "an output",
            "delete it and `review run`; a change of your own belongs into data/ or stages/",
        )
    };
    let said = match files::read(&project.root.join(path)) {
        Ok(bytes) if digests.len() > 1 => {
            let side = if digests.contains(&Digest::of(&bytes)) {
                "one of them is its own"
            } else {
                "none of them is its own"
            };
            format!(
                "stages were run on {} versions of {what}, or a merge joined them, and {side}: {path}",
                digests.len()
            )
        }
        Ok(bytes) if digests.contains(&Digest::of(&bytes)) => return None,
        Ok(_) if input => format!("{what} no longer says what it said when it was used: {path}"),
        Ok(_) => format!("{what} is not as it was made: {path}"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => format!("{what} is gone: {path}"),
        Err(error) => format!("{what} cannot be read: {path}: {error}"),
    };
    Some(Problem::error(code, said).at(Place::file(path)).help(help))
}

type Digests = BTreeMap<String, BTreeSet<Digest>>;

/// Files below `data/`, and others that stages would read, that the lock does not know.
fn unknown_inputs(
    project: &Project<'_>,
    inputs: &Digests,
    outputs: &Digests,
    compared: &mut Compared,
) {
    match copy::made_from(project) {
        Ok(kept) => {
            for path in kept {
                if !inputs.contains_key(&path) && !outputs.contains_key(&path) {
                    let title = format!(
                        "a file that the lock does not know, so it came after the reports: {path}"
                    );
                    let problem = Problem::error("audit::unknown-input", title)
                        .at(Place::file(path.as_str()))
                        .help("`review run` takes it into account, or move it away");
                    compared.take(&path, problem);
                }
            }
        }
        Err(error) => compared.problems.push(
            Problem::error(
                "audit::unreadable",
                format!("data/ cannot be listed: {error}"),
            )
            .at(Place::file(copy::DATA)),
        ),
    }
}

/// Files in folders that stages alone fill and at places of outputs, and that no stage made.
fn unknown_outputs(project: &Project<'_>, outputs: &Digests, compared: &mut Compared) {
    let slots = project.stages.iter().flat_map(|stage| &stage.outputs);
    let mut places: BTreeSet<&str> = slots.map(|slot| slot.path.as_str()).collect();
    places.insert(REPORTS);
    let optional = |path: &str| {
        let mut stages = project.stages.iter();
        stages.any(|stage| {
            matches!(&stage.work, Work::Command(command) if command.optional)
                && stage
                    .outputs
                    .iter()
                    .any(|slot| copy::is_at_or_below(path, &slot.path))
        })
    };
    let found = |place: &&str| copy::files_at(project, place).unwrap_or_default();
    let listed: BTreeSet<String> = places.iter().flat_map(found).collect();
    for path in listed {
        if !outputs.contains_key(&path) && !optional(&path) {
            let title = format!("a file among the outputs that no stage made: {path}");
            let problem = Problem::error("audit::unknown-output", title)
                .at(Place::file(path.as_str()))
                .help("move it out of reports/");
            compared.take(&path, problem);
        }
    }
}

/// Stages of the pipeline that the lock does not hold.
fn stages_of_another_time(project: &Project<'_>, lock: &LockFile, compared: &mut Compared) {
    let known = lock.stages();
    for stage in &project.stages {
        let optional = matches!(&stage.work, Work::Command(command) if command.optional);
        if !known.contains(stage.decl.id.as_str()) && !optional {
            let title = format!(
                "nothing says what the stage `{}` was made from",
                stage.decl.id
            );
            compared.problems.push(
                Problem::error("audit::unlocked-stage", title)
                    .at(stage.decl.place.clone())
                    .help("run `review run`"),
            );
        }
    }
}

/// What a rebuild from the inputs found.
#[derive(Clone, Debug, Default)]
pub struct Rebuilt {
    /// Files that the rebuild made.
    pub outputs: usize,
    /// Those that are, byte for byte, the files on disk.
    pub same: usize,
    /// Every difference.
    pub problems: Problems,
}

/// Rebuilds the project from copies of its inputs with an empty cache in `folder`, and compares all bytes of all outputs.
///
/// # Errors
///
/// When the inputs cannot be copied, or a run of them stops before any stage.
pub fn recompute(
    project: &Project<'_>,
    folder: &std::path::Path,
    trust: Trust,
) -> Result<Rebuilt, Problems> {
    copy::inputs(project, folder)
        .map_err(|error| super::inputs::system("the inputs cannot be copied", &error))?;
    let registry = crate::stage::Registry::built_in();
    let again = Project::open(folder, &registry)?;
    // What an optional stage makes depends on the machine, and is in no lock.
    let locked = again
        .stages
        .iter()
        .filter(|stage| !matches!(&stage.work, Work::Command(command) if command.optional));
    let only: Vec<String> = locked.map(|stage| stage.decl.id.to_string()).collect();
    if only.is_empty() {
        return Ok(Rebuilt::default());
    }
    let options = RunOptions {
        only,
        rehash: true,
        trust: match trust {
            Trust::Approved => Trust::CopyOf(project.root.clone()),
            other => other,
        },
        ..RunOptions::default()
    };
    let report = run(&again, &options, &())?;
    let mut rebuilt = Rebuilt::default();
    let mut made = BTreeSet::new();
    for stage in &report.stages {
        if matches!(stage.status, Status::Failed | Status::Blocked) {
            let title = format!("the stage `{}` cannot be rebuilt from the inputs", stage.id);
            rebuilt
                .problems
                .push(Problem::error("audit::not-rebuilt", title).help("`review run` tells why"));
            rebuilt.problems.append(stage.problems.clone());
        }
        if stage.status == Status::Skipped {
            rebuilt.problems.append(stage.problems.clone());
        }
        for (path, digest) in stage
            .outputs
            .iter()
            .flat_map(super::store::StoredOutput::each_file)
        {
            rebuilt.outputs += 1;
            let found = files::read(&project.root.join(&path)).map(|bytes| Digest::of(&bytes));
            if found.ok() == Some(digest) {
                rebuilt.same += 1;
            } else {
                let title = format!("rebuilt from the inputs, this file has other bytes: {path}");
                rebuilt.problems.push(
                    Problem::error("audit::other-bytes", title)
                        .at(Place::file(path.as_str()))
                        .help("`review run`, then compare the two versions"),
                );
            }
            made.insert(path);
        }
    }
    let text = files::read_text(&project.root.join(lock_file::FILE)).unwrap_or_default();
    for path in LockFile::parse(&text).files(&["output"]).into_keys() {
        if !made.contains(&path) {
            let title = format!("rebuilt from the inputs, this file does not come: {path}");
            rebuilt
                .problems
                .push(Problem::error("audit::other-bytes", title).at(Place::file(path.as_str())));
        }
    }
    Ok(rebuilt)
}
