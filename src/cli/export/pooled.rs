//! The tables of each `pool` stage as files for R and for RevMan.

use super::{File, placed};
use crate::engine::{Project, ReadyStage, Shelf};
use crate::provenance::Library;
use crate::synthesis::{r_script, revman_tables};
use std::path::PathBuf;

/// The R script with its data, from the tables on a shelf.
pub(in crate::cli) fn r<'p, 'r>(
    project: &'p Project<'r>,
    shelf: &Shelf<'p, 'r>,
    out: &std::path::Path,
) -> Result<Vec<File>, String> {
    of_each_pool(project, shelf, out, "recompute", of_stage)
}

/// A table of study data an analysis.
pub(super) fn revman(project: &Project<'_>, out: &std::path::Path) -> Result<Vec<File>, String> {
    of_each_pool(
        project,
        &Shelf::of(project),
        out,
        "export",
        |_, stage, shelf| {
            let id = stage.decl.id.as_str();
            let tables = revman_tables(
                &*shelf.sheet(id, "analyses")?,
                &*shelf.sheet(id, "effects")?,
            );
            Some(
                tables
                    .into_iter()
                    .map(|(name, text)| (name, text.into_bytes()))
                    .collect(),
            )
        },
    )
}

/// What a stage gives: names and bytes; nothing where it has no results yet.
type OfStage<'p, 'r> =
    fn(&'p Project<'r>, &'p ReadyStage<'r>, &Shelf<'p, 'r>) -> Option<Vec<(String, Vec<u8>)>>;

/// The files of all stages that pool; a folder each where there are several.
fn of_each_pool<'p, 'r>(
    project: &'p Project<'r>,
    shelf: &Shelf<'p, 'r>,
    out: &std::path::Path,
    what: &str,
    files: OfStage<'p, 'r>,
) -> Result<Vec<File>, String> {
    let pools: Vec<&ReadyStage<'_>> = project.stages.iter().filter(|stage| pools(stage)).collect();
    if pools.is_empty() {
        return Err(format!(
            "no stage of the pipeline pools effects, so there is nothing to {what}"
        ));
    }
    let mut written = Vec::new();
    for stage in &pools {
        let folder: PathBuf = if pools.len() == 1 {
            out.to_owned()
        } else {
            out.join(stage.decl.id.as_str())
        };
        let Some(files) = files(project, stage, shelf) else {
            return Err(format!(
                "{} has no results yet; run `review run`",
                stage.decl.id
            ));
        };
        written.extend(placed(&folder, files));
    }
    Ok(written)
}

fn pools(stage: &ReadyStage<'_>) -> bool {
    let gives = |name: &str| stage.outputs.iter().any(|slot| slot.artefact_type == name);
    gives("pooled") && gives("effects") && gives("analyses")
}

/// The R script of one stage with its data.
fn of_stage(
    project: &Project<'_>,
    stage: &ReadyStage<'_>,
    shelf: &Shelf<'_, '_>,
) -> Option<Vec<(String, Vec<u8>)>> {
    let id = stage.decl.id.as_str();
    let sheet = |name: &str| shelf.sheet(id, name);
    let title = project.pipeline.review.title.clone();
    let script = r_script(
        &title,
        &*sheet("analyses")?,
        &*sheet("effects")?,
        &*sheet("pooled")?,
    );
    Some(vec![
        ("recompute.R".to_owned(), script.into_bytes()),
        ("effects.csv".to_owned(), shelf.bytes(id, "effects")?.1),
        ("pooled.csv".to_owned(), shelf.bytes(id, "pooled")?.1),
    ])
}
