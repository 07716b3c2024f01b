//! CNKI's key and value lines: `Title-题名: value`; the Latin half is the key, the first key of the file begins each record.

use super::fields::{Draft, Field};
use super::lines::Lines;
use super::reading::Reading;
use super::tags::Tags;

/// Keys that stand first in the layouts CNKI has.
const STARTS: [&str; 2] = ["DataType", "SrcDatabase"];

/// Reads all records of `text`.
pub(crate) fn read(text: &str, out: &mut Reading) {
    let mut tags = Tags::new();
    let (mut first, mut last) = (0, 0);
    let mut start: Option<String> = None;
    for (number, line) in Lines::of(text) {
        if let Some((name, value)) = tagged(line) {
            let key = latin(name);
            let start = start.get_or_insert_with(|| key.to_owned());
            if key == start && !tags.is_empty() {
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

/// Whether a line is one that only this format has.
pub(crate) fn is_mark(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}');
    let key = latin(line.split(':').next().unwrap_or_default());
    (STARTS.contains(&key) || key == "Title")
        && tagged(line).is_some_and(|(name, _)| key == "DataType" || !name.is_ascii())
}

/// Splits `Title-题名: value`; keys are known, so that prose with a colon is left alone.
fn tagged(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start_matches('\u{feff}');
    let (name, value) = line.split_once([':', '：'])?;
    KEYS.contains(&latin(name))
        .then(|| (name.trim(), super::fold::trim(value)))
}

fn latin(name: &str) -> &str {
    name.split('-').next().unwrap_or(name).trim()
}

/// Keys of the layouts CNKI has.
const KEYS: [&str; 27] = [
    "DataType",
    "SrcDatabase",
    "Title",
    "Author",
    "FirstDuty",
    "Source",
    "Year",
    "PubTime",
    "Keyword",
    "Summary",
    "Period",
    "Roll",
    "PageCount",
    "Page",
    "Organ",
    "Link",
    "Fund",
    "CLC",
    "DOI",
    "ISSN",
    "URL",
    "Institute",
    "Tutor",
    "Degree",
    "Volume",
    "Teacher",
    "Abstract",
];

/// Typed fields; the number is the rank, lowest first.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        match latin(tag.name) {
            "Title" => draft.offer(Field::Title, 0, value, line),
            "Author" => {
                for name in value.split([';', '；', '\n']) {
                    draft.author(name, line);
                }
            }
            "Source" => draft.offer(Field::Journal, 0, value, line),
            "Year" => draft.offer_year(0, value, line),
            "PubTime" => draft.offer_year(1, value, line),
            "Roll" | "Volume" => draft.offer(Field::Volume, 0, value, line),
            "Period" => draft.offer(Field::Issue, 0, value, line),
            "Page" => draft.offer(Field::Pages, 0, value, line),
            "Keyword" => draft.keywords_by(value, &[';', '；', '\n'], line),
            "Summary" | "Abstract" => {
                let value = value.strip_prefix("<正>").unwrap_or(value);
                draft.offer(Field::Abstract, 0, value, line);
            }
            "Link" | "URL" => draft.offer(Field::Url, 0, value, line),
            "DOI" => draft.offer_doi(0, value, line),
            "ISSN" => draft.offer(Field::Issn, 0, value, line),
            "SrcDatabase" => draft.offer(Field::Kind, 0, value, line),
            _ => {}
        }
    }
}
