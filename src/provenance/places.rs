//! The places of a stage, found by the row or the cell that stands there without reading all of them.

use super::Node;
use crate::artefact::{Cells, Sheet};
use std::sync::Arc;

/// A table of places, and its rows sorted by the row they are about.
pub(super) struct Places {
    sheet: Arc<Sheet>,
    sorted: Vec<u32>,
    columns: Columns,
}

/// Where the columns stand.
#[derive(Clone, Copy)]
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
        let mut sorted: Vec<u32> = (0..).take(sheet.rows.len()).collect();
        let about = |place: u32| about(&sheet, columns, place);
        sorted.sort_by(|a, b| about(*a).cmp(&about(*b))); // stable: places of one row keep their order
        Some(Self {
            sheet,
            sorted,
            columns,
        })
    }

    /// Those of a cell, else of its row, as leaves.
    pub(super) fn at(&self, artefact: &str, row: &str, column: Option<&str>) -> Vec<Node> {
        let wanted = (artefact, row);
        let about = |place: u32| about(&self.sheet, self.columns, place);
        let start = self.sorted.partition_point(|&place| about(place) < wanted);
        let mine = self.sorted[start..].iter();
        let mine = mine.take_while(|&&place| about(place) == wanted);
        let mine: Vec<Cells<'_>> = mine
            .filter_map(|&place| self.sheet.rows.nth(place as usize))
            .collect();
        let of = |wanted: &str| -> Vec<Node> {
            let cells = mine.iter();
            let cells = cells.filter(|cells| cells.get(self.columns.column) == Some(wanted));
            cells.map(|cells| leaf(&self.sheet, *cells)).collect()
        };
        let own = column.map(of).unwrap_or_default();
        if own.is_empty() { of("") } else { own }
    }
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
