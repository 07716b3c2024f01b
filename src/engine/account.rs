//! Fills a [`RunAccount`] from a project and its files.

use super::lock_file::{self, LockFile};
use super::members::{CITATION, Members};
use super::project::{PIPELINE, Project, ReadyStage, Source, Work};
use super::shelf::Shelf;
use crate::artefact::Address;
use crate::config::{Settings, yaml};
use crate::digest::{Digest, sha256};
use crate::protocol::Protocol;
use crate::provenance::{
    Agent, Deciders, FileFacts, Flow, Item, Numbers, Output, Program, RunAccount, StageAccount,
    deciders_in, derivations,
};
use crate::table::{When, is_workbook};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What the last run of a project was made of, from its files alone: never from the cache or the clock.
///
/// Stages that the lock does not hold did not run and are left out.
pub fn account(project: &Project<'_>, members: &Members) -> RunAccount {
    let text = |path: &str| {
        members
            .get(path)
            .map(|bytes| String::from_utf8_lossy(bytes))
    };
    let lock = LockFile::parse(&text(lock_file::FILE).unwrap_or_default());
    let ran = lock.stages();
    let stages: Vec<&ReadyStage<'_>> = project
        .stages
        .iter()
        .filter(|stage| ran.contains(stage.decl.id.as_str()))
        .collect();
    let citation = text(CITATION).and_then(|text| yaml::from_str(CITATION, &text).ok());
    let citation = Citation(citation.unwrap_or_default());
    let protocol = protocol(project, members);
    let mut last: Option<When> = None;
    let mut named = BTreeSet::new();
    let mut facts = BTreeMap::new();
    for (path, bytes) in members {
        let deciders = if path.starts_with("data/") && (path.ends_with(".csv") || is_workbook(path))
        {
            deciders_in(path, bytes)
        } else {
            Deciders::default()
        };
        last = last.max(deciders.last);
        named.extend(deciders.names.iter().cloned());
        facts.insert(
            path.clone(),
            FileFacts {
                size: bytes.len(),
                sha256: sha256::hex(bytes),
                blake3: Digest::of(bytes),
                decided_by: deciders.names,
            },
        );
    }
    let amended = protocol.iter().flat_map(|protocol| &protocol.amendments);
    let last = amended
        .filter_map(|amendment| When::parse(&amendment.date))
        .chain(last)
        .max();
    RunAccount {
        title: project.pipeline.review.title.clone(),
        registration: project.pipeline.review.registration.clone(),
        published: citation.released().or_else(|| last.map(|when| day(&when))),
        licences: citation.licences(),
        authors: citation.authors(),
        reviewers: reviewers(protocol.as_ref(), &named),
        program: program(),
        stages: stages
            .iter()
            .map(|stage| of_stage(project, stage))
            .collect(),
        files: facts,
        derived: derived(project, members),
        numbers: numbers(project, members),
    }
}

/// The program that runs.
pub(super) fn program() -> Program {
    Program {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        source: env!("REVIEW_SOURCE").to_owned(),
    }
}

fn day(when: &When) -> String {
    when.as_str().chars().take(10).collect()
}

fn protocol(project: &Project<'_>, members: &Members) -> Option<Protocol> {
    let path = project.pipeline.review.protocol.as_ref()?.as_str();
    let text = String::from_utf8_lossy(members.get(path)?);
    yaml::from_str(path, &text).ok()
}

/// The reviewers of the protocol, then others whose decisions stand in the data.
fn reviewers(protocol: Option<&Protocol>, named: &BTreeSet<String>) -> Vec<Agent> {
    let listed = protocol.map_or(&[][..], |protocol| &protocol.reviewers.list);
    let told = listed.iter().map(|reviewer| Agent {
        id: reviewer.id.clone(),
        name: if reviewer.who.is_empty() {
            reviewer.id.clone()
        } else {
            format!("{} ({})", reviewer.id, reviewer.who)
        },
        ..Agent::default()
    });
    let others = named
        .iter()
        .filter(|name| listed.iter().all(|reviewer| reviewer.id != **name));
    let others = others.map(|name| Agent {
        id: name.clone(),
        name: name.clone(),
        ..Agent::default()
    });
    told.chain(others).collect()
}

fn of_stage(project: &Project<'_>, stage: &ReadyStage<'_>) -> StageAccount {
    let item = |path: &str| Item {
        path: path.to_owned(),
        folder: project.root.join(path).is_dir(),
    };
    let mut inputs: Vec<(String, Vec<Flow>)> = Vec::new();
    for (port, sources) in &stage.inputs {
        let flows = sources.iter().map(|source| match source {
            Source::Stage(above, name) => {
                Flow::Made(project.stages[*above].decl.id.to_string(), name.clone())
            }
            Source::Path(path) => Flow::Kept(item(path.as_str())),
        });
        inputs.push((port.clone(), flows.collect()));
    }
    if let Settings::File(path) = &stage.decl.settings {
        inputs.push(("settings".to_owned(), vec![Flow::Kept(item(path.as_str()))]));
    }
    let (kind, command) = match (&stage.work, &stage.decl.uses) {
        (Work::Command(command), _) => {
            let program = command.run.first();
            (
                program.map_or_else(String::new, |word| word.text.clone()),
                true,
            )
        }
        (Work::BuiltIn(_), crate::config::Use::BuiltIn { kind, .. }) => (kind.clone(), false),
        (Work::BuiltIn(_), crate::config::Use::Command(_)) => (stage.decl.id.to_string(), false),
    };
    let outputs = stage.outputs.iter().map(|slot| Output {
        port: slot.port.clone(),
        artefact_type: slot.artefact_type.clone(),
        item: item(&slot.path),
    });
    StageAccount {
        id: stage.decl.id.to_string(),
        kind,
        command,
        inputs,
        outputs: outputs.collect(),
    }
}

/// What the rows of each artefact name, as paths.
fn derived(project: &Project<'_>, members: &Members) -> BTreeMap<String, BTreeSet<String>> {
    let path_of = |address: &Address| -> Option<String> {
        let path = match address {
            Address::File(place) => place.file.to_string(),
            Address::Artefact { stage, artefact }
            | Address::Row {
                stage, artefact, ..
            }
            | Address::Cell {
                stage, artefact, ..
            } => path_of(project, stage, artefact)?,
        };
        members.contains_key(&path).then_some(path)
    };
    let mut all = BTreeMap::new();
    for (name, from) in derivations(&Shelf::shown(project)) {
        let made = name
            .split_once('/')
            .map(|(stage, artefact)| Address::artefact(stage, artefact));
        let from: BTreeSet<String> = from.iter().filter_map(path_of).collect();
        if let Some(made) = made.as_ref().and_then(path_of)
            && !from.is_empty()
            && members.contains_key(&made)
        {
            all.entry(made).or_insert_with(BTreeSet::new).extend(from);
        }
    }
    // Settings are no output: nothing made their file.
    all.retain(|made, _| project.gives(made, ""));
    all
}

fn path_of(project: &Project<'_>, stage: &str, artefact: &str) -> Option<String> {
    let stage = project.stage(stage)?;
    if artefact == "settings" {
        return Some(match &stage.decl.settings {
            Settings::File(path) => path.as_str().to_owned(),
            Settings::Inline(_) | Settings::None => PIPELINE.to_owned(),
        });
    }
    let slot = stage.outputs.iter().find(|slot| slot.port == artefact)?;
    Some(slot.path.clone())
}

fn numbers(
    project: &Project<'_>,
    members: &Members,
) -> Vec<(String, crate::provenance::PrintedNumber)> {
    let slots = project.stages.iter().flat_map(|stage| &stage.outputs);
    let lists = slots.filter(|slot| slot.artefact_type == "numbers");
    let lists =
        lists.filter_map(|slot| serde_json::from_slice::<Numbers>(members.get(&slot.path)?).ok());
    lists
        .flat_map(|list| {
            let report = list.report;
            list.numbers
                .into_iter()
                .map(move |number| (report.clone(), number))
        })
        .collect()
}

/// What `CITATION.cff` says of the review.
struct Citation(Value);

impl Citation {
    fn released(&self) -> Option<String> {
        let said = self.0.get("date-released")?.as_str()?;
        When::parse(said).map(|when| day(&when))
    }

    fn licences(&self) -> Vec<String> {
        match self.0.get("license") {
            Some(Value::String(one)) => vec![one.clone()],
            Some(Value::Array(all)) => {
                let all = all.iter().filter_map(Value::as_str);
                all.map(str::to_owned).collect()
            }
            _ => Vec::new(),
        }
    }

    fn authors(&self) -> Vec<Agent> {
        let authors = self.0.get("authors").and_then(Value::as_array);
        authors.into_iter().flatten().filter_map(author).collect()
    }
}

fn author(author: &Value) -> Option<Agent> {
    let said = |key: &str| author.get(key).and_then(Value::as_str).map(str::trim);
    let parts = [
        "given-names",
        "name-particle",
        "family-names",
        "name-suffix",
    ];
    let words: Vec<&str> = parts.iter().filter_map(|part| said(part)).collect();
    let group = words.is_empty();
    let name = if group {
        said("name")?.to_owned()
    } else {
        words.join(" ")
    };
    let id = said("orcid").or_else(|| said("website")).map(str::to_owned);
    Some(Agent {
        id: id.unwrap_or_else(|| name.clone()),
        affiliation: said("affiliation").map(str::to_owned),
        name,
        group,
    })
}
