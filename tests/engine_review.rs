//! Which stages of a small review run after each kind of change, and which do not.

mod support;

use support::{Review, mini};

const FORM: &str = "data/extraction/outcomes.csv";

/// The small review, built once.
fn built() -> Review {
    mini::review().built()
}

/// The same with its report.
fn reported() -> Review {
    mini::whole().built()
}

/// Corrects one extracted mean.
fn change_one_cell(review: &Review) {
    review.replace(FORM, "40,14.2,3.1,", "40,14.3,3.1,");
}

/// Moves every row of the form and changes none.
fn turn_the_rows_around(review: &Review) {
    let text = review.text(FORM);
    let (head, rows) = text.split_once('\n').expect("a head");
    let moved: Vec<&str> = rows.lines().rev().collect();
    review.write(FORM, &format!("{head}\n{}\n", moved.join("\n")));
}

#[test]
fn every_stage_runs_once_and_then_none() {
    let review = mini::review();
    let first = review.run();
    assert_eq!(first.exit, 0, "{first:#?}");
    assert_eq!(first.ran(), mini::STAGES);
    assert_eq!(first.reasons("import"), "has not run here yet");
    let shown = review.tree("reports");
    let lock = review.bytes("pipeline.lock");
    review.run().assert_nothing_happened();
    assert_eq!(review.tree("reports"), shown);
    assert_eq!(review.bytes("pipeline.lock"), lock);
}

#[test]
fn a_touched_file_reruns_nothing() {
    let review = built();
    for (path, _) in mini::FILES {
        review.touch(path);
    }
    review.run().assert_nothing_happened();
}

#[test]
fn a_file_written_again_with_the_same_bytes_reruns_nothing() {
    let review = built();
    for (path, text) in mini::FILES {
        review.delete(path);
        review.write(path, text);
    }
    review.run().assert_nothing_happened();
}

#[test]
fn a_comment_and_reordered_keys_in_the_pipeline_rerun_nothing() {
    let review = built();
    let mut lines: Vec<&str> = mini::PIPELINE.lines().collect();
    let pool = lines
        .iter()
        .position(|line| *line == "  - id: pool")
        .expect("pool");
    lines.truncate(pool);
    let text = format!(
        "# A comment.\n{}\n  - settings: stages/pool/settings.yaml   # moved up\n    in:\n      protocol: data/protocol.yaml\n      \
         bias: risk-of-bias.overall\n      scales: extract.scales\n      characteristics: extract.studies\n      outcomes: extract.outcomes\n      \
         studies: screen.included\n    uses: pool\n    id: pool\n",
        lines.join("\n")
    );
    review.write("pipeline.yaml", &text);
    review.run().assert_nothing_happened();
}

#[test]
fn a_comment_and_reordered_keys_in_settings_rerun_nothing() {
    let review = built();
    let text = "# A comment.\ncorrelation: 0.5\nanalyses:\n  - { outcome: sleep, kind: post, measure: MD, designs: [rct], title: Sleep quality, id: sleep }\n  \
                - { measure: RR, id: falls, title: Falls, outcome: falls, designs: [rct] }\nmodel: { level: 95, tau2: REML }\n";
    review.write("stages/pool/settings.yaml", text);
    review.run().assert_nothing_happened();
}

#[test]
fn a_setting_that_says_the_default_reruns_nothing() {
    let review = built();
    review.replace(
        "stages/pool/settings.yaml",
        "  level: 95\n",
        "  level: 95\n  k_prediction: 3\n",
    );
    review.run().assert_nothing_happened();
}

#[test]
fn one_setting_reruns_its_stage_alone_and_is_named() {
    let review = built();
    review.replace("stages/pool/settings.yaml", "level: 95", "level: 90");
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(run.ran(), "pool");
    assert_eq!(
        run.reasons("pool"),
        "settings pool.model.level: 95.0 → 90.0"
    );
}

#[test]
fn one_extracted_cell_reruns_extract_and_what_reads_it() {
    let review = built();
    change_one_cell(&review);
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(run.ran(), "extract pool");
    assert_eq!(run.with("fresh"), "import deduplicate screen risk-of-bias");
    assert_eq!(
        run.reasons("extract"),
        "data/extraction/outcomes.csv changed"
    );
    assert_eq!(run.reasons("pool"), "extract.outcomes changed");
}

#[test]
fn a_line_that_only_moved_in_a_form_reruns_nothing_that_reads_values() {
    let review = built();
    turn_the_rows_around(&review);
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(run.ran(), "extract");
    assert_eq!(run.written(), ["reports/stages/extract/places.csv"]);
}

#[test]
fn the_report_is_made_once_and_again_where_a_cell_or_only_its_place_changes() {
    let review = reported();
    review.run().assert_nothing_happened();
    change_one_cell(&review);
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(run.ran(), "extract pool grade report");
    turn_the_rows_around(&review);
    assert_eq!(review.run().ran(), "extract report", "it shows the places");
}

#[test]
fn one_word_of_a_template_reruns_the_report_alone() {
    let review = reported();
    review.replace(
        "stages/report/templates/discussion.md.tera",
        "pleasant",
        "restful",
    );
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(run.ran(), "report");
    assert!(
        review
            .text("reports/report.md")
            .contains("Walking is restful.")
    );
}

#[test]
fn old_inputs_put_back_rerun_nothing_and_bring_the_old_outputs_back() {
    let review = built();
    let shown = review.tree("reports");
    let lock = review.bytes("pipeline.lock");
    review.replace(FORM, "40,14.2,3.1,", "40,11.2,3.1,");
    assert_eq!(review.run().ran(), "extract pool");
    assert_ne!(review.tree("reports"), shown);
    review.write(FORM, mini::OUTCOMES);
    let back = review.run();
    assert_eq!(back.with("fresh"), mini::STAGES);
    assert_eq!(review.tree("reports"), shown);
    assert_eq!(review.bytes("pipeline.lock"), lock);
}

#[test]
fn a_deleted_output_is_restored_and_nothing_reruns() {
    let review = built();
    let path = "reports/stages/screen/included.csv";
    let made = review.bytes(path);
    review.delete(path);
    let run = review.run();
    assert_eq!(run.exit, 0);
    assert_eq!(run.with("fresh"), mini::STAGES);
    assert_eq!(run.written(), [path]);
    assert_eq!(review.bytes(path), made);
}

#[test]
fn an_output_edited_by_hand_is_left_as_it_is_and_flows_nowhere() {
    let review = built();
    let path = "reports/stages/extract/outcomes.csv";
    let below = review.tree("reports/stages/pool");
    review.write(path, &review.text(path).replace("14.2", "44.2"));
    let edited = review.bytes(path);
    for _ in 0..2 {
        let run = review.run();
        assert_eq!(run.exit, 2, "{run:#?}");
        assert_eq!(run.with("fresh"), mini::STAGES);
        let problem = run.problem("engine::edited-output");
        assert!(problem.to_string().contains("44.2"), "{problem}");
        assert_eq!(review.bytes(path), edited);
        assert_eq!(review.tree("reports/stages/pool"), below);
    }
    let status = review.call(&["status"]);
    assert!(status.err.contains("edited by hand"), "{status:#?}");
    assert!(
        !status.out.contains("everything is up to date"),
        "{status:#?}"
    );
    review.delete(path);
    let run = review.run();
    assert_eq!(run.written(), [path]);
    assert_eq!(run.exit, 0);
    assert!(review.text(path).contains("14.2"));
}

#[test]
fn an_output_edited_by_hand_is_left_though_its_stage_reruns() {
    let review = built();
    let path = "reports/stages/extract/outcomes.csv";
    review.write(path, "mine\n");
    change_one_cell(&review);
    let run = review.run();
    assert_eq!(run.exit, 2, "{run:#?}");
    assert_eq!(run.ran(), "extract pool");
    assert_eq!(review.text(path), "mine\n");
}

#[test]
fn a_damaged_blob_is_told_and_its_stage_alone_gives_the_same_bytes_again() {
    let review = built();
    let shown = review.tree("reports");
    let made = review.bytes("reports/stages/screen/included.csv");
    let blob = Review::blob(&made);
    review.flip(&blob);
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(run.ran(), "screen");
    assert_eq!(run.reasons("screen"), "the cached included was damaged");
    assert_eq!(run.engine_codes(), ["engine::damaged-cache"]);
    assert_eq!(review.bytes(&blob), made);
    assert_eq!(review.tree("reports"), shown);
    review.run().assert_nothing_happened();
}

#[test]
fn without_the_cache_everything_runs_to_the_same_bytes() {
    let review = built();
    let shown = review.tree("reports");
    let lock = review.bytes("pipeline.lock");
    std::fs::remove_dir_all(review.path(".review")).expect("deleted");
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(run.ran(), mini::STAGES);
    assert!(run.written().is_empty());
    assert_eq!(review.tree("reports"), shown);
    assert_eq!(review.bytes("pipeline.lock"), lock);
}

#[test]
fn threads_and_the_order_in_which_files_were_made_change_no_byte() {
    let review = mini::whole();
    assert_eq!(review.run_with(&["-j", "1"]).exit, 0);
    let shown = (review.tree("reports"), review.bytes("pipeline.lock"));
    let mut files = mini::FILES.to_vec();
    for shift in [0, 3, 7] {
        files.reverse();
        files.rotate_left(shift);
        let other = Review::of(&files);
        other.write("pipeline.yaml", &review.text("pipeline.yaml"));
        assert_eq!(other.run_with(&["-j", "4"]).exit, 0);
        assert_eq!((other.tree("reports"), other.bytes("pipeline.lock")), shown);
    }
    let root = review.root().to_string_lossy().into_owned();
    for (path, bytes) in &shown.0 {
        assert!(!String::from_utf8_lossy(bytes).contains(&root), "{path}");
    }
}

#[test]
fn threads_locale_time_zone_and_user_change_no_byte() {
    let whole = |review: &Review, jobs: &str, surroundings: &[(&str, &str)]| {
        let mut command = review.review(&["run", "--rehash", "-j", jobs]);
        let output = command.envs(surroundings.iter().copied()).output();
        assert!(output.expect("it starts").status.success());
        (review.tree("reports"), review.bytes("pipeline.lock"))
    };
    let first = whole(&mini::whole(), "1", &[]);
    let worlds: &[(&str, &[(&str, &str)])] = &[
        (
            "2",
            &[("LC_ALL", "de_DE.UTF-8"), ("TZ", "Pacific/Kiritimati")],
        ),
        (
            "3",
            &[
                ("LC_ALL", "tr_TR.UTF-8"),
                ("LANG", "tr_TR.UTF-8"),
                ("TZ", "America/St_Johns"),
            ],
        ),
        (
            "4",
            &[
                ("LC_ALL", "C"),
                ("TZ", "UTC"),
                ("USER", "somebody"),
                ("HOME", "/nonexistent"),
            ],
        ),
        (
            "8",
            &[
                ("LC_NUMERIC", "fr_FR.UTF-8"),
                ("COLUMNS", "20"),
                ("NO_COLOR", "1"),
            ],
        ),
        (
            "16",
            &[
                ("RAYON_NUM_THREADS", "7"),
                ("LANGUAGE", "zh_CN"),
                ("TZ", ":Asia/Kathmandu"),
            ],
        ),
    ];
    for (jobs, surroundings) in worlds {
        assert!(
            whole(&mini::whole(), jobs, surroundings) == first,
            "{jobs} threads in {surroundings:?}"
        );
    }
}

#[test]
fn the_shipped_review_has_its_committed_bytes_with_sixteen_threads() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let review = Review::shipped();
    let run = review.run_with(&["-j", "16"]);
    assert_eq!(run.exit, 0, "{run:#?}");
    let committed = std::fs::File::open(source.join("pipeline.lock"));
    let committed = committed.and_then(std::io::read_to_string).expect("read");
    let outputs = |lock: &str| {
        let lines = lock.lines().filter(|line| line.contains(" output "));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(outputs(&review.text("pipeline.lock")), outputs(&committed));
}

#[test]
fn another_path_of_the_project_gives_the_same_bytes() {
    let review = reported();
    let other = Review::below("a b/é", mini::FILES);
    other.write("pipeline.yaml", &review.text("pipeline.yaml"));
    let other = other.built();
    assert_eq!(other.tree("reports"), review.tree("reports"));
    assert_eq!(other.bytes("pipeline.lock"), review.bytes("pipeline.lock"));
}

#[test]
fn a_lock_file_in_conflict_is_settled_by_a_run() {
    let review = built();
    let lock = review.text("pipeline.lock");
    let (head, last) = lock.trim_end().rsplit_once('\n').expect("lines");
    let other = last.replace(char::is_numeric, "0");
    review.write(
        "pipeline.lock",
        &format!("{head}\n<<<<<<< ours\n{last}\n=======\n{other}\n>>>>>>> theirs\n"),
    );
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(run.with("fresh"), mini::STAGES);
    assert_eq!(review.text("pipeline.lock"), lock);
}

#[test]
fn a_stage_asked_for_brings_what_it_reads_and_nothing_else() {
    let review = mini::review();
    let run = review.run_with(&["extract"]);
    assert_eq!(run.ran(), "import deduplicate screen extract");
    let run = review.run_with(&["--force", "screen"]);
    assert_eq!(run.ran(), "screen");
    assert_eq!(review.run().ran(), "risk-of-bias pool");
}

#[test]
fn a_file_of_votes_counts_whatever_the_case_of_its_ending() {
    let review = built();
    let votes = review.text("reports/stages/screen/votes.csv");
    let text = review.text("data/screening/reviewer-b.csv");
    review.delete("data/screening/reviewer-b.csv");
    review.write("data/screening/reviewer-b.CSV", &text);
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(review.text("reports/stages/screen/votes.csv"), votes);
}

#[test]
fn a_file_that_nothing_reads_is_named() {
    let review = mini::review();
    review.write("data/screening/reviewer-c.ods", "votes");
    review.write("data/screening/README.md", "notes");
    let run = review.run();
    assert_eq!(run.codes(), ["stage::unread-file"]);
}
