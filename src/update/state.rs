//! A state of a review: its tables by artefact type.

use crate::artefact::Sheet;
use std::collections::BTreeMap;

/// The tables of a review at one moment, by artefact type such as `pooled`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State(BTreeMap<String, Sheet>);

impl State {
    /// Adds a table; rows of a second table of the type join those of the first where the columns are the same.
    pub fn add(&mut self, artefact_type: &str, sheet: Sheet) {
        match self.0.get_mut(artefact_type) {
            Some(known) if known.columns == sheet.columns => known.rows.extend(&sheet.rows),
            Some(_) => {}
            None => {
                self.0.insert(artefact_type.to_owned(), sheet);
            }
        }
    }

    /// The table of a type.
    pub fn table(&self, artefact_type: &str) -> Option<&Sheet> {
        self.0.get(artefact_type)
    }

    /// Whether there is any table.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
