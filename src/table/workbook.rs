//! Workbooks (XLSX, XLS, ODS) as rows of cells, each with its name and with what a spreadsheet made of it.
//!
//! A spreadsheet turns `3-5` into a day, keeps formulas without values and merges cells. What comes out here is the text of each
//! cell, and beside it the [`Fault`] that keeps it from being what a person typed.

use super::ods_merged;
use crate::place::{At, Place};
use crate::problem::Problem;
use calamine::{Data, Dimensions, Range, Reader, SheetVisible, Sheets};
use std::collections::BTreeMap;
use std::io::Cursor;

/// Sheets of a form that explain it and hold no rows.
const EXPLAINING: [&str; 2] = ["guide", "lists"];

/// Why a cell is not what a person typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A day or time of day, as the spreadsheet shows it.
    Date,
    /// An error value such as `#NAME?`.
    Error,
    /// A formula that was saved without its value.
    NoValue(String),
    /// The cell is covered by a merged one.
    Covered(String),
}

/// A cell of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetCell {
    /// Text without blanks around it; days as in ISO 8601.
    pub text: String,
    /// Row, counted from 1.
    pub row: u32,
    /// Column, counted from 1.
    pub column: u32,
    /// What is wrong with it.
    pub fault: Option<Fault>,
}

/// A sheet with its rows; blank ones are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Name.
    pub name: String,
    /// Whether the spreadsheet does not show it.
    pub hidden: bool,
    /// Rows, all of one length.
    pub rows: Vec<Vec<SheetCell>>,
}

/// Whether a file is a workbook, by its name.
pub fn is_workbook(path: &str) -> bool {
    let ending = path
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_lowercase());
    ending.is_some_and(|ending| matches!(ending.as_str(), "xlsx" | "xlsm" | "xls" | "ods"))
}

/// Reads the sheets of a workbook that hold rows, in their order.
///
/// # Errors
/// When the bytes are no workbook.
pub fn read_workbook(file: &str, bytes: &[u8]) -> Result<Vec<Sheet>, Problem> {
    let not_read = |why: String| {
        Problem::error(
            "table::not-a-workbook",
            format!("the workbook cannot be read: {why}"),
        )
        .at(Place::file(file))
        .help("open it in a spreadsheet program and save it again as .xlsx, without a password")
    };
    let mut book = calamine::open_workbook_auto_from_rs(Cursor::new(bytes))
        .map_err(|why| not_read(why.to_string()))?;
    let unseen: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible != SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let mut of_ods = match book {
        Sheets::Ods(_) => ods_merged::merged(bytes),
        Sheets::Xlsx(_) | Sheets::Xls(_) | Sheets::Xlsb(_) => BTreeMap::new(),
    };
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        if EXPLAINING.contains(&name.trim().to_lowercase().as_str()) {
            continue;
        }
        let range = book
            .worksheet_range(&name)
            .map_err(|why| not_read(format!("sheet `{name}`: {why}")))?;
        let formulas = book.worksheet_formula(&name).unwrap_or_default();
        let mut merged = merged(&mut book, &name);
        merged.extend(of_ods.remove(&name).unwrap_or_default());
        let rows = rows(&range, &formulas, &merged);
        let hidden = unseen.contains(&name);
        sheets.push(Sheet { name, hidden, rows });
    }
    Ok(sheets)
}

/// The merged regions of a sheet, where the reader of the format tells them.
fn merged(book: &mut Sheets<Cursor<&[u8]>>, name: &str) -> Vec<Dimensions> {
    match book {
        Sheets::Xlsx(book) => book.merge_cells_by_sheet_name(name).unwrap_or_default(),
        Sheets::Xls(book) => book.merge_cells_by_sheet_name(name).unwrap_or_default(),
        Sheets::Xlsb(_) | Sheets::Ods(_) => Vec::new(),
    }
}

fn rows(
    range: &Range<Data>,
    formulas: &Range<String>,
    merged: &[Dimensions],
) -> Vec<Vec<SheetCell>> {
    // Formulas without values may stand beyond the cells that have one.
    let Some((top, left, bottom, right)) = bounds(range, formulas) else {
        return Vec::new();
    };
    let rows = (top..=bottom).map(|row| {
        let cell = |column| {
            let value = range.get_value((row, column)).unwrap_or(&Data::Empty);
            let formula = formulas.get_value((row, column)).map_or("", String::as_str);
            let region = merged.iter().find(|region| {
                region.start != (row, column)
                    && (region.start.0..=region.end.0).contains(&row)
                    && (region.start.1..=region.end.1).contains(&column)
            });
            cell(value, formula, region, (row + 1, column + 1))
        };
        (left..=right).map(cell).collect::<Vec<SheetCell>>()
    });
    let said = |cell: &SheetCell| {
        !cell.text.is_empty() || matches!(cell.fault, Some(Fault::NoValue(_) | Fault::Error))
    };
    rows.filter(|row| row.iter().any(said)).collect()
}

/// The rows and columns that hold a value or a formula.
fn bounds(range: &Range<Data>, formulas: &Range<String>) -> Option<(u32, u32, u32, u32)> {
    let corners = [
        range.start().zip(range.end()),
        formulas.start().zip(formulas.end()),
    ];
    corners
        .into_iter()
        .flatten()
        .fold(None, |found, (start, end)| {
            let (top, left, bottom, right) = found.unwrap_or((start.0, start.1, end.0, end.1));
            Some((
                top.min(start.0),
                left.min(start.1),
                bottom.max(end.0),
                right.max(end.1),
            ))
        })
}

fn cell(
    value: &Data,
    formula: &str,
    region: Option<&Dimensions>,
    (row, column): (u32, u32),
) -> SheetCell {
    let (text, fault) = match value {
        Data::Empty if !formula.is_empty() => {
            (String::new(), Some(Fault::NoValue(formula.to_owned())))
        }
        Data::Empty => (String::new(), None),
        Data::Error(error) => (error.to_string(), Some(Fault::Error)),
        Data::DateTime(stamp) => (day(stamp), Some(Fault::Date)),
        Data::DateTimeIso(text) | Data::DurationIso(text) => (text.clone(), Some(Fault::Date)),
        Data::Float(value) => (as_shown(*value), None),
        Data::Int(value) => (value.to_string(), None),
        Data::Bool(value) => (value.to_string(), None),
        Data::String(text) => (text.trim().to_owned(), None),
    };
    let covered = region.filter(|_| text.is_empty()).map(|region| {
        Fault::Covered(format!(
            "{}:{}",
            cell_name(region.start.0 + 1, region.start.1 + 1),
            cell_name(region.end.0 + 1, region.end.1 + 1)
        ))
    });
    SheetCell {
        text,
        row,
        column,
        fault: fault.or(covered),
    }
}

/// A number as a spreadsheet shows it: 15 digits, so that 0.1 + 0.2 is 0.3.
fn as_shown(value: f64) -> String {
    let shown: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    shown.to_string()
}

/// A day, with the time where there is one; a time alone as such.
fn day(stamp: &calamine::ExcelDateTime) -> String {
    let days = stamp.as_f64();
    if stamp.is_duration() || !(0.0..2_958_466.0).contains(&days) {
        return days.to_string();
    }
    let (year, month, day, hour, minute, second, _) = stamp.to_ymd_hms_milli();
    if days < 1.0 {
        format!("{hour:02}:{minute:02}:{second:02}")
    } else if days.fract() == 0.0 {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// The name of a cell: `C7` for row 7 and column 3, both counted from 1.
pub fn cell_name(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    let letters: String = letters.into_iter().rev().collect();
    format!("{letters}{row}")
}

impl Sheet {
    /// The note on a sheet that is read though the spreadsheet hides it, so that its rows are no surprise.
    pub fn hidden_note(&self, file: &str) -> Option<Problem> {
        let title = format!("the sheet `{}` is hidden, and is read", self.name);
        self.hidden.then(|| {
            Problem::note("table::hidden-sheet", title)
                .at(Place::cell(file, &self.name, "A1"))
                .help("show it and look at it, or take it out of the workbook")
        })
    }
}

impl SheetCell {
    /// Where it stands.
    pub fn place(&self, file: &str, sheet: &str) -> Place {
        Place::cell(file, sheet, cell_name(self.row, self.column))
    }

    /// Where it stands within its file.
    pub fn at(&self, sheet: &str) -> At {
        self.place("", sheet).at
    }

    /// The text of a cell in a column that holds days, where a day of the spreadsheet is no fault.
    pub fn is_sound(&self, column: &str) -> bool {
        match &self.fault {
            None => true,
            Some(Fault::Date) => column == "at" && self.text.len() >= "2026-03-04".len(),
            Some(_) => false,
        }
    }

    /// What is wrong with the cell, in the words of its column; `then` says what came of it.
    pub fn problem(&self, file: &str, sheet: &str, column: &str, then: &str) -> Problem {
        let (code, title, help) = match self.fault.as_ref().unwrap_or(&Fault::Error) {
            Fault::Date => (
                "table::spreadsheet-date",
                format!(
                    "`{column}` is the day {}, which the spreadsheet made of what was typed",
                    self.text
                ),
                "format the cell as text and type it again as the paper prints it",
            ),
            Fault::Error => (
                "table::error-cell",
                format!("`{column}` shows {}", self.text),
                "mend the formula, or type its value in place of it",
            ),
            Fault::NoValue(formula) => (
                "table::formula-without-value",
                format!(
                    "`{column}` is the formula `={}` without a value",
                    formula.trim_start_matches('=')
                ),
                "open the file in a spreadsheet program and save it, or type the value in place of the formula",
            ),
            Fault::Covered(region) => (
                "table::merged-cells",
                format!(
                    "`{column}` lies in the merged cells {region}, which hold one value for all"
                ),
                "unmerge them and fill in each",
            ),
        };
        Problem::error(code, format!("{title}; {then}"))
            .at(self.place(file, sheet))
            .help(help)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_in_spreadsheets() {
        let names = [(1, 1), (7, 3), (9, 26), (9, 27), (2, 52), (3, 703)];
        let names = names.map(|(row, column)| cell_name(row, column));
        assert_eq!(names, ["A1", "C7", "Z9", "AA9", "AZ2", "AAA3"]);
    }

    /// An `OpenDocument` spreadsheet of one sheet with these rows.
    fn ods(rows: &str) -> Vec<u8> {
        use std::io::Write;
        let content = format!(
            r#"<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="outcomes">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
        );
        let manifest = r#"<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>"#;
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in [
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
            ("META-INF/manifest.xml", manifest),
            ("content.xml", &content),
        ] {
            let plain = zip::write::SimpleFileOptions::default();
            archive.start_file(name, plain).expect("a part");
            archive.write_all(text.as_bytes()).expect("written");
        }
        archive.finish().expect("whole").into_inner()
    }

    #[test]
    fn cells_under_a_merged_one_are_known_in_open_document_too() {
        let text = |text: &str| {
            format!(
                r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#
            )
        };
        let rows = format!(
            r#"<table:table-row>{}{}</table:table-row><table:table-row><table:table-cell office:value-type="string" table:number-rows-spanned="2" table:number-columns-spanned="1"><text:p>a</text:p></table:table-cell>{}</table:table-row><table:table-row><table:covered-table-cell/>{}</table:table-row>"#,
            text("study"),
            text("mean"),
            text("3"),
            text("4"),
        );
        let sheets = read_workbook("a.ods", &ods(&rows)).expect("a spreadsheet");
        let under = &sheets[0].rows[2][0];
        assert_eq!(under.fault, Some(Fault::Covered("A2:A3".to_owned())));
        assert_eq!(sheets[0].rows[2][1].text, "4");
        assert!(!sheets[0].hidden);
    }

    #[test]
    fn a_computed_number_is_read_as_it_is_shown() {
        assert_eq!(as_shown(0.1 + 0.2), "0.3");
        assert_eq!(as_shown(15.0), "15");
        assert_eq!(as_shown(-1.83), "-1.83");
        assert_eq!(as_shown(1e-7), "0.0000001");
    }

    #[test]
    fn only_the_endings_of_workbooks_are_workbooks() {
        assert!(is_workbook("a/b.XLSX") && is_workbook("b.ods"));
        assert!(!is_workbook("b.csv") && !is_workbook("xlsx"));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            proptest::prop_assert!(read_workbook("a.xlsx", &bytes).is_err());
        }
    }
}
