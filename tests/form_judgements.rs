//! Judgements come in from other programs' tables and go out to them, and effects are told on a scale that readers know.

mod support;

use support::{Review, mini};

const ROBVIS: &str = "\
Study,D1,D2,D3,D4,D5,Overall,Weight
Adams 2011: sleep,Low,Some concerns,Low,High,Low,High,1
Baker 2014: sleep,Low,Low,Low,Some concerns,Low,Some concerns,1
";

/// The whole mini review whose judgements are those of a table made elsewhere.
fn judged_elsewhere() -> Review {
    let review = mini::whole();
    review.delete("data/risk-of-bias/reviewer-a.csv");
    review.write("data/risk-of-bias/rob2-robvis.csv", ROBVIS);
    review.built()
}

#[test]
fn imported_judgements_stand_without_a_path_and_lead_back_to_their_cells() {
    let review = judged_elsewhere();
    let judgements = review.text("reports/stages/risk-of-bias/judgements.csv");
    assert!(
        judgements.contains("adams-2011,sleep,rob2,2019-08-22,parallel-assignment,D4,Measurement of the outcome,,high,High,false,imported,,,imported("),
        "{judgements}"
    );
    let answers = review.text("reports/stages/risk-of-bias/answers.csv");
    assert!(
        answers.contains(
            "adams-2011,sleep,rob2,overall,as given by the file,imported,high,,as given by the file"
        ),
        "{answers}"
    );
    let called = review.call(&[
        "trace",
        "risk-of-bias/overall#adams-2011|sleep|rob2/judgement",
    ]);
    assert!(
        called.out.contains("data/risk-of-bias/rob2-robvis.csv:2:"),
        "{called:#?}"
    );
    let overall = review.text("reports/stages/risk-of-bias/overall.csv");
    assert!(
        overall.contains("adams-2011,sleep,rob2,high,High,2,imported"),
        "{overall}"
    );
    assert_eq!(review.call(&["audit"]).exit, 0);
}

#[test]
fn what_goes_out_for_robvis_comes_in_again_as_it_was() {
    let review = judged_elsewhere();
    let called = review.call(&[
        "export",
        "robvis",
        "-o",
        &review.path("out").to_string_lossy(),
    ]);
    assert_eq!(called.exit, 0, "{called:#?}");
    assert_eq!(review.text("out/robvis-rob2.csv"), ROBVIS);
}

#[test]
fn answers_go_before_imported_judgements_and_a_stranger_is_named() {
    let review = mini::review();
    review.write(
        "data/risk-of-bias/rob2-robvis.csv",
        &format!("{ROBVIS}Clark 2016,Low,Low,Low,Low,Low,Low,1\n"),
    );
    let called = review.call(&["run", "risk-of-bias"]);
    insta::assert_snapshot!(called.err.lines().filter(|line| !line.starts_with("open:")).collect::<Vec<_>>().join("\n"), @"
    warning[rob::imported-variant]: nothing says of which variant of rob2 the judgements are; parallel-assignment is taken
     --> data/risk-of-bias/rob2-robvis.csv:2:1
      |
    2 | Adams 2011: sleep,Low,Some concerns,Low,High,Low,High,1
      | ^^^^^^^^^^^^^^^^^
      |
      = help: name it in a column `variant`: parallel-assignment, parallel-adherence

    error[rob::unknown-study]: no included study is called `Clark 2016`
     --> data/risk-of-bias/rob2-robvis.csv:4:1
      |
    4 | Clark 2016,Low,Low,Low,Low,Low,Low,1
      | ^^^^^^^^^^
      |
      = help: included studies: `Adams 2011`, `Baker 2014`

    warning[rob::imported-beside-answers]: `adams-2011` `sleep` has answers, so that its imported judgements do not count
     --> data/risk-of-bias/rob2-robvis.csv:2:19
      |
    2 | Adams 2011: sleep,Low,Some concerns,Low,High,Low,High,1
      |                   ^^^
      |
      = help: take the row out of the file, or the answers out of the forms
    1 error, 2 warnings
    ");
    let overall = review.text("reports/stages/risk-of-bias/overall.csv");
    assert!(
        overall.contains("baker-2014,sleep,rob2,some_concerns,Some concerns,1,imported"),
        "{overall}"
    );
}

#[test]
fn a_judgement_of_a_whole_study_does_not_stand_in_for_answers_on_one_of_its_results() {
    let review = mini::review();
    review.write(
        "data/risk-of-bias/rob2-robvis.csv",
        "Study,D1,D2,D3,D4,D5,Overall\nAdams 2011,High,Low,Low,Low,Low,High\n",
    );
    let called = review.call(&["run", "risk-of-bias"]);
    assert!(
        called.err.contains("rob::imported-beside-answers"),
        "{}",
        called.err
    );
    let overall = review.text("reports/stages/risk-of-bias/overall.csv");
    assert!(!overall.contains("adams-2011,,rob2"), "{overall}");
}

#[test]
fn a_result_is_known_by_its_name_in_the_protocol_where_that_is_wired() {
    let review = mini::review();
    review.delete("data/risk-of-bias/reviewer-a.csv");
    review.replace(
        "pipeline.yaml",
        "assessments: data/risk-of-bias/ }",
        "assessments: data/risk-of-bias/, protocol: data/protocol.yaml }",
    );
    review.write(
        "data/risk-of-bias/rob2-robvis.csv",
        "Study,D1,D2,D3,D4,D5,Overall\nAdams 2011: Sleep quality,Low,Low,Low,Low,Low,Low\nBaker 2014: mood,Low,Low,Low,Low,Low,Low\n",
    );
    let called = review.call(&["run", "risk-of-bias"]);
    let said = "error[rob::unknown-result]: no outcome of the protocol is called `mood`\n --> data/risk-of-bias/rob2-robvis.csv:3:1";
    assert!(called.err.contains(said), "{}", called.err);
    let overall = review.text("reports/stages/risk-of-bias/overall.csv");
    assert!(overall.contains("adams-2011,sleep,rob2,low"), "{overall}");
}

#[test]
fn the_profile_for_gradepro_has_a_row_an_outcome() {
    let review = judged_elsewhere();
    let out = review.path("out").to_string_lossy().into_owned();
    let called = review.call(&["export", "gradepro", "-o", &out]);
    assert_eq!(called.exit, 0, "{called:#?}");
    let text = review.text("out/gradepro.csv");
    let rows: Vec<&str> = text.lines().collect();
    assert!(rows[0].ends_with("Outcome,№ of studies,Study design,Risk of bias,Inconsistency,Indirectness,Imprecision,Publication bias,Other considerations,Intervention,Comparison,Relative (95% CI),Absolute (95% CI),Certainty,Importance"));
    insta::assert_snapshot!(rows[1..].join("\n"), @"
    Sleep quality,2,randomised trials,not serious,not serious,not judged,serious,not judged,none,65,65,not estimable,1.98 points higher (0.61 higher to 3.35 higher),⊕⊕⊕◯ moderate (proposed),
    Falls,1,randomised trials,not judged,not serious,not judged,very serious,not judged,none,3/40 (7.5%),5/38 (13.2%),RR 0.57 (0.15 to 2.22),57 fewer in 1000 (112 fewer to 161 more),⊕⊕◯◯ low (proposed),
    ");
}

#[test]
fn the_profile_for_gradepro_names_the_level_of_its_intervals() {
    for (from, to, header, falls) in [
        (
            "level: 95",
            "level: 90",
            "Relative (90% CI),Absolute (90% CI)",
            "RR 0.57 (0.",
        ),
        (
            "measure: RR }",
            "measure: RR, model: { level: 90 } }",
            "Relative (CI),Absolute (CI)",
            "RR 0.57 (90% CI 0.",
        ),
    ] {
        let review = mini::whole();
        review.replace("stages/pool/settings.yaml", from, to);
        let review = review.built();
        let out = review.path("out").to_string_lossy().into_owned();
        let called = review.call(&["export", "gradepro", "-o", &out]);
        assert_eq!(called.exit, 0, "{called:#?}");
        let text = review.text("out/gradepro.csv");
        assert!(text.contains(header) && text.contains(falls), "{text}");
    }
}

#[test]
fn stages_that_judge_and_rate_apart_give_files_of_their_own() {
    let review = judged_elsewhere();
    review.write(
        "data/second/rob2-robvis.csv",
        "Study,D1,D2,D3,D4,D5,Overall\nAdams 2011: sleep,High,Low,Low,Low,Low,High\nBaker 2014: sleep,Low,Low,Low,Low,Low,Low\n",
    );
    review.write(
        "stages/second/settings.yaml",
        &mini::SETTINGS.replace("title: Sleep quality", "title: Sleep in the second pool"),
    );
    let again = |text: &str, from: &str, to: &str| {
        let start = text.find(from).expect("the stage");
        let rest = &text[start..];
        let end = rest[1..].find(to).map_or(rest.len(), |at| at + 1);
        rest[..end].to_owned()
    };
    let pipeline = review.text("pipeline.yaml");
    let judge = again(&pipeline, "  - { id: risk-of-bias", "\n")
        .replace("id: risk-of-bias", "id: second-judge")
        .replace("data/risk-of-bias/", "data/second/");
    let pool = again(&pipeline, "  - id: pool", "\n  - ")
        .replace("id: pool", "id: second-pool")
        .replace("stages/pool/", "stages/second/");
    let grade = again(&pipeline, "  - id: grade", "\n  - ")
        .replace("id: grade", "id: second-grade")
        .replace(": pool.", ": second-pool.");
    review.write(
        "pipeline.yaml",
        &format!("{}\n{judge}\n{pool}\n{grade}\n", pipeline.trim_end()),
    );
    let review = review.built();
    let out = review.path("out").to_string_lossy().into_owned();
    for form in ["robvis", "gradepro"] {
        let called = review.call(&["export", form, "-o", &out]);
        assert_eq!(called.exit, 0, "{called:#?}");
    }
    assert_eq!(review.text("out/robvis-rob2-risk-of-bias.csv"), ROBVIS);
    let second = review.text("out/robvis-rob2-second-judge.csv");
    assert!(second.contains("Adams 2011: sleep,High,Low"), "{second}");
    assert!(
        review
            .text("out/gradepro-grade.csv")
            .contains("\nSleep quality,2,")
    );
    let second = review.text("out/gradepro-second-grade.csv");
    assert!(second.contains("\nSleep in the second pool,2,"), "{second}");
}

#[test]
fn nothing_to_export_is_said_with_what_to_do() {
    let review = mini::whole();
    let out = review.path("out").to_string_lossy().into_owned();
    for (form, said) in [
        (
            "robvis",
            "risk-of-bias has no results yet; run `review run risk-of-bias`\n",
        ),
        (
            "gradepro",
            "grade has no results yet; run `review run grade`\n",
        ),
    ] {
        let called = review.call(&["export", form, "-o", &out]);
        assert_eq!((called.exit, called.err.as_str()), (2, said), "{called:#?}");
    }
}

#[test]
fn a_standardised_difference_is_told_on_a_scale_that_readers_know() {
    let review = mini::whole();
    review.replace(
        "stages/pool/settings.yaml",
        "designs: [rct], measure: MD",
        "designs: [rct], measure: SMD",
    );
    review.replace(
        "pipeline.yaml",
        "judgements: data/grade/\n      protocol: data/protocol.yaml\n",
        "judgements: data/grade/\n      protocol: data/protocol.yaml\n    settings: stages/grade/settings.yaml\n",
    );
    review.write(
        "stages/grade/settings.yaml",
        "thresholds:\n  sleep: { mid: 0.2, large: 0.8, basis: invented, measure: SMD, familiar: { scale: the invented sleep score (0 to 21), sd: 3.0, basis: invented } }\n",
    );
    let review = review.built();
    let summary = review.text("reports/stages/grade/summary.csv");
    let said = summary
        .split('"')
        .find(|cell| cell.contains("standard deviations higher"))
        .or_else(|| {
            summary
                .split(',')
                .find(|cell| cell.contains("standard deviations higher"))
        })
        .expect("the effect in words");
    let number = |text: &str| -> f64 {
        text.split(' ')
            .next()
            .expect("a word")
            .parse()
            .expect("a number")
    };
    let points = said
        .split("on the invented sleep score (0 to 21), ")
        .nth(1)
        .expect("points");
    assert!((number(points) - 3.0 * number(said)).abs() < 0.02, "{said}");
    assert!(
        said.ends_with("at a standard deviation of 3 (invented)"),
        "{said}"
    );
    assert!(
        summary.contains("grade/settings#thresholds.sleep.familiar.sd/value"),
        "{summary}"
    );
    assert_eq!(review.call(&["audit"]).exit, 0);
}
