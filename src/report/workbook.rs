//! All tables of the report as one workbook: a sheet a table, numbers as numbers with every digit, everything else as text.
//!
//! Sheets are written and packed some thousand rows at a time and never stand in memory as cells, since a table may have a million rows.

mod archive;
mod sheet;
mod xml;

use super::input::{ReportInput, Table};
use super::table_files::{copied, file_name};
use crate::artefact::Cells;
use archive::last_piece;
use rayon::prelude::*;
use sheet::{Filled, Room, Written};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Most rows that a sheet holds below its header.
const ROWS: usize = 1_048_575;
/// Most bytes of a workbook that need no larger form of its archive, with what stands between the sheets left free.
const BYTES: u64 = 0xF000_0000;
/// Most characters of a sheet's name.
const NAME: usize = 31;

/// The tables that have more rows than a sheet holds, by the names of their files.
pub(super) fn cut(input: &ReportInput) -> impl Iterator<Item = String> {
    let long = copied(input).filter(|table| table.sheet.rows.len() > ROWS);
    long.map(|table| file_name(input, table))
}

/// The bytes of the workbook; equal tables give equal bytes.
///
/// A text is written as text, whatever it begins with, so that no cell is a formula or a link.
pub(super) fn workbook(input: &ReportInput) -> Vec<u8> {
    written(input, ROWS)
}

fn written(input: &ReportInput, rows: usize) -> Vec<u8> {
    let mut names = BTreeSet::new();
    let tables: Vec<(String, String, &Table)> = copied(input)
        .map(|table| {
            let file = file_name(input, table);
            (sheet_name(&file, &mut names), file, table)
        })
        .collect();
    let bytes = BYTES / (tables.len() as u64 + 1);
    let room = Room { rows, bytes };
    let sheets: Vec<Written> = tables
        .par_iter()
        .map(|(_, file, table)| sheet::write(*table, room, &format!("tables/{file}")))
        .collect();
    let list = List::of(&tables, &sheets);
    let first = sheet::write(&list, room, "tables");
    let names = std::iter::once("Tables").chain(tables.iter().map(|(name, ..)| name.as_str()));
    let columns = std::iter::once(list.header.len())
        .chain(tables.iter().map(|(.., table)| table.sheet.columns.len()));
    let sheets: Vec<Written> = std::iter::once(first).chain(sheets).collect();
    let shown: Vec<(&str, Option<String>)> = names
        .zip(columns.zip(&sheets))
        .map(|(name, (columns, sheet))| (name, sheet::filtered(columns, sheet.rows)))
        .collect();
    let mut members: Vec<_> = around(&shown)
        .into_iter()
        .map(|(name, text)| (name.to_owned(), last_piece(text.as_bytes())))
        .collect();
    for (number, sheet) in (1..).zip(sheets) {
        members.push((format!("xl/worksheets/sheet{number}.xml"), sheet.packed));
    }
    archive::archive(members)
}

impl Filled for Table {
    fn header(&self) -> &[String] {
        &self.sheet.columns
    }

    fn rows(&self) -> usize {
        self.sheet.rows.len()
    }

    fn cells(&self, row: usize, tell: &mut dyn FnMut(&str)) {
        let cells = self.sheet.rows.nth(row);
        cells.into_iter().flat_map(Cells::iter).for_each(tell);
    }
}

/// What stands on which sheet.
struct List {
    header: Vec<String>,
    rows: Vec<[String; 4]>,
}

impl List {
    fn of(tables: &[(String, String, &Table)], sheets: &[Written]) -> Self {
        let rows = tables.iter().zip(sheets);
        let rows = rows.map(|((name, file, table), sheet)| {
            let all = table.sheet.rows.len();
            let rest = if sheet.rows < all {
                let left = all - sheet.rows;
                format!("{left} rows have no room on the sheet; all stand in tables/{file}")
            } else {
                String::new()
            };
            let from = format!("{}/{}", table.stage, table.artefact);
            [name.clone(), from, all.to_string(), rest]
        });
        Self {
            header: ["sheet", "made by", "rows", "left out"]
                .map(str::to_owned)
                .to_vec(),
            rows: rows.collect(),
        }
    }
}

impl Filled for List {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn cells(&self, row: usize, tell: &mut dyn FnMut(&str)) {
        self.rows[row].iter().for_each(|cell| tell(cell));
    }
}

/// The parts around the sheets (ECMA-376, parts 1 and 2), for the names of the sheets and what a filter goes over on each.
fn around(sheets: &[(&str, Option<String>)]) -> Vec<(&'static str, String)> {
    const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let (mut types, mut links, mut list, mut filters) =
        (String::new(), String::new(), String::new(), String::new());
    for (place, (name, filtered)) in sheets.iter().enumerate() {
        let number = place + 1;
        let _ = write!(
            types,
            "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"{TYPE}.worksheet+xml\"/>"
        );
        let _ = write!(
            links,
            "<Relationship Id=\"rId{number}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
        );
        list.push_str("<sheet name=\"");
        xml::escape(&mut list, name);
        let _ = write!(list, "\" sheetId=\"{number}\" r:id=\"rId{number}\"/>");
        if let Some(cells) = filtered {
            let _ = write!(
                filters,
                "<definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"{place}\" hidden=\"1\">'"
            );
            xml::escape(&mut filters, name);
            let _ = write!(filters, "'!{}</definedName>", fixed(cells));
        }
    }
    if !filters.is_empty() {
        filters = format!("<definedNames>{filters}</definedNames>");
    }
    let style = sheets.len() + 1;
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"{TYPE}.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"{TYPE}.styles+xml\"/>{types}</Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/><Relationship Id=\"rId2\" Type=\"{PACKAGE}/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>"
            ),
        ),
        (
            "docProps/core.xml",
            format!(
                "<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dcterms:created xsi:type=\"dcterms:W3CDTF\">{DAY}</dcterms:created><dcterms:modified xsi:type=\"dcterms:W3CDTF\">{DAY}</dcterms:modified></cp:coreProperties>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><bookViews><workbookView/></bookViews><sheets>{list}</sheets>{filters}</workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\">{links}<Relationship Id=\"rId{style}\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!("<styleSheet xmlns=\"{MAIN}\">{STYLES}</styleSheet>"),
        ),
    ];
    parts
        .map(|(name, text)| (name, format!("{}{text}", xml::HEAD)))
        .to_vec()
}

/// The day of writing is no part of a report.
const DAY: &str = "2000-01-01T00:00:00Z";

/// Plain cells, and those of a header.
const STYLES: &str = "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font></fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs count=\"2\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/><xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\" applyAlignment=\"1\"><alignment vertical=\"top\"/></xf></cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>";

/// Cells as a name refers to them, wherever it is used: `$A$1:$C$9` of `A1:C9`.
fn fixed(cells: &str) -> String {
    let corner = |corner: &str| {
        let digits = corner.find(|c: char| c.is_ascii_digit());
        let (column, row) = corner.split_at(digits.unwrap_or(corner.len()));
        format!("${column}${row}")
    };
    let corners: Vec<String> = cells.split(':').map(corner).collect();
    corners.join(":")
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
    use super::sheet::CELL;
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
            "key,title\n7,=cmd|' /C calc'!A0\nb,https://evil.example\nc,{}\nd,a\u{202E}b\ne,a_x0041_ <&>\n",
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
        assert_eq!(cell(5), "a_x0041_ <&>");
        assert_eq!(range.get_value((1, 0)), Some(&Data::String("7".into())));
        let archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a ZIP archive");
        let mut names = archive.file_names().map(|name| name.expect("a name"));
        assert!(!names.any(|name| name.contains("worksheets/_rels")));
    }

    #[test]
    fn a_table_that_is_longer_than_a_sheet_is_told_on_it_and_in_the_list() {
        let rows = "r0,0\nr1,1\nr2,2\nr3,3\nr4,4\nr5,5\nr6,6\nr7,7\nr8,8\n";
        let mut long = input();
        long.tables = vec![table("votes", "screen", "votes", &format!("key,n\n{rows}"))];
        let mut book = read(&written(&long, 5));
        let range = book.worksheet_range("votes").expect("the sheet");
        let cell = |row| range.get_value((row, 0)).map(ToString::to_string);
        assert_eq!(cell(4).as_deref(), Some("r3"));
        assert_eq!(
            cell(5).as_deref(),
            Some("… 5 more rows have no room on this sheet; all stand in tables/votes.csv")
        );
        assert_eq!(cell(6), None);
        let list = book.worksheet_range("Tables").expect("the sheet");
        let told = list.get_value((1, 3)).map(ToString::to_string);
        assert_eq!(
            told.as_deref(),
            Some("5 rows have no room on the sheet; all stand in tables/votes.csv")
        );
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
