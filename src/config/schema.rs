//! The JSON Schema of `pipeline.yaml`, for editors that complete and check while somebody types.

use super::check::{KindSignature, Takes};
use super::pipeline::VERSION;
use serde_json::{Map, Value, json};

const NAME: &str = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$";
const EDGE: &str = "^[a-z][a-z0-9-]*\\.[a-z0-9_.-]+$";
const PATH: &str = "^[^/~\\\\][^\\\\]*$";
const PATH_WITH_SLASH: &str = "^[^/~\\\\][^\\\\]*/[^\\\\]*$";

/// The JSON Schema (draft 2020-12) of `pipeline.yaml`, with the ports of each kind.
///
/// It says no more than [`Pipeline::parse`](super::Pipeline::parse) and [`check`](super::check()) do, and less: whether a stage exists
/// and an edge fits is beyond a schema.
pub fn schema(kinds: &[KindSignature<'_>]) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "pipeline.yaml",
        "description": "The stages of a systematic review and what flows between them.",
        "type": "object",
        "required": ["version", "review", "stages"],
        "additionalProperties": false,
        "properties": {
            "version": { "const": VERSION, "description": "Version of this file's format." },
            "review": review(),
            "stages": { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/stage" } },
        },
        "$defs": { "stage": stage(kinds) },
    })
}

fn review() -> Value {
    json!({
        "type": "object",
        "required": ["title"],
        "additionalProperties": false,
        "properties": {
            "title": { "type": "string", "description": "Title of the review." },
            "registration": { "type": ["string", "null"], "description": "Register and number, such as PROSPERO CRD420251142526." },
            "protocol": { "type": ["string", "null"], "pattern": PATH, "description": "Path of the protocol." },
        },
    })
}

fn stage(kinds: &[KindSignature<'_>]) -> Value {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.kind).collect();
    let ports: Vec<Value> = kinds.iter().map(ports_of).collect();
    json!({
        "type": "object",
        "required": ["id"],
        "additionalProperties": false,
        "properties": {
            "id": { "type": "string", "pattern": NAME, "description": "Name of the stage; lower-case letters, digits, hyphens." },
            "uses": { "enum": names, "description": "A kind of stage that is built in." },
            "run": {
                "type": "array", "minItems": 1, "items": { "type": ["string", "number", "boolean"] },
                "description": "A program of your own with its arguments; {in.port} and {out.name} stand for paths. No shell reads them.",
            },
            "foreach": {
                "anyOf": [
                    { "type": "array", "minItems": 1, "uniqueItems": true, "items": { "type": "string", "pattern": NAME } },
                    { "type": "string", "pattern": "^[^*]+/[^*/]*[*][^*/]*/?$" },
                ],
                "description": "Makes one stage of each word, or of what stands for the * of a path in each name that it fits: {each} stands for it, and it is added to the id. An edge from the id without a word means all of them.",
            },
            "in": { "type": ["object", "null"], "additionalProperties": { "type": ["string", "array"], "items": { "type": "string" } }, "description": "What flows in: port, then stage.artefact or a path with a / in it." },
            "out": { "type": "object", "propertyNames": { "pattern": NAME }, "additionalProperties": output(), "description": "Where the files go that the program makes, or the artefacts of a built-in kind." },
            "settings": { "type": ["object", "string", "null"], "description": "Settings, or the path of a file with them." },
            "env": { "type": "array", "items": { "type": "string" }, "description": "Environment variables the program may see." },
            "timeout": { "type": "string", "pattern": "^[0-9]+[smh]$", "description": "How long the program may take, such as 10m." },
            "network": { "type": "boolean", "description": "Whether the program needs the network." },
            "optional": { "type": "boolean", "description": "Whether the run goes on when the program is not installed." },
        },
        "oneOf": [
            { "required": ["run"] },
            { "required": ["uses"], "properties": { "env": false, "timeout": false, "network": false, "optional": false } },
        ],
        "allOf": ports,
    })
}

fn output() -> Value {
    json!({ "oneOf": [
        { "type": "string", "pattern": PATH },
        {
            "type": "object",
            "required": ["path"],
            "additionalProperties": false,
            "properties": {
                "path": { "type": "string", "pattern": PATH },
                "type": { "type": "string", "description": "The artefact type that the file claims to be." },
            },
        },
    ] })
}

/// When `uses` is this kind, `in` has these ports.
fn ports_of(kind: &KindSignature<'_>) -> Value {
    let ports: Map<String, Value> = kind
        .inputs
        .iter()
        .map(|port| (port.name.to_owned(), port_schema(port.takes)))
        .collect();
    let required: Vec<&str> = kind
        .inputs
        .iter()
        .filter(|port| port.required)
        .map(|port| port.name)
        .collect();
    let mut then = json!({ "properties": { "in": {
        "properties": ports,
        "required": required,
        "additionalProperties": false,
    } } });
    if !required.is_empty() {
        then["required"] = json!(["in"]);
    }
    json!({ "if": { "properties": { "uses": { "const": kind.kind } }, "required": ["uses"] }, "then": then })
}

fn port_schema(takes: Takes<'_>) -> Value {
    match takes {
        Takes::Artefact(wanted) => {
            json!({ "type": "string", "pattern": EDGE, "description": format!("stage.artefact of type {wanted}") })
        }
        Takes::Artefacts(wanted) => {
            let one = json!({ "type": "string", "pattern": EDGE });
            json!({
                "oneOf": [one, { "type": "array", "items": one }],
                "description": format!("one or more stage.artefact of type {wanted}"),
            })
        }
        Takes::Folder => {
            json!({ "type": "string", "pattern": PATH_WITH_SLASH, "description": "Path of a folder." })
        }
        Takes::File => {
            json!({ "type": "string", "description": "Path of a file, or stage.artefact of a stage with run." })
        }
        Takes::FileOrFolder => {
            json!({ "type": "string", "description": "Path of a file or folder, or stage.artefact of a stage with run." })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Port;
    use crate::config::stage_decl::KEYS;

    #[test]
    fn schema_names_every_key_that_a_stage_may_have_and_the_ports_of_each_kind() {
        let inputs = [Port {
            name: "records",
            takes: Takes::Artefact("records"),
            required: true,
        }];
        let kinds = [KindSignature {
            kind: "deduplicate",
            inputs: &inputs,
            outputs: &[],
        }];
        let schema = schema(&kinds);
        let stage = &schema["$defs"]["stage"];
        let keys: Vec<&String> = stage["properties"].as_object().unwrap().keys().collect();
        let mut known: Vec<&str> = KEYS.to_vec();
        let mut keys: Vec<&str> = keys.into_iter().map(String::as_str).collect();
        known.sort_unstable();
        keys.sort_unstable();
        assert_eq!(keys, known);
        assert_eq!(stage["properties"]["uses"]["enum"], json!(["deduplicate"]));
        assert_eq!(
            stage["allOf"][0]["then"]["properties"]["in"]["required"],
            json!(["records"])
        );
    }
}
