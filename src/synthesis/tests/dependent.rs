//! Several effects of one study: all scales and times in a model of dependent effects, and arms that share a comparator.

use super::*;

/// Three trials; the first two measured at two times.
fn repeated() -> Vec<OutcomeRow> {
    table(
        "study,outcome,scale,time,kind,arm,group,n,mean,sd
a,ee,worse-up,early,post,i,intervention,30,20,8
a,ee,worse-up,early,post,c,control,30,26,8
a,ee,worse-up,late,post,i,intervention,28,22,8
a,ee,worse-up,late,post,c,control,29,25,8
b,ee,worse-up,early,post,i,intervention,40,32,9
b,ee,worse-up,early,post,c,control,40,33,9
b,ee,worse-up,late,post,i,intervention,40,30,9
b,ee,worse-up,late,post,c,control,40,34,9
c,ee,worse-up,early,post,i,intervention,25,18,7
c,ee,worse-up,early,post,c,control,25,25,7",
    )
}

/// One trial with two arms of the intervention and one without.
fn arms() -> Vec<OutcomeRow> {
    table(
        "study,outcome,scale,time,kind,arm,group,n,mean,sd
a,ee,worse-up,end,post,weekly,intervention,30,20,8
a,ee,worse-up,end,post,monthly,intervention,32,22,8
a,ee,worse-up,end,post,c,control,31,26,8
b,ee,worse-up,end,post,i,intervention,40,32,9
b,ee,worse-up,end,post,c,control,40,33,9",
    )
}

fn with(rows: &[OutcomeRow], more: &serde_json::Value) -> (Synthesis, Problems) {
    let settings = one_analysis(more);
    let protocol = protocol("lower-is-better");
    analyse_rows(
        &settings,
        rows,
        &scales(false, ""),
        &protocol,
        &studies()[..3],
    )
}

#[test]
fn all_effects_are_taken_and_their_people_counted_once() {
    let (found, problems) = with(
        &repeated(),
        &serde_json::json!({ "effects": "all", "subgroup": "year", "moderators": ["~ year"] }),
    );
    assert_eq!(told(&problems), Vec::<&str>::new());
    let parts: Vec<(&str, &str)> = found
        .effects
        .iter()
        .map(|row| (row.study.as_str(), row.part.as_str()))
        .collect();
    assert_eq!(
        parts,
        [
            ("a", "worse-up, early"),
            ("a", "worse-up, late"),
            ("b", "worse-up, early"),
            ("b", "worse-up, late"),
            ("c", "worse-up, early"),
        ]
    );
    assert!(found.rejected.is_empty());
    let main = found
        .pooled
        .iter()
        .find(|row| row.key == "ee|")
        .expect("a pooled row");
    assert_eq!(
        (main.k, main.effects, main.n, main.model.as_str()),
        (3, 5, 60 + 80 + 50, "multilevel")
    );
    assert!(main.tau2_within.is_some() && main.df.is_some_and(|df| df < 3.0));
    let shares: f64 = found.effects.iter().filter_map(|row| row.weight).sum();
    assert!((shares - 100.0).abs() < 1e-9);
    let other = found.pooled.iter().find(|row| row.model == "correlated");
    assert!(other.is_some_and(|row| row.method == "RVE" && row.q.is_none()));
    let analysis = &found.analyses[0];
    assert_eq!((analysis.k, analysis.dependence), (3, Some(0.6)));
}

#[test]
fn a_study_is_left_out_with_all_its_effects() {
    let (found, _) = with(&repeated(), &serde_json::json!({ "effects": "all" }));
    let without: Vec<&str> = found
        .leave_one_out
        .iter()
        .map(|row| row.omitted.as_str())
        .collect();
    assert_eq!(without, ["a", "b", "c"]);
    let rest: Vec<OutcomeRow> = repeated()
        .into_iter()
        .filter(|row| row.study != "a")
        .collect();
    let (alone, _) = with(&rest, &serde_json::json!({ "effects": "all" }));
    let main = alone
        .pooled
        .iter()
        .find(|row| row.key == "ee|")
        .expect("a pooled row");
    assert_eq!(
        found.leave_one_out[0].estimate.to_bits(),
        main.estimate.to_bits()
    );
}

#[test]
fn tests_that_take_effects_as_independent_are_not_done() {
    let few = serde_json::json!({ "k_small_study": 3, "k_subgroup_test": 2, "k_regression": 1 });
    let (found, _) = with(
        &repeated(),
        &serde_json::json!({ "effects": "all", "moderators": ["~ year"], "model": few }),
    );
    for why in [&found.small_study[0].why, &found.regressions[0].why] {
        assert!(why.contains("depend on each other"), "{why}");
    }
}

#[test]
fn arms_that_stand_apart_share_the_comparators_people() {
    let (found, _) = with(&arms(), &serde_json::json!({ "arms": "apart" }));
    let sizes: Vec<(&str, Option<f64>, Option<f64>)> = found
        .effects
        .iter()
        .map(|row| (row.key.as_str(), row.n1, row.n2))
        .collect();
    assert_eq!(
        sizes,
        [
            ("ee|a|weekly", Some(30.0), Some(15.5)),
            ("ee|a|monthly", Some(32.0), Some(15.5)),
            ("ee|b", Some(40.0), Some(40.0)),
        ]
    );
    assert!(found.effects[0].note.contains("shared out among 2 arms"));
    let main = found
        .pooled
        .iter()
        .find(|row| row.key == "ee|")
        .expect("a pooled row");
    assert_eq!((main.k, main.effects, main.n), (2, 3, 30 + 32 + 31 + 80));
    let (together, _) = with(&arms(), &serde_json::json!({}));
    assert_eq!(together.effects.len(), 2);
}

#[test]
fn settings_of_dependence_that_change_nothing_are_told() {
    let (_, problems) = with(
        &repeated(),
        &serde_json::json!({ "model": { "dependence": 0.5 }, "times": ["early", "late"] }),
    );
    assert_eq!(
        told(&problems),
        ["`analyses.ee.model.dependence` changes nothing: it takes one effect a study"]
    );
}
