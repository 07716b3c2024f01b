//! All tables of the report as one workbook: a sheet a table, numbers as numbers with every digit, everything else as text.

use super::escape::inert;
use super::input::ReportInput;
use super::table_files::{copied, file_name};
use crate::artefact::Cells;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Most characters that a cell of a workbook holds.
const CELL: usize = 32_767;
/// Most rows that a sheet holds below its header.
const ROWS: usize = 1_048_575;
/// Most characters of a sheet's name.
const NAME: usize = 31;
/// Widest column, in characters.
const WIDEST: usize = 48;

/// The bytes of the workbook; equal tables give equal bytes.
///
/// A text is written as text, whatever it begins with, so that no cell is a formula or a link.
pub(super) fn workbook(input: &ReportInput) -> Vec<u8> {
    written(input)
        .expect("sheets have names of their own, and cells and rows are cut to what a sheet holds")
}

fn written(input: &ReportInput) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The day of writing is no part of a report.
    let day = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&day));
    let mut names = BTreeSet::new();
    let sheets: Vec<_> = copied(input)
        .map(|table| (sheet_name(&file_name(input, table), &mut names), table))
        .collect();
    let list = sheets.iter().map(|(name, table)| {
        let rows = table.sheet.rows.len().to_string();
        let from = format!("{}/{}", table.stage, table.artefact);
        vec![name.clone(), from, rows]
    });
    let list: Vec<Vec<String>> = list.collect();
    let header = ["sheet", "made by", "rows"].map(str::to_owned);
    fill(
        book.add_worksheet().set_name("Tables")?,
        &header,
        list.iter().map(|row| row.iter().map(String::as_str)),
    )?;
    for (name, table) in &sheets {
        let sheet = book.add_worksheet().set_name(name)?;
        fill(
            sheet,
            &table.sheet.columns,
            table.sheet.rows.values().map(Cells::iter),
        )?;
    }
    book.save_to_buffer()
}

/// A sheet with a header that stays in sight.
fn fill<'a, R: Iterator<Item = &'a str>>(
    sheet: &mut Worksheet,
    header: &[String],
    rows: impl Iterator<Item = R>,
) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_align(FormatAlign::Top);
    let mut widths: Vec<usize> = header.iter().map(|name| width(name)).collect();
    for (column, name) in (0..).zip(header) {
        sheet.write_string_with_format(0, column, shortened(name), &bold)?;
    }
    let mut last = 0;
    for (row, cells) in (1..).zip(rows.take(ROWS)) {
        for (column, cell) in (0..).zip(cells) {
            match number(cell) {
                // A key is a name, also where it looks like a number.
                Some(number) if column > 0 => sheet.write_number(row, column, number)?,
                _ if cell.is_empty() => continue,
                _ => sheet.write_string(row, column, shortened(cell))?,
            };
            if let Some(known) = widths.get_mut(usize::from(column)) {
                *known = width(cell).max(*known);
            }
        }
        last = row;
    }
    for (column, width) in (0..).zip(&widths) {
        sheet.set_column_width(column, *width as f64 + 2.0)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    if let Ok(columns) = u16::try_from(header.len())
        && columns > 0
        && last > 0
    {
        sheet.autofilter(0, 0, last, columns - 1)?;
    }
    Ok(())
}

/// A cell's number, where the number is written back as the same text: `007`, `1.50` and `1e5` stay text.
fn number(cell: &str) -> Option<f64> {
    let number: f64 = cell.parse().ok()?;
    (number.is_finite() && number.to_string() == cell).then_some(number)
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
    cell.chars().take(WIDEST).count()
}

/// The name of a table's file without its ending, cut to what a sheet may be called and told apart from the others.
fn sheet_name(file: &str, names: &mut BTreeSet<String>) -> String {
    let stem = file.strip_suffix(".csv").unwrap_or(file);
    let fit = |end: &str| -> String {
        let allowed = stem
            .chars()
            .map(|c| if "[]:*?/\\'".contains(c) { '-' } else { c });
        allowed.take(NAME - end.len()).chain(end.chars()).collect()
    };
    let ends = std::iter::once(String::new()).chain((2..).map(|number: u32| format!("-{number}")));
    let free = |name: &String| !names.contains(&name.to_lowercase()) && name != "tables";
    let name = ends
        .map(|end| fit(&end))
        .find(free)
        .expect("numbers do not end");
    names.insert(name.to_lowercase());
    name
}

#[cfg(test)]
mod tests {
    use super::super::sample::{input, table};
    use super::*;
    use calamine::{Data, Reader, Xlsx};
    use std::io::Cursor;

    fn read(bytes: &[u8]) -> Xlsx<Cursor<Vec<u8>>> {
        Xlsx::new(Cursor::new(bytes.to_vec())).expect("a workbook")
    }

    #[test]
    fn every_table_is_a_sheet_and_every_number_has_all_its_digits() {
        let input = input();
        let mut book = read(&workbook(&input));
        let sheets = book.sheet_names();
        for table in copied(&input) {
            let name = file_name(&input, table);
            let name = name.trim_end_matches(".csv");
            assert!(sheets.iter().any(|sheet| sheet == name), "{name}");
            let range = book.worksheet_range(name).expect("the sheet");
            for (row, cells) in (1..).zip(table.sheet.rows.values()) {
                for (column, cell) in (0..).zip(cells.iter()) {
                    let there = match range.get_value((row, column)) {
                        Some(Data::Float(number)) => number.to_string(),
                        Some(Data::String(text)) => text.clone(),
                        None | Some(Data::Empty) => String::new(),
                        Some(other) => panic!("{other:?}"),
                    };
                    assert_eq!(&there, cell, "{name} {row} {column}");
                }
            }
        }
    }

    #[test]
    fn the_same_tables_give_the_same_bytes() {
        assert_eq!(workbook(&input()), workbook(&input()));
    }

    #[test]
    fn what_looks_like_a_formula_is_text_and_what_is_too_long_is_cut_and_said() {
        let mut hostile = input();
        let text = format!(
            "key,title\n7,=cmd|' /C calc'!A0\nb,https://evil.example\nc,{}\nd,a\u{202E}b\n",
            "x".repeat(40_000)
        );
        hostile.tables = vec![table("titles", "import", "titles", &text)];
        let bytes = workbook(&hostile);
        let mut book = read(&bytes);
        let formulas = book.worksheet_formula("titles").expect("the sheet");
        assert!(formulas.used_cells().next().is_none());
        let range = book.worksheet_range("titles").expect("the sheet");
        let cell = |row| range.get_value((row, 1)).expect("a cell").to_string();
        assert_eq!(cell(1), "=cmd|' /C calc'!A0");
        assert_eq!(cell(2), "https://evil.example");
        assert_eq!(cell(3).chars().count(), CELL);
        assert!(cell(3).ends_with("CSV file of this table)"));
        assert_eq!(cell(4), "ab");
        assert_eq!(range.get_value((1, 0)), Some(&Data::String("7".into())));
        let archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a ZIP archive");
        let mut names = archive.file_names().map(|name| name.expect("a name"));
        assert!(!names.any(|name| name.contains("worksheets/_rels")));
    }

    #[test]
    fn long_names_of_sheets_stay_apart() {
        let mut names = BTreeSet::new();
        let long = "a-name-that-is-longer-than-a-sheet-may-have";
        let (one, two) = (sheet_name(long, &mut names), sheet_name(long, &mut names));
        assert_ne!(one, two);
        assert!(one.len() <= NAME && two.len() <= NAME);
        assert_ne!(sheet_name("tables.csv", &mut names), "tables");
    }
}
