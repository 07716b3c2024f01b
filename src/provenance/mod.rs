//! Walks from a printed number to its leaves, back up from a leaf to what rests on it, and tells whether all of it holds.

mod audit;
mod decisions;
mod declared;
mod form_cell;
mod numbers;
#[cfg(test)]
mod test_shelf;
mod trace;
mod uses;

pub use audit::{Audited, audit_numbers};
pub use decisions::{Decisions, decisions_in};
pub use declared::{Declared, declared};
pub use form_cell::{cell_at, rows_alike, with_cell};
pub use numbers::{Numbers, PrintedNumber};
pub use trace::{Library, Node, Walk, find, trace};
pub use uses::{Touched, Uses, uses};
