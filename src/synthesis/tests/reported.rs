//! Effects as papers report them, beside those that are computed from arms.

use super::*;
use crate::extraction::ReportedRow;

fn reported(rows: &str) -> Vec<ReportedRow> {
    let origin = "sei=log-se-from-interval(extract/conversions#k/value)";
    let lines: Vec<String> = rows
        .lines()
        .map(|line| format!("{line},0.7,intervention,{origin}"))
        .collect();
    table(&format!(
        "study,outcome,scale,time,measure,arm,against,adjusted,adjusted_for,n,yi,sei,estimate,group,origin\n{}",
        lines.join("\n")
    ))
}

fn analyse_reported(
    settings: &Settings,
    rows: &[ReportedRow],
    studies: &[Given],
) -> (Synthesis, Problems) {
    let (outcomes, scales, protocol) = (outcomes(), scales(false, ""), protocol("lower-is-better"));
    let evidence = Evidence {
        settings,
        studies,
        outcomes: &outcomes,
        reported: rows,
        scales: Scales::new(&scales, ("extract", "scales")),
        protocol: Some(&protocol),
        names: Names {
            stage: "pool",
            extract: "extract",
            characteristics: ("extract", "studies"),
            reported: ("extract", "effects"),
        },
    };
    run(settings, &evidence)
}

const HAZARDS: &str = "\
a,ee,,end,HR,i,c,yes,age,60,-0.4,0.1
a,ee,,end,HR,i,c,no,,60,-0.5,0.1
b,ee,,end,HR,i,c,no,,80,-0.2,0.2
c,ee,,end,OR,i,c,no,,50,-0.3,0.2";

fn of_measure(measure: &str) -> serde_json::Value {
    serde_json::json!({ "measure": measure })
}

fn step<'a>(found: &'a Synthesis, study: &str) -> Vec<&'a str> {
    let rows = found.rejected.iter().filter(|row| row.study == study);
    rows.map(|row| row.step.as_str()).collect()
}

#[test]
fn a_hazard_ratio_is_taken_as_reported_the_adjusted_one_first_and_arms_are_told_of() {
    let settings = one_analysis(&of_measure("HR"));
    let (found, _) = analyse_reported(&settings, &reported(HAZARDS), &studies());
    let taken: Vec<(&str, f64)> = found
        .effects
        .iter()
        .map(|row| (row.study.as_str(), row.yi))
        .collect();
    assert_eq!(taken, [("a", -0.4), ("b", -0.2)]);
    assert_eq!(found.effects[0].note, "as reported, adjusted for age");
    assert_eq!(
        (found.analyses[0].reported, found.analyses[0].n),
        (Some(2), 140)
    );
    assert_eq!(found.analyses[0].kind, "");
    assert_eq!(
        step(&found, "a"),
        [
            "numbers of arms, and the analysis takes effects as reported",
            "the adjusted effect of the same scale and time is taken"
        ]
    );
    assert_eq!(
        step(&found, "c")[1],
        "reported as OR, and the analysis is of HR"
    );
}

#[test]
fn adjusted_effects_alone_or_none_of_them_can_be_asked_for() {
    for (adjusted, expected) in [("only", vec![-0.4]), ("never", vec![-0.5, -0.2])] {
        let settings = one_analysis(&serde_json::json!({ "measure": "HR", "adjusted": adjusted }));
        let (found, _) = analyse_reported(&settings, &reported(HAZARDS), &studies());
        let taken: Vec<f64> = found.effects.iter().map(|row| row.yi).collect();
        assert_eq!(taken, expected, "{adjusted}");
    }
}

#[test]
fn computed_effects_are_never_mixed_with_reported_ones_unless_the_analysis_says_so() {
    let rows = reported(
        "e,ee,worse-up,end,SMD,i,c,yes,,90,-0.6,0.2\na,ee,worse-up,end,SMD,i,c,yes,,60,-0.9,0.2",
    );
    let mut all = studies();
    all.push(Given {
        study: "e".to_owned(),
        label: "E".to_owned(),
        ..all[0].clone()
    });
    let (found, _) = analyse_reported(&one_analysis(&serde_json::json!({})), &rows, &all);
    assert_eq!(found.effects.len(), 4);
    assert!(step(&found, "e")[0].contains("`reported: when-needed` takes this one"));
    let settings = one_analysis(&serde_json::json!({ "reported": "when-needed" }));
    let (found, problems) = analyse_reported(&settings, &rows, &all);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(found.effects.len(), 5);
    assert_eq!(found.analyses[0].reported, Some(1));
    assert_eq!(found.effects[4].note, "as reported, adjusted");
    assert_eq!(
        step(&found, "a"),
        ["an effect is computed from the arms, and goes before reported ones"]
    );
    let settings = one_analysis(&serde_json::json!({ "reported": "only" }));
    let (found, _) = analyse_reported(&settings, &rows, &all);
    let taken: Vec<f64> = found.effects.iter().map(|row| row.yi).collect();
    assert_eq!(taken, [-0.9, -0.6]);
}

#[test]
fn an_effect_on_a_scale_that_runs_against_the_outcome_is_turned_and_a_hazard_ratio_is_not() {
    let row = |measure: &str| reported(&format!("a,ee,better-up,end,{measure},i,c,no,,60,0.5,0.1"));
    for (measure, yi) in [("GEN", -0.5), ("HR", 0.5)] {
        let settings = one_analysis(&of_measure(measure));
        let (found, _) = analyse_reported(&settings, &row(measure), &studies());
        assert!((found.effects[0].yi - yi).abs() < 1e-12, "{measure}");
        let rule = found.effects[0]
            .origin
            .of_cell("yi")
            .map(|it| it.rule.as_str());
        let turned = rule == Some("reported-turned");
        assert_eq!(turned, measure == "GEN", "{rule:?}");
    }
}

#[test]
fn a_study_with_several_comparisons_waits_unless_all_effects_are_taken() {
    let rows = "a,ee,,end,HR,high,c,no,,60,-0.4,0.1\na,ee,,end,HR,low,c,no,,60,-0.1,0.1";
    let settings = one_analysis(&of_measure("HR"));
    let (found, problems) = analyse_reported(&settings, &reported(rows), &studies());
    assert!(found.effects.is_empty());
    let said = told(&problems).join(" ");
    assert!(
        said.contains("several comparisons are reported (`high` against `c`; `low` against `c`)"),
        "{said}"
    );
    let settings = one_analysis(&serde_json::json!({ "measure": "HR", "effects": "all" }));
    let (found, _) = analyse_reported(&settings, &reported(rows), &studies());
    assert_eq!(found.effects.len(), 2);
    assert_eq!(found.effects[0].part, "end, high against c, not adjusted");
}

#[test]
fn the_variance_of_a_reported_effect_grows_by_the_design_effect_of_its_clusters() {
    let mut all = studies();
    let cell = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    all[0].characteristics.extend([cell("cluster_size", "11")]);
    let mut settings = one_analysis(&of_measure("HR"));
    settings.icc = Some(0.05);
    let (found, _) = analyse_reported(&settings, &reported(HAZARDS), &all);
    assert!((found.effects[0].vi - 0.01 * 1.5).abs() < 1e-12);
    assert_eq!(found.effects[0].effective, Some(40.0));
    all[0]
        .characteristics
        .extend([cell("clustered", "adjusted")]);
    let (found, _) = analyse_reported(&settings, &reported(HAZARDS), &all);
    assert!((found.effects[0].vi - 0.01).abs() < 1e-12);
}

#[test]
fn people_that_nobody_wrote_down_are_asked_for() {
    let rows = "a,ee,,end,HR,i,c,no,,,-0.4,0.1\nb,ee,,end,HR,i,c,no,,80,-0.1,0.1";
    let settings = one_analysis(&of_measure("HR"));
    let (_, problems) = analyse_reported(&settings, &reported(rows), &studies());
    assert_eq!(told(&problems), ["`ee` counts no participants of `a`"]);
}
