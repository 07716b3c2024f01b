//! The data of batch requests: CSV files read once, and simulated sets drawn once.

use super::cell::{Cell, Marks};
use super::request::Request;
use indexmap::IndexMap;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One column, as text and as numbers (NaN where a number is missing, or is none).
#[derive(Debug)]
struct Column {
    text: Vec<String>,
    numbers: Vec<f64>,
    /// Rows whose text is neither a number nor a sign for a missing one.
    unreadable: Vec<usize>,
    /// Rows whose number is not written as programs write it.
    unusual: Vec<usize>,
}

/// A table of named columns.
#[derive(Debug, Default)]
pub(super) struct Table {
    columns: IndexMap<String, Column>,
    /// Line of each row in its file, counted from 1.
    lines: Vec<u32>,
    marks: Marks,
}

impl Table {
    /// The marks that part its cells and its decimals.
    pub(super) fn marks(&self) -> Marks {
        self.marks
    }

    /// The column of this name; where there is none, the only one whose name differs by capital letters alone.
    pub(super) fn find(&self, name: &str) -> Option<&str> {
        if let Some((known, _)) = self.columns.get_key_value(name) {
            return Some(known);
        }
        let wanted = name.to_lowercase();
        let mut alike = self.names().filter(|known| known.to_lowercase() == wanted);
        alike.next().filter(|_| alike.next().is_none())
    }

    /// Rows of a column whose text is neither a number nor a sign for a missing one.
    pub(super) fn unreadable(&self, name: &str) -> &[usize] {
        self.columns
            .get(name)
            .map_or(&[], |column| &column.unreadable)
    }

    /// Rows of a column whose number was read although programs write it otherwise: with a typographic minus or a decimal comma.
    pub(super) fn unusual(&self, name: &str) -> &[usize] {
        self.columns.get(name).map_or(&[], |column| &column.unusual)
    }

    /// The line of a row in its file, counted from 1.
    pub(super) fn line(&self, row: usize) -> u32 {
        self.lines.get(row).copied().unwrap_or(1)
    }

    /// Column names in file order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    /// A column's numbers, NaN where there is none.
    ///
    /// # Errors
    /// When the table has no such column.
    pub(super) fn numbers(&self, name: &str) -> Result<&[f64], String> {
        self.column(name).map(|column| column.numbers.as_slice())
    }

    /// A column's cells as written; empty for a simulated set.
    ///
    /// # Errors
    /// When the table has no such column.
    pub(super) fn text(&self, name: &str) -> Result<&[String], String> {
        self.column(name).map(|column| column.text.as_slice())
    }

    fn column(&self, name: &str) -> Result<&Column, String> {
        self.columns
            .get(name)
            .ok_or_else(|| format!("the data have no column `{name}`"))
    }

    /// Reads a CSV file with a header line.
    ///
    /// Cells may be parted by semicolons or tabs instead of commas, as the header line shows. [`Cell`] says what is a number.
    ///
    /// # Errors
    /// When the file cannot be read or is not CSV, or two of its columns have one name.
    pub(super) fn read(path: &str) -> Result<Self, String> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the command line reads the files it is given"
        )]
        let bytes = std::fs::read(path).map_err(|why| format!("cannot read {path}: {why}"))?;
        let failed = |why: csv::Error| format!("cannot read {path}: {why}");
        let separator = separator(&bytes);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .from_reader(bytes.as_slice());
        let names: Vec<String> = reader
            .headers()
            .map_err(failed)?
            .iter()
            .map(|name| name.trim_start_matches('\u{feff}').trim().to_owned())
            .collect();
        unique(&names)?;
        let mut cells: Vec<Vec<String>> = vec![Vec::new(); names.len()];
        let mut lines = Vec::new();
        for record in reader.records() {
            let record = record.map_err(failed)?;
            lines.push(record.position().map_or(0, |at| first_line(&bytes, at)));
            for (column, cell) in cells.iter_mut().zip(&record) {
                column.push(cell.trim().to_owned());
            }
        }
        let marks = Marks::of(separator, cells.iter().flatten());
        let columns = names
            .into_iter()
            .zip(cells)
            .filter(|(name, _)| !name.is_empty())
            .map(|(name, text)| (name, Column::of(text, marks)))
            .collect();
        Ok(Self {
            columns,
            lines,
            marks,
        })
    }

    /// Draws effects by the Lehmer generator `x ← 16807 x mod (2³¹ − 1)`: 25 uniforms a study, the first for the variance, two sums of
    /// twelve for the study's true effect and its error.
    pub(super) fn draw(k: usize, seed: u64, mu: f64, tau: f64) -> Self {
        const MODULUS: u64 = 2_147_483_647;
        let mut x = seed;
        let mut uniform = || {
            x = (16_807 * x) % MODULUS;
            x as f64 / MODULUS as f64
        };
        let (mut yi, mut vi) = (Vec::with_capacity(k), Vec::with_capacity(k));
        for _ in 0..k {
            let variance = 0.01 + 0.19 * uniform();
            let mut z = || (0..12).fold(-6.0, |sum, _| sum + uniform());
            let (z1, z2) = (z(), z());
            yi.push(mu + tau * z1 + libm::sqrt(variance) * z2);
            vi.push(variance);
        }
        let column = |numbers| Column {
            text: Vec::new(),
            numbers,
            unreadable: Vec::new(),
            unusual: Vec::new(),
        };
        Self {
            columns: IndexMap::from([("yi".to_owned(), column(yi)), ("vi".to_owned(), column(vi))]),
            lines: Vec::new(),
            marks: Marks::default(),
        }
    }
}

impl Column {
    fn of(text: Vec<String>, marks: Marks) -> Self {
        let (mut unreadable, mut unusual) = (Vec::new(), Vec::new());
        let numbers = text
            .iter()
            .enumerate()
            .map(|(row, cell)| match Cell::read(cell, marks) {
                Cell::Number(number) => number,
                Cell::Unusual(number) => {
                    unusual.push(row);
                    number
                }
                Cell::Missing => f64::NAN,
                Cell::Unreadable => {
                    unreadable.push(row);
                    f64::NAN
                }
            })
            .collect();
        Self {
            text,
            numbers,
            unreadable,
            unusual,
        }
    }
}

/// The line on which a record stands: its position is before the empty lines above it.
fn first_line(bytes: &[u8], position: &csv::Position) -> u32 {
    let at = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let ends = bytes.get(at..).unwrap_or_default().iter();
    let ends = ends.take_while(|byte| matches!(byte, b'\n' | b'\r'));
    let empty = ends.filter(|byte| **byte == b'\n').count() as u64;
    u32::try_from(position.line() + empty).unwrap_or(u32::MAX)
}

/// The character that parts cells: the comma, unless the first line has none and has semicolons or tabs instead.
fn separator(bytes: &[u8]) -> u8 {
    let header = bytes.split(|&byte| byte == b'\n').next().unwrap_or(bytes);
    let has = |mark: &u8| header.contains(mark);
    [b',', b';', b'\t'].into_iter().find(has).unwrap_or(b',')
}

/// Refuses a header in which a name stands twice: nobody can say which column is meant.
fn unique(names: &[String]) -> Result<(), String> {
    let twice = names.iter().enumerate().find_map(|(at, name)| {
        let first = names[..at].iter().position(|earlier| earlier == name)?;
        (!name.is_empty()).then_some((name, first, at))
    });
    match twice {
        Some((name, first, at)) => Err(format!(
            "two columns are named `{name}`, the {} and the {}; give one of them another name",
            ordinal(first + 1),
            ordinal(at + 1)
        )),
        None => Ok(()),
    }
}

fn ordinal(n: usize) -> String {
    let ending = match (n % 10, n % 100) {
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

type Shared = Result<Arc<Table>, String>;

/// Tables already at hand, by path or recipe.
#[derive(Debug, Default)]
pub(super) struct Tables {
    known: Mutex<BTreeMap<String, Shared>>,
}

impl Tables {
    /// The file's table, read at the first call.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn read(&self, path: &str) -> Shared {
        self.get(path, || Table::read(path))
    }

    /// The simulated set that a request's `k`, `seed`, `mu`, `tau` describe.
    ///
    /// # Errors
    /// When one of them is missing.
    pub(super) fn draw(&self, request: &Request) -> Shared {
        let whole = |name: &str| {
            request
                .option(name)
                .and_then(serde_json::Value::as_u64)
                .ok_or_else(|| format!("the recipe needs `{name}`"))
        };
        let real = |name: &str| {
            request
                .number(name)
                .ok_or_else(|| format!("the recipe needs `{name}`"))
        };
        let (k, seed, mu, tau) = (whole("k")?, whole("seed")?, real("mu")?, real("tau")?);
        let k = usize::try_from(k)
            .ok()
            .filter(|&k| k <= 10_000_000)
            .ok_or("a recipe draws at most 10 million studies")?;
        let key = format!("recipe {k} {seed} {mu} {tau}");
        self.get(&key, || Ok(Table::draw(k, seed, mu, tau)))
    }

    fn get(&self, key: &str, make: impl FnOnce() -> Result<Table, String>) -> Shared {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = known.get(key) {
            return table.clone();
        }
        let table = make().map(Arc::new);
        known.insert(key.to_owned(), table.clone());
        table
    }
}
