//! refer and EndNote tagged text: `%`, a letter or sign, blank, value.
//!
//! Source: M. E. Lesk, Some Applications of Inverted Indexes (1978), refer fields; EndNote's additions `%0 %8 %9 %@ %+ %7`.

use super::fields::{Draft, Field};
use super::line_ends::TaggedLines;
use super::reading::Reading;
use super::tags::Tags;

/// Reads all records of `text`.
pub(crate) fn read(text: &str, out: &mut Reading) {
    let mut tags = Tags::new();
    let (mut first, mut last) = (0, 0);
    let mut blank = false;
    for (number, line) in TaggedLines::of(text, out) {
        if let Some((name, value)) = tagged(line) {
            if begins(name, blank, &tags) {
                out.keep(std::mem::take(&mut tags), first, last);
            }
            if tags.is_empty() {
                first = number;
            }
            // Two types in a row are one record; the second says nothing new.
            tags.push(name, value, number);
            last = number;
            blank = false;
        } else if super::fold::trim(line).is_empty() {
            blank = true;
        } else if tags.is_empty() {
            out.note(
                "bib::outside",
                "text before the first record was passed over",
                (number, 1),
            );
        } else {
            tags.continue_last(super::fold::trim(line));
            last = number;
        }
    }
    if !tags.is_empty() {
        out.keep(tags, first, last);
    }
}

/// `%0` begins a record when the one before has more than a type; a blank line and a repeated `%0 %T %A` do too.
fn begins(name: &str, blank: bool, tags: &Tags) -> bool {
    if tags.is_empty() {
        return false;
    }
    let has = |name| tags.first(name).is_some();
    match name {
        "%0" => tags.iter().any(|tag| tag.name != "%0") && (has("%0") || blank),
        "%T" => has("%T") && (blank || has("%0")),
        "%A" => blank && has("%A") && has("%T"),
        _ => false,
    }
}

/// Splits `%T value`.
pub(crate) fn tagged(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start_matches([' ', '\u{feff}']);
    let bytes = line.as_bytes();
    if bytes.first() != Some(&b'%')
        || !bytes.get(1)?.is_ascii_graphic()
        || bytes.get(2).is_some_and(|b| !matches!(b, b' ' | b'\t'))
    {
        return None;
    }
    Some((&line[..2], super::fold::trim(&line[2..])))
}

/// Typed fields; the number is the rank, lowest first.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        match tag.name {
            "%0" => draft.offer(Field::Kind, 0, value, line),
            "%T" => draft.offer(Field::Title, 0, value, line),
            "%A" => authors(value, line, draft),
            "%J" => draft.offer(Field::Journal, 0, value, line),
            "%B" => draft.offer(Field::Journal, 1, value, line),
            "%D" => draft.offer_year(0, value, line),
            "%8" => draft.offer_year(1, value, line),
            "%V" => draft.offer(Field::Volume, 0, value, line),
            "%N" => draft.offer(Field::Issue, 0, value, line),
            "%P" => draft.offer(Field::Pages, 0, value, line),
            "%R" => draft.offer_doi(0, value, line),
            "%U" => {
                if super::doi::is_link(value) {
                    draft.offer_doi(1, value, line);
                }
                draft.offer(Field::Url, 0, value, line);
            }
            "%X" => draft.offer(Field::Abstract, 0, value, line),
            "%K" => draft.keywords_by(value, &[';', '\n'], line),
            "%@" => draft.offer_serial(0, value, line),
            "%G" => draft.offer(Field::Language, 0, value, line),
            "%W" => draft.offer(Field::Database, 0, value, line),
            "%M" if !value.is_empty() => draft.accession = Some(value),
            _ => {}
        }
    }
}

/// One name a tag; CNKI joins several by `;`, also full-width.
fn authors(value: &str, line: u32, draft: &mut Draft) {
    match super::names::split_joined(value) {
        Some(names) if value.contains([';', '；']) => {
            for name in names {
                draft.author(name, line);
            }
        }
        _ => draft.author(value.trim_end_matches([';', '；']), line),
    }
}
