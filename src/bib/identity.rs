//! Identity of a record from the export's own content.
//!
//! | in the digest | why |
//! | --- | --- |
//! | format and accession number, where the export has one | the database's own name for the record |
//! | else PMID, else DOI | the field's names for the publication |
//! | else title, authors, year, pages, in lower-case letters and digits | all that is left |
//!
//! Left out: file, line, export date, counts of citations, keys of a reference manager: a renamed or freshly downloaded export
//! keeps its ids.

use super::{Format, fields, record::Record};
use crate::ids::RecordId;

/// What every identity starts with.
pub(crate) const MARK: &str = "rec-";

/// The identity of a record; see the table above.
///
/// Equal records have equal ids; a file that is read gives a second one `-2`.
pub fn record_id(record: &Record) -> RecordId {
    let format = record.source.format.as_str();
    match format.parse::<Format>() {
        Ok(known) => {
            let draft = fields::derive(known, &record.tags);
            let corrected = draft.corrections.and_then(super::write::corrected_id);
            match draft.own_id {
                Some(id) => id.into(),
                None if corrected.is_some() => corrected.unwrap_or_else(|| RecordId::new("")),
                None => from_parts(record, format, draft.accession),
            }
        }
        Err(_) => from_parts(record, format, None),
    }
}

/// The identity of a record whose accession number is known.
pub(crate) fn from_parts(record: &Record, format: &str, accession: Option<&str>) -> RecordId {
    let mut key = String::with_capacity(128);
    if let Some(accession) = accession {
        key.push_str(format);
        key.push('\n');
        push_plain(&mut key, accession);
    } else if let Some(pmid) = &record.pmid {
        key.push_str("pmid\n");
        key.push_str(pmid);
    } else if let Some(doi) = &record.doi {
        key.push_str("doi\n");
        key.extend(doi.chars().map(|c| c.to_ascii_lowercase()));
    } else {
        push_described(&mut key, record);
    }
    let digest = blake3::hash(key.as_bytes()).to_hex();
    let mut id = String::with_capacity(MARK.len() + 16);
    id.push_str(MARK);
    id.push_str(&digest[..16]);
    RecordId::new(id)
}

fn push_described(key: &mut String, record: &Record) {
    key.push_str("described\n");
    push_plain(key, record.title.as_deref().unwrap_or_default());
    key.push('\n');
    for author in &record.authors {
        push_plain(key, author);
        key.push(';');
    }
    key.push('\n');
    if let Some(year) = record.year {
        key.push_str(&year.to_string());
    }
    key.push('\n');
    push_plain(key, record.pages.as_deref().unwrap_or_default());
    let bare = record.title.is_none() && record.authors.is_empty();
    if bare {
        key.push('\n');
        push_plain(key, record.abstract_text.as_deref().unwrap_or_default());
        push_plain(key, record.url.as_deref().unwrap_or_default());
    }
}

/// Letters and digits in lower case; all else is dropped.
fn push_plain(key: &mut String, text: &str) {
    if text.is_ascii() {
        key.extend(
            text.chars()
                .filter(char::is_ascii_alphanumeric)
                .map(|c| c.to_ascii_lowercase()),
        );
    } else {
        key.extend(
            text.chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase),
        );
    }
}
