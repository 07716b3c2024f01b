//! Reads `pipeline.yaml` and settings, with positions, and checks the wiring before anything runs.
//!
//! Takes text and gives typed values or [`Problems`](crate::problem::Problems), never opens a file. YAML is read twice: first as a
//! tree with places by [`yaml`], which refuses what would be read silently wrong (duplicate keys, aliases, tags, deep nests), then by
//! serde into typed settings. Whether the files named exist is asked of the caller; running is `engine`'s.

mod argument;
pub mod check;
mod edge;
mod foreach;
pub mod pipeline;
mod placed;
mod reader;
pub mod schema;
mod stage_decl;
pub mod yaml;

pub use argument::{Argument, Slot};
pub use check::{Entry, Files, KindSignature, Port, Takes, check};
pub use edge::{Edge, Input};
pub use foreach::{Names, Pattern};
pub use pipeline::{Pipeline, ReviewInfo};
pub use placed::Placed;
pub use stage_decl::{Command, Output, Settings, StageDecl, Use};
