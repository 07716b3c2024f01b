//! The header of a table, held against the columns that its reader wants.

use super::cells::Cell;
use super::row::Spot;
use crate::nearest::nearest;
use crate::place::Place;
use crate::problem::{Problem, Problems};

/// The columns of a table.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    /// Must stand in the header.
    pub required: &'static [&'static str],
    /// May stand in the header.
    pub optional: &'static [&'static str],
}

/// Column names are compared without case, with blanks and `-` as `_`.
pub fn column_name(text: &str) -> String {
    text.to_lowercase().replace([' ', '-'], "_")
}

/// Whether every wanted column stands in the header and none stands twice; columns that nobody asked for are told.
pub(super) fn header_is_sound(
    spot: &Spot,
    header: &[Cell],
    columns: Columns,
    problems: &mut Problems,
) -> bool {
    let names: Vec<String> = header.iter().map(|cell| column_name(&cell.text)).collect();
    let complete = has_required(spot, &names, columns, problems);
    let mut unique = true;
    for (index, (name, cell)) in names.iter().zip(header).enumerate() {
        let place = spot.cell(cell.line, cell.column);
        if let Some(first) = names[..index]
            .iter()
            .position(|earlier| earlier == name && !name.is_empty())
        {
            unique = false;
            let first = spot.cell(header[first].line, header[first].column);
            problems.push(
                Problem::error(
                    "table::duplicate-column",
                    format!("two columns are called `{name}`"),
                )
                .at(place)
                .labelled(first, "the first")
                .help("rename or remove one of them"),
            );
        } else if !is_known(name, columns) && !name.is_empty() {
            problems.push(unread(name, &names, columns, place));
        }
    }
    complete && unique
}

fn is_known(name: &str, columns: Columns) -> bool {
    columns.required.contains(&name) || columns.optional.contains(&name)
}

/// Whether every required column is there; one that is not gets the nearest of the strangers.
fn has_required(spot: &Spot, names: &[String], columns: Columns, problems: &mut Problems) -> bool {
    let mut complete = true;
    let strangers: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| !name.is_empty() && !is_known(name, columns))
        .collect();
    for wanted in columns.required {
        if names.iter().any(|name| name == wanted) {
            continue;
        }
        complete = false;
        let help = nearest(wanted, strangers.iter().copied()).map_or_else(
            || format!("add the column `{wanted}` to the header"),
            |near| format!("rename the column `{near}` to `{wanted}`"),
        );
        problems.push(
            Problem::error("table::missing-column", format!("no column `{wanted}`"))
                .at(spot.line(1))
                .help(help),
        );
    }
    complete
}

/// The note on a column that nobody asked for.
fn unread(name: &str, names: &[String], columns: Columns, place: Place) -> Problem {
    let absent: Vec<&str> = columns
        .optional
        .iter()
        .copied()
        .filter(|optional| !names.iter().any(|present| present == optional))
        .collect();
    let problem = Problem::note(
        "table::unread-column",
        format!("the column `{name}` is not read"),
    )
    .at(place);
    match nearest(name, absent.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem,
    }
}
