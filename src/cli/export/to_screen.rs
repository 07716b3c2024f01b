//! The records that still wait for votes, as the screening tools import them.

use super::records::merged;
use crate::artefact::Sheet;
use crate::bib;
use crate::bib::tools::Tool;
use crate::engine::{Project, Shelf};
use crate::screening::Stage;
use std::collections::BTreeSet;
use std::path::Path;

/// What is written, and what is said of it.
pub(super) struct ToScreen {
    /// One file, or none where no record waits.
    pub(super) files: Vec<super::File>,
    /// How many records wait.
    pub(super) said: String,
}

/// One file: `out` itself where its name ends as the form's files do, else one in that folder. `None` is a plain table.
///
/// Conflicts wait for somebody who settles them and are left out.
pub(super) fn file(
    project: &Project<'_>,
    tool: Option<Tool>,
    stage: Stage,
    out: &Path,
) -> Result<ToScreen, String> {
    let waiting = waiting(project)?;
    let here = |id: &str| waiting.contains(&(stage, id.to_owned()));
    let mut records = merged(project)?;
    records.retain(|record| here(record.id.as_str()));
    let said = said(stage, records.len(), &waiting);
    if records.is_empty() {
        let files = Vec::new();
        return Ok(ToScreen { files, said });
    }
    let (name, ending, text) = match tool {
        Some(tool) => (tool.name(), tool.extension(), tool.write(&records)),
        None => ("records", PLAIN, bib::write::csv(&records)),
    };
    let path = if out.extension().is_some_and(|given| given == ending) {
        out.to_owned()
    } else {
        out.join(format!("{name}-{stage}.{ending}"))
    };
    let files = vec![(path, text.into_bytes())];
    Ok(ToScreen { files, said })
}

/// How a file of the plain table ends.
pub(super) const PLAIN: &str = "csv";

/// How many records wait at a stage, and where it is none how many at the other.
fn said(stage: Stage, here: usize, waiting: &BTreeSet<(Stage, String)>) -> String {
    match here {
        0 => {
            let mut others = waiting.iter().filter(|(other, _)| *other != stage);
            let elsewhere = others.next().map_or_else(String::new, |(other, _)| {
                let count = others.count() + 1;
                format!("; at {other} wait {count}: `--stage {other}`")
            });
            format!("no record waits for votes at {stage}, and nothing was written{elsewhere}")
        }
        1 => format!("1 record waits for votes at {stage}"),
        count => format!("{count} records wait for votes at {stage}"),
    }
}

/// The records that wait for a vote, by stage and id, by the last run.
fn waiting(project: &Project<'_>) -> Result<BTreeSet<(Stage, String)>, String> {
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
    let open = sheet
        .rows
        .values()
        .filter(|row| matches!(row.get(state), Some("unscreened" | "one_vote")));
    let stages = [Stage::TitleAbstract, Stage::FullText];
    let open = open.filter_map(|row| {
        let here = row.get(at)?;
        let stage = stages.into_iter().find(|stage| stage.as_str() == here)?;
        Some((stage, row.get(record)?.to_owned()))
    });
    Ok(open.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_records_wait_is_said_and_where() {
        let waiting = |stage, count| (0..count).map(move |n: usize| (stage, n.to_string()));
        let both: BTreeSet<_> = waiting(Stage::FullText, 2).collect();
        assert_eq!(
            said(Stage::FullText, 2, &both),
            "2 records wait for votes at full-text"
        );
        assert_eq!(
            said(Stage::TitleAbstract, 0, &both),
            "no record waits for votes at title-abstract, and nothing was written; at full-text wait 2: `--stage full-text`"
        );
    }
}
