//! The commands around a run: what each prints and how it ends.

mod support;

use support::mini;

#[test]
fn status_says_what_would_run_and_why_and_touches_nothing() {
    let review = mini::review();
    let before = review.call(&["status"]);
    assert_eq!(before.exit, 0, "{before:#?}");
    assert!(
        before
            .out
            .contains("import        would run  has not run here yet\n"),
        "{}",
        before.out
    );
    assert!(
        before
            .out
            .contains("deduplicate   may run    waits on import\n"),
        "{}",
        before.out
    );
    assert!(
        before
            .out
            .ends_with("`review run` brings this up to date\n")
    );
    assert!(!review.exists(".review") && !review.exists("reports"));
    let review = review.built();
    let after = review.call(&["status"]);
    assert!(
        after.out.ends_with("everything is up to date\n"),
        "{}",
        after.out
    );
    review.replace("stages/pool/settings.yaml", "level: 95", "level: 90");
    let json = review.call(&["status", "--json"]).json();
    assert_eq!(json["stages"][5]["status"], "would-run");
    assert_eq!(
        json["stages"][5]["reasons"][0],
        "settings pool.model.level: 95.0 → 90.0"
    );
}

#[test]
fn a_dry_run_touches_nothing() {
    let review = mini::review();
    let files = review.tree("");
    let run = review.run_with(&["--dry-run"]);
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(run.with("would-run"), "import");
    assert_eq!(
        run.with("may-run"),
        "deduplicate screen extract risk-of-bias pool"
    );
    assert!(review.tree("") == files, "{:?}", review.tree("").keys());
}

#[test]
fn a_run_prints_a_line_a_stage_and_a_sum() {
    let review = mini::review();
    let first = review.call(&["run"]);
    assert_eq!(first.exit, 0, "{first:#?}");
    assert_eq!(first.out.lines().count(), 7, "{}", first.out);
    assert!(
        first
            .out
            .lines()
            .last()
            .is_some_and(|line| line.starts_with("6 stages: 6 ran; ")),
        "{}",
        first.out
    );
    let second = review.call(&["run"]);
    assert!(
        second.out.ends_with("6 stages: 6 fresh; no file changed\n"),
        "{}",
        second.out
    );
}

#[test]
fn open_work_ends_with_3_only_where_completeness_is_required() {
    let review = mini::review();
    let run = review.run();
    assert!(
        !run.json["open_work"].as_array().expect("a list").is_empty(),
        "{run:#?}"
    );
    assert_eq!(run.exit, 0);
    assert_eq!(review.run_with(&["--require-complete"]).exit, 3);
}

#[test]
fn an_unknown_stage_is_told_with_the_nearest_name() {
    let run = mini::review().run_with(&["extrat"]);
    assert_eq!(run.exit, 2, "{run:#?}");
    assert_eq!(
        run.problem("engine::unknown-stage")["help"],
        "did you mean `extract`?"
    );
}

#[test]
fn check_says_what_is_wrong_and_runs_nothing() {
    let review = mini::review();
    let right = review.call(&["check"]);
    assert_eq!((right.exit, right.out.as_str()), (0, "no problems\n"));
    review.replace(
        "data/extraction/outcomes.csv",
        "study,outcome,scale",
        "study,outcom,scale",
    );
    let wrong = review.call(&["check", "--json"]);
    assert_eq!(wrong.exit, 2, "{wrong:#?}");
    assert_eq!(
        wrong.json()["problems"][0]["code"],
        "extraction::missing-column"
    );
    assert!(!review.exists(".review"));
}

#[test]
fn a_folder_without_a_pipeline_is_told_how_to_go_on() {
    let run = support::Review::of::<&str>(&[]).call(&["run"]);
    assert_eq!(run.exit, 2);
    assert!(
        run.err.contains("error[engine::no-pipeline]") && run.err.contains("-C DIR"),
        "{}",
        run.err
    );
}

#[test]
fn the_graph_is_drawn_in_every_format() {
    let review = mini::review().built();
    let draw = |format: &str| {
        let called = review.call(&["graph", "--format", format]);
        assert_eq!(called.exit, 0, "{called:#?}");
        called
    };
    let text = draw("text").out;
    assert!(
        text.contains("risk-of-bias") && text.contains("fresh"),
        "{text}"
    );
    let mermaid = draw("mermaid").out;
    assert!(
        mermaid.starts_with("flowchart ") || mermaid.starts_with("graph "),
        "{mermaid}"
    );
    let dot = draw("dot").out;
    assert!(dot.starts_with("digraph ") && dot.contains("->"), "{dot}");
    let json = draw("json").json();
    let ids: Vec<_> = json["stages"]
        .as_array()
        .expect("stages")
        .iter()
        .map(|stage| stage["id"].as_str())
        .collect();
    assert_eq!(ids, mini::STAGES.split(' ').map(Some).collect::<Vec<_>>());
    assert_eq!(
        json["stages"][2]["reads"],
        serde_json::json!(["deduplicate", "import"])
    );
}

#[test]
fn schemas_of_the_pipeline_and_of_settings_are_printed() {
    let review = mini::review();
    let schema = review.call(&["schema"]);
    assert_eq!(schema.exit, 0, "{schema:#?}");
    assert!(
        schema.json()["$schema"]
            .as_str()
            .is_some_and(|draft| draft.contains("json-schema.org"))
    );
    let pool = review.call(&["schema", "--stage", "pool"]);
    assert_eq!(pool.exit, 0, "{pool:#?}");
    assert!(pool.json()["properties"]["analyses"].is_object());
    assert_eq!(review.call(&["schema", "--stage", "nothing"]).exit, 2);
}

#[test]
fn completions_and_manual_pages_are_printed() {
    let review = mini::review();
    for shell in ["bash", "zsh", "fish"] {
        let completions = review.call(&["completions", shell]);
        assert_eq!(completions.exit, 0, "{completions:#?}");
        assert!(completions.out.contains("review") && completions.out.contains("completions"));
    }
    let man = review.call(&["man"]);
    assert_eq!(man.exit, 0, "{man:#?}");
    assert!(
        man.out.contains(".TH review 1") && man.out.contains(".SH"),
        "{}",
        man.out
    );
}

#[test]
fn the_cache_says_its_size_and_gives_back_what_no_stage_used_last() {
    let review = mini::review();
    let empty = review.call(&["cache", "size"]);
    assert_eq!(
        (empty.exit, empty.out.as_str()),
        (0, "holds 0 results and 0 files, 0 bytes\n")
    );
    let review = review.built();
    let full = review.call(&["cache", "size", "--json"]).json();
    assert_eq!(full["results"], 6);
    review.replace("stages/pool/settings.yaml", "level: 95", "level: 90");
    review.run();
    assert_eq!(
        review.call(&["cache", "size", "--json"]).json()["results"],
        7
    );
    let freed = review.call(&["cache", "gc", "--json"]);
    assert_eq!(freed.exit, 0, "{freed:#?}");
    assert_eq!(freed.json()["results"], 1);
    assert!(freed.json()["blobs"].as_u64() > Some(0));
    review.run().assert_nothing_happened();
    review.replace("stages/pool/settings.yaml", "level: 90", "level: 95");
    assert_eq!(review.run().ran(), "pool");
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    let called = mini::review().call(&["run", "--no-such-thing"]);
    assert_eq!(called.exit, 2, "{called:#?}");
}
