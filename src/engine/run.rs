//! A run: stages in parallel, each brought up to date in turn from what those above it gave.
//!
//! Whether a stage runs is settled while the run goes: a stage above that reran to the same bytes leaves those below fresh.

use super::command::{self, CommandCall, CommandEnd};
use super::files;
use super::guard::{Guard, Refused, Wait};
use super::ingredients::Ingredients;
use super::lock_file::{self, LockFile};
use super::outputs;
use super::project::{PROBLEMS, Project, ReadyStage, Source, Work};
use super::stat_cache::StatCache;
use super::store::{FOLDER, Held, Store, StoredOutput, StoredResult};
use crate::digest::Digest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::stage::{Context, InFile, Incoming, OpenWork, Output, Received, problem_rows};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

/// What a run may be asked.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Stages to bring up to date, with all they need; empty means all.
    pub only: Vec<String>,
    /// Run these even when nothing changed.
    pub force: bool,
    /// Say what would run, and touch nothing.
    pub dry: bool,
    /// Whether to wait for another run.
    pub wait: Wait,
    /// Digest every file again.
    pub rehash: bool,
}

/// How a stage ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It ran.
    Ran,
    /// Nothing it reads changed.
    Fresh,
    /// It failed.
    Failed,
    /// Something above it failed.
    Blocked,
    /// It is optional, and its program is not installed.
    Skipped,
    /// A dry run: it would run.
    WouldRun,
    /// A dry run: it may run, depending on what those above give.
    MayRun,
}

/// What happened to one stage.
#[derive(Clone, Debug)]
pub struct StageRun {
    /// Its name.
    pub id: String,
    /// How it ended.
    pub status: Status,
    /// Why it ran, in words.
    pub reasons: Vec<String>,
    /// How long it took.
    pub seconds: f64,
    /// What it had to say, now or when it ran.
    pub problems: Problems,
    /// What people owe.
    pub open_work: Vec<OpenWork>,
    /// What it gave.
    pub outputs: Vec<StoredOutput>,
    /// Files written into the project.
    pub written: Vec<String>,
    key: Option<Digest>,
    files: Vec<(String, Digest)>,
}

/// What happened in a run.
#[derive(Clone, Debug, Default)]
pub struct RunReport {
    /// The stages, in the order of the graph.
    pub stages: Vec<StageRun>,
}

impl RunReport {
    /// All problems, in the order of the stages, each said once.
    pub fn problems(&self) -> Problems {
        let mut seen = BTreeSet::new();
        let all = self.stages.iter().flat_map(|stage| stage.problems.iter());
        Problems(
            all.filter(|problem| seen.insert(*problem))
                .cloned()
                .collect(),
        )
    }

    /// All open work.
    pub fn open_work(&self) -> Vec<&OpenWork> {
        self.stages
            .iter()
            .flat_map(|stage| &stage.open_work)
            .collect()
    }

    /// Whether any stage failed.
    pub fn failed(&self) -> bool {
        self.stages
            .iter()
            .any(|stage| matches!(stage.status, Status::Failed | Status::Blocked))
    }
}

/// Hears how a run goes, from several threads.
pub trait Listener: Sync {
    /// Another run holds the project; this one waits.
    fn waiting(&self, _holder: &str) {}
    /// A stage begins to work.
    fn started(&self, _id: &str) {}
    /// A stage is done, in whatever way.
    fn finished(&self, _stage: &StageRun) {}
}

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
    let _guard = if options.dry {
        None
    } else {
        Some(take_guard(project, options.wait, listener)?)
    };
    if !options.dry {
        command::forget_killed(&project.root);
    }
    let mut stat = StatCache::open(&project.root, options.rehash);
    let inputs = digest_inputs(project, &wanted, &mut stat)?;
    let lock =
        LockFile::parse(&files::read_text(&project.root.join(lock_file::FILE)).unwrap_or_default());
    let run = Run {
        project,
        options,
        listener,
        store: Store::open(&project.root),
        lock,
        stat: Mutex::new(stat),
        inputs,
    };
    run.check_structure(&wanted)?;
    let mut report = run.all(&wanted);
    if !options.dry {
        run.finish(&mut report);
    }
    if !options.dry {
        run.stat.lock().expect("no thread panicked").save();
    }
    Ok(report)
}

/// Everything wrong with the structure of the files that stages take from people.
pub fn check(project: &Project<'_>) -> Problems {
    let wanted = vec![true; project.stages.len()];
    let mut stat = StatCache::open(&project.root, false);
    let inputs = match digest_inputs(project, &wanted, &mut stat) {
        Ok(inputs) => inputs,
        Err(problems) => return problems,
    };
    let mut problems = Problems::new();
    for (position, stage) in project.stages.iter().enumerate() {
        let Work::BuiltIn(work) = &stage.work else {
            continue;
        };
        match files_of(&project.root, stage, &inputs[position]) {
            Ok(incoming) => problems.append(work.check(&stage.settings, &incoming)),
            Err(problem) => problems.push(problem),
        }
    }
    problems
}

fn system(what: &str, error: &io::Error) -> Problem {
    Problem::error("engine::system", format!("{what}: {error}"))
}

fn take_guard(
    project: &Project<'_>,
    wait: Wait,
    listener: &dyn Listener,
) -> Result<Guard, Problems> {
    Guard::take(&project.root, wait, |holder| listener.waiting(holder)).map_err(|refused| {
        let help = match refused {
            Refused::Busy(_) => "wait for it, or leave out `--no-wait`",
            Refused::System(_) => "check that the folder can be written to",
        };
        Problem::error("engine::busy", refused.to_string())
            .help(help)
            .into()
    })
}

/// The stages asked for and all they read.
fn wanted(project: &Project<'_>, only: &[String]) -> Result<Vec<bool>, Problems> {
    let mut wanted = vec![only.is_empty(); project.stages.len()];
    let mut problems = Problems::new();
    for id in only {
        if let Some(position) = project.position(id) {
            wanted[position] = true;
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

/// Digests of every file that each stage reads: `(port, path, digest)`.
type FileInputs = Vec<Vec<(String, String, Digest)>>;

fn digest_inputs(
    project: &Project<'_>,
    wanted: &[bool],
    stat: &mut StatCache,
) -> Result<FileInputs, Problems> {
    let mut problems = Problems::new();
    let mut inputs = Vec::new();
    for (stage, wanted) in project.stages.iter().zip(wanted) {
        let mut found = Vec::new();
        for (port, path) in stage.paths().filter(|_| *wanted) {
            match list_input(project, path.as_str()) {
                Ok(paths) => {
                    for (path, digest) in paths.iter().zip(stat.digests(&paths)) {
                        match digest {
                            Ok(digest) => found.push((port.to_owned(), path.clone(), digest)),
                            Err(error) => problems.push(
                                system("an input cannot be read", &error)
                                    .at(Place::file(path.as_str())),
                            ),
                        }
                    }
                }
                Err(error) => problems
                    .push(system("an input cannot be read", &error).at(Place::file(path.as_str()))),
            }
        }
        inputs.push(found);
    }
    if problems.has_errors() {
        Err(problems)
    } else {
        Ok(inputs)
    }
}

fn list_input(project: &Project<'_>, path: &str) -> io::Result<Vec<String>> {
    let full = project.root.join(path);
    if full.is_dir() {
        files::list(&project.root, &full)
    } else {
        Ok(vec![path.to_owned()])
    }
}

struct Run<'a, 'r> {
    project: &'a Project<'r>,
    options: &'a RunOptions,
    listener: &'a dyn Listener,
    store: Store,
    lock: LockFile,
    stat: Mutex<StatCache>,
    inputs: FileInputs,
}

/// What is known of each stage while the run goes.
type Board = Mutex<Vec<Option<StageRun>>>;

impl Run<'_, '_> {
    /// Lets every stage look at the structure of its files, unless these very files passed before.
    fn check_structure(&self, wanted: &[bool]) -> Result<(), Problems> {
        let mut problems = Problems::new();
        for (position, stage) in self
            .project
            .stages
            .iter()
            .enumerate()
            .filter(|(position, _)| wanted[*position])
        {
            let Work::BuiltIn(work) = &stage.work else {
                continue;
            };
            let Some(mark) = self.structure_mark(position, stage) else {
                continue;
            };
            if mark.exists() {
                continue;
            }
            let incoming = files_of(&self.project.root, stage, &self.inputs[position])?;
            let found = work.check(&stage.settings, &incoming);
            if found.is_empty() && !self.options.dry {
                let _ = files::write(&mark, b"", false);
            }
            problems.append(found);
        }
        if problems.has_errors() {
            Err(problems)
        } else {
            Ok(())
        }
    }

    /// The name of the mark that these files passed; `None` for a stage that reads no file.
    fn structure_mark(
        &self,
        position: usize,
        stage: &ReadyStage<'_>,
    ) -> Option<std::path::PathBuf> {
        let Work::BuiltIn(work) = &stage.work else {
            return None;
        };
        let signature = work.signature();
        let mut ingredients =
            Ingredients::new(stage.decl.id.as_str(), signature.kind, signature.revision);
        ingredients.settings(&stage.settings);
        for (port, path, digest) in &self.inputs[position] {
            ingredients.file(port, path, *digest);
        }
        let mark = self
            .project
            .root
            .join(format!(".review/checked/{}", ingredients.key()));
        (!self.inputs[position].is_empty()).then_some(mark)
    }

    /// Runs everything wanted, in parallel, each stage once those above it are settled.
    fn all(&self, wanted: &[bool]) -> RunReport {
        let board: Board = Mutex::new((0..self.project.stages.len()).map(|_| None).collect());
        let started = Mutex::new(vec![false; self.project.stages.len()]);
        rayon::scope(|scope| self.start_ready(scope, wanted, &board, &started));
        let stages = board.into_inner().expect("no thread panicked");
        RunReport {
            stages: stages.into_iter().flatten().collect(),
        }
    }

    fn start_ready<'s>(
        &'s self,
        scope: &rayon::Scope<'s>,
        wanted: &'s [bool],
        board: &'s Board,
        started: &'s Mutex<Vec<bool>>,
    ) {
        let settled: Vec<bool> = board
            .lock()
            .expect("no thread panicked")
            .iter()
            .map(Option::is_some)
            .collect();
        let mut started_now = started.lock().expect("no thread panicked");
        for (position, stage) in self.project.stages.iter().enumerate() {
            if wanted[position]
                && !started_now[position]
                && stage.upstream().all(|above| settled[above])
            {
                started_now[position] = true;
                scope.spawn(move |scope| {
                    let done = self.settle(position, board);
                    self.listener.finished(&done);
                    board.lock().expect("no thread panicked")[position] = Some(done);
                    self.start_ready(scope, wanted, board, started);
                });
            }
        }
    }

    /// Brings one stage up to date.
    fn settle(&self, position: usize, board: &Board) -> StageRun {
        let stage = &self.project.stages[position];
        let clock = Instant::now();
        let mut done = StageRun {
            id: stage.decl.id.to_string(),
            status: Status::Fresh,
            reasons: Vec::new(),
            seconds: 0.0,
            problems: Problems::new(),
            open_work: Vec::new(),
            outputs: Vec::new(),
            written: Vec::new(),
            key: None,
            files: self.inputs[position]
                .iter()
                .map(|(_, path, digest)| (path.clone(), *digest))
                .collect(),
        };
        if Self::waits(stage, board, &mut done) {
            return done;
        }
        let ingredients = self.ingredients(position, stage, board);
        let key = ingredients.key();
        done.key = Some(key);
        match self.hit(stage, key, &ingredients, &mut done) {
            Some(result) => Self::take(result, &mut done),
            None if self.options.dry => done.status = Status::WouldRun,
            None => self.work(position, stage, board, ingredients, &mut done),
        }
        if !self.options.dry && matches!(done.status, Status::Ran | Status::Fresh) {
            self.show(stage, key, &mut done);
        }
        done.seconds = clock.elapsed().as_secs_f64();
        done
    }

    /// Whether a stage cannot be settled because of those above it.
    fn waits(stage: &ReadyStage<'_>, board: &Board, done: &mut StageRun) -> bool {
        let board = board.lock().expect("no thread panicked");
        for above in stage.upstream() {
            let above = board[above]
                .as_ref()
                .expect("stages above are settled first");
            let word = match above.status {
                Status::Failed | Status::Blocked => Status::Blocked,
                Status::Skipped => Status::Skipped,
                Status::WouldRun | Status::MayRun => Status::MayRun,
                Status::Ran | Status::Fresh => continue,
            };
            done.status = word;
            let said = format!("waits on {}", above.id);
            if !done.reasons.contains(&said) {
                done.reasons.push(said);
            }
        }
        done.status != Status::Fresh
    }

    fn ingredients(&self, position: usize, stage: &ReadyStage<'_>, board: &Board) -> Ingredients {
        let id = stage.decl.id.as_str();
        let mut ingredients = match &stage.work {
            Work::BuiltIn(work) => {
                Ingredients::new(id, work.signature().kind, work.signature().revision)
            }
            Work::Command(command) => command_ingredients(id, command),
        };
        ingredients.settings(&stage.settings);
        for slot in &stage.outputs {
            ingredients.command(&format!("output {}", slot.port), &slot.path);
        }
        for (port, path, digest) in &self.inputs[position] {
            ingredients.file(port, path, *digest);
        }
        let board = board.lock().expect("no thread panicked");
        for (port, sources) in &stage.inputs {
            for source in sources {
                let Source::Stage(above, artefact) = source else {
                    continue;
                };
                let run = board[*above]
                    .as_ref()
                    .expect("stages above are settled first");
                if let Some(output) = run.outputs.iter().find(|output| output.port == *artefact) {
                    ingredients.artefact(port, &run.id, artefact, output.digest);
                }
            }
        }
        ingredients
    }

    /// The kept result of a key, if all its bytes are whole; otherwise the reasons why the stage runs.
    fn hit(
        &self,
        stage: &ReadyStage<'_>,
        key: Digest,
        ingredients: &Ingredients,
        done: &mut StageRun,
    ) -> Option<StoredResult> {
        let id = stage.decl.id.as_str();
        if self.options.force
            && (self.options.only.is_empty() || self.options.only.iter().any(|only| only == id))
        {
            done.reasons.push("forced".to_owned());
            return None;
        }
        let Some(result) = self.store.result(key) else {
            done.reasons = match self.store.last(id) {
                Some(last) => ingredients.changes_since(&last.ingredients, id),
                None => vec!["has not run here yet".to_owned()],
            };
            if done.reasons.is_empty() {
                done.reasons
                    .push("its result is no longer in the cache".to_owned());
            }
            return None;
        };
        let mut stat = self.stat.lock().expect("no thread panicked");
        for output in &result.outputs {
            let blobs = std::iter::once(output.digest).chain(output.files.values().copied());
            for blob in blobs {
                match Store::holds(blob, &mut stat) {
                    Held::Whole => continue,
                    Held::Damaged => {
                        let title = format!(
                            "a cached file of {id}.{} was damaged and is made again",
                            output.port
                        );
                        done.problems.push(
                            Problem::warning("engine::damaged-cache", title)
                                .help("nothing to do; if it happens again, check the disk"),
                        );
                        done.reasons
                            .push(format!("the cached {} was damaged", output.port));
                    }
                    Held::Missing => done
                        .reasons
                        .push(format!("the cached {} is gone", output.port)),
                }
                return None;
            }
        }
        Some(result)
    }

    fn take(result: StoredResult, done: &mut StageRun) {
        done.outputs = result.outputs;
        done.problems.append(result.problems);
        done.open_work = result.open_work;
    }

    /// Runs a stage and keeps what it gave.
    fn work(
        &self,
        position: usize,
        stage: &ReadyStage<'_>,
        board: &Board,
        ingredients: Ingredients,
        done: &mut StageRun,
    ) {
        self.listener.started(&done.id);
        let clock = Instant::now();
        let outcome = match self.incoming(position, stage, board) {
            Ok(incoming) => self.execute(stage, incoming, done),
            Err(problem) => Err(problem.into()),
        };
        let outcome = outcome.and_then(|given| self.inputs_held_still(position).map(|()| given));
        let given = match outcome {
            Ok(Some(given)) => given,
            Ok(None) => {
                done.status = Status::Skipped;
                return;
            }
            Err(problems) => {
                done.status = Status::Failed;
                done.problems.append(problems);
                return;
            }
        };
        done.status = Status::Ran;
        let milliseconds = u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX);
        if let Err(error) = self.keep(stage, ingredients, given, milliseconds, done) {
            done.status = Status::Failed;
            done.problems.push(
                system("the result cannot be kept", &error)
                    .help("check the space on the disk and the rights of `.review/`"),
            );
        }
    }

    /// What a stage gave by port; `None` for an optional program that is not installed.
    fn execute(
        &self,
        stage: &ReadyStage<'_>,
        incoming: Incoming,
        done: &mut StageRun,
    ) -> Result<Option<Vec<(String, Output)>>, Problems> {
        match &stage.work {
            Work::BuiltIn(work) => {
                let mut cx = Context::of(stage.decl.id.as_str());
                let given = work.run(&stage.settings, incoming, &mut cx);
                let (problems, open_work) = cx.into_parts();
                let table = problem_rows(stage.decl.id.as_str(), &problems, &open_work);
                done.problems.append(problems);
                done.open_work = open_work;
                let mut given: Vec<(String, Output)> = given?
                    .into_iter()
                    .map(|(port, output)| (port.to_owned(), output))
                    .collect();
                given.push((PROBLEMS.to_owned(), Output::File(table)));
                Ok(Some(given))
            }
            Work::Command(command) => self.execute_command(stage, command, incoming, done),
        }
    }

    fn execute_command(
        &self,
        stage: &ReadyStage<'_>,
        command: &crate::config::Command,
        incoming: Incoming,
        done: &mut StageRun,
    ) -> Result<Option<Vec<(String, Output)>>, Problems> {
        let call = CommandCall::new(&self.project.root, stage, command, incoming);
        match command::run(&call).map_err(|error| system("the command cannot be run", &error))? {
            CommandEnd::Done(given) => Ok(Some(
                given
                    .into_iter()
                    .map(|(name, bytes)| (name, Output::File(bytes)))
                    .collect(),
            )),
            CommandEnd::NotInstalled if command.optional => {
                done.reasons = vec![format!("`{}` is not installed", call.program())];
                Ok(None)
            }
            CommandEnd::NotInstalled => {
                let title = format!(
                    "`{}` of the stage `{}` is not installed",
                    call.program(),
                    stage.decl.id
                );
                Err(Problem::error("engine::not-installed", title)
                    .at(command.place.clone())
                    .help("install it, or say `optional: true`")
                    .into())
            }
            CommandEnd::Failed(problem) => Err(problem.at(command.place.clone()).into()),
        }
    }

    /// Everything a stage reads, as bytes.
    fn incoming(
        &self,
        position: usize,
        stage: &ReadyStage<'_>,
        board: &Board,
    ) -> Result<Incoming, Problem> {
        let mut incoming = files_of(&self.project.root, stage, &self.inputs[position])?;
        let board = board.lock().expect("no thread panicked");
        for (port, sources) in &stage.inputs {
            for source in sources {
                let Source::Stage(above, artefact) = source else {
                    continue;
                };
                let run = board[*above]
                    .as_ref()
                    .expect("stages above are settled first");
                let Some(output) = run.outputs.iter().find(|output| output.port == *artefact)
                else {
                    continue;
                };
                let mut held = Vec::new();
                for (path, digest) in output.each_file() {
                    let bytes = self.store.get(digest).ok_or_else(|| {
                        let lost = io::Error::other(format!("the cache lost the bytes of {path}"));
                        system("an input cannot be read", &lost).help("run again")
                    })?;
                    held.push(InFile { path, bytes });
                }
                let received = Received {
                    stage: run.id.clone(),
                    artefact: artefact.clone(),
                    path: output.path.clone(),
                    files: held,
                };
                incoming
                    .ports
                    .entry(port.clone())
                    .or_default()
                    .push(received);
            }
        }
        Ok(incoming)
    }

    /// Looks again at what a stage read: an input that moved meanwhile leaves the stage unfinished.
    fn inputs_held_still(&self, position: usize) -> Result<(), Problems> {
        let mut stat = self.stat.lock().expect("no thread panicked");
        let mut problems = Problems::new();
        for (_, path, digest) in &self.inputs[position] {
            if stat.digest(path).ok() != Some(*digest) {
                problems.push(moved(path));
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        }
    }

    fn keep(
        &self,
        stage: &ReadyStage<'_>,
        ingredients: Ingredients,
        given: Vec<(String, Output)>,
        milliseconds: u64,
        done: &mut StageRun,
    ) -> io::Result<()> {
        let mut given: BTreeMap<String, Output> = given.into_iter().collect();
        for slot in &stage.outputs {
            let output = given
                .remove(&slot.port)
                .ok_or_else(|| io::Error::other(format!("the stage gave no `{}`", slot.port)))?;
            let mut stored = StoredOutput {
                port: slot.port.clone(),
                artefact_type: slot.artefact_type.clone(),
                path: slot.path.clone(),
                digest: Digest::of(b""),
                files: BTreeMap::new(),
            };
            match output {
                Output::File(bytes) => stored.digest = self.store.put(&bytes)?,
                Output::Folder(held) => {
                    FOLDER.clone_into(&mut stored.artefact_type);
                    for (name, bytes) in held {
                        stored.files.insert(name, self.store.put(&bytes)?);
                    }
                    let lines = stored.files.iter();
                    let lines: Vec<String> = lines
                        .map(|(name, digest)| format!("{digest} {name}"))
                        .collect();
                    stored.digest = self.store.put(lines.join("\n").as_bytes())?;
                }
            }
            done.outputs.push(stored);
        }
        let result = StoredResult {
            version: 1,
            ingredients,
            outputs: done.outputs.clone(),
            problems: Problems(
                done.problems
                    .iter()
                    .filter(|problem| !problem.code.starts_with("engine::"))
                    .cloned()
                    .collect(),
            ),
            open_work: done.open_work.clone(),
            milliseconds,
        };
        self.store.put_result(
            &done.id,
            done.key.expect("a stage that runs has a key"),
            &result,
        )
    }

    fn show(&self, stage: &ReadyStage<'_>, key: Digest, done: &mut StageRun) {
        let mut stat = self.stat.lock().expect("no thread panicked");
        let id = stage.decl.id.as_str();
        match outputs::show(
            &self.project.root,
            id,
            &done.outputs,
            &self.store,
            &self.lock,
            &mut stat,
            &|path| self.project.gives(path, id),
        ) {
            Ok(shown) => {
                done.written = shown.written;
                done.problems.append(shown.problems);
            }
            Err(error) => done
                .problems
                .push(system("an output cannot be written", &error)),
        }
        let _ = self.store.set_last(id, key);
    }

    /// Writes the lock and the journal.
    fn finish(&self, report: &mut RunReport) {
        let mut lock = self.lock.clone();
        for (stage, done) in self.project.stages.iter().filter_map(|stage| {
            let done = report
                .stages
                .iter()
                .find(|done| done.id == stage.decl.id.as_str())?;
            Some((stage, done))
        }) {
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
        let known: BTreeSet<&str> = self
            .project
            .stages
            .iter()
            .map(|stage| stage.decl.id.as_str())
            .collect();
        let mut stat = self.stat.lock().expect("no thread panicked");
        for gone in self.lock.stages().difference(&known) {
            outputs::remove_left_behind(
                &self.project.root,
                gone,
                &self.store,
                &self.lock,
                &mut stat,
                &|path| self.project.gives(path, gone),
            );
        }
        lock.keep_only(&known);
        if lock != self.lock
            && let Err(error) = files::write(
                &self.project.root.join(lock_file::FILE),
                lock.to_text().as_bytes(),
                false,
            )
            && let Some(last) = report.stages.last_mut()
        {
            last.problems
                .push(system("pipeline.lock cannot be written", &error));
        }
        super::journal::note(&self.project.root, report);
    }
}

fn command_ingredients(id: &str, command: &crate::config::Command) -> Ingredients {
    let mut ingredients = Ingredients::new(id, "command", 1);
    for (i, argument) in command.run.iter().enumerate() {
        ingredients.command(&format!("argument {i}"), &argument.text);
    }
    for name in &command.env {
        ingredients.command(
            &format!("variable {name}"),
            &command::variable(name).unwrap_or_default(),
        );
    }
    ingredients
}

/// An input is no longer what it was when the run began.
fn moved(path: &str) -> Problem {
    let title = format!("{path} changed while the run went; nothing was kept of its stage");
    Problem::error("engine::moved-input", title)
        .at(Place::file(path))
        .help("run again")
}

/// The files that people keep, of one stage; their bytes must still be those that were digested.
fn files_of(
    root: &Path,
    stage: &ReadyStage<'_>,
    inputs: &[(String, String, Digest)],
) -> Result<Incoming, Problem> {
    let mut incoming = Incoming::default();
    for (port, path) in stage.paths() {
        let received = Received {
            stage: String::new(),
            artefact: String::new(),
            path: path.to_string(),
            files: Vec::new(),
        };
        let held = incoming.ports.entry(port.to_owned()).or_default();
        held.push(received);
    }
    for (port, path, digest) in inputs {
        let bytes = match files::read(&root.join(path)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(moved(path)),
            Err(error) => {
                return Err(
                    system("an input cannot be read", &error).at(Place::file(path.as_str()))
                );
            }
        };
        if Digest::of(&bytes) != *digest {
            return Err(moved(path));
        }
        let received = incoming.ports.get_mut(port).and_then(|all| all.last_mut());
        if let Some(received) = received {
            received.files.push(InFile {
                path: path.clone(),
                bytes,
            });
        }
    }
    Ok(incoming)
}
