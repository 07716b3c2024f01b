//! Walks from a printed number to its leaves, back up from a leaf to what rests on it, and tells whether all of it holds.

mod audit;
mod bundle;
mod decisions;
mod declared;
mod derivation;
mod form_cell;
mod numbers;
mod places;
mod prov;
mod ro_crate;
mod run_account;
#[cfg(test)]
mod test_shelf;
mod trace;
mod trace_page;
mod uses;

pub use audit::{Audited, audit_numbers};
pub use bundle::{BUNDLE_FACTS, MANIFEST, Opened, Sealed, open_bundle, seal_bundle};
pub use decisions::{Deciders, Decisions, deciders_in, decisions_in};
pub use declared::{Declared, declared};
pub use derivation::derivations;
pub use form_cell::{cell_at, rows_alike, with_cell};
pub use numbers::{Numbers, PrintedNumber};
pub use places::is_keyed_by_row;
pub use prov::prov_json;
pub use ro_crate::{RO_CRATE_FILE, ro_crate};
pub use run_account::{Agent, FileFacts, Flow, Item, Output, Program, RunAccount, StageAccount};
pub use trace::{Library, Node, Step, Walk, find, trace};
pub use trace_page::trace_page;
pub use uses::{Touched, Used, Uses, uses};
