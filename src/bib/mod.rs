//! Bibliographic records and the export formats they come in.
//!
//! [`read`] takes the bytes of one file and gives its records: container and encoding opened, format known by content, tags kept
//! as they stand, typed fields read from them. [`mod@write`] gives them back as RIS, CSV, JSON Lines or CSL-JSON. Nothing here opens a
//! file.

mod archive;
mod author_cells;
mod bibtex;
mod cnki;
mod cochrane;
mod columns;
mod csl_json;
mod cssci;
mod ctgov;
pub mod decisions;
mod delimited;
pub mod doi;
mod encoding;
mod endnote_xml;
mod fields;
mod fold;
mod format;
mod gbt7714;
mod given;
mod headers;
mod ictrp;
pub mod identity;
mod import;
mod json;
mod jsonl;
pub mod likeness;
mod line_ends;
mod lines;
pub mod names;
mod naming;
mod nbib;
mod noteexpress;
pub mod notice;
mod openalex;
mod ovid;
mod pmid;
mod pubmed_summary;
mod pubmed_xml;
mod reading;
pub mod record;
mod refer;
mod refworks;
mod review_jsonl;
mod ris;
mod ris_between;
mod ris_fields;
mod ris_line;
mod sinomed;
mod sniff;
mod table;
pub mod tags;
pub mod tools;
mod trial_id;
mod wos;
pub mod write;
mod xlsx;
mod xml;
mod zotero_rdf;

pub use archive::unpacked;
pub use fields::Field;
pub use format::Format;
pub use import::{Import, Options, Summary, read, read_as, read_each, read_with};
pub use jsonl::push_kept;
pub use naming::{Named, Naming};
pub use record::{Record, Source};
pub use table::{ID, Mapping};
pub use tags::{Tag, Tags};

/// The line each filled field of a record stood on: a pure function of its tags.
///
/// Fields in the order they are written; rows of a workbook count as lines. A record without tags has none.
pub fn lines(record: &Record) -> Vec<(&'static str, u32)> {
    match record.source.format.parse::<Format>() {
        Ok(format) => fields::derive(format, &record.tags).lines(),
        Err(_) => Vec::new(),
    }
}
