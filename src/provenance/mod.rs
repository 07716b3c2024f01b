//! Walks from a printed number to its leaves.

mod numbers;
mod trace;

pub use numbers::{Numbers, PrintedNumber};
pub use trace::{Library, Node, Walk, find, trace};
