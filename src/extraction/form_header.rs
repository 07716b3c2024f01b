//! The header of a form: its columns named, and what is wrong with it as a whole.

use super::form::{Cell, Layout, place};
use crate::nearest::nearest;
use crate::place::{At, Place};
use crate::problem::{Problem, Problems};
use crate::table::column_name;

/// Names the columns, and finds what is wrong with the header as a whole.
pub(super) fn head(file: &str, header: &[Cell], layout: &Layout) -> Result<Vec<String>, Problems> {
    let mut problems = Problems::new();
    let known = layout.columns();
    let names: Vec<String> = header
        .iter()
        .map(|cell| canonical(&cell.text, layout))
        .collect();
    named_twice(file, header, &names, &mut problems);
    let mut unknown: Vec<usize> = (0..names.len())
        .filter(|position| !known.contains(&names[*position].as_str()))
        .collect();
    let slips = missing(file, header, &names, &unknown, layout, &mut problems);
    if !layout.one_of.is_empty() && !layout.one_of.iter().any(|column| has(&names, column)) {
        problems.push(none_of(file, header, layout));
    }
    unknown.retain(|position| !slips.contains(position) && !names[*position].is_empty());
    if !layout.open {
        misspelt(file, header, &names, &unknown, layout, &mut problems);
    }
    if problems.is_empty() {
        Ok(names)
    } else {
        Err(problems)
    }
}

/// Tells each column that is not there; gives the positions of unknown columns that were meant to be one.
fn missing(
    file: &str,
    header: &[Cell],
    names: &[String],
    unknown: &[usize],
    layout: &Layout,
    problems: &mut Problems,
) -> Vec<usize> {
    let mut slips = Vec::new();
    let wanted = [layout.ids, layout.required].concat();
    for column in wanted.iter().filter(|column| !has(names, column)) {
        let slip = unknown
            .iter()
            .copied()
            .find(|position| nearest(&names[*position], [*column]).is_some());
        let problem = Problem::error(
            "extraction::missing-column",
            format!("the {} have no column `{column}`", layout.name),
        );
        problems.push(match slip {
            Some(position) => {
                slips.push(position);
                problem
                    .at(place(file, &header[position]))
                    .help(format!("rename `{}` to `{column}`", header[position].text))
            }
            None => problem
                .at(top(file, header))
                .help(format!("add the column `{column}` to the header")),
        });
    }
    slips
}

/// The problem of a form that has none of the columns of which it needs one.
fn none_of(file: &str, header: &[Cell], layout: &Layout) -> Problem {
    let columns: Vec<String> = layout
        .one_of
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    Problem::error(
        "extraction::missing-column",
        format!(
            "the {} have none of the columns {}",
            layout.name,
            columns.join(", ")
        ),
    )
    .at(top(file, header))
    .help("add the columns that the paper's numbers belong to")
}

/// A misspelt column of values would be lost without a word; a column of notes may have any name.
fn misspelt(
    file: &str,
    header: &[Cell],
    names: &[String],
    unknown: &[usize],
    layout: &Layout,
    problems: &mut Problems,
) {
    let absent: Vec<&str> = [layout.one_of, layout.values]
        .concat()
        .into_iter()
        .filter(|column| !has(names, column))
        .collect();
    for position in unknown {
        let cell = &header[*position];
        if let Some(meant) = nearest(&names[*position], absent.iter().copied()) {
            problems.push(
                Problem::error(
                    "extraction::unknown-column",
                    format!("unknown column `{}`", cell.text),
                )
                .at(place(file, cell))
                .help(format!("did you mean `{meant}`? Notes go into `note`")),
            );
        }
    }
}

/// Where the header stands: the first line, or its first cell in a workbook.
fn top(file: &str, header: &[Cell]) -> Place {
    match header.first() {
        Some(cell) if matches!(cell.at, At::Cell { .. }) => place(file, cell),
        _ => Place::line(file, 1),
    }
}

/// Columns under one name: which of them counts cannot be told.
fn named_twice(file: &str, header: &[Cell], names: &[String], problems: &mut Problems) {
    for (position, name) in names.iter().enumerate() {
        if let Some(first) = names[..position].iter().position(|other| other == name)
            && !name.is_empty()
        {
            problems.push(
                Problem::error(
                    "extraction::duplicate-column",
                    format!("the column `{name}` is named twice"),
                )
                .labelled(place(file, &header[position]), "again")
                .labelled(place(file, &header[first]), "first")
                .help("delete or rename one of the two"),
            );
        }
    }
}

fn has(names: &[String], column: &str) -> bool {
    names.iter().any(|name| name == column)
}

pub(super) fn canonical(text: &str, layout: &Layout) -> String {
    let name = column_name(text);
    layout
        .aliases
        .iter()
        .find(|(alias, _)| *alias == name)
        .map_or(name, |(_, column)| (*column).to_owned())
}
