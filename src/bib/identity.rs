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
/// Equal records have equal ids, and so have different papers of one DOI; [`super::naming`] gives each an id of its own.
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
    let mut key = Vec::with_capacity(256);
    if let Some(accession) = accession {
        key.extend_from_slice(format.as_bytes());
        key.push(b'\n');
        push_plain(&mut key, accession);
    } else if let Some(pmid) = &record.pmid {
        key.extend_from_slice(b"pmid\n");
        key.extend_from_slice(pmid.as_bytes());
    } else if let Some(doi) = &record.doi {
        key.extend_from_slice(b"doi\n");
        key.extend(doi.bytes().map(|byte| byte.to_ascii_lowercase()));
    } else {
        push_described(&mut key, record);
    }
    let digest = blake3::hash(&key).to_hex();
    let mut id = String::with_capacity(MARK.len() + 16);
    id.push_str(MARK);
    id.push_str(&digest[..16]);
    RecordId::new(id)
}

fn push_described(key: &mut Vec<u8>, record: &Record) {
    key.extend_from_slice(b"described\n");
    push_plain(key, record.title.as_deref().unwrap_or_default());
    key.push(b'\n');
    for author in &record.authors {
        push_plain(key, author);
        key.push(b';');
    }
    key.push(b'\n');
    if let Some(year) = record.year {
        key.extend_from_slice(year.to_string().as_bytes());
    }
    key.push(b'\n');
    push_plain(key, record.pages.as_deref().unwrap_or_default());
    let bare = record.title.is_none() && record.authors.is_empty();
    if bare {
        key.push(b'\n');
        push_plain(key, record.abstract_text.as_deref().unwrap_or_default());
        push_plain(key, record.url.as_deref().unwrap_or_default());
    }
}

/// The title in lower-case letters and digits without accents, which one database keeps and another drops.
pub(super) fn plain_title(record: &Record) -> String {
    super::likeness::plain_title(record.title.as_deref().unwrap_or_default())
}

/// Letters and digits in lower case; all else is dropped.
fn push_plain(key: &mut Vec<u8>, text: &str) {
    if text.is_ascii() {
        let letters = text.bytes().filter(u8::is_ascii_alphanumeric);
        key.extend(letters.map(|byte| byte.to_ascii_lowercase()));
        return;
    }
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    for letter in letters.flat_map(char::to_lowercase) {
        key.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
    }
}
