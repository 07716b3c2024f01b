//! The flow diagram of PRISMA 2020 as a small review has it: both streams, counts that people typed, and more than two reviewers.

mod support;

use review::artefact::Sheet;
use std::collections::BTreeMap;
use support::{Review, mini};

const SEARCHED: &str = "data/searches/2026-01-15/";

/// What following citations gave: a report that the database gave too, and one of its own.
const CITATIONS: &str = "\
TY  - JOUR
AU  - Adams, Ruth
PY  - 2011
TI  - Evening walks and the sleep of older adults: a randomised trial
JO  - Journal of Invented Sleep
VL  - 12
SP  - 34
EP  - 41
DO  - 10.5555/jis.2011.34
ER  - 

TY  - JOUR
AU  - Dunn, Eve
PY  - 2009
TI  - A short walk after supper and the sleep of nurses
JO  - Invented Nursing
VL  - 4
SP  - 7
EP  - 15
DO  - 10.5555/in.2009.7
ER  - 
";

/// The small review, which followed citations as well.
fn with_citations() -> Review {
    let review = mini::whole();
    review.write(&format!("{SEARCHED}citations.ris"), CITATIONS);
    let list = format!("{SEARCHED}searches.yaml");
    let more = "  - { id: citations, file: citations.ris, kind: citation, date: \"2026-01-16\", hits: 2 }\n";
    review.write(&list, &(review.text(&list) + more));
    review
}

/// Counts by box, lines of boxes aside.
fn counts(review: &Review) -> BTreeMap<String, String> {
    let sheet = Sheet::read("flow.csv", &review.bytes("reports/stages/screen/flow.csv"));
    let sheet = sheet.expect("a table");
    let cell = |key: &str, column| sheet.cell(key, column).unwrap_or_default().to_owned();
    let boxes = sheet.rows.keys();
    let boxes = boxes.filter(|key| cell(key, "parent").is_empty());
    boxes
        .map(|key| (cell(key, "box_id"), cell(key, "count")))
        .collect()
}

#[test]
fn what_other_methods_alone_found_has_a_stream_of_its_own() {
    let review = with_citations();
    for name in ["reviewer-a", "reviewer-b"] {
        let path = format!("data/screening/{name}.csv");
        let vote = "10.5555/in.2009.7,full-text,exclude,wrong-design,2026-01-21T10:00:00Z,,10.5555/in.2009.7\n";
        review.write(&path, &(review.text(&path) + vote));
    }
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    let found = counts(&review);
    for (name, count) in [
        ("records-identified-databases", "4"),
        ("duplicates-removed", "1"),
        ("records-screened", "3"),
        ("reports-sought", "2"),
        ("other-identified", "2"),
        ("other-not-sought", "1"),
        ("other-sought", "1"),
        ("other-assessed", "1"),
        ("other-excluded", "1"),
        ("reports-included", "2"),
    ] {
        assert_eq!(
            found.get(name).map(String::as_str),
            Some(count),
            "{name}: {found:#?}"
        );
    }
    let figure = review.text("reports/figures/flow.svg");
    assert!(
        figure.contains("Citation searching"),
        "the second stream is drawn"
    );
}

#[test]
fn without_other_methods_there_is_one_stream() {
    let review = mini::whole().built();
    assert!(
        !counts(&review)
            .keys()
            .any(|name| name.starts_with("other-"))
    );
}

#[test]
fn a_name_in_both_streams_is_told() {
    let review = with_citations();
    review.replace(
        &format!("{SEARCHED}searches.yaml"),
        "kind: citation",
        "database: Embase, kind: citation",
    );
    let told = review.run().problem("import::two-streams").to_string();
    assert!(told.contains("Embase"), "{told}");
}

#[test]
fn a_kind_of_search_that_nobody_knows_is_told_with_its_line() {
    let review = with_citations();
    review.replace(
        &format!("{SEARCHED}searches.yaml"),
        "kind: citation",
        "kind: citations",
    );
    let called = review.call(&["run"]);
    assert_ne!(called.exit, 0, "{called:#?}");
    assert!(called.err.contains("citations"), "{}", called.err);
    assert!(called.err.contains("searches.yaml:"), "{}", called.err);
}

#[test]
fn a_typed_count_that_disagrees_is_an_error() {
    let review = mini::review();
    let typed = |counts: &str| {
        review.write("pipeline.yaml", &mini::PIPELINE.replace(
            "      decisions: data/screening/\n      protocol: data/protocol.yaml\n",
            &format!("      decisions: data/screening/\n      protocol: data/protocol.yaml\n    settings: {{ typed_counts: {{ {counts} }} }}\n"),
        ));
        review.call(&["run"])
    };
    let agreed = typed("records-screened: 3, reports-sought: 2");
    assert!(!agreed.err.contains("typed-count"), "{agreed:#?}");
    let called = typed("records-screened: 4, report-sought: 2");
    for place in ["pipeline.yaml:14:33", "pipeline.yaml:14:54"] {
        assert!(called.err.contains(place), "{}", called.err);
    }
    assert!(
        called
            .err
            .contains("`records-screened` was typed as 4, and the decisions give 3"),
        "{}",
        called.err
    );
    assert!(
        called.err.contains("did you mean `reports-sought`"),
        "{}",
        called.err
    );
}

#[test]
fn three_reviewers_have_an_alpha_beside_their_pairs() {
    let review = mini::review();
    let votes = review.text("data/screening/reviewer-b.csv");
    review.replace(
        "data/protocol.yaml",
        "    - { id: reviewer-b, who: invented }\n",
        "    - { id: reviewer-b, who: invented }\n    - { id: reviewer-c, who: invented }\n",
    );
    review.write(
        "data/screening/reviewer-c.csv",
        &votes.replacen("title-abstract,include", "title-abstract,exclude", 1),
    );
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    let bytes = review.bytes("reports/stages/screen/agreement-of-all.csv");
    let sheet = Sheet::read("agreement-of-all.csv", &bytes).expect("a table");
    let cell = |column| sheet.cell("title-abstract", column).unwrap_or_default();
    assert_eq!((cell("n"), cell("votes")), ("3", "9"));
    // Records: two of three include, all include, all exclude. 5 includes and 4 excludes, one record with 2 × 1 apart:
    // 1 - (9 - 1) × (2 × 2 × 1 / 2) / (2 × 5 × 4) = 0.6.
    let alpha: f64 = cell("alpha").parse().expect("a number");
    assert!((alpha - 0.6).abs() < 1e-12, "{alpha}");
}
