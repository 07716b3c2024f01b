//! Tables that people keep: a CSV file read into cells, each with its place.
//!
//! Takes the bytes of a file and the columns wanted; gives rows and all problems found. What the cells mean is left to the
//! module that owns the table. Commas, semicolons and tabs are understood as separators; a byte order mark and CRLF are not
//! part of any cell.

use crate::nearest::nearest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::BTreeMap;
use std::fmt;

/// The columns of a table.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    /// Must stand in the header.
    pub required: &'static [&'static str],
    /// May stand in the header.
    pub optional: &'static [&'static str],
}

/// A table: its file and its rows, in file order.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Path as given.
    pub file: String,
    /// Rows below the header; blank lines are left out.
    pub rows: Vec<Row>,
}

/// One row, its cells by column name.
#[derive(Clone, Debug)]
pub struct Row {
    file: String,
    line: u32,
    cells: BTreeMap<String, Cell>,
}

/// One cell, trimmed, with the line and column (in characters) at which it starts.
#[derive(Clone, Debug)]
struct Cell {
    text: String,
    line: u32,
    column: u32,
}

impl Row {
    /// The text of a cell without surrounding blanks; empty when the column is absent.
    pub fn text(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", |cell| cell.text.as_str())
    }

    /// The text of a cell, or `None` when it is empty.
    pub fn filled(&self, column: &str) -> Option<String> {
        Some(self.text(column))
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    }

    /// The place of a cell; of the row when the column is absent.
    pub fn place(&self, column: &str) -> Place {
        self.cells.get(column).map_or_else(
            || Place::line(&self.file, self.line),
            |cell| Place::column(&self.file, cell.line, cell.column),
        )
    }

    /// The place of the row.
    pub fn start(&self) -> Place {
        Place::line(&self.file, self.line)
    }

    /// A cell that must not be empty; reports and gives `None` when it is.
    pub fn needed(&self, column: &'static str, problems: &mut Problems) -> Option<String> {
        let found = self.filled(column);
        if found.is_none() {
            problems.push(
                Problem::error("table::missing-value", format!("`{column}` is empty"))
                    .at(self.place(column))
                    .help(format!(
                        "fill in `{column}`; the row is left out until then"
                    )),
            );
        }
        found
    }

    /// A cell that must hold one of `allowed`; case and `_` for `-` are forgiven.
    pub fn choice<T: Copy>(
        &self,
        column: &'static str,
        allowed: &[(&str, T)],
        problems: &mut Problems,
    ) -> Option<T> {
        let written = self.needed(column, problems)?;
        let plain = written.to_lowercase().replace(['_', ' '], "-");
        if let Some((_, value)) = allowed.iter().find(|(name, _)| *name == plain) {
            return Some(*value);
        }
        let names: Vec<&str> = allowed.iter().map(|(name, _)| *name).collect();
        problems.push(unknown_value(column, &written, &names, self.place(column)));
        None
    }

    /// A cell that must hold a date or a time.
    pub fn when(&self, column: &'static str, problems: &mut Problems) -> Option<When> {
        let written = self.needed(column, problems)?;
        let found = When::parse(&written);
        if found.is_none() {
            problems.push(
                Problem::error("table::bad-date", format!("`{written}` is not a date"))
                    .at(self.place(column))
                    .help("write 2026-03-04, or 2026-03-04T10:11:12Z with the time"),
            );
        }
        found
    }
}

/// The problem of a cell that holds none of the allowed values; names the nearest.
pub fn unknown_value(column: &str, written: &str, allowed: &[&str], place: Place) -> Problem {
    let help = nearest(written, allowed.iter().copied()).map_or_else(
        || format!("write one of: {}", allowed.join(", ")),
        |near| format!("did you mean `{near}`? Allowed are: {}", allowed.join(", ")),
    );
    Problem::error(
        "table::unknown-value",
        format!("`{written}` is no value of `{column}`"),
    )
    .at(place)
    .help(help)
}

/// A date or time as a person wrote it; ordered by the moment it means (a date alone is its midnight, a time without zone is UTC).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    second: i64,
    text: String,
}

impl When {
    /// Reads `2026-03-04`, `2026-03-04T10:11:12` or the same with a zone; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let civil = |moment: jiff::civil::DateTime| {
            moment
                .to_zoned(jiff::tz::TimeZone::UTC)
                .ok()
                .map(|zoned| zoned.timestamp().as_second())
        };
        let second = if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            moment.as_second()
        } else if let Ok(moment) = text.parse::<jiff::civil::DateTime>() {
            civil(moment)?
        } else {
            civil(
                text.parse::<jiff::civil::Date>()
                    .ok()?
                    .to_datetime(jiff::civil::Time::midnight()),
            )?
        };
        Some(Self {
            second,
            text: text.to_owned(),
        })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl PartialOrd for When {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for When {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.second, &self.text).cmp(&(other.second, &other.text))
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl serde::Serialize for When {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> serde::Deserialize<'de> for When {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a date or time"))
    }
}

/// Reads a table.
///
/// A missing required column, a column that stands twice and a row with more cells than the header are errors; columns that
/// nobody asked for are notes. Without its required columns a table has no rows.
pub fn read(file: &str, bytes: &[u8], columns: Columns) -> (Table, Problems) {
    let mut problems = Problems::new();
    let text = decode(file, bytes, &mut problems);
    let mut lines = cells(file, &text, &mut problems).into_iter();
    let mut table = Table {
        file: file.to_owned(),
        rows: Vec::new(),
    };
    let Some(header) = lines.next() else {
        problems.push(
            Problem::error("table::empty", "the table has no header")
                .at(Place::file(file))
                .help(format!(
                    "begin with the line {}",
                    columns.required.join(",")
                )),
        );
        return (table, problems);
    };
    if !header_is_sound(file, &header, columns, &mut problems) {
        return (table, problems);
    }
    let names: Vec<String> = header.iter().map(|cell| column_name(&cell.text)).collect();
    for cells in lines {
        table.rows.extend(row(file, &names, cells, &mut problems));
    }
    (table, problems)
}

/// Column names are compared without case, with blanks and `-` as `_`.
fn column_name(text: &str) -> String {
    text.to_lowercase().replace([' ', '-'], "_")
}

/// One row of as many cells as the header at most; trailing empty cells beyond it do not count.
fn row(file: &str, names: &[String], cells: Vec<Cell>, problems: &mut Problems) -> Option<Row> {
    let line = cells.first().map_or(1, |cell| cell.line);
    if let Some(extra) = cells
        .iter()
        .skip(names.len())
        .find(|cell| !cell.text.is_empty())
    {
        problems.push(
            Problem::error(
                "table::too-many-cells",
                format!("{} cells under a header of {}", cells.len(), names.len()),
            )
            .at(Place::column(file, extra.line, extra.column))
            .help("put a cell that holds the separator in double quotes; the row is left out until then"),
        );
        return None;
    }
    Some(Row {
        file: file.to_owned(),
        line,
        cells: names.iter().cloned().zip(cells).collect(),
    })
}

fn header_is_sound(file: &str, header: &[Cell], columns: Columns, problems: &mut Problems) -> bool {
    let mut sound = true;
    let names: Vec<String> = header.iter().map(|cell| column_name(&cell.text)).collect();
    let known = |name: &str| columns.required.contains(&name) || columns.optional.contains(&name);
    let strangers: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| !name.is_empty() && !known(name))
        .collect();
    for wanted in columns.required {
        if names.iter().any(|name| name == wanted) {
            continue;
        }
        sound = false;
        let help = nearest(wanted, strangers.iter().copied()).map_or_else(
            || format!("add the column `{wanted}` to the header"),
            |near| format!("rename the column `{near}` to `{wanted}`"),
        );
        problems.push(
            Problem::error("table::missing-column", format!("no column `{wanted}`"))
                .at(Place::line(file, 1))
                .help(help),
        );
    }
    for (index, (name, cell)) in names.iter().zip(header).enumerate() {
        let place = Place::column(file, cell.line, cell.column);
        if let Some(first) = names[..index]
            .iter()
            .position(|earlier| earlier == name && !name.is_empty())
        {
            sound = false;
            problems.push(
                Problem::error(
                    "table::duplicate-column",
                    format!("two columns are called `{name}`"),
                )
                .at(place)
                .labelled(
                    Place::column(file, header[first].line, header[first].column),
                    "the first",
                )
                .help("rename or remove one of them"),
            );
        } else if !known(name) && !name.is_empty() {
            let absent: Vec<&str> = columns
                .optional
                .iter()
                .copied()
                .filter(|optional| !names.iter().any(|present| present == optional))
                .collect();
            let mut problem = Problem::note(
                "table::unread-column",
                format!("the column `{name}` is not read"),
            )
            .at(place);
            if let Some(near) = nearest(name, absent.iter().copied()) {
                problem = problem.help(format!("did you mean `{near}`?"));
            }
            problems.push(problem);
        }
    }
    sound
}

fn decode(file: &str, bytes: &[u8], problems: &mut Problems) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
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
            String::from_utf8_lossy(bytes).into_owned()
        }
    }
}

/// Line and column numbers fit 32 bits for any file that fits memory in practice; beyond, they stay at the largest.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Splits the text into rows of cells; a quoted cell may hold separators, line ends and doubled quotes.
fn cells(file: &str, text: &str, problems: &mut Problems) -> Vec<Vec<Cell>> {
    let mut scan = Scan::new(separator(text));
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let doubled = character == '"' && characters.peek() == Some(&'"');
        if scan.take(character, doubled) {
            characters.next();
            scan.column += 1;
        }
    }
    if let Some((line, column)) = scan.open_quote() {
        problems.push(
            Problem::error("table::open-quote", "a quote is never closed")
                .at(Place::column(file, line, column))
                .help("close the double quote, or double it if it is part of the text"),
        );
    }
    scan.finish()
}

/// The separator that the header uses most.
fn separator(text: &str) -> char {
    let header = text.lines().next().unwrap_or("");
    [',', ';', '\t']
        .into_iter()
        .rev()
        .max_by_key(|separator| header.matches(*separator).count())
        .unwrap_or(',')
}

struct Scan {
    separator: char,
    rows: Vec<Vec<Cell>>,
    row: Vec<Cell>,
    text: String,
    start: (u32, u32),
    line: u32,
    column: u32,
    quoted: bool,
    closed: bool,
}

impl Scan {
    fn new(separator: char) -> Self {
        Self {
            separator,
            rows: Vec::new(),
            row: Vec::new(),
            text: String::new(),
            start: (1, 1),
            line: 1,
            column: 1,
            quoted: false,
            closed: false,
        }
    }

    /// Takes one character; true when the next one was taken with it.
    fn take(&mut self, character: char, doubled: bool) -> bool {
        let mut both = false;
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
            '\n' if !self.quoted => {
                self.end_cell();
                self.end_row();
            }
            other if other == self.separator && !self.quoted => {
                self.end_cell();
                self.start.1 += 1;
            }
            other => self.text.push(other),
        }
        if character == '\n' {
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
        let text = std::mem::take(&mut self.text).trim().to_owned();
        self.row.push(Cell {
            text,
            line: self.start.0,
            column: self.start.1,
        });
        self.closed = false;
        self.start = (self.line, self.column);
    }

    fn end_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        if row.iter().any(|cell| !cell.text.is_empty()) {
            self.rows.push(row);
        }
    }

    fn open_quote(&self) -> Option<(u32, u32)> {
        self.quoted.then_some(self.start)
    }

    fn finish(mut self) -> Vec<Vec<Cell>> {
        if !self.text.is_empty() || !self.row.is_empty() || self.closed {
            self.end_cell();
            self.end_row();
        }
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: Columns = Columns {
        required: &["record", "decision"],
        optional: &["note"],
    };

    #[test]
    fn places_count_characters_after_quotes_and_line_ends() {
        let text = "record,decision,note\r\n\"é \"\"x\"\"\nzwei\",include,ok\r\nr2,exclude,\r\n";
        let (table, problems) = read("a.csv", text.as_bytes(), COLUMNS);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(table.rows[0].text("record"), "é \"x\"\nzwei");
        assert_eq!(
            table.rows[0].place("decision"),
            Place::column("a.csv", 3, 7)
        );
        assert_eq!(
            table.rows[1].place("decision"),
            Place::column("a.csv", 4, 4)
        );
        assert_eq!(table.rows[1].filled("note"), None);
    }

    #[test]
    fn semicolons_and_a_byte_order_mark_are_understood() {
        let (table, problems) = read("a.csv", b"\xef\xbb\xbfRecord;Decision\nr1;include", COLUMNS);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(table.rows[0].text("decision"), "include");
        assert_eq!(
            table.rows[0].place("decision"),
            Place::column("a.csv", 2, 4)
        );
    }

    #[test]
    fn a_misspelt_column_is_named() {
        let (table, problems) = read("a.csv", b"record,decison\nr1,include\n", COLUMNS);
        assert!(table.rows.is_empty());
        assert_eq!(problems.0[0].code, "table::missing-column");
        assert_eq!(
            problems.0[0].help.as_deref(),
            Some("rename the column `decison` to `decision`")
        );
    }

    #[test]
    fn a_row_with_a_stray_separator_is_left_out_and_said() {
        let (table, problems) = read(
            "a.csv",
            b"record,decision,note\nr1,include,a,b\nr2,exclude,c\n",
            COLUMNS,
        );
        assert_eq!(table.rows.len(), 1);
        assert_eq!(problems.0[0].places[0].0, Place::column("a.csv", 2, 14));
    }

    #[test]
    fn a_wrong_value_gets_its_nearest() {
        let (table, mut problems) = read("a.csv", b"record,decision\nr1,inclde\n", COLUMNS);
        let found =
            table.rows[0].choice("decision", &[("include", 1), ("exclude", 2)], &mut problems);
        assert_eq!(found, None);
        assert_eq!(
            problems.0[0].help.as_deref(),
            Some("did you mean `include`? Allowed are: include, exclude")
        );
    }

    #[test]
    fn moments_are_ordered_by_what_they_mean() {
        let early = When::parse("2026-03-04").expect("a date");
        let zoned = When::parse("2026-03-04T02:00:00+01:00").expect("a time with a zone");
        let plain = When::parse("2026-03-04T01:30:00").expect("a time");
        assert!(early < zoned && zoned < plain);
        assert_eq!(When::parse("4.3.2026"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = read("a.csv", &bytes, COLUMNS);
        }

        #[test]
        fn what_was_written_reads_back(cells in proptest::collection::vec(proptest::collection::vec("[a-z,\"\n;]{1,6}", 2..=2), 1..5)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["record", "decision"]).expect("writing to memory");
            for row in &cells {
                writer.write_record(row).expect("writing to memory");
            }
            let bytes = writer.into_inner().expect("writing to memory");
            let (table, _) = read("a.csv", &bytes, COLUMNS);
            let read: Vec<Vec<String>> = table.rows.iter().map(|row| vec![row.text("record").to_owned(), row.text("decision").to_owned()]).collect();
            let want: Vec<Vec<String>> = cells.iter().map(|row| row.iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()).filter(|row| row.iter().any(|cell| !cell.is_empty())).collect();
            proptest::prop_assert_eq!(read, want);
        }
    }
}
