//! The places of a stage, found by the row or the cell that stands there without reading all of them.

use super::Node;
use crate::artefact::{Cells, Sheet, key};
use std::sync::Arc;

/// A table of places.
pub(super) struct Places {
    sheet: Arc<Sheet>,
    /// Its rows sorted by the row they are about, where their keys do not find them.
    sorted: Option<Vec<u32>>,
    columns: Columns,
}

/// Where the columns stand.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Columns {
    artefact: usize,
    row: usize,
    column: usize,
}

impl Places {
    /// Of a table; `None` where it lacks a column that says what stands at a place.
    pub(super) fn of(sheet: Arc<Sheet>) -> Option<Self> {
        let position = |name: &str| sheet.columns.iter().position(|column| column == name);
        let columns = Columns {
            artefact: position("artefact")?,
            row: position("row")?,
            column: position("column")?,
        };
        let by_key = columns == Columns::WRITTEN && sheet.rows.sorted_from("").is_some();
        let sorted = (!by_key).then(|| {
            let mut sorted: Vec<u32> = (0..).take(sheet.rows.len()).collect();
            let about = |place: u32| about(&sheet, columns, place);
            sorted.sort_by(|a, b| about(*a).cmp(&about(*b))); // stable: places of one row keep their order
            sorted
        });
        Some(Self {
            sheet,
            sorted,
            columns,
        })
    }

    /// Those of a cell, else of its row, as leaves.
    pub(super) fn at(&self, artefact: &str, row: &str, column: Option<&str>) -> Vec<Node> {
        let mine = self.of_row(artefact, row);
        let of = |wanted: &str| -> Vec<Node> {
            let cells = mine.iter();
            let cells = cells.filter(|cells| cells.get(self.columns.column) == Some(wanted));
            cells.map(|cells| leaf(&self.sheet, *cells)).collect()
        };
        let own = column.map(of).unwrap_or_default();
        if own.is_empty() { of("") } else { own }
    }

    /// Those of a row and of its cells, in the order of the table.
    fn of_row(&self, artefact: &str, row: &str) -> Vec<Cells<'_>> {
        let rows = &self.sheet.rows;
        let Some(sorted) = &self.sorted else {
            let before = begins(artefact, row);
            let from = rows.sorted_from(&before).into_iter().flatten();
            return from
                .take_while(|cells| cells.key().starts_with(&before))
                .collect();
        };
        let wanted = (artefact, row);
        let about = |place: u32| about(&self.sheet, self.columns, place);
        let start = sorted.partition_point(|&place| about(place) < wanted);
        let mine = sorted[start..].iter();
        let mine = mine.take_while(|&&place| about(place) == wanted);
        mine.filter_map(|&place| rows.nth(place as usize)).collect()
    }
}

impl Columns {
    /// As stages write them, behind the key.
    const WRITTEN: Self = Self {
        artefact: 1,
        row: 2,
        column: 3,
    };
}

/// How the keys of the places of a row and of its cells begin.
fn begins(artefact: &str, row: &str) -> String {
    key(&[artefact, row]) + "|"
}

/// Whether the key of a place leads to it from the row that it is about, as [`crate::artefact::PlaceRow`] makes it.
pub fn is_keyed_by_row(cells: &mut dyn Iterator<Item = &str>) -> bool {
    let mut cell = || cells.next().unwrap_or_default();
    let (key, artefact, row) = (cell(), cell(), cell());
    key.starts_with(&begins(artefact, row))
}

/// The artefact and the row that a place is about.
fn about(sheet: &Sheet, columns: Columns, place: u32) -> (&str, &str) {
    let cells = sheet.rows.nth(place as usize);
    let text = |column| {
        cells
            .and_then(|cells| cells.get(column))
            .unwrap_or_default()
    };
    (text(columns.artefact), text(columns.row))
}

/// A place as a leaf: where, and what the form says of the paper.
fn leaf(places: &Sheet, cells: Cells<'_>) -> Node {
    let text = |column: &str| {
        let at = places.columns.iter().position(|name| name == column);
        at.and_then(|at| cells.get(at)).unwrap_or_default()
    };
    let mut parts = Vec::new();
    if !text("source").is_empty() {
        parts.push(text("source").to_owned());
    }
    if !text("quote").is_empty() {
        parts.push(format!("“{}”", text("quote")));
    }
    if !text("by").is_empty() {
        parts.push(format!("by {}", text("by")));
    }
    if !text("at").is_empty() {
        parts.push(text("at").to_owned());
    }
    Node {
        address: text("place").to_owned(),
        note: parts.join(", "),
        ..Node::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artefact::{PlaceRow, write_rows};
    use crate::place::Place;

    #[test]
    fn places_are_found_by_key_as_by_the_row_they_are_about() {
        let mut rows = Vec::new();
        for record in 0..150 {
            let key = format!("r{record}|{}", record % 7);
            for (line, column) in (1..).zip(["", "title", "year"]) {
                rows.push(PlaceRow::new(
                    "records",
                    &key,
                    column,
                    Place::line("a.ris", line),
                ));
            }
        }
        let bytes = write_rows(&rows);
        let pieces: Arc<dyn crate::artefact::Pieces> = Arc::new(bytes.clone());
        let kept = Sheet::read_on_demand("places.csv", &pieces, is_keyed_by_row).expect("a table");
        assert!(kept.rows.sorted_from("").is_some());
        let held = Sheet::read("places.csv", &bytes).expect("a table");
        let (kept, held) = (Places::of(Arc::new(kept)), Places::of(Arc::new(held)));
        let (kept, held) = (kept.expect("places"), held.expect("places"));
        for row in ["r7|0", "r70|0", "r1", "r149|2", "x"] {
            for column in [None, Some("title"), Some("none")] {
                let found = held.at("records", row, column);
                assert_eq!(kept.at("records", row, column), found, "{row} {column:?}");
                assert_eq!(found.is_empty(), !row.contains('|'), "{row} {column:?}");
            }
        }
    }
}
