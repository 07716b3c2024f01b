//! Differences that matter: which are taken, which are refused, and what they were read from.

use super::*;

#[test]
fn names_nobody_has_and_thresholds_that_cannot_be_are_told() {
    let ran = run(
        r#"{"rate": ["one", "oen"], "thresholds": {"ee": {"mid": 0, "basis": "x"}, "eee": {"mid": 1, "basis": "x"}}}"#,
        &format!("{HEADER}two,imprecision,0,0,,kim,2026-04-01,\n"),
        TRIALS,
    );
    assert_eq!(
        ran.codes(),
        [
            "grade::unknown-analysis",
            "grade::impossible-threshold",
            "grade::unknown-threshold",
            "grade::unused-judgement"
        ]
    );
    // 0.2 of the comparator's SD of 8 stands in.
    let inputs = ran.cell("certainty", "one|imprecision", "inputs");
    assert!(inputs.contains("MID=1.6"), "{inputs}");
}

/// A pooled standardised difference whose analysis has the name of its outcome.
const STANDARDISED: &[(&str, &str)] = &[
    ("key", "two"),
    ("analysis", "two"),
    ("outcome", "two"),
    ("outcome_name", "Pain"),
    ("role", "main"),
    ("body", "between"),
    ("measure", "SMD"),
    ("status", "pooled"),
    ("k", "2"),
    ("n", "300"),
];

fn run_standardised(settings: &str) -> Ran {
    let analyses = table::<AnalysisRow>(&[STANDARDISED]);
    run_with(
        settings,
        HEADER,
        TRIALS,
        None,
        [("analyses", "pool", analyses)],
    )
}

#[test]
fn a_threshold_in_another_measure_is_not_taken_for_an_analysis_of_its_name() {
    let ran = run_standardised(
        r#"{"thresholds": {"two": {"mid": 10, "large": 20, "measure": "MD", "basis": "x"}}}"#,
    );
    assert_eq!(ran.cell("summary", "two", "mid"), "0.2");
    assert!(ran.codes().contains(&"grade::unused-threshold"));
    for measure in ["", r#""measure": "SMD", "#] {
        let settings =
            format!(r#"{{"thresholds": {{"two": {{"mid": 0.3, {measure}"basis": "x"}}}}}}"#);
        let ran = run_standardised(&settings);
        assert_eq!(ran.cell("summary", "two", "mid"), "0.3", "{measure}");
        assert!(!ran.codes().contains(&"grade::unused-threshold"));
    }
}

#[test]
fn a_familiar_scale_without_a_spread_is_told_and_its_threshold_left_out() {
    let ran = run_standardised(
        r#"{"thresholds": {"two": {"mid": 0.3, "basis": "x", "familiar": {"scale": "MBI", "sd": 0, "basis": "x"}}}}"#,
    );
    assert_eq!(ran.cell("summary", "two", "mid"), "0.2");
    assert!(ran.codes().contains(&"grade::impossible-threshold"));
}

#[test]
fn a_p_value_that_cannot_be_is_refused_and_one_nobody_asks_for_is_told() {
    for p in ["0", "1", "-0.05", "5"] {
        let given = serde_json::from_str(&format!(r#"{{"asymmetry_p": {p}}}"#)).expect("JSON");
        assert!(AnyStage::settings(&Grade, Some(&given)).is_err(), "{p}");
    }
    let declared = |policy: &str| {
        let settings = format!(r#"{{"policy": "{policy}", "asymmetry_p": 0.05}}"#);
        let ran = run(&settings, HEADER, TRIALS);
        ran.codes().contains(&"grade::unused-setting")
    };
    assert!(declared("default-1"));
    assert!(!declared("core-grade-2025"));
}

#[test]
fn each_limit_says_what_it_was_read_from() {
    let of = |ran: &Ran, row: &str, column: &str| {
        let origin = ran.cell("summary", row, "origin");
        let clauses = origin.split(" & ");
        let start = format!("{column}=");
        let clause = clauses
            .into_iter()
            .find_map(|clause| clause.strip_prefix(&*start));
        clause.unwrap_or_default().to_owned()
    };
    let ran = run("{}", HEADER, TRIALS);
    let spread = "threshold(pool/effects#one|A/n2; pool/effects#one|A/sd2)";
    assert_eq!(of(&ran, "one", "mid"), spread);
    assert_eq!(of(&ran, "one", "large"), spread);
    assert_eq!(
        of(&ran, "two", "mid"),
        "threshold(pool/analyses#two/measure)"
    );
    let ran = run(POINTS, HEADER, TRIALS);
    assert_eq!(
        of(&ran, "one", "large"),
        "threshold(grade/settings#thresholds.ee.large/value)"
    );
}

#[test]
fn a_body_without_a_limit_says_that_none_is_declared() {
    let mut difference = TWO.to_vec();
    for cell in &mut difference {
        if cell.0 == "measure" {
            cell.1 = "RD";
        }
    }
    difference.push(("why", "two studies: the interval is Wald's"));
    let analyses = table::<AnalysisRow>(&[&difference]);
    let ran = run_with("{}", HEADER, TRIALS, None, [("analyses", "pool", analyses)]);
    assert_eq!(
        ran.cell("summary", "two", "statement"),
        "Not rated: no difference that matters is declared"
    );
}
