//! Files and folders of the run.

use super::super::run_account::{Item, RunAccount, encoded, media_type};
use super::ports::Ports;
use super::{WORKFLOW, agent_id, references};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

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

pub(super) fn data_ids(account: &RunAccount) -> Vec<String> {
    let files = account.files.keys().map(|path| encoded(path));
    let folders = folders(account).into_iter().map(item_id);
    files.chain(folders).collect()
}

/// Files and folders.
pub(super) fn data(account: &RunAccount, ports: &Ports) -> Vec<Value> {
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
pub(super) fn file_facts(account: &RunAccount, path: &str, entity: &mut Map<String, Value>) {
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

pub(super) fn item_id(item: &Item) -> String {
    let end = if item.folder { "/" } else { "" };
    format!("{}{end}", encoded(&item.path))
}
