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
