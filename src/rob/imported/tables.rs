//! The tables of a file, with the place of every cell, and what each is about.

use super::super::decisions::is_decisions;
use super::header::Header;
use crate::place::Place;
use crate::problem::Problems;
use crate::table::{Sheet, column_name, csv_rows, is_workbook, read_workbook};

/// Whether a file holds judgements, by the header of the file or of one of its sheets.
pub fn is_judgements(file: &str, bytes: &[u8]) -> bool {
    grids(file, bytes)
        .iter()
        .any(|grid| grid.holds() == Held::Judgements)
}

/// What is wrong with the text and the cells of tables of judgements, whatever they say: open quotes, days made of numbers.
pub fn faults(file: &str, bytes: &[u8]) -> Problems {
    let grids = grids(file, bytes).into_iter();
    let judged = grids.filter(|grid| grid.holds() == Held::Judgements);
    Problems(judged.flat_map(|grid| grid.problems).collect())
}

/// The sheets of a workbook of judgements that hold answers to questions.
pub fn answer_sheets(file: &str, bytes: &[u8]) -> Vec<String> {
    named_sheets(file, bytes, Held::Answers)
}

/// The sheets of a workbook of judgements that hold nothing known.
pub fn strange_sheets(file: &str, bytes: &[u8]) -> Vec<String> {
    named_sheets(file, bytes, Held::Nothing)
}

fn named_sheets(file: &str, bytes: &[u8], held: Held) -> Vec<String> {
    let grids = grids(file, bytes).into_iter();
    let wanted = grids.filter(|grid| !grid.rows.is_empty() && grid.holds() == held);
    wanted.filter_map(|grid| grid.sheet).collect()
}

/// A table with the place of every cell.
pub(super) type Grid = Vec<Vec<(String, Place)>>;

/// What a table is about, by its header.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    Judgements,
    Answers,
    /// Settled answers or changed judgements.
    Decisions,
    Nothing,
}

/// A CSV file, or one sheet of a workbook, with what is wrong with its cells; cells with a fault are empty.
pub(super) struct Table {
    pub(super) sheet: Option<String>,
    pub(super) rows: Grid,
    problems: Problems,
}

impl Table {
    pub(super) fn holds(&self) -> Held {
        if self.sheet.as_deref().is_some_and(is_decisions) {
            return Held::Decisions;
        }
        if Header::of(&self.rows).is_some() {
            return Held::Judgements;
        }
        let named = |wanted: &str| {
            let mut header = self.rows.iter().take(1).flatten();
            header.any(|(name, _)| column_name(name) == wanted)
        };
        if named("question") && named("answer") {
            Held::Answers
        } else {
            Held::Nothing
        }
    }
}

pub(super) fn grids(file: &str, bytes: &[u8]) -> Vec<Table> {
    if is_workbook(file) {
        let sheets = read_workbook(file, bytes).unwrap_or_default().into_iter();
        return sheets.map(|sheet| of_sheet(file, sheet)).collect();
    }
    let mut problems = Problems::new();
    let rows = csv_rows(file, bytes, &mut problems);
    let rows = rows.into_iter().map(|row| {
        row.into_iter()
            .map(|cell| (cell.text, Place::column(file, cell.line, cell.column)))
            .collect()
    });
    vec![Table {
        sheet: None,
        rows: rows.collect(),
        problems,
    }]
}

fn of_sheet(file: &str, sheet: Sheet) -> Table {
    let mut problems = Problems::new();
    let header = sheet.rows.first().into_iter().flatten();
    let names: Vec<String> = header.map(|cell| column_name(&cell.text)).collect();
    let mut rows = Grid::new();
    for (at, row) in sheet.rows.into_iter().enumerate() {
        let mut cells = Vec::with_capacity(row.len());
        for (cell, name) in row.into_iter().zip(&names) {
            let place = cell.place(file, &sheet.name);
            let days = if name == "date" { "at" } else { name };
            let sound = at == 0 || name.is_empty() || cell.is_sound(days);
            if !sound {
                let then = "the cell counts as empty until then";
                problems.push(cell.problem(file, &sheet.name, name, then));
            }
            let text = if sound { cell.text } else { String::new() };
            cells.push((text, place));
        }
        rows.push(cells);
    }
    Table {
        sheet: Some(sheet.name),
        rows,
        problems,
    }
}
