//! Reads forms: CSV as spreadsheets write it, and sheets of workbooks.
//!
//! Forms come out of spreadsheets, so bytes that are not UTF-8 are read in the encoding that they look like.

use super::form::{Cell, Form, Layout};
use super::form_header::{canonical, head};
use crate::place::{At, Place};
use crate::problem::{Problem, Problems};
use crate::table::{self, Sheet, split};

/// Reads a CSV form; `,`, `;` or tab between cells, whichever the header is written with.
///
/// # Errors
/// When the table cannot be used as a whole: a column is missing, named twice, or looks like a slip. Beside a form that can be
/// used stand the problems worth a look (a ragged row, bytes that are not UTF-8).
pub(super) fn read_csv(
    file: &str,
    bytes: &[u8],
    layout: &Layout,
) -> Result<(Form, Problems), Problems> {
    let mut problems = Problems::new();
    // A line may end in CR alone where an old spreadsheet wrote it.
    let text = decode(file, bytes, &mut problems)
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    let split = split(&text);
    let open = split.open_quote;
    let mut unclosed = Problems(open.map(|at| open_quote(file, at)).into_iter().collect());
    let rows = split.rows.into_iter().map(cells).enumerate();
    let rows = rows.filter(|(at, row)| *at == 0 || !holds(row, open));
    match read_rows(file, rows.map(|(_, row)| row), layout) {
        Ok((form, found)) => {
            problems.append(unclosed);
            problems.append(found);
            Ok((form, problems))
        }
        Err(found) => {
            unclosed.append(found);
            Err(unclosed)
        }
    }
}

/// Reads a form whose cells are split already; the first row is the header.
///
/// # Errors
/// As [`read_csv`].
pub(super) fn read_rows(
    file: &str,
    mut rows: impl Iterator<Item = Vec<Cell>>,
    layout: &Layout,
) -> Result<(Form, Problems), Problems> {
    let mut problems = Problems::new();
    let header = rows.next().unwrap_or_default();
    let columns = head(file, &header, layout)?;
    let mut form = Form {
        columns,
        ..Form::absent(file)
    };
    for row in rows {
        form.add(row, layout, &mut problems);
    }
    Ok((form, problems))
}

/// Reads one sheet of a workbook as a form.
///
/// A cell that is not what a person typed (a day made of `3-5`, an error, a formula without its value, a merged cell) leaves its
/// row out where the row cannot be told or compared without it, and counts as empty elsewhere; both are told.
///
/// # Errors
/// As [`read_csv`].
pub(super) fn read_sheet(
    file: &str,
    sheet: Sheet,
    layout: &Layout,
) -> Result<(Form, Problems), Problems> {
    let mut problems = Problems::new();
    let mut names: Vec<String> = Vec::new();
    let mut rows = Vec::new();
    for (at, row) in sheet.rows.into_iter().enumerate() {
        if at == 0 {
            names.extend(row.iter().map(|cell| canonical(&cell.text, layout)));
        }
        let mut kept = true;
        let mut cells = Vec::with_capacity(row.len());
        for (mut cell, name) in row.into_iter().zip(&names) {
            if at > 0 && !name.is_empty() && !cell.is_sound(name) {
                let told = [layout.ids, layout.required, layout.one_of, layout.values];
                let needed = told.iter().any(|list| list.contains(&name.as_str()));
                kept &= !needed;
                let then = if needed {
                    "the row is left out until then"
                } else {
                    "the cell counts as empty until then"
                };
                problems.push(cell.problem(file, &sheet.name, name, then));
                cell.text.clear();
            }
            cells.push(Cell {
                at: cell.at(&sheet.name),
                text: cell.text,
            });
        }
        if kept {
            rows.push(cells);
        }
    }
    let (form, found) = read_rows(file, rows.into_iter(), layout)?;
    problems.append(found);
    Ok((form, problems))
}

/// The problem of a quote that is never closed: all that follows stands in its cell.
fn open_quote(file: &str, (line, column): (u32, u32)) -> Problem {
    Problem::error("extraction::open-quote", "a quote is never closed")
        .at(Place::column(file, line, column))
        .help("close the double quote, or double it if it is part of the text; the row and all below it were left out")
}

/// Whether the row ends in the cell with the quote that is never closed.
fn holds(row: &[Cell], open: Option<(u32, u32)>) -> bool {
    let last = row.last().map(|cell| &cell.at);
    open.is_some_and(|(line, column)| last == Some(&At::Column(line, column)))
}

/// The cells of a row, with places as forms keep them.
fn cells(row: Vec<table::Cell>) -> Vec<Cell> {
    let cell = |cell: table::Cell| Cell {
        text: cell.text,
        at: At::Column(cell.line, cell.column),
    };
    row.into_iter().map(cell).collect()
}

fn decode(file: &str, bytes: &[u8], problems: &mut Problems) -> String {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let (encoding, _) = encoding_rs::Encoding::for_bom(bytes).unwrap_or_else(|| {
        let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        (detector.guess(None, chardetng::Utf8Detection::Deny), 0)
    });
    let title = format!("the file is not UTF-8; it was read as {}", encoding.name());
    problems.push(
        Problem::warning("extraction::encoding", title)
            .at(Place::file(file))
            .help("look at letters with accents, and save the file as `CSV UTF-8`"),
    );
    encoding.decode(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LAYOUT: Layout = Layout {
        name: "rows",
        ids: &["study"],
        required: &["n"],
        one_of: &[],
        values: &["mean"],
        about: &["note"],
        aliases: &[("average", "mean")],
        open: false,
        prefilled: &[],
    };

    fn messages(text: &str) -> String {
        let problems = match read_csv("x.csv", text.as_bytes(), &LAYOUT) {
            Ok((_, problems)) | Err(problems) => problems,
        };
        let lines: Vec<String> = problems
            .iter()
            .map(|problem| {
                format!(
                    "{problem} ({})",
                    problem.help.as_deref().unwrap_or_default()
                )
            })
            .collect();
        lines.join("\n")
    }

    #[test]
    fn columns_count_characters_also_behind_accents_and_quoted_line_breaks() {
        let (form, _) = read_csv(
            "x.csv",
            "study,n,mean,note\r\n\"Müller\n, A\",3,1.5,x\r\n".as_bytes(),
            &LAYOUT,
        )
        .expect("a form");
        assert_eq!(form.text(0, "study"), "Müller\n, A");
        assert_eq!(form.place(0, "study").to_string(), "x.csv:2:1");
        assert_eq!(form.place(0, "n").to_string(), "x.csv:3:6");
        assert_eq!(form.place(0, "mean").to_string(), "x.csv:3:8");
    }

    #[test]
    fn semicolons_and_aliases_are_understood() {
        let (form, _) = read_csv("x.csv", b"Study;N;Average\nA;3;1.5\n", &LAYOUT).expect("a form");
        assert_eq!(form.text(0, "mean"), "1.5");
    }

    #[test]
    fn a_missing_column_names_the_slip() {
        insta::assert_snapshot!(messages("studdy,n,n,maen\n"), @"
        x.csv:1:10: error[extraction::duplicate-column]: the column `n` is named twice (delete or rename one of the two)
        x.csv:1:1: error[extraction::missing-column]: the rows have no column `study` (rename `studdy` to `study`)
        x.csv:1:12: error[extraction::unknown-column]: unknown column `maen` (did you mean `mean`? Notes go into `note`)
        ");
    }

    #[test]
    fn an_empty_file_misses_its_columns() {
        insta::assert_snapshot!(messages(""), @"
        x.csv:1: error[extraction::missing-column]: the rows have no column `study` (add the column `study` to the header)
        x.csv:1: error[extraction::missing-column]: the rows have no column `n` (add the column `n` to the header)
        ");
    }

    #[test]
    fn a_quote_never_closed_is_told_and_the_rows_before_it_are_used() {
        let text = "study,n,note\nA,1,x\nB,2,\"y\nC,3,z\n";
        insta::assert_snapshot!(messages(text), @"x.csv:3:5: error[extraction::open-quote]: a quote is never closed (close the double quote, or double it if it is part of the text; the row and all below it were left out)");
        let (form, _) = read_csv("x.csv", text.as_bytes(), &LAYOUT).expect("a form");
        assert_eq!(form.rows.len(), 1);
        assert_eq!(form.text(0, "study"), "A");
    }

    #[test]
    fn a_quote_never_closed_in_the_header_is_told_beside_the_columns_it_swallows() {
        insta::assert_snapshot!(messages("study,\"n\nA,1\n"), @"
        x.csv:1:7: error[extraction::open-quote]: a quote is never closed (close the double quote, or double it if it is part of the text; the row and all below it were left out)
        x.csv:1: error[extraction::missing-column]: the rows have no column `n` (add the column `n` to the header)
        ");
    }

    #[test]
    fn a_row_with_too_many_cells_is_left_out_alone() {
        insta::assert_snapshot!(messages("study,n\nA,1,2\nB,3\n"), @"x.csv:2:5: error[extraction::ragged-row]: a row has 3 cells under 2 column names (put text that holds a comma between double quotes; the row was left out)");
    }

    proptest! {
        #[test]
        fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_csv("x.csv", &bytes, &LAYOUT);
        }

        #[test]
        fn cells_are_those_of_the_csv_crate(rows in prop::collection::vec(prop::collection::vec("[a-z ,\"é\n]{0,6}", 3), 1..5)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["study", "n", "mean"]).expect("memory");
            for row in &rows {
                writer.write_record(row).expect("memory");
            }
            let bytes = writer.into_inner().expect("memory");
            let (form, problems) = read_csv("x.csv", &bytes, &LAYOUT).expect("a form");
            prop_assert!(problems.is_empty());
            let kept: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>())
                .filter(|row| row.iter().any(|cell| !cell.is_empty())).collect();
            let read: Vec<Vec<String>> = form.rows.iter().map(|row| row.cells.iter().map(|cell| cell.text.clone()).collect()).collect();
            prop_assert_eq!(read, kept);
        }
    }
}
