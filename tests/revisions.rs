//! Holds every stage to its `REVISION`: equal inputs give equal bytes, or the number is raised.
//!
//! `tests/data/revisions.txt` holds, for the small review of the tests, the key of each stage (which has its revision, its
//! settings and the digests of all it reads in it) and the digest of each output. Where the key is the one pinned and the
//! bytes are not, the stage changed what it gives and `REVISION` was forgotten. Where the key is another one (`REVISION`
//! was raised, a stage above gives other bytes, settings grew), the pins are written anew by
//! `PIN=revisions cargo test --test revisions`, which leaves alone a stage whose revision was forgotten.

#![expect(
    clippy::disallowed_methods,
    reason = "the pins are a file, and whether they are written is asked of the environment"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use support::mini;

const PINS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/revisions.txt");

const HEAD: &str = "\
# What each stage gives on the small review of the tests, with the key it was made under.
# Written by `PIN=revisions cargo test --test revisions`; see tests/revisions.rs.
";

/// The key of a stage and its outputs: path, digest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Pinned {
    key: String,
    outputs: BTreeMap<String, String>,
}

/// Reads lines such as `pool output <digest> <path>`, as in `pipeline.lock`.
fn read(text: &str) -> BTreeMap<String, Pinned> {
    let mut stages: BTreeMap<String, Pinned> = BTreeMap::new();
    for line in text.lines() {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        match words[..] {
            [stage, "key", key] => stages.entry(stage.into()).or_default().key = key.into(),
            [stage, "output", digest, path] => {
                let outputs = &mut stages.entry(stage.into()).or_default().outputs;
                outputs.insert(path.into(), digest.into());
            }
            _ => {}
        }
    }
    stages
}

fn write(stages: &BTreeMap<String, Pinned>) -> String {
    let mut text = HEAD.to_owned();
    for (stage, pinned) in stages {
        writeln!(text, "{stage} key {}", pinned.key).expect("a string");
        for (path, digest) in &pinned.outputs {
            writeln!(text, "{stage} output {digest} {path}").expect("a string");
        }
    }
    text
}

/// The stages that give other bytes under the key that was pinned, and what to do; the stages whose pin is of another key.
fn compare(
    pinned: &BTreeMap<String, Pinned>,
    made: &BTreeMap<String, Pinned>,
) -> (Vec<String>, BTreeSet<String>) {
    let mut forgotten = Vec::new();
    let mut old = BTreeSet::new();
    let names: BTreeSet<&String> = pinned.keys().chain(made.keys()).collect();
    for stage in names {
        match (pinned.get(stage), made.get(stage)) {
            (Some(pin), Some(now)) if pin == now => {}
            (Some(pin), Some(now)) if pin.key == now.key => {
                let paths: BTreeSet<&String> =
                    pin.outputs.keys().chain(now.outputs.keys()).collect();
                let changed: Vec<&str> = paths
                    .into_iter()
                    .filter(|path| pin.outputs.get(*path) != now.outputs.get(*path))
                    .map(String::as_str)
                    .collect();
                forgotten.push(format!(
                    "raise REVISION of {stage}: equal inputs give other bytes in {}",
                    changed.join(", ")
                ));
            }
            _ => {
                old.insert(stage.clone());
            }
        }
    }
    (forgotten, old)
}

#[test]
fn a_stage_that_gives_other_bytes_has_a_higher_revision() {
    let review = mini::review().built();
    let made = read(&review.text("pipeline.lock"));
    let pinned = read(&std::fs::read_to_string(PINS).unwrap_or_default());
    let (forgotten, old) = compare(&pinned, &made);
    assert!(forgotten.is_empty(), "{}", forgotten.join("\n"));
    if std::env::var("PIN").is_ok_and(|what| what == "revisions") {
        std::fs::write(PINS, write(&made)).expect("written");
    } else {
        assert!(
            old.is_empty(),
            "the pins of {old:?} are of other inputs, settings or revisions; `PIN=revisions cargo test --test revisions` writes them anew"
        );
    }
}

#[test]
fn a_forgotten_revision_is_told_from_an_old_pin() {
    let stage = |key: &str, digest: &str| {
        BTreeMap::from([(
            "pool".to_owned(),
            Pinned {
                key: key.into(),
                outputs: BTreeMap::from([("pooled.csv".into(), digest.into())]),
            },
        )])
    };
    let pinned = stage("k1", "a");
    assert_eq!(
        compare(&pinned, &stage("k1", "a")),
        (Vec::new(), BTreeSet::new())
    );
    let forgotten =
        vec!["raise REVISION of pool: equal inputs give other bytes in pooled.csv".to_owned()];
    assert_eq!(
        compare(&pinned, &stage("k1", "b")),
        (forgotten, BTreeSet::new())
    );
    assert_eq!(
        compare(&pinned, &stage("k2", "b")),
        (Vec::new(), BTreeSet::from(["pool".to_owned()]))
    );
    assert_eq!(read(&write(&pinned)), pinned);
}
