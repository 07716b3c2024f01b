//! Any artefact as rows and columns of text, without knowing its type.

mod held;
mod json;
mod on_demand;
mod rows;
mod scan;

use held::Builder;
use indexmap::{IndexMap, IndexSet};
pub use on_demand::Pieces;
use rayon::prelude::*;
pub use rows::{Cells, Rows};
use scan::Format;
use serde::de::IgnoredAny;
use std::sync::Arc;

/// A table read without its type: all that a walk over addresses needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Names of the columns, in order; the first is the key.
    pub columns: Vec<String>,
    /// Rows by key, each with one text a column.
    pub rows: Rows,
}

/// Lines of JSON that one thread reads at a time.
const PIECE: usize = 1024;

impl Sheet {
    /// Reads a CSV table whose first column is the key, or JSON Lines whose `id` is the key; `None` for other bytes.
    pub fn read(file_name: &str, bytes: &[u8]) -> Option<Self> {
        match Self::format(file_name)? {
            Format::Csv => Self::read_csv(bytes),
            Format::JsonLines => Self::read_json_lines(bytes),
        }
    }

    /// The same of bytes that stay where they are kept: rows are read when they are asked for, if the table is sorted by key and `fits`
    /// says of the cells of each row (none of JSON Lines) that it can be found so; otherwise all are read now.
    pub fn read_on_demand(
        file_name: &str,
        pieces: &Arc<dyn Pieces>,
        mut fits: impl FnMut(&mut dyn Iterator<Item = &str>) -> bool,
    ) -> Option<Self> {
        let format = Self::format(file_name)?;
        match scan::on_demand(format, Arc::clone(pieces), scan::WINDOW, &mut fits) {
            Some(rows) => Some(Self {
                columns: rows.columns.clone(),
                rows: rows.into(),
            }),
            None => Self::read(file_name, &pieces.piece(0..pieces.length())?),
        }
    }

    fn format(file_name: &str) -> Option<Format> {
        match file_name.rsplit('.').next()? {
            "csv" => Some(Format::Csv),
            "jsonl" => Some(Format::JsonLines),
            _ => None,
        }
    }

    fn read_csv(bytes: &[u8]) -> Option<Self> {
        let mut reader = csv::Reader::from_reader(bytes);
        let columns: Vec<String> = reader.headers().ok()?.iter().map(str::to_owned).collect();
        let mut rows = Builder::new(columns.len(), bytes.len());
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).ok()? {
            rows.push(record.iter());
        }
        Some(Self {
            columns,
            rows: rows.finished().into(),
        })
    }

    fn read_json_lines(bytes: &[u8]) -> Option<Self> {
        let lines = bytes.split(|&byte| byte == b'\n');
        let lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty()).collect();
        // A field that a row does not have is not written there, so every row may bring a column.
        let named = |lines: &[&[u8]]| -> Option<IndexSet<String>> {
            let mut names = IndexSet::new();
            for line in lines {
                let fields: IndexMap<String, IgnoredAny> = serde_json::from_slice(line).ok()?;
                names.extend(fields.into_keys());
            }
            Some(names)
        };
        let named: Vec<IndexSet<String>> =
            lines.par_chunks(PIECE).map(named).collect::<Option<_>>()?;
        let mut columns = IndexSet::from(["id".to_owned()]);
        columns.extend(named.into_iter().flatten());
        let cells = |line: &&[u8]| json::cells(line, columns.iter().map(String::as_str));
        let mut rows = Builder::new(columns.len(), bytes.len());
        for lines in lines.chunks(PIECE * rayon::current_num_threads()) {
            let read: Vec<Vec<String>> = lines.par_iter().map(cells).collect::<Option<_>>()?;
            for cells in &read {
                rows.push(cells.iter().map(String::as_str));
            }
        }
        Some(Self {
            columns: columns.into_iter().collect(),
            rows: rows.finished().into(),
        })
    }

    /// The text of a cell.
    pub fn cell(&self, key: &str, column: &str) -> Option<&str> {
        let index = self.columns.iter().position(|name| name == column)?;
        self.rows.get(key)?.get(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_and_a_line_of_json_are_read_alike() {
        let table = Sheet::read("x.csv", b"key,title\nr1,\"A, B\"\n").expect("a table");
        let lines = Sheet::read("x.jsonl", b"{\"id\":\"r1\",\"title\":\"A, B\"}\n").expect("lines");
        assert_eq!(table.cell("r1", "title"), Some("A, B"));
        assert_eq!(lines.cell("r1", "title"), Some("A, B"));
    }

    #[test]
    fn other_files_are_not_tables() {
        assert_eq!(Sheet::read("report.md", b"# Title"), None);
    }
}
