//! A run in another folder with one file of the project changed.

use super::guard::Wait;
use super::project::Project;
use super::run::run;
use super::run_report::{Listener, RunOptions, RunReport};
use super::{copy, files};
use crate::problem::Problems;
use crate::stage::Registry;
use std::path::Path;

/// Runs a copy of the project in an empty folder, with the bytes of one file replaced; the project is not touched.
///
/// # Errors
///
/// When the inputs cannot be copied, or the run stops before any stage.
pub fn run_elsewhere<'r>(
    project: &Project<'_>,
    folder: &Path,
    (path, bytes): (&str, &[u8]),
    registry: &'r Registry,
    listener: &dyn Listener,
) -> Result<(Project<'r>, RunReport), Problems> {
    let copied = copy::inputs(project, folder)
        .and_then(|()| copy::cache(project, folder))
        .and_then(|()| files::write(&folder.join(path), bytes, false));
    copied.map_err(|error| super::inputs::system("the inputs cannot be copied", &error))?;
    let changed = Project::open(folder, registry)?;
    let options = RunOptions {
        only: Vec::new(),
        force: false,
        dry: false,
        wait: Wait::No,
        rehash: true,
    };
    let report = run(&changed, &options, listener)?;
    Ok((changed, report))
}
