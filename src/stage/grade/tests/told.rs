//! What the tables tell beside the levels: units, the risk of the comparator, and what nobody judged.

use super::*;

#[test]
fn a_difference_is_told_in_the_unit_of_its_scale() {
    let mut one = SINGLE.to_vec();
    one.push(("unit", "kg"));
    let analyses = table::<AnalysisRow>(&[&one, NONE, TWO]);
    let ran = run_with(
        POINTS,
        HEADER,
        TRIALS,
        None,
        [("analyses", "pool", analyses)],
    );
    assert_eq!(
        ran.cell("summary", "one", "absolute"),
        "8.00 kg lower (10.00 lower to 6.00 lower)"
    );
}

#[test]
fn the_risk_that_fewer_and_more_are_counted_from_stands_beside_them() {
    let ran = run(POINTS, HEADER, TRIALS);
    // 60 events among 200 people of the comparators.
    let risk: f64 = ran
        .cell("summary", "two", "comparator_risk")
        .parse()
        .expect("a risk");
    assert!((risk - 300.0).abs() < 1e-9);
    assert_eq!(ran.cell("summary", "one", "comparator_risk"), "");
    let origin = ran.cell("summary", "two", "origin");
    let from = "comparator_risk=pooled-comparator-risk(pool/effects#two|A/events2; pool/effects#two|A/total2; \
                pool/effects#two|B/events2; pool/effects#two|B/total2)";
    assert!(origin.contains(from), "{origin}");
}

#[test]
fn a_domain_that_nobody_judged_says_so_until_somebody_does() {
    let unjudged = |ran: &Ran, analysis: &str| {
        let domains = [
            "risk_of_bias",
            "indirectness",
            "imprecision",
            "publication_bias",
        ];
        domains.map(|domain| {
            ran.cell("certainty", &format!("{analysis}|{domain}"), "unjudged") == "true"
        })
    };
    // The result of `one` was judged; most of the weight of `two` by the tool for whole studies.
    let ran = run(POINTS, HEADER, TRIALS);
    assert_eq!(unjudged(&ran, "one"), [false, true, false, true]);
    assert_eq!(unjudged(&ran, "two"), [false, true, false, true]);
    let bias = [("bias", "risk-of-bias", table::<OverallRow>(&[]))];
    let ran = run_with(POINTS, HEADER, TRIALS, None, bias);
    assert_eq!(unjudged(&ran, "one"), [true, true, false, true]);
    let looked = format!("{HEADER}one,indirectness,0,0,they answer it,kim,2026-04-01,\n");
    let ran = run(POINTS, &looked, TRIALS);
    assert_eq!(unjudged(&ran, "one"), [false, false, false, true]);
}
