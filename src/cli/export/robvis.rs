//! `review export robvis`: judgements for the figures of robvis, a CSV file a tool.

use super::Named;
use crate::artefact::Sheet;
use crate::engine::{Project, Shelf, Source, files};
use crate::provenance::Library;
use crate::rob::robvis::{RobvisRow, robvis};
use crate::rob::{Tool, shipped};
use std::collections::{BTreeMap, BTreeSet};

/// The files of every stage that judges risk of bias.
pub(super) fn files(project: &Project<'_>) -> Result<Named, String> {
    let shelf = Shelf::of(project);
    let mut written = Named::new();
    let mut stages = 0;
    for stage in &project.stages {
        let gives = |name: &str| stage.outputs.iter().any(|slot| slot.artefact_type == name);
        if !gives("judgements") || !gives("overall-bias") {
            continue;
        }
        stages += 1;
        let id = stage.decl.id.as_str();
        let (Some(judgements), Some(overall)) =
            (shelf.sheet(id, "judgements"), shelf.sheet(id, "overall"))
        else {
            return Err(format!("{id} has no results yet; run `review run {id}`"));
        };
        let labels = labels(project, &shelf);
        let tools: BTreeSet<&str> = overall
            .rows
            .keys()
            .filter_map(|key| overall.cell(key, "tool"))
            .collect();
        for name in tools {
            let tool = own_tool(project, name).or_else(|| shipped::tool(name));
            let rows = rows(name, &judgements, &overall, &labels);
            written.push((
                format!("robvis-{name}.csv"),
                robvis(name, tool.as_ref(), &rows),
            ));
        }
    }
    match (stages, written.is_empty()) {
        (0, _) => Err("no stage of the pipeline judges risk of bias".to_owned()),
        (_, true) => Err(
            "nobody assessed anything yet: `review form risk-of-bias` writes the form".to_owned(),
        ),
        _ => Ok(written),
    }
}

/// How studies are cited, by id.
fn labels(project: &Project<'_>, shelf: &Shelf<'_, '_>) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    for stage in &project.stages {
        for slot in stage
            .outputs
            .iter()
            .filter(|slot| slot.artefact_type == "included")
        {
            if let Some(sheet) = shelf.sheet(stage.decl.id.as_str(), &slot.port) {
                let cell = |key: &str, column: &str| {
                    sheet.cell(key, column).unwrap_or_default().to_owned()
                };
                labels.extend(
                    sheet
                        .rows
                        .keys()
                        .map(|key| (cell(key, "study"), cell(key, "label"))),
                );
            }
        }
    }
    labels.retain(|_, label| !label.is_empty());
    labels
}

/// A tool of the team's own beside the answers.
fn own_tool(project: &Project<'_>, name: &str) -> Option<Tool> {
    let sources = project.stages.iter().flat_map(|stage| &stage.inputs);
    let paths = sources
        .flat_map(|(_, sources)| sources)
        .filter_map(|source| match source {
            Source::Path(path) => Some(path.as_str()),
            Source::Stage(..) => None,
        });
    let found = paths
        .filter_map(|path| files::list(&project.root, &project.root.join(path)).ok())
        .flatten()
        .filter(|path| path.ends_with(".yaml"));
    let mut tools = found.filter_map(|path| {
        let text = files::read_text(&project.root.join(&path)).ok()?;
        Tool::read(&path, &text).ok()
    });
    tools.find(|tool| tool.tool == name)
}

fn rows(
    name: &str,
    judgements: &Sheet,
    overall: &Sheet,
    labels: &BTreeMap<String, String>,
) -> Vec<RobvisRow> {
    let mut rows = Vec::new();
    for key in overall.rows.keys() {
        let cell = |column: &str| overall.cell(key, column).unwrap_or_default();
        if cell("tool") != name {
            continue;
        }
        let (study, result) = (cell("study"), cell("result"));
        let label = labels.get(study).map_or(study, String::as_str);
        let mut row = RobvisRow {
            study: if result.is_empty() {
                label.to_owned()
            } else {
                format!("{label}: {result}")
            },
            overall: cell("label").to_owned(),
            ..RobvisRow::default()
        };
        for key in judgements.rows.keys() {
            let own = |column: &str| judgements.cell(key, column).unwrap_or_default();
            if (own("tool"), own("study"), own("result")) == (name, study, result) {
                own("variant").clone_into(&mut row.variant);
                row.domains
                    .insert(own("domain").to_owned(), own("label").to_owned());
            }
        }
        rows.push(row);
    }
    rows
}
