//! A record as one line of JSON, byte for byte what its `Serialize` gives, written straight into the text.
//!
//! Source: RFC 8259, section 7, for what has to be escaped; besides, letters that some readers take for line ends are.

use super::record::Record;
use std::fmt::Write;

/// Bytes that are tested at once.
const BLOCK: usize = 16;

/// Whether a byte may have to be escaped, by the byte.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0_u8;
    while byte < u8::MAX {
        special[byte as usize] = is_special(byte);
        byte += 1;
    }
    special
};

/// Adds a record and a line feed.
pub(crate) fn push(text: &mut String, record: &Record) {
    push_named(text, "{\"id\":", record.id.as_str());
    push_optional(text, ",\"type\":", record.kind.as_deref());
    push_optional(text, ",\"title\":", record.title.as_deref());
    push_list(text, ",\"authors\":", &record.authors);
    text.push_str(",\"year\":");
    match record.year {
        Some(year) => {
            // Writing into a text cannot fail.
            let _ = write!(text, "{year}");
        }
        None => text.push_str("null"),
    }
    push_optional(text, ",\"journal\":", record.journal.as_deref());
    push_optional(text, ",\"volume\":", record.volume.as_deref());
    push_optional(text, ",\"issue\":", record.issue.as_deref());
    push_optional(text, ",\"pages\":", record.pages.as_deref());
    push_optional(text, ",\"doi\":", record.doi.as_deref());
    push_optional(text, ",\"pmid\":", record.pmid.as_deref());
    push_optional(text, ",\"issn\":", record.issn.as_deref());
    push_optional(text, ",\"isbn\":", record.isbn.as_deref());
    push_optional(text, ",\"abstract\":", record.abstract_text.as_deref());
    push_list(text, ",\"keywords\":", &record.keywords);
    push_optional(text, ",\"language\":", record.language.as_deref());
    push_optional(text, ",\"url\":", record.url.as_deref());
    push_optional(text, ",\"trial_id\":", record.trial_id.as_deref());
    push_optional(text, ",\"database\":", record.database.as_deref());
    push_source(text, record);
    push_tags(text, record);
    text.push_str("}\n");
}

fn push_source(text: &mut String, record: &Record) {
    push_named(text, ",\"source\":{\"file\":", &record.source.file);
    push_named(text, ",\"format\":", &record.source.format);
    text.push_str(",\"line\":");
    push_number(text, record.source.line);
    text.push_str(",\"end_line\":");
    push_number(text, record.source.end_line);
    text.push('}');
}

fn push_tags(text: &mut String, record: &Record) {
    text.push_str(",\"tags\":[");
    for (at, tag) in record.tags.iter().enumerate() {
        text.push_str(if at == 0 { "[" } else { ",[" });
        push_string(text, tag.name);
        text.push(',');
        push_string(text, tag.value);
        text.push(',');
        push_number(text, tag.line);
        text.push(']');
    }
    text.push(']');
}

fn push_named(text: &mut String, name: &str, value: &str) {
    text.push_str(name);
    push_string(text, value);
}

fn push_optional(text: &mut String, name: &str, value: Option<&str>) {
    text.push_str(name);
    match value {
        Some(value) => push_string(text, value),
        None => text.push_str("null"),
    }
}

fn push_list(text: &mut String, name: &str, values: &[String]) {
    text.push_str(name);
    text.push('[');
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        push_string(text, value);
    }
    text.push(']');
}

fn push_number(text: &mut String, number: u32) {
    let mut digits = [b'0'; 10];
    let mut rest = number;
    let mut from = digits.len();
    for (at, digit) in digits.iter_mut().enumerate().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        from = at;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    text.push_str(std::str::from_utf8(&digits[from..]).unwrap_or_default());
}

fn push_string(text: &mut String, value: &str) {
    text.push('"');
    let mut plain = 0;
    let mut from = 0;
    while let Some(at) = next_special(value.as_bytes(), from) {
        let (escape, length) = escape(&value.as_bytes()[at..]);
        from = at + length;
        if let Some(escape) = escape {
            text.push_str(&value[plain..at]);
            push_escape(text, escape);
            plain = from;
        }
    }
    text.push_str(&value[plain..]);
    text.push('"');
}

/// Offset of the next byte that may have to be escaped; a block at a time.
fn next_special(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(block) = bytes.get(at..at + BLOCK) {
        if has_special(block) {
            break;
        }
        at += BLOCK;
    }
    // The last bytes are tested with some before them, so that there is a block of them; what is short is searched.
    let last = bytes.len().checked_sub(BLOCK).filter(|last| *last >= from);
    if last.is_some_and(|last| last <= at && !has_special(&bytes[last..])) {
        return None;
    }
    let rest = bytes.get(at..)?;
    let found = rest.iter().position(|byte| SPECIAL[usize::from(*byte)])?;
    Some(at + found)
}

/// Whether a block has such a byte; nothing stops the loop, so that the compiler tests all at once.
fn has_special(block: &[u8]) -> bool {
    block
        .iter()
        .fold(false, |any, byte| any | is_special(*byte))
}

/// A byte below a blank, a quote, a backslash, or the first of a letter that may end a line (`C2 85`, `E2 80 A8`, `E2 80 A9`).
#[expect(
    clippy::needless_bitwise_bool,
    reason = "no branches, so that many bytes are tested at once"
)]
const fn is_special(byte: u8) -> bool {
    (byte < b' ') | (byte == b'"') | (byte == b'\\') | (byte == 0xC2) | (byte == 0xE2)
}

/// The letter to escape at the start of `bytes`, if it is one, and how many bytes to go on by.
fn escape(bytes: &[u8]) -> (Option<u16>, usize) {
    match bytes {
        [0xC2, 0x85, ..] => (Some(0x85), 2),
        [0xE2, 0x80, 0xA8, ..] => (Some(0x2028), 3),
        [0xE2, 0x80, 0xA9, ..] => (Some(0x2029), 3),
        [0xC2, ..] => (None, 2),
        [0xE2, ..] => (None, 3),
        [byte, ..] => (Some(u16::from(*byte)), 1),
        [] => (None, 0),
    }
}

fn push_escape(text: &mut String, letter: u16) {
    let short = match letter {
        0x08 => "\\b",
        0x09 => "\\t",
        0x0A => "\\n",
        0x0C => "\\f",
        0x0D => "\\r",
        0x22 => "\\\"",
        0x5C => "\\\\",
        _ => {
            let _ = write!(text, "\\u{letter:04x}");
            return;
        }
    };
    text.push_str(short);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bib::{Source, Tags};

    /// What the derived serialisation gives, with line ends of other alphabets escaped.
    fn derived(record: &Record) -> String {
        let line = serde_json::to_string(record).unwrap();
        line.replace('\u{85}', "\\u0085")
            .replace('\u{2028}', "\\u2028")
            .replace('\u{2029}', "\\u2029")
            + "\n"
    }

    #[test]
    fn every_letter_is_written_as_the_derived_serialisation_writes_it() {
        for code in (0..0x300).chain(0x2000..0x2100).chain([0xFEFF, 0x1F600]) {
            let Some(letter) = char::from_u32(code) else {
                continue;
            };
            for before in [0, 5, 31, 32, 70] {
                let value = format!("{}{letter}“b\"{letter}", "a".repeat(before));
                let mut record = Record::empty(Source::default());
                record.title = Some(value.clone());
                record.authors = vec![value.clone(), String::new()];
                record.year = Some(-5);
                record.tags = Tags::from_iter([
                    ("AB", value.as_str(), 7),
                    ("\n", "", u32::MAX),
                    ("a", "b", 0),
                ]);
                let mut line = String::new();
                push(&mut line, &record);
                assert_eq!(line, derived(&record));
            }
        }
    }
}
