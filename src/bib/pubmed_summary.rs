//! PubMed summary and abstract text: numbered citations in prose, wrapped anywhere.
//!
//! There are no tags: identifiers are sure, title and journal are what stands between the names and the year. The abstract text
//! has a paragraph each for source, title, names, addresses, abstract and identifiers.

use super::fields::{Draft, Field, year_in};
use super::lines::Lines;
use super::names;
use super::reading::Reading;
use super::tags::{Tag, Tags};

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
        } else if blank && !super::fold::trim(line).is_empty() && !tags.is_empty() {
            tags.push("paragraph", super::fold::trim(line), number);
            last = number;
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
    for tag in tags.iter().skip(1) {
        identifiers(tag, draft);
    }
    let Some(tag) = tags.get(0) else { return };
    if tags.len() > 2 {
        identifiers(tag, draft);
        paragraphs(tags, draft);
        return;
    }
    let line = tag.line;
    let text = super::fold::fold(tag.value);
    if let Some(at) = find(tag.value, "PMID:") {
        draft.offer_pmid(0, &tag.value[at..], line);
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
    let list: Vec<&str> = names::pieces(names, &[',', ';']).collect();
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

/// `PMID: 1`, `DOI: 10.…` anywhere in a paragraph.
fn identifiers<'t>(tag: Tag<'t>, draft: &mut Draft<'t>) {
    if let Some(at) = find(tag.value, "PMID: ") {
        draft.offer_pmid(1, &tag.value[at..], tag.line);
    }
    for (mark, rank) in [("DOI: ", 1), ("doi: ", 2)] {
        if let Some(at) = find(tag.value, mark) {
            let doi = tag.value[at + 5..].split_whitespace().next();
            draft.offer_doi(rank, doi.unwrap_or_default(), tag.line);
        }
    }
}

/// The abstract text: source, title, perhaps its language in brackets, names, then what has a mark of its own, and the abstract.
fn paragraphs<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    const MARKED: [&str; 12] = [
        "Author information",
        "DOI:",
        "PMCID:",
        "PMID:",
        "Copyright",
        "©",
        "Conflict of",
        "Collaborators:",
        "Comment in",
        "Erratum in",
        "Update of",
        "Comment on",
    ];
    if let Some(source) = tags.get(0) {
        let text = super::fold::fold(source.value);
        if let Some((journal, after)) = at_year(&text) {
            draft.offer_made(Field::Journal, 0, journal.to_owned(), source.line);
            draft.offer_year(0, after, source.line);
            issue(after, source.line, draft);
        }
    }
    let mut title = false;
    for tag in tags.iter().skip(1) {
        let value = tag.value;
        if MARKED.iter().any(|mark| value.starts_with(mark)) || value.starts_with('[') && title {
            continue;
        }
        if !title {
            title = true;
            draft.offer(
                Field::Title,
                0,
                value.strip_suffix('.').unwrap_or(value),
                tag.line,
            );
        } else if draft.authors.is_empty() && names_in(value).is_some() {
            for name in names_in(value).unwrap_or_default() {
                draft.author(&name, tag.line);
            }
        } else {
            draft.offer_abstract(0, value, tag.line);
        }
    }
}

/// `Smith J(1), Lee M(1)(2).` without the numbers of the addresses.
fn names_in(text: &str) -> Option<Vec<String>> {
    let mut plain = String::with_capacity(text.len());
    let mut depth = 0_u32;
    for c in text.trim_end_matches('.').chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let list: Vec<String> = names::pieces(&plain, &[',', ';'])
        .map(str::to_owned)
        .collect();
    let sure = list.first().is_some_and(|name| is_name(name));
    sure.then_some(list)
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

#[cfg(test)]
mod tests {
    use crate::bib::{Format, read};

    #[test]
    fn the_abstract_text_has_a_paragraph_each() {
        let text = "1. BMC Med Educ. 2020 Jan 5;20(1):12. doi: 10.1186/s12909-020-0001-1.\n\nA title over\ntwo lines.\n\nSmith J(1), Lee M(1)(2).\n\nAuthor information:\n(1)A place.\n\nBACKGROUND: something was done.\n\nDOI: 10.1186/s12909-020-0001-1\nPMCID: PMC7000001\nPMID: 32000001 [Indexed for MEDLINE]\n\n\n2. Lancet. 2019;1:2-3.\n\nSecond title?\n\n[Article in German]\n\nDoe J.\n\nPMID: 31000001\n";
        let import = read("abstract-set.txt", text.as_bytes());
        assert_eq!(
            (import.format, import.kept),
            (Some(Format::PubmedSummary), 2)
        );
        let first = &import.records[0];
        assert_eq!(first.title.as_deref(), Some("A title over two lines"));
        assert_eq!(first.authors, ["Smith J", "Lee M"]);
        assert_eq!(first.journal.as_deref(), Some("BMC Med Educ"));
        assert_eq!(
            (first.year, first.pages.as_deref()),
            (Some(2020), Some("12"))
        );
        assert_eq!(first.doi.as_deref(), Some("10.1186/s12909-020-0001-1"));
        assert_eq!(first.pmid.as_deref(), Some("32000001"));
        assert_eq!(
            first.abstract_text.as_deref(),
            Some("BACKGROUND: something was done.")
        );
        let second = &import.records[1];
        assert_eq!(second.title.as_deref(), Some("Second title?"));
        assert_eq!(
            (second.authors.as_slice(), second.pmid.as_deref()),
            (["Doe J".to_owned()].as_slice(), Some("31000001"))
        );
    }
}
