//! Rows of comma, semicolon or tab separated text, with broken quotes mended so that no row swallows its neighbour.
//!
//! Source: RFC 4180 (2005), widened: a quote inside a quoted cell that no separator follows is text.

use std::borrow::Cow;

/// One row.
pub(crate) struct Row<'a> {
    /// Line the row starts on, counted from 1.
    pub(crate) line: u32,
    /// Cells without their quotes.
    pub(crate) cells: Vec<Cow<'a, str>>,
    /// Column (in characters) of a quote that is out of place.
    pub(crate) stray: Option<u32>,
    lines: u32,
    next: usize,
    unclosed: bool,
}

/// Lines a quoted cell may have. Each quote that nothing closes halves it, so that a file full of them is still read in one go.
const CELL_LINES: u32 = 2000;
const FEW_LINES: u32 = 16;

impl Row<'static> {
    /// A row of a workbook.
    pub(crate) fn of_cells(line: u32, cells: Vec<Cow<'static, str>>) -> Self {
        Self {
            line,
            cells,
            stray: None,
            lines: 1,
            next: 0,
            unclosed: false,
        }
    }
}

/// Rows of a text.
pub(crate) struct Rows<'a> {
    text: &'a str,
    delimiter: u8,
    end: u8,
    at: usize,
    line: u32,
    cell_lines: u32,
    /// Cells a row should have, once the header is known; 0 before.
    pub(crate) width: usize,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(text: &'a str, delimiter: u8) -> Self {
        let bytes = text.as_bytes();
        let mac = memchr::memchr(b'\n', bytes).is_none();
        Self {
            text,
            delimiter,
            end: if mac { b'\r' } else { b'\n' },
            at: 0,
            line: 1,
            cell_lines: CELL_LINES,
            width: 0,
        }
    }

    fn row(&self, quoted_lines: bool) -> Row<'a> {
        let bytes = self.text.as_bytes();
        let mut row = Row {
            line: self.line,
            cells: Vec::with_capacity(self.width.max(8)),
            stray: None,
            lines: 1,
            next: bytes.len(),
            unclosed: false,
        };
        let mut at = self.at;
        loop {
            let (cell, behind) = if bytes.get(at) == Some(&b'"') {
                self.quoted(at, quoted_lines, &mut row)
            } else {
                self.plain(at)
            };
            row.cells.push(cell);
            match bytes.get(behind) {
                Some(byte) if *byte == self.delimiter => at = behind + 1,
                Some(_) => {
                    row.next = behind + 1;
                    return row;
                }
                None => return row,
            }
        }
    }

    fn plain(&self, at: usize) -> (Cow<'a, str>, usize) {
        let bytes = self.text.as_bytes();
        let end = memchr::memchr2(self.delimiter, self.end, &bytes[at..])
            .map_or(bytes.len(), |found| at + found);
        let cell = &self.text[at..end];
        (Cow::Borrowed(cell.strip_suffix('\r').unwrap_or(cell)), end)
    }

    /// A cell that begins with a quote: its text, and the offset of what ends it.
    fn quoted(&self, start: usize, across_lines: bool, row: &mut Row) -> (Cow<'a, str>, usize) {
        let bytes = self.text.as_bytes();
        let mut parts: Cow<'a, str> = Cow::Borrowed("");
        let mut at = start + 1;
        let mut lines = 0;
        loop {
            let Some(found) = memchr::memchr2(b'"', self.end, &bytes[at..]) else {
                return self.unclosed(start, row);
            };
            let quote = at + found;
            if bytes[quote] == self.end {
                if !across_lines || lines >= self.cell_lines {
                    return self.unclosed(start, row);
                }
                lines += 1;
                append(&mut parts, &self.text[at..=quote]);
                at = quote + 1;
                continue;
            }
            append(&mut parts, &self.text[at..quote]);
            let mut behind = quote + 1;
            match bytes.get(behind) {
                Some(b'"') => {
                    append(&mut parts, "\"");
                    at = behind + 1;
                    continue;
                }
                Some(b'\r') if self.end == b'\n' && bytes.get(behind + 1) == Some(&b'\n') => {
                    behind += 1;
                }
                _ => {}
            }
            match bytes.get(behind) {
                None => {}
                Some(byte) if *byte == self.delimiter || *byte == self.end => {}
                Some(_) => {
                    row.stray.get_or_insert_with(|| self.column(quote));
                    append(&mut parts, "\"");
                    at = quote + 1;
                    continue;
                }
            }
            row.lines += lines;
            return (parts, behind);
        }
    }

    /// A quote that nothing closes is text, and its cell ends where one without quotes does.
    fn unclosed(&self, start: usize, row: &mut Row) -> (Cow<'a, str>, usize) {
        row.stray.get_or_insert_with(|| self.column(start));
        row.unclosed = true;
        self.plain(start)
    }

    fn column(&self, offset: usize) -> u32 {
        let bytes = self.text.as_bytes();
        let start = memchr::memrchr(self.end, &bytes[..offset]).map_or(0, |at| at + 1);
        super::lines::column(&bytes[start..offset])
    }
}

fn append<'a>(whole: &mut Cow<'a, str>, part: &'a str) {
    if whole.is_empty() {
        *whole = Cow::Borrowed(part);
    } else if !part.is_empty() {
        whole.to_mut().push_str(part);
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = Row<'a>;

    fn next(&mut self) -> Option<Row<'a>> {
        if self.at >= self.text.len() {
            return None;
        }
        let mut row = self.row(true);
        if row.unclosed {
            self.cell_lines = (self.cell_lines / 2).max(FEW_LINES);
        }
        // A quote out of place in a row of several lines: where the row is no better for having them, each line is one.
        if row.stray.is_some() && row.lines > 1 {
            let single = self.row(false);
            if single.cells.len() == self.width || row.cells.len() != self.width {
                row = single;
            }
        }
        self.at = row.next;
        self.line = self.line.saturating_add(row.lines);
        Some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        let mut rows = Rows::new(text, b',');
        rows.width = 2;
        rows.map(|row| row.cells.iter().map(ToString::to_string).collect())
            .collect()
    }

    #[test]
    fn quoted_cells_hold_separators_quotes_and_lines() {
        assert_eq!(
            cells("a,\"b,\"\"c\"\"\nd\"\r\ne,f"),
            [vec!["a", "b,\"c\"\nd"], vec!["e", "f"]]
        );
    }

    #[test]
    fn an_unclosed_quote_does_not_swallow_the_next_row() {
        assert_eq!(
            cells("\"a,b\n\"c\",d\ne,f\n"),
            [vec!["\"a", "b"], vec!["c", "d"], vec!["e", "f"]]
        );
    }
}
