//! YAML with places: a strict tree first, typed values second.
//!
//! [`parse`] reads text into a [`Node`] tree in which every key and value knows its line and column. [`from_str`] gives typed values,
//! and only after the tree was read without a problem. Plain scalars follow the YAML 1.2 core schema: `no`, `y` and `on` are text.

mod inline;
mod node;
mod read;
mod typed;

pub use inline::Inline;
pub use node::{Entry, Mapping, Node, Scalar, Value};
pub use read::{MAX_BYTES, MAX_DEPTH, parse};
pub use typed::from_str;
