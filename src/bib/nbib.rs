//! MEDLINE tagged text (`.nbib`): a tag padded to four, `- `, value; six blanks continue a value; a blank line parts records.
//!
//! Source: NLM, MEDLINE/PubMed Data Element Descriptions (2024). Books add BTI, CTI; ERIC writes the same form without PMIDs.

use super::fields::{Draft, Field};
use super::line_ends::TaggedLines;
use super::reading::Reading;
use super::tags::Tags;

/// Reads all records of `text`.
pub(crate) fn read(text: &str, out: &mut Reading) {
    let mut tags = Tags::new();
    let mut state = State::default();
    for (number, line) in TaggedLines::of(text, out) {
        if let Some((name, value)) = tagged(line) {
            match state.begins(name, &tags) {
                Begins::Not => {}
                Begins::Here => {
                    if !state.blank {
                        out.warn(
                            "bib::no-gap",
                            format!("{name} starts a new record without a blank line before it"),
                            (number, 1),
                        );
                    }
                    flush(&mut tags, &mut state, out);
                }
                Begins::AtGap => state.part(&mut tags, out),
            }
            state.pass_gap(&tags, number);
            if tags.is_empty() {
                tags = out.room();
                state.first = number;
            }
            state.pmid |= name == "PMID";
            state.last = number;
            if value.is_empty() && matches!(name, "FAU" | "AU") {
                out.note(
                    "bib::empty-author",
                    format!("{name} without a name; no author"),
                    (number, 1),
                );
            }
            tags.push_within(line, name, value, number);
        } else if super::fold::trim(line).is_empty() {
            state.blank = !tags.is_empty();
        } else if tags.is_empty() {
            out.note(
                "bib::outside",
                "text before the first record was passed over",
                (number, 1),
            );
        } else {
            if !line.starts_with(' ') {
                out.warn(
                    "bib::odd-continuation",
                    "a line without a tag and without indent; read as going on with the value before",
                    (number, 1),
                );
            }
            state.pass_gap(&tags, number);
            state.last = number;
            tags.continue_last(super::fold::trim(line));
        }
    }
    flush(&mut tags, &mut state, out);
}

#[derive(Default)]
struct State {
    first: u32,
    last: u32,
    /// A blank line stood just before.
    blank: bool,
    pmid: bool,
    /// The last blank line within the record: how many tags stood before it, where these end, and where the next begins.
    gap: Option<(usize, u32, u32)>,
}

/// Where a tag says that a record begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begins {
    Not,
    Here,
    /// At the blank line before it: what stands between is of the new record too.
    AtGap,
}

impl State {
    /// Whether a tag begins a new record: a PMID after a blank line, a second PMID, or a tag that a record has once and that was met
    /// before the last blank line.
    ///
    /// A blank line can stand inside an abstract: the tags behind it are new to the record.
    fn begins(&self, name: &str, tags: &Tags) -> Begins {
        if tags.is_empty() {
            return Begins::Not;
        }
        let again = || ONCE.contains(&name) && tags.has(name);
        if self.blank {
            return if name == "PMID" || again() {
                Begins::Here
            } else {
                Begins::Not
            };
        }
        if self.gap.is_some_and(|(before, ..)| {
            let met = |place: usize| tags.get(place).is_some_and(|tag| tag.name == name);
            ONCE.contains(&name) && (0..before).any(met) && !(before..tags.len()).any(met)
        }) {
            return Begins::AtGap;
        }
        if name == "PMID" && self.pmid {
            Begins::Here
        } else {
            Begins::Not
        }
    }

    /// Remembers the blank line that stands before a tag which goes on with the record.
    fn pass_gap(&mut self, tags: &Tags, number: u32) {
        if std::mem::take(&mut self.blank) && !tags.is_empty() {
            self.gap = Some((tags.len(), self.last, number));
        }
    }

    /// Keeps what stands before the last blank line as a record, and goes on with what stands behind it.
    fn part(&mut self, tags: &mut Tags, out: &mut Reading) {
        let Some((before, last, first)) = self.gap.take() else {
            return;
        };
        let behind = tags.split_off(before);
        out.keep(std::mem::replace(tags, behind), self.first, last);
        self.first = first;
        self.pmid = tags.has("PMID");
    }
}

/// Tags that a record has once.
const ONCE: [&str; 16] = [
    "PMID", "PMC", "OWN", "STAT", "TI", "BTI", "AB", "DP", "JT", "TA", "VI", "IP", "PG", "SO",
    "JID", "LR",
];

fn flush(tags: &mut Tags, state: &mut State, out: &mut Reading) {
    if !tags.is_empty() {
        if let Some((_, _, next)) = state.gap {
            out.warn(
                "bib::gap",
                format!(
                    "a blank line stands inside the record that starts on line {}; read as one record",
                    state.first
                ),
                (next - 1, 1),
            );
        }
        out.keep(std::mem::take(tags), state.first, state.last);
    }
    *state = State::default();
}

/// Splits `TI  - value`.
#[inline]
pub(crate) fn tagged(line: &str) -> Option<(&str, &str)> {
    let bytes = line.as_bytes();
    if !bytes.first()?.is_ascii_uppercase() {
        return None;
    }
    if bytes.get(4) != Some(&b'-') || bytes.get(5).is_some_and(|b| *b != b' ') {
        return loose(line);
    }
    let blanks = bytes[..4].iter().rev().take_while(|b| **b == b' ').count();
    let name = &bytes[..4 - blanks];
    let shaped = name.len() > 1
        && name
            .iter()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    shaped.then(|| {
        (
            &line[..name.len()],
            super::fold::trim(line.get(6..).unwrap_or_default()),
        )
    })
}

/// `TI-`, `PMC -123`: only tags that no other format has are taken so, and only where prose cannot stand.
fn loose(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('-')?;
    let name = name.trim_end_matches(' ');
    let known = OWN.contains(&name) || matches!(name, "TI" | "AB" | "AU");
    let parted = value.is_empty()
        || value.starts_with([' ', '\t'])
        || value.bytes().all(|b| b.is_ascii_digit());
    (known && parted).then(|| (name, super::fold::trim(value)))
}

/// Whether the line carries a tag that only this format has.
pub(crate) fn is_own(line: &str) -> bool {
    tagged(line).is_some_and(|(name, _)| OWN.contains(&name))
}

/// Tags that RIS and Ovid do not have.
const OWN: [&str; 24] = [
    "PMID", "PMC", "OWN", "STAT", "FAU", "FED", "BTI", "CTI", "JT", "PHST", "AUID", "CRDT", "EDAT",
    "MHDA", "DEP", "DCOM", "CDAT", "PMCR", "OTO", "OWNR", "NLM", "PST", "LID", "AID",
];

/// Typed fields; the number is the rank, lowest first.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    let full_names = tags
        .iter()
        .any(|tag| tag.name == "FAU" && !tag.value.trim().is_empty());
    let persons = full_names || tags.has("AU");
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        match tag.name.as_bytes() {
            b"PMID" => draft.offer_own_pmid(0, value, line),
            b"TI" => draft.offer(Field::Title, 0, value, line),
            b"BTI" => {
                draft.offer(Field::Title, 1, value, line);
                draft.offer(Field::Journal, 3, value, line);
            }
            b"TT" => draft.offer(Field::Title, 2, value, line),
            b"CTI" => draft.offer(Field::Title, 3, value, line),
            b"FAU" => draft.author(value, line),
            // A group beside persons is no further author; alone it is the author.
            b"CN" if !persons => draft.author(value, line),
            b"AU" if !full_names => draft.author(value, line),
            b"JT" => draft.offer(Field::Journal, 0, value, line),
            b"TA" => draft.offer(Field::Journal, 1, value, line),
            b"DP" => draft.offer_year(0, value, line),
            b"CDAT" => draft.offer_year(1, value, line),
            b"DEP" => draft.offer_year(2, value, line),
            b"VI" => draft.offer(Field::Volume, 0, value, line),
            b"IP" => draft.offer(Field::Issue, 0, value, line),
            b"PG" => draft.offer(Field::Pages, 0, value, line),
            b"AB" => draft.offer(Field::Abstract, 0, value, line),
            b"OAB" => draft.offer(Field::Abstract, 1, value, line),
            b"LID" | b"AID" if value.contains("[doi]") => draft.offer_doi(0, value, line),
            b"LID" | b"AID" => {
                draft.offer_doi(2, value, line);
                if value.starts_with("http") {
                    draft.offer(Field::Url, 0, value, line);
                }
            }
            b"SO" => {
                if let Some(at) = value.find("doi:") {
                    draft.offer_doi(1, &value[at..], line);
                }
            }
            b"IS" => draft.offer_serial(0, first_word(value), line),
            b"ISBN" => draft.offer(Field::Isbn, 0, first_word(value), line),
            b"PT" => draft.offer(Field::Kind, 0, value, line),
            b"MH" | b"OT" => draft.keyword(value, line),
            b"LA" => draft.offer(Field::Language, 0, value, line),
            b"SI" => {
                if let Some(id) = super::trial_id::find(value) {
                    draft.offer(Field::TrialId, 0, id, line);
                }
            }
            _ => {}
        }
    }
}

/// `1234-5678 (Electronic)` without the remark.
fn first_word(value: &str) -> &str {
    value.split(' ').next().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::tagged;
    use crate::bib::read;

    /// Lines of each record.
    fn records(text: &str) -> Vec<(u32, u32)> {
        let import = read("a.nbib", text.as_bytes());
        let sources = import.records.iter().map(|record| &record.source);
        sources
            .map(|source| (source.line, source.end_line))
            .collect()
    }

    #[test]
    fn a_blank_line_inside_an_abstract_parts_no_record() {
        let text = "PMID- 1\nOWN - NLM\nTI  - One\nAB  - First.\n\n      Second.\n\nFAU - Smith, Jane\nAU  - Smith J\nDP  - 2020\n\nPMID- 2\nOWN - NLM\nTI  - Two\n";
        assert_eq!(records(text), [(1, 10), (12, 14)]);
        let import = read("a.nbib", text.as_bytes());
        assert_eq!(
            import.records[0].abstract_text.as_deref(),
            Some("First. Second.")
        );
        assert_eq!(import.records[0].authors, ["Smith, Jane"]);
        let said: Vec<String> = import.problems.iter().map(ToString::to_string).collect();
        assert!(
            said.iter()
                .any(|said| said.contains("bib::gap") && said.contains(":7:")),
            "{said:?}"
        );
    }

    #[test]
    fn records_without_a_number_are_parted_at_the_blank_line_before_what_comes_twice() {
        let text =
            "FAU - A, B\nTI  - One\n\nFAU - C, D\nFAU - E, F\nTI  - Two\n\nTI  - Three\nAU  - G\n";
        assert_eq!(records(text), [(1, 2), (4, 6), (8, 9)]);
        let pmc =
            "PMC - PMC1\nTI  - One\n\nPMC - PMC2\nPMID- 2\nTI  - Two\n\nPMC - PMC3\nTI  - Three\n";
        assert_eq!(records(pmc), [(1, 2), (4, 6), (8, 9)]);
    }

    #[test]
    fn a_blank_line_among_the_authors_parts_no_record() {
        let text = "PMID- 1\nTI  - One\nFAU - A, B\n\nFAU - C, D\nDP  - 2020\n";
        assert_eq!(records(text), [(1, 6)]);
    }

    #[test]
    fn tags_fill_four_columns() {
        assert_eq!(tagged("PMID- 12"), Some(("PMID", "12")));
        assert_eq!(tagged("TI  - A title"), Some(("TI", "A title")));
        assert_eq!(tagged("AB  -"), Some(("AB", "")));
        assert_eq!(tagged("      continued"), None);
        assert_eq!(tagged("WELL-known fact"), None);
        assert_eq!(tagged("é"), None);
    }
}
