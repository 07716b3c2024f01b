//! Each check on numbers worked out by hand, the sum beside it.

use super::*;
use crate::extraction::{
    Allowed, AskedOutcome, Forms, IncludedStudy, Names, Options, Scale, Scales, extract,
};
use crate::extraction::{HigherMeans, Scores};

const ARMS: &str = "study,outcome,scale,time,kind,arm,group,n,mean,sd,se,ci_lower,ci_upper,events,total,reported,extractor\n";
const TESTS: &str = "study,outcome,scale,time,contrast,arm,statistic,source,value,df1,df2,p,estimate,ci_lower,ci_upper,extractor\n";

fn scale(id: &str, integer: bool, scores: Scores) -> Scale {
    Scale {
        id: id.into(),
        unit: String::new(),
        name: String::new(),
        outcome: String::new(),
        items: Some(10),
        item_min: None,
        item_max: None,
        min: Some(0.0),
        max: Some(50.0),
        scores: Some(scores),
        integer,
        higher_means: HigherMeans::Worse,
        confirm_direction: false,
        direction_in: std::collections::BTreeMap::new(),
        source: String::new(),
    }
}

/// Findings as `check | recomputed | reconciled`, from the tails of rows of study A and outcome o.
fn found(arms: &[&str], tests: &[&str], accepted: &str) -> Vec<IntegrityRow> {
    found_in("rct", arms, tests, accepted)
}

/// Findings in a study of that design.
fn found_in(design: &str, arms: &[&str], tests: &[&str], accepted: &str) -> Vec<IntegrityRow> {
    let rows = |header: &str, tails: &[&str]| {
        tails.iter().fold(header.to_owned(), |text, tail| {
            format!("{text}A,{tail},r1\n")
        })
    };
    let (arms, tests) = (rows(ARMS, arms), rows(TESTS, tests));
    let studies = format!("study,design,n_randomised,extractor\nA,{design},80,r1\n");
    let files: Vec<(&str, &[u8])> = vec![
        ("outcomes.csv", arms.as_bytes()),
        ("statistics.csv", tests.as_bytes()),
        ("studies.csv", studies.as_bytes()),
        ("accepted.csv", accepted.as_bytes()),
    ];
    let files = if accepted.is_empty() {
        &files[..3]
    } else {
        &files[..]
    };
    let (forms, _) = Forms::read("", files).expect("forms that can be used");
    let (scales, _) = Scales::of(
        "scales.yaml",
        vec![
            scale("i", true, Scores::Sum),
            scale("c", false, Scores::Sum),
        ],
    );
    let included = [IncludedStudy {
        study: "A".into(),
        label: String::new(),
        admission: "protocol".into(),
    }];
    let names = Names {
        own: "extract".into(),
        included_stage: "screen".into(),
        included_artefact: "included".into(),
    };
    let options = Options {
        allowed: Allowed {
            medians: true,
            tests: true,
            correlations: true,
        },
        limits: Limits::default(),
    };
    let asked: Vec<AskedOutcome> = Vec::new();
    let out = extract(&forms, &scales, &included, &asked, &names, options);
    assert!(!out.problems.has_errors(), "{:?}", out.problems);
    out.integrity
}

fn told(arms: &[&str], tests: &[&str]) -> Vec<String> {
    found(arms, tests, "")
        .into_iter()
        .map(|row| format!("{} | {} | {}", row.check, row.recomputed, row.reconciled))
        .collect()
}

fn checks(arms: &[&str], tests: &[&str]) -> Vec<String> {
    found(arms, tests, "")
        .into_iter()
        .map(|row| row.check)
        .collect()
}

const POST: [&str; 2] = [
    "o,c,end,post,x,intervention,30,20.0,5.0,,,,,,",
    "o,c,end,post,y,control,30,24.0,5.0,,,,,,",
];
const NONE: [&str; 0] = [];

#[test]
fn a_right_test_is_passed_whichever_way_the_groups_were_taken() {
    // se = 5·√(2/30) = 1.29099; t = 4/1.29099 = 3.0984; df 58; p = 0.00300; half width 2.0017·1.29099 = 2.584; d = 0.8
    let tests = [
        "o,c,end,between-post,,t,T1,3.098,58,,0.003,,,",
        "o,c,end,between-post,,t,T2,-3.10,,,<0.01,-4.0,-6.58,-1.42",
        "o,c,end,between-post,,F,T3,9.60,1,58,0.003,,,",
        "o,c,end,between-post,,d,T4,0.80,,,,,,",
        "o,c,end,between-post,,d,T5,-0.79,,,,,,",
    ];
    // d 0.80 and Hedges' 0.79 are two readings of one difference, and may be one number rounded.
    let found = checks(&POST, &tests);
    assert_eq!(found, NONE);
}

#[test]
fn rounding_alone_raises_no_alarm() {
    // Means 20.04 and 23.96 print as 20.0 and 24.0: t from 3.92/1.304 to 4.10/1.278.
    assert_eq!(
        checks(&POST, &["o,c,end,between-post,,t,T1,3.01,58,,0.004,,,"]),
        NONE
    );
}

#[test]
fn a_wrong_t_is_found_with_the_t_that_follows() {
    assert_eq!(
        told(&POST, &["o,c,end,between-post,,t,T1,2.10,58,,0.040,,,"]),
        ["test-statistic | t = 3.098 from means, standard deviations and numbers (df 58) | "]
    );
}

#[test]
fn standard_errors_printed_as_deviations_are_named() {
    // Deviations 5 and 5 in groups of 25 print as errors 1.0: t = 4/(5·√(2/25)) = 2.828.
    let arms = [
        "o,c,end,post,x,intervention,25,20.0,1.00,,,,,,",
        "o,c,end,post,y,control,25,24.0,1.00,,,,,,",
    ];
    let told = told(&arms, &["o,c,end,between-post,,t,T1,2.83,48,,0.007,,,"]);
    assert!(
        told[0].contains("it fits if the printed standard deviations are standard errors"),
        "{told:?}"
    );
}

#[test]
fn a_p_value_is_held_against_its_statistic() {
    // t = 2.898 with 17 degrees of freedom: p = 0.00997; one-sided t = 1.80 with 17: 0.0449.
    let arms = ["o,c,end,post,x,intervention,18,9.7,3.8,,,,,,"];
    assert_eq!(
        told(&arms, &["o,c,end,within,x,t,T1,2.898,17,,0.019,,,"]),
        ["p-value | p = 0.010 from the printed t = 2.898 with 17 degrees of freedom | "]
    );
    assert_eq!(
        told(&arms, &["o,c,end,within,x,t,T1,1.800,17,,0.045,,,"]),
        [
            "p-value | p = 0.090 from the printed t = 1.800 with 17 degrees of freedom | it fits one-sided, from the printed t = 1.800 with 17 degrees of freedom"
        ]
    );
    // χ² = 3.84 with one degree: 0.05004.
    assert_eq!(
        checks(&[], &["o,c,end,between-post,,chi2,T1,3.84,1,,0.050,,,"]),
        NONE
    );
    assert_eq!(
        checks(&[], &["o,c,end,between-post,,chi2,T1,3.84,1,,0.060,,,"]),
        ["p-value"]
    );
}

#[test]
fn a_difference_is_that_of_the_means() {
    let told = told(
        &POST,
        &["o,c,end,between-post,,none,T1,,,,,-4.30,-6.88,-1.72"],
    );
    assert!(
        told[0].starts_with("difference | -4.000 from the means"),
        "{told:?}"
    );
    assert_eq!(told.len(), 1);
}

#[test]
fn limits_that_lost_a_minus_are_mended() {
    // (−6.58 + 1.42)/2 = −2.58, and (−6.58 − 1.42)/2 = −4.00.
    let told = told(
        &POST,
        &["o,c,end,between-post,,none,T1,,,,,-4.00,-6.58,1.42"],
    );
    assert_eq!(
        told,
        [
            "interval-symmetry | the middle of the limits is -2.580 | a lost or added minus sign: -6.58 to -1.42 would be symmetric about -4.00"
        ]
    );
}

#[test]
fn a_ratio_is_symmetric_in_logarithms() {
    // √(0.50 · 1.28) = 0.80.
    assert_eq!(
        checks(&[], &["o,c,end,between-post,,none,T1,,,,,0.80,0.50,1.28"]),
        NONE
    );
    assert_eq!(
        checks(&[], &["o,c,end,between-post,,none,T1,,,,,0.80,0.50,1.60"]),
        ["interval-symmetry"]
    );
}

#[test]
fn limits_too_narrow_for_the_deviations_are_found() {
    // Half a width of 1.30 against 2.0017 · 1.29099 = 2.584; √(1 − (1.30/2.584)²) = 0.864.
    let told = told(
        &POST,
        &["o,c,end,between-post,,none,T1,,,,,-4.00,-5.30,-2.70"],
    );
    assert!(told[0].starts_with("interval-width | half the width is 1.300; standard deviations and numbers give 2.584 | an analysis adjusted for a covariate that correlates 0.864"), "{told:?}");
}

#[test]
fn partial_eta_squared_called_d_is_recognised() {
    // 9.60/(9.60 + 58) = 0.142, where d is 0.8.
    let told = told(
        &POST,
        &[
            "o,c,end,between-post,,F,T1,9.60,1,58,0.003,,,",
            "o,c,end,between-post,,d,T1,0.142,,,,,,",
        ],
    );
    assert!(told[0].starts_with("effect-size | d = -0.800 from means and standard deviations | it is partial η² = F·df1/(F·df1 + df2) = 0.142"), "{told:?}");
}

#[test]
fn degrees_of_freedom_name_the_people_they_fit() {
    assert_eq!(
        told(&POST, &["o,c,end,between-post,,t,T1,3.10,55,,0.003,,,"]),
        ["degrees-of-freedom | 58 with 30 and 30 people | 55 fits 57 people in two groups"]
    );
}

#[test]
fn a_change_off_by_rounding_is_passed_and_a_wrong_one_found() {
    // 15.00 − 16.89 = −1.89; 22.17 − 15.83 = 6.34 may print as 6.33.
    let arms = |change: &str| {
        [
            "o,c,base,baseline,x,intervention,18,15.83,5.5,,,,,,".to_owned(),
            "o,c,end,post,x,intervention,18,22.17,9.5,,,,,,".to_owned(),
            format!("o,c,end,change,x,intervention,18,{change},8.0,,,,,,"),
        ]
    };
    let run = |change: &str| {
        let arms = arms(change);
        checks(&[&arms[0], &arms[1], &arms[2]], &[])
    };
    assert_eq!(run("6.33"), NONE);
    assert_eq!(run("6.30"), ["change"]);
}

#[test]
fn an_impossible_correlation_of_before_and_after_is_found() {
    let arms = |sd: &str| {
        [
            "o,c,base,baseline,x,intervention,18,20.0,5.0,,,,,,".to_owned(),
            "o,c,end,post,x,intervention,18,22.0,5.0,,,,,,".to_owned(),
            format!("o,c,end,change,x,intervention,18,2.0,{sd},,,,,,"),
        ]
    };
    let run = |sd: &str| {
        let arms = arms(sd);
        told(&[&arms[0], &arms[1], &arms[2]], &[])
    };
    // (25 + 25 − 25)/50 = 0.5; (50 − 64)/50 = −0.28; (50 − 121)/50 = −1.42.
    assert_eq!(run("5.0").len(), 0);
    assert!(run("8.0")[0].starts_with("implied-correlation | the standard deviation of the change needs a correlation of -0.28"), "{:?}", run("8.0"));
    assert!(run("11.0")[0].contains("a standard error taken for a standard deviation"));
}

#[test]
fn means_outside_the_scale_and_spreads_beyond_it_cannot_be() {
    assert_eq!(
        checks(&["o,c,end,post,x,intervention,20,51.0,5.0,,,,,,"], &[]),
        ["scale-range"]
    );
    // About a mean of 10 on 0 to 50: √(10 · 40 · 20/19) = 20.5.
    assert_eq!(
        checks(&["o,c,end,post,x,intervention,20,10.0,21.0,,,,,,"], &[]),
        ["largest-deviation"]
    );
    assert_eq!(
        checks(&["o,c,end,post,x,intervention,20,10.0,20.4,,,,,,"], &[]),
        NONE
    );
}

#[test]
fn whole_scores_have_means_of_whole_sums() {
    // 20 people: steps of 0.05. 12.53 is none of them.
    let found = told(&["o,i,end,post,x,intervention,20,12.53,5.00,,,,,,"], &[]);
    assert!(
        found[0].starts_with("grim | the nearest mean of 20 whole scores is 12.550"),
        "{found:?}"
    );
    assert_eq!(
        checks(&["o,c,end,post,x,intervention,20,12.53,5.00,,,,,,"], &[]),
        NONE
    );
}

#[test]
fn deviations_that_fell_or_differ_between_arms_stand_out() {
    let arms = [
        "o,c,base,baseline,x,intervention,40,20.0,9.0,,,,,,",
        "o,c,base,baseline,y,control,40,20.0,9.0,,,,,,",
        "o,c,end,post,x,intervention,40,20.0,3.5,,,,,,",
        "o,c,end,post,y,control,40,20.0,8.0,,,,,,",
    ];
    assert_eq!(checks(&arms, &[]), ["sd-over-time"]);
    let arms = [
        "o,c,base,baseline,x,intervention,40,20.0,9.0,,,,,,",
        "o,c,base,baseline,y,control,40,20.0,3.0,,,,,,",
    ];
    assert_eq!(checks(&arms, &[]), ["sd-between-arms"]);
}

#[test]
fn a_deviation_that_is_the_error_of_its_own_limits_is_found() {
    // Limits 20 ± 2.064·1 of 25 people: error 1, deviation 5.
    let told = told(
        &["o,c,end,post,x,intervention,25,20.00,1.00,,17.94,22.06,,,"],
        &[],
    );
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].ends_with("the printed standard deviation is a standard error"),
        "{told:?}"
    );
}

#[test]
fn counts_are_held_against_percentages_and_tests() {
    let arms = [
        "m,,base,characteristic,x,intervention,40,,,,,,35,40,35 (87.5 %)",
        "m,,base,characteristic,y,control,40,,,,,,37,40,37 (90.5 %)",
    ];
    let told = told(&arms, &["m,,base,baseline,,chi2,T1,2.000,1,,0.157,,,"]);
    // 37/40 = 92.5 %. χ² = 80·(35·3 − 5·37)²/(40·40·72·8) = 0.556.
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].starts_with(
            "chi-squared | χ² = 0.556 from the counts, 0.139 with continuity correction"
        ),
        "{told:?}"
    );
    assert!(
        told[1].starts_with("percentage | 92.500 % from 37 of 40"),
        "{told:?}"
    );
}

#[test]
fn more_people_than_were_randomised_cannot_be() {
    let arms = [
        "o,c,end,post,x,intervention,45,20.0,5.0,,,,,,",
        "o,c,end,post,y,control,40,20.0,5.0,,,,,,",
    ];
    assert_eq!(
        told(&arms, &[]),
        [
            "sum-of-arms | the arms add up to 85 people, of 80 randomised | somebody is counted twice, or the number randomised is that of another report"
        ]
    );
}

#[test]
fn the_people_of_a_crossover_trial_are_in_each_arm_and_are_not_counted_twice() {
    let arms = |size: u32| {
        ["x,intervention", "y,control"]
            .map(|arm| format!("o,c,end,post,{arm},{size},20.0,5.0,,,,,,"))
    };
    let sums = |size: u32| {
        let arms = arms(size);
        let arms = [arms[0].as_str(), arms[1].as_str()];
        let rows = found_in("crossover-rct", &arms, &[], "").into_iter();
        let rows = rows.filter(|row| row.check == "sum-of-arms");
        rows.map(|row| row.recomputed).collect::<Vec<_>>()
    };
    assert!(sums(80).is_empty());
    assert_eq!(sums(81), ["an arm has 81 people, of 80 randomised"]);
}

#[test]
fn a_number_cut_short_elsewhere_is_a_note_and_another_number_a_warning() {
    let tests = [
        "o,c,end,group-effect,,F,T1,0.757,1,71,0.387,,,",
        "o,c,end,group-effect,,F,Abstract,0.75,,,0.387,,,",
    ];
    let rows = found(&[], &tests, "");
    assert_eq!((rows.len(), rows[0].severity.as_str()), (1, "note"));
    assert_eq!(
        rows[0].reconciled,
        "the last digit was cut off instead of rounded"
    );
    let tests = [
        "o,c,end,group-effect,,F,T1,0.757,1,71,0.387,,,",
        "o,c,end,group-effect,,F,Abstract,0.576,,,0.387,,,",
    ];
    assert!(
        found(&[], &tests, "")
            .iter()
            .any(|row| row.check == "two-places" && row.severity == "warning")
    );
}

#[test]
fn groups_unlike_before_are_a_note() {
    // 3/5 = 0.6 standard deviations.
    let arms = [
        "o,c,base,baseline,x,intervention,40,23.0,5.0,,,,,,",
        "o,c,base,baseline,y,control,40,20.0,5.0,,,,,,",
    ];
    assert_eq!(
        told(&arms, &[])[0].split(" | ").nth(1),
        Some("before the intervention the groups differ by 0.600 standard deviations")
    );
}

#[test]
fn an_accepted_finding_says_by_whom() {
    let accepted = "study,check,outcome,reason,by,at\nA,difference,o,the authors wrote that it is adjusted,r1;r2,2026-07-01\n";
    let rows = found(
        &POST,
        &["o,c,end,between-post,,none,T1,,,,,-4.30,-6.88,-1.72"],
        accepted,
    );
    assert_eq!(rows[0].accepted_by, "r1;r2");
}
