//! The rows of a sheet by key, whether they are held or read when they are asked for.

use super::held::{Builder, Held};
use super::on_demand::OnDemand;
use std::sync::Arc;

/// Rows in the order of their table, found by their first cell.
#[derive(Clone, Debug)]
pub struct Rows(Form);

#[derive(Clone, Debug)]
enum Form {
    Held(Held),
    OnDemand(Arc<OnDemand>),
}

/// The cells of a row.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    rows: &'a Held,
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
        builder.finished().into()
    }

    /// Adds the rows of a table with the same columns; of rows with one key the later counts.
    pub fn extend(&mut self, others: &Self) {
        let all = self.values().chain(others.values()).map(Cells::iter);
        *self = Self::of(self.width().max(others.width()), all);
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
            self.width(),
            rows.iter().map(|cells| cells.iter().map(String::as_str)),
        )
    }

    fn width(&self) -> usize {
        match &self.0 {
            Form::Held(held) => held.width,
            Form::OnDemand(rows) => rows.width(),
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Held(held) => held.len(),
            Form::OnDemand(rows) => rows.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row with a key.
    pub fn get(&self, key: &str) -> Option<Cells<'_>> {
        match &self.0 {
            Form::Held(held) => Some(held.at(held.find(key)?)),
            Form::OnDemand(rows) => rows.get(key),
        }
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
        (0..self.len()).map(|place| self.at(place))
    }

    /// The rows with their keys, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, Cells<'_>)> + Clone {
        self.values().map(|cells| (cells.key(), cells))
    }

    /// The first of the rows whose key is `key` or behind it, and all rows behind that one, where the table is read on demand and so
    /// sorted by key; `None` where it is held.
    pub(crate) fn sorted_from(&self, key: &str) -> Option<impl Iterator<Item = Cells<'_>>> {
        let Form::OnDemand(rows) = &self.0 else {
            return None;
        };
        let first = rows.first_from(key);
        Some((first..rows.len()).map(|place| rows.at(place)))
    }

    fn at(&self, place: usize) -> Cells<'_> {
        match &self.0 {
            Form::Held(held) => held.at(place),
            Form::OnDemand(rows) => rows.at(place),
        }
    }
}

impl Default for Rows {
    fn default() -> Self {
        Held::default().into()
    }
}

impl From<Held> for Rows {
    fn from(held: Held) -> Self {
        Self(Form::Held(held))
    }
}

impl From<OnDemand> for Rows {
    fn from(rows: OnDemand) -> Self {
        Self(Form::OnDemand(Arc::new(rows)))
    }
}

impl PartialEq for Rows {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && {
            let mut both = self.values().zip(other.values());
            both.all(|(one, other)| one.iter().eq(other.iter()))
        }
    }
}

impl Eq for Rows {}

impl<'a> Cells<'a> {
    /// Those of a row of all that were read.
    pub(super) fn new(rows: &'a Held, row: usize) -> Self {
        Self { rows, row }
    }

    /// The first cell.
    pub fn key(self) -> &'a str {
        self.get(0).unwrap_or_default()
    }

    /// The text of the cell in a column, counted from 0.
    pub fn get(self, column: usize) -> Option<&'a str> {
        self.rows.cell(self.row, column)
    }

    /// The texts, in the order of the columns.
    pub fn iter(self) -> impl ExactSizeIterator<Item = &'a str> + Clone {
        (0..self.rows.width).map(move |column| self.get(column).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(keys: &[(&str, &str)]) -> Rows {
        Rows::of(2, keys.iter().map(|(key, text)| [*key, *text].into_iter()))
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
