//! One pass over a table that stays where it is kept: its columns, and where its rows begin.

use super::held::{Builder, Held};
use super::json;
use super::on_demand::{Block, OnDemand, Pieces};
use indexmap::IndexSet;
use std::sync::{Arc, OnceLock};

/// What a table is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Csv,
    JsonLines,
}

impl Format {
    /// Rows that are read at once when one of them is asked for: lines of JSON are long and slow to read.
    pub(super) fn block(self) -> usize {
        match self {
            Self::Csv => 64,
            Self::JsonLines => 4,
        }
    }
}

/// Bytes that are looked through at a time; a longer row is read whole.
pub(super) const WINDOW: u64 = 1 << 22;

/// Whether a row is such that all that will be asked of the table can be found; its cells are handed over (none of JSON Lines).
pub(super) type Fits<'f> = dyn FnMut(&mut dyn Iterator<Item = &str>) -> bool + 'f;

/// The rows of a table that is sorted by key, no key twice; `None` where it is not, where a row does not fit, or for no table.
pub(super) fn on_demand(
    format: Format,
    pieces: Arc<dyn Pieces>,
    window: u64,
    fits: &mut Fits<'_>,
) -> Option<OnDemand> {
    let mut scan = Scan {
        columns: match format {
            Format::Csv => IndexSet::new(),
            Format::JsonLines => IndexSet::from(["id".to_owned()]),
        },
        header: format == Format::Csv,
        format,
        last: None,
        blocks: Vec::new(),
        len: 0,
        fits,
    };
    let (mut at, end) = (0, pieces.length());
    let mut rest: Vec<u8> = Vec::new();
    let mut step = window;
    while at < end {
        let to = end.min(at + step);
        rest.extend(pieces.piece(at..to)?);
        let begin = to - rest.len() as u64;
        let taken = scan.window(begin, &rest, to == end)?;
        rest.drain(..taken);
        // A row that is longer than all that was read is sought in ever larger windows.
        step = if taken == 0 { step * 2 } else { window };
        at = to;
    }
    if scan.header {
        return None;
    }
    Some(OnDemand {
        columns: scan.columns.into_iter().collect(),
        blocks: scan.blocks,
        len: scan.len,
        format,
        pieces,
    })
}

struct Scan<'f, 'g> {
    format: Format,
    columns: IndexSet<String>,
    /// Whether the header is still to come.
    header: bool,
    /// The key of the row before.
    last: Option<String>,
    blocks: Vec<Block>,
    len: usize,
    fits: &'f mut Fits<'g>,
}

impl Scan<'_, '_> {
    /// Looks through bytes that begin with a row, as far as whole rows go; returns how far that was.
    fn window(&mut self, begin: u64, bytes: &[u8], is_last: bool) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let row = match self.format {
                Format::Csv => csv_row(rest),
                Format::JsonLines => line(rest),
            };
            if !row.ends && !is_last {
                break;
            }
            self.row(begin + at as u64, &rest[..row.length], row.is_plain)?;
            at += row.length;
        }
        Some(at)
    }

    fn row(&mut self, start: u64, bytes: &[u8], is_plain: bool) -> Option<()> {
        let text = std::str::from_utf8(bytes).ok()?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        if text.is_empty() {
            return Some(());
        }
        if self.format == Format::JsonLines {
            let key = json::scanned(text, &mut self.columns)?;
            return (self.fits)(&mut std::iter::empty()).then(|| self.keep(start, &key))?;
        }
        if self.header {
            self.header = false;
            let cells = cells(text)?;
            self.columns = cells.iter().map(str::to_owned).collect();
            return (self.columns.len() == cells.len()).then_some(());
        }
        if is_plain {
            let commas = text.bytes().filter(|byte| *byte == b',').count();
            let fits = commas + 1 == self.columns.len() && (self.fits)(&mut text.split(','));
            let key = text.split(',').next()?;
            return fits.then(|| self.keep(start, key))?;
        }
        let cells = cells(text)?;
        let fits = cells.len() == self.columns.len() && (self.fits)(&mut cells.iter());
        fits.then(|| self.keep(start, cells.get(0).unwrap_or_default()))?
    }

    /// Notes a row, if its key is behind the one before.
    fn keep(&mut self, start: u64, key: &str) -> Option<()> {
        let last = self.last.get_or_insert_default();
        if self.len > 0 && last.as_str() >= key {
            return None;
        }
        last.clear();
        last.push_str(key);
        if self.len.is_multiple_of(self.format.block()) {
            self.blocks.push(Block {
                start,
                first: key.into(),
                rows: OnceLock::new(),
            });
        }
        self.len += 1;
        Some(())
    }
}

/// A row at the start of some bytes.
struct Found {
    length: usize,
    /// Whether its end was seen.
    ends: bool,
    /// Whether its cells are what stands between commas.
    is_plain: bool,
}

fn line(bytes: &[u8]) -> Found {
    let end = memchr::memchr(b'\n', bytes);
    Found {
        length: end.map_or(bytes.len(), |end| end + 1),
        ends: end.is_some(),
        is_plain: true,
    }
}

/// A row of CSV; a line end within quotes ends none.
fn csv_row(bytes: &[u8]) -> Found {
    let found = line(bytes);
    let is_plain = memchr::memchr2(b'"', b'\r', &bytes[..found.length]).is_none();
    if is_plain {
        return found;
    }
    let (mut within, mut length, mut ends) = (false, bytes.len(), false);
    for at in memchr::memchr2_iter(b'"', b'\n', bytes) {
        if bytes[at] == b'"' {
            within = !within;
        } else if !within {
            (length, ends) = (at + 1, true);
            break;
        }
    }
    Found {
        length,
        ends,
        is_plain,
    }
}

/// The cells of a row of CSV; `None` where it is more than one row.
fn cells(row: &str) -> Option<csv::StringRecord> {
    let mut reader = reader(row.as_bytes());
    let mut cells = csv::StringRecord::new();
    let mut more = csv::StringRecord::new();
    let one = reader.read_record(&mut cells).ok()? && !reader.read_record(&mut more).ok()?;
    one.then_some(cells)
}

fn reader(bytes: &[u8]) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(bytes)
}

/// The rows in bytes without header.
pub(super) fn rows(format: Format, columns: &[String], bytes: &[u8]) -> Option<Held> {
    let mut rows = Builder::new(columns.len(), bytes.len());
    match format {
        Format::Csv => {
            let mut reader = reader(bytes);
            let mut record = csv::StringRecord::new();
            while reader.read_record(&mut record).ok()? {
                rows.push(record.iter());
            }
        }
        Format::JsonLines => {
            let lines = bytes.split(|byte| *byte == b'\n');
            for line in lines.filter(|line| !line.is_empty()) {
                let cells = json::cells(line, columns.iter().map(String::as_str))?;
                rows.push(cells.iter().map(String::as_str));
            }
        }
    }
    Some(rows.unsorted())
}
