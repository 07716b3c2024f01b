//! A run as PROV-JSON (W3C member submission of 24 April 2013), for tools that read provenance of any program.
//!
//! Files and printed numbers are entities, stages are activities, the program and people are agents. A derivation is told only
//! where the rows of an artefact name what they were made from; that a stage read a file is told by `used`.

use super::run_account::{Agent, RunAccount, StageAccount, encoded};
use crate::artefact::Address;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The pipeline: the plan that the program followed.
const PLAN: &str = "pipeline.yaml";

const PROGRAM: &str = "review:program";

/// The document of a run.
pub fn prov_json(account: &RunAccount) -> Value {
    let mut document = Document::default();
    for (path, facts) in &account.files {
        let kind = if path == PLAN {
            "prov:Plan"
        } else {
            "review:File"
        };
        document.entity.insert(
            file(path),
            json!({
                "prov:type": name(kind),
                "prov:label": path,
                "review:bytes": { "$": facts.size.to_string(), "type": "xsd:nonNegativeInteger" },
                "review:sha256": facts.sha256,
                "review:blake3": facts.blake3.hex(),
            }),
        );
        let people = account.reviewers.iter();
        for person in people.filter(|agent| facts.decided_by.contains(&agent.id)) {
            document.relate(
                "wasAttributedTo",
                [("prov:entity", file(path)), ("prov:agent", agent(person))],
            );
        }
    }
    document.agents(account);
    for stage in &account.stages {
        document.stage(account, stage);
    }
    for (made, from) in &account.derived {
        for from in from.iter().filter(|from| account.files.contains_key(*from)) {
            document.relate(
                "wasDerivedFrom",
                [
                    ("prov:generatedEntity", file(made)),
                    ("prov:usedEntity", file(from)),
                ],
            );
        }
    }
    document.numbers(account);
    document.into_json()
}

#[derive(Default)]
struct Document {
    entity: Map<String, Value>,
    activity: Map<String, Value>,
    agent: Map<String, Value>,
    relations: Vec<(&'static str, Map<String, Value>)>,
}

impl Document {
    fn relate<const N: usize>(&mut self, kind: &'static str, parts: [(&str, String); N]) {
        let parts = parts
            .into_iter()
            .map(|(key, value)| (key.to_owned(), Value::String(value)));
        self.relations.push((kind, parts.collect()));
    }

    fn agents(&mut self, account: &RunAccount) {
        self.agent.insert(
            PROGRAM.to_owned(),
            json!({
                "prov:type": name("prov:SoftwareAgent"),
                "prov:label": format!("review {}", account.program.version),
                "review:version": account.program.version,
                "review:builtFrom": account.program.source,
            }),
        );
        for person in account.authors.iter().chain(&account.reviewers) {
            let kind = if person.group {
                "prov:Organization"
            } else {
                "prov:Person"
            };
            let told = json!({ "prov:type": name(kind), "prov:label": person.name });
            self.agent.insert(agent(person), told);
        }
        for person in account.responsible() {
            self.relate(
                "actedOnBehalfOf",
                [
                    ("prov:delegate", PROGRAM.to_owned()),
                    ("prov:responsible", agent(person)),
                ],
            );
        }
    }

    fn stage(&mut self, account: &RunAccount, stage: &StageAccount) {
        let activity = format!("stage:{}", encoded(&stage.id));
        self.activity.insert(
            activity.clone(),
            json!({ "prov:type": name("review:Stage"), "prov:label": stage.id, "review:kind": stage.kind }),
        );
        self.relate(
            "wasAssociatedWith",
            [
                ("prov:activity", activity.clone()),
                ("prov:agent", PROGRAM.to_owned()),
                ("prov:plan", file(PLAN)),
            ],
        );
        let flows = stage.inputs.iter().flat_map(|(_, flows)| flows);
        let items = flows.filter_map(|flow| account.item_of(flow));
        let used: BTreeSet<&str> = items.flat_map(|item| account.files_of(item)).collect();
        for path in used {
            self.relate(
                "used",
                [
                    ("prov:activity", activity.clone()),
                    ("prov:entity", file(path)),
                ],
            );
        }
        let items = stage.outputs.iter().map(|output| &output.item);
        let made: BTreeSet<&str> = items.flat_map(|item| account.files_of(item)).collect();
        for path in made {
            self.relate(
                "wasGeneratedBy",
                [
                    ("prov:entity", file(path)),
                    ("prov:activity", activity.clone()),
                ],
            );
        }
    }

    fn numbers(&mut self, account: &RunAccount) {
        for (report, number) in &account.numbers {
            let id = format!(
                "number:{}/{}/{}",
                encoded(report),
                number.line,
                number.column
            );
            self.entity.insert(
                id.clone(),
                json!({
                    "prov:type": name("review:PrintedNumber"),
                    "prov:label": number.text,
                    "prov:value": number.value,
                    "prov:location": format!("{report}:{}:{}", number.line, number.column),
                    "review:address": number.address.to_string(),
                }),
            );
            self.relate(
                "hadMember",
                [
                    ("prov:collection", file(report)),
                    ("prov:entity", id.clone()),
                ],
            );
            if let Some(path) = path_of(account, &number.address) {
                self.relate(
                    "wasDerivedFrom",
                    [
                        ("prov:generatedEntity", id),
                        ("prov:usedEntity", file(&path)),
                    ],
                );
            }
        }
    }

    fn into_json(self) -> Value {
        let mut document = json!({
            "prefix": {
                "prov": "http://www.w3.org/ns/prov#",
                "xsd": "http://www.w3.org/2001/XMLSchema#",
                "review": "urn:review:term:",
                "file": "urn:review:file:",
                "stage": "urn:review:stage:",
                "number": "urn:review:number:",
                "person": "urn:review:person:",
            },
            "entity": self.entity,
            "activity": self.activity,
            "agent": self.agent,
        });
        for kind in [
            "used",
            "wasGeneratedBy",
            "wasDerivedFrom",
            "wasAssociatedWith",
            "actedOnBehalfOf",
            "wasAttributedTo",
            "hadMember",
        ] {
            let mine = self.relations.iter().filter(|(name, _)| *name == kind);
            let mine = mine.enumerate().map(|(i, (_, parts))| {
                (format!("_:{kind}{}", i + 1), Value::Object(parts.clone()))
            });
            let mine: Map<String, Value> = mine.collect();
            if !mine.is_empty() {
                document[kind] = Value::Object(mine);
            }
        }
        document
    }
}

/// The file that holds what an address names.
fn path_of(account: &RunAccount, address: &Address) -> Option<String> {
    match address {
        Address::File(place) => account
            .files
            .contains_key(place.file.as_str())
            .then(|| place.file.to_string()),
        Address::Artefact { stage, artefact }
        | Address::Row {
            stage, artefact, ..
        }
        | Address::Cell {
            stage, artefact, ..
        } => {
            let path = account.output(stage, artefact)?.item.path.clone();
            account.files.contains_key(&path).then_some(path)
        }
    }
}

fn file(path: &str) -> String {
    format!("file:{}", encoded(path))
}

fn agent(agent: &Agent) -> String {
    format!("person:{}", encoded(&agent.id))
}

fn name(kind: &str) -> Value {
    json!({ "$": kind, "type": "prov:QUALIFIED_NAME" })
}
