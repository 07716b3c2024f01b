//! Typed artefacts and the open files that hold them, with an address for every value and an origin for every row.
//!
//! An artefact is bytes that depend only on what a stage read: UTF-8, LF, fixed columns, rows sorted by key, shortest
//! round-trip numbers, no time, no absolute path. Tables are CSV whose first column is `key` and, where rows are derived,
//! whose last is `origin`; records are JSON Lines. [`Sheet`] reads any of them without knowing its type, which is all that
//! a walk from a number to its source needs.

mod address;
mod origin;
mod places;
mod sheet;
mod table;

pub use address::{Address, key};
pub use origin::{Clause, Origin};
pub use places::PlaceRow;
pub use sheet::{Cells, Pieces, Rows, Sheet};
pub use table::{Row, read_rows, write_rows};
pub(crate) use table::{column, gathered, rows, written};
