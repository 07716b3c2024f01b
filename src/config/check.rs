//! Checks the wiring of a pipeline against the kinds of stages that exist, before anything runs.
//!
//! The kinds come as data and the files as a trait, so that the check is pure.

use super::edge::{Edge, Input};
use super::pipeline::Pipeline;
use super::stage_decl::{Settings, StageDecl, Use};
use crate::ids::StageId;
use crate::nearest::{nearest, suggestion};
use crate::path::RelPath;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::BTreeMap;

/// A kind of stage: what it takes and what it makes.
#[derive(Clone, Copy, Debug)]
pub struct KindSignature<'a> {
    /// As spelled after `uses:`.
    pub kind: &'a str,
    /// Its ports.
    pub inputs: &'a [Port<'a>],
    /// Name and artefact type of each output.
    pub outputs: &'a [(&'a str, &'a str)],
}

/// A port of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Port<'a> {
    /// As spelled under `in:`.
    pub name: &'a str,
    /// What it takes.
    pub takes: Takes<'a>,
    /// Whether a stage of the kind cannot do without.
    pub required: bool,
}

/// What a port takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes<'a> {
    /// An artefact of this type from another stage.
    Artefact(&'a str),
    /// Any number of artefacts of this type.
    Artefacts(&'a str),
    /// The path of a file, or a file that a command stage makes.
    File,
    /// The path of a folder.
    Folder,
    /// The path of either.
    FileOrFolder,
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File,
    /// A folder.
    Folder,
}

/// The files of the project, as far as the check asks.
pub trait Files {
    /// What stands at the path, if anything.
    fn entry(&self, path: &RelPath) -> Option<Entry>;

    /// Names in a folder (`None`: the project's own), for the nearest existing one.
    fn names(&self, folder: Option<&RelPath>) -> Vec<String>;
}

/// Everything wrong with the wiring: unknown kinds, ports, stages and artefacts (with the nearest right name), edges of the wrong
/// type, required ports without an edge, and paths where nothing stands. Cycles are [`Graph::of`](crate::graph::Graph::of)'s.
pub fn check(pipeline: &Pipeline, kinds: &[KindSignature<'_>], files: &dyn Files) -> Problems {
    let stages = pipeline.stages.iter().map(|stage| (&stage.id, stage));
    let mut checker = Checker {
        pipeline,
        stages: stages.collect(),
        kinds,
        files,
        problems: Problems::new(),
    };
    if let Some(protocol) = &pipeline.review.protocol {
        checker.path(&protocol.value, &protocol.place, Takes::File);
    }
    for stage in &pipeline.stages {
        checker.stage(stage);
    }
    checker.problems
}

/// What an output is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Made<'a> {
    /// An artefact of this type.
    Typed(&'a str),
    /// A file of a command stage that claims no type.
    File,
}

struct Checker<'a> {
    pipeline: &'a Pipeline,
    stages: BTreeMap<&'a StageId, &'a StageDecl>,
    kinds: &'a [KindSignature<'a>],
    files: &'a dyn Files,
    problems: Problems,
}

impl<'a> Checker<'a> {
    fn stage(&mut self, stage: &StageDecl) {
        if let Settings::File(file) = &stage.settings {
            self.path(&file.value, &file.place, Takes::File);
        }
        match &stage.uses {
            Use::BuiltIn { kind, place } => match self.kind(kind) {
                Some(signature) => self.ports(stage, signature, place),
                None => self.unknown_kind(stage, kind, place),
            },
            Use::Command(_) => {
                for (_, edge) in stage.edges() {
                    self.any_edge(edge);
                }
            }
        }
    }

    fn kind(&self, kind: &str) -> Option<KindSignature<'a>> {
        self.kinds.iter().find(|known| known.kind == kind).copied()
    }

    fn unknown_kind(&mut self, stage: &StageDecl, kind: &str, place: &Place) {
        let names = self.kinds.iter().map(|known| known.kind);
        let problem = Problem::error(
            "config::unknown-kind",
            format!("there is no kind of stage `{kind}`"),
        )
        .at(place.clone())
        .help(suggestion("kinds", kind, names));
        self.problems.push(problem);
        for (_, edge) in stage.edges() {
            self.any_edge(edge);
        }
    }

    fn ports(&mut self, stage: &StageDecl, signature: KindSignature<'_>, kind_place: &Place) {
        for (name, edge) in stage.edges() {
            match signature.inputs.iter().find(|port| port.name == name) {
                Some(port) => self.edge(port, edge),
                None => self.unknown_port(signature, name, edge),
            }
        }
        for (name, edges) in &stage.inputs {
            let port = signature.inputs.iter().find(|port| port.name == name);
            if let (Some(port), [_, second, ..]) = (port, edges.as_slice()) {
                self.too_many(port, second);
            }
        }
        self.unknown_outputs(stage, signature);
        for port in signature.inputs {
            let given =
                stage.inputs.contains_key(port.name) || stage.unread_ports.contains(port.name);
            if port.required && !given {
                let mistyped = mistyped(stage, signature, port.name);
                self.missing_port(stage, port, mistyped, kind_place);
            }
        }
    }

    fn too_many(&mut self, port: &Port<'_>, second: &Edge) {
        if matches!(port.takes, Takes::Artefacts(_)) {
            return;
        }
        let title = format!("input `{}` takes one edge, not a list", port.name);
        let problem = Problem::error("config::too-many-edges", title)
            .at(second.place.clone())
            .help("keep one of them");
        self.problems.push(problem);
    }

    /// `out` of a built-in kind puts its artefacts elsewhere; it cannot name others.
    fn unknown_outputs(&mut self, stage: &StageDecl, signature: KindSignature<'_>) {
        for (name, output) in &stage.out {
            if signature.outputs.iter().any(|(made, _)| made == name) {
                continue;
            }
            let names = signature.outputs.iter().map(|(made, _)| *made);
            let title = format!("kind `{}` makes no `{name}`", signature.kind);
            let problem = Problem::error("config::unknown-artefact", title)
                .at(output.place.clone())
                .help(suggestion("its artefacts", name, names));
            self.problems.push(problem);
        }
    }

    fn unknown_port(&mut self, signature: KindSignature<'_>, name: &str, edge: &Edge) {
        let ports = signature.inputs.iter().map(|port| port.name);
        let title = format!("kind `{}` has no input `{name}`", signature.kind);
        let problem = Problem::error("config::unknown-port", title)
            .at(edge.port_place.clone())
            .help(suggestion("inputs", name, ports));
        self.problems.push(problem);
        self.any_edge(edge);
    }

    fn missing_port(
        &mut self,
        stage: &StageDecl,
        port: &Port<'_>,
        mistyped: Option<&str>,
        kind_place: &Place,
    ) {
        let example = match port.takes {
            Takes::Artefact(wanted) | Takes::Artefacts(wanted) => self
                .producers(wanted)
                .into_iter()
                .next()
                .unwrap_or_else(|| "<stage>.<artefact>".to_owned()),
            Takes::File => "data/<file>".to_owned(),
            Takes::Folder | Takes::FileOrFolder => "data/<folder>/".to_owned(),
        };
        let title = format!("stage `{}` lacks its input `{}`", stage.id, port.name);
        let problem = Problem::error("config::missing-input", title)
            .labelled(
                kind_place.clone(),
                format!("needs {}", described(port.takes)),
            )
            .help(match mistyped {
                Some(mistyped) => format!("write `{}` for `{mistyped}` under `in`", port.name),
                None => format!("add `{}: {example}` under `in`", port.name),
            });
        self.problems.push(problem);
    }

    fn edge(&mut self, port: &Port<'_>, edge: &Edge) {
        match (&edge.from, port.takes) {
            (Input::Path(path), Takes::Artefact(wanted) | Takes::Artefacts(wanted)) => {
                let problem = self.wrong_edge(port, edge, &format!("`{path}` is a path"), wanted);
                self.problems.push(problem);
            }
            (Input::Path(path), takes) => self.path(path, &edge.place, takes),
            (Input::Artefact { stage, artefact }, takes) => {
                let Some(found) = self.artefact(stage, artefact, edge) else {
                    return;
                };
                match takes {
                    Takes::Artefact(wanted) | Takes::Artefacts(wanted)
                        if found != Made::Typed(wanted) =>
                    {
                        let is = match found {
                            Made::Typed(found) => format!("`{}` is `{found}`", edge.from),
                            Made::File => format!("`{}` is a file without a type", edge.from),
                        };
                        let problem = self.wrong_edge(port, edge, &is, wanted);
                        self.problems.push(problem);
                    }
                    Takes::Artefact(_) | Takes::Artefacts(_) => {}
                    Takes::File | Takes::FileOrFolder if self.is_command(stage) => {}
                    Takes::File | Takes::Folder | Takes::FileOrFolder => {
                        let title = format!(
                            "input `{}` takes {}, not an artefact",
                            port.name,
                            described(takes)
                        );
                        let problem = Problem::error("config::wrong-edge", title)
                            .labelled(edge.place.clone(), "an artefact of a stage")
                            .help(format!(
                                "write a path, which has a `/` in it: `{}: data/…`",
                                port.name
                            ));
                        self.problems.push(problem);
                    }
                }
            }
        }
    }

    fn wrong_edge(&self, port: &Port<'_>, edge: &Edge, is: &str, wanted: &str) -> Problem {
        let title = format!("input `{}` takes `{wanted}`, and {is}", port.name);
        let producers = self.producers(wanted);
        let help = if producers.is_empty() {
            let kinds: Vec<String> = self
                .kinds
                .iter()
                .filter(|kind| kind.outputs.iter().any(|(_, made)| *made == wanted))
                .map(|kind| format!("`{}`", kind.kind))
                .collect();
            if kinds.is_empty() {
                format!("no kind of stage makes `{wanted}`")
            } else {
                format!(
                    "add a stage of a kind that makes `{wanted}`: {}",
                    kinds.join(", ")
                )
            }
        } else {
            format!("`{wanted}` is made by `{}`", producers.join("`, `"))
        };
        Problem::error("config::wrong-edge", title)
            .labelled(edge.place.clone(), format!("not `{wanted}`"))
            .help(help)
    }

    /// Whatever a port takes, the stage and artefact or path must exist.
    fn any_edge(&mut self, edge: &Edge) {
        match &edge.from {
            Input::Path(path) => self.path(path, &edge.place, Takes::FileOrFolder),
            Input::Artefact { stage, artefact } => {
                self.artefact(stage, artefact, edge);
            }
        }
    }

    /// What an artefact is; `None` when that cannot be said, with the reason reported.
    fn artefact(&mut self, id: &StageId, artefact: &str, edge: &Edge) -> Option<Made<'a>> {
        let Some(stage) = self.stages.get(id).copied() else {
            if !self.pipeline.unread.contains(id) {
                self.unknown_stage(id, edge);
            }
            return None;
        };
        let outputs: Vec<(&'a str, Made<'a>)> = match &stage.uses {
            Use::BuiltIn { kind, .. } => self
                .kind(kind)?
                .outputs
                .iter()
                .map(|(name, made)| (*name, Made::Typed(made)))
                .collect(),
            Use::Command(_) => stage
                .out
                .iter()
                .map(|(name, output)| {
                    let made = output.artefact_type.as_deref();
                    (name.as_str(), made.map_or(Made::File, Made::Typed))
                })
                .collect(),
        };
        let found = outputs.iter().find(|(name, _)| *name == artefact);
        if found.is_none() {
            let names = outputs.iter().map(|(name, _)| *name);
            let title = format!("stage `{id}` makes no `{artefact}`");
            let help = suggestion("its artefacts", artefact, names);
            let problem = Problem::error("config::unknown-artefact", title)
                .at(edge.place.clone())
                .help(help);
            self.problems.push(problem);
        }
        found.map(|(_, made)| *made)
    }

    fn unknown_stage(&mut self, id: &StageId, edge: &Edge) {
        let ids: Vec<&str> = self
            .pipeline
            .stages
            .iter()
            .map(|stage| stage.id.as_str())
            .collect();
        let near = nearest(id.as_str(), ids.iter().copied());
        let mut help = suggestion("stages", id.as_str(), ids.iter().copied());
        if near.is_none() {
            help = format!(
                "{help}; a file in the project's own folder is written `./{}`",
                edge.from
            );
        }
        let problem = Problem::error("config::unknown-stage", format!("there is no stage `{id}`"))
            .at(edge.place.clone())
            .help(help);
        self.problems.push(problem);
    }

    fn is_command(&self, id: &StageId) -> bool {
        self.stages
            .get(id)
            .is_some_and(|stage| matches!(stage.uses, Use::Command(_)))
    }

    /// The artefacts of a type that stages of this pipeline make, as edges, in the order of the stages.
    fn producers(&self, wanted: &str) -> Vec<String> {
        let mut edges = Vec::new();
        for stage in &self.pipeline.stages {
            match &stage.uses {
                Use::BuiltIn { kind, .. } => {
                    let outputs = self.kind(kind).map_or(&[] as &[_], |kind| kind.outputs);
                    let made = outputs.iter().filter(|(_, made)| *made == wanted);
                    edges.extend(made.map(|(name, _)| format!("{}.{name}", stage.id)));
                }
                Use::Command(_) => {
                    let made = stage
                        .out
                        .iter()
                        .filter(|(_, output)| output.artefact_type.as_deref() == Some(wanted));
                    edges.extend(made.map(|(name, _)| format!("{}.{name}", stage.id)));
                }
            }
        }
        edges
    }

    fn path(&mut self, path: &RelPath, place: &Place, takes: Takes<'_>) {
        if matches!(path.as_str().split('/').next(), Some("reports" | ".review")) {
            let title = format!("`{path}` is written by the program, and read by path");
            let problem = Problem::error("config::reads-output", title)
                .at(place.clone())
                .help("wire the artefact as `stage.artefact`, so that the stage that makes it runs first");
            self.problems.push(problem);
            return;
        }
        let found = self.files.entry(path);
        let title = match (found, takes) {
            (None, _) => format!("there is no file or folder `{path}`"),
            (Some(Entry::Folder), Takes::File) => {
                format!("`{path}` is a folder, and a file is wanted")
            }
            (Some(Entry::File), Takes::Folder) => {
                format!("`{path}` is a file, and a folder is wanted")
            }
            _ => return,
        };
        let (code, help) = match found {
            None => ("config::missing-file", Some(self.nearest_path(path))),
            Some(_) => ("config::wrong-path", None),
        };
        let mut problem = Problem::error(code, title).at(place.clone());
        problem.help = help;
        self.problems.push(problem);
    }

    /// The first part of the path that does not exist, and the nearest name beside it.
    fn nearest_path(&self, path: &RelPath) -> String {
        let mut missing = path.clone();
        while let Some(folder) = missing.parent() {
            if self.files.entry(&folder).is_some() {
                break;
            }
            missing = folder;
        }
        let folder = missing.parent();
        let names = self.files.names(folder.as_ref());
        let inside = folder.map_or_else(String::new, |folder| format!("{folder}/"));
        match nearest(missing.name(), &names) {
            Some(name) => format!("did you mean `{inside}{name}`?"),
            None if missing == *path => "put it there, or correct the path".to_owned(),
            None => {
                format!("there is no folder `{missing}` either; create it, or correct the path")
            }
        }
    }
}

fn described(takes: Takes<'_>) -> String {
    match takes {
        Takes::Artefact(wanted) => format!("`{wanted}`"),
        Takes::Artefacts(wanted) => format!("a list of `{wanted}`"),
        Takes::File => "the path of a file".to_owned(),
        Takes::Folder => "the path of a folder".to_owned(),
        Takes::FileOrFolder => "the path of a file or folder".to_owned(),
    }
}

/// What a stage has under `in` that is no input of its kind, and probably was meant to be this one.
fn mistyped<'a>(stage: &'a StageDecl, signature: KindSignature<'_>, port: &str) -> Option<&'a str> {
    let known = |name: &str| signature.inputs.iter().any(|port| port.name == name);
    let names = stage.edges().map(|(name, _)| name);
    let meant = |name: &str| {
        let ports = signature.inputs.iter().map(|port| port.name);
        nearest(name, ports) == Some(port)
    };
    names.filter(|name| !known(name)).find(|name| meant(name))
}
