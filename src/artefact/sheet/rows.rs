//! Rows of text by key, held as one text: a table of a million rows is no million small texts.

use std::cmp::Ordering;

/// Rows in the order of their table, found by their first cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// All cells, one after the other.
    text: String,
    /// Where each cell ends in the text, row by row.
    ends: Vec<usize>,
    /// How many cells a row has.
    width: usize,
    /// The rows in order; of rows with one key the last, where the first stood.
    order: Vec<u32>,
    /// Places in `order`, sorted by key.
    by_key: Vec<u32>,
}

/// The cells of a row.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    rows: &'a Rows,
    row: usize,
}

impl Rows {
    /// Rows of so many cells each, the first of which is the key; what is missing of a row's cells is empty.
    pub fn of<'a, R: Iterator<Item = &'a str>>(
        width: usize,
        rows: impl Iterator<Item = R>,
    ) -> Self {
        let mut builder = Builder::new(width, 0);
        rows.for_each(|cells| builder.push(cells));
        builder.finished()
    }

    /// Adds the rows of a table with the same columns; of rows with one key the later counts.
    pub fn extend(&mut self, others: &Self) {
        let all = self.values().chain(others.values()).map(Cells::iter);
        *self = Self::of(self.width.max(others.width), all);
    }

    /// The same rows after `edit` went over the cells of each.
    #[cfg(test)]
    pub(crate) fn edited(&self, mut edit: impl FnMut(&mut [String])) -> Self {
        let rows = self.values().map(|cells| {
            let mut cells: Vec<String> = cells.iter().map(str::to_owned).collect();
            edit(&mut cells);
            cells
        });
        let rows: Vec<Vec<String>> = rows.collect();
        Self::of(
            self.width,
            rows.iter().map(|cells| cells.iter().map(String::as_str)),
        )
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The row with a key.
    pub fn get(&self, key: &str) -> Option<Cells<'_>> {
        let place = self.by_key.binary_search_by(|&place| {
            let cells = self.at(place as usize);
            cells.key().cmp(key)
        });
        Some(self.at(self.by_key[place.ok()?] as usize))
    }

    /// The row with a key, with its key.
    pub fn get_entry(&self, key: &str) -> Option<(&str, Cells<'_>)> {
        self.get(key).map(|cells| (cells.key(), cells))
    }

    /// The row at a place in the order, counted from 0.
    pub fn nth(&self, place: usize) -> Option<Cells<'_>> {
        (place < self.len()).then(|| self.at(place))
    }

    /// Whether a row has a key.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The keys, in the order of the rows.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.values().map(Cells::key)
    }

    /// The rows, in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = Cells<'_>> + Clone {
        (0..self.order.len()).map(|place| self.at(place))
    }

    /// The rows with their keys, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, Cells<'_>)> + Clone {
        self.values().map(|cells| (cells.key(), cells))
    }

    fn at(&self, place: usize) -> Cells<'_> {
        Cells {
            rows: self,
            row: self.order[place] as usize,
        }
    }
}

impl<'a> Cells<'a> {
    /// The first cell.
    pub fn key(self) -> &'a str {
        self.get(0).unwrap_or_default()
    }

    /// The text of the cell in a column, counted from 0.
    pub fn get(self, column: usize) -> Option<&'a str> {
        if column >= self.rows.width {
            return None;
        }
        let cell = self.row * self.rows.width + column;
        let start = if cell == 0 {
            0
        } else {
            self.rows.ends[cell - 1]
        };
        Some(&self.rows.text[start..self.rows.ends[cell]])
    }

    /// The texts, in the order of the columns.
    pub fn iter(self) -> impl ExactSizeIterator<Item = &'a str> + Clone {
        (0..self.rows.width).map(move |column| self.get(column).unwrap_or_default())
    }
}

/// Rows that are being read.
pub(super) struct Builder {
    rows: Rows,
    read: u32,
}

impl Builder {
    /// No rows yet, of so many cells each; `bytes` is about how long all texts are.
    pub(super) fn new(width: usize, bytes: usize) -> Self {
        Self {
            rows: Rows {
                text: String::with_capacity(bytes),
                width,
                ..Rows::default()
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

    /// All of them.
    pub(super) fn finished(mut self) -> Rows {
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
    fn without_doubles(mut self, by_key: &[u32]) -> Rows {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(keys: &[(&str, &str)]) -> Rows {
        let mut builder = Builder::new(2, 0);
        for (key, text) in keys {
            builder.push([*key, *text].into_iter());
        }
        builder.finished()
    }

    #[test]
    fn rows_keep_their_order_and_are_found_by_key() {
        let rows = rows(&[("b", "1"), ("a", ""), ("c", "3")]);
        assert_eq!(rows.keys().collect::<Vec<_>>(), ["b", "a", "c"]);
        for (key, text) in [("a", ""), ("b", "1"), ("c", "3")] {
            assert_eq!(rows.get(key).and_then(|cells| cells.get(1)), Some(text));
        }
        assert!(!rows.contains_key("d") && rows.get("a").and_then(|cells| cells.get(2)).is_none());
    }

    #[test]
    fn of_rows_with_one_key_the_last_stands_where_the_first_stood() {
        let rows = rows(&[("b", "1"), ("a", "2"), ("b", "3"), ("c", "4")]);
        let told: Vec<(&str, &str)> = rows
            .iter()
            .map(|(key, cells)| (key, cells.get(1).unwrap_or_default()))
            .collect();
        assert_eq!(told, [("b", "3"), ("a", "2"), ("c", "4")]);
        assert_eq!(rows.get("b").and_then(|cells| cells.get(1)), Some("3"));
    }
}
