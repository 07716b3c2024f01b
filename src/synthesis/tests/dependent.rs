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

#[test]
fn an_arm_without_an_effect_takes_none_of_the_comparators_people() {
    let mut rows = arms();
    rows[1].sd = None;
    let (found, problems) = with(&rows, &serde_json::json!({ "arms": "apart" }));
    let sizes: Vec<(&str, Option<f64>)> = found
        .effects
        .iter()
        .map(|row| (row.key.as_str(), row.n2))
        .collect();
    assert_eq!(sizes, [("ee|a|weekly", Some(31.0)), ("ee|b", Some(40.0))]);
    assert_eq!(
        told(&problems),
        [
            "`a` gives no effect to `ee` from worse-up, end, monthly: the standard deviation of arm `monthly` is missing"
        ]
    );
}

#[test]
fn an_arm_that_lacks_its_mean_is_told_and_the_study_waits() {
    let mut rows = arms();
    rows[1].mean = None;
    let (found, problems) = with(&rows, &serde_json::json!({}));
    assert_eq!(found.effects.len(), 1);
    let said = told(&problems).join("; ");
    assert!(
        said.contains("the mean of arm `monthly` is missing"),
        "{said}"
    );
}

#[test]
fn comparisons_of_two_studies_are_no_three_studies() {
    let (found, _) = with(
        &arms(),
        &serde_json::json!({ "arms": "apart", "subgroup": "year" }),
    );
    let main = found
        .pooled
        .iter()
        .find(|row| row.key == "ee|")
        .expect("a pooled row");
    assert_eq!(
        (main.effects, main.test.as_str(), main.pi_lower),
        (3, "z", None)
    );
    assert!(found.leave_one_out.is_empty());
}

#[test]
fn a_group_that_cannot_be_pooled_is_named() {
    let mut all = studies();
    all[0]
        .characteristics
        .insert("year".to_owned(), "2010".to_owned());
    let settings = one_analysis(&serde_json::json!({ "effects": "all", "subgroup": "year" }));
    let (found, _) = analyse_rows(
        &settings,
        &repeated(),
        &scales(false, ""),
        &protocol("lower-is-better"),
        &all[..3],
    );
    let why = &found.subgroup_tests[0].why;
    assert!(why.contains("`2010` is not pooled: 1 clusters"), "{why}");
}

#[test]
fn an_analysis_changes_of_the_model_what_it_names_and_no_more() {
    let mut settings = one_analysis(&serde_json::json!({ "model": { "tau2": "DL" } }));
    settings.model.level = 90.0;
    settings.model.k_prediction = 2;
    let model = settings.analyses[0].model(&settings);
    assert_eq!(
        (
            model.tau2.to_string().as_str(),
            model.level,
            model.k_prediction
        ),
        ("DL", 90.0, 2)
    );
    let named = |part| settings.analyses[0].model_setting(&settings, part);
    assert_eq!(
        (named("tau2").as_str(), named("level").as_str()),
        ("analyses.ee.model.tau2", "model.level")
    );
}

#[test]
fn the_arms_of_a_study_are_added_together() {
    let mut studies = studies();
    for (study, label) in studies.iter_mut().zip(["A 2001", "B 2003"]) {
        label.clone_into(&mut study.label);
    }
    let settings = one_analysis(&serde_json::json!({
        "arms": "apart", "model": { "k_leave_one_out": 2 }
    }));
    let (found, _) = analyse_rows(
        &settings,
        &arms(),
        &scales(false, ""),
        &protocol("lower-is-better"),
        &studies[..3],
    );
    let steps: Vec<_> = found
        .cumulative
        .iter()
        .map(|row| (row.key.as_str(), row.order, row.k))
        .collect();
    assert_eq!(steps, [("ee|a", 1, 1), ("ee|b", 2, 2)]);
    let keys = found.influence.iter().map(|row| row.key.as_str());
    assert_eq!(
        keys.collect::<Vec<_>>(),
        ["ee|a|weekly", "ee|a|monthly", "ee|b"]
    );
}

#[test]
fn arms_that_stand_apart_are_counted_as_comparisons_only_where_it_is_said() {
    let mut rows = arms();
    rows[0].mean = Some(5.0);
    let (found, _) = with(
        &rows,
        &serde_json::json!({ "arms": "apart", "model": { "k_prediction": 2 } }),
    );
    let main = found
        .pooled
        .iter()
        .find(|row| row.key == "ee|")
        .expect("a pooled row");
    assert_eq!(
        main.pi_rule,
        "t with 2 degrees of freedom, of 3 comparisons in 2 studies"
    );
    let effects: Vec<&EffectRow> = found.effects.iter().collect();
    let filled = |k_small_study: usize| {
        let model = ModelSettings {
            k_small_study,
            ..ModelSettings::default()
        };
        let fitted = pooling::fit(&effects, &model).expect("three effects");
        filled::found(&effects, &fitted, &model).is_some()
    };
    assert!(filled(2));
    assert!(!filled(3), "three comparisons are of two studies");
}

#[test]
fn a_study_that_a_specification_loses_is_named_once() {
    let mut settings = one_analysis(&serde_json::json!({ "effects": "all" }));
    let choices = serde_json::json!({ "kind": ["change"] });
    settings.multiverse = Some(serde_json::from_value(choices).expect("choices"));
    let (found, _) = analyse_rows(
        &settings,
        &repeated(),
        &scales(false, ""),
        &protocol("lower-is-better"),
        &studies()[..3],
    );
    let why = &found.specifications[0].why;
    assert_eq!(why.matches("`a`").count(), 1, "{why}");
}
