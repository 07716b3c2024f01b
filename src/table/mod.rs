//! Tables that people keep: a CSV file read into cells, each with its place.
//!
//! Takes the bytes of a file and the columns wanted; gives rows and all problems found. What the cells mean is left to the
//! module that owns the table. Commas, semicolons and tabs are understood as separators; a byte order mark and CRLF are not
//! part of any cell.

mod cells;
mod header;
mod read;
mod row;
mod when;

pub use cells::{Cell, Split, split};
pub use header::{Columns, column_name};
pub use read::{Table, read, read_each};
pub use row::{Row, unknown_value};
pub use when::When;
