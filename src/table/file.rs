//! A file of tables, parsed once and then asked as often as its readers like.

use super::cells::Cell;
use super::header::Columns;
use super::read::{Table, csv_rows, of_csv, of_sheets};
use super::workbook::{Sheet, is_workbook, read_workbook};
use crate::problem::{Problem, Problems};

/// A CSV file as cells, or a workbook as sheets.
#[derive(Clone, Debug)]
pub struct TableFile {
    path: String,
    held: Held,
}

#[derive(Clone, Debug)]
enum Held {
    Csv(Vec<Vec<Cell>>, Problems),
    Workbook(Vec<Sheet>),
    Unreadable(Problem),
}

impl TableFile {
    /// Parses a file; whether it is a workbook is told by its name.
    pub fn of(path: &str, bytes: &[u8]) -> Self {
        let held = if is_workbook(path) {
            read_workbook(path, bytes).map_or_else(Held::Unreadable, Held::Workbook)
        } else {
            let mut problems = Problems::new();
            let rows = csv_rows(path, bytes, &mut problems);
            Held::Csv(rows, problems)
        };
        Self {
            path: path.to_owned(),
            held,
        }
    }

    /// Its path as given.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether it is a workbook, readable or not.
    pub fn is_workbook(&self) -> bool {
        !matches!(self.held, Held::Csv(..))
    }

    /// Why a workbook could not be read.
    pub fn unreadable(&self) -> Option<&Problem> {
        match &self.held {
            Held::Unreadable(problem) => Some(problem),
            Held::Csv(..) | Held::Workbook(_) => None,
        }
    }

    /// The sheets of a workbook; none of a CSV file.
    pub fn sheets(&self) -> &[Sheet] {
        match &self.held {
            Held::Workbook(sheets) => sheets,
            Held::Csv(..) | Held::Unreadable(_) => &[],
        }
    }

    /// The rows of a CSV file, with what is wrong with its text; none of a workbook.
    pub fn csv(&self) -> Option<(&[Vec<Cell>], &Problems)> {
        match &self.held {
            Held::Csv(rows, problems) => Some((rows, problems)),
            Held::Workbook(_) | Held::Unreadable(_) => None,
        }
    }

    /// The file as one table with these columns: a CSV file, or the first sheet of a workbook that holds rows.
    pub fn table(&self, columns: Columns) -> (Table, Problems) {
        match &self.held {
            Held::Csv(rows, problems) => {
                of_csv(&self.path, rows.clone(), problems.clone(), columns)
            }
            Held::Workbook(_) | Held::Unreadable(_) => {
                let mut first = true;
                self.table_of_sheets(columns, |_| std::mem::take(&mut first))
            }
        }
    }

    /// The sheets of a workbook that are `wanted` by name, as one table; sheets without a row are passed over.
    ///
    /// A cell that is not what a person typed (a day made of `3-5`, an error, a formula without its value, a merged cell) leaves
    /// its row out where the column is required, and is empty elsewhere; both are told.
    pub fn table_of_sheets(
        &self,
        columns: Columns,
        mut wanted: impl FnMut(&str) -> bool,
    ) -> (Table, Problems) {
        if let Some(problem) = self.unreadable() {
            let table = Table {
                file: self.path.clone(),
                rows: Vec::new(),
            };
            return (table, problem.clone().into());
        }
        let filled = self.sheets().iter().filter(|sheet| !sheet.rows.is_empty());
        let taken = filled.filter(|sheet| wanted(&sheet.name)).cloned();
        of_sheets(&self.path, taken, columns)
    }
}
