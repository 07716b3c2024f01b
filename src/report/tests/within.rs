//! What is told of one group before and after.

use super::*;
use crate::artefact::Cells;

/// The small review with one more effect: a group before and after, in the analysis that had none.
fn with_a_change() -> ReportInput {
    let mut input = input();
    let mut change = |name: &str, key: &str, cells: &[(&str, &str)]| {
        let found = input.tables.iter_mut().find(|table| table.name == name);
        let sheet = Arc::make_mut(&mut found.expect("the small review has it").sheet);
        let columns = sheet.columns.clone();
        let told = |column: &String| cells.iter().find(|(name, _)| name == column);
        let before = sheet.rows.get(key).map(|row| row.iter().map(str::to_owned));
        let before: Vec<String> = before.map_or_else(Vec::new, Iterator::collect);
        let row = columns.iter().enumerate().map(|(at, column)| {
            let kept = before.get(at).map_or("", String::as_str);
            told(column).map_or(kept, |(_, value)| value)
        });
        let others = sheet.rows.values().filter(|row| row.key() != key);
        let mut rest = Rows::of(columns.len(), others.map(Cells::iter));
        rest.extend(&Rows::of(columns.len(), std::iter::once(row)));
        sheet.rows = rest;
    };
    change(
        "analyses",
        "ee-within",
        &[("status", "single-study"), ("k", "1"), ("n", "19")],
    );
    change(
        "effects",
        "ee-within|lee-2018",
        &[
            ("key", "ee-within|lee-2018"),
            ("analysis", "ee-within"),
            ("study", "lee-2018"),
            ("label", "Lee 2018"),
            ("n1", "19"),
            ("mean1", "31.2"),
            ("sd1", "9.4"),
            ("mean2", "51"),
            ("sd2", "10"),
            ("yi", "-1.93"),
            ("vi", "0.15"),
            ("se", "0.387"),
            ("ci_lower", "-2.69"),
            ("ci_upper", "-1.17"),
        ],
    );
    input
}

#[test]
fn each_mean_stands_beside_its_own_deviation_in_the_table_of_a_change() {
    let text = report(with_a_change()).markdown;
    let row = "| Lee 2018 | 51 (10) | 31.2 (9.4), 19 |";
    assert!(
        text.contains("| Study | Before: mean (SD) | After: mean (SD), n |"),
        "{text}"
    );
    assert!(text.contains(row), "{text}");
}

#[test]
fn the_forest_plot_of_a_change_has_the_group_before_and_after() {
    let report = report(with_a_change());
    let text = &report.figures["forest-ee-within.svg"];
    for told in ["Before", "After", "51", "31.2", "9.4"] {
        assert!(text.contains(&format!(">{told}")), "{told}: {text}");
    }
    assert!(!text.contains(">Group<"), "{text}");
}
