//! The pipeline as a workflow of steps, and its run as actions.

use super::super::run_account::{Flow, Item, RunAccount, StageAccount};
use super::files::{file_facts, item_id};
use super::ports::{Ports, in_id, out_id};
use super::{BIOSCHEMAS, COMPLETED, WORKFLOW, agents, licences, of_stage, reference, references};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The pipeline: file, workflow and how-to at once.
pub(super) fn workflow(account: &RunAccount, ports: &Ports) -> Value {
    let stages = || account.stages.iter().map(|stage| stage.id.as_str());
    let mut entity = Map::new();
    entity.insert("@id".to_owned(), WORKFLOW.into());
    entity.insert(
        "@type".to_owned(),
        json!([
            "File",
            "SoftwareSourceCode",
            "ComputationalWorkflow",
            "HowTo"
        ]),
    );
    entity.insert(
        "name".to_owned(),
        format!("Pipeline of {}", account.title).into(),
    );
    file_facts(account, WORKFLOW, &mut entity);
    if let Some(facts) = account.files.get(WORKFLOW) {
        entity.insert("version".to_owned(), facts.blake3.short().into());
    }
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            entity.insert(key.to_owned(), value);
        }
    };
    put("conformsTo", reference(BIOSCHEMAS));
    put("programmingLanguage", reference("#pipeline-language"));
    put("license", licences(account));
    put("author", agents(account.responsible()));
    put("input", references(ports.inputs.iter().cloned()));
    put("output", references(ports.outputs.iter().cloned()));
    put("step", references(stages().map(|id| of_stage("step", id))));
    put(
        "hasPart",
        references(stages().map(|id| of_stage("tool", id))),
    );
    put("connection", ports.received_by(None));
    Value::Object(entity)
}

/// The step, its tool, the run of the tool, and the engine's part in it.
pub(super) fn step(
    account: &RunAccount,
    ports: &Ports,
    stage: &StageAccount,
    position: usize,
) -> Vec<Value> {
    let id = stage.id.as_str();
    let mut how = json!({
        "@id": of_stage("step", id),
        "@type": "HowToStep",
        "name": id,
        "position": (position + 1).to_string(),
        "workExample": reference(&of_stage("tool", id)),
    });
    let received = ports.received_by(Some(id));
    if !received.is_null() {
        how["connection"] = received;
    }
    let inputs = stage.inputs.iter().map(|(port, _)| in_id(id, port));
    let outputs = stage.outputs.iter().map(|output| out_id(id, &output.port));
    let mut tool = Map::new();
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            tool.insert(key.to_owned(), value);
        }
    };
    put("@id", of_stage("tool", id).into());
    put("@type", "SoftwareApplication".into());
    put("name", stage.kind.clone().into());
    if stage.command {
        put(
            "description",
            format!("A program of the authors' own, run by the stage `{id}`").into(),
        );
    } else {
        put(
            "description",
            format!("The stage kind `{}` built into review", stage.kind).into(),
        );
        put("softwareVersion", account.program.version.clone().into());
        put("isPartOf", reference("#review"));
    }
    put("input", references(inputs));
    put("output", references(outputs));
    vec![
        how,
        Value::Object(tool),
        stage_action(account, stage),
        json!({
            "@id": of_stage("control", id),
            "@type": "ControlAction",
            "name": format!("The engine's run of the step {id}"),
            "instrument": reference(&of_stage("step", id)),
            "object": reference(&of_stage("action", id)),
            "actionStatus": COMPLETED,
        }),
    ]
}

/// The run of a stage's tool.
fn stage_action(account: &RunAccount, stage: &StageAccount) -> Value {
    let flows = stage.inputs.iter().flat_map(|(_, flows)| flows);
    let read = flows.filter_map(|flow| account.item_of(flow));
    let made = stage.outputs.iter().map(|output| &output.item);
    action(
        account,
        &of_stage("action", &stage.id),
        &format!("Run of the stage {}", stage.id),
        &of_stage("tool", &stage.id),
        read.collect(),
        made.collect(),
    )
}

fn action(
    account: &RunAccount,
    id: &str,
    name: &str,
    instrument: &str,
    read: BTreeSet<&Item>,
    made: BTreeSet<&Item>,
) -> Value {
    let there = |items: BTreeSet<&Item>| {
        let there = items
            .into_iter()
            .filter(|item| !account.files_of(item).is_empty());
        references(there.map(item_id))
    };
    let mut entity = Map::new();
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            entity.insert(key.to_owned(), value);
        }
    };
    put("@id", id.into());
    put("@type", "CreateAction".into());
    put("name", name.into());
    put(
        "description",
        format!("{name}: reads what `object` names and gives what `result` names, byte for byte the same from the same inputs").into(),
    );
    put("instrument", reference(instrument));
    put("agent", agents(account.responsible()));
    put("object", there(read));
    put("result", there(made));
    put("actionStatus", COMPLETED.into());
    Value::Object(entity)
}

/// The run of the whole pipeline by the engine.
pub(super) fn run(account: &RunAccount) -> Vec<Value> {
    let flows = account.stages.iter().flat_map(|stage| &stage.inputs);
    let kept = flows
        .flat_map(|(_, flows)| flows)
        .filter_map(|flow| match flow {
            Flow::Kept(item) => Some(item),
            Flow::Made(..) => None,
        });
    let made = account.stages.iter().flat_map(|stage| &stage.outputs);
    let controls = account
        .stages
        .iter()
        .map(|stage| of_stage("control", &stage.id));
    let mut organize = json!({
        "@id": "#engine-run",
        "@type": "OrganizeAction",
        "name": "The engine's run of the pipeline",
        "instrument": reference("#review"),
        "result": reference("#run"),
        "object": references(controls),
        "actionStatus": COMPLETED,
    });
    let agents = agents(account.responsible());
    if !agents.is_null() {
        organize["agent"] = agents;
    }
    vec![
        json!({
            "@id": "#review",
            "@type": "SoftwareApplication",
            "name": "review",
            "description": format!("Rebuilds a whole systematic review from its inputs; built from: {}", account.program.source),
            "softwareVersion": account.program.version,
        }),
        json!({
            "@id": "#pipeline-language",
            "@type": "ComputerLanguage",
            "name": "review pipeline",
            "alternateName": "pipeline.yaml",
            "description": "Stages, ports and edges of a systematic review, version 1; `review schema` prints its JSON Schema",
        }),
        action(
            account,
            "#run",
            &format!("Run of the pipeline of {}", account.title),
            WORKFLOW,
            kept.collect(),
            made.map(|output| &output.item).collect(),
        ),
        organize,
    ]
}

pub(super) fn action_ids(account: &RunAccount) -> Vec<String> {
    let mut ids = vec!["#run".to_owned(), "#engine-run".to_owned()];
    ids.extend(
        account
            .stages
            .iter()
            .map(|stage| of_stage("action", &stage.id)),
    );
    ids
}
