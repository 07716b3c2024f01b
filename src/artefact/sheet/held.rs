//! Rows of text held as one text: a table of a million rows is no million small texts.

use super::rows::Cells;
use std::cmp::Ordering;

/// Rows in the order of their table, found by their first cell.
#[derive(Clone, Debug, Default)]
pub(super) struct Held {
    /// All cells, one after the other.
    text: String,
    /// Where each cell ends in the text, row by row.
    ends: Vec<usize>,
    /// How many cells a row has.
    pub(super) width: usize,
    /// The rows in order; of rows with one key the last, where the first stood.
    order: Vec<u32>,
    /// Places in `order`, sorted by key.
    by_key: Vec<u32>,
}

impl Held {
    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    /// Where the row with a key stands.
    pub(super) fn find(&self, key: &str) -> Option<usize> {
        let place = self
            .by_key
            .binary_search_by(|&place| self.at(place as usize).key().cmp(key));
        Some(self.by_key[place.ok()?] as usize)
    }

    /// The row at a place, which must be there.
    pub(super) fn at(&self, place: usize) -> Cells<'_> {
        Cells::new(self, self.order[place] as usize)
    }

    /// The cell of a row, of all that were read, in a column.
    pub(super) fn cell(&self, row: usize, column: usize) -> Option<&str> {
        if column >= self.width {
            return None;
        }
        let cell = row * self.width + column;
        let start = if cell == 0 { 0 } else { self.ends[cell - 1] };
        Some(&self.text[start..self.ends[cell]])
    }
}

/// Rows that are being read.
pub(super) struct Builder {
    rows: Held,
    read: u32,
}

impl Builder {
    /// No rows yet, of so many cells each; `bytes` is about how long all texts are.
    pub(super) fn new(width: usize, bytes: usize) -> Self {
        Self {
            rows: Held {
                text: String::with_capacity(bytes),
                width,
                ..Held::default()
            },
            read: 0,
        }
    }

    /// Adds a row; what is missing of its cells is empty, and what is too much is left out.
    pub(super) fn push<'a>(&mut self, cells: impl Iterator<Item = &'a str>) {
        let cells = cells.chain(std::iter::repeat(""));
        for cell in cells.take(self.rows.width) {
            self.rows.text.push_str(cell);
            self.rows.ends.push(self.rows.text.len());
        }
        self.rows.order.push(self.read);
        self.read += 1;
    }

    /// All of them, found by their places alone.
    pub(super) fn unsorted(mut self) -> Held {
        self.rows.text.shrink_to_fit();
        self.rows.ends.shrink_to_fit();
        self.rows.order.shrink_to_fit();
        self.rows
    }

    /// All of them.
    pub(super) fn finished(mut self) -> Held {
        let rows = &mut self.rows;
        rows.text.shrink_to_fit();
        let mut by_key = rows.order.clone();
        let key = |row: u32| rows.at(row as usize).key();
        let in_order = |a: &u32, b: &u32| key(*a).cmp(key(*b));
        if !by_key.is_sorted_by(|a, b| in_order(a, b) == Ordering::Less) {
            by_key.sort_by(in_order); // stable: of equal keys the first comes first
            let twice = |pair: &[u32]| key(pair[0]) == key(pair[1]);
            if by_key.windows(2).any(twice) {
                return self.without_doubles(&by_key);
            }
        }
        rows.by_key = by_key;
        self.rows
    }

    /// The last row of each key stands where the first stood.
    fn without_doubles(mut self, by_key: &[u32]) -> Held {
        let rows = &self.rows;
        let same = by_key.chunk_by(|a, b| rows.at(*a as usize).key() == rows.at(*b as usize).key());
        let mut kept: Vec<(u32, u32)> = same
            .filter_map(|rows| Some((*rows.first()?, *rows.last()?)))
            .collect();
        kept.sort_unstable();
        self.rows.order = kept.into_iter().map(|(_, last)| last).collect();
        let mut by_key: Vec<u32> = (0..).take(self.rows.order.len()).collect();
        by_key.sort_by(|a, b| {
            let key = |place: u32| self.rows.at(place as usize).key();
            key(*a).cmp(key(*b))
        });
        self.rows.by_key = by_key;
        self.rows
    }
}
