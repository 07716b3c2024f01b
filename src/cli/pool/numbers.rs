//! Cells that were to hold numbers, and what is said of those that hold something else.

use super::cell::mend;
use super::table::Table;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::BTreeSet;

/// Names every cell of these columns that is no number, and says once how unusual ones were read. Gives the rows of the former.
pub(super) fn unreadable(
    table: &Table,
    columns: &BTreeSet<String>,
    names: &[String],
    file: &str,
    found: &mut Problems,
) -> BTreeSet<usize> {
    let mut rows = BTreeSet::new();
    for column in columns {
        let (Ok(text), bad) = (table.text(column), table.unreadable(column)) else {
            continue;
        };
        let Some(&first) = bad.first() else { continue };
        rows.extend(bad);
        let at = |row: usize| Place::line(file, table.line(row));
        if bad.len() > 1 && bad.len() == text.len() {
            found.push(
                Problem::error(
                    "pool::no-number",
                    format!(
                        "column `{column}` holds no number, but `{}` and so on",
                        text[first]
                    ),
                )
                .at(at(first))
                .help(mend(&text[first])),
            );
            continue;
        }
        for &row in bad {
            let title = format!(
                "{}: `{}` in column `{column}` is no number",
                names[row], text[row]
            );
            found.push(
                Problem::error("pool::no-number", title)
                    .at(at(row))
                    .help(mend(&text[row])),
            );
        }
    }
    unusual(table, columns, file, found);
    rows
}

fn unusual(table: &Table, columns: &BTreeSet<String>, file: &str, found: &mut Problems) {
    let cells: BTreeSet<(usize, &str)> = columns
        .iter()
        .flat_map(|column| {
            let text = table.text(column).unwrap_or_default();
            let rows = table.unusual(column).iter();
            rows.map(|&row| (row, text[row].as_str()))
        })
        .collect();
    let Some(&(row, cell)) = cells.first() else {
        return;
    };
    let how = if table.marks().decimal_comma {
        "a comma before its decimals"
    } else {
        "a typographic minus"
    };
    let number = super::cell::plain(cell, table.marks());
    found.push(
        Problem::note(
            "pool::read-as",
            format!("a number with {how} is read as a number: `{cell}` as {number}"),
        )
        .at(Place::line(file, table.line(row))),
    );
}
