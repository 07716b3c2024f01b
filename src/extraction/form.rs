//! Forms that people fill in: tables whose every cell knows where it stands.
//!
//! Cells are split as in every table; the header is a form's own, with aliases, columns of which one is enough, and columns that
//! reviewers add. Forms come out of spreadsheets, so bytes that are not UTF-8 are read in the encoding that they look like.

use crate::nearest::nearest;
use crate::place::{At, Place};
use crate::problem::{Problem, Problems};
use crate::table::{self, Sheet, column_name, split};

/// The columns of one kind of form.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Name of the table, as messages say it.
    pub name: &'static str,
    /// Columns that tell one row from another; all have to be there.
    pub ids: &'static [&'static str],
    /// Further columns that have to be there.
    pub required: &'static [&'static str],
    /// Columns of which one at least has to be there.
    pub one_of: &'static [&'static str],
    /// Columns that two readers have to agree on, beside `required`; may be left out.
    pub values: &'static [&'static str],
    /// Columns about the reading: source, quote, reader, day; may be left out, never compared.
    pub about: &'static [&'static str],
    /// Other spellings of a column's name.
    pub aliases: &'static [(&'static str, &'static str)],
    /// Whether columns of other names are values too (characteristics of the reviewers' own).
    pub open: bool,
    /// Columns that a blank form comes filled in with, beside `ids`: a row with no more than these waits for its reader. None
    /// for tables whose rows nobody hands out.
    pub prefilled: &'static [&'static str],
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Text without blanks around it.
    pub text: String,
    /// Where it begins.
    pub at: At,
}

/// One row, with the file it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormRow {
    /// Position in [`Form::files`].
    pub file: usize,
    /// A cell a column.
    pub cells: Vec<Cell>,
}

/// A table as read, its columns under their right names; several files may make one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Paths of the files, in the order read; one at least.
    pub files: Vec<String>,
    /// Names of the columns, aliases resolved.
    pub columns: Vec<String>,
    /// Rows that somebody filled in; blank rows are left out.
    pub rows: Vec<FormRow>,
    /// Rows as they were handed out, in which nobody wrote yet.
    pub waiting: Vec<FormRow>,
}

impl Form {
    /// A form with no row, for a file that is not there.
    pub fn absent(file: &str) -> Self {
        Self {
            files: vec![file.to_owned()],
            columns: Vec::new(),
            rows: Vec::new(),
            waiting: Vec::new(),
        }
    }

    /// Whether the form stands for a file that is not there.
    pub fn is_absent(&self) -> bool {
        self.columns.is_empty()
    }

    /// Adds the rows of another file of the same table; columns that only one of both has are empty in the other.
    ///
    /// Columns in which a file says nothing are not taken from it, so that a blank form beside a filled one changes nothing.
    pub fn join(&mut self, other: Form) {
        if self.is_absent() {
            *self = other;
            return;
        }
        if self.rows.is_empty() && !other.rows.is_empty() {
            let used = self.used_columns();
            self.columns = keep(&self.columns, &used);
            let rows = self.waiting.iter_mut();
            rows.for_each(|row| row.cells = keep(&row.cells, &used));
        }
        let file = self.files.len();
        for (name, used) in other.columns.iter().zip(other.used_columns()) {
            if used && !name.is_empty() && self.position(name).is_none() {
                self.columns.push(name.clone());
            }
        }
        let width = self.columns.len();
        let rows = self.rows.iter_mut().chain(&mut self.waiting);
        rows.for_each(|row| row.widen(width));
        let from: Vec<Option<usize>> = self
            .columns
            .iter()
            .map(|name| other.position(name).filter(|_| !name.is_empty()))
            .collect();
        let moved = |row: FormRow| {
            let cell =
                |at: &Option<usize>| at.map_or_else(|| row.nothing(), |at| row.cells[at].clone());
            FormRow {
                file: file + row.file,
                cells: from.iter().map(cell).collect(),
            }
        };
        self.rows.extend(other.rows.into_iter().map(moved));
        self.waiting.extend(other.waiting.into_iter().map(moved));
        self.files.extend(other.files);
    }

    /// By column, whether any row says something in it.
    fn used_columns(&self) -> Vec<bool> {
        let mut used = vec![false; self.columns.len()];
        for row in self.rows.iter().chain(&self.waiting) {
            for (used, cell) in used.iter_mut().zip(&row.cells) {
                *used |= !cell.text.is_empty();
            }
        }
        used
    }

    /// Position of a column.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|name| name == column)
    }

    /// Text of a cell; empty where the form has no such column.
    pub fn text(&self, row: usize, column: &str) -> &str {
        self.position(column)
            .map_or("", |position| self.rows[row].cells[position].text.as_str())
    }

    /// Where a cell stands; the row's first cell where the form has no such column.
    pub fn place(&self, row: usize, column: &str) -> Place {
        let position = self.position(column).unwrap_or(0);
        let row = &self.rows[row];
        Place {
            file: self.files[row.file].clone(),
            at: row
                .cells
                .get(position)
                .map_or(At::File, |cell| cell.at.clone()),
        }
    }

    /// Path of the file that a row stands in.
    pub fn file_of(&self, row: usize) -> &str {
        &self.files[self.rows[row].file]
    }

    /// Where a row stands as a whole: its line, or its first cell in a workbook.
    pub fn row_place(&self, row: usize) -> Place {
        let place = self.place(row, "");
        match place.line_number() {
            Some(line) => Place::line(place.file, line),
            None => place,
        }
    }
}

/// The items at whose position `kept` says so.
fn keep<T: Clone>(items: &[T], kept: &[bool]) -> Vec<T> {
    let items = items.iter().zip(kept).filter(|(_, kept)| **kept);
    items.map(|(item, _)| item.clone()).collect()
}

impl FormRow {
    /// An empty cell where the row begins.
    fn nothing(&self) -> Cell {
        Cell {
            text: String::new(),
            at: self.cells.first().map_or(At::File, |cell| cell.at.clone()),
        }
    }

    fn widen(&mut self, width: usize) {
        let nothing = self.nothing();
        self.cells.resize(width, nothing);
    }
}

/// Reads a CSV form; `,`, `;` or tab between cells, whichever the header is written with.
///
/// # Errors
/// When the table cannot be used as a whole: a column is missing, named twice, or looks like a slip. Beside a form that can be
/// used stand the problems worth a look (a ragged row, bytes that are not UTF-8).
pub fn read_csv(file: &str, bytes: &[u8], layout: &Layout) -> Result<(Form, Problems), Problems> {
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
pub fn read_rows(
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
pub fn read_sheet(file: &str, sheet: Sheet, layout: &Layout) -> Result<(Form, Problems), Problems> {
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

impl Form {
    /// Adds a row that has as many cells as the header, or fewer by cells left out at its end.
    fn add(&mut self, mut row: Vec<Cell>, layout: &Layout, problems: &mut Problems) {
        let extra = row
            .iter()
            .skip(self.columns.len())
            .find(|cell| !cell.text.is_empty());
        if let Some(extra) = extra {
            let title = format!(
                "a row has {} cells under {} column names",
                row.len(),
                self.columns.len()
            );
            problems.push(
                Problem::error("extraction::ragged-row", title)
                    .at(place(&self.files[0], extra))
                    .help(
                        "put text that holds a comma between double quotes; the row was left out",
                    ),
            );
            return;
        }
        let last = row.last().map_or(At::File, |cell| cell.at.clone());
        row.resize(
            self.columns.len(),
            Cell {
                text: String::new(),
                at: last,
            },
        );
        let rows = if self.waits(&row, layout) {
            &mut self.waiting
        } else {
            &mut self.rows
        };
        rows.push(FormRow {
            file: 0,
            cells: row,
        });
    }

    /// Whether a row is as a blank form has it: nothing was written beside what it came filled in with.
    fn waits(&self, row: &[Cell], layout: &Layout) -> bool {
        let handed_out =
            |name: &str| layout.ids.contains(&name) || layout.prefilled.contains(&name);
        let mut cells = self.columns.iter().zip(row);
        !layout.prefilled.is_empty()
            && cells.all(|(name, cell)| cell.text.is_empty() || handed_out(name))
    }
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

/// Names the columns, and finds what is wrong with the header as a whole.
fn head(file: &str, header: &[Cell], layout: &Layout) -> Result<Vec<String>, Problems> {
    let mut problems = Problems::new();
    let known: Vec<&str> = [
        layout.ids,
        layout.required,
        layout.one_of,
        layout.values,
        layout.about,
    ]
    .concat();
    let names: Vec<String> = header
        .iter()
        .map(|cell| canonical(&cell.text, layout))
        .collect();
    named_twice(file, header, &names, &mut problems);
    let mut unknown: Vec<usize> = (0..names.len())
        .filter(|position| !known.contains(&names[*position].as_str()))
        .collect();
    let slips = missing(file, header, &names, &unknown, layout, &mut problems);
    if !layout.one_of.is_empty() && !layout.one_of.iter().any(|column| has(&names, column)) {
        problems.push(none_of(file, header, layout));
    }
    unknown.retain(|position| !slips.contains(position) && !names[*position].is_empty());
    if !layout.open {
        misspelt(file, header, &names, &unknown, layout, &mut problems);
    }
    if problems.is_empty() {
        Ok(names)
    } else {
        Err(problems)
    }
}

/// Tells each column that is not there; gives the positions of unknown columns that were meant to be one.
fn missing(
    file: &str,
    header: &[Cell],
    names: &[String],
    unknown: &[usize],
    layout: &Layout,
    problems: &mut Problems,
) -> Vec<usize> {
    let mut slips = Vec::new();
    let wanted = [layout.ids, layout.required].concat();
    for column in wanted.iter().filter(|column| !has(names, column)) {
        let slip = unknown
            .iter()
            .copied()
            .find(|position| nearest(&names[*position], [*column]).is_some());
        let problem = Problem::error(
            "extraction::missing-column",
            format!("the {} have no column `{column}`", layout.name),
        );
        problems.push(match slip {
            Some(position) => {
                slips.push(position);
                problem
                    .at(place(file, &header[position]))
                    .help(format!("rename `{}` to `{column}`", header[position].text))
            }
            None => problem
                .at(top(file, header))
                .help(format!("add the column `{column}` to the header")),
        });
    }
    slips
}

/// The problem of a form that has none of the columns of which it needs one.
fn none_of(file: &str, header: &[Cell], layout: &Layout) -> Problem {
    let columns: Vec<String> = layout
        .one_of
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    Problem::error(
        "extraction::missing-column",
        format!(
            "the {} have none of the columns {}",
            layout.name,
            columns.join(", ")
        ),
    )
    .at(top(file, header))
    .help("add the columns that the paper's numbers belong to")
}

/// A misspelt column of values would be lost without a word; a column of notes may have any name.
fn misspelt(
    file: &str,
    header: &[Cell],
    names: &[String],
    unknown: &[usize],
    layout: &Layout,
    problems: &mut Problems,
) {
    let absent: Vec<&str> = [layout.one_of, layout.values]
        .concat()
        .into_iter()
        .filter(|column| !has(names, column))
        .collect();
    for position in unknown {
        let cell = &header[*position];
        if let Some(meant) = nearest(&names[*position], absent.iter().copied()) {
            problems.push(
                Problem::error(
                    "extraction::unknown-column",
                    format!("unknown column `{}`", cell.text),
                )
                .at(place(file, cell))
                .help(format!("did you mean `{meant}`? Notes go into `note`")),
            );
        }
    }
}

/// Where the header stands: the first line, or its first cell in a workbook.
fn top(file: &str, header: &[Cell]) -> Place {
    match header.first() {
        Some(cell) if matches!(cell.at, At::Cell { .. }) => place(file, cell),
        _ => Place::line(file, 1),
    }
}

fn place(file: &str, cell: &Cell) -> Place {
    Place {
        file: file.to_owned(),
        at: cell.at.clone(),
    }
}

/// Columns under one name: which of them counts cannot be told.
fn named_twice(file: &str, header: &[Cell], names: &[String], problems: &mut Problems) {
    for (position, name) in names.iter().enumerate() {
        if let Some(first) = names[..position].iter().position(|other| other == name)
            && !name.is_empty()
        {
            problems.push(
                Problem::error(
                    "extraction::duplicate-column",
                    format!("the column `{name}` is named twice"),
                )
                .labelled(place(file, &header[position]), "again")
                .labelled(place(file, &header[first]), "first")
                .help("delete or rename one of the two"),
            );
        }
    }
}

fn has(names: &[String], column: &str) -> bool {
    names.iter().any(|name| name == column)
}

fn canonical(text: &str, layout: &Layout) -> String {
    let name = column_name(text);
    layout
        .aliases
        .iter()
        .find(|(alias, _)| *alias == name)
        .map_or(name, |(_, column)| (*column).to_owned())
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
