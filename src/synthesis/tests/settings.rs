//! Settings that mean nothing are told.

use super::*;

fn refused(more: &serde_json::Value) -> String {
    let mut value = serde_json::to_value(plain()).expect("settings");
    for (name, given) in more.as_object().expect("a mapping") {
        value[name] = given.clone();
    }
    let read: Result<Settings, _> = serde_json::from_value(value);
    read.map_or_else(|error| error.to_string(), |_| "nothing".to_owned())
}

#[test]
fn numbers_outside_their_range_are_refused() {
    let correlation = "a correlation lies above -1 and below 1";
    let icc = "a correlation within clusters lies between 0 and 1";
    for (given, why) in [
        (serde_json::json!({ "correlation": 7 }), correlation),
        (serde_json::json!({ "correlation": -1.0 }), correlation),
        (serde_json::json!({ "icc": -0.05 }), icc),
        (serde_json::json!({ "icc": 30 }), icc),
        (
            serde_json::json!({ "model": { "level": 0.95 } }),
            "a level is given in per cent, from 50 to below 100, such as 95",
        ),
        (
            serde_json::json!({ "sensitivity": [{ "id": "r", "correlation": 1 }] }),
            correlation,
        ),
        (
            serde_json::json!({ "sensitivity": [{ "id": "i", "icc": 1.5 }] }),
            icc,
        ),
        (
            serde_json::json!({ "multiverse": { "correlation": [0.3, 3.0] } }),
            correlation,
        ),
    ] {
        let said = refused(&given);
        assert!(said.ends_with(why), "{given}: {said}");
    }
    for fine in [
        serde_json::json!({ "correlation": 0.99, "icc": 0 }),
        serde_json::json!({ "model": { "level": 90 } }),
    ] {
        assert_eq!(refused(&fine), "nothing");
    }
}

#[test]
fn a_name_stands_once() {
    let one = serde_json::json!({ "id": "ee", "title": "E", "outcome": "ee", "measure": "MD" });
    let said = refused(&serde_json::json!({ "analyses": [one, one] }));
    assert!(said.starts_with("the id `ee` stands twice"), "{said}");
    let twice = serde_json::json!([{ "id": "dl", "tau2": "DL" }, { "id": "dl", "tau2": "PM" }]);
    let said = refused(&serde_json::json!({ "sensitivity": twice }));
    assert!(said.starts_with("the id `dl` stands twice"), "{said}");
    let said = refused(&serde_json::json!({ "sensitivity": [{ "tau2": "DL" }] }));
    assert!(said.starts_with("one has no `id`"), "{said}");
}

#[test]
fn names_that_nothing_has_are_told_with_the_one_that_was_meant() {
    let given = serde_json::json!({
        "analyses": [{
            "id": "ee", "title": "Exhaustion", "outcome": "ee", "measure": "SMD", "designs": ["rct", "controled"],
            "subgroup": "yaer", "moderators": ["~ yeer", "year"], "scales": ["worse-upp"], "times": ["ende"],
            "population": "adults", "role": "supplementary",
        }],
        "sensitivity": [{ "id": "lr", "without_bias": "hihg" }],
        "multiverse": { "analyses": ["eee"], "without_bias": ["none", "serius"], "time": ["edn"] },
    });
    let (_, problems) = analyse(
        &settings(&given),
        &scales(false, "s0a=worse; b=worse"),
        &protocol("lower-is-better"),
    );
    let said: Vec<(&str, &str)> = problems
        .iter()
        .map(|problem| {
            (
                problem.title.as_str(),
                problem.help.as_deref().unwrap_or(""),
            )
        })
        .collect();
    for (title, help) in [
        (
            "`analyses.ee.population` names `adults`, which is no population of the protocol",
            "there are no populations",
        ),
        (
            "`analyses.ee.designs` names `controled`, which is no design of a study",
            "did you mean `controlled`?",
        ),
        (
            "`analyses.ee.subgroup` names `yaer`, which is no characteristic of the studies",
            "did you mean `year`?",
        ),
        (
            "`analyses.ee.moderators` names `yeer`, which is no characteristic of the studies",
            "did you mean `year`?",
        ),
        (
            "`analyses.ee.scales` names `worse-upp`, which is no known scale",
            "did you mean `worse-up`?",
        ),
        (
            "`analyses.ee.times` names `ende`, which is no time of the outcome",
            "did you mean `end`?",
        ),
        (
            "`sensitivity.lr.without_bias` names `hihg`, which is no judgement of risk of bias",
            "did you mean `high`?",
        ),
        (
            "`multiverse.without_bias` names `serius`, which is no judgement of risk of bias",
            "did you mean `serious`?",
        ),
        (
            "`multiverse.analyses` names `eee`, which is no analysis",
            "did you mean `ee`?",
        ),
        (
            "`multiverse.time` names `edn`, which is no time of an outcome",
            "did you mean `end`?",
        ),
        (
            "`better-up.direction_in` names `s0a`, which is no included study",
            "studies: `a`, `b`, `c`, `d`",
        ),
    ] {
        assert!(said.contains(&(title, help)), "{title}: {said:#?}");
    }
    assert!(
        said.iter()
            .any(|(title, _)| title.starts_with("`analyses.ee.moderators`: `year` is no formula")),
        "{said:#?}"
    );
    assert_eq!(said.len(), 12, "{said:#?}");
}

#[test]
fn a_study_whose_design_no_analysis_takes_is_told() {
    let mut studies = studies();
    studies[1].design = "RCT".to_owned();
    studies[2].design = String::new();
    let (found, problems) = analyse_studies(
        &one_analysis(&serde_json::json!({ "designs": ["rct"] })),
        &scales(false, ""),
        &protocol("lower-is-better"),
        &studies,
    );
    assert_eq!(found.effects.len(), 2);
    assert_eq!(
        told(&problems),
        [
            "`b` enters no analysis of `ee`: none takes the design `RCT`",
            "`c` enters no analysis of `ee`: its design is not written down"
        ]
    );
    let steps = found
        .rejected
        .iter()
        .map(|row| (row.study.as_str(), row.step.as_str()));
    let steps: Vec<_> = steps.collect();
    assert_eq!(
        steps,
        [
            ("b", "its design `RCT` is none that the analysis takes"),
            (
                "c",
                "its design is not written down, and the analysis takes named designs"
            )
        ]
    );
}

#[test]
fn an_analysis_of_another_outcome_lets_no_study_into_this_one() {
    let open = serde_json::json!([
        { "id": "ee", "title": "E", "outcome": "ee", "measure": "SMD", "designs": ["rct"] },
        { "id": "other", "title": "O", "outcome": "other", "measure": "SMD" },
    ]);
    let settings = settings(&serde_json::json!({ "analyses": open }));
    let mut studies = studies();
    studies[1].design = "controlled".to_owned();
    let (_, problems) = analyse_studies(
        &settings,
        &scales(false, ""),
        &protocol("lower-is-better"),
        &studies,
    );
    let lost = "`b` enters no analysis of `ee`: none takes the design `controlled`";
    assert!(told(&problems).contains(&lost), "{problems:?}");
}

#[test]
fn a_study_without_a_design_is_told_to_write_it_down() {
    let mut studies = studies();
    studies[1].design.clear();
    let settings = one_analysis(&serde_json::json!({ "designs": ["rct"] }));
    let (_, problems) = analyse_studies(
        &settings,
        &scales(false, ""),
        &protocol("lower-is-better"),
        &studies,
    );
    let lost = problems
        .iter()
        .find(|problem| problem.code == "pool::no-analysis");
    assert_eq!(
        lost.and_then(|problem| problem.help.as_deref()),
        Some("write its `design` in studies.csv")
    );
}

#[test]
fn what_a_study_is_not_quite_is_said_with_its_effect() {
    let mut studies = studies();
    studies[0].design = "crossover-rct".to_owned();
    studies[1].design = "controlled".to_owned();
    let (found, problems) = analyse_studies(
        &plain(),
        &scales(false, ""),
        &protocol("lower-is-better"),
        &studies,
    );
    assert!(found.effects[0].note.contains(cautions::CROSSOVER));
    assert_eq!(
        told(&problems),
        [
            "`a` is a crossover trial, and counts as two groups in `ee`",
            "`ee` takes 3 randomised and 1 other study together"
        ]
    );
}

#[test]
fn people_of_a_crossover_trial_count_once() {
    let people = |design: &str, randomised: &str| {
        let mut studies = studies();
        studies[0].design = design.to_owned();
        let cell = ("n_randomised".to_owned(), randomised.to_owned());
        studies[0].characteristics.extend([cell]);
        let (scales, protocol) = (scales(false, ""), protocol("lower-is-better"));
        let (found, _) = analyse_studies(&plain(), &scales, &protocol, &studies);
        (found.effects[0].n, found.analyses[0].n, found.pooled[0].n)
    };
    assert_eq!(people("rct", "60"), (60, 290, 290));
    assert_eq!(people("crossover-rct", "30"), (30, 260, 260));
    assert_eq!(people("crossover-rct", ""), (30, 260, 260));
    // Both arms together are those randomised: the first period alone.
    assert_eq!(people("crossover-rct", "60"), (60, 290, 290));
}

#[test]
fn differences_on_one_scale_are_told_in_its_unit() {
    let unit = |scales: &[&str], declared: &str, measure: &str| {
        let rows: Vec<ScaleRow> = table(&format!(
            "scale,name,outcome,higher_means,unit\nworse-up,W,ee,worse,{declared}\nbetter-up,B,ee,better,{declared}"
        ));
        let settings = one_analysis(&serde_json::json!({ "measure": measure, "scales": scales }));
        let (found, _) = analyse(&settings, &rows, &protocol("lower-is-better"));
        found.analyses[0].unit.clone()
    };
    assert_eq!(unit(&["worse-up"], "kg", "MD").as_deref(), Some("kg"));
    assert_eq!(unit(&["worse-up"], "", "MD"), None);
    assert_eq!(unit(&["worse-up", "better-up"], "kg", "MD"), None);
    assert_eq!(unit(&["worse-up"], "kg", "SMD"), None);
}
