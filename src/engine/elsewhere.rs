//! A copy of a project in another folder, to be changed and run there.

use super::copy;
use super::inputs::system;
use super::project::Project;
use super::run::run;
use super::run_report::{Listener, RunOptions, RunReport};
use super::trust::Trust;
use crate::problem::{Problem, Problems};
use crate::stage::Registry;
use std::path::Path;

/// Copies what a run of the project reads, and the results it has kept, into an empty folder; the project is not touched.
///
/// # Errors
///
/// When something cannot be copied.
pub fn copy_to(project: &Project<'_>, folder: &Path) -> Result<(), Problems> {
    let copied = copy::inputs(project, folder).and_then(|()| copy::cache(project, folder));
    copied.map_err(|error| system("the project cannot be copied", &error).into())
}

/// Runs in a copy of the inputs that goes afterwards, so that runs of one project can go on at once; results go to the shared cache of
/// the options. What is approved for the project may run in its copy.
///
/// # Errors
///
/// Without a shared cache, when the inputs cannot be copied, when nothing can be left in the shared cache, or as a run.
pub fn run_apart(
    project: &Project<'_>,
    mut options: RunOptions,
    listener: &dyn Listener,
) -> Result<RunReport, Problems> {
    if options.shared.is_none() {
        let title = "a run apart leaves nothing without a shared cache";
        let problem = Problem::error("engine::apart", title);
        return Err(problem
            .help("name its folder with `--cache-dir DIR` or REVIEW_CACHE_DIR")
            .into());
    }
    let shared = options.shared.clone();
    let cannot = |error: &std::io::Error| system("the inputs cannot be copied", error);
    let folder = tempfile::tempdir().map_err(|error| cannot(&error))?;
    copy::inputs(project, folder.path()).map_err(|error| cannot(&error))?;
    let registry = Registry::built_in();
    let again = Project::open(folder.path(), &registry)?;
    if options.trust == Trust::Approved {
        options.trust = Trust::CopyOf(project.root.clone());
    }
    let mut report = run(&again, &options, listener)?;
    if let Some(shared) = shared.filter(|shared| shared.refuses()) {
        let title = format!(
            "what ran apart is lost: nothing could be left in the shared cache {}",
            shared.place()
        );
        let mut problems = report.problems();
        problems.push(Problem::error("engine::apart", title).help("run again without `--apart`"));
        return Err(problems);
    }
    // The copy goes, and nothing is written in the project.
    for stage in &mut report.stages {
        stage.written.clear();
    }
    Ok(report)
}
