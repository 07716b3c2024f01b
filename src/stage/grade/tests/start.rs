//! Where certainty starts, and what is said of it.

use super::*;

#[test]
fn a_body_with_a_study_that_is_not_randomised_starts_low_and_says_which_share() {
    let ran = run(POINTS, HEADER, "key,design\nA,controlled\nB,rct\n");
    assert_eq!(ran.cell("summary", "one", "start"), "low");
    assert_eq!(ran.cell("summary", "two", "start"), "low");
    assert_eq!(
        ran.cell("summary", "two", "start_reason"),
        "1 of 2 studies is not randomised"
    );
    assert_eq!(ran.open("grade::design"), 0);
    let origin = ran.cell("summary", "two", "origin");
    assert!(
        origin.contains(
            "start=by-design(extract/characteristics#A/design; extract/characteristics#B/design)"
        ),
        "{origin}"
    );
    let ran = run(POINTS, HEADER, TRIALS);
    assert_eq!(
        ran.cell("summary", "two", "start_reason"),
        "every study is randomised"
    );
}

#[test]
fn a_design_in_a_word_that_nobody_knows_is_unknown_and_waits_for_somebody() {
    let ran = run(POINTS, HEADER, "key,design\nA,RCT\nB,rct\n");
    assert_eq!(ran.cell("summary", "two", "start"), "low");
    assert_eq!(
        ran.cell("summary", "two", "start_reason"),
        "the design of 1 of 2 studies is not known"
    );
    assert!(
        ran.codes().contains(&"grade::no-design"),
        "{:?}",
        ran.codes()
    );
    assert_eq!(ran.open("grade::design"), 1);
}
