//! Any artefact as rows and columns of text, without knowing its type.

mod rows;

use indexmap::{IndexMap, IndexSet};
use rayon::prelude::*;
use rows::Builder;
pub use rows::{Cells, Rows};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

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
        let extension = file_name.rsplit('.').next()?;
        match extension {
            "csv" => Self::read_csv(bytes),
            "jsonl" => Self::read_json_lines(bytes),
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
            rows: rows.finished(),
        })
    }

    fn read_json_lines(bytes: &[u8]) -> Option<Self> {
        let lines = bytes.split(|&byte| byte == b'\n');
        let lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty()).collect();
        let object = |line: &&[u8]| serde_json::from_slice::<Map<String, Value>>(line).ok();
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
        let cells = |line: &&[u8]| -> Option<Vec<String>> {
            let object = object(line)?;
            let values = columns.iter().map(|name| object.get(name));
            Some(
                values
                    .map(|value| value.map(plain).unwrap_or_default())
                    .collect(),
            )
        };
        let mut rows = Builder::new(columns.len(), bytes.len());
        for lines in lines.chunks(PIECE * rayon::current_num_threads()) {
            let read: Vec<Vec<String>> = lines.par_iter().map(cells).collect::<Option<_>>()?;
            for cells in &read {
                rows.push(cells.iter().map(String::as_str));
            }
        }
        Some(Self {
            columns: columns.into_iter().collect(),
            rows: rows.finished(),
        })
    }

    /// The text of a cell.
    pub fn cell(&self, key: &str, column: &str) -> Option<&str> {
        let index = self.columns.iter().position(|name| name == column)?;
        self.rows.get(key)?.get(index)
    }
}

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
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
