//! One cell of a CSV form: which cell stands at a column, which rows say the same thing, and the text with cells replaced.

use crate::table::{Cell, column_name, split};

/// The start of the cell that covers a column of a line, both counted from 1 in characters.
pub fn cell_at(text: &str, line: u32, column: u32) -> Option<(u32, u32)> {
    let cells = split(text).rows.into_iter().flatten();
    cells
        .map(|cell| (cell.line, cell.column))
        .filter(|(of, start)| *of == line && *start <= column)
        .max()
}

/// The lines of the rows whose cells in the columns `same` are those of the row on `line`; that line is among them.
///
/// Columns that the table does not have are left out of the comparison; with none left, the row is alone.
pub fn rows_alike(text: &str, line: u32, same: &[String]) -> Vec<u32> {
    let rows = split(text).rows;
    let Some((header, body)) = rows.split_first() else {
        return Vec::new();
    };
    let names: Vec<String> = header.iter().map(|cell| column_name(&cell.text)).collect();
    let columns: Vec<usize> = same
        .iter()
        .filter_map(|name| names.iter().position(|known| known == name))
        .collect();
    let told = |row: &[Cell]| -> Vec<String> {
        let cells = columns.iter().map(|&at| row.get(at));
        cells
            .map(|cell| cell.map(|cell| cell.text.clone()).unwrap_or_default())
            .collect()
    };
    let line_of = |row: &[Cell]| row.first().map_or(0, |cell| cell.line);
    let Some(own) = body.iter().find(|row| line_of(row) == line) else {
        return Vec::new();
    };
    let own_words = told(own);
    let mut lines: Vec<u32> = body
        .iter()
        .filter(|row| line_of(row) == line || (!columns.is_empty() && told(row) == own_words))
        .map(|row| line_of(row))
        .collect();
    lines.dedup();
    lines
}

/// The text with the cell of a column replaced in the rows that begin on these lines.
///
/// # Errors
///
/// When the table has no such column, or a row has no cell there.
pub fn with_cell(text: &str, lines: &[u32], column: &str, value: &str) -> Result<String, String> {
    let (mark, body) = match text.strip_prefix('\u{feff}') {
        Some(body) => ("\u{feff}", body),
        None => ("", text),
    };
    let rows = split(body).rows;
    let names = rows.first().map_or_else(Vec::new, |header| {
        let names = header.iter().map(|cell| column_name(&cell.text));
        names.collect::<Vec<String>>()
    });
    let at = names
        .iter()
        .position(|name| name == column)
        .ok_or_else(|| {
            let help = crate::nearest::suggestion("columns", column, &names);
            format!("the form has no column `{column}`; {help}")
        })?;
    let mut changed = body.to_owned();
    for row in rows.iter().skip(1).rev() {
        let line = row.first().map_or(0, |cell| cell.line);
        if !lines.contains(&line) {
            continue;
        }
        let cell = row
            .get(at)
            .ok_or_else(|| format!("line {line} has no cell in the column `{column}`"))?;
        let start = offset(body, cell.line, cell.column);
        let end = match row.get(at + 1) {
            Some(next) => offset(body, next.line, next.column) - 1,
            None => end_of_cell(body, start),
        };
        changed.replace_range(start..end, &quoted(value));
    }
    Ok(format!("{mark}{changed}"))
}

/// The byte at a line and a column, both counted from 1.
fn offset(text: &str, line: u32, column: u32) -> usize {
    let mut start = 0;
    for _ in 1..line {
        start += text[start..]
            .find('\n')
            .map_or(text.len() - start, |at| at + 1);
    }
    let rest = text[start..].char_indices().nth(column as usize - 1);
    rest.map_or(text.len(), |(at, _)| start + at)
}

/// The byte behind the last cell of a row.
fn end_of_cell(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    let mut quotes = 0;
    let end = rest.char_indices().find(|(_, character)| {
        quotes += usize::from(*character == '"');
        matches!(character, '\r' | '\n') && quotes % 2 == 0
    });
    start + end.map_or(rest.len(), |(at, _)| at)
}

fn quoted(value: &str) -> String {
    if value.contains([',', ';', '\t', '"', '\n']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "study,arm,sd,note,by\r\nA,x,3,\"a, b\",p\r\nB,x,4,,p\r\nA,x,3,,q\r\n";

    #[test]
    fn a_column_of_a_line_lies_in_its_cell() {
        assert_eq!(cell_at(FORM, 2, 8), Some((2, 7)));
        assert_eq!(cell_at(FORM, 2, 5), Some((2, 5)));
        assert_eq!(cell_at(FORM, 9, 1), None);
    }

    #[test]
    fn both_peoples_rows_are_changed_and_nothing_else() {
        let same = ["study".to_owned(), "arm".to_owned(), "scale".to_owned()];
        let lines = rows_alike(FORM, 2, &same);
        assert_eq!(lines, [2, 4]);
        let changed = with_cell(FORM, &lines, "sd", "3.25").expect("a column");
        assert_eq!(
            changed,
            "study,arm,sd,note,by\r\nA,x,3.25,\"a, b\",p\r\nB,x,4,,p\r\nA,x,3.25,,q\r\n"
        );
        let last = with_cell(FORM, &[3], "by", "r, s").expect("a column");
        assert_eq!(last, FORM.replace("4,,p", "4,,\"r, s\""));
        assert!(with_cell(FORM, &[2], "ds", "1").is_err_and(|said| said.contains("`sd`")));
    }

    proptest::proptest! {
        #[test]
        fn a_cell_replaced_reads_back_and_the_others_stay(
            cells in proptest::collection::vec("[a-z,\"\n ;é]{0,6}", 6..=6),
            value in "[a-z,\"0-9]{1,6}",
            column in 0usize..3,
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            let _ = writer.write_record(["one", "two", "three"]);
            let _ = writer.write_record(["first", cells[0].as_str(), cells[1].as_str()]);
            let _ = writer.write_record(["second", cells[2].as_str(), cells[3].as_str()]);
            let text = String::from_utf8(writer.into_inner().expect("memory")).expect("text");
            let before = split(&text).rows;
            let line = before[1][0].line;
            let name = ["one", "two", "three"][column];
            let changed = with_cell(&text, &[line], name, &value).expect("the column is there");
            let after = split(&changed).rows;
            for (row, (old, new)) in before.iter().zip(&after).enumerate() {
                for (at, (old, new)) in old.iter().zip(new).enumerate() {
                    let want = if row == 1 && at == column { value.trim() } else { old.text.as_str() };
                    proptest::prop_assert_eq!(&new.text, want);
                }
            }
        }
    }
}
