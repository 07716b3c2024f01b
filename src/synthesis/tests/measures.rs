//! Which measures analyses compute.

use super::*;

/// Why settings with one analysis are refused, and at which part of them.
fn refused(body: &str, measure: &str) -> Option<(String, String)> {
    let value = serde_json::json!({
        "analyses": [{ "id": "a", "title": "A", "outcome": "ee", "measure": "SMD" },
            { "id": "b", "title": "B", "outcome": "ee", "body": body, "measure": measure }],
    });
    let read: Result<Settings, _> = serde_path_to_error::deserialize(value);
    let error = read.err()?;
    Some((error.path().to_string(), error.inner().to_string()))
}

#[test]
fn a_measure_that_no_analysis_takes_is_refused_where_it_stands() {
    for measure in ["SMDH", "ZCOR", "IRD"] {
        let (path, why) = refused("between", measure).expect("a refusal");
        assert_eq!(path, "analyses[1].measure");
        assert!(
            why.starts_with(&format!(
                "`{measure}` is no measure that an analysis takes; between groups: RR, OR, PETO, RD, MD, SMD, ROM, HR, IRR, GEN; within"
            )),
            "{why}"
        );
    }
    for (body, measure, list) in [
        ("within", "RR", "MD, MC, SMCC, SMCR"),
        ("within", "HR", "MD, MC, SMCC, SMCR"),
        (
            "between",
            "SMCR",
            "RR, OR, PETO, RD, MD, SMD, ROM, HR, IRR, GEN",
        ),
    ] {
        let (path, why) = refused(body, measure).expect("a refusal");
        assert_eq!(path, "analyses[1]");
        assert!(why.ends_with(&format!("take one of {list}")), "{why}");
    }
    for (body, measure) in [
        ("within", "MD"),
        ("between", "PETO"),
        ("between", "ROM"),
        ("between", "HR"),
    ] {
        assert_eq!(refused(body, measure), None, "{body} {measure}");
    }
}

#[test]
fn petos_odds_ratio_takes_empty_cells_as_they_are() {
    let outcomes = table(
        "study,outcome,kind,arm,group,events,total
a,ee,post,i,intervention,0,20
a,ee,post,c,control,3,22",
    );
    let settings = one_analysis(&serde_json::json!({ "measure": "PETO" }));
    let (found, problems) = analyse_rows(&settings, &outcomes, &[], &protocol("none"), &studies());
    assert!(problems.is_empty(), "{problems:?}");
    let effect = &found.effects[0];
    // Yusuf et al. 1985: expected 3 × 20 / 42, variance 3 × 39 × 20 × 22 / (42² × 41).
    let variance = 117.0 * 440.0 / (1764.0 * 41.0);
    assert!((effect.yi + 60.0 / 42.0 / variance).abs() < 1e-12);
    assert!((effect.vi - 1.0 / variance).abs() < 1e-12);
    assert_eq!(effect.note, "");
}

#[test]
fn a_ratio_of_means_leaves_out_scales_that_run_the_other_way() {
    let settings = one_analysis(&serde_json::json!({ "measure": "ROM" }));
    let (found, problems) = analyse(&settings, &scales(false, ""), &protocol("lower-is-better"));
    let studies: Vec<&str> = found.effects.iter().map(|row| row.study.as_str()).collect();
    assert_eq!(studies, ["a", "c"]);
    // Hedges, Gurevitch & Curtis 1999: log(20 / 26), 8² / (30 × 20²) + 8² / (30 × 26²).
    let effect = &found.effects[0];
    assert!((effect.yi - (20.0_f64 / 26.0).ln()).abs() < 1e-12);
    assert!((effect.vi - (64.0 / 12_000.0 + 64.0 / 20_280.0)).abs() < 1e-12);
    let said = told(&problems).join("\n");
    assert!(
        said.contains("a ratio of means cannot be turned round"),
        "{said}"
    );
}
