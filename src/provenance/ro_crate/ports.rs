//! Ports as formal parameters, and edges as connections.

use super::super::run_account::{Flow, Item, Output, RunAccount, StageAccount, encoded};
use super::files::item_id;
use super::{reference, references};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Every port as a formal parameter, with the data that were its example.
pub(super) struct Ports {
    /// Id, name, items.
    pub(super) all: Vec<(String, String, Vec<Item>)>,
    /// Inputs and outputs of the workflow.
    pub(super) inputs: Vec<String>,
    pub(super) outputs: Vec<String>,
    /// Source and target; the step that receives, or none for outputs of the workflow.
    pub(super) connections: Vec<(String, String, Option<String>)>,
}

impl Ports {
    pub(super) fn of(account: &RunAccount) -> Self {
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

    pub(super) fn entities(&self, account: &RunAccount) -> Vec<Value> {
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
    pub(super) fn received_by(&self, stage: Option<&str>) -> Value {
        let mine = self
            .connections
            .iter()
            .filter(|(_, _, receiver)| receiver.as_deref() == stage);
        references(mine.map(|(source, target, _)| connection_id(source, target)))
    }

    /// The parameters that an item is an example of.
    pub(super) fn shown_by(&self, item: &Item) -> Value {
        let mine = self.all.iter().filter(|(_, _, items)| items.contains(item));
        references(mine.map(|(id, ..)| id.clone()))
    }
}

pub(super) fn in_id(stage: &str, port: &str) -> String {
    format!("#parameter/{}/in/{}", encoded(stage), encoded(port))
}

pub(super) fn out_id(stage: &str, port: &str) -> String {
    format!("#parameter/{}/out/{}", encoded(stage), encoded(port))
}

pub(super) fn connection_id(source: &str, target: &str) -> String {
    format!("#connection/{}--{}", &source[1..], &target[1..])
}
