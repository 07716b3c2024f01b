//! A difference in text, grouped by what a reader asks.

use crate::update::{AnalysisConclusion, Change, Difference, Named, Proposal, Rated};
use std::fmt::Write;

/// Longest cell that is printed whole.
const CELL: usize = 90;

/// What differs, of each kind of row the first `shown`; and the proposal.
pub(super) fn text(old: &str, new: &str, found: &Difference, shown: usize) -> (String, String) {
    let mut text = format!("{old} → {new}\n");
    if found.is_empty() {
        text.push_str("nothing differs\n");
    }
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            write!(text, "\n{title}\n{}", lines.concat()).expect("writing to a string cannot fail");
        }
    };
    let rows = |pick: fn(&crate::update::TableDifference) -> &Vec<Named>| {
        let tables = found.tables.iter().filter(|table| !pick(table).is_empty());
        tables
            .map(|table| named(table.rows, pick(table), shown))
            .collect::<Vec<_>>()
    };
    section("What is new", rows(|table| &table.new));
    let changed = found
        .tables
        .iter()
        .filter(|table| !table.changed.is_empty());
    section(
        "What changed",
        changed
            .map(|table| changes(table.rows, &table.changed, shown))
            .collect(),
    );
    section("What went", rows(|table| &table.went));
    let mut proposal = String::new();
    conclusion(found, &mut proposal);
    (text, proposal)
}

fn named(rows: &str, all: &[Named], shown: usize) -> String {
    let mut text = format!("  {rows}: {}\n", all.len());
    for row in all.iter().take(shown) {
        let label = short(&row.label);
        let key = if row.label == row.key {
            String::new()
        } else {
            format!("  [{}]", row.key)
        };
        line(&mut text, format_args!("    {label}{key}"));
    }
    more(&mut text, all.len(), shown);
    text
}

fn changes(rows: &str, all: &[Change], shown: usize) -> String {
    let mut text = format!("  {rows}: {}\n", all.len());
    for row in all.iter().take(shown) {
        line(&mut text, format_args!("    {}", short(&row.label)));
        for cell in &row.cells {
            line(
                &mut text,
                format_args!(
                    "      {}: {} → {}",
                    cell.column,
                    value(&cell.old),
                    value(&cell.new)
                ),
            );
        }
    }
    more(&mut text, all.len(), shown);
    text
}

fn more(text: &mut String, all: usize, shown: usize) {
    if all > shown {
        line(
            text,
            format_args!("    and {} more; --all tells them", all - shown),
        );
    }
}

fn conclusion(found: &Difference, text: &mut String) {
    let conclusion = &found.conclusion;
    let proposed = match conclusion.proposal {
        Proposal::Changed => "the conclusion changed",
        Proposal::NotChanged => "the conclusion did not change",
        Proposal::NotComparable => "the conclusions cannot be compared",
    };
    line(
        text,
        format_args!("\nProposal: {proposed} (a person confirms)"),
    );
    line(text, format_args!("  rule: {}", conclusion.rule));
    for analysis in &conclusion.analyses {
        let because = match analysis.proposal {
            Proposal::Changed => format!("changed: {}", analysis.because.join("; ")),
            Proposal::NotChanged => "not changed".to_owned(),
            Proposal::NotComparable => "not comparable".to_owned(),
        };
        let role = if analysis.main {
            ""
        } else {
            " (supplementary)"
        };
        line(text, format_args!("  {}{role}: {because}", analysis.title));
        for said in &analysis.not_compared {
            line(text, format_args!("    {said}"));
        }
        if analysis.old != analysis.new {
            numbers(analysis, text);
        }
    }
}

fn numbers(analysis: &AnalysisConclusion, text: &mut String) {
    for (when, rated) in [("before", &analysis.old), ("now", &analysis.new)] {
        let said = rated
            .as_ref()
            .map_or_else(|| "no evidence".to_owned(), told);
        line(text, format_args!("    {when}: {said}"));
    }
}

fn told(rated: &Rated) -> String {
    let number = |number: f64| value(&number.to_string());
    let mut said = format!("k = {}", rated.k);
    match rated.effect {
        Some(effect) => write!(
            said,
            ", {} ({} to {})",
            number(effect.estimate),
            number(effect.ci_lower),
            number(effect.ci_upper)
        ),
        None => write!(said, ", not pooled"),
    }
    .expect("writing to a string cannot fail");
    for part in [&rated.certainty, &rated.statement] {
        if !part.is_empty() {
            write!(said, ", {part}").expect("writing to a string cannot fail");
        }
    }
    said
}

fn line(text: &mut String, said: std::fmt::Arguments<'_>) {
    writeln!(text, "{said}").expect("writing to a string cannot fail");
}

/// A cell for reading: a fraction at four significant digits, a long text cut, nothing as `(empty)`.
pub(super) fn value(text: &str) -> String {
    if text.is_empty() {
        return "(empty)".to_owned();
    }
    match text.parse::<f64>() {
        Ok(number) if text.contains('.') && number.is_finite() => rounded(number),
        _ => short(text),
    }
}

fn rounded(number: f64) -> String {
    let size = if number == 0.0 {
        0.0
    } else {
        number.abs().log10().floor()
    };
    if !(-4.0..=5.0).contains(&size) {
        return format!("{number:.3e}");
    }
    let places = (0_u8..8).find(|places| size >= 3.0 - f64::from(*places));
    let printed = format!("{number:.*}", usize::from(places.unwrap_or(7)));
    if printed.contains('.') {
        printed
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned()
    } else {
        printed
    }
}

fn short(text: &str) -> String {
    if text.chars().count() <= CELL {
        return text.to_owned();
    }
    let cut: String = text.chars().take(CELL - 1).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_at_four_digits_and_nothing_is_told_as_nothing() {
        for (text, printed) in [
            ("-8.0", "-8"),
            ("0.24706056", "0.2471"),
            ("109.123456", "109.1"),
            ("1.1002641446314428e-17", "1.1002641446314428e-17"),
            ("0.00026165686", "0.0002617"),
            ("12", "12"),
            ("", "(empty)"),
        ] {
            let read = value(text);
            let wanted = if text.contains('e') {
                "1.100e-17"
            } else {
                printed
            };
            assert_eq!(read, wanted, "{text}");
        }
    }
}
