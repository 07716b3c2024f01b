//! Combinations of defensible choices beside the main result.

use super::*;

/// Three specifications of the analysis `two`: as the main result has it, with a wide interval, and one that could not be pooled.
fn specifications() -> [(&'static str, &'static str, Vec<u8>); 2] {
    let row =
        |number: &'static str, key: &'static str, limits: Option<(&'static str, &'static str)>| {
            let mut row = vec![
                ("key", key),
                ("analysis", "two"),
                ("specification", number),
                ("measure", "RR"),
                ("k", "2"),
                ("n", "300"),
                ("combinations", "1"),
                ("main", "false"),
            ];
            let estimate = limits.map_or("", |_| "-0.6931471805599453");
            let (low, high) = limits.unwrap_or_default();
            row.extend([
                ("estimate", estimate),
                ("ci_lower", low),
                ("ci_upper", high),
            ]);
            row
        };
    let rows = [
        row("1", "two|1", Some(("-1.2", "-0.4"))),
        row("2", "two|2", Some(("-2.5", "1.1"))),
        row("3", "two|3", None),
    ];
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
    let effect = |specification: &'static str, study: &'static str, weight: &'static str| {
        vec![
            ("analysis", specification),
            ("study", study),
            ("result", "errors"),
            ("yi", "-0.85"),
            ("weight", weight),
            ("events1", "10"),
            ("events2", "30"),
            ("total2", "100"),
        ]
    };
    let effects = ["two|1", "two|2"].map(|one| [effect(one, "A", "60"), effect(one, "B", "40")]);
    let effects: Vec<&[(&str, &str)]> = effects.iter().flatten().map(Vec::as_slice).collect();
    [
        ("specifications", "pool", table::<SpecificationRow>(&rows)),
        (
            "specification-effects",
            "pool",
            table::<EffectRow>(&effects),
        ),
    ]
}

#[test]
fn a_specification_is_rated_as_the_main_result_is_until_the_policy_finds_otherwise() {
    let ran = run_with(POINTS, HEADER, TRIALS, None, specifications());
    let main = ran.cell("summary", "two", "certainty").to_owned();
    assert_eq!(ran.cell("specifications", "two|1", "certainty"), main);
    assert_eq!(ran.cell("specifications", "two|1", "differs"), "");
    assert_eq!(ran.cell("specifications", "two|2", "same"), "false");
    let differs = ran.cell("specifications", "two|2", "differs");
    assert!(differs.starts_with("imprecision: "), "{differs}");
    assert!(!ran.tables["specifications"].rows.contains_key("two|3"));
    assert_eq!(ran.cell("multiverse", "two", "rated"), "2");
    assert_eq!(ran.cell("multiverse", "two", "same"), "1");
    assert_eq!(ran.cell("multiverse", "two", "share"), "50.0");
    let origin = ran.cell("multiverse", "two", "origin");
    assert_eq!(
        origin,
        "counted(grade/specifications#two|1/certainty; grade/specifications#two|2/certainty)"
    );

    // What a person decided holds where the policy proposes the same, and only there.
    let proposed = ran.cell("certainty", "two|risk_of_bias", "proposed");
    let line = format!("{HEADER}two,risk_of_bias,{proposed},3,why,kim,2026-04-01,\n");
    let decided = run_with(POINTS, &line, TRIALS, None, specifications());
    let main = decided.cell("summary", "two", "certainty");
    assert_eq!(main, "very low");
    assert_eq!(decided.cell("specifications", "two|1", "certainty"), main);
}
