//! One sheet as XML (ECMA-376, part 1, section 18.3), made and packed some thousand rows at a time.

use super::super::escape::inert;
use super::archive::{self, Packed};
use super::xml;
use rayon::prelude::*;
use std::borrow::Cow;
use std::fmt::Write;

/// Most characters that a cell holds.
pub(super) const CELL: usize = 32_767;
/// Widest column, in characters.
const WIDEST: usize = 48;
/// Rows that are made at a time.
const PIECE: usize = 2048;

/// What a sheet may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// Rows below the header.
    pub(super) rows: usize,
    /// Bytes, packed and unpacked alike.
    pub(super) bytes: u64,
}

/// Rows to be written.
pub(super) trait Filled: Sync {
    /// Names of the columns.
    fn header(&self) -> &[String];
    /// How many rows there are.
    fn rows(&self) -> usize;
    /// Tells the cells of the row at a place, in order.
    fn cells(&self, row: usize, tell: &mut dyn FnMut(&str));
}

/// A sheet as a member of the workbook, and how many of its rows had room.
pub(super) struct Written {
    pub(super) packed: Packed,
    pub(super) rows: usize,
}

/// Writes a sheet with a header that stays in sight. What has no room is told in the last row, with the file that has it.
pub(super) fn write(table: &dyn Filled, room: Room, whole: &str) -> Written {
    let all = table.rows();
    // The row that tells of the rest takes a place itself.
    let most = if all > room.rows {
        room.rows.saturating_sub(1)
    } else {
        all
    };
    let starts: Vec<usize> = (0..most).step_by(PIECE).collect();
    let pieces: Vec<Piece> = starts
        .into_par_iter()
        .map(|start| piece(table, start..most.min(start + PIECE)))
        .collect();
    let mut widths: Vec<usize> = table.header().iter().map(|name| width(name)).collect();
    let (mut body, mut rows) = (Packed::default(), 0);
    for piece in pieces {
        if body.size + piece.packed.size > room.bytes
            || body.bytes.len() as u64 + piece.packed.bytes.len() as u64 > room.bytes
        {
            break;
        }
        for (known, width) in widths.iter_mut().zip(&piece.widths) {
            *known = (*known).max(*width);
        }
        rows += piece.rows;
        body.append(piece.packed);
    }
    let rest = all - rows;
    let end = end(table.header().len(), rows, rest, whole);
    let mut packed = archive::piece(beginning(table.header(), &widths).as_bytes());
    packed.append(body);
    packed.append(archive::last_piece(end.as_bytes()));
    Written { packed, rows }
}

struct Piece {
    packed: Packed,
    widths: Vec<usize>,
    rows: usize,
}

fn piece(table: &dyn Filled, rows: std::ops::Range<usize>) -> Piece {
    let mut text = String::new();
    let mut widths = vec![0; table.header().len()];
    let columns: Vec<String> = (0..widths.len()).map(xml::column).collect();
    let count = rows.len();
    for row in rows {
        let number = row + 2;
        let _ = write!(text, "<row r=\"{number}\">");
        let mut column = 0;
        table.cells(row, &mut |cell| {
            if let (Some(name), Some(known), false) =
                (columns.get(column), widths.get_mut(column), cell.is_empty())
            {
                // A key is a name, also where it looks like a number.
                if column > 0 && is_number(cell) {
                    let _ = write!(text, "<c r=\"{name}{number}\"><v>{cell}</v></c>");
                } else {
                    self::text(&mut text, name, number, cell, "");
                }
                *known = width(cell).max(*known);
            }
            column += 1;
        });
        text.push_str("</row>");
    }
    Piece {
        packed: archive::piece(text.as_bytes()),
        widths,
        rows: count,
    }
}

/// A cell that holds text, whatever it begins with, so that none is a formula or a link.
fn text(out: &mut String, column: &str, row: usize, cell: &str, style: &str) {
    let _ = write!(out, "<c r=\"{column}{row}\"{style} t=\"inlineStr\"><is><t");
    let cell = shortened(cell);
    if cell.starts_with(char::is_whitespace) || cell.ends_with(char::is_whitespace) {
        out.push_str(" xml:space=\"preserve\"");
    }
    out.push('>');
    xml::escape(out, &cell);
    out.push_str("</t></is></c>");
}

fn beginning(header: &[String], widths: &[usize]) -> String {
    let mut out = String::from(xml::HEAD);
    out.push_str("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">");
    out.push_str(
        "<sheetViews><sheetView workbookViewId=\"0\"><pane xSplit=\"1\" ySplit=\"1\" topLeftCell=\"B2\" activePane=\"bottomRight\" state=\"frozen\"/></sheetView></sheetViews>",
    );
    if !widths.is_empty() {
        out.push_str("<cols>");
        for (number, width) in (1..).zip(widths) {
            let width = width + 2;
            let _ = write!(
                out,
                "<col min=\"{number}\" max=\"{number}\" width=\"{width}\" customWidth=\"1\"/>"
            );
        }
        out.push_str("</cols>");
    }
    out.push_str("<sheetData><row r=\"1\">");
    for (column, name) in header.iter().enumerate() {
        text(&mut out, &xml::column(column), 1, name, " s=\"1\"");
    }
    out.push_str("</row>");
    out
}

fn end(columns: usize, rows: usize, rest: usize, whole: &str) -> String {
    let mut out = String::new();
    if rest > 0 {
        let number = rows + 2;
        let said = format!("… {rest} more rows have no room on this sheet; all stand in {whole}");
        let _ = write!(out, "<row r=\"{number}\">");
        text(&mut out, "A", number, &said, " s=\"1\"");
        out.push_str("</row>");
    }
    out.push_str("</sheetData>");
    if let Some(filtered) = filtered(columns, rows) {
        let _ = write!(out, "<autoFilter ref=\"{filtered}\"/>");
    }
    out.push_str("</worksheet>");
    out
}

/// The cells that a filter goes over; `None` where there is nothing to filter.
pub(super) fn filtered(columns: usize, rows: usize) -> Option<String> {
    let last = xml::column(columns.checked_sub(1)?);
    (rows > 0).then(|| format!("A1:{last}{}", rows + 1))
}

/// Whether a cell is a number that is written back as the same text: `007`, `1.50` and `1e5` are none.
fn is_number(cell: &str) -> bool {
    let begins = |byte: &u8| byte.is_ascii_digit() || *byte == b'-';
    if !cell.as_bytes().first().is_some_and(begins) {
        return false;
    }
    let number: Option<f64> = cell.parse().ok();
    number.is_some_and(|number| number.is_finite() && number.to_string() == cell)
}

/// The text that a cell can hold; the table's file has the whole.
fn shortened(cell: &str) -> Cow<'_, str> {
    const REST: &str = "… (the whole text stands in the CSV file of this table)";
    let text = inert(cell);
    let taken = || text.chars().map(char::len_utf16).sum::<usize>();
    if text.len() <= CELL || taken() <= CELL {
        return text;
    }
    let mut room = CELL - REST.chars().count();
    let fits = |character: &char| {
        let taken = character.len_utf16();
        let fits = taken <= room;
        room = room.saturating_sub(taken);
        fits
    };
    let kept = text.chars().take_while(fits).chain(REST.chars());
    kept.collect::<String>().into()
}

fn width(cell: &str) -> usize {
    if cell.is_ascii() {
        cell.len().min(WIDEST)
    } else {
        cell.chars().take(WIDEST).count()
    }
}
