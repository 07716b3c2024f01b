//! The tables of a file, with the place of every cell, and what each is about.

use super::super::decisions::is_decisions;
use super::header::Header;
use crate::place::Place;
use crate::problem::Problems;
use crate::table::{Sheet, TableFile, column_name};

/// Rows that may stand above a header: the RoB 2 workbook has a row of group titles there.
const ABOVE: usize = 2;

/// A file of assessments, parsed once: answers, decisions, or judgements that were made elsewhere.
#[derive(Clone, Debug)]
pub struct AssessmentFile {
    tables: TableFile,
    pub(super) grids: Vec<Table>,
}

impl AssessmentFile {
    /// Parses a file.
    pub fn of(path: &str, bytes: &[u8]) -> Self {
        let tables = TableFile::of(path, bytes);
        let mut grids: Vec<Table> = match tables.csv() {
            Some((rows, problems)) => {
                let cells = rows.iter().map(|row| {
                    let cells = row.iter().map(|cell| {
                        let place = Place::column(path, cell.line, cell.column);
                        (cell.text.clone(), place)
                    });
                    cells.collect()
                });
                vec![Table::of(None, cells.collect(), problems.clone())]
            }
            None => tables
                .sheets()
                .iter()
                .map(|sheet| of_sheet(path, sheet))
                .collect(),
        };
        let original = |grid: &Table| grid.header.as_ref().is_some_and(Header::is_by_assessor);
        if grids.iter().any(original) {
            // The other sheets of that workbook are drawn from its results, and its figures hold no table.
            for grid in grids.iter_mut().filter(|grid| !original(grid)) {
                if matches!(grid.held, Held::Judgements | Held::Nothing) {
                    grid.held = Held::Drawn;
                }
            }
        }
        Self { tables, grids }
    }

    /// The path as given.
    pub fn path(&self) -> &str {
        self.tables.path()
    }

    /// The tables without a meaning.
    pub fn tables(&self) -> &TableFile {
        &self.tables
    }

    /// Whether it holds judgements, by the header of the file or of one of its sheets.
    pub fn is_judgements(&self) -> bool {
        self.grids.iter().any(|grid| grid.held == Held::Judgements)
    }

    /// What is wrong with the text, the header and the cells of tables of judgements, whatever they say: open quotes, two columns
    /// of one name, days made of numbers.
    pub fn faults(&self) -> Problems {
        let judged = self
            .grids
            .iter()
            .filter(|grid| grid.held == Held::Judgements);
        let faults = judged.flat_map(|grid| {
            let twice = grid.header.as_ref().map(|header| header.twice.clone());
            let header = twice.into_iter().flatten();
            header.chain(grid.problems.clone()).collect::<Vec<_>>()
        });
        Problems(faults.collect())
    }

    /// The sheets of a workbook of judgements that hold answers to questions.
    pub fn answer_sheets(&self) -> Vec<&str> {
        self.named(Held::Answers)
    }

    /// The sheets of a workbook of judgements that hold nothing known.
    pub fn strange_sheets(&self) -> Vec<&str> {
        self.named(Held::Nothing)
    }

    fn named(&self, held: Held) -> Vec<&str> {
        let wanted = self
            .grids
            .iter()
            .filter(|grid| !grid.rows.is_empty() && grid.held == held);
        wanted.filter_map(|grid| grid.sheet.as_deref()).collect()
    }
}

/// Rows of cells with their places.
pub(super) type Grid = Vec<Vec<(String, Place)>>;

/// What a table is about, by its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    Judgements,
    Answers,
    /// Settled answers or changed judgements.
    Decisions,
    /// Drawn by the RoB 2 workbook from its own results.
    Drawn,
    Nothing,
}

/// A CSV file, or one sheet of a workbook, with what is wrong with its cells; cells with a fault are empty.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) sheet: Option<String>,
    pub(super) rows: Grid,
    /// The header of a table of judgements, and the row below it.
    pub(super) header: Option<Header>,
    pub(super) held: Held,
    problems: Problems,
}

impl Table {
    fn of(sheet: Option<String>, rows: Grid, problems: Problems) -> Self {
        let header = header_of(&rows);
        let first_is = |wanted: &str| {
            let mut first = rows.iter().take(1).flatten();
            first.any(|(name, _)| column_name(name) == wanted)
        };
        let held = if sheet.as_deref().is_some_and(is_decisions) {
            Held::Decisions
        } else if header.is_some() {
            Held::Judgements
        } else if first_is("question") && first_is("answer") {
            Held::Answers
        } else {
            Held::Nothing
        };
        Self {
            sheet,
            rows,
            header,
            held,
            problems,
        }
    }
}

fn header_of(rows: &Grid) -> Option<Header> {
    let mut lines = rows.iter().enumerate().take(ABOVE + 1);
    lines.find_map(|(at, row)| Header::of(row, at + 1))
}

fn of_sheet(file: &str, sheet: &Sheet) -> Table {
    let told = |row: &Vec<crate::table::SheetCell>| -> Vec<(String, Place)> {
        let cells = row.iter();
        cells
            .map(|cell| (cell.text.clone(), cell.place(file, &sheet.name)))
            .collect()
    };
    let mut table = Table::of(
        Some(sheet.name.clone()),
        sheet.rows.iter().map(told).collect(),
        Problems::new(),
    );
    table.problems.extend(sheet.hidden_note(file));
    let Some(header) = &table.header else {
        return table;
    };
    let written: Vec<String> = table.rows[header.first_row - 1]
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    for (row, cells) in table
        .rows
        .iter_mut()
        .zip(&sheet.rows)
        .skip(header.first_row)
    {
        for column in header.columns() {
            let (Some(cell), Some((text, _))) = (cells.get(column), row.get_mut(column)) else {
                continue;
            };
            let name = header.name(column);
            let days = if name == "date" { "at" } else { name };
            if !cell.is_sound(days) {
                let then = "the cell counts as empty until then";
                let problem = cell.problem(file, &sheet.name, &written[column], then);
                table.problems.push(problem);
                text.clear();
            }
        }
    }
    table
}
