//! The key of a stage: everything that can change its output, as sorted lines of text.
//!
//! | in the key | why |
//! | --- | --- |
//! | key format | a change of this table must not hit old results |
//! | stage id | origins inside the artefacts name the stage |
//! | kind and revision | another program text may give other bytes |
//! | settings after defaults, a line a value, sorted | they steer the work; an absent file and a file of defaults are the same |
//! | per port: artefact type, its producer, and the digest of its bytes | what is read |
//! | per port of files: each path with the digest of its bytes | what is read; a file's name stands in the origins |
//! | command stages: arguments, environment allowed, names of outputs | what is run |
//!
//! | left out | why |
//! | --- | --- |
//! | times, user, host, absolute path, thread count | they must not change a result, and tests hold the program to it |
//! | program version | `revision` says when a stage's output changes; a release that touches only messages reruns nothing |
//! | order and comments in YAML | they carry no meaning |
//! | problems and open work of other stages | they are artefacts of their own where a stage reads them |
//!
//! Ports are keyed by content, so a stage that reran to the same bytes leaves everything below it fresh.

use crate::digest::Digest;
use serde_json::Value;
use std::collections::BTreeMap;

/// Version of the lines below; part of every key.
const FORMAT: &str = "1";

/// What a result was made from, a line each: `name → value`, sorted by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Ingredients(BTreeMap<String, String>);

impl Ingredients {
    /// The lines that every stage has.
    pub(super) fn new(stage: &str, kind: &str, revision: u32) -> Self {
        let mut lines = BTreeMap::new();
        lines.insert("format".to_owned(), FORMAT.to_owned());
        lines.insert("stage".to_owned(), stage.to_owned());
        lines.insert("kind".to_owned(), kind.to_owned());
        lines.insert("revision".to_owned(), revision.to_string());
        Self(lines)
    }

    /// Adds every scalar of the settings under its path: `setting model.level → 95`.
    pub(super) fn settings(&mut self, value: &Value) {
        self.setting("", value);
    }

    fn setting(&mut self, path: &str, value: &Value) {
        let join = |part: &str| {
            if path.is_empty() {
                part.to_owned()
            } else {
                format!("{path}.{part}")
            }
        };
        match value {
            Value::Object(map) if !map.is_empty() => map
                .iter()
                .for_each(|(name, value)| self.setting(&join(name), value)),
            Value::Array(items) if !items.is_empty() => {
                for (i, value) in items.iter().enumerate() {
                    let id = value
                        .get("id")
                        .and_then(Value::as_str)
                        .map_or_else(|| i.to_string(), str::to_owned);
                    self.setting(&join(&id), value);
                }
            }
            scalar => {
                self.0.insert(format!("setting {path}"), scalar.to_string());
            }
        }
    }

    /// Adds an artefact on a port.
    pub(super) fn artefact(&mut self, port: &str, stage: &str, artefact: &str, digest: Digest) {
        self.0
            .insert(format!("artefact {port} {stage}.{artefact}"), digest.hex());
    }

    /// Adds a file on a port.
    pub(super) fn file(&mut self, port: &str, path: &str, digest: Digest) {
        self.0.insert(format!("file {port} {path}"), digest.hex());
    }

    /// Adds a line of a command stage: an argument, an allowed variable, an output.
    pub(super) fn command(&mut self, what: &str, value: &str) {
        self.0.insert(format!("command {what}"), value.to_owned());
    }

    /// The key: the digest of the lines.
    pub(super) fn key(&self) -> Digest {
        let mut text = String::new();
        for (name, value) in &self.0 {
            text.push_str(name);
            text.push('\t');
            text.push_str(value);
            text.push('\n');
        }
        Digest::of(text.as_bytes())
    }

    /// What changed since `old`, in words, sorted by weight: settings, files, artefacts, the program.
    pub(super) fn changes_since(&self, old: &Self, stage: &str) -> Vec<String> {
        let names: std::collections::BTreeSet<_> = self.0.keys().chain(old.0.keys()).collect();
        let mut words: Vec<_> = names
            .into_iter()
            .filter_map(|name| change(stage, name, old.0.get(name), self.0.get(name)))
            .collect();
        words.sort();
        words.dedup();
        words.into_iter().map(|(_, words)| words).collect()
    }
}

/// One change in words, with its rank; `None` where nothing changed.
fn change(
    stage: &str,
    name: &str,
    old: Option<&String>,
    new: Option<&String>,
) -> Option<(u8, String)> {
    if old == new {
        return None;
    }
    let (what, rest) = name.split_once(' ').unwrap_or((name, ""));
    let plain = |value: Option<&String>| {
        value.map_or("(default)".to_owned(), |value| {
            value.trim_matches('"').to_owned()
        })
    };
    let happened = match (old, new) {
        (None, _) => "added",
        (_, None) => "removed",
        _ => "changed",
    };
    Some(match what {
        "setting" => (
            0,
            format!("settings {stage}.{rest}: {} → {}", plain(old), plain(new)),
        ),
        "file" => (
            1,
            format!(
                "{} {happened}",
                rest.split_once(' ').map_or(rest, |(_, path)| path)
            ),
        ),
        "artefact" => (
            2,
            format!(
                "{} {happened}",
                rest.split_once(' ').map_or(rest, |(_, artefact)| artefact)
            ),
        ),
        "command" => (
            3,
            format!("command {rest}: {} → {}", plain(old), plain(new)),
        ),
        "revision" => (
            4,
            format!(
                "the program's `{stage}` is newer: revision {} → {}",
                plain(old),
                plain(new)
            ),
        ),
        _ => (5, format!("{name}: {} → {}", plain(old), plain(new))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pool(settings: &Value, digest: &[u8]) -> Ingredients {
        let mut lines = Ingredients::new("pool", "pool", 1);
        lines.settings(settings);
        lines.file("forms", "data/extraction/outcomes.csv", Digest::of(digest));
        lines
    }

    #[test]
    fn changes_are_said_in_words() {
        let old = pool(
            &json!({"ci": "wald", "analyses": [{"id": "ee", "k": 1}]}),
            b"a",
        );
        let new = pool(
            &json!({"ci": "hksj", "analyses": [{"id": "ee", "k": 1}]}),
            b"b",
        );
        assert_eq!(
            new.changes_since(&old, "pool"),
            [
                "settings pool.ci: wald → hksj",
                "data/extraction/outcomes.csv changed"
            ]
        );
        assert_ne!(old.key(), new.key());
    }

    #[test]
    fn the_order_of_settings_changes_no_key() {
        let one = pool(&json!({"a": 1, "b": 2}), b"a");
        let other = pool(&json!({"b": 2, "a": 1}), b"a");
        assert_eq!(one.key(), other.key());
    }
}
