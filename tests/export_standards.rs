//! What is written for other programs keeps to their standards, says what is true, and says it in the same bytes every time.

#![expect(
    clippy::disallowed_methods,
    reason = "the tests are the person who keeps the files"
)]

mod support;

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use support::{Review, mini};

const CITATION: &str = "\
cff-version: 1.2.0
title: Walking
type: dataset
authors:
  - { family-names: Doe, given-names: Jane, orcid: https://orcid.org/0000-0001-2345-6789 }
  - name: The walkers
license: CC-BY-4.0
date-released: 2026-02-03
";

fn built() -> Review {
    let review = mini::whole();
    review.write("CITATION.cff", CITATION);
    review.write("data/notes of mine.md", "Not read by any stage.\n");
    review.built()
}

/// Writes a form into a folder outside the project and gives the folder.
fn exported(review: &Review, form: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let called = review.call(&["export", form, "-o", &out.to_string_lossy()]);
    assert_eq!(called.exit, 0, "{called:#?}");
    folder
}

fn json(path: &Path) -> Value {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&bytes).expect("JSON")
}

fn crate_of(review: &Review) -> (tempfile::TempDir, Value) {
    let folder = exported(review, "ro-crate");
    let metadata = json(&folder.path().join("out/ro-crate-metadata.json"));
    (folder, metadata)
}

fn entities(metadata: &Value) -> BTreeMap<&str, &Value> {
    let graph = metadata["@graph"].as_array().expect("a graph");
    let all: BTreeMap<&str, &Value> = graph
        .iter()
        .map(|entity| (entity["@id"].as_str().expect("an id"), entity))
        .collect();
    assert_eq!(all.len(), graph.len(), "every id once");
    all
}

fn is_a(entity: &Value, kind: &str) -> bool {
    match &entity["@type"] {
        Value::Array(kinds) => kinds.iter().any(|known| known == kind),
        one => one == kind,
    }
}

/// The ids that a property refers to.
fn referred(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(all) => all.iter().flat_map(referred).collect(),
        Value::Object(one) if one.len() == 1 => {
            one.get("@id").and_then(Value::as_str).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn every_reference_of_the_crate_leads_to_an_entity() {
    let (_folder, metadata) = crate_of(&built());
    let all = entities(&metadata);
    for (id, entity) in &all {
        for (property, value) in entity.as_object().expect("an object") {
            for target in referred(value) {
                let outside = *id == "ro-crate-metadata.json" && property == "conformsTo";
                assert!(
                    outside || all.contains_key(target),
                    "{id} {property} {target}"
                );
            }
        }
    }
}

#[test]
fn every_file_of_the_crate_is_there_with_its_size_and_digests() {
    let (folder, metadata) = crate_of(&built());
    let all = entities(&metadata);
    let files: Vec<_> = all
        .iter()
        .filter(|(_, entity)| is_a(entity, "File"))
        .collect();
    assert!(files.len() > 40, "{}", files.len());
    let parts: BTreeSet<&str> = referred(&all["./"]["hasPart"]).into_iter().collect();
    for (id, entity) in files {
        assert!(parts.contains(*id), "{id} is part of the crate");
        let path = id.replace("%20", " ");
        let bytes =
            std::fs::read(folder.path().join("out").join(&path)).expect("the file is there");
        assert_eq!(entity["contentSize"], bytes.len().to_string(), "{id}");
        assert_eq!(
            entity["identifier"],
            format!("blake3:{}", blake3::hash(&bytes)),
            "{id}"
        );
        assert_eq!(entity["sha256"].as_str().map(str::len), Some(64), "{id}");
    }
    assert!(all.contains_key("data/notes%20of%20mine.md"));
}

#[test]
fn every_stage_is_a_step_with_a_tool_and_one_run_that_says_what_it_read_and_made() {
    let (_folder, metadata) = crate_of(&built());
    let all = entities(&metadata);
    let workflow = all["pipeline.yaml"];
    let stages = [
        "import",
        "deduplicate",
        "screen",
        "extract",
        "risk-of-bias",
        "pool",
        "grade",
        "report",
    ];
    assert_eq!(referred(&workflow["step"]).len(), stages.len());
    for stage in stages {
        let step = all[format!("#step/{stage}").as_str()];
        assert_eq!(referred(&step["workExample"]), [format!("#tool/{stage}")]);
        let tool = all[format!("#tool/{stage}").as_str()];
        assert_eq!(tool["softwareVersion"], env!("CARGO_PKG_VERSION"));
        let action = all[format!("#action/{stage}").as_str()];
        assert_eq!(referred(&action["instrument"]), [format!("#tool/{stage}")]);
        assert!(
            !referred(&action["object"]).is_empty(),
            "{stage} read something"
        );
        let made = referred(&action["result"]);
        assert!(
            made.iter().all(|path| path.starts_with("reports/")),
            "{stage} made {made:?}"
        );
        assert!(!made.is_empty(), "{stage}");
    }
    let screened = referred(&all["#action/screen"]["object"]);
    assert!(screened.contains(&"data/screening/"), "{screened:?}");
    assert!(
        screened.contains(&"reports/stages/deduplicate/records.jsonl"),
        "{screened:?}"
    );
    let settings = referred(&all["#action/pool"]["object"]);
    assert!(
        settings.contains(&"stages/pool/settings.yaml"),
        "{settings:?}"
    );
    let votes = all["data/screening/reviewer-a.csv"];
    assert_eq!(referred(&votes["author"]), ["#person/reviewer-a"]);
}

#[test]
fn people_licence_and_date_come_from_the_citation_file_and_else_from_the_decisions() {
    let review = built();
    let (_folder, metadata) = crate_of(&review);
    let all = entities(&metadata);
    let root = all["./"];
    assert_eq!(root["datePublished"], "2026-02-03");
    assert_eq!(
        referred(&root["license"]),
        ["https://spdx.org/licenses/CC-BY-4.0"]
    );
    assert_eq!(
        referred(&root["author"]),
        [
            "https://orcid.org/0000-0001-2345-6789",
            "#person/The%20walkers"
        ]
    );
    assert_eq!(
        all["https://orcid.org/0000-0001-2345-6789"]["name"],
        "Jane Doe"
    );
    assert!(is_a(all["#person/The%20walkers"], "Organization"));
    review.delete("CITATION.cff");
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("crate.json");
    let called = review.call(&["export", "ro-crate", "-o", &out.to_string_lossy()]);
    assert_eq!(called.exit, 0, "{called:#?}");
    assert!(called.err.contains("no licence"), "{}", called.err);
    let metadata = json(&out);
    let root = entities(&metadata)["./"];
    assert_eq!(
        root["datePublished"], "2026-01-26",
        "the day of the last decision"
    );
    assert!(
        root["license"]
            .as_str()
            .is_some_and(|said| said.contains("No licence"))
    );
}

#[test]
fn the_same_review_in_another_folder_gives_the_same_bytes() {
    let (one, other) = (built(), built());
    for (form, file) in [
        ("ro-crate", "ro-crate-metadata.json"),
        ("prov", "prov.json"),
    ] {
        let bytes = [&one, &other].map(|review| {
            let folder = exported(review, form);
            std::fs::read(folder.path().join("out").join(file)).expect("written")
        });
        assert!(bytes[0] == bytes[1], "{form}");
    }
}

#[test]
fn a_review_that_was_tampered_with_is_not_described() {
    let review = built();
    review.flip("reports/stages/pool/pooled.csv");
    for form in ["ro-crate", "prov"] {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("out");
        let called = review.call(&["export", form, "-o", &out.to_string_lossy()]);
        assert_eq!(called.exit, 4, "{called:#?}");
        assert!(
            called.err.contains("reports/stages/pool/pooled.csv"),
            "{}",
            called.err
        );
        assert!(!out.exists());
    }
}

/// The structure of PROV-JSON (W3C member submission 2013, sections 2 and 3): what a record of each kind has to name, and of which kind
/// the named thing is.
const RELATIONS: &[(&str, &[(&str, &str)])] = &[
    (
        "used",
        &[("prov:activity", "activity"), ("prov:entity", "entity")],
    ),
    (
        "wasGeneratedBy",
        &[("prov:entity", "entity"), ("prov:activity", "activity")],
    ),
    (
        "wasDerivedFrom",
        &[
            ("prov:generatedEntity", "entity"),
            ("prov:usedEntity", "entity"),
        ],
    ),
    (
        "wasAssociatedWith",
        &[
            ("prov:activity", "activity"),
            ("prov:agent", "agent"),
            ("prov:plan", "entity"),
        ],
    ),
    (
        "actedOnBehalfOf",
        &[("prov:delegate", "agent"), ("prov:responsible", "agent")],
    ),
    (
        "wasAttributedTo",
        &[("prov:entity", "entity"), ("prov:agent", "agent")],
    ),
    (
        "hadMember",
        &[("prov:collection", "entity"), ("prov:entity", "entity")],
    ),
];

#[test]
fn the_prov_document_has_the_structure_of_the_standard() {
    let folder = exported(&built(), "prov");
    let document = json(&folder.path().join("out/prov.json"));
    let prefixes = document["prefix"].as_object().expect("prefixes");
    let qualified = |name: &str| {
        name.split_once(':')
            .is_some_and(|(prefix, _)| prefixes.contains_key(prefix))
    };
    for (kind, records) in document.as_object().expect("an object") {
        let records = records.as_object().expect("records by id");
        match kind.as_str() {
            "prefix" => {}
            "entity" | "activity" | "agent" => {
                for (id, attributes) in records {
                    assert!(qualified(id), "{id}");
                    let attributes = attributes.as_object().expect("attributes");
                    assert!(attributes.keys().all(|name| qualified(name)), "{id}");
                    for value in attributes.values() {
                        let typed = value["$"].is_string() && value["type"].is_string();
                        assert!(value.is_string() || typed, "{id}: {value}");
                    }
                }
            }
            relation => {
                let (_, wanted) = RELATIONS
                    .iter()
                    .find(|(name, _)| *name == relation)
                    .unwrap_or_else(|| panic!("{relation} is no relation of the standard"));
                for (id, record) in records {
                    assert!(id.starts_with("_:"), "{id}");
                    let record = record.as_object().expect("attributes");
                    assert_eq!(record.len(), wanted.len(), "{id}");
                    for (part, of) in *wanted {
                        let target = record[*part].as_str().expect("an id");
                        assert!(
                            document[*of].get(target).is_some(),
                            "{id}: {target} is no {of}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn the_prov_document_tells_what_each_table_and_number_came_from() {
    let folder = exported(&built(), "prov");
    let document = json(&folder.path().join("out/prov.json"));
    let pairs = |kind: &str, from: &str, to: &str| -> BTreeSet<(String, String)> {
        let records = document[kind].as_object().expect("records").values();
        records
            .map(|record| (record[from].to_string(), record[to].to_string()))
            .map(|(a, b)| {
                (
                    a.trim_matches('"').to_owned(),
                    b.trim_matches('"').to_owned(),
                )
            })
            .collect()
    };
    let derived = pairs("wasDerivedFrom", "prov:generatedEntity", "prov:usedEntity");
    let has = |made: &str, from: &str| derived.contains(&(made.to_owned(), from.to_owned()));
    assert!(has(
        "file:reports/stages/pool/effects.csv",
        "file:reports/stages/extract/outcomes.csv"
    ));
    assert!(has(
        "file:reports/stages/extract/outcomes.csv",
        "file:data/extraction/outcomes.csv"
    ));
    assert!(
        !has(
            "file:reports/stages/pool/effects.csv",
            "file:data/extraction/outcomes.csv"
        ),
        "one step at a time"
    );
    assert!(
        derived
            .iter()
            .any(|(made, from)| made.starts_with("number:reports/report.md/")
                && from == "file:reports/stages/pool/pooled.csv"),
        "a printed number leads to the table that holds it"
    );
    let made = pairs("wasGeneratedBy", "prov:entity", "prov:activity");
    assert!(made.contains(&(
        "file:reports/report.md".to_owned(),
        "stage:report".to_owned()
    )));
    let used = pairs("used", "prov:activity", "prov:entity");
    assert!(used.contains(&(
        "stage:screen".to_owned(),
        "file:data/screening/reviewer-b.csv".to_owned()
    )));
    let entities = document["entity"].as_object().expect("entities");
    let numbers = entities
        .keys()
        .filter(|id| id.starts_with("number:"))
        .count();
    assert!(numbers > 100, "{numbers}");
}

#[test]
fn study_data_is_a_table_an_analysis_for_revman() {
    let folder = exported(&built(), "revman");
    let mut names: Vec<String> = std::fs::read_dir(folder.path().join("out"))
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    assert!(names[0].starts_with("01-"), "{names:?}");
    let text = std::fs::read_to_string(folder.path().join("out").join(&names[0])).expect("text");
    let mut lines = text.lines();
    let header = lines.next().expect("a header");
    assert!(header.starts_with("Analysis group,Analysis number,Analysis name,Subgroup"));
    for line in lines {
        assert_eq!(line.split(',').next(), Some("1"), "{line}");
    }
}

/// The first RevMan table: whether its rows tell arms, and whether they tell the estimate itself.
fn first_revman_table(folder: &tempfile::TempDir) -> (bool, bool) {
    let entries = std::fs::read_dir(folder.path().join("out")).expect("a folder");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let text = std::fs::read_to_string(&paths[0]).expect("text");
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let filled = |name: &str| {
        let at = rows[0].iter().position(|column| *column == name);
        !rows[1][at.expect("the column")].is_empty()
    };
    (filled("Experimental mean"), filled("GIV Mean"))
}

#[test]
fn a_clustered_study_goes_to_revman_as_its_estimate_and_names_stay_in_the_folder() {
    let review = built();
    assert_eq!(
        first_revman_table(&exported(&review, "revman")),
        (true, false)
    );
    // As if the studies had been divided by a design effect, and a stranger, who sends no cache, had named the analysis.
    std::fs::remove_dir_all(review.path(".review")).expect("the cache goes");
    let path = "reports/stages/pool/effects.csv";
    let text = review.text(path);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let column = header.iter().position(|name| name == "effective");
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).expect("written");
    for row in reader.records() {
        let row = row.expect("a row");
        let cells = row.iter().enumerate();
        let cells = cells.map(|(at, cell)| if Some(at) == column { "20.5" } else { cell });
        writer.write_record(cells).expect("written");
    }
    let text = String::from_utf8(writer.into_inner().expect("rows")).expect("text");
    let renamed = |text: &str| text.replace("sleep", "../../sleep");
    review.write(path, &renamed(&text));
    let analyses = "reports/stages/pool/analyses.csv";
    review.write(analyses, &renamed(&review.text(analyses)));
    let folder = exported(&review, "revman");
    assert_eq!(first_revman_table(&folder), (false, true));
    for entry in std::fs::read_dir(folder.path()).expect("a folder") {
        assert_eq!(entry.expect("an entry").file_name(), "out");
    }
}

#[test]
fn a_file_that_says_something_else_is_never_overwritten() {
    let review = built();
    let folder = exported(&review, "ro-crate");
    let out = folder.path().join("out");
    let again = review.call(&["export", "ro-crate", "-o", &out.to_string_lossy()]);
    assert_eq!(
        again.exit, 0,
        "the same bytes may be written again: {again:#?}"
    );
    std::fs::write(out.join("pipeline.yaml"), "mine").expect("written");
    let refused = review.call(&["export", "ro-crate", "-o", &out.to_string_lossy()]);
    assert_eq!(refused.exit, 2, "{refused:#?}");
    assert_eq!(
        std::fs::read(out.join("pipeline.yaml")).expect("read"),
        b"mine"
    );
}
