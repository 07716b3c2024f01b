//! One row of a table: its cells by column, and what to say of a cell that does not hold what it should.

use super::cells::Cell;
use super::when::When;
use super::workbook::cell_name;
use crate::nearest::nearest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::rc::Rc;

/// A table's file, and its sheet where that is one of a workbook.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub(super) file: String,
    pub(super) sheet: Option<String>,
}

impl Spot {
    /// The place of a cell by line and column, or row and column, both counted from 1.
    pub(super) fn cell(&self, line: u32, column: u32) -> Place {
        match &self.sheet {
            None => Place::column(&self.file, line, column),
            Some(sheet) => Place::cell(&self.file, sheet, cell_name(line, column)),
        }
    }

    /// The place of a line, or of the first cell of a row.
    pub(super) fn line(&self, line: u32) -> Place {
        match &self.sheet {
            None => Place::line(&self.file, line),
            Some(_) => self.cell(line, 1),
        }
    }
}

/// One row: its cells, and the names of the columns that all rows of its table share.
#[derive(Clone, Debug)]
pub struct Row {
    pub(super) spot: Rc<Spot>,
    pub(super) line: u32,
    pub(super) names: Rc<[String]>,
    pub(super) cells: Vec<Cell>,
}

impl Row {
    fn cell(&self, column: &str) -> Option<&Cell> {
        let at = self.names.iter().position(|name| name == column)?;
        self.cells.get(at)
    }

    /// The text of a cell without surrounding blanks; empty when the column is absent.
    pub fn text(&self, column: &str) -> &str {
        self.cell(column).map_or("", |cell| cell.text.as_str())
    }

    /// The text of a cell, or `None` when it is empty.
    pub fn filled(&self, column: &str) -> Option<String> {
        Some(self.text(column))
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    }

    /// The place of a cell; of the row when the column is absent.
    pub fn place(&self, column: &str) -> Place {
        self.cell(column).map_or_else(
            || self.spot.line(self.line),
            |cell| self.spot.cell(cell.line, cell.column),
        )
    }

    /// The place of the row.
    pub fn start(&self) -> Place {
        self.spot.line(self.line)
    }

    /// A cell that must not be empty; reports and gives `None` when it is.
    pub fn needed(&self, column: &'static str, problems: &mut Problems) -> Option<String> {
        self.written(column, problems).map(str::to_owned)
    }

    /// The text of a cell that must not be empty; reports and gives `None` when it is.
    fn written(&self, column: &'static str, problems: &mut Problems) -> Option<&str> {
        let found = Some(self.text(column)).filter(|text| !text.is_empty());
        if found.is_none() {
            problems.push(
                Problem::error("table::missing-value", format!("`{column}` is empty"))
                    .at(self.place(column))
                    .help(format!(
                        "fill in `{column}`; the row is left out until then"
                    )),
            );
        }
        found
    }

    /// A cell that must hold one of `allowed`; case and `_` for `-` are forgiven.
    pub fn choice<T: Copy>(
        &self,
        column: &'static str,
        allowed: &[(&str, T)],
        problems: &mut Problems,
    ) -> Option<T> {
        let written = self.written(column, problems)?;
        let value = |word: &str| {
            let known = allowed.iter().find(|(name, _)| *name == word);
            known.map(|(_, value)| *value)
        };
        let forgiven = || written.to_lowercase().replace(['_', ' '], "-");
        let found = value(written).or_else(|| value(&forgiven()));
        if found.is_none() {
            let names: Vec<&str> = allowed.iter().map(|(name, _)| *name).collect();
            problems.push(unknown_value(column, written, &names, self.place(column)));
        }
        found
    }

    /// A cell that must hold a date or a time.
    pub fn when(&self, column: &'static str, problems: &mut Problems) -> Option<When> {
        let written = self.written(column, problems)?;
        let found = When::parse(written);
        if found.is_none() {
            problems.push(
                Problem::error("table::bad-date", format!("`{written}` is not a date"))
                    .at(self.place(column))
                    .help("write 2026-03-04, or 2026-03-04T10:11:12Z with the time"),
            );
        }
        found
    }
}

/// The problem of a cell that holds none of the allowed values; names the nearest.
pub fn unknown_value(column: &str, written: &str, allowed: &[&str], place: Place) -> Problem {
    let help = nearest(written, allowed.iter().copied()).map_or_else(
        || format!("write one of: {}", allowed.join(", ")),
        |near| format!("did you mean `{near}`? Allowed are: {}", allowed.join(", ")),
    );
    Problem::error(
        "table::unknown-value",
        format!("`{written}` is no value of `{column}`"),
    )
    .at(place)
    .help(help)
}
