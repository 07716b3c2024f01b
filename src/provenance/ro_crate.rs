//! A run as an RO-Crate 1.1 in the Workflow Run Crate profiles 0.5: process, workflow and provenance.
//!
//! The pipeline is the workflow, a stage is a step with its tool, a port is a formal parameter, an edge a connection. What the
//! project does not know is left out: no step has a time, since times are no part of what the files say.

use super::run_account::{
    Agent, Flow, Item, Output, RunAccount, StageAccount, encoded, media_type,
};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

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

/// Every port as a formal parameter, with the data that were its example.
struct Ports {
    /// Id, name, items.
    all: Vec<(String, String, Vec<Item>)>,
    /// Inputs and outputs of the workflow.
    inputs: Vec<String>,
    outputs: Vec<String>,
    /// Source and target; the step that receives, or none for outputs of the workflow.
    connections: Vec<(String, String, Option<String>)>,
}

impl Ports {
    fn of(account: &RunAccount) -> Self {
        let mut ports = Self {
            all: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            connections: Vec::new(),
        };
        let mut kept = BTreeMap::new();
        for stage in &account.stages {
            for (name, flows) in &stage.inputs {
                ports.input(account, stage, name, flows, &mut kept);
            }
            for output in &stage.outputs {
                ports.output(account, stage, output);
            }
        }
        for (id, item) in kept {
            ports.inputs.push(id.clone());
            ports.all.push((id, item.path.clone(), vec![item]));
        }
        ports
    }

    fn input(
        &mut self,
        account: &RunAccount,
        stage: &StageAccount,
        name: &str,
        flows: &[Flow],
        kept: &mut BTreeMap<String, Item>,
    ) {
        let id = in_id(&stage.id, name);
        for flow in flows {
            let source = match flow {
                Flow::Made(from, port) => out_id(from, port),
                Flow::Kept(item) => {
                    let source = format!("#input/{}", encoded(&item.path));
                    kept.insert(source.clone(), item.clone());
                    source
                }
            };
            self.connections
                .push((source, id.clone(), Some(stage.id.clone())));
        }
        let items = flows.iter().filter_map(|flow| account.item_of(flow));
        self.all
            .push((id, name.to_owned(), items.cloned().collect()));
    }

    fn output(&mut self, account: &RunAccount, stage: &StageAccount, output: &Output) {
        let id = out_id(&stage.id, &output.port);
        let item = vec![output.item.clone()];
        self.all
            .push((id.clone(), output.port.clone(), item.clone()));
        if !account.is_read(&stage.id, &output.port) {
            let of_workflow = format!("#output/{}/{}", encoded(&stage.id), encoded(&output.port));
            let name = format!("{}.{}", stage.id, output.port);
            self.all.push((of_workflow.clone(), name, item));
            self.connections.push((id, of_workflow.clone(), None));
            self.outputs.push(of_workflow);
        }
    }

    fn entities(&self, account: &RunAccount) -> Vec<Value> {
        let mut entities = Vec::new();
        for (id, name, items) in &self.all {
            let types: BTreeSet<&str> = items
                .iter()
                .map(|item| if item.folder { "Dataset" } else { "File" })
                .collect();
            let types: Vec<&str> = types.into_iter().collect();
            let mut entity = json!({
                "@id": id,
                "@type": "FormalParameter",
                "name": name,
                "additionalType": if let [one] = types[..] { json!(one) } else { json!(types) },
            });
            let there = items
                .iter()
                .filter(|item| !account.files_of(item).is_empty());
            let there = references(there.map(item_id));
            if !there.is_null() {
                entity["workExample"] = there;
            }
            entities.push(entity);
        }
        for (source, target, _) in &self.connections {
            entities.push(json!({
                "@id": connection_id(source, target),
                "@type": "ParameterConnection",
                "sourceParameter": reference(source),
                "targetParameter": reference(target),
            }));
        }
        entities
    }

    /// The connections that a step receives, or those to the outputs of the workflow.
    fn received_by(&self, stage: Option<&str>) -> Value {
        let mine = self
            .connections
            .iter()
            .filter(|(_, _, receiver)| receiver.as_deref() == stage);
        references(mine.map(|(source, target, _)| connection_id(source, target)))
    }

    /// The parameters that an item is an example of.
    fn shown_by(&self, item: &Item) -> Value {
        let mine = self.all.iter().filter(|(_, _, items)| items.contains(item));
        references(mine.map(|(id, ..)| id.clone()))
    }
}

fn in_id(stage: &str, port: &str) -> String {
    format!("#parameter/{}/in/{}", encoded(stage), encoded(port))
}

fn out_id(stage: &str, port: &str) -> String {
    format!("#parameter/{}/out/{}", encoded(stage), encoded(port))
}

fn connection_id(source: &str, target: &str) -> String {
    format!("#connection/{}--{}", &source[1..], &target[1..])
}

fn of_stage(what: &str, stage: &str) -> String {
    format!("#{what}/{}", encoded(stage))
}

/// The pipeline: file, workflow and how-to at once.
fn workflow(account: &RunAccount, ports: &Ports) -> Value {
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
fn step(account: &RunAccount, ports: &Ports, stage: &StageAccount, position: usize) -> Vec<Value> {
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
fn run(account: &RunAccount) -> Vec<Value> {
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

fn action_ids(account: &RunAccount) -> Vec<String> {
    let mut ids = vec!["#run".to_owned(), "#engine-run".to_owned()];
    ids.extend(
        account
            .stages
            .iter()
            .map(|stage| of_stage("action", &stage.id)),
    );
    ids
}

/// The folders that are an item of their own, with files in them.
fn folders(account: &RunAccount) -> BTreeSet<&Item> {
    let inputs = account.stages.iter().flat_map(|stage| &stage.inputs);
    let inputs = inputs.flat_map(|(_, flows)| flows);
    let inputs = inputs.filter_map(|flow| account.item_of(flow));
    let outputs = account.stages.iter().flat_map(|stage| &stage.outputs);
    let items = inputs.chain(outputs.map(|output| &output.item));
    items
        .filter(|item| item.folder && !account.files_of(item).is_empty())
        .collect()
}

fn data_ids(account: &RunAccount) -> Vec<String> {
    let files = account.files.keys().map(|path| encoded(path));
    let folders = folders(account).into_iter().map(item_id);
    files.chain(folders).collect()
}

/// Files and folders.
fn data(account: &RunAccount, ports: &Ports) -> Vec<Value> {
    let mut entities = Vec::new();
    for path in account.files.keys().filter(|path| *path != WORKFLOW) {
        let mut entity = Map::new();
        entity.insert("@id".to_owned(), encoded(path).into());
        entity.insert("@type".to_owned(), "File".into());
        entity.insert("name".to_owned(), path.clone().into());
        file_facts(account, path, &mut entity);
        let item = Item {
            path: path.clone(),
            folder: false,
        };
        let shown = ports.shown_by(&item);
        if !shown.is_null() {
            entity.insert("exampleOfWork".to_owned(), shown);
        }
        entities.push(Value::Object(entity));
    }
    for item in folders(account) {
        let parts = account.files_of(item).into_iter().map(encoded);
        entities.push(json!({
            "@id": item_id(item),
            "@type": "Dataset",
            "name": item.path,
            "description": format!("All files below {}", item.path),
            "hasPart": references(parts),
            "exampleOfWork": ports.shown_by(item),
        }));
    }
    entities
}

/// Size, digests, type, and whose decisions a file holds.
fn file_facts(account: &RunAccount, path: &str, entity: &mut Map<String, Value>) {
    let Some(facts) = account.files.get(path) else {
        return;
    };
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            entity.insert(key.to_owned(), value);
        }
    };
    put("encodingFormat", media_type(path).into());
    put("contentSize", facts.size.to_string().into());
    put("sha256", facts.sha256.clone().into());
    put("identifier", format!("blake3:{}", facts.blake3).into());
    let people = account.reviewers.iter();
    let people = people.filter(|agent| facts.decided_by.contains(&agent.id));
    put("author", references(people.map(agent_id)));
}

fn item_id(item: &Item) -> String {
    let end = if item.folder { "/" } else { "" };
    format!("{}{end}", encoded(&item.path))
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
