//! Wrong data files: what a person is told, what is built all the same, and that nothing is written over.

mod support;

use support::{Called, Review, mini};

const FORM: &str = "data/extraction/outcomes.csv";

/// Runs a review with text output.
fn told(review: &Review) -> Called {
    let data = review.tree("data");
    let called = review.call(&["run"]);
    assert_eq!(review.tree("data"), data, "inputs are never written");
    called
}

/// What stops before anything runs: exit 2, nothing on stdout, nothing new in the project.
fn stopped(review: &Review) -> String {
    let (reports, lock) = (review.tree("reports"), review.exists("pipeline.lock"));
    let called = told(review);
    assert_eq!(called.exit, 2, "{called:#?}");
    assert_eq!(called.out, "");
    assert_eq!(
        (review.tree("reports"), review.exists("pipeline.lock")),
        (reports, lock)
    );
    called.err
}

/// What leaves out a row alone: exit 2, and every stage runs.
fn built_without(review: &Review) -> String {
    let called = told(review);
    assert_eq!(called.exit, 2, "{called:#?}");
    assert!(called.out.contains("6 stages: 6 ran"), "{called:#?}");
    without_open_work(&called.err)
}

/// The problems alone; the small review always has open work, since one person did most of it.
fn without_open_work(err: &str) -> String {
    let lines = err.lines().filter(|line| !line.starts_with("open: "));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn structural_faults_of_all_files_are_told_at_once_and_stop_the_run() {
    let review = mini::review();
    review.replace(
        FORM,
        "study,outcome,scale,time,",
        "study,outcome,scale,tiem,",
    );
    review.replace(
        "data/screening/reviewer-b.csv",
        "record,stage,decision,",
        "record,stage,descision,",
    );
    review.replace("data/screening/studies.csv", "by,at,doi", "at,doi");
    review.replace(
        "data/risk-of-bias/reviewer-a.csv",
        "variant,question,answer",
        "variant,question,answers",
    );
    insta::assert_snapshot!(stopped(&review), @"");
}

#[test]
fn a_structural_fault_leaves_the_reports_of_the_last_good_run() {
    let review = mini::review().built();
    review.replace(FORM, ",extractor,at", ",extractr,at");
    insta::assert_snapshot!(stopped(&review), @"");
}

#[test]
fn a_key_given_twice_in_a_yaml_file_stops_the_run() {
    let review = mini::review();
    review.replace(
        "stages/pool/settings.yaml",
        "correlation: 0.5\n",
        "correlation: 0.5\ncorrelation: 0.7\n",
    );
    insta::assert_snapshot!(stopped(&review), @"");
    let review = mini::review();
    review.replace(
        "data/protocol.yaml",
        "reviewers:\n",
        "title: Another\nreviewers:\n",
    );
    review.replace(
        "data/extraction/scales.yaml",
        "    min: 0\n",
        "    min: 0\n    min: 1\n",
    );
    insta::assert_snapshot!(stopped(&review), @"");
}

#[test]
fn a_row_given_twice_stops_the_run() {
    let review = mini::review();
    let text = review.text(FORM);
    let last = text.trim_end().lines().last().expect("a row");
    review.write(FORM, &format!("{text}{}\n", last.replace("13.1", "13.2")));
    insta::assert_snapshot!(stopped(&review), @"");
}

#[test]
fn settings_that_do_not_fit_stop_the_run() {
    let review = mini::review();
    review.replace("stages/pool/settings.yaml", "level: 95", "level: high");
    insta::assert_snapshot!(stopped(&review), @"");
    let review = mini::review();
    review.replace("stages/pool/settings.yaml", "correlation:", "corelation:");
    insta::assert_snapshot!(stopped(&review), @"");
    let review = mini::review();
    review.delete("stages/pool/settings.yaml");
    insta::assert_snapshot!(stopped(&review), @"");
}

#[test]
fn an_empty_form_and_a_form_that_is_no_text_stop_the_run() {
    let review = mini::review();
    review.write(FORM, "");
    insta::assert_snapshot!(stopped(&review), @"");
    let review = mini::review();
    std::fs::File::create(review.path("data/screening/reviewer-a.csv"))
        .and_then(|mut file| {
            std::io::Write::write_all(&mut file, b"record,stage,decision,at\n\xff\xfe,a,b,c\n")
        })
        .expect("written");
    insta::assert_snapshot!(stopped(&review), @"");
}

#[test]
fn bad_cells_leave_out_their_rows_alone() {
    let review = mini::review();
    review.replace(FORM, "40,14.2,3.1,", "40,about 14,3.1,");
    review.replace(FORM, ",3,40,Table 3", ",43,40,Table 3");
    let rows = "zimmer-2019,sleep,psqi,end,post,walk,intervention,20,12.0,3.0,,,Table 4,12.0 (3.0),reviewer-a,2026-01-25T09:06:00Z\n";
    review.write(FORM, &format!("{}{rows}", review.text(FORM)));
    insta::assert_snapshot!(built_without(&review), @"");
    let effects = review.text("reports/stages/pool/effects.csv");
    assert!(
        effects.contains("baker-2014") && !effects.contains("adams-2011"),
        "{effects}"
    );
    let problems = review.text("reports/stages/extract/problems.csv");
    assert!(problems.contains("extraction::not-included"), "{problems}");
}

#[test]
fn problems_are_told_again_when_their_stage_is_fresh() {
    let review = mini::review();
    review.replace(FORM, "40,14.2,3.1,", "40,about 14,3.1,");
    let first = told(&review);
    let second = told(&review);
    assert_eq!((first.exit, second.exit), (2, 2));
    assert!(second.out.contains("6 fresh"), "{second:#?}");
    assert_eq!(first.err, second.err);
}

#[test]
fn bad_votes_leave_out_their_rows_alone() {
    let review = mini::review();
    review.replace(
        "data/screening/reviewer-a.csv",
        "rec-349701e0c8399598,title-abstract,exclude,wrong-intervention,2026-01-20T09:04:00Z,,10.5555/jis.2016.5\n",
        "rec-349701e0c8399598,title-abstract,exlude,wrong-intervention,2026-01-20T09:04:00Z,,10.5555/jis.2016.5\n\
         ,title-abstract,exclude,wrong-intervention,2026-01-20T09:05:00Z,,10.5555/nowhere\n\
         ,title-abstract,exclude,wrong-mood,yesterday,,10.5555/jis.2016.5\n",
    );
    insta::assert_snapshot!(built_without(&review), @"");
}

#[test]
fn an_export_that_cannot_be_read_in_part_gives_the_rest() {
    let review = mini::review();
    review.replace(
        "data/searches/2026-01-15/embase.ris",
        "ER  - \n\nTY  - JOUR\nAU  - Clark, Ann",
        "ER  - \n\n\u{1}garbage\u{2}\nTY  - JOUR\nAU  - Clark, Ann",
    );
    review.write("data/searches/2026-01-15/lost.ris", "");
    let called = told(&review);
    assert!(called.out.contains("6 stages: 6 ran"), "{called:#?}");
    insta::assert_snapshot!(without_open_work(&called.err), @"");
}

#[test]
fn answers_that_the_tool_does_not_know_leave_out_their_rows_alone() {
    let review = mini::review();
    review.replace("data/risk-of-bias/reviewer-a.csv", "1.1,Y,", "1.1,Sure,");
    review.replace("data/risk-of-bias/reviewer-a.csv", "1.2,NI,", "1.9,NI,");
    insta::assert_snapshot!(built_without(&review), @"");
}

#[test]
fn two_extractions_that_disagree_are_open_work_and_no_error() {
    let review = mini::review();
    let text = review.text(FORM);
    let row = text.lines().nth(1).expect("a row");
    let other = row
        .replace("14.2,3.1", "14.2,1.3")
        .replace("reviewer-a", "reviewer-b");
    review.write(FORM, &format!("{text}{other}\n"));
    let called = told(&review);
    assert_eq!(called.exit, 0, "{called:#?}");
    assert_eq!(without_open_work(&called.err), "");
    let open: Vec<&str> = called
        .err
        .lines()
        .filter(|line| line.contains("1.3"))
        .collect();
    insta::assert_snapshot!(open.join("\n"), @"");
    let outcomes = review.text("reports/stages/extract/outcomes.csv");
    assert!(!outcomes.contains("14.2"), "the row waits: {outcomes}");
    assert_eq!(review.call(&["run", "--require-complete"]).exit, 3);
}

#[test]
fn two_reviewers_who_disagree_are_open_work_and_no_error() {
    let review = mini::review();
    review.replace(
        "data/screening/reviewer-b.csv",
        ",full-text,include,,2026-01-21T09:02:00Z",
        ",full-text,exclude,wrong-design,2026-01-21T09:02:00Z",
    );
    let run = review.run();
    let codes: Vec<&str> = run.json["open_work"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|work| work["code"].as_str())
        .collect();
    assert!(codes.contains(&"screening::conflict"), "{run:#?}");
}
