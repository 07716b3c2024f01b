//! Web of Science tagged text: two-letter tag, blank, value; three blanks continue; records run from `PT` to `ER`.
//!
//! Source: Clarivate, Web of Science Core Collection Field Tags (2024).

use super::fields::{Draft, Field};
use super::line_ends::TaggedLines;
use super::reading::Reading;
use super::tags::Tags;

/// Tags of which each continuation line is a value of its own.
const LISTS: [&str; 9] = ["AU", "AF", "CR", "C1", "C3", "BE", "BA", "BF", "CA"];

/// Reads all records of `text`.
pub(crate) fn read(text: &str, out: &mut Reading) {
    let mut open: Option<(Tags, u32)> = None;
    let mut last = 0;
    for (number, line) in TaggedLines::of(text, out) {
        let Some((name, value)) = tagged(line) else {
            if let Some((tags, _)) = &mut open
                && !super::fold::trim(line).is_empty()
            {
                go_on(tags, line, number);
                last = number;
            }
            continue;
        };
        match name {
            "ER" => match open.take() {
                Some((mut tags, first)) => {
                    tags.push(name, value, number);
                    out.keep(tags, first, number);
                }
                None => out.warn(
                    "bib::stray-end",
                    "ER without a record before it",
                    (number, 1),
                ),
            },
            "FN" | "VR" | "EF" if open.is_none() => {}
            "PT" => {
                if let Some((tags, first)) = open.take() {
                    out.warn(
                        "bib::no-end",
                        format!(
                            "the record that starts on line {first} has no ER; the PT here ends it"
                        ),
                        (number, 1),
                    );
                    out.keep(tags, first, last);
                }
                let mut tags = Tags::with_capacity(4096, 80);
                tags.push(name, value, number);
                open = Some((tags, number));
            }
            _ => {
                let (tags, _) = open.get_or_insert_with(|| {
                    out.warn(
                        "bib::no-type",
                        "a record without PT before it; kept as one of unknown type",
                        (number, 1),
                    );
                    (Tags::new(), number)
                });
                tags.push(name, value, number);
            }
        }
        last = number;
    }
    if let Some((tags, first)) = open {
        out.warn(
            "bib::no-end",
            format!("the file ends inside the record that starts on line {first}, without ER; kept, but it may be incomplete"),
            (last, 1),
        );
        out.keep(tags, first, last);
    }
}

fn go_on(tags: &mut Tags, line: &str, number: u32) {
    let piece = super::fold::trim(line);
    let list = tags
        .last()
        .map(|tag| tag.name)
        .and_then(|name| LISTS.iter().find(|list| **list == name));
    match list {
        Some(name) => tags.push(name, piece, number),
        None => tags.continue_last(piece),
    }
}

/// Splits `TI value`.
pub(crate) fn tagged(line: &str) -> Option<(&str, &str)> {
    let bytes = line.as_bytes();
    let name = bytes.get(..2)?;
    let shaped =
        name[0].is_ascii_uppercase() && (name[1].is_ascii_uppercase() || name[1].is_ascii_digit());
    if !shaped || bytes.get(2).is_some_and(|b| *b != b' ') {
        return None;
    }
    Some((&line[..2], super::fold::trim(&line[2..])))
}

/// Typed fields; the number is the rank, lowest first.
///
/// A cell of the tab-delimited form (`joined`) holds all names of a record; a tagged line holds one.
pub(crate) fn fields<'t>(tags: &'t Tags, joined: bool, draft: &mut Draft<'t>) {
    let has = |name| tags.iter().any(|tag| tag.name == name);
    let persons = has("AU");
    let full_only = !persons && has("AF");
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        match tag.name {
            "PT" => draft.offer(Field::Kind, 1, value, line),
            "DT" => draft.offer(Field::Kind, 0, value, line),
            "TI" => draft.offer(Field::Title, 0, value, line),
            "FT" => draft.offer(Field::Title, 1, value, line),
            "AU" | "CA" | "AF" if joined && (tag.name != "AF" || full_only) => {
                for name in value.split(';') {
                    draft.author(name, line);
                }
            }
            "AU" | "CA" => draft.author(value, line),
            "AF" if full_only => draft.author(value, line),
            "SO" => draft.offer(Field::Journal, 0, value, line),
            "JI" => draft.offer(Field::Journal, 1, value, line),
            "J9" => draft.offer(Field::Journal, 2, value, line),
            "PY" => draft.offer_year(0, value, line),
            "EY" => draft.offer_year(1, value, line),
            "PD" => draft.offer_year(2, value, line),
            "VL" => draft.offer(Field::Volume, 0, value, line),
            "IS" => draft.offer(Field::Issue, 0, value, line),
            "BP" => draft.start_page(0, value, line),
            "EP" => draft.end_page(0, value, line),
            "AR" => draft.start_page(2, value, line),
            "PS" | "PG" if value.contains('-') || tag.name == "PS" => {
                draft.start_page(1, value, line);
            }
            "AB" => draft.offer(Field::Abstract, 0, value, line),
            "DI" => draft.offer_doi(0, value, line),
            "D2" => draft.offer_doi(1, value, line),
            "PM" => draft.offer_pmid(0, value, line),
            "SN" => draft.offer(Field::Issn, 0, value, line),
            "EI" => draft.offer(Field::Issn, 1, value, line),
            "BN" => draft.offer(Field::Isbn, 0, value, line),
            "DE" | "ID" => draft.keywords_by(value, &[';'], line),
            "LA" => draft.offer(Field::Language, 0, value, line),
            "UR" | "DL" => draft.offer(Field::Url, 0, value, line),
            "UT" => {
                if value.starts_with("MEDLINE:") {
                    draft.offer_pmid(1, value, line);
                }
                draft.accession = Some(value);
            }
            "AN" => draft.accession = draft.accession.or(Some(value)),
            _ => {}
        }
    }
}
