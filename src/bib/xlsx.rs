//! Workbooks: the first sheet with a header that is known, read as a table; lines are rows.

use super::delimited::Row;
use super::reading::Reading;
use super::table::{self, Headers};
use calamine::{Data, Reader};
use std::borrow::Cow;
use std::io::Cursor;

/// Reads all rows below the header.
pub(crate) fn read(bytes: &[u8], out: &mut Reading) {
    let mut book = match calamine::open_workbook_auto_from_rs(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(why) => {
            out.error(
                "bib::workbook",
                format!("the workbook cannot be read: {why}"),
                (1, 1),
            );
            return;
        }
    };
    for sheet in book.sheet_names() {
        let Ok(range) = book.worksheet_range(&sheet) else {
            continue;
        };
        let first_row = range.start().map_or(0, |(row, _)| row);
        let rows: Vec<Row> = range
            .rows()
            .enumerate()
            .map(|(at, cells)| {
                let line = first_row
                    .saturating_add(u32::try_from(at).unwrap_or(u32::MAX))
                    .saturating_add(1);
                Row::of_cells(line, cells.iter().map(text).collect())
            })
            .collect();
        let header = rows
            .iter()
            .take(30)
            .enumerate()
            .map(|(at, row)| (table::recognised(&row.cells, out.mapping), at))
            .filter(|(known, _)| *known >= if out.mapping.is_some() { 1 } else { 2 })
            .min_by_key(|(known, at)| (std::cmp::Reverse(*known), *at));
        if let Some((_, at)) = header {
            let headers = Headers::new(&rows[at].cells, rows[at].line, out);
            for row in &rows[at + 1..] {
                table::keep(&headers, row, row.line, out);
            }
            return;
        }
    }
    out.error(
        "bib::no-header",
        "no sheet has a row with two or more columns that are known",
        (1, 1),
    );
}

/// A cell as text; whole numbers without a decimal point, dates as in ISO 8601.
fn text(cell: &Data) -> Cow<'static, str> {
    Cow::Owned(match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::DateTime(stamp) => match stamp.as_f64() {
            days if (0.0..2_958_466.0).contains(&days) => {
                let (year, month, day, ..) = stamp.to_ymd_hms_milli();
                format!("{year:04}-{month:02}-{day:02}")
            }
            other => other.to_string(),
        },
        other => other.to_string(),
    })
}
