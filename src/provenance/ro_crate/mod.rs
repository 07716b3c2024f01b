//! A run as an RO-Crate 1.1 in the Workflow Run Crate profiles 0.5: process, workflow and provenance.
//!
//! The pipeline is the workflow, a stage is a step with its tool, a port is a formal parameter, an edge a connection. What the
//! project does not know is left out: no step has a time, since times are no part of what the files say.

mod files;
mod ports;
mod steps;

use super::run_account::{Agent, RunAccount, encoded};
use files::{data, data_ids};
use ports::Ports;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use steps::{action_ids, run, step, workflow};

/// The name of the file, in the crate's root.
pub const RO_CRATE_FILE: &str = "ro-crate-metadata.json";

/// The file of the pipeline: the crate's main entity.
const WORKFLOW: &str = "pipeline.yaml";

/// Profiles that the crate keeps to: address, name, version.
const PROFILES: [(&str, &str, &str); 4] = [
    (
        "https://w3id.org/ro/wfrun/process/0.5",
        "Process Run Crate",
        "0.5",
    ),
    (
        "https://w3id.org/ro/wfrun/workflow/0.5",
        "Workflow Run Crate",
        "0.5",
    ),
    (
        "https://w3id.org/ro/wfrun/provenance/0.5",
        "Provenance Run Crate",
        "0.5",
    ),
    (
        "https://w3id.org/workflowhub/workflow-ro-crate/1.0",
        "Workflow RO-Crate",
        "1.0",
    ),
];

/// The profile of the pipeline's description.
const BIOSCHEMAS: &str = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE";

/// Terms of the profiles that the context of RO-Crate 1.1 does not hold.
const TERMS: [&str; 5] = [
    "ParameterConnection",
    "connection",
    "sourceParameter",
    "targetParameter",
    "sha256",
];

const COMPLETED: &str = "http://schema.org/CompletedActionStatus";

/// The metadata document of a run; the files that it describes stand beside it under their paths.
pub fn ro_crate(account: &RunAccount) -> Value {
    let mut terms = Map::new();
    for term in TERMS {
        let address = format!("https://w3id.org/ro/terms/workflow-run#{term}");
        terms.insert(term.to_owned(), address.into());
    }
    let ports = Ports::of(account);
    let mut graph = head(account);
    graph.extend(people(account));
    graph.push(workflow(account, &ports));
    graph.extend(ports.entities(account));
    for (position, stage) in account.stages.iter().enumerate() {
        graph.extend(step(account, &ports, stage, position));
    }
    graph.extend(run(account));
    graph.extend(data(account, &ports));
    json!({ "@context": ["https://w3id.org/ro/crate/1.1/context", terms], "@graph": graph })
}

/// The descriptor, the root, the profiles and the licences.
fn head(account: &RunAccount) -> Vec<Value> {
    let mut root = Map::new();
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            root.insert(key.to_owned(), value);
        }
    };
    put("@id", "./".into());
    put("@type", "Dataset".into());
    put("name", account.title.clone().into());
    put("description", description(account).into());
    put("datePublished", account.published.clone().into());
    put("license", licences(account));
    put(
        "conformsTo",
        references(PROFILES.map(|(id, ..)| id.to_owned())),
    );
    put("author", agents(&account.authors));
    put("contributor", agents(&account.reviewers));
    put("identifier", account.registration.clone().into());
    put("mainEntity", reference(WORKFLOW));
    put("hasPart", references(data_ids(account)));
    put("mentions", references(action_ids(account)));
    let mut all = vec![
        json!({
            "@id": RO_CRATE_FILE,
            "@type": "CreativeWork",
            "conformsTo": [
                reference("https://w3id.org/ro/crate/1.1"),
                reference("https://w3id.org/workflowhub/workflow-ro-crate/1.0"),
            ],
            "about": reference("./"),
        }),
        Value::Object(root),
    ];
    for (id, name, version) in PROFILES {
        all.push(json!({ "@id": id, "@type": "CreativeWork", "name": name, "version": version }));
    }
    all.push(json!({
        "@id": BIOSCHEMAS,
        "@type": "CreativeWork",
        "name": "Bioschemas ComputationalWorkflow",
        "version": "1.0-RELEASE",
    }));
    for licence in &account.licences {
        all.push(json!({
            "@id": licence_id(licence),
            "@type": "CreativeWork",
            "name": licence,
            "description": format!("The licence {licence}, as the review declares it"),
        }));
    }
    all
}

fn description(account: &RunAccount) -> String {
    let registered = account.registration.as_ref();
    let registered = registered.map_or_else(String::new, |number| format!(" ({number})"));
    format!(
        "The systematic review \"{}\"{registered}: the inputs that people keep, the pipeline, and every artefact that it made from them",
        account.title
    )
}

fn licences(account: &RunAccount) -> Value {
    if account.licences.is_empty() {
        return "No licence is declared; all rights stay with the authors.".into();
    }
    references(account.licences.iter().map(|licence| licence_id(licence)))
}

fn licence_id(licence: &str) -> String {
    if licence.starts_with("http") {
        licence.to_owned()
    } else {
        format!("https://spdx.org/licenses/{}", encoded(licence))
    }
}

fn people(account: &RunAccount) -> Vec<Value> {
    let all = account.authors.iter().chain(&account.reviewers);
    let mut told = BTreeSet::new();
    let mut entities = Vec::new();
    for agent in all.filter(|agent| told.insert(agent.id.as_str())) {
        let mut entity = json!({
            "@id": agent_id(agent),
            "@type": if agent.group { "Organization" } else { "Person" },
            "name": agent.name,
        });
        if let Some(affiliation) = &agent.affiliation {
            entity["affiliation"] = affiliation.clone().into();
        }
        entities.push(entity);
    }
    entities
}

fn agent_id(agent: &Agent) -> String {
    if agent.id.starts_with("http") {
        agent.id.clone()
    } else {
        format!("#person/{}", encoded(&agent.id))
    }
}

fn agents(agents: &[Agent]) -> Value {
    references(agents.iter().map(agent_id))
}

fn of_stage(what: &str, stage: &str) -> String {
    format!("#{what}/{}", encoded(stage))
}

fn reference(id: &str) -> Value {
    json!({ "@id": id })
}

/// One reference as itself, several as a list without repeats, none as null.
fn references(ids: impl IntoIterator<Item = String>) -> Value {
    let ids: indexmap::IndexSet<String> = ids.into_iter().collect();
    let mut all: Vec<Value> = ids.iter().map(|id| reference(id)).collect();
    match all.len() {
        0 => Value::Null,
        1 => all.remove(0),
        _ => Value::Array(all),
    }
}
