//! Every number of the report leads back to files that people keep.

mod support;

use std::collections::BTreeSet;
use support::mini;

#[test]
fn every_line_with_a_number_leads_to_files_that_people_keep() {
    let review = mini::whole().built();
    let numbers: serde_json::Value =
        serde_json::from_slice(&review.bytes("reports/provenance/numbers.json")).expect("JSON");
    let lines: BTreeSet<u64> = numbers["numbers"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|number| number["line"].as_u64())
        .collect();
    assert!(lines.len() > 50, "{lines:?}");
    let broken: Vec<String> = lines
        .into_iter()
        .map(|line| review.call(&["trace", &format!("reports/report.md:{line}")]))
        .filter(|called| called.exit != 0)
        .flat_map(|called| {
            let said = format!("{}{}", called.out, called.err);
            let lines = said.lines().filter(|line| line.contains("(broken"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_pooled_estimate_leads_to_the_cell_its_quote_the_votes_and_the_export() {
    let review = mini::whole().built();
    let called = review.call(&["trace", "pool/pooled#sleep|/estimate"]);
    assert_eq!(called.exit, 0, "{called:#?}");
    for leaf in [
        "data/extraction/outcomes.csv:2:53  Table 2, “14.2 (3.1)”, by reviewer-a, 2026-01-25T09:00:00Z",
        "data/screening/reviewer-b.csv:5  by reviewer-b, 2026-01-21T10:00:30Z",
        "data/searches/2026-01-15/embase.ris:1\n",
        "data/searches/2026-01-15/searches.yaml:4:5",
        "stages/pool/settings.yaml",
    ] {
        assert!(
            called.out.contains(leaf),
            "{leaf} is not in\n{}",
            called.out
        );
    }
}

#[test]
fn a_mistyped_address_is_a_mistake_of_the_call_and_met_with_what_is_there() {
    let review = mini::review().built();
    for (address, said) in [
        ("pool/pooled#nothing|/estimate", "has no row `nothing|`"),
        (
            "pool/pooled#sleep|/estimat",
            "no column `estimat`; did you mean `estimate`?",
        ),
        ("pool/poled#sleep|/estimate", "did you mean `pool/pooled`?"),
    ] {
        let called = review.call(&["trace", address]);
        assert_eq!(called.exit, 2, "{called:#?}");
        assert!(called.err.contains(said), "{}", called.err);
    }
}

#[test]
fn a_page_is_written_over_nothing_that_says_something_else() {
    let review = mini::review().built();
    let votes = review.text("data/screening/reviewer-a.csv");
    let file = review.path("data/screening/reviewer-a.csv");
    let address = "pool/pooled#sleep|/estimate";
    let refused = review.call(&["trace", address, "--html", &file.to_string_lossy()]);
    assert_eq!(refused.exit, 2, "{refused:#?}");
    assert_eq!(review.text("data/screening/reviewer-a.csv"), votes);
    let page = review.path("trace.html");
    for _ in 0..2 {
        let written = review.call(&["trace", address, "--html", &page.to_string_lossy()]);
        assert_eq!(
            written.exit, 0,
            "the same page again is no harm: {written:#?}"
        );
    }
}
