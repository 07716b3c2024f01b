//! The publications of the review, after deduplication, as records that reference managers read.

use crate::bib;
use crate::engine::{Project, ReadyStage, Shelf};
use std::path::{Path, PathBuf};

/// One RIS file: `out` itself where its name says so, else `records.ris` in that folder.
pub(super) fn ris(project: &Project<'_>, out: &Path) -> Result<Vec<super::File>, String> {
    let records = merged(project)?;
    let file = if out.extension().is_some_and(|ending| ending == "ris") {
        out.to_owned()
    } else {
        PathBuf::from(out).join("records.ris")
    };
    Ok(vec![(file, bib::write::ris(&records).into_bytes())])
}

/// Every publication once.
pub(super) fn merged(project: &Project<'_>) -> Result<Vec<bib::Record>, String> {
    let gives = |stage: &&ReadyStage<'_>, name: &str| {
        stage.outputs.iter().any(|slot| slot.artefact_type == name)
    };
    let mut stages = project.stages.iter();
    let merging = stages.find(|stage| gives(stage, "records") && gives(stage, "clusters"));
    let Some(stage) = merging else {
        return Err(
            "no stage of the pipeline deduplicates records, so there are none to write".to_owned(),
        );
    };
    let id = stage.decl.id.as_str();
    let Some((path, bytes)) = Shelf::of(project).bytes(id, "records") else {
        return Err(format!("{id} has no results yet; run `review run`"));
    };
    Ok(bib::read(&path, &bytes).records)
}
