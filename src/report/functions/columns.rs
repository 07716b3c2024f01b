//! Functions that choose which columns of a table that people shape stand beside each other.

use super::Printed;
use crate::report::input::TableRow;
use crate::report::press::Press;
use tera::{Kwargs, Value};

/// Characters that a cell of a table may hold at most: longer ones make a column that nobody reads.
const LONGEST: usize = 80;

/// Columns that fit beside each other on a page.
const MOST: usize = 6;

/// The columns of a table that hold something short in most of its rows, in its order, as many as fit; without those in `except` (names
/// joined by commas).
pub(super) fn columns(press: &Press, arguments: &Kwargs) -> Printed {
    let table: String = arguments.must_get("table")?;
    let except: String = arguments.must_get("except")?;
    let rows: Vec<TableRow<'_>> = press.input.rows(&table).collect();
    let Some(first) = rows.first() else {
        return Ok(Vec::<Value>::new().into());
    };
    let columns = first.table.sheet.columns.iter().filter(|column| {
        let lengths = rows.iter().map(|row| row.text(column).chars().count());
        let filled = lengths.clone().filter(|length| *length > 0).count();
        2 * filled > rows.len()
            && lengths.max().is_some_and(|longest| longest <= LONGEST)
            && !except.split(',').any(|other| other == *column)
    });
    let columns = columns.take(MOST).cloned().map(Value::from);
    Ok(columns.collect::<Vec<Value>>().into())
}

/// Whether every cell of a column that holds something holds a number.
pub(super) fn is_number(press: &Press, arguments: &Kwargs) -> Printed {
    let table: String = arguments.must_get("table")?;
    let column: String = arguments.must_get("col")?;
    let mut rows = press.input.rows(&table);
    let numbers = rows.all(|row| row.text(&column).is_empty() || row.number(&column).is_some());
    Ok(numbers.into())
}
