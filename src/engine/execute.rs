//! One stage at work: a built-in kind called with its bytes, or a program of the user's own.

use super::cancel::Cancel;
use super::command::{self, CommandCall, CommandEnd};
use super::inputs::{FileInput, system};
use super::project::{PROBLEMS, ReadyStage, Work};
use super::run_report::StageRun;
use super::stat_cache::StatCache;
use crate::problem::{Problem, Problems};
use crate::stage::{Context, Incoming, Output, problem_rows};
use std::path::Path;
use std::sync::Mutex;

/// What a stage gives by port; `None` for an optional program that is not installed.
///
/// # Errors
///
/// What the stage or its program failed with.
pub(super) fn execute(
    root: &Path,
    stage: &ReadyStage<'_>,
    kept: &[FileInput],
    stat: &Mutex<StatCache>,
    incoming: Incoming,
    cancel: &Cancel,
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
        Work::Command(command) => {
            let call = CommandCall::new(root, stage, command, kept, stat, incoming);
            execute_command(&call, stage, command, cancel, done)
        }
    }
}

fn execute_command(
    call: &CommandCall<'_>,
    stage: &ReadyStage<'_>,
    command: &crate::config::Command,
    cancel: &Cancel,
    done: &mut StageRun,
) -> Result<Option<Vec<(String, Output)>>, Problems> {
    let ended = command::run(call, cancel, &mut done.printed);
    match ended.map_err(|error| system("the command cannot be run", &error))? {
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
