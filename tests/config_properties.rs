//! What holds for any text given to the readers of `pipeline.yaml`.

use proptest::prelude::*;
use review::cli::problems::{json, render};
use review::config::yaml::{self, Node, Value};
use review::config::{Entry, Files, Pipeline, check};
use review::graph::Graph;
use review::path::RelPath;

struct Nothing;

impl Files for Nothing {
    fn entry(&self, _: &RelPath) -> Option<Entry> {
        None
    }

    fn names(&self, _: Option<&RelPath>) -> Vec<String> {
        Vec::new()
    }
}

/// Reads, checks and prints; must never panic.
fn walk(text: &str) {
    let (pipeline, mut problems) = Pipeline::parse("pipeline.yaml", text);
    if let Some(pipeline) = pipeline {
        problems.append(check(&pipeline, &[], &Nothing));
        match Graph::of(&pipeline) {
            Ok(graph) => assert_eq!(graph.order().count(), pipeline.stages.len()),
            Err(cycles) => problems.append(cycles),
        }
    } else {
        assert!(problems.has_errors(), "no pipeline and no reason: {text:?}");
    }
    for problem in &problems {
        assert!(!problem.places.is_empty(), "no place: {problem}");
    }
    let printed = render(&problems, &|_| Some(text.to_owned()), false);
    assert!(
        printed
            .chars()
            .all(|letter| letter == '\n' || !letter.is_control()),
        "control character printed: {printed:?}"
    );
    let all = json(&problems);
    assert_eq!(all.as_array().map(Vec::len), Some(problems.iter().count()));
}

/// Pieces that pipelines are made of, so that random text gets past the first bracket.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "version: 1\n",
        "review:",
        "stages:\n",
        "  - ",
        "{ ",
        " }",
        "[",
        "]",
        ", ",
        "id: a",
        "id: b",
        "uses: pool",
        "run: [x]",
        "in: {",
        "a: b.c",
        "x: ../y",
        "out:",
        "settings: {k: 1}",
        "\n",
        "\n    ",
        "\"",
        "'",
        ": ",
        "&a ",
        "*a",
        "!t ",
        "<<: ",
        "---\n",
        "# c\n",
        "é",
        "字",
        "\t",
        "\r\n",
        "\u{feff}",
        "|\n",
        ">-\n",
        "? ",
        "{in.a}",
        "\u{1b}[31m",
        "%",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Every scalar and key of a tree with its place.
fn scalars(node: &Node, found: &mut Vec<(String, u32, u32)>) {
    match &node.value {
        Value::Scalar(scalar) if scalar.plain => {
            found.push((scalar.text.clone(), node.line, node.column));
        }
        Value::Scalar(_) => {}
        Value::Sequence(items) => items.iter().for_each(|item| scalars(item, found)),
        Value::Mapping(mapping) => mapping
            .values()
            .for_each(|entry| scalars(&entry.value, found)),
    }
}

proptest! {
    #[test]
    fn no_text_makes_reading_panic(text in any::<String>()) {
        walk(&text);
    }

    #[test]
    fn no_mix_of_yaml_pieces_makes_reading_panic(text in pieces()) {
        walk(&text);
    }

    #[test]
    fn a_plain_scalar_stands_where_its_place_says(text in pieces()) {
        if let Ok(root) = yaml::parse("x.yaml", &text) {
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            let mut found = Vec::new();
            scalars(&root, &mut found);
            let lines: Vec<&str> = text.split('\n').collect();
            for (scalar, line, column) in found {
                // Text folded over lines is not one piece of the file.
                if scalar.is_empty() || scalar.contains([' ', '\n']) || text.replace("\r\n", "\n").contains('\r') {
                    continue;
                }
                let rest: String = lines[line as usize - 1].chars().skip(column as usize - 1).collect();
                prop_assert!(rest.starts_with(&scalar), "{scalar:?} at {line}:{column} of {text:?}");
            }
        }
    }

    #[test]
    fn both_readings_of_yaml_agree_on_text(words in prop::collection::vec("[a-z0-9.~_-]{0,6}", 1..8)) {
        let lines: Vec<String> = words.iter().enumerate().map(|(at, word)| format!("k{at}: '{word}'")).collect();
        let text = lines.join("\n");
        let typed: indexmap::IndexMap<String, String> = yaml::from_str("x.yaml", &text).unwrap();
        let node = yaml::parse("x.yaml", &text).unwrap();
        for (key, entry) in node.as_mapping().unwrap() {
            let Value::Scalar(scalar) = &entry.value.value else { panic!("{key} is no text") };
            prop_assert_eq!(&typed[key], &scalar.text);
        }
    }
}

#[test]
fn hostile_files_are_refused_in_little_time() {
    let half = yaml::MAX_BYTES / 16;
    let started = std::time::Instant::now();
    for text in [
        "[".repeat(half),
        "{a: ".repeat(half / 4),
        "- ".repeat(half / 2),
        "? ".repeat(half / 2),
        "&a ".repeat(half / 3),
        format!("[{}", "a,".repeat(half / 2)),
        format!("\"{}", "\\".repeat(half)),
        format!(
            "stages: [{}]",
            "{id: a, uses: b, settings: {c: 1}},".repeat(half / 35)
        ),
        format!("version: 1\n{}", "review: 1\n".repeat(half / 10)),
        "x".repeat(yaml::MAX_BYTES + 1),
    ] {
        let (_, problems) = Pipeline::parse("pipeline.yaml", &text);
        assert!(problems.has_errors());
        assert!(render(&problems, &|_| Some(text.clone()), false).len() < 100_000);
    }
    // Quadratic reading of any of these takes minutes.
    assert!(
        started.elapsed().as_secs() < 30,
        "took {:?}",
        started.elapsed()
    );
}
