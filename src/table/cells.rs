//! A CSV text split into cells, each with the place at which it starts.

use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::borrow::Cow;

/// One cell, trimmed, with the line and column (in characters) at which it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Text without blanks around it.
    pub text: String,
    /// Line at which it starts, counted from 1.
    pub line: u32,
    /// Column in characters at which it starts, counted from 1.
    pub column: u32,
}

/// The text of a file; bytes that are no UTF-8 are told and replaced.
pub(super) fn decode<'b>(file: &str, bytes: &'b [u8], problems: &mut Problems) -> Cow<'b, str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(error) => {
            let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let line = before.matches('\n').count() + 1;
            let column = before
                .rsplit('\n')
                .next()
                .map_or(0, |tail| tail.chars().count())
                + 1;
            problems.push(
                Problem::error("table::not-utf8", "the file is not UTF-8")
                    .at(Place::column(file, number(line), number(column)))
                    .help(
                        "save it as CSV UTF-8; characters that could not be read stand as \u{fffd}",
                    ),
            );
            String::from_utf8_lossy(bytes)
        }
    }
}

/// Line and column numbers fit 32 bits for any file that fits memory in practice; beyond, they stay at the largest.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A text split into cells.
#[derive(Clone, Debug)]
pub struct Split {
    /// Rows with their cells; blank rows are left out.
    pub rows: Vec<Vec<Cell>>,
    /// Line and column of a quote that is never closed.
    pub open_quote: Option<(u32, u32)>,
}

/// Splits text into rows of cells, at the separator that its first line uses most: comma, semicolon or tab.
///
/// A quoted cell may hold separators, doubled quotes and line ends (RFC 4180); lines end in LF or CRLF. Where the first line ends in CR
/// alone, as spreadsheets write it for old Macintoshes, CR ends the others too.
pub fn split(text: &str) -> Split {
    let mut rows = Rows::of(text);
    Split {
        rows: rows.by_ref().collect(),
        open_quote: rows.open_quote(),
    }
}

/// The rows of a text one after the other, as [`split`] gives them.
pub(super) struct Rows<'t> {
    rest: &'t str,
    scan: Scan,
}

impl<'t> Rows<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let cr = ends_in_cr(text);
        Self {
            rest: text,
            scan: Scan::new(separator(text, cr), cr),
        }
    }

    /// Line and column of a quote that is never closed; known once all rows were taken.
    pub(super) fn open_quote(&self) -> Option<(u32, u32)> {
        self.scan.open_quote
    }

    /// Takes the text up to the next character that may mean something, and that.
    fn step(&mut self) {
        let scan = &mut self.scan;
        let (plain, behind) = self.rest.split_at(scan.plain(self.rest));
        scan.take_plain(plain);
        let mut characters = behind.chars();
        if let Some(character) = characters.next() {
            let doubled = character == '"' && characters.as_str().starts_with('"');
            if scan.take(character, doubled) {
                characters.next();
                scan.column += 1;
            }
        }
        self.rest = characters.as_str();
    }
}

impl Iterator for Rows<'_> {
    type Item = Vec<Cell>;

    fn next(&mut self) -> Option<Vec<Cell>> {
        while !self.rest.is_empty() {
            self.step();
            if let Some(row) = self.scan.whole.take() {
                return Some(row);
            }
        }
        self.scan.finish();
        self.scan.whole.take()
    }
}

/// Whether the first line ends in CR alone.
fn ends_in_cr(text: &str) -> bool {
    let mut quoted = false;
    let mut bytes = text.bytes();
    let end = bytes.find(|byte| {
        quoted ^= *byte == b'"';
        !quoted && matches!(byte, b'\r' | b'\n')
    });
    end == Some(b'\r') && bytes.next() != Some(b'\n')
}

/// The separator that the header uses most.
fn separator(text: &str, cr: bool) -> u8 {
    let header = if cr {
        text.split('\r').next()
    } else {
        text.lines().next()
    };
    let header = header.unwrap_or("");
    [b',', b';', b'\t']
        .into_iter()
        .rev()
        .max_by_key(|separator| header.matches(char::from(*separator)).count())
        .unwrap_or(b',')
}

struct Scan {
    separator: u8,
    /// Whether CR ends a line too.
    cr: bool,
    /// Whether the last character was such a CR.
    after_cr: bool,
    /// The row that just ended.
    whole: Option<Vec<Cell>>,
    row: Vec<Cell>,
    text: String,
    start: (u32, u32),
    line: u32,
    column: u32,
    quoted: bool,
    closed: bool,
    open_quote: Option<(u32, u32)>,
}

impl Scan {
    fn new(separator: u8, cr: bool) -> Self {
        Self {
            separator,
            cr,
            after_cr: false,
            whole: None,
            row: Vec::new(),
            text: String::new(),
            start: (1, 1),
            line: 1,
            column: 1,
            quoted: false,
            closed: false,
            open_quote: None,
        }
    }

    /// How many bytes lie before the next character that may mean something: all that mean anything are of one byte.
    fn plain(&self, rest: &str) -> usize {
        let rest = rest.as_bytes();
        let found = if self.cr {
            let marks = [b'"', b'\n', b'\r', self.separator];
            rest.iter().position(|byte| marks.contains(byte))
        } else if self.quoted {
            memchr::memchr2(b'"', b'\n', rest)
        } else {
            memchr::memchr3(b'"', b'\n', self.separator, rest)
        };
        found.unwrap_or(rest.len())
    }

    fn take_plain(&mut self, text: &str) {
        self.after_cr &= text.is_empty();
        self.text.push_str(text);
        self.column += number(text.chars().count());
    }

    /// Takes one character; true when the next one was taken with it.
    fn take(&mut self, character: char, doubled: bool) -> bool {
        let mut both = false;
        let after_cr = std::mem::replace(&mut self.after_cr, self.cr && character == '\r');
        if after_cr && character == '\n' {
            // Of a CRLF, whose CR ended the line.
            if self.quoted {
                self.text.push(character);
            }
            return false;
        }
        let ends_line = character == '\n' || self.after_cr;
        match character {
            '"' if self.quoted && doubled => {
                self.text.push('"');
                both = true;
            }
            '"' if self.quoted => {
                self.quoted = false;
                self.closed = true;
            }
            '"' if self.text.trim().is_empty() && !self.closed => {
                self.text.clear();
                self.quoted = true;
            }
            _ if ends_line && !self.quoted => {
                self.end_cell();
                self.end_row();
            }
            other if other == char::from(self.separator) && !self.quoted => {
                self.end_cell();
                self.start.1 += 1;
            }
            other => self.text.push(other),
        }
        if ends_line {
            self.line += 1;
            self.column = 1;
            if !self.quoted {
                self.start = (self.line, 1);
            }
        } else {
            self.column += 1;
        }
        both
    }

    fn end_cell(&mut self) {
        let text = self.text.trim().to_owned();
        self.text.clear();
        self.row.push(Cell {
            text,
            line: self.start.0,
            column: self.start.1,
        });
        self.closed = false;
        self.start = (self.line, self.column);
    }

    fn end_row(&mut self) {
        // Most rows have as many cells as the one before.
        let next = Vec::with_capacity(self.row.len());
        let row = std::mem::replace(&mut self.row, next);
        if row.iter().any(|cell| !cell.text.is_empty()) {
            self.whole = Some(row);
        }
    }

    /// Ends a last line that no line end ends.
    fn finish(&mut self) {
        if self.quoted {
            self.open_quote.get_or_insert(self.start);
        }
        if !self.text.is_empty() || !self.row.is_empty() || self.closed {
            self.end_cell();
            self.end_row();
        }
    }
}
