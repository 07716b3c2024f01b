//! The list of all numbers that a report prints: what was printed, where, and the address of the value behind it.

use crate::artefact::Address;

/// One printed number.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PrintedNumber {
    /// The value's address.
    pub address: Address,
    /// The value with full precision, as its artefact has it.
    pub value: String,
    /// The text printed for it.
    pub text: String,
    /// Line in the Markdown report, counted from 1.
    pub line: u32,
    /// Column in characters, counted from 1.
    pub column: u32,
}

/// All of them, in the order of the report.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Numbers {
    /// Version of this file's form.
    pub version: u32,
    /// The Markdown report that lines and columns are of.
    pub report: String,
    /// The numbers.
    pub numbers: Vec<PrintedNumber>,
}

impl Numbers {
    /// The numbers on a line, or the one that covers a column of it.
    pub fn at(&self, line: u32, column: Option<u32>) -> Vec<&PrintedNumber> {
        let on_line = self.numbers.iter().filter(|number| number.line == line);
        match column {
            None => on_line.collect(),
            Some(column) => on_line.filter(|number| number.covers(column)).collect(),
        }
    }
}

impl PrintedNumber {
    fn covers(&self, column: u32) -> bool {
        let width = u32::try_from(self.text.chars().count()).unwrap_or(u32::MAX);
        (self.column..self.column.saturating_add(width)).contains(&column)
    }
}
