//! Artefacts held in memory, for tests of walks.

use super::trace::Library;
use crate::artefact::{Address, Sheet};
use std::sync::Arc;

/// Artefacts as `stage/artefact` with their text, in the order that [`Library::artefacts`] gives them.
pub(super) struct Shelf(pub(super) &'static [(&'static str, &'static str)]);

impl Library for Shelf {
    fn sheet(&self, stage: &str, artefact: &str) -> Option<Arc<Sheet>> {
        let name = format!("{stage}/{artefact}");
        let (_, text) = self.0.iter().find(|(held, _)| *held == name)?;
        Sheet::read("x.csv", text.as_bytes()).map(Arc::new)
    }

    fn read_by(&self, _stage: &str) -> Vec<Address> {
        Vec::new()
    }

    fn artefacts(&self) -> Vec<String> {
        self.0.iter().map(|(held, _)| (*held).to_owned()).collect()
    }
}
