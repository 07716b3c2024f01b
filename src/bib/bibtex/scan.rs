//! The entries of a BibTeX file by their braces, in time that grows with the length of the file.

use crate::bib::lines::LineOf;
use crate::bib::reading::Reading;
use crate::bib::tags::Tags;
use crate::problem::Problem;
use std::collections::BTreeMap;

/// Reads all entries of `text`.
pub(in crate::bib) fn read(text: &str, out: &mut Reading) {
    let mut macros = BTreeMap::new();
    let mut scan = Scan {
        text,
        at: 0,
        lines: LineOf::new(text),
        unclosed: BTreeMap::new(),
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
    /// What a search that found no end has learnt, by the sign that closes and whether it was inside an entry.
    unclosed: BTreeMap<(u8, bool), Unclosed>,
}

impl<'a> Scan<'a> {
    /// Offset of the sign that closes a group which began before `from`; a part of the text is searched in vain once only.
    fn closes(&mut self, from: usize, close: u8, in_entry: bool) -> Option<usize> {
        let known = self.unclosed.get(&(close, in_entry));
        if known.is_some_and(|known| known.never_closes(from)) {
            return None;
        }
        let bytes = self.text.as_bytes();
        let found = balanced(bytes, from, close, in_entry);
        if found.is_none() {
            let learnt = Unclosed::learn(bytes, from, close, in_entry);
            self.unclosed.insert((close, in_entry), learnt);
        }
        found
    }

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
        tags.push(&format!("@{kind}"), crate::bib::fold::trim(key), line);
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

    /// Inside of a braced group; backslash takes the next sign's meaning away.
    fn braced(&mut self) -> Option<&'a str> {
        let start = self.at + 1;
        let end = self.closes(start, b'}', true)?;
        self.at = end + 1;
        Some(&self.text[start..end])
    }

    /// Inside of quotes; quotes inside braces are text.
    fn quoted(&mut self) -> Option<&'a str> {
        let start = self.at + 1;
        let end = self.closes(start, b'"', true)?;
        self.at = end + 1;
        // Braces just inside quotes are the author's own; the quotes stay beside them to tell.
        if self.text.as_bytes().get(start) == Some(&b'{') {
            return Some(&self.text[start - 1..=end]);
        }
        Some(&self.text[start..end])
    }

    fn skip_group(&mut self, close: u8) {
        match self.closes(self.at, close, false) {
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
pub(super) fn balanced(bytes: &[u8], from: usize, close: u8, in_entry: bool) -> Option<usize> {
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

/// Where groups close in a part of the text in which one does not.
struct Unclosed {
    /// The part: from the group that did not close to where the search ended.
    from: usize,
    to: usize,
    /// Groups that begin in one of these ranges close at its end; the ranges lie apart, in order.
    closing: Vec<(usize, usize)>,
}

impl Unclosed {
    /// Walks the part once. A sign closes every group that began before it and behind the innermost brace open at it.
    fn learn(bytes: &[u8], from: usize, close: u8, in_entry: bool) -> Self {
        let mut open = Vec::new();
        let mut closing: Vec<(usize, usize)> = Vec::new();
        let mut at = from;
        while let Some(byte) = bytes.get(at) {
            if *byte == close {
                let first = open.last().map_or(from, |brace| brace + 1);
                while closing.last().is_some_and(|(start, _)| *start >= first) {
                    closing.pop();
                }
                let first = closing.last().map_or(first, |(_, end)| first.max(end + 1));
                closing.push((first, at));
            }
            match byte {
                b'\\' => at += 1,
                b'{' => open.push(at),
                b'}' => {
                    open.pop();
                }
                b'\n' if in_entry && begins_entry(&bytes[at + 1..]) => break,
                _ => {}
            }
            at += 1;
        }
        Self {
            from,
            to: at.min(bytes.len()),
            closing,
        }
    }

    /// Whether it is known that nothing closes a group that begins here.
    fn never_closes(&self, at: usize) -> bool {
        let next = self.closing.partition_point(|(_, end)| *end < at);
        let inside = self
            .closing
            .get(next)
            .is_some_and(|(start, _)| *start <= at);
        (self.from..=self.to).contains(&at) && !inside
    }
}

/// `@article{` at the start of a line.
fn begins_entry(line: &[u8]) -> bool {
    let Some(word) = line.strip_prefix(b"@") else {
        return false;
    };
    let letters = word.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    letters > 2 && matches!(word.get(letters), Some(b'{' | b'('))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_closes_is_learnt_as_each_search_would_find_it() {
        let text = br#"{a "b" {c} "d {e "f} ) } g " h \} i } j { k "l { m }"#;
        for close in [b'}', b'"', b')'] {
            for from in 0..=text.len() {
                if balanced(text, from, close, false).is_some() {
                    continue;
                }
                let learnt = Unclosed::learn(text, from, close, false);
                for at in from..=text.len() {
                    let escaped = at > 0 && text[at - 1] == b'\\';
                    if !escaped {
                        let closes = balanced(text, at, close, false).is_some();
                        let of = (char::from(close), from, at);
                        assert_eq!(learnt.never_closes(at), !closes, "{of:?}");
                    }
                }
            }
        }
    }
}
