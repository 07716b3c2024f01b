//! Forms that people fill in: tables whose every cell knows where it stands.
//!
//! Cells are split as in every table; the header is a form's own, with aliases, columns of which one is enough, and columns that
//! reviewers add. Forms come out of spreadsheets, so bytes that are not UTF-8 are read in the encoding that they look like.

use super::form_header::canonical;
use crate::place::{At, Place};
use crate::problem::{Problem, Problems};

/// The columns of one kind of form.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Name of the table, as messages say it.
    pub name: &'static str,
    /// Columns that tell one row from another; all have to be there.
    pub ids: &'static [&'static str],
    /// Further columns that have to be there.
    pub required: &'static [&'static str],
    /// Columns of which one at least has to be there.
    pub one_of: &'static [&'static str],
    /// Columns that two readers have to agree on, beside `required`; may be left out.
    pub values: &'static [&'static str],
    /// Columns about the reading: source, quote, reader, day; may be left out, never compared.
    pub about: &'static [&'static str],
    /// Other spellings of a column's name.
    pub aliases: &'static [(&'static str, &'static str)],
    /// Whether columns of other names are values too (characteristics of the reviewers' own).
    pub open: bool,
    /// Columns that a blank form comes filled in with, beside `ids`: a row with no more than these waits for its reader. None
    /// for tables whose rows nobody hands out.
    pub prefilled: &'static [&'static str],
}

impl Layout {
    /// All columns that are read.
    pub fn columns(&self) -> Vec<&'static str> {
        [
            self.ids,
            self.required,
            self.one_of,
            self.values,
            self.about,
        ]
        .concat()
    }
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Text without blanks around it.
    pub text: String,
    /// Where it begins.
    pub at: At,
}

/// One row, with the file it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormRow {
    /// Position in [`Form::files`].
    pub file: usize,
    /// A cell a column.
    pub cells: Vec<Cell>,
}

/// A table as read, its columns under their right names; several files may make one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Paths of the files, in the order read; one at least.
    pub files: Vec<String>,
    /// Names of the columns, aliases resolved.
    pub columns: Vec<String>,
    /// Rows that somebody filled in; blank rows are left out.
    pub rows: Vec<FormRow>,
    /// Rows as they were handed out, in which nobody wrote yet.
    pub waiting: Vec<FormRow>,
}

impl Form {
    /// A form with no row, for a file that is not there.
    pub fn absent(file: &str) -> Self {
        Self {
            files: vec![file.to_owned()],
            columns: Vec::new(),
            rows: Vec::new(),
            waiting: Vec::new(),
        }
    }

    /// Whether the form stands for a file that is not there.
    pub fn is_absent(&self) -> bool {
        self.columns.is_empty()
    }

    /// Adds the rows of another file of the same table; columns that only one of both has are empty in the other.
    ///
    /// Columns in which a file says nothing are not taken from it, so that a blank form beside a filled one changes nothing.
    pub fn join(&mut self, other: Form) {
        if self.is_absent() {
            *self = other;
            return;
        }
        if self.rows.is_empty() && !other.rows.is_empty() {
            let used = self.used_columns();
            self.columns = keep(&self.columns, &used);
            let rows = self.waiting.iter_mut();
            rows.for_each(|row| row.cells = keep(&row.cells, &used));
        }
        let file = self.files.len();
        for (name, used) in other.columns.iter().zip(other.used_columns()) {
            if used && !name.is_empty() && self.position(name).is_none() {
                self.columns.push(name.clone());
            }
        }
        let width = self.columns.len();
        let rows = self.rows.iter_mut().chain(&mut self.waiting);
        rows.for_each(|row| row.widen(width));
        let from: Vec<Option<usize>> = self
            .columns
            .iter()
            .map(|name| other.position(name).filter(|_| !name.is_empty()))
            .collect();
        let moved = |row: FormRow| {
            let cell =
                |at: &Option<usize>| at.map_or_else(|| row.nothing(), |at| row.cells[at].clone());
            FormRow {
                file: file + row.file,
                cells: from.iter().map(cell).collect(),
            }
        };
        self.rows.extend(other.rows.into_iter().map(moved));
        self.waiting.extend(other.waiting.into_iter().map(moved));
        self.files.extend(other.files);
    }

    /// By column, whether any row says something in it.
    fn used_columns(&self) -> Vec<bool> {
        let mut used = vec![false; self.columns.len()];
        for row in self.rows.iter().chain(&self.waiting) {
            for (used, cell) in used.iter_mut().zip(&row.cells) {
                *used |= !cell.text.is_empty();
            }
        }
        used
    }

    /// Position of a column.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|name| name == column)
    }

    /// Text of a cell; empty where the form has no such column.
    pub fn text(&self, row: usize, column: &str) -> &str {
        self.position(column)
            .map_or("", |position| self.rows[row].cells[position].text.as_str())
    }

    /// Where a cell stands; the row's first cell where the form has no such column.
    pub fn place(&self, row: usize, column: &str) -> Place {
        let position = self.position(column).unwrap_or(0);
        let row = &self.rows[row];
        Place {
            file: self.files[row.file].as_str().into(),
            at: row
                .cells
                .get(position)
                .map_or(At::File, |cell| cell.at.clone()),
        }
    }

    /// Path of the file that a row stands in.
    pub fn file_of(&self, row: usize) -> &str {
        &self.files[self.rows[row].file]
    }

    /// Where a row stands as a whole: its line, or its first cell in a workbook.
    pub fn row_place(&self, row: usize) -> Place {
        let place = self.place(row, "");
        match place.line_number() {
            Some(line) => Place::line(place.file, line),
            None => place,
        }
    }
}

/// The items at whose position `kept` says so.
fn keep<T: Clone>(items: &[T], kept: &[bool]) -> Vec<T> {
    let items = items.iter().zip(kept).filter(|(_, kept)| **kept);
    items.map(|(item, _)| item.clone()).collect()
}

impl FormRow {
    /// An empty cell where the row begins.
    fn nothing(&self) -> Cell {
        Cell {
            text: String::new(),
            at: self.cells.first().map_or(At::File, |cell| cell.at.clone()),
        }
    }

    fn widen(&mut self, width: usize) {
        let nothing = self.nothing();
        self.cells.resize(width, nothing);
    }
}

impl Form {
    /// Adds a row that has as many cells as the header, or fewer by cells left out at its end.
    pub(super) fn add(&mut self, mut row: Vec<Cell>, layout: &Layout, problems: &mut Problems) {
        let extra = row
            .iter()
            .skip(self.columns.len())
            .find(|cell| !cell.text.is_empty());
        if let Some(extra) = extra {
            let title = format!(
                "a row has {} cells under {} column names",
                row.len(),
                self.columns.len()
            );
            problems.push(
                Problem::error("extraction::ragged-row", title)
                    .at(place(&self.files[0], extra))
                    .help(
                        "put text that holds a comma between double quotes; the row was left out",
                    ),
            );
            return;
        }
        let last = row.last().map_or(At::File, |cell| cell.at.clone());
        row.resize(
            self.columns.len(),
            Cell {
                text: String::new(),
                at: last,
            },
        );
        let rows = if self.waits(&row, layout) {
            &mut self.waiting
        } else {
            &mut self.rows
        };
        rows.push(FormRow {
            file: 0,
            cells: row,
        });
    }

    /// Whether a row is as a blank form has it: nothing was written beside what it came filled in with.
    fn waits(&self, row: &[Cell], layout: &Layout) -> bool {
        let handed_out =
            |name: &str| layout.ids.contains(&name) || layout.prefilled.contains(&name);
        let mut cells = self.columns.iter().zip(row);
        !layout.prefilled.is_empty()
            && cells.all(|(name, cell)| cell.text.is_empty() || handed_out(name))
    }
}

/// Whether a row of a table is a form's row in which nobody wrote yet: `names` are the columns, `cells` their text.
pub fn is_handed_out_alone(names: &[String], cells: &[String]) -> bool {
    let layouts = [
        &super::OUTCOMES,
        &super::STATISTICS,
        &super::EFFECTS,
        &super::STUDIES,
    ];
    let fitting = layouts.into_iter().filter(|layout| {
        let has = |id: &&str| names.iter().any(|name| name == id);
        layout.ids.iter().all(has)
    });
    let Some(layout) = fitting.max_by_key(|layout| layout.ids.len()) else {
        return false;
    };
    names.iter().zip(cells).all(|(name, cell)| {
        let name = canonical(name, layout);
        cell.is_empty() || layout.ids.contains(&&*name) || layout.prefilled.contains(&&*name)
    })
}

pub(super) fn place(file: &str, cell: &Cell) -> Place {
    Place {
        file: file.into(),
        at: cell.at.clone(),
    }
}
