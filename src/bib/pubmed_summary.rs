//! PubMed summary text: numbered citations in prose, wrapped anywhere.
//!
//! There are no tags: identifiers are sure, title and journal are what stands between the names and the year.

use super::fields::{Draft, Field, year_in};
use super::lines::Lines;
use super::names;
use super::reading::Reading;
use super::tags::Tags;

/// Reads all citations of `text`.
pub(crate) fn read(text: &str, out: &mut Reading) {
    let mut tags = Tags::new();
    let (mut first, mut last, mut expected) = (0, 0, None);
    let mut blank = true;
    for (number, line) in Lines::of(text) {
        let start = blank.then(|| numbered(line)).flatten();
        // A wrapped line can begin with a number too; the next citation has the next one.
        if let Some((count, rest)) = start
            && expected.is_none_or(|expected| count == expected)
        {
            if !tags.is_empty() {
                out.keep(std::mem::take(&mut tags), first, last);
            }
            tags.push("citation", rest.trim(), number);
            (first, last, expected) = (number, number, Some(count + 1));
        } else if !super::fold::trim(line).is_empty() && !tags.is_empty() {
            tags.continue_last(super::fold::trim(line));
            last = number;
        }
        blank = super::fold::trim(line).is_empty();
    }
    if !tags.is_empty() {
        out.keep(tags, first, last);
    }
}

/// `12: text`, `12. text`.
fn numbered(line: &str) -> Option<(u32, &str)> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line[digits..]
        .strip_prefix(": ")
        .or_else(|| line[digits..].strip_prefix(". "))?;
    Some((line[..digits].parse().ok()?, rest))
}

/// Typed fields, found in the prose.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    let Some(tag) = tags.get(0) else { return };
    let line = tag.line;
    let text = super::fold::fold(tag.value);
    if let Some(at) = find(tag.value, "PMID:") {
        let digits = tag.value[at + 5..].trim_start();
        let end = digits.bytes().take_while(u8::is_ascii_digit).count();
        draft.offer_pmid(0, &digits[..end], line);
    }
    if let Some(at) = find(&text, "doi: ") {
        draft.offer_doi(
            0,
            text[at + 5..].split(' ').next().unwrap_or_default(),
            line,
        );
    }
    let Some((before, after)) = at_year(&text) else {
        return;
    };
    draft.offer_year(0, after, line);
    let (names, rest) = before.split_once(". ").unwrap_or(("", before));
    let list: Vec<&str> = names::pieces(names, &[',']).collect();
    let rest = if list.first().is_some_and(|name| is_name(name)) {
        for name in list {
            draft.author(name, line);
        }
        rest
    } else {
        before
    };
    let split = rest
        .rmatch_indices(['.', '?', '!'])
        .find(|(at, _)| rest[at + 1..].starts_with(' '));
    if let Some((at, sign)) = split {
        let keep = if sign == "." { at } else { at + 1 };
        draft.offer_made(Field::Title, 0, rest[..keep].to_owned(), line);
        draft.offer_made(Field::Journal, 0, rest[at + 1..].trim().to_owned(), line);
    } else {
        draft.offer_made(Field::Title, 0, rest.to_owned(), line);
    }
    issue(after, line, draft);
}

/// `2020 Nov 6;10(1):19239. doi…`: volume, issue, pages.
fn issue(after: &str, line: u32, draft: &mut Draft) {
    let sentence = after.split(". ").next().unwrap_or(after);
    let Some((_, numbers)) = sentence.split_once(';') else {
        return;
    };
    let (numbers, pages) = numbers.split_once(':').unwrap_or((numbers, ""));
    let (volume, issue) = numbers.split_once('(').unwrap_or((numbers, ""));
    draft.offer_made(Field::Volume, 0, volume.to_owned(), line);
    draft.offer_made(
        Field::Issue,
        0,
        issue.trim_end_matches(')').to_owned(),
        line,
    );
    draft.offer_made(
        Field::Pages,
        0,
        pages.trim_end_matches('.').to_owned(),
        line,
    );
}

/// Splits before the first year that follows a full stop: `… Sci Rep` and `2020 Nov 6;…`.
fn at_year(text: &str) -> Option<(&str, &str)> {
    text.match_indices(". ").find_map(|(at, _)| {
        let after = &text[at + 2..];
        let year = after.get(..4)?;
        let ends = after[4..]
            .chars()
            .next()
            .is_none_or(|c| matches!(c, ' ' | ';' | '.' | ':' | '-'));
        (year_in(year).is_some() && ends).then(|| (&text[..at], after))
    })
}

/// `Frommlet F`, `van der Berg AB`, or a name with a suffix.
fn is_name(text: &str) -> bool {
    let mut words = text.split_whitespace().rev();
    let last = words.next().unwrap_or_default();
    let last = if matches!(last, "Jr" | "Sr" | "2nd" | "3rd" | "II" | "III") {
        words.next().unwrap_or_default()
    } else {
        last
    };
    names::is_initials(last) && words.next().is_some()
}

fn find(text: &str, what: &str) -> Option<usize> {
    memchr::memmem::find(text.as_bytes(), what.as_bytes())
}
