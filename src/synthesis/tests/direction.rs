//! Which way scales point.

use super::*;

#[test]
fn a_scale_of_unknown_direction_waits_where_the_outcome_has_one() {
    let (found, problems) = analyse(&plain(), &[], &protocol("lower-is-better"));
    assert!(found.effects.is_empty(), "{:?}", found.effects);
    assert_eq!(found.rejected.len(), 4);
    assert!(
        found.rejected[0].step.contains("write its `higher_means`"),
        "{:?}",
        found.rejected[0]
    );
    assert!(problems.has_errors(), "{problems:?}");
    assert_eq!(
        told(&problems),
        [
            "which way the scale `better-up` points is not known; `ee` waits for it in `b`, `d`",
            "which way the scale `worse-up` points is not known; `ee` waits for it in `a`, `c`"
        ]
    );
}

#[test]
fn which_end_is_better_is_told_by_the_outcome_or_the_scale_and_never_invented() {
    let (found, _) = analyse(&plain(), &[], &protocol("none"));
    assert_eq!(found.analyses[0].better, "");
    assert!(found.effects.iter().all(|effect| effect.better.is_empty()));
    let rows = directions(&found.analyses, &found.effects, "pool", |_, _| {
        String::new()
    });
    assert!(
        rows.iter()
            .all(|row| row.direction.is_empty() && !row.study.is_empty())
    );

    // `a` and `c` measured where less is better, `b` and `d` where more is: each effect has its own end.
    let (found, _) = analyse(&plain(), &scales(false, ""), &protocol("none"));
    assert_eq!(found.analyses[0].better, "");
    let better = found.effects.iter().map(|effect| effect.better.as_str());
    assert_eq!(
        better.collect::<Vec<_>>(),
        ["lower", "higher", "lower", "higher"]
    );
    let rows = directions(&found.analyses, &found.effects, "pool", |_, _| {
        String::new()
    });
    for (row, effect) in rows.iter().zip(&found.effects) {
        let benefit = (effect.yi < 0.0) == (effect.better == "lower");
        assert_eq!(row.direction == "benefit", benefit, "{}", row.study);
    }
    assert!(rows.last().expect("a sum").p.is_some());
}

#[test]
fn scales_of_unknown_direction_are_not_pooled_with_others() {
    let (found, _) = analyse(&plain(), &[], &protocol("none"));
    assert_eq!(found.analyses[0].status, "not-pooled");
    let one: Vec<OutcomeRow> = outcomes()
        .into_iter()
        .filter(|row| row.scale == "worse-up")
        .collect();
    let (found, _) = analyse_rows(&plain(), &one, &[], &protocol("none"), &studies());
    assert_eq!(
        found.analyses[0].status, "pooled",
        "one scale points one way"
    );
}

#[test]
fn events_go_the_way_of_their_outcome_whatever_scale_they_were_counted_on() {
    let rows = table(
        "study,outcome,scale,time,kind,arm,group,events,total
a,ee,better-up,end,post,i,intervention,3,40
a,ee,better-up,end,post,c,control,9,40",
    );
    let settings = one_analysis(&serde_json::json!({ "measure": "RR" }));
    let (found, _) = analyse_rows(
        &settings,
        &rows,
        &scales(false, ""),
        &protocol("lower-is-better"),
        &studies(),
    );
    assert!((found.effects[0].yi - libm::log(3.0 / 9.0)).abs() < 1e-12);
}
