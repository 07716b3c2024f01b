//! Scenarios of declared analyses.

use super::*;
use crate::extraction::{OutcomeRow, ScaleRow};
use crate::problem::Problems;
use crate::protocol::Protocol;
use std::collections::BTreeMap;

mod before_after;
mod choosing;
mod dependent;
mod direction;
mod measures;
mod models;
mod multiverse;
mod reported;
mod settings;
mod without_effect;

/// Rows of an artefact from CSV text that names the columns it fills.
fn table<R: crate::artefact::Row + serde::de::DeserializeOwned>(text: &str) -> Vec<R> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let mut out = R::COLUMNS.join(",") + "\n";
    for (i, line) in lines.enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        let row: Vec<String> = R::COLUMNS
            .iter()
            .map(
                |column| match header.iter().position(|name| name == column) {
                    Some(at) => cells[at].to_owned(),
                    None if *column == "key" => format!("k{i}"),
                    None if matches!(*column, "integer" | "confirm_direction") => {
                        "false".to_owned()
                    }
                    None => String::new(),
                },
            )
            .collect();
        out.push_str(&row.join(","));
        out.push('\n');
    }
    crate::artefact::read_rows("x.csv", out.as_bytes()).expect("rows of that shape")
}

/// Four trials; the second and fourth measured exhaustion on a scale of vigour, which runs the other way.
fn outcomes() -> Vec<OutcomeRow> {
    table(
        "study,outcome,scale,time,kind,arm,group,n,mean,sd
a,ee,worse-up,end,post,i,intervention,30,20,8
a,ee,worse-up,end,post,c,control,30,26,8
b,ee,better-up,end,post,i,intervention,40,32,9
b,ee,better-up,end,post,c,control,40,27,9
c,ee,worse-up,end,post,i,intervention,25,18,7
c,ee,worse-up,end,post,c,control,25,25,7
d,ee,better-up,end,post,i,intervention,50,30,8
d,ee,better-up,end,post,c,control,50,29,8",
    )
}

fn scales(confirm: bool, direction_in: &str) -> Vec<ScaleRow> {
    table(&format!(
        "scale,name,outcome,higher_means,confirm_direction,direction_in
worse-up,W,ee,worse,false,
better-up,B,ee,better,{confirm},{direction_in}"
    ))
}

fn studies() -> Vec<Given> {
    let study = |id: &str| Given {
        study: id.to_owned(),
        label: id.to_uppercase(),
        admission: "protocol".to_owned(),
        design: "rct".to_owned(),
        characteristics: BTreeMap::from([("year".to_owned(), "2020".to_owned())]),
        bias: BTreeMap::from([(
            "ee".to_owned(),
            if id == "d" { "high" } else { "low" }.to_owned(),
        )]),
    };
    ["a", "b", "c", "d"].map(study).to_vec()
}

fn protocol(direction: &str) -> Protocol {
    let value = serde_json::json!({
        "version": 1, "title": "t",
        "outcomes": [{ "id": "ee", "name": "Exhaustion", "role": "primary", "registered": true, "direction": direction }],
    });
    serde_json::from_value(value).expect("a protocol")
}

fn settings(more: &serde_json::Value) -> Settings {
    let mut value = serde_json::json!({
        "analyses": [{ "id": "ee", "title": "Exhaustion", "outcome": "ee", "measure": "SMD" }],
    });
    for (name, given) in more.as_object().expect("a mapping") {
        value[name] = given.clone();
    }
    serde_json::from_value(value).expect("settings")
}

fn analyse(settings: &Settings, scales: &[ScaleRow], protocol: &Protocol) -> (Synthesis, Problems) {
    analyse_studies(settings, scales, protocol, &studies())
}

fn analyse_studies(
    settings: &Settings,
    scales: &[ScaleRow],
    protocol: &Protocol,
    studies: &[Given],
) -> (Synthesis, Problems) {
    analyse_rows(settings, &outcomes(), scales, protocol, studies)
}

fn analyse_rows(
    settings: &Settings,
    outcomes: &[OutcomeRow],
    scales: &[ScaleRow],
    protocol: &Protocol,
    studies: &[Given],
) -> (Synthesis, Problems) {
    let evidence = Evidence {
        settings,
        studies,
        outcomes,
        reported: &[],
        scales: Scales::new(scales, ("extract", "scales")),
        protocol: Some(protocol),
        names: Names {
            stage: "pool",
            extract: "extract",
            characteristics: ("extract", "studies"),
            reported: ("extract", "effects"),
        },
    };
    run(settings, &evidence)
}

/// One analysis `ee` of the outcome `ee`, with more said of it.
fn one_analysis(more: &serde_json::Value) -> Settings {
    let mut analysis =
        serde_json::json!({ "id": "ee", "title": "Exhaustion", "outcome": "ee", "measure": "SMD" });
    for (name, given) in more.as_object().expect("a mapping") {
        analysis[name] = given.clone();
    }
    settings(&serde_json::json!({ "analyses": [analysis] }))
}

/// What the problems say.
fn told(problems: &Problems) -> Vec<&str> {
    let all = problems.iter();
    all.map(|problem| problem.title.as_str()).collect()
}

fn plain() -> Settings {
    settings(&serde_json::json!({}))
}

#[test]
fn effects_on_scales_that_run_the_other_way_are_turned_round_and_say_so() {
    let (found, problems) = analyse(&plain(), &scales(false, ""), &protocol("lower-is-better"));
    assert!(problems.is_empty(), "{problems:?}");
    assert!(
        found.effects.iter().all(|row| row.yi < 0.0),
        "{:?}",
        found.effects
    );
    let turned = &found.effects[1];
    assert_eq!(
        turned.note,
        "sign turned round: on `better-up` the other end is the better one"
    );
    let clause = turned.origin.of_cell("yi").expect("a clause");
    assert_eq!(clause.rule, "hedges-g-turned");
    assert!(turned.ci_lower < turned.yi && turned.yi < turned.ci_upper);
}

#[test]
fn an_outcome_of_which_more_is_better_turns_the_others() {
    let (found, _) = analyse(&plain(), &scales(false, ""), &protocol("higher-is-better"));
    assert!(
        found.effects.iter().all(|row| row.yi > 0.0),
        "{:?}",
        found.effects
    );
}

#[test]
fn scales_that_point_both_ways_are_not_pooled_where_nothing_says_which_end_is_better() {
    let (found, _) = analyse(&plain(), &scales(false, ""), &protocol("none"));
    assert_eq!(found.analyses[0].status, "not-pooled");
    assert!(found.pooled.is_empty());
}

#[test]
fn a_scale_that_papers_code_both_ways_waits_for_the_study_to_say() {
    let (found, problems) = analyse(
        &plain(),
        &scales(true, "b=worse"),
        &protocol("lower-is-better"),
    );
    let told: Vec<&str> = problems
        .iter()
        .map(|problem| problem.title.as_str())
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with(
            "`d` gives no effect to `ee`: papers code the scale `better-up` both ways"
        )
    );
    let signs: Vec<bool> = found.effects.iter().map(|row| row.yi < 0.0).collect();
    assert_eq!(
        signs,
        [true, false, true],
        "b said that more is worse there"
    );
}

#[test]
fn the_multiverse_is_every_combination_and_the_declared_one_is_marked() {
    let choices = serde_json::json!({
        "multiverse": { "tau2": ["REML", "DL", "PM"], "interval": ["wald", "hksj"], "without_bias": ["none", "high"] },
    });
    let (found, _) = analyse(
        &settings(&choices),
        &scales(false, ""),
        &protocol("lower-is-better"),
    );
    assert_eq!(found.specifications.len(), 3 * 2 * 2);
    let main: Vec<_> = found.specifications.iter().filter(|row| row.main).collect();
    assert_eq!(main.len(), 1);
    let pooled = found
        .pooled
        .iter()
        .find(|row| row.main)
        .expect("a main result");
    assert_eq!(main[0].estimate, Some(pooled.estimate));
    assert_eq!(main[0].ci_lower, Some(pooled.ci_lower));
    let without: Vec<u64> = found
        .specifications
        .iter()
        .filter(|row| row.without_bias == "high")
        .map(|row| row.k)
        .collect();
    assert_eq!(without, [3; 6]);
    let sum = &found.multiverse[0];
    assert_eq!(
        (sum.specifications, sum.pooled, sum.same_direction),
        (12, 12, 12)
    );
    assert_eq!(sum.share_direction, Some(100.0));
}

#[test]
fn tests_that_need_more_studies_are_not_done_and_say_why() {
    let more = serde_json::json!({
        "analyses": [{ "id": "ee", "title": "Exhaustion", "outcome": "ee", "measure": "SMD", "moderators": ["~ year", "~ length"] }],
    });
    let (found, _) = analyse(
        &settings(&more),
        &scales(false, ""),
        &protocol("lower-is-better"),
    );
    let why: Vec<&str> = found
        .regressions
        .iter()
        .map(|row| row.why.as_str())
        .collect();
    assert_eq!(why[0], "it needs 10 studies, and 4 tell what it asks");
    assert!(why[1].contains("no column `length`"), "{why:?}");
    assert!(found.coefficients.is_empty());
    assert_eq!(
        found.small_study[0].why,
        "4 studies are fewer than the 10 that a test of small-study effects needs"
    );
}

/// Study `a` with a further characteristic or two.
fn clustered(more: &[(&str, &str)]) -> Vec<Given> {
    let mut all = studies();
    let own = &mut all[0].characteristics;
    own.extend(
        more.iter()
            .map(|&(name, cell)| (name.to_owned(), cell.to_owned())),
    );
    all
}

#[test]
fn clusters_that_a_paper_allowed_for_and_clusters_of_one_are_not_warned_of() {
    let (scales, protocol) = (scales(false, ""), protocol("lower-is-better"));
    for (settings, cells) in [
        (plain(), [("cluster_size", "11"), ("clustered", "adjusted")]),
        (
            settings(&serde_json::json!({ "icc": 0.05 })),
            [("cluster_size", ""), ("clustered", "adjusted")],
        ),
        (plain(), [("cluster_size", "1"), ("clustered", "")]),
    ] {
        let mut studies = clustered(&cells);
        "cluster-rct".clone_into(&mut studies[0].design);
        let (found, problems) = analyse_studies(&settings, &scales, &protocol, &studies);
        assert_eq!(found.effects[0].note, "", "{cells:?}");
        assert!(problems.is_empty(), "{cells:?}: {problems:?}");
    }
    let mut studies = clustered(&[]);
    "cluster-rct".clone_into(&mut studies[0].design);
    let (found, _) = analyse_studies(&plain(), &scales, &protocol, &studies);
    assert_eq!(found.effects[0].note, cautions::CLUSTERS);
}

#[test]
fn people_in_clusters_count_for_fewer_where_a_correlation_within_clusters_is_assumed() {
    use crate::effect::continuous::{Arm, smd};
    let (scales, protocol) = (scales(false, ""), protocol("lower-is-better"));
    let assumed = settings(&serde_json::json!({ "icc": 0.05 }));
    let arm = |n: f64, mean: f64| Arm { n, mean, sd: 8.0 };
    // Handbook 23.1.4: 30 people in clusters of 11 with an ICC of 0.05 count for 30 / (1 + 10 × 0.05) = 20.
    for (kind, control) in [("both", 20.0), ("intervention", 30.0)] {
        let studies = clustered(&[("cluster_size", "11"), ("clustered", kind)]);
        let (found, problems) = analyse_studies(&assumed, &scales, &protocol, &studies);
        assert!(problems.is_empty(), "{problems:?}");
        let expected = smd(arm(20.0, 20.0), arm(control, 26.0)).expect("an effect");
        let effect = &found.effects[0];
        assert!((effect.vi - expected.vi).abs() < 1e-15 && (effect.yi - expected.yi).abs() < 1e-15);
        assert_eq!(effect.n, 60, "people are still counted as people");
        assert_eq!(
            found.analyses[0].icc,
            Some(0.05),
            "it is told of the analysis"
        );
        assert!(
            effect.note.contains("divided by 1.50 for clusters of 11"),
            "{}",
            effect.note
        );
    }
    let clusters = clustered(&[("cluster_size", "11")]);
    let (plain, problems) = analyse_studies(&plain(), &scales, &protocol, &clusters);
    assert_eq!(plain.effects[0].effective, None);
    assert_eq!(plain.analyses[0].icc, None);
    assert_eq!(plain.effects[0].note, cautions::CLUSTERS);
    assert_eq!(
        told(&problems),
        [
            "the people of `a` came in clusters, and count as if each had been allotted alone in `ee`"
        ],
        "without an assumed ICC nothing is corrected, and that is said"
    );
    let (_, problems) = analyse_studies(
        &assumed,
        &scales,
        &protocol,
        &clustered(&[("cluster_size", "ten")]),
    );
    assert!(
        problems.0[0].title.contains("`cluster_size` is `ten`"),
        "{problems:?}"
    );
}
