//! The look at headers and keys of every file before anything runs: what is wrong there stops a run with nothing written.

use super::files;
use super::ingredients::Ingredients;
use super::inputs::{self, digest_inputs, files_of};
use super::project::{Project, ReadyStage, Work};
use super::setting_places::locate;
use super::settle::Bench;
use super::stat_cache::StatCache;
use crate::problem::Problems;
use std::path::PathBuf;

/// Everything wrong with the structure of the files that stages take from people.
pub fn check(project: &Project<'_>) -> Problems {
    let wanted = vec![true; project.stages.len()];
    let mut stat = StatCache::open(&project.root, false);
    let listing = inputs::list(project, &wanted);
    let inputs = match digest_inputs(project, listing, &mut stat) {
        Ok(inputs) => inputs,
        Err(problems) => return problems,
    };
    let mut problems = Problems::new();
    for (position, stage) in project.stages.iter().enumerate() {
        let Work::BuiltIn(work) = &stage.work else {
            continue;
        };
        match files_of(&project.root, stage, &inputs[position]) {
            Ok(incoming) => {
                let mut found = work.check(&stage.settings, &incoming);
                locate(&mut found, &project.root, &stage.decl);
                problems.append(found);
            }
            Err(problem) => problems.push(problem),
        }
    }
    problems
}

/// Lets every stage look at the structure of its files, unless these very files passed before.
///
/// # Errors
///
/// All that the stages found wrong.
pub(super) fn look(bench: &Bench<'_, '_>, wanted: &[bool]) -> Result<(), Problems> {
    let mut problems = Problems::new();
    for (position, stage) in bench
        .project
        .stages
        .iter()
        .enumerate()
        .filter(|(position, _)| wanted[*position])
    {
        let Work::BuiltIn(work) = &stage.work else {
            continue;
        };
        let Some(mark) = passed_mark(bench, position, stage) else {
            continue;
        };
        if mark.exists() {
            continue;
        }
        let incoming = files_of(&bench.project.root, stage, &bench.inputs[position])?;
        let mut found = work.check(&stage.settings, &incoming);
        locate(&mut found, &bench.project.root, &stage.decl);
        if !found.has_errors() && !bench.options.dry {
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
fn passed_mark(bench: &Bench<'_, '_>, position: usize, stage: &ReadyStage<'_>) -> Option<PathBuf> {
    let Work::BuiltIn(work) = &stage.work else {
        return None;
    };
    let signature = work.signature();
    let mut ingredients =
        Ingredients::new(stage.decl.id.as_str(), signature.kind, signature.revision);
    ingredients.settings(&stage.settings);
    for (port, path, digest) in &bench.inputs[position] {
        ingredients.file(port, path, *digest);
    }
    let mark = bench
        .project
        .root
        .join(format!(".review/checked/{}", ingredients.key()));
    (!bench.inputs[position].is_empty()).then_some(mark)
}
