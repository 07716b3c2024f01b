//! RefWorks tagged text: two letters, blank, value; `RT` begins a record.
//!
//! Source: RefWorks Tagged Format (ProQuest, 2015). CNKI writes it with all authors in one `A1` and some tags in lower case.

use super::fields::{Draft, Field};
use super::line_ends::TaggedLines;
use super::reading::Reading;
use super::tags::Tags;

/// Reads all records of `text`.
pub(crate) fn read(text: &str, out: &mut Reading) {
    let mut tags = Tags::new();
    let (mut first, mut last) = (0, 0);
    for (number, line) in TaggedLines::of(text, out) {
        if let Some((name, value)) = tagged(line) {
            if name == "RT" && !tags.is_empty() {
                out.keep(std::mem::take(&mut tags), first, last);
            }
            if tags.is_empty() && name != "RT" {
                out.note(
                    "bib::outside",
                    "a tagged line before the first RT was passed over",
                    (number, 1),
                );
                continue;
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

/// Splits `T1 value`. A blank may stand before; only known tags count, so that prose is left alone.
pub(crate) fn tagged(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix(' ').unwrap_or(line);
    let long = ["PMCID", "PMID"].iter().find(|tag| {
        let behind = line.strip_prefix(**tag);
        behind.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    });
    let (name, rest) = line.split_at_checked(long.map_or(2, |tag| tag.len()))?;
    let known = TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(name));
    let number = !rest.trim().is_empty() && rest.trim().bytes().all(|b| b.is_ascii_digit());
    // CNKI writes `vo 24`.
    let capitals = !name.bytes().any(|b| b.is_ascii_lowercase())
        || rest.trim().is_empty()
        || (name == "vo" && number);
    // CNKI has left out the blank before a Han name.
    let parted = rest
        .chars()
        .next()
        .is_none_or(|c| matches!(c, ' ' | '\t') || !c.is_ascii());
    (known && capitals && parted).then(|| (name, super::fold::trim(rest)))
}

/// Tags of the format.
const TAGS: [&str; 63] = [
    "RT", "SR", "ID", "A1", "T1", "JF", "JO", "YR", "FD", "VO", "IS", "SP", "OP", "K1", "AB", "NO",
    "A2", "T2", "ED", "PB", "PP", "A3", "A4", "A5", "T3", "SN", "AV", "AD", "AN", "LA", "CL", "SF",
    "OT", "LK", "DO", "CN", "DB", "DS", "IP", "RD", "ST", "U1", "U2", "U3", "U4", "U5", "U6", "U7",
    "U8", "U9", "UL", "SL", "LL", "CR", "WT", "A6", "WV", "WP", "OL", "PMID", "PMCID", "JA", "UR",
];

/// Typed fields; the number is the rank, lowest first.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        match tag.name.to_ascii_uppercase().as_str() {
            "RT" => draft.offer(Field::Kind, 0, value, line),
            "T1" => draft.offer(Field::Title, 0, value, line),
            "A1" => authors(value, line, draft),
            "JF" => draft.offer(Field::Journal, 0, value, line),
            "JO" => draft.offer(Field::Journal, 1, value, line),
            "T2" => draft.offer(Field::Journal, 2, value, line),
            "YR" => draft.offer_year(0, value, line),
            "FD" => draft.offer_year(1, value, line),
            "VO" => draft.offer(Field::Volume, 0, value, line),
            "IS" => draft.offer(Field::Issue, 0, value, line),
            "SP" => draft.start_page(0, value, line),
            "OP" => draft.end_page(0, value, line),
            "AB" => draft.offer(Field::Abstract, 0, value, line),
            "K1" => draft.keywords_by(value, &[';', '；', '\n'], line),
            "SN" => draft.offer_serial(0, value, line),
            "DO" => draft.offer_doi(0, value, line),
            "PMID" => draft.offer_pmid(0, value, line),
            "LA" => draft.offer(Field::Language, 0, value, line),
            "LK" => draft.offer(Field::Url, 0, value, line),
            "UL" | "UR" => draft.offer(Field::Url, 1, value, line),
            "DS" => draft.offer(Field::Database, 0, value, line),
            "DB" => draft.offer(Field::Database, 1, value, line),
            "AN" if !value.is_empty() => draft.accession = Some(value),
            _ => {}
        }
    }
}

fn authors(value: &str, line: u32, draft: &mut Draft) {
    if value.contains('&') {
        draft.author(value, line);
        return;
    }
    for name in value.split([';', '；']) {
        draft.author(name, line);
    }
}

#[cfg(test)]
mod tests {
    use crate::bib::read;

    #[test]
    fn numbers_of_pubmed_and_addresses_are_read() {
        let text = "RT Journal Article\nA1 Smith, J.\nT1 A title\nYR 2020\nPMID 31000001\nPMCID PMC7000001\nUR https://example.org/1\nPM is no tag here\n";
        let import = read("a.txt", text.as_bytes());
        let record = &import.records[0];
        assert_eq!(record.pmid.as_deref(), Some("31000001"));
        assert_eq!(record.tags.first("PMCID"), Some("PMC7000001"));
        assert!(
            record
                .url
                .as_deref()
                .is_some_and(|url| url.starts_with("https://example.org/1"))
        );
    }
}
