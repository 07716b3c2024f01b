//! What template functions share: the input, and the ledger of what they printed.

use super::escape::markdown;
use super::format::{Form, Scale, printed};
use super::input::{ReportInput, TableRow};
use super::references::References;
use super::span::{Entry, Ledger};
use super::words::{Part, Words, join, parts};
use crate::artefact::Address;
use crate::plot::NumberStyle;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// The press that prints values.
pub(super) struct Press {
    /// What the report is made from.
    pub input: Arc<ReportInput>,
    figures: OnceLock<BTreeMap<String, usize>>,
    /// The publications as the style of references writes them.
    pub references: References,
    /// Decimal separator and brackets.
    pub style: NumberStyle,
    ledger: Mutex<Ledger>,
}

impl Press {
    /// A press for an input, without figures.
    pub(super) fn new(input: Arc<ReportInput>, references: References) -> Self {
        Self {
            input,
            references,
            figures: OnceLock::new(),
            style: NumberStyle::default(),
            ledger: Mutex::default(),
        }
    }

    /// Takes the names of the figures, in order, once.
    pub(super) fn take_figures<'a>(&self, names: impl Iterator<Item = &'a str>) {
        let named = names.zip(0..).map(|(name, index)| (name.to_owned(), index));
        self.figures.get_or_init(|| named.collect());
    }

    /// Index of each figure by name.
    pub(super) fn figures(&self) -> &BTreeMap<String, usize> {
        self.figures.get_or_init(BTreeMap::new)
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what was printed so far.
    pub(super) fn printed(&self) -> Ledger {
        std::mem::take(&mut *self.ledger())
    }

    /// The row at an address such as `pool/pooled#ee/`.
    pub(super) fn row(&self, address: &str) -> Option<TableRow<'_>> {
        let Ok(Address::Row {
            stage,
            artefact,
            key,
        }) = address.parse()
        else {
            return None;
        };
        let mut tables = self.input.tables.iter();
        let table = tables.find(|table| table.stage == stage && table.artefact == artefact)?;
        let row = table.sheet.rows.get_entry(&key)?;
        Some(TableRow::new(table, row))
    }

    /// The analysis a row belongs to, or the row itself if it is one.
    pub(super) fn analysis_of<'a>(&'a self, row: &TableRow<'a>) -> Option<TableRow<'a>> {
        if row.table.name == "analyses" {
            return Some(*row);
        }
        let analysis = row.text("analysis");
        self.input
            .rows("analyses")
            .find(|candidate| candidate.text("analysis") == analysis)
    }

    /// The scale that a row's effects are on.
    pub(super) fn scale_of(&self, row: &TableRow<'_>) -> Scale {
        self.analysis_of(row).map_or(Scale::Plain, |analysis| {
            Scale::of_table(&row.table.name, analysis.text("measure"))
        })
    }

    /// A number, traced. An empty cell is a dash.
    pub(super) fn number(&self, row: &TableRow<'_>, column: &str, form: Form) -> String {
        let value = row.text(column);
        if value.is_empty() {
            return "–".to_owned();
        }
        let scale = if form == Form::Effect {
            self.scale_of(row)
        } else {
            Scale::Plain
        };
        // Numbers in words are the house style of English; other languages have their digits.
        let form = match form {
            Form::Word if !self.words().is_english() => Form::Count,
            other => other,
        };
        let text = printed(value, form, scale, self.style);
        self.traced(row.address(column), value, &text)
    }

    /// The words of the report's language.
    pub(super) fn words(&self) -> &Words {
        &self.input.words
    }

    /// Finished Markdown of a text of the words with its values, which are finished Markdown too.
    pub(super) fn told(&self, text: &str, values: &[(&str, &str)]) -> String {
        let mut told = String::with_capacity(text.len() + 32);
        for part in parts(text) {
            match part {
                Part::Text(text) => join(&mut told, text),
                Part::Name(name) => join(&mut told, &self.named(&markdown(name))),
                Part::Value(name) => {
                    let mut values = values.iter();
                    if let Some((_, value)) = values.find(|(known, _)| *known == name) {
                        join(&mut told, value);
                    }
                }
            }
        }
        told
    }

    /// The same by key.
    pub(super) fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.told(self.words().text(key), values)
    }

    /// A text, traced. An empty cell prints nothing.
    pub(super) fn text(&self, row: &TableRow<'_>, column: &str) -> String {
        let value = row.text(column);
        if value.is_empty() {
            return String::new();
        }
        let text = if stages_speak(&row.table.name, column) {
            markdown(&self.words().said(value))
        } else {
            markdown(value)
        };
        self.traced(row.address(column), value, &text)
    }

    /// Finished Markdown for the value at an address.
    pub(super) fn traced(&self, address: Address, value: &str, text: &str) -> String {
        let entry = Entry::Traced {
            address,
            value: value.to_owned(),
        };
        self.ledger().wrap(entry, text)
    }

    /// Finished Markdown that is said to be a name.
    pub(super) fn named(&self, text: &str) -> String {
        self.ledger().wrap(Entry::Name, text)
    }
}

/// Whether the texts of a column are a stage's own, in English, and not those of people.
fn stages_speak(table: &str, column: &str) -> bool {
    match column {
        "label" => matches!(table, "flow" | "overall"),
        "title" => matches!(table, "judgements" | "sensitivity" | "problems"),
        "recomputed" | "reconciled" => table == "integrity",
        "reason" | "footnote" | "questions" => table == "certainty",
        "direction" | "interval_excludes_none" => table == "effect-directions",
        "planned" | "done" => table == "differences",
        "candidate" | "step" => table == "rejected",
        "basis" => table == "summary",
        "note" => table == "effects",
        "proposal" => matches!(table, "version" | "changes"),
        "event" | "state" | "rule" | "order" | "methods" => table == "version",
        "because" | "not_compared" | "statement_old" | "statement_new" => table == "changes",
        "cause" | "what" => table == "causes",
        "help" | "unit" | "registered" | "why" | "pi_rule" | "pi_why" | "i2_rule" | "changed"
        | "predictor" | "start_reason" | "statement" | "absolute" | "severity" | "test"
        | "interval" | "prediction" => true,
        _ => false,
    }
}
