//! Studies whose numbers give no effect, and what is said of them.

use super::*;

const EVENTS: &str = "\
study,outcome,kind,arm,group,events,total
a,ee,post,i,intervention,0,30
a,ee,post,c,control,0,31
b,ee,post,i,intervention,2,40
b,ee,post,c,control,5,41
c,ee,post,i,intervention,4,80
c,ee,post,c,control,9,79";

#[test]
fn a_study_without_events_is_counted_beside_the_others_and_nobody_is_asked_to_change_it() {
    let of = |measure: &str| {
        let settings = one_analysis(&serde_json::json!({ "measure": measure }));
        analyse_rows(
            &settings,
            &table(EVENTS),
            &[],
            &protocol("none"),
            &studies(),
        )
    };
    let (found, problems) = of("RR");
    let row = &found.analyses[0];
    assert_eq!((row.k, row.without_events), (2, 1));
    let from = row.origin.of_cell("without_events").expect("an origin");
    let rejected = &found.rejected[0];
    assert_eq!(
        from.from[0].to_string(),
        format!("pool/rejected#{}/", rejected.key)
    );
    let help: Vec<&str> = problems
        .iter()
        .filter_map(|one| one.help.as_deref())
        .collect();
    let [help] = help[..] else { panic!("{help:?}") };
    assert!(
        help.contains("need no change") && !help.contains("complete"),
        "{help}"
    );
    let (found, problems) = of("RD");
    assert_eq!(
        (found.analyses[0].k, found.analyses[0].without_events),
        (3, 0)
    );
    assert!(problems.is_empty(), "{problems:?}");
}

#[test]
fn what_is_missing_is_told_with_the_row_it_is_missing_of() {
    let settings = one_analysis(&serde_json::json!({ "measure": "RR" }));
    let rows = table::<OutcomeRow>(&EVENTS.replace("0,31", "0,"));
    let (_, problems) = analyse_rows(&settings, &rows, &[], &protocol("none"), &studies());
    let help = problems.iter().next().and_then(|one| one.help.clone());
    let shown = format!(
        "`review trace 'extract/outcomes#{}/'` shows where they stand",
        rows[0].key
    );
    assert!(
        help.as_ref().is_some_and(|help| help.ends_with(&shown)),
        "{help:?}"
    );
}

#[test]
fn one_person_has_no_spread() {
    for (body, measure) in [("between", "MD"), ("within", "SMCR")] {
        let rows = table::<OutcomeRow>(
            "study,outcome,scale,time,kind,arm,group,n,mean,sd
a,ee,worse-up,start,baseline,i,intervention,1,24,8
a,ee,worse-up,end,post,i,intervention,1,20,8
a,ee,worse-up,end,post,c,control,30,26,8",
        );
        let settings = one_analysis(&serde_json::json!({ "body": body, "measure": measure }));
        let (found, problems) = analyse_rows(
            &settings,
            &rows,
            &scales(false, ""),
            &protocol("lower-is-better"),
            &studies(),
        );
        assert!(found.effects.is_empty(), "{body}");
        let said = told(&problems).join("\n");
        assert!(
            said.contains("n of arm `i` is 1, and one person has no spread"),
            "{said}"
        );
    }
}

#[test]
fn a_risk_difference_is_the_one_counted_whatever_cells_are_empty() {
    let outcomes = table(
        "study,outcome,kind,arm,group,events,total
a,ee,post,i,intervention,0,30
a,ee,post,c,control,0,31
b,ee,post,i,intervention,0,50
b,ee,post,c,control,4,52
c,ee,post,i,intervention,4,80
c,ee,post,c,control,9,79",
    );
    let settings = one_analysis(&serde_json::json!({ "measure": "RD" }));
    let (found, _) = analyse_rows(&settings, &outcomes, &[], &protocol("none"), &studies());
    let [none, one, _] = &found.effects[..] else {
        panic!("{:?}", found.effects)
    };
    // p (1 - p) / n in each group; where both are 0, with 0.5 added to each cell (Deeks & Higgins 2010).
    let risk = |p: f64, n: f64| p * (1.0 - p) / n;
    let filled = risk(0.5 / 31.0, 31.0) + risk(0.5 / 32.0, 32.0);
    assert!(none.yi == 0.0 && (none.vi - filled).abs() < 1e-15);
    assert_eq!(none.note, assumed::ADDED_TO_VARIANCE);
    assert!((one.yi + 4.0 / 52.0).abs() < 1e-15);
    assert!((one.vi - risk(4.0 / 52.0, 52.0)).abs() < 1e-15);
    assert_eq!(one.note, "");
    assert_eq!(found.analyses[0].added, Some(0.5));
}

#[test]
fn arms_of_events_that_are_added_up_are_told() {
    let outcomes = table(
        "study,outcome,kind,arm,group,events,total
a,ee,post,i,intervention,12,120
a,ee,post,placebo,control,25,118
a,ee,post,nothing,control,30,100",
    );
    let settings = one_analysis(&serde_json::json!({ "measure": "RR" }));
    let (found, _) = analyse_rows(&settings, &outcomes, &[], &protocol("none"), &studies());
    let effect = &found.effects[0];
    assert_eq!((effect.events2, effect.total2), (Some(55.0), Some(218.0)));
    assert_eq!(effect.note, "2 control arms taken together");
}
