//! `review export robvis`: judgements for the figures of robvis, a CSV file a tool.

use super::Named;
use crate::artefact::Sheet;
use crate::engine::{Project, ReadyStage, Shelf, files};
use crate::provenance::Library;
use crate::rob::robvis::{RobvisRow, robvis};
use crate::rob::{Tool, shipped};
use std::collections::{BTreeMap, BTreeSet};

/// The files of every stage that judges risk of bias: one a tool, named after the stage too where there are several.
pub(super) fn files(project: &Project<'_>) -> Result<Named, String> {
    let judges = |stage: &&ReadyStage<'_>| {
        let gives = |name: &str| stage.outputs.iter().any(|slot| slot.artefact_type == name);
        gives("judgements") && gives("overall-bias")
    };
    let stages: Vec<&ReadyStage<'_>> = project.stages.iter().filter(judges).collect();
    if stages.is_empty() {
        return Err("no stage of the pipeline judges risk of bias".to_owned());
    }
    let shelf = Shelf::of(project);
    let mut written = Named::new();
    for stage in &stages {
        let id = stage.decl.id.as_str();
        let (Some(judgements), Some(overall)) =
            (shelf.sheet(id, "judgements"), shelf.sheet(id, "overall"))
        else {
            return Err(format!("{id} has no results yet; run `review run {id}`"));
        };
        let labels = labels(project, stage, &shelf);
        let tools: BTreeSet<&str> = overall
            .rows
            .keys()
            .filter_map(|key| overall.cell(key, "tool"))
            .collect();
        for name in tools {
            let tool = own_tool(project, stage, name).or_else(|| shipped::tool(name));
            let rows = rows(name, &judgements, &overall, &labels);
            let of_stage = if stages.len() == 1 {
                String::new()
            } else {
                format!("-{id}")
            };
            written.push((
                format!("robvis-{name}{of_stage}.csv"),
                robvis(name, tool.as_ref(), &rows),
            ));
        }
    }
    if written.is_empty() {
        return Err(
            "nobody assessed anything yet: `review form risk-of-bias` writes the form".to_owned(),
        );
    }
    Ok(written)
}

/// How the studies that flow into a stage are cited, by id.
fn labels(
    project: &Project<'_>,
    stage: &ReadyStage<'_>,
    shelf: &Shelf<'_, '_>,
) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    for (above, artefact) in project.flowing(stage, "studies") {
        let Some(sheet) = shelf.sheet(above, artefact) else {
            continue;
        };
        let cell = |key: &str, column: &str| sheet.cell(key, column).unwrap_or_default().to_owned();
        let keys = sheet.rows.keys();
        labels.extend(keys.map(|key| (cell(key, "study"), cell(key, "label"))));
    }
    labels.retain(|_, label| !label.is_empty());
    labels
}

/// A tool of the team's own beside the answers that a stage reads.
fn own_tool(project: &Project<'_>, stage: &ReadyStage<'_>, name: &str) -> Option<Tool> {
    let found = stage
        .paths()
        .filter(|(port, _)| *port == "assessments")
        .filter_map(|(_, path)| files::list(&project.root, &project.root.join(path.as_str())).ok())
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
