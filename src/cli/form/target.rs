//! Where a form goes, and what happens to one that is there: rows are added to it or carried over, never lost.

use super::Stopped;
use super::lossless;
use super::workbook::{self, Page};
use crate::engine::files;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::{Blank, BlankColumn, BlankRow, Choices, is_workbook, read_workbook};
use std::path::Path;

/// What was done to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// It is new.
    Written,
    /// Rows were added below those that were there.
    Added,
    /// It was written anew with the rows that it held.
    Carried(usize),
    /// It is as it was.
    Untouched,
}

/// A file that is to be written, once all the others are known to be in order.
#[derive(Debug)]
pub(super) struct Planned {
    path: String,
    /// None for a file that stays as it is.
    bytes: Option<Vec<u8>>,
    /// What is done to it.
    pub(super) done: Done,
}

impl Planned {
    fn new(path: &str, bytes: Vec<u8>, done: Done) -> Self {
        Self {
            path: path.to_owned(),
            bytes: Some(bytes),
            done,
        }
    }

    /// Writes it.
    pub(super) fn write(&self, root: &Path) -> Result<(), Stopped> {
        let Some(bytes) = &self.bytes else {
            return Ok(());
        };
        let path = &self.path;
        files::write(&root.join(path), bytes, true)
            .map_err(|error| format!("{path} cannot be written: {error}").into())
    }
}

/// All plans, or all that keeps one of them from being carried out.
pub(super) fn all(
    plans: impl IntoIterator<Item = Result<Planned, Stopped>>,
) -> Result<Vec<Planned>, Stopped> {
    let mut planned = Vec::new();
    let mut problems = Problems::new();
    for plan in plans {
        match plan {
            Ok(plan) => planned.push(plan),
            Err(Stopped::Wrong(found)) => problems.append(found),
            Err(said) => return Err(said),
        }
    }
    if problems.is_empty() {
        Ok(planned)
    } else {
        Err(problems.into())
    }
}

/// Plans a CSV form; one that exists gets the new rows below its own, or with `force` is written anew with them.
pub(super) fn csv(root: &Path, path: &str, blank: &Blank, force: bool) -> Result<Planned, Stopped> {
    let full = root.join(path);
    if !full.exists() {
        return Ok(Planned::new(path, blank.csv(), Done::Written));
    }
    let bytes = read(&full, path)?;
    let cells = lossless::rows(path, &bytes)?;
    let lost = lossless::lost_of_csv(path, &blank.name, &cells);
    let mut rows = cells.into_iter();
    let texts = |row: Vec<crate::table::Cell>| -> Vec<String> {
        row.into_iter().map(|cell| cell.text).collect()
    };
    let header: Vec<String> = rows.next().map(texts).unwrap_or_default();
    if !is_form(&header, blank) {
        return Err(stranger(path, blank));
    }
    if force {
        if lost.has_errors() {
            return Err(lost.into());
        }
        let old: Vec<Vec<String>> = rows.map(texts).collect();
        let carried = old.len();
        let all = with_rows(blank, &header, old);
        return Ok(Planned::new(path, all.csv(), Done::Carried(carried)));
    }
    if blank.rows.is_empty() {
        return Ok(Planned {
            path: path.to_owned(),
            bytes: None,
            done: Done::Untouched,
        });
    }
    // The rows were read, so that the bytes are UTF-8.
    let text = String::from_utf8_lossy(&bytes);
    let body = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let ending = if body.contains("\r\n") { "\r\n" } else { "\n" };
    let first = body.lines().next().unwrap_or_default();
    let separator = [',', ';', '\t']
        .into_iter()
        .rev()
        .max_by_key(|separator| first.matches(*separator).count())
        .unwrap_or(',');
    let names = names_of(&header, blank);
    let mut all = bytes.clone();
    if !all.is_empty() && !all.ends_with(b"\n") {
        all.extend_from_slice(ending.as_bytes());
    }
    let lines = blank.lines_under(&names, separator).replace('\n', ending);
    all.extend_from_slice(lines.as_bytes());
    Ok(Planned::new(path, all, Done::Added))
}

/// Plans a workbook; one that exists is refused, or with `force` written anew with the rows it held.
pub(super) fn xlsx(
    root: &Path,
    path: &str,
    pages: &[Page],
    guide: &workbook::Guide,
    force: bool,
) -> Result<Planned, Stopped> {
    let full = root.join(path);
    if !full.exists() {
        let bytes = workbook::write(pages, guide).map_err(|error| format!("{path}: {error}"))?;
        return Ok(Planned::new(path, bytes, Done::Written));
    }
    if !force {
        return Err(Problem::error("form::exists", format!("{path} is there already, and nothing was written"))
            .at(Place::file(path))
            .help("name another file, or add --force: it is then written anew with the rows it holds, and the new ones below")
            .into_stopped());
    }
    let bytes = read(&full, path)?;
    let sheets = read_workbook(path, &bytes).map_err(Problem::into_stopped)?;
    let mut pages = pages.to_vec();
    let mut carried = 0;
    let mut lost = Problems::new();
    for sheet in &sheets {
        let page = pages
            .iter_mut()
            .find(|page| page.blank.name.eq_ignore_ascii_case(sheet.name.trim()));
        let mut rows = sheet.rows.iter().map(|row| {
            row.iter()
                .map(|cell| cell.text.clone())
                .collect::<Vec<String>>()
        });
        let header = rows.next().unwrap_or_default();
        let Some(page) = page.filter(|page| is_form(&header, &page.blank)) else {
            let title = format!(
                "the sheet `{}` is none of this form, and writing the file anew would lose it",
                sheet.name
            );
            return Err(Problem::error("form::other-sheet", title)
                .at(Place::cell(path, &sheet.name, "A1"))
                .help("name another file")
                .into_stopped());
        };
        lost.append(lossless::lost_of_sheet(path, &page.blank.name, sheet));
        let old: Vec<Vec<String>> = rows.collect();
        carried += old.len();
        page.blank = with_rows(&page.blank, &header, old);
    }
    if lost.has_errors() {
        return Err(lost.into());
    }
    let bytes = workbook::write(&pages, guide).map_err(|error| format!("{path}: {error}"))?;
    Ok(Planned::new(path, bytes, Done::Carried(carried)))
}

/// Whether a path names a workbook that can be written.
pub(super) fn is_xlsx(path: &str) -> Result<bool, Stopped> {
    let lower = path.to_lowercase();
    if is_workbook(path) && !lower.ends_with(".xlsx") {
        return Err(
            format!("{path}: of workbooks only .xlsx is written; all kinds are read").into(),
        );
    }
    Ok(lower.ends_with(".xlsx"))
}

/// The names of the columns as the reader of the form knows them.
fn names_of(header: &[String], blank: &Blank) -> Vec<String> {
    let header = header.iter();
    header
        .map(|name| lossless::column_of(&blank.name, name))
        .collect()
}

/// Whether a header is that of a form: every column that a row cannot be told without is there.
fn is_form(header: &[String], blank: &Blank) -> bool {
    let names = names_of(header, blank);
    let marks: &[&str] = match blank.name.as_str() {
        "studies" => &["study"],
        "outcomes" => &["study", "outcome", "kind"],
        "statistics" => &["study", "outcome", "statistic"],
        "effects" => &["study", "outcome", "estimate"],
        _ => &["study", "tool", "question", "answer"],
    };
    marks
        .iter()
        .all(|mark| names.iter().any(|name| name == mark))
}

/// The form with the rows of an older one above its own; columns that only the old one has stand last.
fn with_rows(blank: &Blank, header: &[String], old: Vec<Vec<String>>) -> Blank {
    let names = names_of(header, blank);
    let mut all = blank.clone();
    for (name, written) in names.iter().zip(header) {
        if !name.is_empty() && !all.columns.iter().any(|column| column.name == *name) {
            all.columns.push(BlankColumn {
                name: written.clone(),
                about: "A column of your own.".to_owned(),
                choices: Choices::Any,
                number: false,
                width: 16,
            });
        }
    }
    for row in &mut all.rows {
        row.cells.resize(all.columns.len(), String::new());
    }
    let from: Vec<Option<usize>> = all
        .columns
        .iter()
        .map(|column| {
            names
                .iter()
                .position(|name| *name == lossless::column_of(&blank.name, &column.name))
        })
        .collect();
    let carried = old.into_iter().map(|row| {
        let cell = |at: &Option<usize>| at.and_then(|at| row.get(at)).cloned().unwrap_or_default();
        BlankRow {
            cells: from.iter().map(cell).collect(),
            choices: Vec::new(),
        }
    });
    let new = std::mem::take(&mut all.rows);
    all.rows = carried.chain(new).collect();
    all
}

fn stranger(path: &str, blank: &Blank) -> Stopped {
    let title = format!("{path} is there already and is no form of {}", blank.name);
    Problem::error("form::not-a-form", title)
        .at(Place::line(path, 1))
        .help("name another file")
        .into_stopped()
}

fn read(full: &Path, path: &str) -> Result<Vec<u8>, Stopped> {
    files::read(full).map_err(|error| format!("{path} cannot be read: {error}").into())
}

/// A problem that stops the command.
trait IntoStopped {
    fn into_stopped(self) -> Stopped;
}

impl IntoStopped for Problem {
    fn into_stopped(self) -> Stopped {
        Stopped::Wrong(self.into())
    }
}
