//! Tables that people keep: a CSV file read into cells, each with its place.
//!
//! Takes the bytes of a file and the columns wanted; gives rows and all problems found. What the cells mean is left to the
//! module that owns the table. Commas, semicolons and tabs are understood as separators; a byte order mark and the ends of lines (LF,
//! CRLF, or CR throughout) are not part of any cell.

mod blank;
mod cells;
mod file;
mod header;
mod ods_merged;
mod read;
mod row;
mod when;
mod workbook;

pub use blank::{Blank, BlankColumn, BlankRow, Choices};
pub use cells::{Cell, Split, split};
pub use file::TableFile;
pub use header::{Columns, column_name};
pub use read::{Table, csv_rows, read, read_each, values};
pub use row::{Row, unknown_value};
pub use when::When;
pub use workbook::{Fault, Sheet, SheetCell, cell_name, is_workbook, read_workbook};
