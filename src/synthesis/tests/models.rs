//! Regressions, subgroups and small studies, against metafor 3.8-1 on the 13 trials of metadat's dat.bcg; and repetitions.

use super::*;

/// Trial, events and participants of the vaccinated and of the others, latitude, allocation.
type Trial = (&'static str, u32, u32, u32, u32, &'static str, &'static str);

const BCG: [Trial; 13] = [
    ("b01", 4, 123, 11, 139, "44", "random"),
    ("b02", 6, 306, 29, 303, "55", "random"),
    ("b03", 3, 231, 11, 220, "42", "random"),
    ("b04", 62, 13598, 248, 12867, "52", "random"),
    ("b05", 33, 5069, 47, 5808, "13", "alternate"),
    ("b06", 180, 1541, 372, 1451, "44", "alternate"),
    ("b07", 8, 2545, 10, 629, "19", "random"),
    ("b08", 505, 88391, 499, 88391, "13", "random"),
    ("b09", 29, 7499, 45, 7277, "27", "random"),
    ("b10", 17, 1716, 65, 1665, "42", "systematic"),
    ("b11", 186, 50634, 141, 27338, "18", "systematic"),
    ("b12", 5, 2498, 3, 2341, "33", "systematic"),
    ("b13", 27, 16913, 29, 17854, "33", "systematic"),
];

/// The trials as studies, with characteristics `ablat`, `alloc` and `copy`, which says the same as `alloc`.
fn trials() -> Vec<Given> {
    let given = |(id, .., ablat, alloc): Trial| Given {
        study: id.to_owned(),
        label: id.to_uppercase(),
        admission: "protocol".to_owned(),
        design: "rct".to_owned(),
        characteristics: [("ablat", ablat), ("alloc", alloc), ("copy", alloc)]
            .map(|(name, cell)| (name.to_owned(), cell.to_owned()))
            .into(),
        bias: BTreeMap::new(),
    };
    BCG.map(given).to_vec()
}

fn vaccine(more: &serde_json::Value, model: &serde_json::Value, studies: &[Given]) -> Synthesis {
    let arms = BCG.map(|(id, events1, n1, events2, n2, ..)| {
        format!(
            "\n{id},ee,end,post,v,intervention,{events1},{n1}\n{id},ee,end,post,c,control,{events2},{n2}"
        )
    });
    let rows = "study,outcome,time,kind,arm,group,events,total".to_owned() + &arms.concat();
    let mut settings = one_analysis(more);
    settings.model = serde_json::from_value(model.clone()).expect("a model");
    let protocol = protocol("lower-is-better");
    analyse_rows(&settings, &table(&rows), &[], &protocol, studies).0
}

fn near(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-6 * expected.abs(),
        "{found} is not {expected}"
    );
}

#[test]
fn a_regression_of_thirteen_trials_is_metafors() {
    let more = serde_json::json!({ "measure": "RR", "moderators": ["~ ablat"] });
    let found = vaccine(&more, &serde_json::json!({}), &trials());
    let terms: Vec<(&str, f64, f64)> = found
        .coefficients
        .iter()
        .map(|row| (row.term.as_str(), row.estimate, row.se))
        .collect();
    let [(intercept, b0, se0), (slope, b1, se1)] = terms[..] else {
        panic!("{terms:?}")
    };
    assert_eq!((intercept, slope), ("intrcpt", "ablat"));
    near(b0, 0.251_468_210_007_339);
    near(se0, 0.283_925_283_743_420_46);
    near(b1, -0.029_101_725_011_649_18);
    near(se1, 0.008_201_417_411_037_573);
    let row = &found.regressions[0];
    assert_eq!((row.k, row.qm_df2), (13, Some(11.0)));
    near(row.tau2.expect("a variance"), 0.076_347_963_955_255_32);
    near(row.qm.expect("a test"), 12.590_982_884_423_084);
    near(row.p.expect("a p"), 0.004_565_051_541_543_861_5);
    near(row.r2.expect("a share"), 75.626_621_611_604_85);
    let p = row.permutation_p.expect("fewer than 20 trials");
    assert!(p > 0.0 && p < 0.05, "{p}");
}

#[test]
fn a_column_that_follows_from_others_is_left_out_by_name_and_the_rest_stays() {
    let more = serde_json::json!({ "measure": "RR", "moderators": ["~ ablat + alloc + copy"] });
    let found = vaccine(&more, &serde_json::json!({ "k_regression": 1 }), &trials());
    let row = &found.regressions[0];
    assert_eq!(
        row.why,
        "left out, because the other terms tell it: `copyrandom`, `copysystematic`"
    );
    assert_eq!(found.coefficients.len(), 4);
    assert!(row.p.is_some() && row.permutation_p.is_some());
}

#[test]
fn a_word_among_numbers_is_no_factor() {
    let mut studies = trials();
    let cells = &mut studies[3].characteristics;
    cells.insert("ablat".to_owned(), "about 52".to_owned());
    let more = serde_json::json!({ "measure": "RR", "moderators": ["~ ablat", "~ factor(ablat)"] });
    let found = vaccine(&more, &serde_json::json!({ "k_regression": 1 }), &studies);
    assert_eq!(
        found.regressions[0].why,
        "`ablat` holds numbers, but for `about 52` of `b04`: write a number there or leave it empty, or write `factor(ablat)`"
    );
    assert!(found.regressions[1].p.is_some(), "{:?}", found.regressions);
}

#[test]
fn small_trials_are_compared_with_large_ones_as_metafor_does() {
    let more = serde_json::json!({ "measure": "RR" });
    let found = vaccine(&more, &serde_json::json!({}), &trials());
    let row = &found.small_study[0];
    assert_eq!(row.predictor, "inverse of the sample size");
    near(
        row.intercept.expect("an intercept"),
        -0.597_193_257_619_697_5,
    );
    near(row.slope.expect("a slope"), -232.813_471_864_223_37);
    assert_eq!((row.k, row.df), (13, Some(11.0)));
    // Beside the test: the mean over the trials and those that trim and fill adds to them.
    let filled = &found.filled;
    assert_eq!(row.filled, Some(filled.len() as u64));
    assert!(!filled.is_empty());
    let (mut yi, mut vi): (Vec<f64>, Vec<f64>) =
        found.effects.iter().map(|row| (row.yi, row.vi)).unzip();
    yi.extend(filled.iter().map(|row| row.yi));
    vi.extend(filled.iter().map(|row| row.se * row.se));
    let mean = crate::meta::pool(&yi, &vi, &crate::meta::Model::default()).expect("a mean");
    near(row.filled_estimate.expect("an estimate"), mean.beta);
}

#[test]
fn groups_are_compared_by_f_with_one_variance_where_the_interval_is_hartung_knapps() {
    let more = serde_json::json!({ "measure": "RR", "subgroup": "alloc" });
    let found = vaccine(&more, &serde_json::json!({}), &trials());
    let test = &found.subgroup_tests[0];
    assert_eq!((test.k, test.df, test.df2), (13, Some(2.0), Some(10.0)));
    assert_eq!(
        test.test,
        "F with one τ² for all groups (Knapp & Hartung 2003)"
    );
    near(test.q.expect("F"), 0.966_220_844_813_430_3);
    near(test.p.expect("p"), 0.413_383_745_721_621_07);
    near(test.tau2.expect("a variance"), 0.361_503_664_324_018_04);
    assert_eq!(test.why, "");
    let found = vaccine(&more, &serde_json::json!({ "interval": "wald" }), &trials());
    let test = &found.subgroup_tests[0];
    assert_eq!(test.test, "χ² with one τ² for all groups");
    near(test.q.expect("Q"), 1.767_511_401_931_709);
    near(test.p.expect("p"), 0.413_228_032_757_365_3);
}

#[test]
fn studies_without_a_group_and_groups_of_one_are_not_tested_and_not_counted() {
    let mut studies = trials();
    for (i, level) in [(0, ""), (1, ""), (2, "own")] {
        studies[i]
            .characteristics
            .insert("alloc".to_owned(), level.to_owned());
    }
    let more = serde_json::json!({ "measure": "RR", "subgroup": "alloc" });
    let left_out = "2 of 13 studies tell no `alloc`; `own` with one study each";
    let found = vaccine(&more, &serde_json::json!({}), &studies);
    let test = &found.subgroup_tests[0];
    assert_eq!((test.k, test.df), (10, Some(2.0)));
    assert_eq!(test.why, left_out);
    let found = vaccine(
        &more,
        &serde_json::json!({ "k_subgroup_test": 11 }),
        &studies,
    );
    let test = &found.subgroup_tests[0];
    assert_eq!(test.q, None);
    assert_eq!(
        test.why,
        format!(
            "10 studies in groups are fewer than the 11 that a test of subgroups needs; {left_out}"
        )
    );
}

#[test]
fn counts_of_two_arms_are_a_log_risk_ratio() {
    let more = serde_json::json!({ "measure": "RR" });
    let found = vaccine(&more, &serde_json::json!({}), &trials());
    let effect = &found.effects[0];
    near(effect.yi, libm::log((4.0 / 123.0) / (11.0 / 139.0)));
    near(
        effect.vi,
        1.0 / 4.0 - 1.0 / 123.0 + 1.0 / 11.0 - 1.0 / 139.0,
    );
    assert_eq!(effect.n, 262);
}

/// Before and after of the guidance's table: 25.3 (10.2) and 20.1 (9.4), 31 people.
const BEFORE_AFTER: &str = "study,outcome,scale,time,kind,arm,group,n,mean,sd
a,ee,worse-up,start,baseline,i,intervention,31,25.3,10.2
a,ee,worse-up,end,post,i,intervention,31,20.1,9.4
b,ee,worse-up,start,baseline,i,intervention,40,30,8
b,ee,worse-up,end,post,i,intervention,40,22,8
c,ee,worse-up,start,baseline,i,intervention,25,28,9
c,ee,worse-up,end,post,i,intervention,25,27,9";

fn before_after(more: &serde_json::Value, measure: &str) -> Synthesis {
    let mut settings = one_analysis(&serde_json::json!({ "body": "within", "measure": measure }));
    let mut value = serde_json::to_value(&settings).expect("settings");
    for (name, given) in more.as_object().expect("a mapping") {
        value[name] = given.clone();
    }
    settings = serde_json::from_value(value).expect("settings");
    let protocol = protocol("lower-is-better");
    let outcomes = table(BEFORE_AFTER);
    analyse_rows(
        &settings,
        &outcomes,
        &scales(false, ""),
        &protocol,
        &studies(),
    )
    .0
}

#[test]
fn a_coefficient_of_a_level_says_which_level_it_is_held_against() {
    let more = serde_json::json!({ "measure": "RR", "moderators": ["~ alloc + ablat", "~ factor(alloc) - 1"] });
    let found = vaccine(&more, &serde_json::json!({ "k_regression": 2 }), &trials());
    let told = |formula: &str| -> Vec<[&str; 3]> {
        let rows = found.coefficients.iter();
        let rows = rows.filter(|row| row.formula == formula && row.term != "intrcpt");
        let cells = rows.map(|row| [&row.characteristic, &row.level, &row.against]);
        let mut cells: Vec<_> = cells
            .map(|cells| cells.map(|cell| cell.as_deref().unwrap_or_default()))
            .collect();
        cells.sort_unstable();
        cells
    };
    assert_eq!(
        told("~ alloc + ablat"),
        [
            ["ablat", "", ""],
            ["alloc", "random", "alternate"],
            ["alloc", "systematic", "alternate"],
        ]
    );
    assert_eq!(
        told("~ factor(alloc) - 1"),
        [
            ["alloc", "alternate", ""],
            ["alloc", "random", ""],
            ["alloc", "systematic", ""],
        ]
    );
}

#[test]
fn a_common_effect_has_no_variance_between_studies_and_what_has_no_prediction_says_why() {
    let found = |tau2: &str| {
        let more = serde_json::json!({ "measure": "RR", "moderators": ["~ ablat"] });
        vaccine(&more, &serde_json::json!({ "tau2": tau2 }), &trials())
    };
    let common = found("CE");
    let main = common.pooled.iter().find(|row| row.main).expect("pooled");
    assert_eq!((main.tau2, main.pi_lower), (None, None));
    let why = main.pi_why.as_deref();
    assert_eq!(
        why,
        Some("a common-effect model has no variance between studies")
    );
    assert!(common.leave_one_out.iter().all(|row| row.tau2.is_none()));
    let regression = &common.regressions[0];
    assert!(regression.p.is_some());
    assert_eq!((regression.tau2, regression.r2), (None, None));
    assert!(common.cumulative.iter().all(|row| row.tau2.is_none()));
    let random = found("REML");
    let main = random.pooled.iter().find(|row| row.main).expect("pooled");
    assert!(main.tau2.is_some() && main.pi_lower.is_some() && main.pi_why.is_none());
    assert!(random.leave_one_out.iter().all(|row| row.tau2.is_some()));
}

#[test]
fn change_within_a_group_has_the_variances_of_its_correlation() {
    for (r, v, raw) in [
        (0.3, 0.04914, 4.35071),
        (0.5, 0.03624, 3.11355),
        (0.7, 0.02334, 1.87639),
    ] {
        let more = serde_json::json!({ "correlation": r });
        let found = before_after(&more, "SMCR");
        let effect = &found.effects[0];
        assert!((effect.yi - -0.49693).abs() < 5e-6, "{}", effect.yi);
        assert!((effect.vi - v).abs() < 5e-6, "{r}: {}", effect.vi);
        assert_eq!(effect.r, Some(r));
        assert_eq!(
            effect.note,
            format!("correlation of before and after imputed as {r}")
        );
        assert_eq!(
            found.analyses[0].correlation,
            Some(r),
            "it is told of the analysis"
        );
        let found = before_after(&more, "MC");
        assert!((found.effects[0].vi - raw).abs() < 5e-6);
    }
}

#[test]
fn a_variant_repeats_the_whole_with_its_correlation() {
    let more =
        serde_json::json!({ "sensitivity": [{ "id": "r", "title": "r 0.7", "correlation": 0.7 }] });
    let found = before_after(&more, "SMCR");
    let declared = before_after(&serde_json::json!({ "correlation": 0.7 }), "SMCR");
    let main = |found: &Synthesis| {
        found
            .pooled
            .iter()
            .find(|row| row.main)
            .expect("a main result")
            .estimate
    };
    assert_eq!(found.sensitivity[0].estimate, Some(main(&declared)));
    assert!((main(&found) - main(&declared)).abs() > 1e-6);
}

#[test]
fn between_groups_a_variant_goes_without_what_it_says_of_before_and_after() {
    let more = serde_json::json!({ "sensitivity": [
        { "id": "both", "title": "r 0.7 and DL", "correlation": 0.7, "tau2": "DL" },
        { "id": "r", "title": "r 0.7", "correlation": 0.7 },
    ] });
    let (found, _) = analyse(
        &settings(&more),
        &scales(false, ""),
        &protocol("lower-is-better"),
    );
    let done: Vec<&str> = found
        .sensitivity
        .iter()
        .map(|row| row.variant.as_str())
        .collect();
    assert_eq!(done, ["both"]);
    assert_eq!(found.sensitivity[0].changed, "no");
}

#[test]
fn a_variant_that_changes_no_study_says_so_and_counts_those_without_a_judgement() {
    let more = serde_json::json!({ "icc": 0.02, "sensitivity": [
        { "id": "critical", "title": "without critical", "without_bias": "critical" },
        { "id": "icc", "title": "ICC 0.10", "icc": 0.1 },
    ] });
    let mut studies = clustered(&[("cluster_size", "11")]);
    studies[1].bias.clear();
    let (scales, protocol) = (scales(false, ""), protocol("lower-is-better"));
    let (found, _) = analyse_studies(&settings(&more), &scales, &protocol, &studies);
    let [critical, icc] = &found.sensitivity[..] else {
        panic!("{:?}", found.sensitivity)
    };
    assert_eq!(critical.changed, "no study is affected");
    assert_eq!(critical.unjudged, Some(1));
    assert_eq!((icc.changed.as_str(), icc.unjudged), ("no", None));
    let main = found
        .pooled
        .iter()
        .find(|row| row.main)
        .expect("a main result");
    assert_ne!(icc.estimate, Some(main.estimate));
    assert_eq!(found.effects[0].effective, Some(60.0 / 1.2));
    let (found, _) = analyse_studies(&settings(&more), &scales, &protocol, &super::studies());
    assert_eq!(found.sensitivity[1].changed, "no study is affected");
}

#[test]
fn each_step_has_the_interval_that_the_rule_comes_to_for_so_many_studies() {
    let mut studies = trials();
    for (study, year) in studies.iter_mut().zip(1948..) {
        study.label = format!("{} {year}", study.label);
    }
    let limits = |interval: &str| {
        let model = serde_json::json!({ "interval": interval });
        let found = vaccine(&serde_json::json!({ "measure": "RR" }), &model, &studies);
        let steps = found.cumulative.iter().map(|row| (row.tau2, row.ci_upper));
        let without = found.leave_one_out.iter().map(|row| row.ci_upper);
        (steps.collect::<Vec<_>>(), without.collect::<Vec<_>>())
    };
    let (auto, wald, hksj) = (limits("auto"), limits("wald"), limits("hksj"));
    assert_eq!((auto.0.len(), auto.1.len()), (13, 13));
    for (at, step) in auto.0.iter().enumerate() {
        let plain = at < 2 || step.0.is_some_and(|tau2| tau2 <= 0.0);
        let expected = if plain { wald.0[at] } else { hksj.0[at] };
        assert_eq!(*step, expected, "step {}", at + 1);
    }
    assert_ne!(wald.0[1], hksj.0[1]);
    assert_eq!(
        auto.1, hksj.1,
        "twelve studies differ whichever is left out"
    );
}

#[test]
fn the_slope_of_small_studies_is_tested_as_the_intervals_of_the_analysis_are_made() {
    let of = |interval: &str| {
        let more = serde_json::json!({ "measure": "RR" });
        let found = vaccine(
            &more,
            &serde_json::json!({ "interval": interval }),
            &trials(),
        );
        let row = &found.small_study[0];
        (row.test.clone(), row.df, row.p.expect("a test"))
    };
    let (test, df, by_normal) = of("wald");
    assert_eq!((test.as_deref(), df), (Some("z"), None));
    let (test, df, by_t) = of("auto");
    assert_eq!((test.as_deref(), df), (Some("knha"), Some(11.0)));
    assert!((by_normal - by_t).abs() > 1e-3);
}
