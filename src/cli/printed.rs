//! The lists of printed numbers that a project's reports come with.

use crate::engine::{Project, files};
use crate::place::Place;
use crate::problem::Problem;
use crate::provenance::Numbers;

/// The paths of all lists, in the order of the stages.
pub(super) fn lists(project: &Project<'_>) -> Vec<String> {
    let slots = project.stages.iter().flat_map(|stage| &stage.outputs);
    let lists = slots.filter(|slot| slot.artefact_type == "numbers");
    lists.map(|slot| slot.path.clone()).collect()
}

/// A list with the text of its report.
///
/// # Errors
///
/// When one of the two is not there, or the list cannot be read.
pub(super) fn read(project: &Project<'_>, path: &str) -> Result<(Numbers, String), Problem> {
    let unread = |path: &str, why: String| {
        Problem::error("audit::unreadable", format!("{path} cannot be read: {why}"))
            .at(Place::file(path))
            .help("run `review run`")
    };
    let bytes =
        files::read(&project.root.join(path)).map_err(|error| unread(path, error.to_string()))?;
    let numbers: Numbers =
        serde_json::from_slice(&bytes).map_err(|error| unread(path, error.to_string()))?;
    let report = files::read_text(&project.root.join(&numbers.report))
        .map_err(|error| unread(&numbers.report, error.to_string()))?;
    Ok((numbers, report))
}
