//! The report of an updated review: what is new, what changed and why, and the status of a living review.

mod support;

use support::{Review, mini};

const SETTINGS: &str = "    settings: { every: 90d, triggers: [\"a trial of more than a thousand people is published\"] }\n";

/// The stage and the wires of the report, as `review update start` prints them.
fn wiring(told: &str) -> (String, String) {
    let lines = |from: &str, until: &str| {
        let (_, rest) = told.split_once(from).expect("it is told");
        let block = rest.split_once(until).map_or(rest, |(block, _)| block);
        format!("{}\n", block.trim_matches('\n'))
    };
    let stage = lines("before `report`:", "and add to `in:` of `report`:");
    (
        stage + SETTINGS,
        lines("and add to `in:` of `report`:", "\0"),
    )
}

const EXPORT: &str = "\
PMID- 30000001
PT  - Randomized Controlled Trial
TI  - Night walks and sleep of nurses: a randomised trial
FAU - Dorn, Eva
DP  - 2026
TA  - Invented Archives of Walking
PG  - 7-12
LID - 10.5555/iaw.2026.7 [doi]
EDAT- 2026/06/01

";

/// Adds a row to a table that people keep.
fn add(review: &Review, path: &str, rows: &str) {
    review.write(path, &(review.text(path) + rows));
}

/// The small review after an update: one new study, one corrected mean, and, where `methods` is given, another estimator.
fn updated(methods: bool) -> Review {
    updated_from(mini::whole(), methods)
}

fn updated_from(review: Review, methods: bool) -> Review {
    let review = review.built();
    let started = review.call(&["update", "start", "--date", "2026-07-01"]);
    assert_eq!(started.exit, 0, "{started:#?}");
    review.write("data/searches/2026-07-01/pubmed.nbib", EXPORT);
    review.write(
        "data/searches/2026-07-01/searches.yaml",
        "version: 1\nround: \"2026-07-01\"\nsearches:\n  - { id: a, file: pubmed.nbib, database: MEDLINE, platform: PubMed, kind: database, date: \"2026-07-01\", query: walk, hits: 1 }\n",
    );
    review.run();
    let decisions = review.text("reports/stages/screen/undecided.csv");
    let record = decisions
        .lines()
        .nth(1)
        .and_then(|line| line.split(',').find(|cell| cell.starts_with("rec-")))
        .expect("a record waits")
        .split('|')
        .next()
        .expect("an id")
        .to_owned();
    let votes = format!(
        "{record},title-abstract,include,,2026-07-03T09:00:00Z,,10.5555/iaw.2026.7\n{record},full-text,include,,2026-07-04T09:00:00Z,,10.5555/iaw.2026.7\n"
    );
    for reviewer in ["reviewer-a", "reviewer-b"] {
        add(&review, &format!("data/screening/{reviewer}.csv"), &votes);
    }
    add(
        &review,
        "data/screening/studies.csv",
        &format!(
            "dorn-2026,Dorn 2026,{record},yes,only report,reviewer-a,2026-07-05T09:00:00Z,10.5555/iaw.2026.7\n"
        ),
    );
    add(
        &review,
        "data/extraction/studies.csv",
        "dorn-2026,Dorn 2026,rct,Nowhere,adults,90,reviewer-a,2026-07-06T08:00:00Z\n",
    );
    add(
        &review,
        "data/extraction/outcomes.csv",
        "dorn-2026,sleep,psqi,end,post,walk,intervention,45,16.0,3.0,,,Table 1,16.0 (3.0),reviewer-a,2026-07-06T09:00:00Z\n\
         dorn-2026,sleep,psqi,end,post,usual,control,45,12.0,3.1,,,Table 1,12.0 (3.1),reviewer-a,2026-07-06T09:01:00Z\n",
    );
    review.replace(
        "data/extraction/outcomes.csv",
        "40,14.2,3.1,,,Table 2,14.2 (3.1)",
        "40,14.6,3.1,,,Table 2,14.6 (3.1)",
    );
    if methods {
        review.replace("stages/pool/settings.yaml", "tau2: REML", "tau2: DL");
    }
    let (stage, wires) = wiring(&started.out);
    let pipeline = review.text("pipeline.yaml");
    let pipeline = pipeline.replace("  - id: report\n", &format!("{stage}  - id: report\n"));
    let pipeline = pipeline.replace(
        "      summary: grade.summary\n      problems:",
        &format!("      summary: grade.summary\n{wires}      problems:"),
    );
    review.write("pipeline.yaml", &pipeline);
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    review
}

/// The cells of a table of the stage `update`: one line a row, without keys and origins.
fn table(review: &Review, name: &str, columns: &[&str]) -> Vec<String> {
    let path = format!("reports/stages/update/{name}.csv");
    let sheet = review::artefact::Sheet::read(&path, &review.bytes(&path)).expect("a table");
    let row = |key: &str| {
        let cells = columns
            .iter()
            .map(|column| sheet.cell(key, column).expect("a column"));
        cells.collect::<Vec<_>>().join(" | ")
    };
    sheet.rows.keys().map(row).collect()
}

#[test]
fn the_told_lines_load_where_pool_reads_the_sources_too() {
    let review = mini::whole();
    let of_pool = "      bias: risk-of-bias.overall\n      protocol: data/protocol.yaml\n    settings: stages/pool";
    let sources = of_pool.replace(
        "\n    settings",
        "\n      sources: import.sources\n    settings",
    );
    review.replace("pipeline.yaml", of_pool, &sources);
    let review = updated_from(review, false);
    assert_eq!(review.call(&["check"]).exit, 0);
}

#[test]
fn the_report_of_an_update_tells_what_is_new_what_changed_and_why() {
    let review = updated(true);
    let report = review.text("reports/report.md");
    for part in [
        "## What is new in this version",
        "Version 2.0 updates version 1.0 (baseline 2026-01-15)",
        "New since then: 1 record from the searches (1 publication that no earlier record stood for), 1 study, 0 reports of earlier studies.",
        "| Dorn 2026 | 2026-07-01 | Sleep quality |",
        "corrected data: Adams 2011",
        "new study: Dorn 2026",
        "methods: model.tau2: REML → DL",
        "### Status of this living review",
        "| Embase (Embase.com) | 2026-01-15 | 2026-01-15 | 90d | 2026-04-15 |",
        "a trial of more than a thousand people is published",
        "### Revision note (draft for the register)",
        "Methods changed: model.tau2: REML → DL.",
    ] {
        assert!(report.contains(part), "{part} in {report}");
    }
    // Every number is traced and comes again.
    let audit = review.call(&["audit", "--recompute"]);
    assert_eq!(audit.exit, 0, "{audit:#?}");
    let forest = review.text("reports/figures/forest-sleep.svg");
    assert!(
        forest.contains("Dorn 2026 † new") && !forest.contains("Adams 2011 †"),
        "{forest}"
    );
    assert!(review.exists("reports/figures/rounds-sleep.svg"));
    let trace = review.call(&["trace", "update/changes#sleep/estimate_old"]);
    assert!(
        trace.exit == 0
            && trace
                .out
                .contains("baselines/2026-01-15/reports/stages/pool/pooled.csv"),
        "{trace:#?}"
    );
    // Another run reruns nothing.
    review.run().assert_nothing_happened();
}

#[test]
fn the_parts_of_a_change_begin_at_the_old_estimate_and_end_at_the_new_one() {
    let review = updated(true);
    let rows = table(
        &review,
        "causes",
        &["analysis", "cause", "what", "estimate_old", "estimate_new"],
    );
    let changes = table(
        &review,
        "changes",
        &["analysis", "estimate_old", "estimate_new", "k_old", "k_new"],
    );
    let change: Vec<&str> = changes
        .iter()
        .find(|row| row.starts_with("sleep"))
        .expect("sleep")
        .split(" | ")
        .collect();
    assert_eq!((change[3], change[4]), ("2", "3"));
    let sleep: Vec<Vec<&str>> = rows
        .iter()
        .filter(|row| row.starts_with("sleep"))
        .map(|row| row.split(" | ").collect())
        .collect();
    let causes: Vec<&str> = sleep.iter().map(|row| row[1]).collect();
    assert_eq!(
        causes,
        ["corrected data", "new study", "methods"],
        "{rows:#?}"
    );
    assert_eq!(sleep[0][3], change[1]);
    assert_eq!(sleep[2][4], change[2]);
    for pair in sleep.windows(2) {
        assert_eq!(
            pair[0][4], pair[1][3],
            "each part begins where the one before ended"
        );
    }
    // Like for like: each step is what a review with this change alone gives.
    let corrected = mini::whole();
    corrected.replace(
        "data/extraction/outcomes.csv",
        "40,14.2,3.1,,,Table 2,14.2 (3.1)",
        "40,14.6,3.1,,,Table 2,14.6 (3.1)",
    );
    corrected.run();
    let pooled = corrected.text("reports/stages/pool/pooled.csv");
    assert!(pooled.contains(sleep[0][4]), "{} in {pooled}", sleep[0][4]);
    let without_methods = updated(false);
    let pooled = without_methods.text("reports/stages/pool/pooled.csv");
    assert!(pooled.contains(sleep[1][4]), "{} in {pooled}", sleep[1][4]);
}

#[test]
fn a_diff_tells_the_same_parts_with_their_order() {
    let review = updated(true);
    let found = review.call(&["diff"]);
    for part in [
        "Why the pooled estimates changed",
        "one change after the other",
        "corrected data: Adams 2011",
        "new study: Dorn 2026",
        "methods: model.tau2: REML → DL",
    ] {
        assert!(found.out.contains(part), "{part} in {}", found.out);
    }
    let json = review.call(&["diff", "--json"]).json();
    let causes = &json["causes"];
    assert!(
        causes["order"]
            .as_str()
            .is_some_and(|order| order.contains("methods")),
        "{json}"
    );
    let sleep = causes["analyses"]
        .as_array()
        .expect("analyses")
        .iter()
        .find(|one| one["analysis"] == "sleep")
        .expect("sleep");
    let parts = sleep["parts"].as_array().expect("parts");
    let rows = table(&review, "causes", &["analysis", "estimate_new"]);
    let told: Vec<f64> = rows
        .iter()
        .filter_map(|row| row.strip_prefix("sleep | ")?.parse().ok())
        .collect();
    let same: Vec<f64> = parts
        .iter()
        .filter_map(|part| part["to"]["estimate"].as_f64())
        .collect();
    assert_eq!(told, same);
}

#[test]
fn the_changes_of_every_stage_of_analyses_are_attributed() {
    let review = mini::whole();
    let settings = review.text("stages/pool/settings.yaml");
    review.write(
        "stages/pool-z/settings.yaml",
        &settings.replace("id: sleep", "id: sleep-again"),
    );
    let pipeline = review.text("pipeline.yaml");
    let pool = pipeline
        .split_once("  - id: pool\n")
        .and_then(|(_, rest)| rest.split_once("  - id: grade\n"))
        .map(|(pool, _)| pool.replace("stages/pool/", "stages/pool-z/"))
        .expect("a stage pool");
    review.write(
        "pipeline.yaml",
        &pipeline.replace(
            "  - id: grade\n",
            &format!("  - id: pool-z\n{pool}  - id: grade\n"),
        ),
    );
    let review = updated_from(review, true);
    review.replace("stages/pool-z/settings.yaml", "tau2: REML", "tau2: PM");
    review.run();
    let told = review.call(&["diff", "--all"]).out;
    let of = |stage: &str| {
        let (_, rest) = told
            .split_once(&format!("(stage {stage})"))
            .expect("it is told");
        rest.split_once("(stage ")
            .map_or(rest, |(part, _)| part)
            .to_owned()
    };
    let (first, second) = (of("pool"), of("pool-z"));
    assert!(
        first.contains("model.tau2: REML → DL") && first.contains("new study: Dorn 2026"),
        "{told}"
    );
    assert!(
        second.contains("model.tau2: REML → PM") && second.contains("new study: Dorn 2026"),
        "{told}"
    );
    // Each stage `update` compares the stage whose tables are wired with that of the same name.
    for (stage, analysis) in [("update", "sleep"), ("update-pool-z", "sleep-again")] {
        let path = format!("reports/stages/{stage}/causes.csv");
        let sheet = review::artefact::Sheet::read(&path, &review.bytes(&path)).expect("a table");
        let of = |key: &str| sheet.cell(key, "analysis") == Some(analysis);
        assert!(
            !sheet.rows.is_empty()
                && sheet
                    .rows
                    .keys()
                    .filter(|key| key.starts_with("sleep"))
                    .all(of),
            "{stage}"
        );
        assert!(
            sheet
                .rows
                .keys()
                .any(|key| sheet.cell(key, "study") == Some("dorn-2026")),
            "{stage}"
        );
    }
}

#[test]
fn a_baseline_whose_analyses_a_pattern_makes_is_read() {
    let review = mini::whole();
    review.replace(
        "pipeline.yaml",
        "  - id: pool\n    uses: pool\n",
        "  - id: pool\n    foreach: stages/pool/*.yaml\n    uses: pool\n",
    );
    let review = updated_from(review, false);
    let causes = table(&review, "causes", &["analysis", "cause"]);
    assert!(causes.len() > 1, "{causes:#?}");
}

#[test]
fn a_folder_that_is_no_whole_baseline_is_told() {
    let review = updated(false);
    review.replace(
        "pipeline.yaml",
        "previous: baselines/2026-01-15/\n",
        "previous: baselines/2026-01-15/reports/\n",
    );
    let run = review.run();
    let told = run.problem("update::previous").to_string();
    assert!(told.contains("baselines/<date>/"), "{told}");
}
