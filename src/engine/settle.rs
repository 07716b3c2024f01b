//! One stage brought up to date: its key, the kept result of that key, or the work and the keeping of what it gave.

use super::command;
use super::copy;
use super::execute::execute;
use super::ingredients::Ingredients;
use super::inputs::{self, FileInputs, system};
use super::kept;
use super::lock_file::LockFile;
use super::outputs;
use super::pieces::{self, Lost};
use super::project::{Project, ReadyStage, Source, Work};
use super::run_report::{Listener, RunOptions, StageRun, Status};
use super::setting_places::locate;
use super::shared::{Found, Trouble};
use super::stat_cache::StatCache;
use super::store::{Held, Kept, Store, StoredOutput, StoredResult};
use super::trust::Approvals;
use crate::digest::Digest;
use crate::problem::{Problem, Problems};
use crate::stage::{InFile, Incoming, KeptFile, Output, Received};
use std::collections::BTreeSet;
use std::io;
use std::sync::Mutex;
use std::time::Instant;

/// What to look at where the project's cache cannot be written.
const ROOM: &str = "check the space on the disk and the rights of `.review/`";

/// What every stage of a run is settled with.
pub(super) struct Bench<'a, 'r> {
    pub(super) project: &'a Project<'r>,
    pub(super) options: &'a RunOptions,
    pub(super) listener: &'a dyn Listener,
    pub(super) store: Store,
    pub(super) lock: LockFile,
    pub(super) stat: Mutex<StatCache>,
    pub(super) inputs: FileInputs,
    pub(super) approvals: Approvals,
}

/// What is known of each stage while the run goes.
pub(super) type Board = Mutex<Vec<Option<StageRun>>>;

/// A stage, and what a kept result of it has to be made from.
struct Wanted<'s, 'r> {
    stage: &'s ReadyStage<'r>,
    key: Digest,
    ingredients: &'s Ingredients,
}

impl Bench<'_, '_> {
    /// Brings one stage up to date.
    pub(super) fn settle(&self, position: usize, board: &Board) -> StageRun {
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
            printed: String::new(),
            key: None,
            files: self.inputs[position]
                .iter()
                .map(|(_, path, digest)| (path.clone(), *digest))
                .collect(),
        };
        if self.options.cancel.is_asked() {
            done.status = Status::Blocked;
            done.reasons.push("the run was stopped".to_owned());
            return done;
        }
        if Self::waits(stage, board, &mut done) {
            return done;
        }
        let ingredients = self.ingredients(position, stage, board);
        let key = ingredients.key();
        let wanted = Wanted {
            stage,
            key,
            ingredients: &ingredients,
        };
        done.key = Some(key);
        let kept = if self.is_forced(stage) {
            done.reasons.push("forced".to_owned());
            None
        } else {
            self.hit(&wanted, &mut done)
                .or_else(|| self.fetch(&wanted, &mut done))
        };
        match kept {
            Some(result) => Self::take(result, &mut done),
            None if self.is_left_out(stage, &mut done) => {}
            None if self.options.dry => done.status = Status::WouldRun,
            None => self.work(position, stage, board, ingredients, &mut done),
        }
        if !self.options.dry && matches!(done.status, Status::Ran | Status::Fresh) {
            self.show(stage, key, &mut done);
        } else if done.status == Status::Fresh {
            let mut stat = self.stat.lock().expect("no thread panicked");
            let (root, store, lock) = (&self.project.root, &self.store, &self.lock);
            let edits = outputs::edits(root, &done.outputs, store, lock, &mut stat);
            done.problems.append(edits);
        }
        locate(&mut done.problems, &self.project.root, &stage.decl);
        done.seconds = clock.elapsed().as_secs_f64();
        done
    }

    /// Whether a stage cannot be settled because of those above it.
    fn waits(stage: &ReadyStage<'_>, board: &Board, done: &mut StageRun) -> bool {
        let board = board.lock().expect("no thread panicked");
        let mut seen = BTreeSet::new();
        for above in stage.upstream().filter(|above| seen.insert(*above)) {
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
            done.reasons.push(format!("waits on {}", above.id));
        }
        done.status != Status::Fresh
    }

    /// All that makes the key of a stage.
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
        for (port, run, output) in flowing_in(stage, &board) {
            ingredients.artefact(port, &run.id, &output.port, output.digest);
        }
        ingredients
    }

    /// Whether a stage is to run though nothing changed.
    fn is_forced(&self, stage: &ReadyStage<'_>) -> bool {
        let only = &self.options.only;
        self.options.force
            && (only.is_empty() || only.iter().any(|only| only == stage.decl.id.as_str()))
    }

    /// The kept result of a key, if all its bytes are whole; otherwise the reasons why the stage runs.
    fn hit(&self, wanted: &Wanted<'_, '_>, done: &mut StageRun) -> Option<StoredResult> {
        let id = wanted.stage.decl.id.as_str();
        let kept = self.store.kept(wanted.key);
        if matches!(kept, Kept::Foreign) {
            done.reasons
                .push("its result in the cache was kept by somebody else".to_owned());
            return None;
        }
        let Kept::Own(result) = kept else {
            done.reasons = match self.store.last(id) {
                Some(last) => wanted.ingredients.changes_since(&last.ingredients, id),
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
            for blob in output.blobs() {
                match Store::holds(blob, &mut stat) {
                    Held::Whole => continue,
                    Held::Damaged => {
                        done.problems
                            .push(damaged(&format!("a cached file of {id}.{}", output.port)));
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
        Some(*result)
    }

    /// The result of a key that others keep, if it is to be believed; otherwise what is to be said of it.
    fn fetch(&self, wanted: &Wanted<'_, '_>, done: &mut StageRun) -> Option<StoredResult> {
        let shared = self.options.shared.as_ref()?;
        let id = wanted.stage.decl.id.as_str();
        let slots = &wanted.stage.outputs;
        match shared.take(wanted.key, slots, wanted.ingredients, &self.store) {
            Ok(Found::Result(result)) => {
                done.reasons = vec!["taken from the shared cache".to_owned()];
                return Some(*result);
            }
            Ok(Found::Nothing) => {}
            Ok(Found::Foreign) => done
                .reasons
                .push("its result in the shared cache is not what a run left there".to_owned()),
            Ok(Found::Damaged(port)) => {
                let what = format!("a file of {id}.{port} in the shared cache");
                done.problems.push(damaged(&what));
            }
            Err(Trouble::Depot(error)) => done.problems.0.extend(shared.unread(&error)),
            Err(Trouble::Own(error)) => {
                let title = format!("what the shared cache has cannot be kept here: {error}");
                let problem = Problem::warning("engine::system", title);
                done.problems.push(problem.help(ROOM));
            }
        }
        None
    }

    /// Whether a stage may not run here, since nobody approved its program as it stands; said among its reasons.
    fn is_left_out(&self, stage: &ReadyStage<'_>, done: &mut StageRun) -> bool {
        let mut stat = self.stat.lock().expect("no thread panicked");
        match self.approvals.refuse(self.project, stage, &mut stat) {
            Ok(None) => return false,
            Ok(Some(refusal)) => {
                done.status = Status::Skipped;
                done.reasons = vec![refusal.reason()];
                done.problems.push(refusal.problem());
                done.open_work.push(refusal.open_work());
            }
            Err(problem) => {
                done.status = Status::Failed;
                done.problems.push(problem);
            }
        }
        true
    }

    /// Takes what a kept result holds.
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
        let lost = Lost::default();
        let outcome = match self.incoming(position, stage, board, &lost) {
            Ok(incoming) => execute(
                &self.project.root,
                stage,
                &self.inputs[position],
                &self.stat,
                incoming,
                &self.options.cancel,
                done,
            ),
            Err(problem) => Err(problem.into()),
        };
        if self.options.cancel.is_asked() && outcome.is_err() {
            done.status = Status::Blocked;
            done.reasons = vec!["the run was stopped".to_owned()];
            return;
        }
        let outcome = outcome
            .and_then(|given| self.held_still(position).map(|()| given))
            .and_then(|given| lost.none().map(|()| given));
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
            done.problems
                .push(system("the result cannot be kept", &error).help(ROOM));
        }
    }

    /// Everything a stage reads, as bytes, or where they are kept; `lost` tells which of those could not be read later.
    fn incoming(
        &self,
        position: usize,
        stage: &ReadyStage<'_>,
        board: &Board,
        lost: &Lost,
    ) -> Result<Incoming, Problem> {
        let kept = &self.inputs[position];
        let mut incoming = match &stage.work {
            Work::BuiltIn(_) => inputs::files_of(&self.project.root, stage, kept)?,
            // Copied to where the program reads them, one by one, however large they are.
            Work::Command(_) => inputs::ports_of(stage),
        };
        let board = board.lock().expect("no thread panicked");
        for (port, run, output) in flowing_in(stage, &board) {
            let (mut held, mut on_demand) = (Vec::new(), Vec::new());
            for (path, digest) in output.each_file() {
                if stage.reads_on_demand(port) {
                    let pieces = self.store.take_pieces(digest, &path, lost);
                    let pieces = pieces.ok_or_else(|| pieces::gone(&path))?;
                    on_demand.push(KeptFile { path, pieces });
                } else {
                    let bytes = self.store.take(digest);
                    let bytes = bytes.ok_or_else(|| pieces::gone(&path))?;
                    held.push(InFile { path, bytes });
                }
            }
            let received = Received {
                stage: run.id.clone(),
                artefact: output.port.clone(),
                path: output.path.clone(),
                files: held,
                kept: on_demand,
            };
            let port = incoming.ports.entry(port.to_owned()).or_default();
            port.push(received);
        }
        Ok(incoming)
    }

    /// Looks again at what a stage read.
    fn held_still(&self, position: usize) -> Result<(), Problems> {
        let mut stat = self.stat.lock().expect("no thread panicked");
        inputs::held_still(&mut stat, &self.inputs[position])
    }

    /// Keeps what a stage gave: the bytes first, the result last.
    fn keep(
        &self,
        stage: &ReadyStage<'_>,
        ingredients: Ingredients,
        given: Vec<(String, Output)>,
        milliseconds: u64,
        done: &mut StageRun,
    ) -> io::Result<()> {
        done.outputs = kept::keep(&self.store, &stage.outputs, given)?;
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
            seal: String::new(),
        };
        let key = done.key.expect("a stage that runs has a key");
        self.store.put_result(key, &result)?;
        if let Some(shared) = &self.options.shared {
            let told = shared.offer_quietly(key, &result, &self.store);
            done.problems.0.extend(told);
        }
        Ok(())
    }

    /// Writes the outputs to their place in the project.
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
            &|path| self.project.gives(path, id) || copy::is_kept(self.project, path),
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
}

/// Bytes that are not those that were kept.
fn damaged(what: &str) -> Problem {
    let title = format!("{what} was damaged and is made again");
    Problem::warning("engine::damaged-cache", title)
        .help("nothing to do; if it happens again, check the disk")
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

/// What flows in from the stages above, in the order written: port, the run of the stage that gave it, the output.
fn flowing_in<'b>(
    stage: &'b ReadyStage<'_>,
    board: &'b [Option<StageRun>],
) -> impl Iterator<Item = (&'b str, &'b StageRun, &'b StoredOutput)> {
    let sources = stage.inputs.iter().flat_map(|(port, sources)| {
        let port = port.as_str();
        sources.iter().map(move |source| (port, source))
    });
    sources.filter_map(|(port, source)| {
        let Source::Stage(above, artefact) = source else {
            return None;
        };
        let run = board[*above]
            .as_ref()
            .expect("stages above are settled first");
        let output = run.outputs.iter().find(|output| output.port == *artefact)?;
        Some((port, run, output))
    })
}
