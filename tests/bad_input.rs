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
    let told = err.split_inclusive('\n');
    told.filter(|line| !line.starts_with("open: ")).collect()
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
    insta::assert_snapshot!(stopped(&review), @r"
    error[table::missing-column]: no column `decision`
     --> data/screening/reviewer-b.csv:1
      |
    1 | record,stage,descision,reason,at,note,doi
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: rename the column `descision` to `decision`

    error[table::missing-column]: no column `by`
     --> data/screening/studies.csv:1
      |
    1 | study,label,record,primary,basis,at,doi
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: add the column `by` to the header

    error[extraction::missing-column]: the outcomes have no column `time`
     --> data/extraction/outcomes.csv:1:21
      |
    1 | study,outcome,scale,tiem,kind,arm,group,n,mean,sd,events,total,source,reported,extractor,at
      |                     ^^^^
      |
      = help: rename `tiem` to `time`

    error[table::missing-column]: no column `answer`
     --> data/risk-of-bias/reviewer-a.csv:1
      |
    1 | study,result,tool,variant,question,answers,source,quote,at,note
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: rename the column `answers` to `answer`
    4 errors
    ");
}

#[test]
fn a_structural_fault_leaves_the_reports_of_the_last_good_run() {
    let review = mini::review().built();
    review.replace(FORM, ",extractor,at", ",extractr,at");
    insta::assert_snapshot!(stopped(&review), @r"
    error[extraction::missing-column]: the outcomes have no column `extractor`
     --> data/extraction/outcomes.csv:1:80
      |
    1 | study,outcome,scale,time,kind,arm,group,n,mean,sd,events,total,source,reported,extractr,at
      |                                                                                ^^^^^^^^
      |
      = help: rename `extractr` to `extractor`
    1 error
    ");
}

#[test]
fn a_key_given_twice_in_a_yaml_file_stops_the_run() {
    let review = mini::review();
    review.replace(
        "stages/pool/settings.yaml",
        "correlation: 0.5\n",
        "correlation: 0.5\ncorrelation: 0.7\n",
    );
    insta::assert_snapshot!(stopped(&review), @r"
    error[config::duplicate-key]: key `correlation` is given twice
     --> stages/pool/settings.yaml:5:1
      |
    4 | correlation: 0.5
      | ----------- first given here
    5 | correlation: 0.7
      | ^^^^^^^^^^^ given again here
      |
      = help: keep one of the two
    1 error
    ");
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
    insta::assert_snapshot!(stopped(&review), @r"
    error[config::duplicate-key]: key `min` is given twice
     --> data/extraction/scales.yaml:7:5
      |
    6 |     min: 0
      |     --- first given here
    7 |     min: 1
      |     ^^^ given again here
      |
      = help: keep one of the two

    error[config::duplicate-key]: key `title` is given twice
      --> data/protocol.yaml:14:1
       |
     2 | title: Evening walks for sleep
       | ----- first given here
    ...
    14 | title: Another
       | ^^^^^ given again here
       |
       = help: keep one of the two
    2 errors
    ");
}

#[test]
fn a_row_given_twice_stops_the_run() {
    let review = mini::review();
    let text = review.text(FORM);
    let last = text.trim_end().lines().last().expect("a row");
    review.write(FORM, &format!("{text}{}\n", last.replace("13.1", "13.2")));
    insta::assert_snapshot!(stopped(&review), @r"
    error[extraction::duplicate-row]: two rows by reviewer-a are about the same: baker-2014, sleep, psqi, end, post, usual
     --> data/extraction/outcomes.csv:8
      |
    7 | baker-2014,sleep,psqi,end,post,usual,control,27,13.1,2.9,,,Table 1,13.1 (2.9),reviewer-a,2026-01-25T09:05:00Z
      | ------------------------------------------------------------------------------------------------------------- first
    8 | baker-2014,sleep,psqi,end,post,usual,control,27,13.2,2.9,,,Table 1,13.2 (2.9),reviewer-a,2026-01-25T09:05:00Z
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ again
      |
      = help: delete one of the two, or name what tells them apart
    1 error
    ");
}

#[test]
fn settings_that_do_not_fit_stop_the_run() {
    let review = mini::review();
    review.replace("stages/pool/settings.yaml", "level: 95", "level: high");
    insta::assert_snapshot!(stopped(&review), @r#"
    error[engine::settings]: the settings of `pool` do not fit: invalid type: string "high", expected f64
     --> stages/pool/settings.yaml:3:3
      |
    3 |   level: high
      |   ^^^^^
      |
      = help: see `review schema --stage pool` for what can be set
    1 error
    "#);
    let review = mini::review();
    review.replace("stages/pool/settings.yaml", "correlation:", "corelation:");
    insta::assert_snapshot!(stopped(&review), @r"
    error[engine::settings]: the settings of `pool` do not fit: unknown field `corelation`, expected one of `model`, `correlation`, `icc`, `analyses`, `sensitivity`, `multiverse`
     --> stages/pool/settings.yaml:4:1
      |
    4 | corelation: 0.5
      | ^^^^^^^^^^
      |
      = help: see `review schema --stage pool` for what can be set
    1 error
    ");
    let review = mini::review();
    review.replace(
        "stages/pool/settings.yaml",
        "correlation: 0.5",
        "correlation: 7",
    );
    insta::assert_snapshot!(stopped(&review), @r"
    error[engine::settings]: the settings of `pool` do not fit: 7 cannot be: a correlation lies above -1 and below 1
     --> stages/pool/settings.yaml:4:1
      |
    4 | correlation: 7
      | ^^^^^^^^^^^
      |
      = help: see `review schema --stage pool` for what can be set
    1 error
    ");
    let review = mini::review();
    review.replace("stages/pool/settings.yaml", "id: falls", "id: sleep");
    insta::assert_snapshot!(stopped(&review), @r"
    error[engine::settings]: the settings of `pool` do not fit: the id `sleep` stands twice; give each a name of its own
     --> stages/pool/settings.yaml:5:1
      |
    5 | analyses:
      | ^^^^^^^^
      |
      = help: see `review schema --stage pool` for what can be set
    1 error
    ");
    let review = mini::review();
    review.delete("stages/pool/settings.yaml");
    insta::assert_snapshot!(stopped(&review), @r"
    error[config::missing-file]: there is no file or folder `stages/pool/settings.yaml`
      --> pipeline.yaml:25:15
       |
    25 |     settings: stages/pool/settings.yaml
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: put it there, or correct the path
    1 error
    ");
}

#[test]
fn an_empty_form_and_a_form_that_is_no_text_stop_the_run() {
    let review = mini::review();
    review.write(FORM, "");
    insta::assert_snapshot!(stopped(&review), @r"
    error[extraction::missing-column]: the outcomes have no column `study`
     --> data/extraction/outcomes.csv:1
      |
    1 |
      | ^
      |
      = help: add the column `study` to the header

    error[extraction::missing-column]: the outcomes have no column `outcome`
     --> data/extraction/outcomes.csv:1
      |
    1 |
      | ^
      |
      = help: add the column `outcome` to the header

    error[extraction::missing-column]: the outcomes have no column `scale`
     --> data/extraction/outcomes.csv:1
      |
    1 |
      | ^
      |
      = help: add the column `scale` to the header

    error[extraction::missing-column]: the outcomes have no column `time`
     --> data/extraction/outcomes.csv:1
      |
    1 |
      | ^
      |
      = help: add the column `time` to the header

    error[extraction::missing-column]: the outcomes have no column `kind`
     --> data/extraction/outcomes.csv:1
      |
    1 |
      | ^
      |
      = help: add the column `kind` to the header

    error[extraction::missing-column]: the outcomes have no column `arm`
     --> data/extraction/outcomes.csv:1
      |
    1 |
      | ^
      |
      = help: add the column `arm` to the header

    error[extraction::missing-column]: the outcomes have no column `group`
     --> data/extraction/outcomes.csv:1
      |
    1 |
      | ^
      |
      = help: add the column `group` to the header

    error[extraction::missing-column]: the outcomes have no column `extractor`
     --> data/extraction/outcomes.csv:1
      |
    1 |
      | ^
      |
      = help: add the column `extractor` to the header

    error[extraction::missing-column]: the outcomes have none of the columns `mean`, `median`, `events`
     --> data/extraction/outcomes.csv:1
      |
    1 |
      | ^
      |
      = help: add the columns that the paper's numbers belong to
    9 errors
    ");
    let review = mini::review();
    std::fs::File::create(review.path("data/screening/reviewer-a.csv"))
        .and_then(|mut file| {
            std::io::Write::write_all(&mut file, b"record,stage,decision,at\n\xff\xfe,a,b,c\n")
        })
        .expect("written");
    insta::assert_snapshot!(stopped(&review), @r"
    error[table::not-utf8]: the file is not UTF-8
     --> data/screening/reviewer-a.csv:2:1
      |
    2 | ��,a,b,c
      | ^^
      |
      = help: save it as CSV UTF-8; characters that could not be read stand as �
    1 error
    ");
}

#[test]
fn bad_cells_leave_out_their_rows_alone() {
    let review = mini::review();
    review.replace(FORM, "40,14.2,3.1,", "40,about 14,3.1,");
    review.replace(FORM, ",3,40,Table 3", ",43,40,Table 3");
    let rows = "zimmer-2019,sleep,psqi,end,post,walk,intervention,20,12.0,3.0,,,Table 4,12.0 (3.0),reviewer-a,2026-01-25T09:06:00Z\n";
    review.write(FORM, &format!("{}{rows}", review.text(FORM)));
    insta::assert_snapshot!(built_without(&review), @r"
    error[extraction::not-included]: nobody included the study `zimmer-2019`
     --> data/extraction/outcomes.csv:8:1
      |
    8 | zimmer-2019,sleep,psqi,end,post,walk,intervention,20,12.0,3.0,,,Table 4,12.0 (3.0),reviewer-a,2026-01-25T09:06:00Z
      | ^^^^^^^^^^^ its row was left out
      |
      = help: include it when screening full texts, or take its rows out of data/extraction/outcomes.csv

    error[extraction::not-a-number]: text stands where a number belongs: `mean` is `about 14`
     --> data/extraction/outcomes.csv:2:53
      |
    2 | adams-2011,sleep,psqi,end,post,walk,intervention,40,about 14,3.1,,,Table 2,14.2 (3.1),reviewer-a,2026-01-25T09:00:00Z
      |                                                     ^^^^^^^^
      |
      = help: write the number alone; leave the cell empty where the paper gives none, and keep its words in `reported`

    error[extraction::impossible-count]: more events than participants
     --> data/extraction/outcomes.csv:4:49
      |
    4 | adams-2011,falls,,end,post,walk,intervention,,,,43,40,Table 3,3/40,reviewer-a,2026-01-25T09:02:00Z
      |                                                 ^^ -- among 40 participants
      |                                                 |
      |                                                 43 events
      |
      = help: check the row against the paper

    warning[pool::no-effect]: `adams-2011` gives no effect to `sleep`: no intervention arm is extracted
     |
     = help: complete its numbers in the form, or correct them if they differ from the paper; `review trace 'extract/outcomes#adams-2011|sleep|psqi|end|post|usual/'` shows where they stand

    warning[pool::no-effect]: `adams-2011` gives no effect to `falls`: no intervention arm is extracted
     |
     = help: complete its numbers in the form, or correct them if they differ from the paper; `review trace 'extract/outcomes#adams-2011|falls||end|post|usual/'` shows where they stand
    3 errors, 2 warnings
    ");
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
    insta::assert_snapshot!(built_without(&review), @r"
    error[table::unknown-value]: `exlude` is no value of `decision`
     --> data/screening/reviewer-a.csv:4:37
      |
    4 | rec-349701e0c8399598,title-abstract,exlude,wrong-intervention,2026-01-20T09:04:00Z,,10.5555/jis.2016.5
      |                                     ^^^^^^
      |
      = help: did you mean `exclude`? Allowed are: include, exclude, maybe, awaiting, ongoing, not-retrieved, withdrawn

    error[table::bad-date]: `yesterday` is not a date
     --> data/screening/reviewer-a.csv:6:36
      |
    6 | ,title-abstract,exclude,wrong-mood,yesterday,,10.5555/jis.2016.5
      |                                    ^^^^^^^^^
      |
      = help: write 2026-03-04, or 2026-03-04T10:11:12Z with the time

    error[screening::lost-row]: a vote on `10.5555/nowhere` finds no record
     --> data/screening/reviewer-a.csv:5
      |
    5 | ,title-abstract,exclude,wrong-intervention,2026-01-20T09:05:00Z,,10.5555/nowhere
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: correct the id, or fill in the record's DOI, PMID or title; the row is kept and not counted
    3 errors
    ");
}

#[test]
fn an_export_that_gives_nothing_leaves_the_others() {
    let review = mini::review();
    review.replace(
        "data/searches/2026-01-15/searches.yaml",
        "hits: 4",
        "hits: 5",
    );
    review.write("data/searches/2026-01-15/lost.ris", "");
    let called = told(&review);
    assert!(called.out.contains("6 stages: 6 ran"), "{called:#?}");
    insta::assert_snapshot!(without_open_work(&called.err), @r"
    warning[import::hits]: Embase stated 5 hits, and data/searches/2026-01-15/embase.ris holds 4 records
     --> data/searches/2026-01-15/searches.yaml:4:5
      |
    4 |   - id: embase
      |     ^^
      |
      = help: export again, or say in `note` why the export holds 4

    warning[import::unlisted-export]: nothing says what search data/searches/2026-01-15/lost.ris comes from
    --> data/searches/2026-01-15/lost.ris
     = help: list it in searches.yaml beside it, with database, platform, date, query and hits

    error[bib::not-an-export]: the file is empty: no records
    --> data/searches/2026-01-15/lost.ris:1
    1 error, 2 warnings
    ");
}

#[test]
fn answers_that_the_tool_does_not_know_leave_out_their_rows_alone() {
    let review = mini::review();
    review.replace("data/risk-of-bias/reviewer-a.csv", "1.1,Y,", "1.1,Sure,");
    review.replace("data/risk-of-bias/reviewer-a.csv", "1.3,N,", "1.9,N,");
    insta::assert_snapshot!(built_without(&review), @r"
    error[table::unknown-value]: `Sure` is no value of `answer to 1.1`
     --> data/risk-of-bias/reviewer-a.csv:2:47
      |
    2 | adams-2011,sleep,rob2,parallel-assignment,1.1,Sure,Methods,drawn by lot,2026-01-26T09:00:00Z,
      |                                               ^^^^
      |
      = help: write one of: Y, PY, PN, N, NI

    error[table::unknown-value]: `1.9` is no value of `question`
     --> data/risk-of-bias/reviewer-a.csv:4:47
      |
    4 | adams-2011,sleep,rob2,parallel-assignment,1.9,N,Table 1,,2026-01-26T09:02:00Z,
      |                                               ^
      |
      = help: did you mean `1.1`? Allowed are: 1.1, 1.2, 1.3, 2a.1, 2a.2, 2a.3, 2a.4, 2a.5, 2a.6, 2a.7, 2b.1, 2b.2, 2b.3, 2b.4, 2b.5, 2b.6, 3.1, 3.2, 3.3, 3.4, 4.1, 4.2, 4.3, 4.4, 4.5, 5.1, 5.2, 5.3, 1b.1, 1b.2, 1b.3, 2c.1a, 2c.1b, 3.1a, 3.1b, 4.3a, 4.3b
    2 errors
    ");
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
    assert!(!called.err.contains("error["), "{}", called.err);
    let open: Vec<&str> = called
        .err
        .lines()
        .filter(|line| line.contains("1.3"))
        .collect();
    insta::assert_snapshot!(open.join("\n"), @r"open: adams-2011, sleep, psqi, end, post, walk: `sd` is 3.1 by reviewer-a (data/extraction/outcomes.csv:2:58), 1.3 by reviewer-b (data/extraction/outcomes.csv:8:58) (1); settle it in data/extraction/adjudication.csv; until then the row is left out");
    let outcomes = review.text("reports/stages/extract/outcomes.csv");
    assert!(!outcomes.contains("14.2"), "the row waits: {outcomes}");
    assert_eq!(review.call(&["run", "--require-complete"]).exit, 3);
}

#[test]
fn two_reviewers_who_disagree_are_open_work_and_no_error() {
    let review = mini::review();
    review.replace(
        "data/screening/reviewer-b.csv",
        ",full-text,include,,2026-01-21T10:02:30Z",
        ",full-text,exclude,wrong-design,2026-01-21T10:02:30Z",
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

/// The problems of a run of one stage, without open work.
fn told_by(review: &Review, stage: &str) -> String {
    without_open_work(&review.call(&["run", stage]).err)
}

#[test]
fn a_question_that_the_path_does_not_reach_is_told_and_the_rest_is_judged() {
    let review = mini::review();
    let answers = "adams-2011,sleep,rob2,parallel-assignment,3.1,Y,,,2026-01-26T09:03:00Z,\nadams-2011,sleep,rob2,parallel-assignment,3.2,N,,,2026-01-26T09:04:00Z,\n";
    let path = "data/risk-of-bias/reviewer-a.csv";
    review.write(path, &format!("{}{answers}", review.text(path)));
    insta::assert_snapshot!(told_by(&review, "risk-of-bias"), @"
    warning[rob::not-reached]: 3.2 is answered for `adams-2011` `sleep`, but the path of D3 does not reach it
     --> data/risk-of-bias/reviewer-a.csv:6:47
      |
    6 | adams-2011,sleep,rob2,parallel-assignment,3.2,N,,,2026-01-26T09:04:00Z,
      |                                               ^
      |
      = help: the answer is kept and not used; write NA, or look again at the answers before it
    1 warning
    ");
    let judged = review.text("reports/stages/risk-of-bias/judgements.csv");
    assert!(judged.contains("D3,Missing outcome data,low"), "{judged}");
}

#[test]
fn a_missing_answer_is_open_work_and_what_is_complete_is_judged() {
    let review = mini::review();
    review.replace("data/risk-of-bias/reviewer-a.csv", "1.2,Y,", "1.2,,");
    let called = review.call(&["run", "risk-of-bias"]);
    assert_eq!(called.exit, 0, "{called:#?}");
    let open: Vec<&str> = called
        .err
        .lines()
        .filter(|line| line.starts_with("open:"))
        .collect();
    insta::assert_snapshot!(open.join("\n"), @"open: assessments that are not complete or not settled (6); see reports/stages/risk-of-bias/judgements.csv, and answer in data/risk-of-bias/");
    let judged = review.text("reports/stages/risk-of-bias/judgements.csv");
    assert!(judged.contains("missing 1.2"), "{judged}");
}

#[test]
fn a_result_that_nobody_extracted_is_told_at_its_first_answer() {
    let review = mini::review();
    review.replace(
        "pipeline.yaml",
        "assessments: data/risk-of-bias/ }",
        "assessments: data/risk-of-bias/, outcomes: extract.outcomes }",
    );
    let path = "data/risk-of-bias/reviewer-a.csv";
    review.write(path, &review.text(path).replace(",sleep,", ",slep,"));
    insta::assert_snapshot!(told_by(&review, "risk-of-bias"), @"
    warning[rob::not-extracted]: nobody extracted the result `slep` of `adams-2011`
     --> data/risk-of-bias/reviewer-a.csv:2:46
      |
    2 | adams-2011,slep,rob2,parallel-assignment,1.1,Y,Methods,drawn by lot,2026-01-26T09:00:00Z,
      |                                              ^
      |
      = help: did you mean `sleep`? Else extract it; the judgement stands meanwhile
    1 warning
    ");
    let judged = review.text("reports/stages/risk-of-bias/judgements.csv");
    assert!(judged.contains("adams-2011,slep,rob2"), "{judged}");
}

#[test]
fn a_judgement_without_a_reason_does_not_count() {
    let review = mini::review();
    review.write(
        "data/risk-of-bias/overrides.csv",
        "study,result,tool,domain,judgement,reason,by,at\nadams-2011,sleep,rob2,D1,high,,kim,2026-02-01\n",
    );
    insta::assert_snapshot!(told_by(&review, "risk-of-bias"), @"
    error[rob::override-without-reason]: an override needs a reason
     --> data/risk-of-bias/overrides.csv:2:31
      |
    2 | adams-2011,sleep,rob2,D1,high,,kim,2026-02-01
      |                               ^
      |
      = help: write why the judgement differs from the tool's; the tool's stands until then
    1 error
    ");
    let judged = review.text("reports/stages/risk-of-bias/judgements.csv");
    assert!(judged.contains("D1,Randomization,low,low"), "{judged}");
}

#[test]
fn two_assessors_of_one_name_are_told_and_the_later_answer_counts() {
    let review = mini::review();
    let other = review
        .text("data/risk-of-bias/reviewer-a.csv")
        .replace("1.1,Y,", "1.1,N,")
        .replace("2026-01-26", "2026-01-27");
    review.write("data/risk-of-bias/second/reviewer-a.csv", &other);
    insta::assert_snapshot!(told_by(&review, "risk-of-bias"), @"
    error[rob::one-name]: `reviewer-a` answers 1.1 of `adams-2011` `sleep` twice
     --> data/risk-of-bias/second/reviewer-a.csv:2:47
      |
    2 | adams-2011,sleep,rob2,parallel-assignment,1.1,N,Methods,drawn by lot,2026-01-27T09:00:00Z,
      |                                               ^ again
      |
     ::: data/risk-of-bias/reviewer-a.csv:2:47
      |
    2 | adams-2011,sleep,rob2,parallel-assignment,1.1,Y,Methods,drawn by lot,2026-01-26T09:00:00Z,
      |                                               ^ first
      |
      = help: give each assessor a file under a name of their own, or take one of the two out; the later answer counts until then
    1 error
    ");
    let judged = review.text("reports/stages/risk-of-bias/judgements.csv");
    assert!(
        judged.contains("D1,Randomization,some_concerns,some_concerns"),
        "{judged}"
    );
}
