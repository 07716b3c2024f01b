//! Command stages: a program of the user's own, run in a folder of its own that holds what was declared and nothing else.

use super::cancel::Cancel;
use super::files;
use super::inputs::{self, FileInput};
use super::process::{self, Ended, Fence};
use super::project::ReadyStage;
use super::stat_cache::StatCache;
use super::underlay::{self, Layers, Underlay};
use crate::config::{self, Slot};
use crate::digest::Digest;
use crate::problem::Problem;
use crate::stage::{InFile, Incoming, Received};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::process::Stdio;
use std::sync::Mutex;

/// What to run and what it may see.
pub(super) struct CommandCall<'a> {
    /// The stage, for messages.
    stage: &'a str,
    /// The project, for telling which undeclared file was wanted.
    root: &'a Path,
    /// The program, its arguments, and the environment it may see.
    command: &'a config::Command,
    /// The files that people keep and the program reads; copied, not held.
    kept: &'a [FileInput],
    /// What is noted of files, for telling whether those are still what was digested.
    stat: &'a Mutex<StatCache>,
    /// What each port holds: paths below the folder, and the files of other stages.
    inputs: BTreeMap<String, Vec<Received>>,
    /// The path of each output below the folder.
    outputs: BTreeMap<&'a str, &'a str>,
}

impl<'a> CommandCall<'a> {
    /// A call of the stage's command with what flows in.
    pub(super) fn new(
        root: &'a Path,
        stage: &'a ReadyStage<'_>,
        command: &'a config::Command,
        kept: &'a [FileInput],
        stat: &'a Mutex<StatCache>,
        incoming: Incoming,
    ) -> Self {
        let slots = stage.outputs.iter();
        Self {
            stage: stage.decl.id.as_str(),
            root,
            command,
            kept,
            stat,
            inputs: incoming.ports,
            outputs: slots
                .map(|slot| (slot.port.as_str(), slot.path.as_str()))
                .collect(),
        }
    }

    /// The program's name.
    pub(super) fn program(&self) -> &str {
        self.command
            .run
            .first()
            .map_or("", |argument| argument.text.as_str())
    }

    fn files(&self) -> impl Iterator<Item = &InFile> {
        let received = self.inputs.values().flatten();
        received.flat_map(|received| &received.files)
    }

    fn paths(&self, port: &str) -> Vec<&str> {
        let received = self.inputs.get(port).into_iter().flatten();
        received.map(|received| received.path.as_str()).collect()
    }

    /// The folders of inputs that it sees in place of copies.
    fn beneath(&self, above: &Path) -> Vec<Underlay> {
        if self.kept.len() < underlay::MANY || !underlay::is_possible(above) {
            return Vec::new();
        }
        let received = self.inputs.values().flatten();
        let kept = received.filter(|received| received.stage.is_empty());
        let paths = kept.map(|received| received.path.as_str());
        Underlay::of(self.root, paths, self.kept, self.stat, above)
    }

    /// The words of the command line; a word that is one list port alone becomes several.
    fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        for argument in &self.command.run {
            let mut slots = argument.slots();
            match (slots.next(), slots.next()) {
                (Some(slot @ Slot::In(port)), None) if argument.text == slot.to_string() => {
                    words.extend(self.paths(port).into_iter().map(str::to_owned));
                }
                _ => words.push(argument.fill(|slot| match slot {
                    Slot::In(port) => self.paths(port).join(" "),
                    Slot::Out(name) => (*self.outputs.get(name.as_str()).unwrap_or(&"")).to_owned(),
                })),
            }
        }
        words
    }
}

/// How a command stage ended.
pub(super) enum CommandEnd {
    /// It gave all its outputs: name, bytes.
    Done(Vec<(String, Vec<u8>)>),
    /// The program is not installed.
    NotInstalled,
    /// It failed; the problem says how.
    Failed(Problem),
}

/// Runs a command in a fresh folder below `.review/tmp`; the end of what it prints is added to `printed`.
///
/// # Errors
///
/// When the folder cannot be made or read.
pub(super) fn run(
    call: &CommandCall<'_>,
    cancel: &Cancel,
    printed: &mut String,
) -> io::Result<CommandEnd> {
    let parent = call.root.join(".review/tmp");
    files::make_folder(&parent)?;
    let folder = tempfile::Builder::new()
        .prefix(&format!("{}-", call.stage))
        .tempdir_in(&parent)?;
    let beneath = call.beneath(&parent);
    if let Some(problem) = lay_out(call, folder.path(), &beneath)? {
        return Ok(CommandEnd::Failed(problem));
    }
    let words = call.words();
    let Some((program, arguments)) = words.split_first() else {
        let title = format!("the stage `{}` runs nothing", call.stage);
        return Ok(CommandEnd::Failed(Problem::error("engine::command", title)));
    };
    // Into files, not pipes: a program that the command left behind would hold a pipe open beyond the time allowed.
    let (mut out, mut err) = (
        tempfile::tempfile_in(&parent)?,
        tempfile::tempfile_in(&parent)?,
    );
    let stands_in = if beneath.iter().any(|one| one.covers(program)) {
        call.root
    } else {
        folder.path()
    };
    if !process::is_installed(program, stands_in, &process::search_path()) {
        return Ok(CommandEnd::NotInstalled);
    }
    let (_layers, mounts) = Layers::over(&beneath, call.root, folder.path(), &parent)?;
    let network = call.command.network;
    let over = (!mounts.is_empty())
        .then(|| Fence::here().command_over(network, &mounts, program, arguments))
        .flatten();
    let mut command = over.unwrap_or_else(|| Fence::here().command(network, program, arguments));
    command
        .current_dir(folder.path())
        .env_clear()
        .envs(environment(&call.command.env))
        .stdin(Stdio::null())
        .stdout(out.try_clone()?)
        .stderr(err.try_clone()?);
    let ended = process::run(command, call.command.timeout, cancel)?;
    let (out, err) = (end_of(&mut out)?, end_of(&mut err)?);
    printed.push_str(&String::from_utf8_lossy(&out));
    printed.push_str(&String::from_utf8_lossy(&err));
    let status = match ended {
        Ended::Itself(status) if status.success() => {
            let moved = beneath.iter().find_map(|one| one.moved(call.root));
            return Ok(moved.map_or_else(|| collect(call, folder.path()), CommandEnd::Failed));
        }
        Ended::Itself(status) => status,
        Ended::TooSlow => return Ok(CommandEnd::Failed(too_slow(call, program))),
        Ended::Cancelled => return Ok(CommandEnd::Failed(stopped(call, program))),
    };
    let said = if err.is_empty() { out } else { err };
    let title = format!(
        "`{program}` of the stage `{}` failed ({status})",
        call.stage
    );
    let said = String::from_utf8_lossy(&said);
    Ok(CommandEnd::Failed(failure(call, title, &said)))
}

/// Removes the folders of commands whose run was killed; only while holding the project.
pub(super) fn forget_killed(root: &Path) {
    underlay::remove_all(&root.join(".review/tmp"));
}

fn too_slow(call: &CommandCall<'_>, program: &str) -> Problem {
    let allowed = call.command.timeout.unwrap_or_default();
    let title = format!(
        "`{program}` of the stage `{}` took longer than {} s and was ended",
        call.stage,
        allowed.as_secs_f64()
    );
    let help = format!(
        "raise `timeout:` of `{}`, or see why it takes so long",
        call.stage
    );
    Problem::error("engine::timeout", title).help(help)
}

/// Most bytes of what a program printed that are kept, of each of its two streams.
const PRINTED: u64 = 16 << 10;

/// The end of what was written to a file.
fn end_of(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(PRINTED)))?;
    file.take(PRINTED).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn stopped(call: &CommandCall<'_>, program: &str) -> Problem {
    let title = format!(
        "`{program}` of the stage `{}` was ended with the run",
        call.stage
    );
    Problem::error("engine::stopped", title).help("run again")
}

/// Writes the declared inputs, read-only, where they stand in the project, and makes the folders of the outputs.
///
/// Says which file is no longer what was digested, if one is.
fn lay_out(
    call: &CommandCall<'_>,
    folder: &Path,
    beneath: &[Underlay],
) -> io::Result<Option<Problem>> {
    for file in call.files() {
        let path = folder.join(&file.path);
        files::write(&path, &file.bytes, false)?;
        set_read_only(&path)?;
    }
    let seen = |path: &str| beneath.iter().any(|one| one.covers(path));
    let copied = call.kept.par_iter().filter(|(_, path, _)| !seen(path));
    let copied = copied.map(|(_, path, digest)| {
        let (from, to) = (files::inside(call.root, path)?, folder.join(path));
        if !from.is_file() {
            return Ok(Some(inputs::moved(path)));
        }
        files::make_folder(to.parent().unwrap_or(folder))?;
        std::fs::copy(from, &to)?;
        set_read_only(&to)?;
        let same = Digest::of(&files::read(&to)?) == *digest;
        Ok((!same).then(|| inputs::moved(path)))
    });
    let moved: Vec<Option<Problem>> = copied.collect::<io::Result<_>>()?;
    if let Some(problem) = moved.into_iter().flatten().next() {
        return Ok(Some(problem));
    }
    for path in call.outputs.values() {
        if let Some(parent) = folder.join(path).parent() {
            std::fs::create_dir_all(parent)?;
        }
    }
    Ok(None)
}

fn set_read_only(path: &Path) -> io::Result<()> {
    let mut permissions = std::fs::metadata(path)?.permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(path, permissions)
}

/// Exactly the variables that the pipeline allows, and `PATH`.
fn environment(allowed: &[String]) -> Vec<(String, String)> {
    let mut variables = vec![("LC_ALL".to_owned(), "C.UTF-8".to_owned())];
    let names = std::iter::once("PATH").chain(allowed.iter().map(String::as_str));
    variables.extend(names.filter_map(|name| Some((name.to_owned(), variable(name)?))));
    variables
}

/// The value of an environment variable, if it is set and is text.
#[expect(
    clippy::disallowed_methods,
    reason = "variables that the pipeline allows are part of the stage's key"
)]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// How the command failed, with the undeclared file that it most likely looked for, if its words hold one of the project.
fn failure(call: &CommandCall<'_>, mut title: String, said: &str) -> Problem {
    let lines: Vec<&str> = said
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    for line in lines.iter().skip(lines.len().saturating_sub(5)) {
        write!(title, "\n  | {line}").expect("writing to a string cannot fail");
    }
    let help = match wanted(call, said) {
        Some(path) => format!(
            "`{path}` is in the project but not among the stage's inputs; a command sees only what is declared: \
             add it under `in:` of `{}`",
            call.stage
        ),
        None => format!(
            "a command runs in a folder of its own and sees only what is declared under `in:` of `{}`",
            call.stage
        ),
    };
    Problem::error("engine::command-failed", title).help(help)
}

/// A file of the project that the command names but did not declare.
fn wanted(call: &CommandCall<'_>, said: &str) -> Option<String> {
    let arguments = call.command.run.iter().map(|argument| &*argument.text);
    let texts = std::iter::once(said).chain(arguments);
    let words = texts
        .flat_map(|text| text.split(|c: char| c.is_whitespace() || "'\"`<>|&:;,()[]".contains(c)));
    let undeclared = |path: &&str| {
        !path.is_empty()
            && !path.starts_with('/')
            && !call.files().any(|file| file.path == *path)
            && !call.kept.iter().any(|(_, kept, _)| kept == path)
            && call.root.join(path).is_file()
    };
    let mut paths = words.map(|word| word.trim_start_matches("./"));
    paths.find(undeclared).map(str::to_owned)
}

fn collect(call: &CommandCall<'_>, folder: &Path) -> CommandEnd {
    let mut given = Vec::new();
    for (name, path) in &call.outputs {
        let made = files::inside(folder, path).and_then(|path| files::read(&path));
        match made {
            Ok(bytes) => given.push(((*name).to_owned(), bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let title = format!(
                    "the stage `{}` ended well but did not write its output `{name}`",
                    call.stage
                );
                let help = format!(
                    "let the command write `{{out.{name}}}` ({path}), or take `{name}` out of `out:`"
                );
                let problem = Problem::error("engine::missing-output", title).help(help);
                return CommandEnd::Failed(problem);
            }
            Err(error) => {
                let title = format!(
                    "the output `{name}` of the stage `{}` cannot be taken: {error}",
                    call.stage
                );
                let problem = Problem::error("engine::no-plain-output", title)
                    .help("let the command write a plain file there");
                return CommandEnd::Failed(problem);
            }
        }
    }
    CommandEnd::Done(given)
}
