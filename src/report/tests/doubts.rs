//! What is said beside a result that rests on a number that cannot be.

use super::*;

/// The small review with its one finding of that severity, accepted by somebody or by nobody.
fn with_a_finding(severity: &str, accepted_by: &str) -> Report {
    let arm = "check(extract/outcomes#huang|ee|balint/mean)";
    with_a_finding_from(arm, severity, accepted_by)
}

/// The same, made from these cells.
fn with_a_finding_from(origin: &str, severity: &str, accepted_by: &str) -> Report {
    let mut input = input();
    // The stress of the same study was read from a row of its own.
    let effects = input
        .tables
        .iter_mut()
        .find(|table| table.name == "effects");
    let effects = Arc::make_mut(&mut effects.expect("the small review has it").sheet);
    effects.rows = effects.rows.edited(|row| {
        if row[0].starts_with("stress|") {
            let origin = row.last_mut().expect("an origin");
            *origin = origin.replace("huang|ee|balint", "huang|stress|balint");
        }
    });
    let found = input
        .tables
        .iter_mut()
        .find(|table| table.name == "integrity");
    let sheet = Arc::make_mut(&mut found.expect("the small review has it").sheet);
    let columns = sheet.columns.clone();
    let told = [
        ("severity", severity),
        ("accepted_by", accepted_by),
        ("check", "scale-range"),
        ("origin", origin),
        ("recomputed", "the mean lies outside 0 to 10 of `fs`"),
    ];
    sheet.rows = sheet.rows.edited(|row| {
        for (name, value) in told {
            let at = columns.iter().position(|column| column == name);
            value.clone_into(&mut row[at.expect("a column")]);
        }
    });
    report(input)
}

#[test]
fn an_impossible_number_is_told_beside_every_result_that_rests_on_it() {
    let beside = "It rests on a number that cannot be as it is extracted";
    let found = with_a_finding("error", "");
    let lines = |start: &str| {
        let mine = found
            .markdown
            .lines()
            .filter(|line| line.starts_with(start));
        mine.filter(|line| line.contains(beside)).count()
    };
    assert_eq!(lines("- **Emotional exhaustion: change"), 1, "summary");
    assert_eq!(
        lines("| Emotional exhaustion: change"),
        1,
        "summary of findings"
    );
    let told = "nobody has looked into it.** Huang 2020: the mean lies outside 0 to 10";
    assert_eq!(
        found.markdown.matches(told).count(),
        2,
        "each of its two analyses"
    );
    let figure = &found.figures["forest-ee-change.svg"];
    assert!(figure.contains("cannot be as it is extracted"), "{figure}");
    // The other outcome of the same study does not rest on it.
    assert_eq!(lines("- **Stress"), 0);
    for (severity, by) in [("error", "reviewer-a"), ("warning", "")] {
        let text = with_a_finding(severity, by).markdown;
        assert!(!text.contains("cannot be as it is"), "{severity} {by}");
    }
}

#[test]
fn a_printed_test_that_contradicts_the_means_is_not_called_an_impossible_mean() {
    let test = "check(extract/statistics#huang|ee|d/value; extract/outcomes#huang|ee|balint/mean)";
    let text = with_a_finding_from(test, "error", "").markdown;
    assert!(!text.contains("cannot be as it is"), "{text}");
}
