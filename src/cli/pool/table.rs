//! The data of batch requests: CSV files read once, and simulated sets drawn once.

use super::request::Request;
use indexmap::IndexMap;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One column, as text and as numbers (NaN where empty, `NA`, or not a number).
#[derive(Debug)]
struct Column {
    text: Vec<String>,
    numbers: Vec<f64>,
}

/// A table of named columns.
#[derive(Debug, Default)]
pub(super) struct Table {
    columns: IndexMap<String, Column>,
    /// Line of each row in its file, counted from 1.
    lines: Vec<u32>,
}

impl Table {
    /// The line of a row in its file, counted from 1.
    pub(super) fn line(&self, row: usize) -> u32 {
        self.lines.get(row).copied().unwrap_or(1)
    }

    /// Whether the column exists.
    pub(super) fn has(&self, name: &str) -> bool {
        self.columns.contains_key(name)
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
    /// # Errors
    /// When the file cannot be read or is not CSV.
    pub(super) fn read(path: &str) -> Result<Self, String> {
        let failed = |why: csv::Error| format!("cannot read {path}: {why}");
        let mut reader = csv::Reader::from_path(path).map_err(failed)?;
        let names = reader.headers().map_err(failed)?.clone();
        let mut cells: Vec<Vec<String>> = vec![Vec::new(); names.len()];
        let mut lines = Vec::new();
        for record in reader.records() {
            let record = record.map_err(failed)?;
            let line = record.position().map_or(0, csv::Position::line);
            lines.push(u32::try_from(line).unwrap_or(u32::MAX));
            for (column, cell) in cells.iter_mut().zip(&record) {
                column.push(cell.trim().to_owned());
            }
        }
        let columns = names
            .iter()
            .zip(cells)
            .map(|(name, text)| {
                let numbers = text
                    .iter()
                    .map(|cell| cell.parse().unwrap_or(f64::NAN))
                    .collect();
                (
                    name.trim_start_matches('\u{feff}').trim().to_owned(),
                    Column { text, numbers },
                )
            })
            .collect();
        Ok(Self {
            columns,
            lines,
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
        };
        Self {
            columns: IndexMap::from([("yi".to_owned(), column(yi)), ("vi".to_owned(), column(vi))]),
            lines: Vec::new(),
        }
    }
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
