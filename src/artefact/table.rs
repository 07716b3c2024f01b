//! Tables: typed rows in, canonical CSV out, and back.

use crate::place::Place;
use crate::problem::{Problem, Problems};
use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A row of one kind of table.
///
/// Made by the `rows!` macro, which keeps columns and fields the same thing.
pub trait Row: Serialize + DeserializeOwned + Sync {
    /// Name of the artefact type, as edges of the pipeline are checked by.
    const TYPE: &'static str;
    /// Columns in the order they are written.
    const COLUMNS: &'static [&'static str];

    /// The row's key, unique in its table.
    fn key(&self) -> &str;
}

/// Rows that one thread writes at a time.
const PIECE: usize = 4096;

/// Writes rows as canonical CSV: header always, rows sorted by key, LF.
pub fn write_rows<R: Row>(rows: &[R]) -> Vec<u8> {
    let mut sorted: Vec<&R> = rows.iter().collect();
    sorted.par_sort_by(|a, b| a.key().cmp(b.key()));
    let header = written(|writer| writer.write_record(R::COLUMNS));
    let piece =
        |rows: &[&R]| written(|writer| rows.iter().try_for_each(|row| writer.serialize(row)));
    gathered(&sorted, PIECE, header, piece)
}

/// What `piece` makes of so many of them at a time, one behind the other after `start`: several at a time, and never all twice in
/// memory.
pub(crate) fn gathered<T: Sync>(
    all: &[T],
    size: usize,
    start: Vec<u8>,
    piece: impl Fn(&[T]) -> Vec<u8> + Sync,
) -> Vec<u8> {
    let mut bytes = start;
    for some in all.chunks(size * 4 * rayon::current_num_threads()) {
        let pieces: Vec<Vec<u8>> = some.par_chunks(size).map(&piece).collect();
        pieces.iter().for_each(|piece| bytes.extend(piece));
    }
    bytes
}

pub(crate) fn written(write: impl FnOnce(&mut csv::Writer<Vec<u8>>) -> csv::Result<()>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(Vec::new());
    write(&mut writer).expect("a row is a flat structure of scalars, and memory takes it");
    writer.into_inner().expect("writing to memory cannot fail")
}

/// Reads what [`write_rows`] wrote.
///
/// # Errors
///
/// A problem for each row that does not fit the type; `name` stands in its place.
pub fn read_rows<R: Row>(name: &str, bytes: &[u8]) -> Result<Vec<R>, Problems> {
    let mut reader = csv::Reader::from_reader(bytes);
    let mut rows = Vec::new();
    let mut problems = Problems::new();
    for row in reader.deserialize() {
        match row {
            Ok(row) => rows.push(row),
            Err(error) => {
                let line = error.position().map_or(1, |position| {
                    u32::try_from(position.line()).unwrap_or(u32::MAX)
                });
                let title = format!("a row is not a row of `{}`: {error}", R::TYPE);
                problems.push(Problem::error("artefact::row", title).at(Place::line(name, line)));
            }
        }
    }
    if problems.is_empty() {
        Ok(rows)
    } else {
        Err(problems)
    }
}

/// The name of a column: a field's, without the mark of a field named like a keyword (`r#final`).
pub(crate) const fn column(field: &'static str) -> &'static str {
    match field.as_bytes() {
        [b'r', b'#', ..] => field.split_at(2).1,
        _ => field,
    }
}

/// Declares row types: a struct whose fields are the table's columns, in order, and its [`Row`] implementation.
///
/// Every struct starts with a `key: String` that the macro adds; its fields are as visible as itself.
macro_rules! rows {
    ($($(#[$doc:meta])* $vis:vis $name:ident: $type:literal { $($(#[$field_doc:meta])* $field:ident: $field_type:ty,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        $vis struct $name {
            /// Key of the row, from [`crate::artefact::key`].
            $vis key: String,
            $($(#[$field_doc])* $vis $field: $field_type,)+
        }

        impl $crate::artefact::Row for $name {
            const TYPE: &'static str = $type;
            const COLUMNS: &'static [&'static str] = &["key", $($crate::artefact::column(stringify!($field))),+];

            fn key(&self) -> &str {
                &self.key
            }
        }
    )+};
}
pub(crate) use rows;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artefact::{Address, Origin, key};
    use proptest::prelude::*;

    rows! {
        /// A row as wide as any.
        Sample: "sample" {
            /// Text.
            text: String,
            /// A number that may be missing.
            number: Option<f64>,
            /// A count.
            count: u32,
            /// A yes or no.
            flag: bool,
            /// Where it came from.
            origin: Origin,
        }
    }

    fn samples() -> impl Strategy<Value = Sample> {
        (
            ".*",
            ".+",
            prop::option::of(prop::num::f64::NORMAL | prop::num::f64::ZERO),
            any::<u32>(),
            any::<bool>(),
        )
            .prop_map(|(text, key_text, number, count, flag)| Sample {
                key: key(&[key_text]),
                text,
                number,
                count,
                flag,
                origin: Origin::of("copied", [Address::artefact("import", "records")]),
            })
    }

    proptest! {
        #[test]
        fn rows_read_back_and_their_order_does_not_matter(mut rows in prop::collection::vec(samples(), 0..8)) {
            rows.sort_by(|a, b| a.key.cmp(&b.key));
            rows.dedup_by(|a, b| a.key == b.key);
            let bytes = write_rows(&rows);
            prop_assert_eq!(&read_rows::<Sample>("sample.csv", &bytes).expect("just written"), &rows);
            rows.reverse();
            prop_assert_eq!(write_rows(&rows), bytes);
        }
    }

    #[test]
    fn an_empty_table_has_its_header() {
        assert_eq!(
            write_rows::<Sample>(&[]),
            b"key,text,number,count,flag,origin\n"
        );
    }

    #[test]
    fn a_row_that_does_not_fit_is_named_with_its_line() {
        let problems = read_rows::<Sample>(
            "sample.csv",
            b"key,text,number,count,flag,origin\na,b,,x,true,\n",
        )
        .expect_err("x is no count");
        assert_eq!(problems.0[0].places[0].0.to_string(), "sample.csv:2");
    }
}
