//! Effects that papers report with their error alone, from the form to the report.

mod support;

use review::artefact::Sheet;
use support::{Review, hazards};

fn sheet(review: &Review, path: &str) -> Sheet {
    Sheet::read(path, &review.bytes(path)).expect("a table")
}

fn number(sheet: &Sheet, key: &str, column: &str) -> f64 {
    let cell = sheet
        .cell(key, column)
        .unwrap_or_else(|| panic!("no {key}/{column}"));
    cell.parse()
        .unwrap_or_else(|_| panic!("{key}/{column} is `{cell}`"))
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} for {expected}");
}

#[test]
fn hazard_ratios_are_pooled_from_logs_intervals_p_values_and_turned_comparisons() {
    let review = hazards::review(hazards::EFFECTS).built();
    let effects = sheet(&review, "reports/stages/pool/effects.csv");
    // Computed apart, by Python's `math.log` and `statistics.NormalDist`: ln 0.83, (ln 1.11 - ln 0.62) / (2 z(0.975));
    // ln 0.71, |ln 0.71| / z(1 - 0.043/2); -ln 1.22, (ln 1.474 - ln 1.01) / (2 z(0.95)).
    for (study, yi, se) in [
        ("adams-2011", -0.357, 0.121),
        (
            "baker-2014",
            -0.186_329_578_191_493_48,
            0.148_573_091_358_082_78,
        ),
        (
            "clark-2016",
            -0.342_490_308_946_776,
            0.169_238_828_923_576_72,
        ),
        (
            "drake-2019",
            -0.198_850_858_745_165_17,
            0.114_912_797_321_244_51,
        ),
    ] {
        let key = format!("death|{study}");
        near(number(&effects, &key, "yi"), yi);
        near(number(&effects, &key, "se"), se);
    }
    // The same four in an own REML search and by inverse variances: τ² is 0.
    let pooled = sheet(&review, "reports/stages/pool/pooled.csv");
    near(
        number(&pooled, "death|", "estimate"),
        -0.266_854_460_028_482_4,
    );
    near(number(&pooled, "death|", "se"), 0.066_778_534_681_813_76);
    near(number(&pooled, "death|", "q"), 1.398_727_321_388_923);
    let adjusted = sheet(&review, "reports/stages/pool/sensitivity.csv");
    assert_eq!(adjusted.cell("death|adjusted", "k"), Some("2"));
    let report = review.text("reports/report.md");
    for line in [
        "Four studies (1155 participants). The pooled hazard ratio is 0.77 (95% CI 0.67 to 0.87)",
        "All effects are as their papers report them.",
        "| Drake 2019 | not reported | 0.82 (0.65 to 1.03) | 33.8% |",
        "- As reported, adjusted for age; its standard error computed from p: Clark 2016",
        "Effects that papers give with their error alone were taken as reported.",
        "| Death | reported | reported | reported | reported |",
    ] {
        assert!(report.contains(line), "{line} is not in\n{report}");
    }
    let forest = review.text("reports/figures/forest-death.svg");
    assert!(
        forest.contains("Hazard ratio") && forest.contains(">640<"),
        "{forest}"
    );
}

#[test]
fn a_reported_effect_leads_to_the_cell_its_quote_and_who_read_it_and_the_audit_is_whole() {
    let review = hazards::review(hazards::EFFECTS).built();
    let called = review.call(&["trace", "pool/pooled#death|/estimate"]);
    assert_eq!(called.exit, 0, "{called:#?}");
    for leaf in [
        "data/extraction/effects.csv:2:67  Table 3, “log HR -0.357 (SE 0.121)”, by reviewer-a, 2026-01-25T09:00:00Z",
        "log-se-from-interval",
        "data/extraction/effects.csv:5:41  Table 2, “HR 1.22 (90% CI 1.01 to 1.474)”",
    ] {
        assert!(
            called.out.contains(leaf),
            "{leaf} is not in\n{}",
            called.out
        );
    }
    let called = review.call(&["audit", "--recompute"]);
    assert_eq!(called.exit, 0, "{called:#?}");
}

#[test]
fn what_goes_to_other_programs_is_the_estimate_with_its_error_and_a_second_run_does_nothing() {
    let review = hazards::review(hazards::EFFECTS).built();
    review.run().assert_nothing_happened();
    let to = review.path("out");
    let called = review.call(&["export", "revman", "-o", &to.to_string_lossy()]);
    assert_eq!(called.exit, 0, "{called:#?}");
    let out = review.tree("out");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let row = out
        .values()
        .map(|bytes| text(bytes))
        .find(|text| text.contains("HR with its standard error, on the log scale"));
    assert!(
        row.is_some_and(|row| row.contains("as reported, adjusted for age")),
        "{:?}",
        out.keys()
    );
}

#[test]
fn a_form_full_of_faults_is_told_fault_by_fault_and_the_sound_row_is_used() {
    let bad = "\
study,outcome,scale,time,measure,arm,against,group,adjusted,estimate,se,ci_lower,ci_upper,level,p,log,n,extractor
adams-2011,death,,1,HR,walk,usual,intervention,yes,0.70,0.12,,,,,se,10,a
adams-2011,death,,2,HRR,walk,usual,treated,perhaps,0.70,,0.6,0.8,,,maybe,1.5,a
adams-2011,death,,3,HR,walk,usual,intervention,no,-0.36,0.12,,,,,no,,a
adams-2011,death,,4,HR,walk,usual,intervention,no,0.70,0,,,0.95,1.2,se,,a
adams-2011,death,,5,HR,walk,usual,intervention,no,0.70,,0.8,0.95,,,,,a
adams-2011,death,,6,HR,walk,usual,intervention,no,0.70,,0.9,0.6,,,,,a
adams-2011,death,,7,HR,walk,usual,intervention,no,0.70,0.12,,,,,,,a
adams-2011,death,,8,HR,walk,usual,intervention,no,0.70,,,,,<0.05,,,a
adams-2011,death,,9,HR,walk,usual,intervention,no,0.70,,,,,,,5,a
adams-2011,death,,10,HR,walk,usual,intervention,no,,,0.6,0.8,,,,,a
adams-2011,death,,11,HR,walk,usual,intervention,no,0.70,,0.6,,,,,,a
adams-2011,death,,12,RD,walk,usual,intervention,no,12,1.5,,,,,yes,,a
adams-2011,death,,13,HR,walk,usual,intervention,no,1,,,,,0.2,,,a
elsewhere-1999,death,,1,HR,walk,usual,intervention,no,0.7,,0.5,0.98,,,,,a
";
    let review = hazards::review(bad);
    let run = review.run_with(&["extract"]);
    let problems = run.json["problems"].as_array().expect("a list");
    let told: Vec<String> = problems
        .iter()
        .filter(|problem| {
            problem["code"]
                .as_str()
                .is_some_and(|code| code.starts_with("extraction::"))
        })
        .map(|problem| {
            let place = &problem["places"][0];
            format!(
                "{}:{} {} {}",
                place["line"], place["column"], problem["code"], problem["title"]
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    15:1 "extraction::not-included" "nobody included the study `elsewhere-1999`"
    3:21 "extraction::unknown-word" "`measure` is `HRR`"
    3:44 "extraction::unknown-word" "`adjusted` is `perhaps`"
    3:36 "extraction::unknown-word" "`group` is `treated`"
    3:68 "extraction::unknown-word" "`log` is `maybe`"
    3:74 "extraction::not-a-count" "`n` is `1.5`, not a count of 1 or more"
    4:51 "extraction::impossible-effect" "`estimate` is `-0.36`, and a ratio is above 0"
    5:56 "extraction::impossible-effect" "`se` is `0`, and has to be above 0"
    5:65 "extraction::impossible-effect" "`p` is `1.2`, outside 0 to 1"
    5:60 "extraction::level-is-a-fraction" "`level` is `0.95`, and levels are in percent"
    6:51 "extraction::impossible-effect" "`estimate` is `0.70`, outside its interval, 0.8 to 0.95"
    7:57 "extraction::impossible-effect" "`ci_lower` is `0.9`, and `ci_upper` is 0.6"
    8:65 "extraction::unknown-scale-of-se" "a ratio has a standard error, and nothing says whether it is that of the logarithm"
    9:60 "extraction::no-error" "a p value that is only a bound gives no standard error"
    10:51 "extraction::no-error" "an effect without standard error, interval or p value"
    11:52 "extraction::no-estimate" "an effect without its estimate"
    12:58 "extraction::half-an-interval" "`ci_lower` stands without `ci_upper`"
    13:63 "extraction::impossible-effect" "`log` is `yes`, and RD is no ratio that has a logarithm"
    13:52 "extraction::impossible-effect" "`estimate` is `12`, outside -1 to 1"
    14:58 "extraction::no-error" "neither an effect of nothing nor a p value of 0 or 1 gives a standard error"
    "#);
    let used = sheet(&review, "reports/stages/extract/effects.csv");
    assert_eq!(used.rows.keys().count(), 1);
}
