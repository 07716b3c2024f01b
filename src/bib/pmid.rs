//! PubMed identifiers inside the texts that exports put them in.

/// The PubMed identifier in `text`; `None` where there is none without doubt.
///
/// Digits right behind a mark (`PMID: 31000001`, `pubmed.ncbi.nlm.nih.gov/31000001/`, `PUBMED 31000001`) count first; else the first
/// number that stands by itself: `31000001.0` is what a spreadsheet made of one, `31000001.2` its second version. `PMC7000001` is a
/// number of PubMed Central, and `3.1E+07` has lost its digits: neither is one.
///
/// Source: NLM, MEDLINE/PubMed Data Element Descriptions (2024), PMID: one to eight digits.
pub(crate) fn find(text: &str) -> Option<&str> {
    let text = super::fold::trim(text);
    if is_number(text) {
        return Some(text);
    }
    marked(text).or_else(|| alone(text))
}

/// The identifier right behind a mark that names it.
pub(crate) fn marked(text: &str) -> Option<&str> {
    const MARKS: [&str; 3] = ["pmid", "pubmed.ncbi.nlm.nih.gov", "pubmed"];
    let bytes = text.as_bytes();
    let mark_at = |at: usize| {
        let length = MARKS.iter().map(|mark| mark.len()).find(|length| {
            let here = bytes.get(at..at + length);
            here.is_some_and(|here| {
                MARKS
                    .iter()
                    .any(|mark| here.eq_ignore_ascii_case(mark.as_bytes()))
            })
        })?;
        let begins = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        begins.then_some(at + length)
    };
    let mut ends = memchr::memchr2_iter(b'p', b'P', bytes).filter_map(mark_at);
    ends.find_map(|end| number_behind(&text[end..]))
}

/// The identifier in a note that has a part or line for it; what a note says of other publications is left alone.
pub(crate) fn noted(note: &str) -> Option<&str> {
    // EBSCO tells all it knows in one sentence after another.
    if note.starts_with("Accession Number: ") {
        return marked(note);
    }
    let bytes = note.as_bytes();
    let mut start = 0;
    for end in memchr::memchr3_iter(b'\n', b';', b'|', bytes).chain([bytes.len()]) {
        let part = super::fold::trim(&note[start..end]);
        start = end + 1;
        let head = part.as_bytes().get(..4);
        if head.is_some_and(|head| head.eq_ignore_ascii_case(b"pmid"))
            && let Some(number) = marked(part)
        {
            return Some(number);
        }
    }
    None
}

/// Digits behind a mark, its colon, its slash, or the word that goes with it.
fn number_behind(text: &str) -> Option<&str> {
    let signs = [
        ':', '：', '/', '#', '=', '-', '.', ' ', '\t', '\n', '"', '[', ']', '(', ')',
    ];
    let rest = text.trim_start_matches(signs);
    let words = ["id", "pmid", "number", "no", "nlm", "?term"];
    let rest = words.iter().find_map(|word| {
        let head = rest.get(..word.len())?;
        head.eq_ignore_ascii_case(word)
            .then(|| rest[word.len()..].trim_start_matches(signs))
    });
    let rest = rest.unwrap_or_else(|| text.trim_start_matches(signs));
    number_at(rest)
}

/// The number that a text begins with, where it can be an identifier.
fn number_at(text: &str) -> Option<&str> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, behind) = text.split_at(end);
    let whole = !behind.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    (is_number(number) && whole && !goes_on(number, behind)).then_some(number)
}

/// Whether the number was written with a mantissa (`3.1E+07`) or in groups of three (`31,000,001`).
fn goes_on(number: &str, behind: &str) -> bool {
    let Some(rest) = behind.strip_prefix(['.', ',']) else {
        return false;
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let exponent = digits > 0 && rest[digits..].starts_with(['E', 'e']);
    exponent || number.len() <= 3 && digits == 3
}

/// The first number that stands by itself, and is no part of a DOI or of another number.
fn alone(text: &str) -> Option<&str> {
    if text.starts_with("10.") {
        return None;
    }
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(u8::is_ascii_digit) {
        let start = at + found;
        let end = start
            + bytes[start..]
                .iter()
                .take_while(|b| b.is_ascii_digit())
                .count();
        let before = text[..start].chars().next_back();
        let apart = before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '_'));
        if apart && let Some(number) = number_at(&text[start..]) {
            return Some(number);
        }
        // What follows a number that is none, up to the next blank, is a part of it.
        at = end;
        while bytes
            .get(at)
            .is_some_and(|b| matches!(b, b'.' | b',' | b'+') || b.is_ascii_alphanumeric())
        {
            at += 1;
        }
    }
    None
}

/// One to eight digits, not all zero.
fn is_number(text: &str) -> bool {
    (1..=8).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_digit())
        && text.bytes().any(|b| b != b'0')
}

#[cfg(test)]
mod tests {
    use super::{find, noted};

    #[test]
    fn the_identifier_is_told_from_the_numbers_beside_it() {
        for (text, want) in [
            ("31000001", Some("31000001")),
            (" 31000001\u{a0}", Some("31000001")),
            ("31000001.0", Some("31000001")),
            ("31000001.2", Some("31000001")),
            ("PMID: 31000001; PMCID: PMC7000001", Some("31000001")),
            ("PMCID: PMC7000001; PMID: 31000001", Some("31000001")),
            ("PMC7000001 31000001", Some("31000001")),
            (
                "https://pubmed.ncbi.nlm.nih.gov/31000001/",
                Some("31000001"),
            ),
            (
                "https://www.ncbi.nlm.nih.gov/pubmed/31000001?dopt=Abstract",
                Some("31000001"),
            ),
            (
                "https://pubmed.ncbi.nlm.nih.gov/?term=31000001",
                Some("31000001"),
            ),
            (
                "PMID: 31000001 [PubMed - indexed for MEDLINE]",
                Some("31000001"),
            ),
            ("31000001 [pmid]", Some("31000001")),
            ("PUBMED 31000001,EMBASE 629000001", Some("31000001")),
            ("PubMed ID 31000001", Some("31000001")),
            ("info:pmid/31000001", Some("31000001")),
            ("31000001, 31000002", Some("31000001")),
            ("L2004001234", None),
            ("PMC7000001", None),
            ("3.1E+07", None),
            ("31,000,001", None),
            ("10.1000/182", None),
            ("629000001", None),
            ("0", None),
            ("nan", None),
            ("", None),
        ] {
            assert_eq!(find(text), want, "{text}");
        }
    }

    #[test]
    fn a_note_names_the_identifier_in_a_part_of_its_own() {
        for (note, want) in [
            ("PMID: 31000001\nPMCID: PMC7000001", Some("31000001")),
            ("PMCID: PMC7000001\nPMID: 31000001", Some("31000001")),
            ("PMID: 31000001 PMCID: PMC7000001", Some("31000001")),
            (
                "Accession Number: 123456789. Language: English. PMID: NLM31000001.",
                Some("31000001"),
            ),
            ("References: Smith J. A title. PMID: 31000001", None),
            ("Cited by 12 in PubMed 31000001", None),
        ] {
            assert_eq!(noted(note), want, "{note}");
        }
    }
}
