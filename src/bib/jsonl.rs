//! A record as one line of JSON, byte for byte what its `Serialize` gives, written straight into the text.
//!
//! Source: RFC 8259, section 7, for what has to be escaped; besides, letters that some readers take for line ends are.

use super::record::Record;
use std::fmt::{self, Write};

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
    // Writing into a text cannot fail.
    let _ = write(text, record);
}

/// Adds a record as it is kept, and a line feed: without the file and the lines it was read from, with its origin as the last field,
/// and with only those letters escaped that JSON asks for.
pub fn push_kept(text: &mut String, record: &Record, origin: &str) {
    // Writing into a text cannot fail.
    let _ = write_kept(text, record, origin);
}

fn write_kept(out: &mut impl Write, record: &Record, origin: &str) -> fmt::Result {
    let out = &mut Line { out, kept: true };
    fields(out, record)?;
    named(out, ",\"origin\":", origin)?;
    out.write_str("}\n")
}

/// Writes a record and a line feed, a piece at a time.
pub(crate) fn write(out: &mut impl Write, record: &Record) -> fmt::Result {
    let out = &mut Line { out, kept: false };
    fields(out, record)?;
    out.write_str("}\n")
}

/// The text of a line, and whether the record is written as it is kept.
struct Line<'w, W> {
    out: &'w mut W,
    kept: bool,
}

impl<W: Write> Write for Line<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.out.write_str(text)
    }
}

/// All but the end of the line.
fn fields(out: &mut Line<'_, impl Write>, record: &Record) -> fmt::Result {
    named(out, "{\"id\":", record.id.as_str())?;
    optional(out, ",\"type\":", record.kind.as_deref())?;
    optional(out, ",\"title\":", record.title.as_deref())?;
    list(out, ",\"authors\":", &record.authors)?;
    out.write_str(",\"year\":")?;
    match record.year {
        Some(year) => write!(out, "{year}")?,
        None => out.write_str("null")?,
    }
    optional(out, ",\"journal\":", record.journal.as_deref())?;
    optional(out, ",\"volume\":", record.volume.as_deref())?;
    optional(out, ",\"issue\":", record.issue.as_deref())?;
    optional(out, ",\"pages\":", record.pages.as_deref())?;
    optional(out, ",\"doi\":", record.doi.as_deref())?;
    optional(out, ",\"pmid\":", record.pmid.as_deref())?;
    optional(out, ",\"issn\":", record.issn.as_deref())?;
    optional(out, ",\"isbn\":", record.isbn.as_deref())?;
    optional(out, ",\"abstract\":", record.abstract_text.as_deref())?;
    list(out, ",\"keywords\":", &record.keywords)?;
    optional(out, ",\"language\":", record.language.as_deref())?;
    optional(out, ",\"url\":", record.url.as_deref())?;
    optional(out, ",\"trial_id\":", record.trial_id.as_deref())?;
    optional(out, ",\"database\":", record.database.as_deref())?;
    source(out, record)?;
    tags(out, record)
}

fn source(out: &mut Line<'_, impl Write>, record: &Record) -> fmt::Result {
    let source = &record.source;
    let (file, line, end_line) = if out.kept {
        ("", 0, 0)
    } else {
        (source.file.as_str(), source.line, source.end_line)
    };
    named(out, ",\"source\":{\"file\":", file)?;
    named(out, ",\"format\":", &source.format)?;
    out.write_str(",\"line\":")?;
    number(out, line)?;
    out.write_str(",\"end_line\":")?;
    number(out, end_line)?;
    out.write_str("}")
}

fn tags(out: &mut Line<'_, impl Write>, record: &Record) -> fmt::Result {
    out.write_str(",\"tags\":[")?;
    for (at, tag) in record.tags.iter().enumerate() {
        out.write_str(if at == 0 { "[" } else { ",[" })?;
        string(out, tag.name)?;
        out.write_str(",")?;
        string(out, tag.value)?;
        out.write_str(",")?;
        number(out, if out.kept { 0 } else { tag.line })?;
        out.write_str("]")?;
    }
    out.write_str("]")
}

fn named(out: &mut Line<'_, impl Write>, name: &str, value: &str) -> fmt::Result {
    out.write_str(name)?;
    string(out, value)
}

fn optional(out: &mut Line<'_, impl Write>, name: &str, value: Option<&str>) -> fmt::Result {
    out.write_str(name)?;
    match value {
        Some(value) => string(out, value),
        None => out.write_str("null"),
    }
}

fn list(out: &mut Line<'_, impl Write>, name: &str, values: &[String]) -> fmt::Result {
    out.write_str(name)?;
    out.write_str("[")?;
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.write_str(",")?;
        }
        string(out, value)?;
    }
    out.write_str("]")
}

fn number(out: &mut impl Write, number: u32) -> fmt::Result {
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
    out.write_str(std::str::from_utf8(&digits[from..]).unwrap_or_default())
}

fn string(out: &mut Line<'_, impl Write>, value: &str) -> fmt::Result {
    out.write_str("\"")?;
    let mut plain = 0;
    let mut from = 0;
    while let Some(at) = next_special(value.as_bytes(), from) {
        let (letter, length) = letter(&value.as_bytes()[at..], out.kept);
        from = at + length;
        if let Some(letter) = letter {
            out.write_str(&value[plain..at])?;
            escape(out, letter)?;
            plain = from;
        }
    }
    out.write_str(&value[plain..])?;
    out.write_str("\"")
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

/// The letter to escape at the start of `bytes`, if it is one, and how many bytes to go on by; `kept` leaves line ends of other
/// alphabets as they are.
fn letter(bytes: &[u8], kept: bool) -> (Option<u16>, usize) {
    match bytes {
        [0xC2 | 0xE2, ..] if kept => (None, 1),
        [0xC2, 0x85, ..] => (Some(0x85), 2),
        [0xE2, 0x80, 0xA8, ..] => (Some(0x2028), 3),
        [0xE2, 0x80, 0xA9, ..] => (Some(0x2029), 3),
        [0xC2, ..] => (None, 2),
        [0xE2, ..] => (None, 3),
        [byte, ..] => (Some(u16::from(*byte)), 1),
        [] => (None, 0),
    }
}

fn escape(out: &mut impl Write, letter: u16) -> fmt::Result {
    let short = match letter {
        0x08 => "\\b",
        0x09 => "\\t",
        0x0A => "\\n",
        0x0C => "\\f",
        0x0D => "\\r",
        0x22 => "\\\"",
        0x5C => "\\\\",
        _ => return write!(out, "\\u{letter:04x}"),
    };
    out.write_str(short)
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

    /// The derived serialisation of the record without places, with its origin.
    fn derived_kept(record: &Record, origin: &str) -> String {
        #[derive(serde::Serialize)]
        struct Kept<'a> {
            #[serde(flatten)]
            record: &'a Record,
            origin: &'a str,
        }
        let source = Source {
            format: record.source.format.clone(),
            ..Source::default()
        };
        let tags = record.tags.iter().map(|tag| (tag.name, tag.value, 0));
        let record = &Record {
            tags: tags.collect(),
            source,
            ..record.clone()
        };
        serde_json::to_string(&Kept { record, origin }).unwrap() + "\n"
    }

    #[test]
    fn every_letter_is_written_as_the_derived_serialisation_writes_it() {
        for code in (0..0x300).chain(0x2000..0x2100).chain([0xFEFF, 0x1F600]) {
            let Some(letter) = char::from_u32(code) else {
                continue;
            };
            for before in [0, 5, 31, 32, 70] {
                let value = format!("{}{letter}“b\"{letter}", "a".repeat(before));
                let source = Source {
                    file: value.clone(),
                    format: "ris".to_owned(),
                    line: 3,
                    end_line: 4,
                };
                let mut record = Record::empty(source);
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
                let mut line = String::new();
                push_kept(&mut line, &record, &value);
                assert_eq!(line, derived_kept(&record, &value));
            }
        }
    }
}
