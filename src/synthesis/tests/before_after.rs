//! Change within a group: which rows are a pair.

use super::*;

const HEAD: &str = "study,outcome,scale,time,kind,arm,group,n,mean,sd\n";

fn within(rows: &str, times: &[&str]) -> (Synthesis, Problems) {
    let settings =
        one_analysis(&serde_json::json!({ "body": "within", "measure": "SMCR", "times": times }));
    let outcomes = table(&format!("{HEAD}{rows}"));
    analyse_rows(
        &settings,
        &outcomes,
        &scales(false, ""),
        &protocol("lower-is-better"),
        &studies(),
    )
}

const TWO_BASELINES: &str = "\
a,ee,worse-up,a-screening,baseline,i,intervention,90,40,8
a,ee,worse-up,start,baseline,i,intervention,30,30,8
a,ee,worse-up,end,post,i,intervention,30,20,8";

#[test]
fn of_two_baselines_of_an_arm_none_is_taken_unless_one_is_declared() {
    let (found, problems) = within(TWO_BASELINES, &[]);
    assert!(found.effects.is_empty(), "{:?}", found.effects);
    let said = told(&problems).join("\n");
    assert!(
        said.contains("`a-screening`") && said.contains("`start`"),
        "{said}"
    );
    assert!(
        found.rejected[0].step.contains("`a-screening`"),
        "{:?}",
        found.rejected
    );
    let (found, _) = within(TWO_BASELINES, &["start", "end"]);
    assert_eq!(found.effects[0].mean2, Some(30.0));
    assert_eq!(found.effects[0].n1, Some(30.0));
}

#[test]
fn before_and_after_are_of_the_same_arm() {
    let (found, _) = within(
        "\
a,ee,worse-up,start,baseline,a,intervention,30,30,8
a,ee,worse-up,start,baseline,b,intervention,30,22,8
a,ee,worse-up,end,post,b,intervention,30,20,8",
        &[],
    );
    let effect = &found.effects[0];
    assert_eq!((effect.mean2, effect.mean1), (Some(22.0), Some(20.0)));
    assert!(effect.note.contains("arm `a`"), "{}", effect.note);
}

#[test]
fn complete_arms_are_taken_together() {
    let (found, problems) = within(
        "\
a,ee,worse-up,start,baseline,a,intervention,30,30,8
a,ee,worse-up,end,post,a,intervention,30,20,8
a,ee,worse-up,start,baseline,b,intervention,30,26,8
a,ee,worse-up,end,post,b,intervention,30,24,8",
        &[],
    );
    assert!(problems.is_empty(), "{problems:?}");
    let effect = &found.effects[0];
    assert_eq!(
        (effect.n1, effect.mean2, effect.mean1),
        (Some(60.0), Some(28.0), Some(22.0))
    );
    // Handbook table 6.5.a: ((29 + 29) × 64 + 30 × 30 / 60 × 4²) / 59.
    let sd = (3952.0_f64 / 59.0).sqrt();
    assert!((effect.sd1.expect("a spread") - sd).abs() < 1e-12);
    // The covariance of the two arms together: ((29 + 29) × 0.5 × 64 + 30 × 30 / 60 × 4 × -4) / 59.
    let r = 1616.0 / 3952.0;
    assert!((effect.r.expect("a correlation") - r).abs() < 1e-12);
    assert!(effect.note.contains("2 intervention arms taken together"));
}

#[test]
fn a_standard_deviation_stands_beside_the_mean_of_its_own_time() {
    let (found, _) = within(
        "\
a,ee,worse-up,start,baseline,i,intervention,30,51,10
a,ee,worse-up,end,post,i,intervention,30,31.2,9.4",
        &[],
    );
    let effect = &found.effects[0];
    assert_eq!((effect.mean1, effect.sd1), (Some(31.2), Some(9.4)));
    assert_eq!((effect.mean2, effect.sd2), (Some(51.0), Some(10.0)));
    let from = |column: &str| effect.origin.of_cell(column).expect("an origin").from[0].to_string();
    assert_eq!(from("mean1").replace("/mean", "/sd"), from("sd1"));
    assert_eq!(from("mean2").replace("/mean", "/sd"), from("sd2"));
    // The baseline's deviation is the unit: (31.2 - 51) / 10, by Hedges' correction for 29 degrees of freedom.
    assert!(
        (effect.yi + 1.98 * (1.0 - 3.0 / 115.0)).abs() < 1e-3,
        "{}",
        effect.yi
    );
}

#[test]
fn a_spread_of_change_that_fits_no_people_measured_twice_is_left_aside_and_told() {
    let rows = |sd: &str| {
        format!(
            "\
a,ee,worse-up,start,baseline,i,intervention,30,51,10
a,ee,worse-up,end,change,i,intervention,30,-19.8,{sd}
a,ee,worse-up,end,post,i,intervention,30,31.2,9.4"
        )
    };
    let (found, _) = within(&rows("18"), &[]);
    let effect = &found.effects[0];
    // The settings' own correlation where none is declared.
    assert_eq!(effect.r, Some(0.5));
    assert!(
        effect.note.contains("needs a correlation of -0.72"),
        "{}",
        effect.note
    );
    assert!(effect.note.contains("imputed as 0.5"), "{}", effect.note);
    let (found, _) = within(&rows("8"), &[]);
    let effect = &found.effects[0];
    assert!(effect.r.is_some_and(|r| r > 0.5), "{:?}", effect.r);
    assert_eq!(effect.note, "");
}
