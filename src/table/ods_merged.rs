//! The merged cells of an `OpenDocument` spreadsheet, which its general reader does not tell.

use calamine::Dimensions;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// The most of a sheet's text that is looked at, in bytes.
const MOST: u64 = 1 << 28;

/// The merged regions by the name of their sheet, rows and columns counted from 0; none where the bytes are no such spreadsheet.
pub(super) fn merged(bytes: &[u8]) -> BTreeMap<String, Vec<Dimensions>> {
    content(bytes).map_or_else(BTreeMap::new, |text| regions(&text))
}

fn content(bytes: &[u8]) -> Option<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let file = archive.by_name("content.xml").ok()?;
    let mut text = String::new();
    file.take(MOST).read_to_string(&mut text).ok()?;
    Some(text)
}

/// Walks the cells of every table (`OpenDocument` 1.3, part 3, 9.1): rows and cells may stand for several of their kind.
fn regions(text: &str) -> BTreeMap<String, Vec<Dimensions>> {
    let mut found: BTreeMap<String, Vec<Dimensions>> = BTreeMap::new();
    let mut reader = Reader::from_str(text);
    let (mut sheet, mut row, mut column, mut repeated) = (String::new(), 0u32, 0u32, 1u32);
    loop {
        let (start, whole) = match reader.read_event() {
            Ok(Event::Start(start)) => (start, false),
            Ok(Event::Empty(start)) => (start, true),
            Ok(Event::End(end)) if end.name().as_ref() == "table:table-row" => {
                row = row.saturating_add(repeated);
                continue;
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => continue,
        };
        match start.name().as_ref() {
            "table:table" => {
                sheet = attribute(&start, "table:name").unwrap_or_default();
                row = 0;
            }
            "table:table-row" => {
                repeated = count(&start, "table:number-rows-repeated");
                column = 0;
                if whole {
                    row = row.saturating_add(repeated);
                }
            }
            "table:table-cell" | "table:covered-table-cell" => {
                let wide = count(&start, "table:number-columns-spanned");
                let high = count(&start, "table:number-rows-spanned");
                if wide > 1 || high > 1 {
                    let end = (
                        row.saturating_add(high - 1),
                        column.saturating_add(wide - 1),
                    );
                    let regions = found.entry(sheet.clone()).or_default();
                    regions.push(Dimensions::new((row, column), end));
                }
                let same = count(&start, "table:number-columns-repeated");
                column = column.saturating_add(same);
            }
            _ => {}
        }
    }
}

/// A count that an attribute states; 1 where it states none.
fn count(start: &BytesStart<'_>, name: &str) -> u32 {
    let stated = attribute(start, name).and_then(|text| text.parse().ok());
    stated.unwrap_or(1).max(1)
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    let found = attributes
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.as_ref() == name)?;
    let plain = quick_xml::escape::unescape(&found.value);
    Some(plain.map_or_else(|_| found.value.to_string(), Into::into))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merged_cells_are_found_behind_rows_and_cells_that_stand_for_several() {
        let text = r#"<office:spreadsheet><table:table table:name="a &amp; b">
            <table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="4"/></table:table-row>
            <table:table-row><table:table-cell table:number-columns-repeated="2"/>
                <table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="3"><text:p>x</text:p></table:table-cell>
                <table:covered-table-cell/></table:table-row>
        </table:table></office:spreadsheet>"#;
        let found = regions(text);
        assert_eq!(found["a & b"], [Dimensions::new((3, 2), (5, 3))]);
    }

    #[test]
    fn bytes_that_are_no_spreadsheet_have_none() {
        assert!(merged(b"PK\x03\x04nothing").is_empty());
    }
}
