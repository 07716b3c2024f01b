//! BibTeX and BibLaTeX: entries, macros, concatenation; LaTeX stays as it is.
//!
//! Source: O. Patashnik, `BibTeXing` (1988); BibLaTeX manual 3.19, section 2.

use super::fields::{Draft, Field};
use super::lines::LineOf;
use super::reading::Reading;
use super::tags::Tags;
use crate::problem::Problem;
use std::collections::BTreeMap;

/// Reads all entries of `text`.
pub(crate) fn read(text: &str, out: &mut Reading) {
    let mut macros = BTreeMap::new();
    let mut scan = Scan {
        text,
        at: 0,
        lines: LineOf::new(text),
        in_vain: 0,
    };
    while let Some(found) = memchr::memchr(b'@', &text.as_bytes()[scan.at..]) {
        let start = scan.at + found;
        scan.at = start + 1;
        let name = scan.word();
        let open = scan.skip_blanks();
        let close = match open {
            Some(b'{') => b'}',
            Some(b'(') => b')',
            _ => continue,
        };
        if name.is_empty() {
            continue;
        }
        scan.at += 1;
        match name.to_ascii_lowercase().as_str() {
            "comment" | "preamble" => scan.skip_group(close),
            "string" => {
                if let Some((name, value)) = scan.field(&macros) {
                    macros.insert(name.to_ascii_lowercase(), value);
                }
                scan.skip_to(close);
            }
            _ => scan.entry(name, start, close, &macros, out),
        }
    }
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    lines: LineOf<'a>,
    /// Bytes looked through for an end that was not there.
    in_vain: usize,
}

/// So many bytes are looked through in vain in one file; after that a group that is not closed is not looked for any more, so that
/// a file of nothing but open braces is read in a time that grows with its length.
const MOST_IN_VAIN: usize = 64 << 20;

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) -> Option<u8> {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
        self.peek()
    }

    /// Letters, digits and the signs names may have.
    fn word(&mut self) -> &'a str {
        self.skip_blanks();
        let start = self.at;
        while self.peek().is_some_and(|b| {
            b.is_ascii_alphanumeric()
                || matches!(b, b'_' | b'-' | b':' | b'.' | b'+' | b'/' | b'\'' | b'*')
                || b >= 0x80
        }) {
            self.at += 1;
        }
        &self.text[start..self.at]
    }

    fn entry(
        &mut self,
        kind: &str,
        start: usize,
        close: u8,
        macros: &BTreeMap<String, String>,
        out: &mut Reading,
    ) {
        let line = self.lines.line(start);
        let mut tags = Tags::new();
        let key = self.key(close);
        tags.push(&format!("@{kind}"), super::fold::trim(key), line);
        loop {
            match self.skip_blanks() {
                Some(b',') => self.at += 1,
                Some(byte) if byte == close => {
                    let end = self.lines.line(self.at);
                    self.at += 1;
                    out.keep(tags, line, end);
                    return;
                }
                None => {
                    self.unclosed(tags, line, out);
                    return;
                }
                Some(b'@') if begins_entry(&self.text.as_bytes()[self.at..]) => {
                    self.unclosed(tags, line, out);
                    return;
                }
                Some(_) => {
                    let at = self.at;
                    let field_line = self.lines.line(at);
                    if let Some((name, value)) = self.field(macros) {
                        tags.push(name, &value, field_line);
                    } else {
                        let place = self.lines.place(at);
                        out.warn(
                            "bib::odd-field",
                            "not a whole field of an entry; passed over",
                            place,
                        );
                        self.next_field(at, close);
                    }
                }
            }
        }
    }

    /// The key before the first comma; an entry may have none.
    fn key(&mut self, close: u8) -> &'a str {
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let end = rest
            .iter()
            .position(|b| matches!(*b, b',' | b'=' | b'\n' | b'"' | b'{') || *b == close)
            .unwrap_or(rest.len());
        if matches!(rest.get(end), Some(b'=' | b'"' | b'{')) {
            return "";
        }
        self.at = start + end;
        &self.text[start..self.at]
    }

    /// `name = value # value`.
    fn field(&mut self, macros: &BTreeMap<String, String>) -> Option<(&'a str, String)> {
        let name = self.word();
        if name.is_empty() || self.skip_blanks() != Some(b'=') {
            return None;
        }
        self.at += 1;
        let mut value = String::new();
        loop {
            match self.skip_blanks()? {
                b'{' => value.push_str(self.braced()?),
                b'"' => value.push_str(self.quoted()?),
                b',' | b'}' | b')' => {}
                _ => {
                    let word = self.word();
                    if word.is_empty() {
                        return None;
                    }
                    match macros.get(&word.to_ascii_lowercase()) {
                        Some(meant) => value.push_str(meant),
                        None => value.push_str(word),
                    }
                }
            }
            if self.skip_blanks() != Some(b'#') {
                return Some((name, value));
            }
            self.at += 1;
        }
    }

    /// As the function of that name, as long as not too much was looked through in vain.
    fn balanced(&mut self, from: usize, close: u8, in_entry: bool) -> Option<usize> {
        if self.in_vain > MOST_IN_VAIN {
            return None;
        }
        let end = balanced(self.text.as_bytes(), from, close, in_entry);
        if end.is_none() {
            self.in_vain += self.text.len() - from;
        }
        end
    }

    /// Inside of a braced group; backslash takes the next sign's meaning away.
    fn braced(&mut self) -> Option<&'a str> {
        let start = self.at + 1;
        let end = self.balanced(start, b'}', true)?;
        self.at = end + 1;
        Some(&self.text[start..end])
    }

    /// Inside of quotes; quotes inside braces are text.
    fn quoted(&mut self) -> Option<&'a str> {
        let start = self.at + 1;
        let end = self.balanced(start, b'"', true)?;
        self.at = end + 1;
        // Braces just inside quotes are the author's own; the quotes stay beside them to tell.
        if self.text.as_bytes().get(start) == Some(&b'{') {
            return Some(&self.text[start - 1..=end]);
        }
        Some(&self.text[start..end])
    }

    fn skip_group(&mut self, close: u8) {
        match self.balanced(self.at, close, false) {
            Some(end) => self.at = end + 1,
            // A comment that nothing closes ends with its line.
            None => self.skip_line(),
        }
    }

    fn skip_line(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    }

    fn skip_to(&mut self, close: u8) {
        if self.skip_blanks() == Some(close) {
            self.at += 1;
        }
    }

    /// Behind something that is no field: the next comma or the end of the entry, at the latest the end of the line.
    fn next_field(&mut self, from: usize, close: u8) {
        self.at = self.at.max(from + 1);
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        while let Some(byte) = self.peek() {
            if byte == close || matches!(byte, b',' | b'\n') {
                return;
            }
            self.at += 1;
        }
    }

    /// An entry without an end: what was read of it is kept, and reading goes on here, where the next begins.
    fn unclosed(&mut self, tags: Tags, line: u32, out: &mut Reading) {
        let at = self.lines.place(self.at);
        if tags.len() > 1 {
            out.warn(
                "bib::no-end",
                format!("the entry that starts on line {line} is not closed; kept, but it may be incomplete"),
                at,
            );
            out.keep(tags, line, at.0);
        } else {
            let problem = Problem::error(
                "bib::no-end",
                format!(
                    "the entry that starts on line {line} is not closed and has no field; left out"
                ),
            );
            out.reject(problem.at(out.place(at)), "bib::no-end");
        }
    }
}

/// Offset of the sign that closes a group which began before `from`.
///
/// Inside an entry a line that begins the next one says that the group is not closed.
fn balanced(bytes: &[u8], from: usize, close: u8, in_entry: bool) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            byte if *byte == close && depth == 0 => return Some(at),
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'\n' if in_entry && begins_entry(&bytes[at + 1..]) => return None,
            _ => {}
        }
        at += 1;
    }
    None
}

/// `@article{` at the start of a line.
fn begins_entry(line: &[u8]) -> bool {
    let Some(word) = line.strip_prefix(b"@") else {
        return false;
    };
    let letters = word.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    letters > 2 && matches!(word.get(letters), Some(b'{' | b'('))
}

/// Typed fields; the number is the rank, lowest first.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
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
            "doi" => draft.offer_doi(0, value, line),
            "pmid" | "pubmed_id" => draft.offer(Field::Pmid, 0, value, line),
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

/// Braces around a whole value are layout; those inside belong to LaTeX.
fn unbraced(value: &str) -> &str {
    let mut value = super::fold::trim(value);
    if let Some(quoted) = value
        .strip_prefix("\"{")
        .and_then(|rest| rest.strip_suffix('"'))
    {
        return &value[1..=quoted.len() + 1];
    }
    while let Some(inner) = value
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
    {
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
