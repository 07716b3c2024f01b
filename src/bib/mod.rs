//! Bibliographic records and the export formats they come in.

pub mod record;

pub use record::{Record, Source, Tag};
