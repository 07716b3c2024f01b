//! What the forms are filled with: studies and results of the last run, the protocol, and the forms that are there.

use super::Stopped;
use crate::artefact::Sheet;
use crate::config::yaml;
use crate::engine::{Project, ReadyStage, Shelf, Work, files};
use crate::extraction::IncludedStudy;
use crate::protocol::Protocol;
use std::sync::Arc;

/// A file by its path in the project, with its bytes.
pub(super) type File = (String, Vec<u8>);

/// A stage that reads forms, with what flows into it.
pub(super) struct Material<'p, 'r> {
    pub(super) project: &'p Project<'r>,
    pub(super) stage: &'p ReadyStage<'r>,
    shelf: Shelf<'p, 'r>,
}

impl<'p, 'r> Material<'p, 'r> {
    /// The material of the first stage of a kind.
    pub(super) fn of(project: &'p Project<'r>, kind: &str) -> Result<Self, Stopped> {
        let found = project.stages.iter().find(
            |stage| matches!(&stage.work, Work::BuiltIn(work) if work.signature().kind == kind),
        );
        let stage = found.ok_or_else(|| {
            format!("no stage of the pipeline uses `{kind}`, so nothing would read the form")
        })?;
        Ok(Self {
            project,
            stage,
            shelf: Shelf::shown(project),
        })
    }

    /// The studies that flow into the stage.
    pub(super) fn included(&self) -> Result<Vec<IncludedStudy>, Stopped> {
        let from = |port: &str| {
            self.sources(port)
                .next()
                .map(|(stage, name)| (stage.to_owned(), name.to_owned()))
        };
        let (above, artefact) = from("studies").ok_or_else(|| {
            format!(
                "nothing flows into `studies` of the stage `{}`",
                self.stage.decl.id
            )
        })?;
        let sheet = self.sheet(&above, &artefact).ok_or_else(|| {
            format!("nothing is known of the included studies yet; `review run {above}` first")
        })?;
        let cell = |key: &str, column: &str| sheet.cell(key, column).unwrap_or_default().to_owned();
        let studies: Vec<IncludedStudy> = sheet
            .rows
            .keys()
            .map(|key| IncludedStudy {
                study: cell(key, "study"),
                label: cell(key, "label"),
                admission: cell(key, "admission"),
            })
            .collect();
        if studies.is_empty() {
            let said =
                "no study is included yet: vote on full texts (`review screen`), then `review run`";
            return Err(said.to_owned().into());
        }
        Ok(studies)
    }

    /// The artefacts of other stages that flow into a port.
    fn sources<'a>(&'a self, port: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.project.flowing(self.stage, port)
    }

    /// A table as the last run showed it.
    pub(super) fn sheet(&self, stage: &str, artefact: &str) -> Option<Arc<Sheet>> {
        crate::provenance::Library::sheet(&self.shelf, stage, artefact)
    }

    /// The folder that a port reads, with `/` at its end.
    pub(super) fn folder(&self, port: &str) -> Result<String, Stopped> {
        let mut paths = self.stage.paths().filter(|(name, _)| *name == port);
        let path = paths.next().map(|(_, path)| path.as_str().to_owned());
        let path = path.ok_or_else(|| {
            format!(
                "the stage `{}` reads no folder at `{port}`",
                self.stage.decl.id
            )
        })?;
        let full = self.project.root.join(&path);
        if full.is_file() {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            return Ok(format!("{folder}/"));
        }
        Ok(format!("{}/", path.trim_end_matches('/')))
    }

    /// The files that a port reads.
    pub(super) fn files(&self, port: &str) -> Result<Vec<File>, Stopped> {
        let mut found = Vec::new();
        for (_, path) in self.stage.paths().filter(|(name, _)| *name == port) {
            let full = self.project.root.join(path.as_str());
            let paths = if full.is_dir() {
                files::list(&self.project.root, &full)
                    .map_err(|error| format!("{path} cannot be read: {error}"))?
            } else if full.is_file() {
                vec![path.as_str().to_owned()]
            } else {
                Vec::new()
            };
            for path in paths {
                let bytes = files::read(&self.project.root.join(&path))
                    .map_err(|error| format!("{path} cannot be read: {error}"))?;
                found.push((path, bytes));
            }
        }
        Ok(found)
    }

    /// The protocol that the pipeline names; none where it names none.
    pub(super) fn protocol(&self) -> Result<Option<Protocol>, Stopped> {
        let wired = self.stage.paths().find(|(name, _)| *name == "protocol");
        let wired = wired.map(|(_, path)| path.as_str());
        let named = self.project.pipeline.review.protocol.as_ref();
        let Some(path) = wired.or_else(|| named.map(|path| path.value.as_str())) else {
            return Ok(None);
        };
        let text = files::read_text(&self.project.root.join(path))
            .map_err(|error| format!("{path} cannot be read: {error}"))?;
        Ok(Some(yaml::from_str(path, &text)?))
    }
}
