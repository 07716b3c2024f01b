//! Which number of a study is taken, and that none is lost without a word.

use super::*;

const HEAD: &str = "study,outcome,scale,time,kind,arm,group,n,mean,sd,events,total\n";

/// The two arms of one study, with means 20 and 26 unless told.
fn pair(study: &str, scale: &str, time: &str, kind: &str, sd: &str) -> String {
    format!(
        "{study},ee,{scale},{time},{kind},i,intervention,30,20,{sd},,\n{study},ee,{scale},{time},{kind},c,control,30,26,{sd},,\n"
    )
}

fn analysed(more: &serde_json::Value, rows: &str) -> (Synthesis, Problems) {
    analyse_rows(
        &one_analysis(more),
        &table(&format!("{HEAD}{rows}")),
        &scales(false, ""),
        &protocol("lower-is-better"),
        &studies(),
    )
}

fn steps(found: &Synthesis) -> Vec<(&str, &str, &str)> {
    let rows = found.rejected.iter();
    rows.map(|row| {
        (
            row.study.as_str(),
            row.candidate.as_str(),
            row.step.as_str(),
        )
    })
    .collect()
}

#[test]
fn events_are_counted_after_the_intervention_alone() {
    let (found, _) = analysed(
        &serde_json::json!({ "measure": "RR" }),
        "\
a,ee,,end,post,i,intervention,,,,3,40
a,ee,,end,post,c,control,,,,6,40
a,ee,,end,characteristic,i,intervention,,,,30,40
a,ee,,end,characteristic,c,control,,,,10,40
a,ee,,end,change,i,intervention,,,,1,40",
    );
    let effect = &found.effects[0];
    assert_eq!(
        [effect.events1, effect.total1, effect.events2, effect.total2],
        [Some(3.0), Some(40.0), Some(6.0), Some(40.0)]
    );
}

#[test]
fn where_the_size_of_the_arm_stands_for_the_total_it_is_cited() {
    let (found, _) = analysed(
        &serde_json::json!({ "measure": "RR" }),
        "\
a,ee,,end,post,i,intervention,40,,,3,
a,ee,,end,post,c,control,,,,6,40",
    );
    let origin = |column| {
        let clause = found.effects[0].origin.of_cell(column);
        clause.expect("a clause").from[0].to_string()
    };
    assert!(origin("total1").ends_with("/n"), "{}", origin("total1"));
    assert!(origin("total2").ends_with("/total"), "{}", origin("total2"));
}

#[test]
fn without_a_declared_order_the_first_by_name_is_taken_and_said_to_be() {
    let rows =
        ["12-months", "6-months", "end"].map(|time| pair("a", "worse-up", time, "post", "8"));
    let (found, problems) = analysed(&serde_json::json!({}), &rows.concat());
    assert_eq!(found.effects[0].time, "12-months");
    assert_eq!(
        steps(&found),
        [
            (
                "a",
                "worse-up, 6-months",
                "`12-months` is the first by name; declare `times`"
            ),
            (
                "a",
                "worse-up, end",
                "`12-months` is the first by name; declare `times`"
            ),
        ]
    );
    assert_eq!(
        told(&problems),
        ["`ee` takes the first by name of several time points of `a`"]
    );
    let (found, problems) = analysed(&serde_json::json!({ "times": ["end"] }), &rows.concat());
    assert_eq!(found.effects[0].time, "end");
    assert_eq!(steps(&found)[0].2, "another time point is preferred");
    assert!(problems.is_empty(), "{problems:?}");
}

#[test]
fn where_the_preferred_candidate_gives_no_effect_the_next_one_is_taken_and_both_are_told() {
    let rows =
        pair("a", "better-up", "end", "post", "") + &pair("a", "worse-up", "end", "post", "8");
    let (found, problems) = analysed(
        &serde_json::json!({ "scales": ["better-up", "worse-up"] }),
        &rows,
    );
    assert_eq!(found.effects[0].scale, "worse-up");
    assert_eq!(
        steps(&found),
        [(
            "a",
            "better-up, end",
            "the standard deviation of arm `i` is missing"
        )]
    );
    assert_eq!(
        told(&problems),
        [
            "`a` gives no effect to `ee` from better-up, end: the standard deviation of arm `i` is missing; worse-up, end is taken"
        ]
    );
}

#[test]
fn a_study_with_numbers_of_the_outcome_that_do_not_fit_is_told() {
    let rows = pair("a", "worse-up", "end", "change", "8")
        + "b,ee,worse-up,end,post,i,intervention,30,,8,,\nc,ee,worse-up,start,baseline,i,intervention,30,20,8,,\n";
    let (found, _) = analysed(&serde_json::json!({}), &rows);
    assert!(found.effects.is_empty());
    assert_eq!(
        steps(&found),
        [
            (
                "a",
                "worse-up, end, change",
                "change from baseline, and the analysis takes scores at the end"
            ),
            ("b", "worse-up, end, post", "no mean"),
            ("c", "worse-up, start, baseline", "a baseline"),
        ]
    );
}

#[test]
fn differences_in_points_of_different_scales_are_not_pooled() {
    let rows =
        pair("a", "worse-up", "end", "post", "8") + &pair("b", "better-up", "end", "post", "8");
    let (found, _) = analysed(&serde_json::json!({ "measure": "MD" }), &rows);
    assert_eq!(found.analyses[0].status, "not-pooled");
    assert_eq!(
        found.analyses[0].why,
        "its differences are in points of 2 scales (`better-up`, `worse-up`): use SMD, or name one of them in `scales`"
    );
    assert!(found.pooled.is_empty());
    let (found, _) = analysed(
        &serde_json::json!({ "measure": "MD", "scales": ["worse-up"] }),
        &rows,
    );
    assert_eq!(found.effects.len(), 1);
    assert_eq!(
        steps(&found),
        [(
            "b",
            "better-up, end, post",
            "`scales` does not name its scale"
        )]
    );
}
