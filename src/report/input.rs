//! What a report is made from: tables with the stage and artefact they came from, the protocol, texts and templates of people.

use super::words::Words;
use crate::artefact::{Address, Cells, Sheet};
use crate::place::Place;
use crate::plot::ForestLayout;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A table as a stage gave it.
#[derive(Clone, Debug)]
pub struct Table {
    /// Name by which templates ask for it, such as `pooled`.
    pub name: String,
    /// Stage that made it.
    pub stage: String,
    /// Artefact of that stage.
    pub artefact: String,
    /// Its rows.
    pub sheet: Arc<Sheet>,
}

/// A file that people keep, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFile {
    /// Path relative to the project.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The protocol with the place of each value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProtocolText {
    /// Path relative to the project.
    pub path: String,
    /// The values.
    pub value: Value,
    /// Place of each value by its path, such as `registration.number` or `amendments.0.id`.
    pub places: BTreeMap<String, Place>,
}

/// What forest plots show beside effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForestStyle {
    /// Order of the columns.
    pub layout: ForestLayout,
    /// Whether the numbers of the arms stand beside the effects.
    pub arms: bool,
    /// Whether risk of bias stands beside the effects.
    pub bias: bool,
}

impl Default for ForestStyle {
    fn default() -> Self {
        Self {
            layout: ForestLayout::RevMan,
            arms: true,
            bias: true,
        }
    }
}

/// Everything a report is made from.
#[derive(Clone, Debug, Default)]
pub struct ReportInput {
    /// The tables; several may have the same name (`problems`, `places`, `records`).
    pub tables: Vec<Table>,
    /// The protocol.
    pub protocol: ProtocolText,
    /// Texts of authors in Markdown, by section name.
    pub texts: BTreeMap<String, TextFile>,
    /// Templates that replace built-in ones, by name such as `methods.md.tera`.
    pub templates: BTreeMap<String, TextFile>,
    /// What forest plots show.
    pub forest: ForestStyle,
    /// The words of the report's language.
    pub words: Arc<Words>,
    /// Path at which the Markdown report is placed, as `review trace` is given it.
    pub path: String,
}

impl ReportInput {
    /// The tables of a name, in the order wired.
    pub(super) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Table> {
        self.tables.iter().filter(move |table| table.name == name)
    }

    /// The rows of all tables of a name.
    pub(super) fn rows<'a>(&'a self, name: &'a str) -> impl Iterator<Item = TableRow<'a>> {
        self.named(name).flat_map(|table| {
            let rows = table.sheet.rows.iter();
            rows.map(move |row| TableRow::new(table, row))
        })
    }

    /// The value at an address, as its artefact has it; the number of rows for a whole artefact.
    pub(super) fn value(&self, address: &Address) -> Option<String> {
        let table = |stage: &str, artefact: &str| {
            let mut tables = self.tables.iter();
            tables.find(|table| table.stage == stage && table.artefact == artefact)
        };
        match address {
            Address::Cell {
                stage,
                artefact,
                key,
                column,
            } => table(stage, artefact)?
                .sheet
                .cell(key, column)
                .map(str::to_owned),
            Address::Artefact { stage, artefact } => {
                Some(table(stage, artefact)?.sheet.rows.len().to_string())
            }
            Address::Row { .. } | Address::File(_) => None,
        }
    }
}

/// One row with the table it stands in.
#[derive(Clone, Copy, Debug)]
pub(super) struct TableRow<'a> {
    /// The table.
    pub table: &'a Table,
    /// The row's key.
    pub key: &'a str,
    /// Its cells, one a column.
    cells: Cells<'a>,
}

impl<'a> TableRow<'a> {
    /// A row as its table has it.
    pub(super) fn new(table: &'a Table, (key, cells): (&'a str, Cells<'a>)) -> Self {
        Self { table, key, cells }
    }

    /// The texts of its cells, one a column.
    pub(super) fn cells(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.cells.iter()
    }

    /// A cell's text; empty where there is no such column.
    pub(super) fn text(&self, column: &str) -> &'a str {
        let mut columns = self.table.sheet.columns.iter();
        let at = columns.position(|name| name == column);
        at.and_then(|at| self.cells.get(at)).unwrap_or_default()
    }

    /// A cell as a number, when it is one.
    pub(super) fn number(&self, column: &str) -> Option<f64> {
        self.text(column).trim().parse().ok()
    }

    /// The address of a cell.
    pub(super) fn address(&self, column: &str) -> Address {
        Address::cell(&self.table.stage, &self.table.artefact, self.key, column)
    }
}
