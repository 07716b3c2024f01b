//! A table read whole.

use super::cells::{self, Cell};
use super::file::TableFile;
use super::header::{Columns, column_name, header_is_sound};
use super::row::{Row, Spot};
use super::workbook::{Sheet, SheetCell, is_workbook};
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::rc::Rc;

/// A table: its file and its rows, in file order.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Path as given.
    pub file: String,
    /// Rows below the header; blank lines are left out.
    pub rows: Vec<Row>,
}

/// Reads a table: a CSV file, or the first sheet of a workbook that holds rows.
///
/// A missing required column, a column that stands twice and a row with more cells than the header are errors; columns that
/// nobody asked for are notes. Without its required columns a table has no rows.
pub fn read(file: &str, bytes: &[u8], columns: Columns) -> (Table, Problems) {
    if is_workbook(file) {
        return TableFile::of(file, bytes).table(columns);
    }
    let mut problems = Problems::new();
    let rows = csv_rows(file, bytes, &mut problems);
    of_csv(file, rows, problems, columns)
}

/// The rows of a CSV file as a table, with the problems of its text before those of its rows.
pub(super) fn of_csv(
    file: &str,
    rows: Vec<Vec<Cell>>,
    mut problems: Problems,
    columns: Columns,
) -> (Table, Problems) {
    let mut table = Table {
        file: file.to_owned(),
        rows: Vec::new(),
    };
    let take = |row| table.rows.push(row);
    below_header(file, rows.into_iter(), columns, &mut problems, take);
    (table, problems)
}

/// Hands on the rows of a CSV file below its header; none when the header is not sound.
fn below_header(
    file: &str,
    mut lines: impl Iterator<Item = Vec<Cell>>,
    columns: Columns,
    problems: &mut Problems,
    take: impl FnMut(Row),
) {
    let spot = Rc::new(Spot {
        file: file.to_owned(),
        sheet: None,
    });
    let Some(header) = lines.next() else {
        problems.push(
            Problem::error("table::empty", "the table has no header")
                .at(Place::file(file))
                .help(format!(
                    "begin with the line {}",
                    columns.required.join(",")
                )),
        );
        return;
    };
    if !header_is_sound(&spot, &header, columns, problems) {
        return;
    }
    let names: Rc<[String]> = header.iter().map(|cell| column_name(&cell.text)).collect();
    lines
        .filter_map(|cells| row(&spot, &names, cells, problems))
        .for_each(take);
}

/// The rows of a CSV file as cells, without asking for columns; bytes that are no UTF-8 and an open quote are told.
pub fn csv_rows(file: &str, bytes: &[u8], problems: &mut Problems) -> Vec<Vec<Cell>> {
    let text = cells::decode(file, bytes, problems);
    let split = cells::split(&text);
    problems.extend(split.open_quote.map(|at| open_quote(file, at)));
    split.rows
}

fn open_quote(file: &str, (line, column): (u32, u32)) -> Problem {
    Problem::error("table::open-quote", "a quote is never closed")
        .at(Place::column(file, line, column))
        .help("close the double quote, or double it if it is part of the text")
}

/// Sheets as one table.
pub(super) fn of_sheets(
    file: &str,
    sheets: impl Iterator<Item = Sheet>,
    columns: Columns,
) -> (Table, Problems) {
    let mut table = Table {
        file: file.to_owned(),
        rows: Vec::new(),
    };
    let mut problems = Problems::new();
    for sheet in sheets {
        problems.extend(sheet.hidden_note(file));
        let spot = Rc::new(Spot {
            file: file.to_owned(),
            sheet: Some(sheet.name.clone()),
        });
        let mut lines = sheet.rows.into_iter();
        let header: Vec<Cell> = lines
            .next()
            .unwrap_or_default()
            .into_iter()
            .map(plain)
            .collect();
        if !header_is_sound(&spot, &header, columns, &mut problems) {
            continue;
        }
        let names: Rc<[String]> = header.iter().map(|cell| column_name(&cell.text)).collect();
        for line in lines {
            let line = sound(&spot, &names, line, columns, &mut problems);
            let read = line.and_then(|line| row(&spot, &names, line, &mut problems));
            table.rows.extend(read);
        }
    }
    (table, problems)
}

fn plain(cell: SheetCell) -> Cell {
    Cell {
        text: cell.text,
        line: cell.row,
        column: cell.column,
    }
}

/// The cells of a row with those emptied that are not what a person typed; none where a required one is such.
fn sound(
    spot: &Spot,
    names: &[String],
    line: Vec<SheetCell>,
    columns: Columns,
    problems: &mut Problems,
) -> Option<Vec<Cell>> {
    let sheet = spot.sheet.as_deref().unwrap_or_default();
    let mut kept = true;
    let mut cells = Vec::with_capacity(line.len());
    for (mut cell, name) in line.into_iter().zip(names) {
        if !name.is_empty() && !cell.is_sound(name) {
            let needed = columns.required.contains(&name.as_str());
            kept &= !needed;
            let then = if needed {
                "the row is left out until then"
            } else {
                "the cell counts as empty until then"
            };
            problems.push(cell.problem(&spot.file, sheet, name, then));
            cell.text.clear();
        }
        cells.push(plain(cell));
    }
    kept.then_some(cells)
}

/// Reads a table row by row into values of the caller's; a row that gives none is left out, the caller tells why.
///
/// A CSV file never stands in memory as cells, one row of it at a time excepted.
pub fn read_each<T>(
    file: &str,
    bytes: &[u8],
    columns: Columns,
    mut each: impl FnMut(&Row, &mut Problems) -> Option<T>,
) -> (Vec<T>, Problems) {
    if is_workbook(file) {
        return values(read(file, bytes, columns), each);
    }
    let mut problems = Problems::new();
    let text = cells::decode(file, bytes, &mut problems);
    let mut lines = cells::Rows::of(&text);
    let (mut of_rows, mut of_values) = (Problems::new(), Problems::new());
    let mut values = Vec::new();
    below_header(file, lines.by_ref(), columns, &mut of_rows, |row| {
        values.extend(each(&row, &mut of_values));
    });
    // Below a header that is not sound nobody looked yet.
    lines.by_ref().for_each(drop);
    problems.extend(lines.open_quote().map(|at| open_quote(file, at)));
    problems.append(of_rows);
    problems.append(of_values);
    (values, problems)
}

/// The values of the rows of a table, with the problems of its reading before their own.
pub fn values<T>(
    (table, mut problems): (Table, Problems),
    mut each: impl FnMut(&Row, &mut Problems) -> Option<T>,
) -> (Vec<T>, Problems) {
    let rows = table.rows.iter();
    let values = rows.filter_map(|row| each(row, &mut problems)).collect();
    (values, problems)
}

/// One row of as many cells as the header at most; trailing empty cells beyond it do not count.
fn row(
    spot: &Rc<Spot>,
    names: &Rc<[String]>,
    mut cells: Vec<Cell>,
    problems: &mut Problems,
) -> Option<Row> {
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
            .at(spot.cell(extra.line, extra.column))
            .help("put a cell that holds the separator in double quotes; the row is left out until then"),
        );
        return None;
    }
    cells.truncate(names.len());
    Some(Row {
        spot: Rc::clone(spot),
        line,
        names: Rc::clone(names),
        cells,
    })
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
    fn lines_may_end_in_cr_alone_and_rows_with_other_ends_be_added_below() {
        let want = read(
            "a.csv",
            b"record,decision,note\nr1,include,x\n\nr2,exclude,\"a\nb\"\nr3,include,",
            COLUMNS,
        );
        assert!(want.1.is_empty());
        for text in [
            "record,decision,note\rr1,include,x\r\rr2,exclude,\"a\nb\"\rr3,include,\r",
            "record,decision,note\rr1,include,x\r\rr2,exclude,\"a\nb\"\r\nr3,include,\n",
            "record,decision,note\rr1,include,x\r\rr2,exclude,\"a\nb\"\nr3,include,\r\n",
        ] {
            let found = read("a.csv", text.as_bytes(), COLUMNS);
            assert!(found.1.is_empty(), "{:?}", found.1);
            let places = |table: &Table| -> Vec<(Place, String)> {
                let rows = table.rows.iter();
                rows.map(|row| (row.place("note"), row.text("note").to_owned()))
                    .collect()
            };
            assert_eq!(places(&found.0), places(&want.0), "{text:?}");
        }
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

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = read("a.csv", &bytes, COLUMNS);
        }

        #[test]
        fn row_by_row_gives_what_the_whole_table_gives(below in "[a-z,;\" \n\r]{0,80}", header in proptest::sample::select(vec!["record,decision\n", "record,decision\r", "record,note\n", "\"record", ""])) {
            let text = format!("{header}{below}");
            let each = |row: &Row, problems: &mut Problems| Some((row.start(), row.needed("decision", problems)));
            let whole = values(read("a.csv", text.as_bytes(), COLUMNS), each);
            proptest::prop_assert_eq!(read_each("a.csv", text.as_bytes(), COLUMNS, each), whole);
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
