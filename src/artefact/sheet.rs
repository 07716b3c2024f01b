//! Any artefact as rows and columns of text, without knowing its type.

use indexmap::{IndexMap, IndexSet};

/// A table read without its type: all that a walk over addresses needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Names of the columns, in order; the first is the key.
    pub columns: Vec<String>,
    /// Rows by key, each with one text a column.
    pub rows: IndexMap<String, Vec<String>>,
}

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
        let mut rows = IndexMap::new();
        for record in reader.records() {
            let cells: Vec<String> = record.ok()?.iter().map(str::to_owned).collect();
            rows.insert(cells.first()?.clone(), cells);
        }
        Some(Self { columns, rows })
    }

    fn read_json_lines(bytes: &[u8]) -> Option<Self> {
        let lines = bytes.split(|&byte| byte == b'\n');
        let objects: Vec<serde_json::Map<String, serde_json::Value>> = lines
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).ok())
            .collect::<Option<_>>()?;
        // A field that a row does not have is not written there, so every row may bring a column.
        let mut columns = IndexSet::from(["id"]);
        columns.extend(
            objects
                .iter()
                .flat_map(|object| object.keys().map(String::as_str)),
        );
        let rows = objects.iter().map(|object| {
            let cells = columns.iter().map(|&name| object.get(name));
            let cells: Vec<String> = cells
                .map(|value| value.map(plain).unwrap_or_default())
                .collect();
            (cells[0].clone(), cells)
        });
        Some(Self {
            rows: rows.collect(),
            columns: columns.iter().map(|&name| name.to_owned()).collect(),
        })
    }

    /// The text of a cell.
    pub fn cell(&self, key: &str, column: &str) -> Option<&str> {
        let index = self.columns.iter().position(|name| name == column)?;
        self.rows.get(key)?.get(index).map(String::as_str)
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
