//! A project as it stands: pipeline read, wiring checked, settings typed, stages in the order of the graph.

use super::files;
use super::own_folder::own_folder;
use super::setting_places::SettingPlaces;
use crate::config::{
    self, Entry, Input, KindSignature, Pipeline, Port, Settings, StageDecl, Takes, Use, yaml,
};
use crate::graph::Graph;
use crate::path::RelPath;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::stage::{AnyStage, PortType, Registry};
use rayon::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The name of the pipeline's file, in the project's root.
pub const PIPELINE: &str = "pipeline.yaml";

/// What people had to say before the review: every output port named `problems` is this type.
pub(super) const PROBLEMS: &str = "problems";

/// A project that can be run.
pub struct Project<'r> {
    /// Its folder.
    pub root: PathBuf,
    /// The pipeline as written.
    pub pipeline: Pipeline,
    /// Its shape.
    pub graph: Graph,
    /// Its stages, every stage after those it reads.
    pub stages: Vec<ReadyStage<'r>>,
}

/// A stage with everything resolved that does not depend on other stages.
pub struct ReadyStage<'r> {
    /// As declared.
    pub decl: StageDecl,
    /// What it runs.
    pub work: Work<'r>,
    /// Settings after defaults, as canonical JSON; null for commands.
    pub settings: Value,
    /// What flows in, by port in the order written.
    pub inputs: Vec<(String, Vec<Source>)>,
    /// What comes out, in the order of the ports.
    pub outputs: Vec<Slot>,
}

/// What a stage runs.
pub enum Work<'r> {
    /// A kind built into the program.
    BuiltIn(&'r dyn AnyStage),
    /// A program of the user's own.
    Command(config::Command),
}

/// Where an input comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Another stage, by its position in [`Project::stages`].
    Stage(usize, String),
    /// A file or folder that people keep.
    Path(RelPath),
}

/// An output and where it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Port, as written behind `stage.`.
    pub port: String,
    /// Artefact type.
    pub artefact_type: String,
    /// Path below the project.
    pub path: String,
}

/// Fewer stages are not worth a second thread.
const MANY: usize = 256;

impl<'r> Project<'r> {
    /// Reads and checks the project in `root`.
    ///
    /// # Errors
    ///
    /// A `.review/` that another program made; everything wrong with pipeline and settings, at once.
    pub fn open(root: &Path, registry: &'r Registry) -> Result<Self, Problems> {
        own_folder(root)?;
        let text =
            files::read_text(&root.join(PIPELINE)).map_err(|error| no_pipeline(root, &error))?;
        let names = |folder: &RelPath| Some(files::names(&root.join(folder.as_str())));
        let (pipeline, mut problems) = Pipeline::parse_in(PIPELINE, &text, &names);
        let Some(pipeline) = pipeline else {
            return Err(problems);
        };
        problems.append(check_wiring(root, &pipeline, registry));
        let graph = match Graph::of(&pipeline) {
            Ok(graph) => graph,
            Err(cycle) => {
                problems.append(cycle);
                return Err(problems);
            }
        };
        let mut stages = Vec::new();
        let positions: BTreeMap<_, _> = graph
            .order()
            .enumerate()
            .map(|(i, id)| (id.clone(), i))
            .collect();
        let declared = pipeline.stages.iter().map(|decl| (&decl.id, decl));
        let declared: BTreeMap<_, _> = declared.collect();
        let order: Vec<_> = graph.order().collect();
        let made = order.into_par_iter().with_min_len(MANY);
        let made: Vec<_> = made
            .map(|id| ready(root, declared[id], registry, &positions))
            .collect();
        for made in made {
            match made {
                Ok(stage) => stages.push(stage),
                Err(found) => add_untold(&mut problems, found),
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
        Ok(Self {
            root: root.to_owned(),
            pipeline,
            graph,
            stages,
        })
    }

    /// The position of a stage.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.stages
            .iter()
            .position(|stage| stage.decl.id.as_str() == id)
    }

    /// Whether a stage other than `but` gives this path, itself or as a folder above it.
    pub(super) fn gives(&self, path: &str, but: &str) -> bool {
        let others = self
            .stages
            .iter()
            .filter(|stage| stage.decl.id.as_str() != but);
        let mut slots = others.flat_map(|stage| &stage.outputs);
        slots.any(|slot| {
            path.strip_prefix(slot.path.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// What flows from other stages into a port of a stage: the stage that gives it, and the name of its artefact.
    pub fn flowing<'a>(
        &'a self,
        into: &'a ReadyStage<'r>,
        port: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let ports = into.inputs.iter().filter(move |(name, _)| name == port);
        let sources = ports.flat_map(|(_, sources)| sources);
        sources.filter_map(|source| match source {
            Source::Stage(at, artefact) => {
                Some((self.stages[*at].decl.id.as_str(), artefact.as_str()))
            }
            Source::Path(_) => None,
        })
    }

    /// The stage of a name.
    pub fn stage(&self, id: &str) -> Option<&ReadyStage<'r>> {
        self.stages
            .iter()
            .find(|stage| stage.decl.id.as_str() == id)
    }
}

impl ReadyStage<'_> {
    /// The positions of the stages it reads.
    pub fn upstream(&self) -> impl Iterator<Item = usize> {
        self.inputs
            .iter()
            .flat_map(|(_, sources)| sources)
            .filter_map(|source| match source {
                Source::Stage(position, _) => Some(*position),
                Source::Path(_) => None,
            })
    }

    /// Whether what is wired into a port stays where it is kept.
    pub(super) fn reads_on_demand(&self, port: &str) -> bool {
        match &self.work {
            Work::BuiltIn(work) => work.signature().on_demand.contains(&port),
            Work::Command(_) => false,
        }
    }

    /// The paths it reads.
    pub fn paths(&self) -> impl Iterator<Item = (&str, &RelPath)> {
        self.inputs
            .iter()
            .flat_map(|(port, sources)| sources.iter().map(move |source| (port.as_str(), source)))
            .filter_map(|(port, source)| match source {
                Source::Path(path) => Some((port, path)),
                Source::Stage(..) => None,
            })
    }
}

/// Adds problems, save those of a file that the wiring already told to be missing.
fn add_untold(problems: &mut Problems, found: Problems) {
    let place = |problem: &Problem| problem.places.first().map(|(place, _)| place.clone());
    for problem in found {
        let told = problems
            .iter()
            .any(|told| told.code == "config::missing-file" && place(told) == place(&problem));
        if !told {
            problems.push(problem);
        }
    }
}

fn no_pipeline(root: &Path, error: &std::io::Error) -> Problems {
    let title = match error.kind() {
        std::io::ErrorKind::NotFound => format!("there is no `{PIPELINE}` in {}", root.display()),
        _ => format!("`{PIPELINE}` cannot be read: {error}"),
    };
    Problem::error("engine::no-pipeline", title)
        .at(Place::file(PIPELINE))
        .help(
            "go to the folder of a review, name it with `-C DIR`, or start one with `review init`",
        )
        .into()
}

/// The file system, as far as the wiring asks.
struct OnDisk<'a>(&'a Path);

impl config::Files for OnDisk<'_> {
    fn entry(&self, path: &RelPath) -> Option<Entry> {
        let data = std::fs::metadata(self.0.join(path.as_str())).ok()?;
        Some(if data.is_dir() {
            Entry::Folder
        } else {
            Entry::File
        })
    }

    fn names(&self, folder: Option<&RelPath>) -> Vec<String> {
        let folder = folder.map_or(self.0.to_owned(), |path| self.0.join(path.as_str()));
        files::names(&folder)
    }
}

/// Checks the wiring against the kinds of `registry` and the files in `root`.
fn check_wiring(root: &Path, pipeline: &Pipeline, registry: &Registry) -> Problems {
    with_kinds(registry, |kinds| {
        config::check(pipeline, kinds, &OnDisk(root))
    })
}

/// The JSON Schema of `pipeline.yaml` with the kinds of `registry`.
pub fn schema(registry: &Registry) -> Value {
    with_kinds(registry, config::schema::schema)
}

/// Calls `work` with the kinds as `config` reads them.
fn with_kinds<T>(registry: &Registry, work: impl FnOnce(&[KindSignature<'_>]) -> T) -> T {
    let signatures = registry.signatures();
    let ports: Vec<(Vec<Port<'_>>, Vec<(&str, &str)>)> = signatures
        .iter()
        .map(|signature| {
            let inputs = signature.inputs.iter().map(|port| Port {
                name: port.name,
                takes: takes(port.takes),
                required: port.required,
            });
            let outputs = signature.outputs.iter().map(|port| (port.name, port.gives));
            (
                inputs.collect(),
                outputs.chain([(PROBLEMS, PROBLEMS)]).collect(),
            )
        })
        .collect();
    let kinds: Vec<KindSignature<'_>> = signatures
        .iter()
        .zip(&ports)
        .map(|(signature, (inputs, outputs))| KindSignature {
            kind: signature.kind,
            inputs,
            outputs,
        })
        .collect();
    work(&kinds)
}

fn takes(port: PortType) -> Takes<'static> {
    match port {
        PortType::Artefact(name) => Takes::Artefact(name),
        PortType::Artefacts(name) => Takes::Artefacts(name),
        PortType::Files => Takes::FileOrFolder,
    }
}

fn ready<'r>(
    root: &Path,
    decl: &StageDecl,
    registry: &'r Registry,
    positions: &BTreeMap<crate::ids::StageId, usize>,
) -> Result<ReadyStage<'r>, Problems> {
    let (work, settings, outputs) = match &decl.uses {
        Use::BuiltIn { kind, .. } => {
            let stage = registry.get(kind).ok_or_else(Problems::new)?;
            (
                Work::BuiltIn(stage),
                settings(root, decl, stage)?,
                built_in_slots(decl, stage),
            )
        }
        Use::Command(command) => (
            Work::Command(command.clone()),
            Value::Null,
            command_slots(decl),
        ),
    };
    let source = |input: &Input| match input {
        Input::Artefact { stage, artefact } => positions
            .get(stage)
            .map(|position| Source::Stage(*position, artefact.clone())),
        Input::Path(path) => Some(Source::Path(path.clone())),
    };
    let inputs = decl.inputs.iter().map(|(port, edges)| {
        (
            port.clone(),
            edges.iter().filter_map(|edge| source(&edge.from)).collect(),
        )
    });
    Ok(ReadyStage {
        decl: decl.clone(),
        work,
        settings,
        inputs: inputs.collect(),
        outputs,
    })
}

/// An artefact that a pipeline shows, whether or not its files are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The kind of the stage that gives it.
    pub kind: String,
    /// Artefact type.
    pub artefact_type: String,
    /// Path below the project.
    pub path: String,
}

/// What a pipeline of this text shows; the files it reads need not be there. `names` lists the folders of its project.
///
/// # Errors
///
/// What is wrong with the text.
pub fn shown(
    text: &str,
    names: &config::Names<'_>,
    registry: &Registry,
) -> Result<Vec<Shown>, Problems> {
    let (pipeline, problems) = Pipeline::parse_in(PIPELINE, text, names);
    let Some(pipeline) = pipeline.filter(|_| !problems.has_errors()) else {
        return Err(problems);
    };
    let mut all = Vec::new();
    for decl in &pipeline.stages {
        let Use::BuiltIn { kind, .. } = &decl.uses else {
            continue;
        };
        let slots = registry.get(kind).map(|stage| built_in_slots(decl, stage));
        all.extend(slots.unwrap_or_default().into_iter().map(|slot| Shown {
            kind: kind.clone(),
            artefact_type: slot.artefact_type,
            path: slot.path,
        }));
    }
    Ok(all)
}

fn built_in_slots(decl: &StageDecl, stage: &dyn AnyStage) -> Vec<Slot> {
    let ports = stage
        .signature()
        .outputs
        .iter()
        .map(|port| (port.name, port.gives, port.extension));
    ports
        .chain([(PROBLEMS, PROBLEMS, "csv")])
        .map(|(port, gives, extension)| {
            let name = if extension.is_empty() {
                port.to_owned()
            } else {
                format!("{port}.{extension}")
            };
            let path = decl.out.get(port).map_or_else(
                || format!("reports/stages/{}/{name}", decl.id),
                |out| out.path.to_string(),
            );
            Slot {
                port: port.to_owned(),
                artefact_type: gives.to_owned(),
                path,
            }
        })
        .collect()
}

fn command_slots(decl: &StageDecl) -> Vec<Slot> {
    let slot = |(name, out): (&String, &config::Output)| Slot {
        port: name.clone(),
        artefact_type: out
            .artefact_type
            .clone()
            .unwrap_or_else(|| "file".to_owned()),
        path: out.path.to_string(),
    };
    decl.out.iter().map(slot).collect()
}

/// The settings of a stage after defaults; what does not fit is named with its place.
fn settings(root: &Path, decl: &StageDecl, stage: &dyn AnyStage) -> Result<Value, Problems> {
    let given: Option<Value> = match &decl.settings {
        Settings::None => None,
        Settings::Inline(inline) => Some(inline.read()?),
        Settings::File(path) => {
            let text = files::read_text(&root.join(path.as_str())).map_err(|error| {
                Problem::error(
                    "engine::settings",
                    format!("the settings of `{}` cannot be read: {error}", decl.id),
                )
                .at(path.place.clone())
            })?;
            Some(yaml::from_str(path.as_str(), &text)?)
        }
    };
    stage.settings(given.as_ref()).map_err(|unfit| {
        Problem::error(
            "engine::settings",
            format!("the settings of `{}` do not fit: {}", decl.id, unfit.why),
        )
        .at(SettingPlaces::of(root, decl).of_path(&unfit.path))
        .help(format!(
            "see `review schema --stage {}` for what can be set",
            stage.signature().kind
        ))
        .into()
    })
}
