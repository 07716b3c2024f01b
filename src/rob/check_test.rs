//! Faults of a tool file, told at their lines.

use crate::rob::Tool;

const HEAD: &str = r#"format: review-rob-tool/1
tool: t
title: T
version: "1"
unit: study
judgements:
  low: {label: Low, severity: 0}
  high: {label: High, severity: 1}
answer_sets: {usual: ["Y", "N", "NI"]}
questions:
  "1": {answers: usual, ask: "One?"}
  "2": {answers: usual, ask: "Two?"}
overall: {rule: worst}
domains:
  D:
    title: D
    steps:
"#;

fn told(steps: &str) -> Vec<String> {
    let text = format!("{HEAD}{steps}");
    match Tool::read("t.yaml", &text) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_sound_tool_is_taken() {
    assert!(
        told("      a: {ask: [\"1\"], go: {\"Y\": \"=low\", \"N NI\": \"=high\"}}\n").is_empty()
    );
}

#[test]
fn an_answer_that_leads_nowhere_is_told_at_its_line() {
    let told = told("      a: {ask: [\"1\"], go: {\"Y\": \"=low\", \"N\": \"=high\"}}\n");
    assert_eq!(
        told,
        ["t.yaml:18:7: error[rob::dead-end]: answer `NI` to `1` leads nowhere"]
    );
}

#[test]
fn a_circle_is_shown_as_a_path() {
    let told = told(
        "      a: {ask: [\"1\"], go: {\"Y\": \"=low\", \"N\": \"=high\", \"NI\": b}}\n      b: {ask: [\"2\"], go: {\"Y N NI\": a}}\n",
    );
    assert_eq!(
        told,
        ["t.yaml:18:7: error[rob::loop]: the path turns in a circle: a → b → a"]
    );
}

#[test]
fn steps_and_judgements_out_of_reach_are_told() {
    let told = told(
        "      a: {ask: [\"1\"], go: {\"Y N NI\": \"=low\"}}\n      b: {ask: [\"2\"], go: {\"Y N NI\": \"=low\"}}\n",
    );
    assert_eq!(
        told,
        [
            "t.yaml:19:7: error[rob::unreachable-step]: no path leads to step `b`",
            "t.yaml:8:3: error[rob::unreachable-judgement]: nothing leads to the judgement `high`",
        ]
    );
}

#[test]
fn rules_are_tried_on_every_combination() {
    let rules = |last: &str| {
        format!(
            "      a:\n        ask: [\"1\", \"2\"]\n        rules:\n          - {{all: {{\"1\": \"Y\"}}, to: \"=low\"}}\n          - {{any: {{\"1\": \"N NI\"}}, to: \"=high\"}}\n{last}"
        )
    };
    assert!(told(&rules("")).is_empty());
    let hidden = told(&rules("          - {all: {\"2\": \"Y\"}, to: \"=low\"}\n"));
    assert_eq!(
        hidden,
        ["t.yaml:23:13: error[rob::unreachable-rule]: no combination of answers reaches this rule"]
    );
}

#[test]
fn unknown_names_get_their_nearest_and_duplicate_keys_both_places() {
    let text =
        format!("{HEAD}      a: {{ask: [\"1\"], go: {{\"Y\": \"=lw\", \"N NI\": \"=high\"}}}}\n");
    let problems = Tool::read("t.yaml", &text).expect_err("a misspelt judgement");
    assert_eq!(problems.0[0].help.as_deref(), Some("did you mean `low`?"));
    let twice = text.replace("title: T\n", "title: T\ntitle: U\n");
    let problems = Tool::read("t.yaml", &twice).expect_err("a key twice");
    assert_eq!(problems.0[0].places.len(), 2);
}

#[test]
fn deep_nests_end_quickly() {
    let nest = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let problems = Tool::read("t.yaml", &nest).expect_err("no tool");
    assert_eq!(problems.0[0].code, "rob::too-deep");
    assert!(Tool::read("t.yaml", &"[".repeat(20_000)).is_err());
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        let _ = Tool::read("t.yaml", &text);
    }
}
