//! RIS: lines of tag, blanks, dash, value; a record runs from `TY` to `ER`.
//!
//! Source: RIS Format Specifications (Research Information Systems, 2001 and 2011), widened to what platforms write: see the
//! comments at each rule.

use super::fields::{Draft, Field};
use super::lines::Lines;
use super::names;
use super::reading::Reading;
use super::ris_between::Between;
use super::tags::Tags;

/// A line that carries a tag.
struct Tagged<'a> {
    name: &'a str,
    value: &'a str,
    /// Whether the line strays from `TAG  - value` in a way that deserves a word.
    odd: bool,
}

/// Reads all records of `text`.
pub(crate) fn read(text: &str, out: &mut Reading) {
    let mut open: Option<Open> = None;
    let mut outside = Outside::default();
    let mut last_line = 0;
    for (number, line) in Lines::of(text) {
        last_line = number;
        let Some(tagged) = tagged(line) else {
            if let Some(open) = &mut open {
                open.go_on(line, number);
            } else {
                outside.untagged(line, number, out);
            }
            continue;
        };
        match tagged.name.as_bytes() {
            b"TY" => {
                if let Some(open) = open.take() {
                    out.warn(
                        "bib::no-end",
                        format!(
                            "the record that starts on line {} has no ER; the TY here ends it",
                            open.line
                        ),
                        (number, 1),
                    );
                    open.close(out);
                }
                outside.settle(out);
                open = Some(Open::new(number, out.room()));
            }
            b"ER" => {
                if let Some(mut open) = open.take() {
                    open.end = number;
                    open.close(out);
                } else {
                    outside.settle(out);
                }
                continue;
            }
            _ => {}
        }
        if tagged.odd {
            out.warn(
                "bib::odd-tag",
                format!(
                    "tag {} is not written `{}  - value`; read as if it were",
                    tagged.name, tagged.name
                ),
                (number, 1),
            );
        }
        match &mut open {
            Some(open) => open.tag(line, &tagged, number),
            None => outside.tag(&tagged, number),
        }
    }
    outside.settle(out);
    outside.between.close(out);
    if let Some(open) = open {
        out.warn(
            "bib::no-end",
            format!(
                "the file ends inside the record that starts on line {}, without ER; kept, but it may be incomplete",
                open.line
            ),
            (last_line, 1),
        );
        open.close(out);
    }
}

/// A record being read.
struct Open {
    tags: Tags,
    line: u32,
    end: u32,
    keywords: bool,
}

impl Open {
    fn new(line: u32, tags: Tags) -> Self {
        Self {
            tags,
            line,
            end: line,
            keywords: false,
        }
    }

    fn tag(&mut self, line: &str, tagged: &Tagged, number: u32) {
        self.keywords = tagged.name.as_bytes() == b"KW";
        self.tags
            .push_within(line, tagged.name, tagged.value, number);
        self.end = number;
    }

    /// A line without a tag belongs to the value before; EndNote lists keywords so, one a line.
    fn go_on(&mut self, line: &str, number: u32) {
        let line = super::fold::trim(line);
        if line.is_empty() {
            return;
        }
        if self.keywords {
            self.tags.push("KW", line, number);
        } else {
            self.tags.continue_last(line);
        }
        self.end = number;
    }

    fn close(self, out: &mut Reading) {
        out.keep(self.tags, self.line, self.end);
    }
}

/// Lines outside TY..ER: marks of a platform, or a record that lost its TY.
#[derive(Default)]
struct Outside {
    tags: Tags,
    has_title: bool,
    has_other: bool,
    between: Between,
}

impl Outside {
    fn tag(&mut self, tagged: &Tagged, number: u32) {
        self.has_title |= matches!(tagged.name, "TI" | "T1" | "CT" | "BT");
        self.has_other |= matches!(
            tagged.name,
            "AU" | "A1" | "PY" | "Y1" | "JF" | "JO" | "T2" | "AB" | "N2" | "DO"
        );
        self.tags.push(tagged.name, tagged.value, number);
    }

    fn untagged(&mut self, line: &str, number: u32, out: &mut Reading) {
        let line = super::fold::trim(line);
        if self.has_title && !line.is_empty() {
            self.tags.continue_last(line);
        } else {
            self.between.line(line, number, out);
        }
    }

    /// Keeps what is a record but for its TY; mentions what is not.
    fn settle(&mut self, out: &mut Reading) {
        self.between.end_paragraph(out);
        self.between.end_run(out);
        if self.tags.is_empty() {
            return;
        }
        let tags = std::mem::take(&mut self.tags);
        let whole = self.has_title || (self.has_other && tags.len() > 3);
        (self.has_title, self.has_other) = (false, false);
        let first = tags.get(0).map_or(1, |tag| tag.line);
        let last = tags.last().map_or(1, |tag| tag.line);
        if whole {
            out.warn(
                "bib::no-type",
                "RIS tags without TY before them; kept as one record of unknown type",
                (first, 1),
            );
            out.keep(tags, first, last);
        } else {
            let title = format!(
                "{} tagged line(s) outside any record were passed over",
                tags.len()
            );
            out.note("bib::outside", title, (first, 1));
        }
    }
}

/// Whether the text has RIS records.
pub(crate) fn is_ris(text: &str) -> bool {
    Lines::of(text).take(200).any(|(_, line)| is_start(line))
}

/// Whether the line begins a record.
pub(crate) fn is_start(line: &str) -> bool {
    tagged(line).is_some_and(|tagged| tagged.name == "TY")
}

/// Whether the line carries a tag of the specification.
pub(crate) fn is_tagged(line: &str) -> bool {
    tagged(line).is_some_and(|tagged| KNOWN.binary_search(&tagged.name).is_ok())
}

/// Splits `TAG  - value`.
///
/// Platforms write one blank or two before the dash, none, one or two after it, and up to two before the tag. `PsycNET` has tags
/// of whole words. `TAG- value` is taken only for tags of the specification, so that prose is left alone.
#[inline]
fn tagged(line: &str) -> Option<Tagged<'_>> {
    let bytes = line.as_bytes();
    if let [a, b, b' ', b' ', b'-', rest @ ..] = bytes
        && a.is_ascii_uppercase()
        && (b.is_ascii_uppercase() || b.is_ascii_digit())
    {
        let value = line.get(6..).filter(|_| rest[0] == b' ');
        return Some(Tagged {
            name: &line[..2],
            value: super::fold::trim(value.unwrap_or(&line[5..])),
            // An empty value is legal everywhere; `TI  -Word` without a blank is not.
            odd: rest
                .first()
                .is_some_and(|b| !matches!(b, b' ' | b'\t' | b'\r')),
        });
    }
    uncommon(line)
}

fn uncommon(line: &str) -> Option<Tagged<'_>> {
    let indent = line.bytes().take_while(|b| *b == b' ').count();
    if indent > 2 {
        return None;
    }
    let body = &line[indent..];
    let bytes = body.as_bytes();
    if !bytes.first()?.is_ascii_uppercase() {
        return None;
    }
    let name = bytes
        .iter()
        .take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b'_')
        .count();
    let blanks = bytes[name..].iter().take_while(|b| **b == b' ').count();
    if !(2..=24).contains(&name) || bytes.get(name + blanks) != Some(&b'-') {
        return pasted(body, name);
    }
    let after = &bytes[name + blanks + 1..];
    let spaced = after.first().is_none_or(|b| *b == b' ');
    let known = KNOWN.binary_search(&&body[..name]).is_ok();
    let taken = match (name, blanks) {
        (2, 2) => true,
        (2, 0) => known && (spaced || after.iter().all(u8::is_ascii_digit)),
        (2, 1 | 3) | (_, 2) => spaced,
        _ => false,
    };
    taken.then(|| Tagged {
        name: &body[..name],
        value: super::fold::trim(&body[name + blanks + 1..]),
        odd: name == 2 && (blanks != 2 || !spaced),
    })
}

/// A tag whose blanks or dash became others on the way through a web page or an editor: tabs, no-break spaces, en dashes.
fn pasted(body: &str, name: usize) -> Option<Tagged<'_>> {
    if name != 2 || KNOWN.binary_search(&&body[..name]).is_err() {
        return None;
    }
    let rest = body[name..].trim_start_matches([' ', '\t', '\u{a0}']);
    let blanks = body.len() - name - rest.len();
    let value = rest.strip_prefix([
        '-', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}',
    ])?;
    let parted = value.is_empty() || value.starts_with([' ', '\t', '\u{a0}']);
    ((1..=6).contains(&blanks) && parted).then(|| Tagged {
        name: &body[..name],
        value: super::fold::trim(value),
        odd: true,
    })
}

/// Tags of the specification, sorted.
const KNOWN: [&str; 58] = [
    "A1", "A2", "A3", "A4", "AB", "AD", "AN", "AU", "AV", "BT", "C1", "C2", "C3", "C4", "C5", "C6",
    "C7", "C8", "CA", "CN", "CP", "CT", "CY", "DA", "DB", "DO", "DP", "ED", "EP", "ER", "ET", "ID",
    "IS", "J1", "J2", "JA", "JF", "JO", "KW", "L1", "L2", "L3", "L4", "LA", "LB", "LK", "M1", "M2",
    "M3", "N1", "N2", "PB", "PY", "SN", "SP", "T1", "TI", "TY",
];

/// Typed fields; the number is the rank, lowest first.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    let mut names = 0;
    let mut only = None;
    let mut platform = Platform::default();
    let mut numbers = 0;
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        match tag.name.as_bytes() {
            b"TY" => draft.offer(Field::Kind, 0, value, line),
            b"TI" => draft.offer(Field::Title, 0, value, line),
            b"T1" => draft.offer(Field::Title, 1, value, line),
            b"CT" => draft.offer(Field::Title, 2, value, line),
            b"BT" => draft.offer(Field::Title, 3, value, line),
            b"AU" | b"A1" => {
                names += 1;
                only = Some(tag);
                draft.author(value, line);
            }
            b"JF" => draft.offer(Field::Journal, 0, value, line),
            b"T2" => draft.offer(Field::Journal, 1, value, line),
            b"JO" => draft.offer(Field::Journal, 2, value, line),
            b"JA" => draft.offer(Field::Journal, 3, value, line),
            b"J2" => draft.offer(Field::Journal, 4, value, line),
            b"J1" => draft.offer(Field::Journal, 5, value, line),
            b"PY" => draft.offer_year(0, value, line),
            b"Y1" => draft.offer_year(1, value, line),
            b"DA" => draft.offer_year(2, value, line),
            b"VL" => draft.offer(Field::Volume, 0, value, line),
            b"IS" => draft.offer(Field::Issue, 0, value, line),
            b"CP" => draft.offer(Field::Issue, 1, value, line),
            b"SP" => draft.start_page(0, value, line),
            b"EP" => draft.end_page(0, value, line),
            b"C7" => draft.start_page(1, value, line),
            b"AB" | b"N2" => draft.offer_abstract(0, value, line),
            b"DO" | b"DI" => draft.offer_doi(0, value, line),
            b"L3" => draft.offer_doi(1, value, line),
            b"L2" | b"UR" => {
                platform.look(value);
                if let Some(pmid) = pubmed_address(value) {
                    draft.offer_pmid(4, pmid, line);
                }
                if super::doi::is_link(value) {
                    draft.offer_doi(2, value, line);
                }
                if tag.name == "UR" {
                    draft.offer(Field::Url, 0, unglued(value), line);
                } else {
                    draft.offer(Field::Url, 2, value, line);
                }
            }
            b"LK" => draft.offer(Field::Url, 1, value, line),
            b"M3" if value.starts_with("10.") => draft.offer_doi(3, value, line),
            b"C5" | b"C2" if is_pmid(value) => {
                draft.offer_pmid(u8::from(tag.name == "C2"), value, line);
            }
            b"C3" => trial_and_pubmed(value, line, draft),
            b"N1" => {
                if let Some(rest) = value.strip_prefix("PMID:") {
                    draft.offer_pmid(2, rest, line);
                }
            }
            b"KW" if memchr::memchr2(b';', b'\n', value.as_bytes()).is_none() => {
                draft.keyword(value, line);
            }
            b"KW" => draft.keywords_by(value, &[';', '\n'], line),
            b"SN" => draft.offer_serial(0, value, line),
            b"LA" => draft.offer(Field::Language, 0, value, line),
            b"DB" => {
                platform.medline |= value.contains("MEDLINE") || value.contains("Medline");
                platform.pubmed |= value.eq_ignore_ascii_case("pubmed");
                draft.offer(Field::Database, 0, value, line);
            }
            b"DP" => draft.offer(Field::Database, 1, value, line),
            b"AN" => {
                numbers += 1;
                accession(value, line, draft);
            }
            b"ID" => numbers += 1,
            b"U2" => draft.accession = draft.accession.or(Some(value)),
            b"C1" if value.starts_with("review:{") => {
                draft.corrections = Some(&value["review:".len()..]);
            }
            b"C8" => draft.offer(Field::TrialId, 0, value, line),
            _ => {}
        }
    }
    if numbers > 0 {
        late(tags, draft, &platform);
    }
    trial_as_author(tags, draft);
    if names == 1
        && let Some(tag) = only
        && tag.value.contains(';')
        && let Some(split) = names::split_joined(tag.value)
    {
        draft.authors.clear();
        for name in split {
            draft.author(name, tag.line);
        }
    }
}

/// What the marks of a platform make of tags that several use in different ways.
fn late<'t>(tags: &'t Tags, draft: &mut Draft<'t>, platform: &Platform) {
    for tag in tags.iter().filter(|tag| tag.name == "AN") {
        if platform.pubmed && is_pmid(tag.value) {
            draft.offer_pmid(3, tag.value, tag.line);
        }
    }
    for tag in tags.iter().filter(|tag| tag.name == "ID") {
        if tag.value.starts_with(super::identity::MARK) {
            draft.own_id = Some(tag.value);
        } else if platform.ovid {
            draft.accession = Some(tag.value);
        }
        if let Some(pmid) = tag.value.strip_prefix("MED/") {
            draft.offer_pmid(3, pmid, tag.line);
        }
        if platform.medline && is_pmid(tag.value) {
            draft.offer_pmid(3, tag.value, tag.line);
        }
    }
}

/// CENTRAL names the registration of a trial as its only author.
fn trial_as_author(tags: &Tags, draft: &mut Draft) {
    let [name] = draft.authors.as_slice() else {
        return;
    };
    let name = name.trim_end_matches(',');
    if draft.peek(Field::TrialId).is_some() || !super::trial_id::is_whole(name) {
        return;
    }
    let name = name.to_owned();
    let line = tags
        .iter()
        .find(|tag| matches!(tag.name, "A1" | "AU"))
        .map_or(0, |tag| tag.line);
    draft.offer_made(Field::TrialId, 0, name, line);
}

#[derive(Default)]
struct Platform {
    ovid: bool,
    medline: bool,
    /// EndNote names the database, and keeps its number under `AN`.
    pubmed: bool,
}

impl Platform {
    /// Ovid's links name the segment of the database: `D=med…`, `D=ppez`, `D=prem` are MEDLINE.
    fn look(&mut self, link: &str) {
        if !link.contains("ovid") {
            return;
        }
        self.ovid = true;
        self.medline |= link
            .split(['&', '?'])
            .filter_map(|part| part.strip_prefix("D="))
            .any(|segment| {
                ["med", "ppez", "prem", "pmnm", "mesz"]
                    .iter()
                    .any(|known| segment.starts_with(known))
            });
    }
}

fn is_pmid(value: &str) -> bool {
    (4..=9).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit())
}

/// The number in an address of PubMed: `https://pubmed.ncbi.nlm.nih.gov/31000001/`, `…/pubmed/31000001`.
fn pubmed_address(value: &str) -> Option<&str> {
    let (_, rest) = value
        .split_once("pubmed.ncbi.nlm.nih.gov/")
        .or_else(|| value.split_once("ncbi.nlm.nih.gov/pubmed/"))?;
    let end = rest.bytes().take_while(u8::is_ascii_digit).count();
    is_pmid(&rest[..end]).then(|| &rest[..end])
}

/// Rayyan can glue the next tag to an address with five blanks.
fn unglued(value: &str) -> &str {
    value.split("     ").next().unwrap_or(value)
}

/// Accession numbers; those of a screening tool name an upload, not a record.
fn accession<'t>(value: &'t str, line: u32, draft: &mut Draft<'t>) {
    if value.is_empty() || value == "NA" {
        return;
    }
    if let Some(rest) = value.strip_prefix("PMID:") {
        draft.offer(Field::Pmid, 2, rest, line);
    } else if !value.starts_with("rayyan-") {
        draft.accession = Some(value);
    }
}

/// CENTRAL lists other databases' numbers as `PUBMED 123,EMBASE 456,CTgov NCT…`.
fn trial_and_pubmed<'t>(value: &'t str, line: u32, draft: &mut Draft<'t>) {
    for part in value.split(',') {
        if let Some(rest) = part.trim().strip_prefix("PUBMED ") {
            draft.offer_pmid(2, rest, line);
        }
        if let Some(id) = super::trial_id::find(part) {
            draft.offer(Field::TrialId, 1, id, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_tags_are_sorted() {
        assert!(KNOWN.is_sorted());
    }

    #[test]
    fn tags_are_told_from_prose() {
        for (line, name, value) in [
            ("TY  - JOUR", "TY", "JOUR"),
            ("TY  -  JOUR", "TY", "JOUR"),
            ("TY - JOUR", "TY", "JOUR"),
            ("AU  -", "AU", ""),
            ("  TI  - x", "TI", "x"),
            ("TI  -x", "TI", "x"),
            ("PY-2024", "PY", "2024"),
            ("DESCRIPTORS  - a", "DESCRIPTORS", "a"),
            ("TI\t-\tx", "TI", "x"),
            ("AU\u{a0}\u{a0}- x", "AU", "x"),
            ("PY  \u{2013} 2024", "PY", "2024"),
        ] {
            let tagged = tagged(line).expect(line);
            assert_eq!((tagged.name, tagged.value), (name, value), "{line}");
        }
        for line in [
            "",
            "AB-stract",
            "The AB  - x",
            "HIV - a virus",
            "   TI  - x",
            "É  - x",
            "XX-yes",
        ] {
            assert!(tagged(line).is_none(), "{line}");
        }
    }
}
