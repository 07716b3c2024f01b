//! NoteExpress text: `{Tag}: value`, as CNKI, Wanfang and CQVIP write it; `{Reference Type}` begins a record.

use super::fields::{Draft, Field};
use super::lines::Lines;
use super::reading::Reading;
use super::tags::Tags;

/// Reads all records of `text`.
pub(crate) fn read(text: &str, out: &mut Reading) {
    let mut tags = Tags::new();
    let (mut first, mut last) = (0, 0);
    for (number, line) in Lines::of(text) {
        if let Some((name, value)) = tagged(line) {
            if name == "Reference Type" && !tags.is_empty() {
                out.keep(std::mem::take(&mut tags), first, last);
            }
            if tags.is_empty() {
                first = number;
            }
            tags.push(name, value, number);
            last = number;
        } else if !super::fold::trim(line).is_empty() && !tags.is_empty() {
            tags.continue_last(super::fold::trim(line));
            last = number;
        }
    }
    if !tags.is_empty() {
        out.keep(tags, first, last);
    }
}

/// `{Reference Type}: …`.
pub(crate) fn is_start(line: &str) -> bool {
    tagged(line).is_some_and(|(name, _)| name == "Reference Type")
}

/// Splits `{Title}: value`; the colon can be full-width.
fn tagged(line: &str) -> Option<(&str, &str)> {
    let rest = line
        .trim_start_matches([' ', '\u{feff}'])
        .strip_prefix('{')?;
    let (name, rest) = rest.split_once('}')?;
    let value = rest.trim_start().strip_prefix([':', '：'])?;
    (name.len() <= 40).then(|| (name.trim(), super::fold::trim(value)))
}

/// Typed fields; the number is the rank, lowest first.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        match tag.name {
            "Reference Type" => draft.offer(Field::Kind, 0, value, line),
            "Title" => draft.offer(Field::Title, 0, value, line),
            "Translated Title" => draft.offer(Field::Title, 1, value, line),
            "Author" => {
                for name in value.split([';', '；', '\n']) {
                    draft.author(name, line);
                }
            }
            "Journal" => draft.offer(Field::Journal, 0, value, line),
            "Secondary Title" | "Publication Title" | "Conference Name" | "Tertiary Title" => {
                draft.offer(Field::Journal, 1, value, line);
            }
            "Year" => draft.offer_year(0, value, line),
            "Date" | "Publish Date" => draft.offer_year(1, value, line),
            "Volume" => draft.offer(Field::Volume, 0, value, line),
            "Issue" => draft.offer(Field::Issue, 0, value, line),
            "Pages" => draft.offer(Field::Pages, 0, value, line),
            "Keywords" => draft.keywords_by(value, &[';', '；', '\n'], line),
            "Abstract" => draft.offer(Field::Abstract, 0, value, line),
            "Translated Abstract" => draft.offer(Field::Abstract, 1, value, line),
            "ISBN/ISSN" | "ISSN" | "ISBN" => draft.offer_serial(0, value, line),
            "DOI" => draft.offer_doi(0, value, line),
            "URL" => draft.offer(Field::Url, 0, value, line),
            "Language" => draft.offer(Field::Language, 0, value, line),
            "Database Provider" => draft.offer(Field::Database, 0, value, line),
            "Database" => draft.offer(Field::Database, 1, value, line),
            _ => {}
        }
    }
}
