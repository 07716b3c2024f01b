//! A copy of a project in another folder, to be changed and run there.

use super::copy;
use super::project::Project;
use crate::problem::Problems;
use std::path::Path;

/// Copies what a run of the project reads, and the results it has kept, into an empty folder; the project is not touched.
///
/// # Errors
///
/// When something cannot be copied.
pub fn copy_to(project: &Project<'_>, folder: &Path) -> Result<(), Problems> {
    let copied = copy::inputs(project, folder).and_then(|()| copy::cache(project, folder));
    copied.map_err(|error| super::inputs::system("the project cannot be copied", &error).into())
}
