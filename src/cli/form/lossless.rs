//! What keeps a form that is there from being added to or written anew without losing what people wrote.

use crate::extraction::form::Layout;
use crate::extraction::{EFFECTS, OUTCOMES, STATISTICS, STUDIES};
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::{Cell, Sheet, SheetCell, column_name, csv_rows};

/// The name under which the reader of a form knows a column, other spellings resolved.
pub(super) fn column_of(form: &str, written: &str) -> String {
    let name = column_name(written);
    let layouts: [&Layout; 4] = [&OUTCOMES, &STATISTICS, &EFFECTS, &STUDIES];
    let layout = layouts.into_iter().find(|layout| layout.name == form);
    let mut aliases = layout.into_iter().flat_map(|layout| layout.aliases);
    match aliases.find(|(alias, _)| *alias == name) {
        Some((_, column)) => (*column).to_owned(),
        None => name,
    }
}

/// The rows of a CSV form whose text is sound: UTF-8, closed quotes, lines that end in LF or CRLF.
///
/// # Errors
/// All that is wrong with the text.
pub(super) fn rows(path: &str, bytes: &[u8]) -> Result<Vec<Vec<Cell>>, Problems> {
    let mut problems = Problems::new();
    let rows = csv_rows(path, bytes, &mut problems);
    let alone =
        (0..bytes.len()).find(|at| bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
    if let Some(at) = alone {
        let before = String::from_utf8_lossy(&bytes[..at]).matches('\n').count();
        let line = u32::try_from(before + 1).unwrap_or(u32::MAX);
        problems.push(
            Problem::error("form::line-ends", "a line ends in CR alone")
                .at(Place::line(path, line))
                .help("open the file in a spreadsheet program and save it as CSV UTF-8"),
        );
    }
    if problems.is_empty() {
        Ok(rows)
    } else {
        Err(problems)
    }
}

/// What of a CSV form would be lost: text beyond the header or below no name, and columns of one name.
pub(super) fn lost_of_csv(path: &str, form: &str, rows: &[Vec<Cell>]) -> Problems {
    let named = |cell: &Cell| (column_of(form, &cell.text), place(path, cell));
    let header: Vec<(String, Place)> = rows.iter().take(1).flatten().map(named).collect();
    let mut problems = twice(&header);
    for cell in rows.iter().skip(1).flat_map(|row| nameless(&header, row)) {
        if !cell.text.is_empty() {
            problems.push(without_name(&cell.text, place(path, cell)));
        }
    }
    problems
}

/// What of a sheet would be lost or become what nobody typed: faults of cells, text below no name, columns of one name.
pub(super) fn lost_of_sheet(path: &str, form: &str, sheet: &Sheet) -> Problems {
    let at = |cell: &SheetCell| cell.place(path, &sheet.name);
    let named = |cell: &SheetCell| (column_of(form, &cell.text), at(cell));
    let header: Vec<(String, Place)> = sheet.rows.iter().take(1).flatten().map(named).collect();
    let mut problems = twice(&header);
    for row in sheet.rows.iter().skip(1) {
        for cell in nameless(&header, row) {
            if !cell.text.is_empty() || cell.fault.is_some() {
                problems.push(without_name(&cell.text, at(cell)));
            }
        }
        for (cell, (name, _)) in row.iter().zip(&header) {
            if !name.is_empty() && !cell.is_sound(name) {
                let then = "nothing was written, since it would become plain text";
                problems.push(cell.problem(path, &sheet.name, name, then));
            }
        }
    }
    problems
}

/// The cells of a row that stand below no name.
fn nameless<'a, T>(header: &'a [(String, Place)], row: &'a [T]) -> impl Iterator<Item = &'a T> {
    let cells = row.iter().enumerate();
    cells
        .filter(|(at, _)| header.get(*at).is_none_or(|(name, _)| name.is_empty()))
        .map(|(_, cell)| cell)
}

fn twice(header: &[(String, Place)]) -> Problems {
    let mut problems = Problems::new();
    for (at, (name, place)) in header.iter().enumerate() {
        let first = header[..at].iter().find(|(earlier, _)| earlier == name);
        if let Some((_, first)) = first.filter(|_| !name.is_empty()) {
            problems.push(
                Problem::error(
                    "form::duplicate-column",
                    format!("two columns are read as `{name}`"),
                )
                .at(place.clone())
                .labelled(first.clone(), "the first")
                .help("rename or remove one of them; nothing was written"),
            );
        }
    }
    problems
}

fn without_name(text: &str, place: Place) -> Problem {
    let title = format!("`{text}` stands below no column name, and writing anew would lose it");
    Problem::error("form::no-column-name", title)
        .at(place)
        .help("give the column a name, put text that holds the separator in double quotes, or remove it")
}

fn place(path: &str, cell: &Cell) -> Place {
    Place::column(path, cell.line, cell.column)
}
