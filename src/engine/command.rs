//! Command stages: a program of the user's own, run in a folder of its own that holds what was declared and nothing else.

use super::files;
use crate::problem::Problem;
use crate::stage::InFile;
use indexmap::IndexMap;
use std::fmt::Write;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// What to run and what it may see.
pub struct CommandCall<'a> {
    /// The stage, for messages.
    pub stage: &'a str,
    /// The project, for telling which undeclared file was wanted.
    pub root: &'a Path,
    /// Arguments with `{in.port}` and `{out.name}` in them; the first is the program.
    pub argv: &'a [String],
    /// Names of environment variables handed on beside `PATH`.
    pub environment: &'a [String],
    /// What each port holds: the path that `{in.port}` becomes, and the files behind it.
    pub inputs: &'a IndexMap<String, (String, Vec<InFile>)>,
    /// The path of each output below the folder.
    pub outputs: &'a IndexMap<String, String>,
}

/// How a command stage ended.
pub enum CommandEnd {
    /// It gave all its outputs: name, bytes.
    Done(Vec<(String, Vec<u8>)>),
    /// The program is not installed.
    NotInstalled,
    /// It failed; the problem says how.
    Failed(Problem),
}

/// Runs a command in a fresh folder below `.review/tmp`.
///
/// # Errors
///
/// When the folder cannot be made or read.
pub fn run(call: &CommandCall<'_>) -> io::Result<CommandEnd> {
    let parent = call.root.join(".review/tmp");
    std::fs::create_dir_all(&parent)?;
    let folder = tempfile::Builder::new()
        .prefix(&format!("{}-", call.stage))
        .tempdir_in(&parent)?;
    lay_out(call, folder.path())?;
    let argv: Vec<String> = call
        .argv
        .iter()
        .map(|argument| expand(argument, call))
        .collect();
    let Some((program, arguments)) = argv.split_first() else {
        return Ok(CommandEnd::Failed(Problem::error(
            "engine::command",
            format!("the stage `{}` runs nothing", call.stage),
        )));
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder.path())
        .env_clear()
        .envs(environment(call.environment))
        .stdin(Stdio::null());
    let output = match command.output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(CommandEnd::NotInstalled);
        }
        Err(error) => return Err(error),
    };
    if !output.status.success() {
        let said = String::from_utf8_lossy(if output.stderr.is_empty() {
            &output.stdout
        } else {
            &output.stderr
        })
        .into_owned();
        let title = format!(
            "`{program}` of the stage `{}` failed ({})",
            call.stage, output.status
        );
        return Ok(CommandEnd::Failed(failure(call, &title, &said)));
    }
    collect(call, folder.path())
}

/// Writes the declared inputs, read-only, where they stand in the project, and makes the folders of the outputs.
fn lay_out(call: &CommandCall<'_>, folder: &Path) -> io::Result<()> {
    for (_, input_files) in call.inputs.values() {
        for file in input_files {
            let path = folder.join(&file.path);
            files::write(&path, &file.bytes, false)?;
            let mut permissions = std::fs::metadata(&path)?.permissions();
            permissions.set_readonly(true);
            std::fs::set_permissions(&path, permissions)?;
        }
    }
    for path in call.outputs.values() {
        if let Some(parent) = folder.join(path).parent() {
            std::fs::create_dir_all(parent)?;
        }
    }
    Ok(())
}

fn expand(argument: &str, call: &CommandCall<'_>) -> String {
    let mut text = argument.to_owned();
    for (port, (path, _)) in call.inputs {
        text = text.replace(&format!("{{in.{port}}}"), path);
    }
    for (name, path) in call.outputs {
        text = text.replace(&format!("{{out.{name}}}"), path);
    }
    text
}

#[expect(
    clippy::disallowed_methods,
    reason = "a command stage gets exactly the variables that the pipeline allows, and PATH"
)]
fn environment(allowed: &[String]) -> Vec<(String, String)> {
    let mut variables = vec![("LC_ALL".to_owned(), "C.UTF-8".to_owned())];
    for name in std::iter::once("PATH").chain(allowed.iter().map(String::as_str)) {
        if let Ok(value) = std::env::var(name) {
            variables.push((name.to_owned(), value));
        }
    }
    variables
}

/// Names the undeclared file that the program most likely looked for, if its words or arguments hold one of the project.
fn failure(call: &CommandCall<'_>, title: &str, said: &str) -> Problem {
    let mut text = title.to_owned();
    let lines: Vec<&str> = said
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    for line in lines.iter().skip(lines.len().saturating_sub(5)) {
        write!(text, "\n  | {line}").expect("writing to a string cannot fail");
    }
    let words = said.split(|c: char| c.is_whitespace() || "'\"`:;,()[]".contains(c));
    let arguments = call
        .argv
        .iter()
        .flat_map(|argument| argument.split(|c: char| c.is_whitespace() || "'\"<>|;&".contains(c)));
    let declared = |path: &str| {
        call.inputs
            .values()
            .any(|(_, held)| held.iter().any(|file| file.path == path))
    };
    let mut wanted = words
        .chain(arguments)
        .map(|word| word.trim_start_matches("./"));
    let wanted = wanted.find(|path| {
        !path.is_empty()
            && !path.starts_with('/')
            && !declared(path)
            && call.root.join(path).is_file()
    });
    let help = match wanted {
        Some(path) => format!(
            "`{path}` is in the project but not among the stage's inputs; a command sees only what is declared: add it under `in:` of `{}`",
            call.stage
        ),
        None => format!(
            "a command runs in a folder of its own and sees only what is declared under `in:` of `{}`",
            call.stage
        ),
    };
    Problem::error("engine::command-failed", text).help(help)
}

fn collect(call: &CommandCall<'_>, folder: &Path) -> io::Result<CommandEnd> {
    let mut given = Vec::new();
    for (name, path) in call.outputs {
        match files::read(&folder.join(path)) {
            Ok(bytes) => given.push((name.clone(), bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let title = format!(
                    "the stage `{}` ended well but did not write its output `{name}`",
                    call.stage
                );
                let help = format!(
                    "let the command write `{{out.{name}}}` ({path}), or take `{name}` out of `out:`"
                );
                return Ok(CommandEnd::Failed(
                    Problem::error("engine::missing-output", title).help(help),
                ));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(CommandEnd::Done(given))
}
