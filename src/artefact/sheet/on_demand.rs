//! Rows of a table that is sorted by key, read from where the table is kept when they are asked for.
//!
//! A report asks for a few hundred of millions of records and places. Where each hundred rows begin, and the first of their keys, is
//! enough to find any of them.

use super::held::{Builder, Held};
use super::rows::Cells;
use super::scan::{self, Format};
use std::fmt::Debug;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Bytes that are kept elsewhere and read in pieces.
pub trait Pieces: Debug + Send + Sync {
    /// How many bytes there are.
    fn length(&self) -> u64;

    /// The bytes of a range within that length; `None` where they cannot be read any more, which whoever keeps them notes.
    fn piece(&self, range: Range<u64>) -> Option<Vec<u8>>;
}

impl Pieces for Vec<u8> {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn piece(&self, range: Range<u64>) -> Option<Vec<u8>> {
        let range = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
        self.get(range).map(<[u8]>::to_vec)
    }
}

/// So many rows, which follow one another.
#[derive(Debug)]
pub(super) struct Block {
    /// Where the first begins.
    pub(super) start: u64,
    /// Its key.
    pub(super) first: Box<str>,
    pub(super) rows: OnceLock<Box<Held>>,
}

/// Rows that are read when they are asked for.
#[derive(Debug)]
pub(super) struct OnDemand {
    pub(super) pieces: Arc<dyn Pieces>,
    pub(super) format: Format,
    pub(super) columns: Vec<String>,
    pub(super) blocks: Vec<Block>,
    pub(super) len: usize,
}

impl OnDemand {
    pub(super) fn width(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The row at a place, which must be there.
    pub(super) fn at(&self, place: usize) -> Cells<'_> {
        let size = self.format.block();
        Cells::new(self.held(place / size), place % size)
    }

    /// The row with a key.
    pub(super) fn get(&self, key: &str) -> Option<Cells<'_>> {
        let place = self.first_from(key);
        let found = (place < self.len).then(|| self.at(place))?;
        (found.key() == key).then_some(found)
    }

    /// The place of the first row whose key is `key` or behind it.
    pub(super) fn first_from(&self, key: &str) -> usize {
        let behind = self.blocks.partition_point(|block| &*block.first <= key);
        let Some(block) = behind.checked_sub(1) else {
            return 0;
        };
        let held = self.held(block);
        let mut rows = 0..held.len();
        let within = rows.find(|row| Cells::new(held, *row).key() >= key);
        block * self.format.block() + within.unwrap_or(self.rows_of(block))
    }

    fn rows_of(&self, block: usize) -> usize {
        let size = self.format.block();
        size.min(self.len - block * size)
    }

    fn held(&self, block: usize) -> &Held {
        self.blocks[block].rows.get_or_init(|| {
            let start = self.blocks[block].start;
            let next = self.blocks.get(block + 1).map(|next| next.start);
            let range = start..next.unwrap_or(self.pieces.length());
            let bytes = self.pieces.piece(range);
            let read = bytes.and_then(|bytes| scan::rows(self.format, &self.columns, &bytes));
            // Empty rows stand for what cannot be read, and whoever keeps the bytes says so.
            Box::new(read.unwrap_or_else(|| empty(self.width(), self.rows_of(block))))
        })
    }
}

fn empty(width: usize, rows: usize) -> Held {
    let mut builder = Builder::new(width, 0);
    (0..rows).for_each(|_| builder.push(std::iter::empty()));
    builder.unsorted()
}

#[cfg(test)]
mod tests {
    use super::super::{Rows, Sheet};
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    type Texts = BTreeMap<String, (String, String)>;

    fn csv_of(rows: &Texts) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let rows = rows.iter().map(|(key, (one, two))| [key, one, two]);
        let header = [["key", "one", "two"].map(str::to_owned)];
        header
            .iter()
            .map(<[String; 3]>::each_ref)
            .chain(rows)
            .for_each(|row| writer.write_record(row).expect("written"));
        writer.into_inner().expect("written")
    }

    fn json_of(rows: &Texts) -> Vec<u8> {
        let line = |(key, (one, two)): (&String, &(String, String))| {
            let mut line = serde_json::json!({ "id": key, "one": [one, "x"] });
            // A column that not every row brings.
            if !two.is_empty() {
                line["two"] = two.as_str().into();
            }
            format!("{line}\n")
        };
        rows.iter().map(line).collect::<String>().into_bytes()
    }

    fn scanned(name: &str, bytes: &[u8], window: u64) -> Option<Sheet> {
        let format = Sheet::format(name)?;
        let pieces: Arc<dyn Pieces> = Arc::new(bytes.to_vec());
        let rows = scan::on_demand(format, pieces, window, &mut |_| true)?;
        Some(Sheet {
            columns: rows.columns.clone(),
            rows: rows.into(),
        })
    }

    fn looked_up(rows: &Rows, key: &str) -> Option<Vec<String>> {
        let cells = rows.get(key)?;
        Some(cells.iter().map(str::to_owned).collect())
    }

    proptest! {
        #[test]
        fn rows_read_on_demand_are_those_that_are_held(
            rows in prop::collection::btree_map("[a-c\", ]{1,4}", ("[a-z,\"\r\n]{0,4}", "[é\"]{0,2}"), 0..90),
            window in 1..400_u64,
            asked in "[a-c\"]{1,3}",
        ) {
            for (name, bytes) in [("x.csv", csv_of(&rows)), ("x.jsonl", json_of(&rows))] {
                let held = Sheet::read(name, &bytes).expect("a table");
                let asked_for = scanned(name, &bytes, window).expect("a sorted table");
                prop_assert_eq!(&asked_for, &held);
                for key in rows.keys().chain([&asked]) {
                    prop_assert_eq!(looked_up(&asked_for.rows, key), looked_up(&held.rows, key));
                }
                let from = asked_for.rows.sorted_from(&asked).expect("on demand");
                let keys: Vec<&str> = from.map(Cells::key).collect();
                let behind: Vec<&String> = rows.range(asked.clone()..).map(|(key, _)| key).collect();
                prop_assert_eq!(keys, behind);
            }
        }
    }

    #[test]
    fn a_table_that_is_not_sorted_or_does_not_fit_is_read_whole() {
        let read = |text: &str, fits: bool| {
            let pieces: Arc<dyn Pieces> = Arc::new(text.as_bytes().to_vec());
            Sheet::read_on_demand("x.csv", &pieces, |_| fits)
        };
        for (text, fits) in [
            ("key,n\nb,1\na,2\n", true),
            ("key,n\na,1\na,2\n", true),
            ("key,n\na,1\nb,2\n", false),
        ] {
            let sheet = read(text, fits).expect("a table");
            assert_eq!(Some(sheet.clone()), Sheet::read("x.csv", text.as_bytes()));
            assert!(sheet.rows.sorted_from("").is_none());
        }
        assert_eq!(read("key,n\na,1,2\n", true), None);
        assert_eq!(read("", true), Sheet::read("x.csv", b""));
    }
}
