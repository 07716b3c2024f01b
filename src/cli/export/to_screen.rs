//! The records that still wait for votes, as the screening tools import them.

use super::records::merged;
use crate::artefact::Sheet;
use crate::bib;
use crate::bib::tools::Tool;
use crate::engine::{Project, Shelf};
use crate::screening::Stage;
use std::collections::BTreeSet;
use std::path::Path;

/// One file: `out` itself where its name ends as the form's files do, else one in that folder. `None` is a plain table.
///
/// Conflicts wait for somebody who settles them and are left out.
pub(super) fn file(
    project: &Project<'_>,
    tool: Option<Tool>,
    stage: Stage,
    out: &Path,
) -> Result<Vec<super::File>, String> {
    let waiting = waiting(project, stage)?;
    let mut records = merged(project)?;
    records.retain(|record| waiting.contains(record.id.as_str()));
    let (name, ending, text) = match tool {
        Some(tool) => (tool.name(), tool.extension(), tool.write(&records)),
        None => ("records", "csv", bib::write::csv(&records)),
    };
    let path = if out.extension().is_some_and(|given| given == ending) {
        out.to_owned()
    } else {
        out.join(format!("{name}-{stage}.{ending}"))
    };
    Ok(vec![(path, text.into_bytes())])
}

/// Ids of the records that wait for a vote at a stage, by the last run.
fn waiting(project: &Project<'_>, stage: Stage) -> Result<BTreeSet<String>, String> {
    let screening = project.stages.iter().find(|ready| {
        let mut slots = ready.outputs.iter();
        slots.any(|slot| slot.artefact_type == "undecided")
    });
    let screening = screening.ok_or("no stage of the pipeline screens records")?;
    let id = screening.decl.id.as_str();
    let sheet = Shelf::of(project)
        .bytes(id, "undecided")
        .and_then(|(path, bytes)| Sheet::read(&path, &bytes))
        .ok_or_else(|| format!("{id} has no results yet; run `review run`"))?;
    let column = |name: &str| sheet.columns.iter().position(|column| column == name);
    let (Some(record), Some(at), Some(state)) =
        (column("record"), column("stage"), column("state"))
    else {
        return Err(format!(
            "the results of {id} are of another version; run `review run`"
        ));
    };
    let stage = stage.to_string();
    let open = sheet.rows.values().filter(|row| {
        row.get(at) == Some(&*stage) && matches!(row.get(state), Some("unscreened" | "one_vote"))
    });
    Ok(open
        .filter_map(|row| row.get(record).map(str::to_owned))
        .collect())
}
