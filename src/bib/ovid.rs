//! Ovid tagged text: `<3001. >` before each record, then `TI  - value` or long names with the value indented below.

use super::fields::{Draft, Field, year_in};
use super::line_ends::TaggedLines;
use super::reading::Reading;
use super::tags::Tags;

/// Reads all records of `text`.
pub(crate) fn read(text: &str, out: &mut Reading) {
    let mut open: Option<Open> = None;
    for (number, line) in TaggedLines::of(text, out) {
        if is_start(line) {
            if let Some(open) = open.take() {
                open.close(out);
            }
            open = Some(Open {
                tags: Tags::with_capacity(2048, 30),
                line: number,
                end: number,
                short: false,
                fresh: false,
            });
        } else if let Some(open) = &mut open {
            open.line(line, number);
        }
    }
    if let Some(open) = open {
        open.close(out);
    }
}

struct Open {
    tags: Tags,
    line: u32,
    end: u32,
    /// Whether the record has two-letter tags; then a line without one goes on with the value before.
    short: bool,
    /// Whether a long name was just read and its value follows.
    fresh: bool,
}

impl Open {
    fn line(&mut self, line: &str, number: u32) {
        let body = line.trim();
        if body.is_empty() {
            return;
        }
        self.end = number;
        if let Some((name, value)) = tagged(line) {
            self.short = true;
            self.tags.push(name, value, number);
        } else if self.short || line.starts_with([' ', '\t']) {
            if self.fresh {
                self.fresh = false;
                if let Some(name) = self.tags.last().map(|tag| tag.name.to_owned()) {
                    self.tags.pop();
                    self.tags.push(&name, body, number);
                }
            } else {
                self.tags.continue_last(body);
            }
        } else {
            self.tags.push(body, "", number);
            self.fresh = true;
        }
    }

    fn close(self, out: &mut Reading) {
        out.keep(self.tags, self.line, self.end);
    }
}

/// `<12>`, `<12. >`.
pub(crate) fn is_start(line: &str) -> bool {
    let Some(inner) = line
        .trim()
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'))
    else {
        return false;
    };
    let number = inner.trim().trim_end_matches('.').trim_end();
    !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
}

/// Splits `TI  - value`; a copy can be indented by one blank.
pub(crate) fn tagged(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix(' ').unwrap_or(line);
    let bytes = line.as_bytes();
    let name = bytes
        .iter()
        .take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        .count();
    ((2..=6).contains(&name) && bytes[name..].starts_with(b"  -"))
        .then(|| (&line[..name], super::fold::trim(&line[name + 3..])))
}

/// Typed fields; the number is the rank, lowest first.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    let medline = tags.iter().any(|tag| {
        matches!(tag.name, "DB" | "Database") && tag.value.to_uppercase().contains("MEDLINE")
    });
    let short = tags
        .iter()
        .any(|tag| matches!(tag.name, "AU" | "Author" | "Authors"));
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        match tag.name {
            "TI" | "Title" => draft.offer(Field::Title, 0, value, line),
            "Book Title" | "Chapter Title" | "OT" => draft.offer(Field::Title, 2, value, line),
            "TT" | "Original Title" => draft.offer(Field::Title, 3, value, line),
            "AU" | "Author" | "Authors" => authors(value, line, draft),
            "FA" if !short => authors(value, line, draft),
            "SO" | "Source" => source(value, line, draft),
            "JN" | "JT" | "Journal Name" | "Journal" => draft.offer(Field::Journal, 0, value, line),
            "JA" | "Journal Abbreviation" => draft.offer(Field::Journal, 5, value, line),
            "YR" | "Year of Publication" | "Publication Year" => draft.offer_year(0, value, line),
            "DP" | "Date of Publication" | "Publication Date" | "DG" => {
                draft.offer_year(1, value, line);
            }
            "VO" | "Volume" => draft.offer(Field::Volume, 0, value, line),
            "IP" | "Issue" | "Issue/Part" => draft.offer(Field::Issue, 0, value, line),
            "PG" | "Page" | "Pages" => draft.offer(Field::Pages, 0, value, line),
            "AB" | "Abstract" => draft.offer(Field::Abstract, 0, value, line),
            "DO" | "DI" | "DOI" | "DOI Number" | "Digital Object Identifier" => {
                draft.offer_doi(0, value, line);
            }
            "PM" | "PMID" | "PubMed ID" => draft.offer_pmid(0, value, line),
            "IS" | "ISSN" | "International Standard Serial Number" => {
                draft.offer_serial(0, value, line);
            }
            "IB" | "ISBN" => draft.offer(Field::Isbn, 0, value, line),
            "PT" | "DT" | "Publication Type" | "Document Type" | "ST" => {
                draft.offer(Field::Kind, 0, value, line);
            }
            "LG" | "LA" | "Language" => {
                draft.offer(Field::Language, 0, value.trim_end_matches('.'), line);
            }
            "KW"
            | "MH"
            | "SH"
            | "Keywords"
            | "Author Keywords"
            | "Subject Headings"
            | "MeSH Subject Headings" => {
                draft.keywords_by(value, &[';', '\n'], line);
            }
            "DB" | "Database" => draft.offer(Field::Database, 0, value, line),
            "XL" | "UR" | "Link to the Ovid Full Text or citation" => {
                draft.offer(Field::Url, 0, value, line);
            }
            "AN" | "UI" | "Accession Number" | "Unique Identifier" => {
                let value = value.trim_end_matches('.');
                draft.accession = draft
                    .accession
                    .or(Some(value))
                    .filter(|value| !value.is_empty());
                if medline
                    && (1..=9).contains(&value.len())
                    && value.bytes().all(|b| b.is_ascii_digit())
                {
                    draft.offer_pmid(1, value, line);
                }
            }
            _ => {}
        }
    }
}

fn authors(value: &str, line: u32, draft: &mut Draft) {
    let (mut start, mut depth) = (0, 0_usize);
    for (at, sign) in value.char_indices() {
        match sign {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            // A remark in brackets can hold semicolons of its own.
            ';' | '\n' if depth == 0 => {
                draft.author(&value[start..at], line);
                start = at + sign.len_utf8();
            }
            _ => {}
        }
    }
    draft.author(&value[start..], line);
}

/// Journal, volume, issue, pages, year, DOI in one sentence:
/// `BMC Proceedings. Conference: … 12 (Supplement 3) (no pagination), 2018.`, `Nursing Science Quarterly. 28(2):103-106, April 2015.`
fn source<'t>(value: &'t str, line: u32, draft: &mut Draft<'t>) {
    if let Some(year) = last_year(value) {
        draft.offer_year(3, year, line);
    }
    draft.offer_doi(2, value, line);
    let numbers = value
        .find(". ")
        .map(|at| (&value[..at], value[at + 2..].trim_start()));
    if let Some((journal, rest)) = numbers {
        if !journal.starts_with('(') {
            draft.offer(Field::Journal, 3, journal, line);
        }
        let numbers = numbers_of_embase(rest).or_else(|| volume_issue_pages(rest));
        if let Some((volume, issue, pages)) = numbers {
            draft.offer(Field::Volume, 3, volume, line);
            draft.offer(Field::Issue, 3, issue, line);
            draft.offer(Field::Pages, 3, pages, line);
        }
    }
}

/// `28(2):103-106` at the start of what follows the journal; also `Vol.43(5), Sep 2015, pp. 623-634`.
fn volume_issue_pages(rest: &str) -> Option<(&str, &str, &str)> {
    let rest = rest
        .strip_prefix("Vol")
        .map_or(rest, |rest| rest.trim_start_matches(['.', ' ']));
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 4 {
        return None;
    }
    let volume = &rest[..digits];
    let rest = rest[digits..].trim_start();
    let (issue, rest) = match rest
        .strip_prefix('(')
        .and_then(|inner| inner.split_once(')'))
    {
        Some((issue, behind)) if !issue.contains("pagination") => (issue, behind),
        _ => ("", rest),
    };
    // `12 Suppl 1:S3-9`.
    let (issue, rest) = match rest.split_once(':') {
        Some((named, _)) if issue.is_empty() && is_supplement(named) => {
            (named.trim_end(), &rest[named.len()..])
        }
        _ => (issue, rest),
    };
    let pages = match rest.strip_prefix(':') {
        Some(pages) => pages.split([',', '.', ' ']).next().unwrap_or_default(),
        None => rest.split_once("pp. ").map_or("", |(_, pages)| {
            pages.split([',', '.', ' ', ')']).next().unwrap_or_default()
        }),
    };
    Some((volume, issue, pages))
}

/// Whether it names a part of a volume, and nothing else.
fn is_supplement(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    lower.len() <= 20
        && ["suppl", "pt ", "part ", "spec"]
            .iter()
            .any(|word| lower.starts_with(word))
}

/// `395 (10223) (pp 497-506), 2020.`, `Conference: … 40 (Supplement 1) (no pagination), 2019.`: what stands before the brackets of
/// the pages.
fn numbers_of_embase(rest: &str) -> Option<(&str, &str, &str)> {
    let at = rest.rfind("(pp ").or_else(|| rest.rfind("(pp. "));
    let at = at.or_else(|| rest.rfind("(no pagination)"))?;
    let (before, pages) = rest.split_at(at);
    let pages = pages
        .split_once(' ')
        .and_then(|(_, pages)| pages.split_once(')'));
    let pages = pages.map_or("", |(pages, _)| pages);
    let pages = if pages == "pagination" {
        ""
    } else {
        super::fold::trim(pages)
    };
    let before = before.trim_end();
    let (before, issue) = match before
        .strip_suffix(')')
        .and_then(|head| head.rsplit_once('('))
    {
        Some((head, issue)) => (head.trim_end(), issue),
        None => (before, ""),
    };
    let last = before.rsplit([' ', '\n']).next().unwrap_or_default();
    let is_volume = last.len() <= 10 && last.starts_with(|c: char| c.is_ascii_digit());
    Some(match last {
        // What stands there is a place or a day of the meeting, and the bracket belongs to it.
        _ if !is_volume => ("", "", pages),
        volume => (volume.trim_end_matches(['.', ',']), issue, pages),
    })
}

/// The last year in a text: page numbers and titles of meetings stand before it.
fn last_year(value: &str) -> Option<&str> {
    value
        .split(|c: char| !c.is_ascii_digit())
        .rfind(|part| part.len() == 4 && year_in(part).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_gives_journal_volume_issue_and_pages() {
        for (text, want) in [
            (
                "Lancet. 395 (10223) (pp 497-506), 2020.",
                ["Lancet", "395", "10223", "497-506"],
            ),
            (
                "European Heart Journal. Conference: European Society of Cardiology Congress. Paris France. 40 (Supplement 1) (pp 1234), 2019.",
                ["European Heart Journal", "40", "Supplement 1", "1234"],
            ),
            (
                "BMC Proceedings. Conference: A meeting. Lisbon. 12 (Supplement 3) (no pagination), 2018.",
                ["BMC Proceedings", "12", "Supplement 3", ""],
            ),
            ("Lancet. (pp 12-13), 2020.", ["Lancet", "", "", "12-13"]),
            (
                "Nursing Science Quarterly. 28(2):103-106, April 2015.",
                ["Nursing Science Quarterly", "28", "2", "103-106"],
            ),
            (
                "Blood. 12 Suppl 1:S3-S9, 2011.",
                ["Blood", "12", "Suppl 1", "S3-S9"],
            ),
        ] {
            let mut draft = Draft::new();
            source(text, 1, &mut draft);
            let fields = [Field::Journal, Field::Volume, Field::Issue, Field::Pages];
            let found = fields.map(|field| draft.peek(field).unwrap_or_default());
            assert_eq!(found, want, "{text}");
        }
    }
}
