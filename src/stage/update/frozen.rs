//! A frozen state of a review, read by the paths of its own pipeline.

use super::super::{InFile, Incoming, Received, Registry};
use crate::artefact::Sheet;
use crate::config::{Input, Names, Pipeline, Settings, StageDecl, Use, yaml};
use serde_json::Value;

/// A state of a review: its pipeline, and its files by their paths in the project.
pub struct Frozen<'a> {
    pipeline: Pipeline,
    registry: Registry,
    read: &'a dyn Fn(&str) -> Option<Vec<u8>>,
}

/// A stage of a frozen state with all that it read.
pub(super) struct FrozenStage {
    /// Its settings as written; null where none are.
    pub(super) settings: Option<Value>,
    /// What flowed into it.
    pub(super) incoming: Incoming,
    /// What it gave, by port: path and table.
    pub(super) given: Vec<(&'static str, String, Vec<u8>)>,
    /// Its id.
    pub(super) id: String,
}

impl<'a> Frozen<'a> {
    /// The state whose files `read` gives by their paths, and whose folders `names` lists; `None` without a pipeline that can be read.
    pub fn open(read: &'a dyn Fn(&str) -> Option<Vec<u8>>, names: &Names<'_>) -> Option<Self> {
        let text = String::from_utf8(read("pipeline.yaml")?).ok()?;
        let (pipeline, _) = Pipeline::parse_in("pipeline.yaml", &text, names);
        Some(Self {
            pipeline: pipeline?,
            registry: Registry::built_in(),
            read,
        })
    }

    /// The table of an artefact type that the stage of this name gives, else the first of the type; with its path.
    pub(super) fn table(&self, artefact_type: &str, stage: &str) -> Option<(String, Sheet)> {
        let stages = || self.pipeline.stages.iter();
        let named = stages().filter(|decl| decl.id.as_str() == stage);
        named.chain(stages()).find_map(|decl| {
            let signature = self.signature(decl)?;
            let mut ports = signature.outputs.iter();
            let port = ports.find(|port| port.gives == artefact_type)?;
            let path = path_of(decl, port.name, port.extension);
            let sheet = Sheet::read(&path, &(self.read)(&path)?)?;
            Some((path, sheet))
        })
    }

    /// The stages of a kind in the order of the pipeline, with what each read and gave.
    pub(super) fn stages(&self, kind: &str) -> Vec<FrozenStage> {
        let of_kind = |decl: &&StageDecl| matches!(&decl.uses, Use::BuiltIn { kind: known, .. } if known == kind);
        let stages = self.pipeline.stages.iter().filter(of_kind);
        stages.filter_map(|decl| self.with_tables(decl)).collect()
    }

    fn with_tables(&self, decl: &StageDecl) -> Option<FrozenStage> {
        let mut incoming = Incoming::default();
        for (port, edges) in &decl.inputs {
            for edge in edges {
                let received = self.received(&edge.from);
                incoming
                    .ports
                    .entry(port.clone())
                    .or_default()
                    .extend(received);
            }
        }
        let outputs = self.signature(decl)?.outputs.iter().filter_map(|port| {
            let path = path_of(decl, port.name, port.extension);
            let bytes = (self.read)(&path)?;
            Some((port.name, path, bytes))
        });
        Some(FrozenStage {
            settings: self.settings(decl),
            incoming,
            given: outputs.collect(),
            id: decl.id.to_string(),
        })
    }

    fn signature(&self, decl: &StageDecl) -> Option<super::super::Signature> {
        match &decl.uses {
            Use::BuiltIn { kind, .. } => Some(self.registry.get(kind)?.signature()),
            Use::Command(_) => None,
        }
    }

    fn received(&self, from: &Input) -> Option<Received> {
        let (stage, artefact, path) = match from {
            Input::Path(path) => (String::new(), String::new(), path.to_string()),
            Input::Artefact { stage, artefact } => {
                let decl = self.pipeline.stage(stage)?;
                let mut ports = self.signature(decl)?.outputs.iter();
                let port = ports.find(|port| port.name == artefact)?;
                let path = path_of(decl, port.name, port.extension);
                (stage.to_string(), artefact.clone(), path)
            }
        };
        let bytes = (self.read)(&path)?;
        Some(Received {
            stage,
            artefact,
            files: vec![InFile {
                path: path.clone(),
                bytes,
            }],
            kept: Vec::new(),
            path,
        })
    }

    fn settings(&self, decl: &StageDecl) -> Option<Value> {
        match &decl.settings {
            Settings::None => None,
            Settings::Inline(inline) => inline.read().ok(),
            Settings::File(path) => {
                let text = String::from_utf8((self.read)(path.as_str())?).ok()?;
                yaml::from_str(path.as_str(), &text).ok()
            }
        }
    }
}

/// Where a stage shows what it gives on a port.
fn path_of(decl: &StageDecl, port: &str, extension: &str) -> String {
    decl.out.get(port).map_or_else(
        || format!("reports/stages/{}/{port}.{extension}", decl.id),
        |out| out.path.to_string(),
    )
}
