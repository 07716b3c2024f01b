//! BibTeX and BibLaTeX: entries, macros, concatenation; LaTeX stays as it is.
//!
//! Source: O. Patashnik, `BibTeXing` (1988); BibLaTeX manual 3.19, section 2.

mod scan;

use super::fields::{Draft, Field};
use super::tags::Tags;
use scan::balanced;
pub(super) use scan::read;
use std::borrow::Cow;

/// Typed fields; the number is the rank, lowest first.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    // BibLaTeX names the archive that `eprint` is a number of.
    let is_pubmed = tags.iter().any(|tag| {
        let name = tag.name.to_ascii_lowercase();
        matches!(name.as_str(), "eprinttype" | "archiveprefix")
            && matches!(
                unbraced(tag.value).to_ascii_lowercase().as_str(),
                "pubmed" | "pmid"
            )
    });
    for tag in tags.iter() {
        let line = tag.line;
        if let Some(kind) = tag.name.strip_prefix('@') {
            draft.offer(Field::Kind, 0, kind, line);
            if tag.value.starts_with("WOS:") {
                draft.accession = Some(tag.value);
            }
            continue;
        }
        let value = unbraced(tag.value);
        match tag.name.to_ascii_lowercase().as_str() {
            "title" => draft.offer(Field::Title, 0, value, line),
            "author" | "authors" => {
                // `and others` says that there are more, and names nobody.
                for name in split_names(tag.value) {
                    if name.trim() != "others" {
                        draft.author(unbraced(name), line);
                    }
                }
            }
            "year" => draft.offer_year(0, value, line),
            "date" => draft.offer_year(1, value, line),
            "journal" | "journaltitle" => draft.offer(Field::Journal, 0, value, line),
            "booktitle" | "maintitle" => draft.offer(Field::Journal, 1, value, line),
            "series" => draft.offer(Field::Journal, 3, value, line),
            "volume" => draft.offer(Field::Volume, 0, value, line),
            "number" => draft.offer(Field::Issue, 0, value, line),
            "issue" => draft.offer(Field::Issue, 1, value, line),
            "pages" => draft.offer(Field::Pages, 0, value, line),
            "article-number" | "eid" | "art_number" => draft.start_page(1, value, line),
            "doi" => draft.offer_doi(0, &without_latex(value), line),
            "pmid" | "pubmed_id" | "pubmedid" | "pubmed-id" => draft.offer_own_pmid(0, value, line),
            "eprint" if is_pubmed => draft.offer_pmid(1, value, line),
            "note" | "annote" | "annotation" => draft.offer_noted_pmid(2, value, line),
            "issn" => draft.offer(Field::Issn, 0, value, line),
            "isbn" => draft.offer(Field::Isbn, 0, value, line),
            "abstract" => draft.offer(Field::Abstract, 0, value, line),
            "keywords" | "author_keywords" | "keyword" => {
                let separator = if value.contains(';') { ';' } else { ',' };
                draft.keywords_by(value, &[separator], line);
            }
            "keywords-plus" => draft.keywords_by(value, &[';'], line),
            "language" | "langid" => draft.offer(Field::Language, 0, value, line),
            "url" | "howpublished" | "link" => {
                if super::doi::is_link(value) {
                    draft.offer_doi(1, value, line);
                }
                if tag.name != "howpublished" {
                    draft.offer(Field::Url, 0, value, line);
                }
            }
            "unique-id" | "ut" if !value.is_empty() => draft.accession = Some(value),
            "source" | "database" => draft.offer(Field::Database, 0, value, line),
            _ => {}
        }
    }
}

/// A DOI without what LaTeX puts around its signs: `{\_}`, `\%`, `{\textless}`.
///
/// A bare `\_` stands as the export has it: that is how databases write it, and DOIs are compared without signs.
fn without_latex(value: &str) -> Cow<'_, str> {
    const WORDS: [(&str, &str); 8] = [
        ("{\\textless}", "<"),
        ("{\\textgreater}", ">"),
        ("\\textless{}", "<"),
        ("\\textgreater{}", ">"),
        ("\\textless ", "<"),
        ("\\textgreater ", ">"),
        ("$<$", "<"),
        ("$>$", ">"),
    ];
    if !value.contains(['\\', '$']) {
        return Cow::Borrowed(value);
    }
    let words = WORDS.iter();
    let text = words.fold(value.to_owned(), |text, (word, sign)| {
        text.replace(word, sign)
    });
    let signs = ['_', '%', '&', '#', '$', '<', '>', '~'];
    let text = signs.iter().fold(text, |text, sign| {
        let text = text.replace(&format!("{{\\{sign}}}"), &sign.to_string());
        if *sign == '_' {
            text
        } else {
            text.replace(&format!("\\{sign}"), &sign.to_string())
        }
    });
    Cow::Owned(text)
}

/// Layers of braces around a value that are taken off.
const LAYERS: usize = 16;

/// Braces around a whole value are layout; those inside belong to LaTeX.
fn unbraced(value: &str) -> &str {
    let mut value = super::fold::trim(value);
    if let Some(quoted) = value
        .strip_prefix("\"{")
        .and_then(|rest| rest.strip_suffix('"'))
    {
        return &value[1..=quoted.len() + 1];
    }
    for _ in 0..LAYERS {
        let Some(inner) = value
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
        else {
            break;
        };
        if balanced(value.as_bytes(), 1, b'}', false) != Some(value.len() - 1) {
            break;
        }
        value = super::fold::trim(inner);
    }
    value
}

/// Names between ` and ` that stand in no braces.
fn split_names(value: &str) -> Vec<&str> {
    let bytes = value.as_bytes();
    let mut names = Vec::new();
    let (mut start, mut depth, mut at) = (0, 0_usize, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            byte if depth == 0 && byte.is_ascii_whitespace() => {
                let rest = &bytes[at + 1..];
                let is_and = rest.len() > 3
                    && rest[..3].eq_ignore_ascii_case(b"and")
                    && rest[3].is_ascii_whitespace();
                if is_and {
                    names.push(&value[start..at]);
                    start = at + 5;
                    at += 4;
                }
            }
            _ => {}
        }
        at += 1;
    }
    names.push(&value[start.min(value.len())..]);
    names
}

#[cfg(test)]
mod tests {
    use crate::bib::read;

    #[test]
    fn groups_that_nothing_closes_are_searched_once() {
        for line in [
            "@comment{ x\n",
            "@comment( {x\n",
            "@article{k, title = {abc,\n",
            "title = {abc,\n",
            "title = \"{abc,\n",
        ] {
            let text = format!("@article{{first, year = 2020,\n{}", line.repeat(30_000));
            let started = std::time::Instant::now();
            let import = read("a.bib", text.as_bytes());
            assert!(import.kept > 0, "{line}");
            assert!(
                started.elapsed().as_secs() < 60,
                "{line}: {:?}",
                started.elapsed()
            );
        }
    }

    #[test]
    fn a_doi_and_a_pubmed_number_are_read_through_their_latex() {
        for (doi, want) in [
            (r"10.1000/a\_b", r"10.1000/a\_b"),
            (r"10.1000/a\%b", "10.1000/a%b"),
            (r"10.1000/a{\_}b", "10.1000/a_b"),
            (
                r"10.1002/(SICI)1097-0142(19990301)85:5{\textless}1094::AID-CNCR14{\textgreater}3.0.CO;2-U",
                "10.1002/(SICI)1097-0142(19990301)85:5<1094::AID-CNCR14>3.0.CO;2-U",
            ),
        ] {
            let text = format!(
                "@article{{k, title = {{T}}, doi = {{{doi}}}, pmid = {{PMID: 31000001}}}}\n"
            );
            let import = read("a.bib", text.as_bytes());
            assert_eq!(import.records[0].doi.as_deref(), Some(want));
            assert_eq!(import.records[0].pmid.as_deref(), Some("31000001"));
        }
        let text = "@article{k, title = {T}, eprint = {31000001}, eprinttype = {pubmed}}";
        let import = read("a.bib", text.as_bytes());
        assert_eq!(import.records[0].pmid.as_deref(), Some("31000001"));
    }
}
