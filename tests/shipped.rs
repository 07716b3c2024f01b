//! The review that ships with the program is rebuilt from its inputs.

mod support;

use support::Review;

#[test]
fn the_shipped_review_is_rebuilt_and_then_fresh() {
    let review = Review::shipped();
    let first = review.run();
    assert_eq!(first.exit, 0, "{first:#?}");
    assert_eq!(
        first.ran(),
        "import deduplicate screen extract risk-of-bias pool grade report"
    );
    let report = review.text("reports/report.md");
    assert!(report.contains("Illustration: no formal search was run"));
    assert!(review.exists("reports/report.html"));
    review.run().assert_nothing_happened();
}

#[test]
fn the_traces_that_the_readme_shows_can_be_walked() {
    let review = Review::shipped();
    review.run();
    let commands = include_str!("../README.md")
        .lines()
        .filter_map(|line| line.strip_prefix("$ review trace "));
    let targets: Vec<&str> = commands
        .filter_map(|rest| rest.split_whitespace().next())
        .collect();
    assert!(targets.len() >= 2, "{targets:?}");
    for target in targets {
        let called = review.call(&["trace", target.trim_matches('\'')]);
        assert_eq!(called.exit, 0, "{target}: {called:#?}");
    }
}
