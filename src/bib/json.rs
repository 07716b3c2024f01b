//! JSON exports: records found inside lists and answers, each flattened to tags by path (`author/0/family`).
//!
//! A value that is damaged loses its record only; depth is bounded; every tag knows its line.

use super::lines::LineOf;
use super::reading::Reading;
use super::tags::Tags;
use crate::problem::Problem;

/// Objects deeper than this are not an export's.
const DEPTH: usize = 100;
/// Names of lists that hold records inside an answer.
const LISTS: [&str; 6] = [
    "items",
    "results",
    "studies",
    "records",
    "references",
    "data",
];

/// Reads all records of `text`: of a list, of an answer that holds one, of one object, or of objects one after another.
pub(crate) fn read(text: &str, out: &mut Reading) {
    let mut scan = Scan {
        text,
        bytes: text.as_bytes(),
        at: 0,
        lines: LineOf::new(text),
    };
    loop {
        scan.blanks();
        match scan.peek() {
            None => return,
            Some(b'[') => scan.list(out),
            Some(b'{') => scan.answer(out, 0),
            Some(_) => {
                let at = scan.lines.place(scan.at);
                out.error("bib::malformed", "not JSON from here on", at);
                return;
            }
        }
        scan.blanks();
        if scan.peek() == Some(b',') {
            scan.at += 1;
        }
    }
}

struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    lines: LineOf<'a>,
}

/// Where and why a value is not JSON.
struct Broken {
    at: usize,
    what: &'static str,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self
            .peek()
            .is_some_and(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
        {
            self.at += 1;
        }
    }

    /// Elements of a list: objects are records.
    fn list(&mut self, out: &mut Reading) {
        self.at += 1;
        loop {
            self.blanks();
            match self.peek() {
                None => {
                    let at = self.lines.place(self.at);
                    out.warn("bib::cut", "the file ends before its list does", at);
                    return;
                }
                Some(b']') => {
                    self.at += 1;
                    return;
                }
                Some(b',') => self.at += 1,
                Some(b'{') => self.record(out),
                Some(_) => {
                    let at = self.lines.place(self.at);
                    let problem = Problem::error(
                        "bib::malformed",
                        "an element that is not an object is left out",
                    )
                    .at(out.place(at));
                    out.reject(problem, "bib::malformed");
                    let before = self.at;
                    self.skip();
                    if self.at == before {
                        self.at += 1;
                    }
                }
            }
        }
    }

    /// An object: an answer that holds a list of records, or a record itself.
    fn answer(&mut self, out: &mut Reading, depth: usize) {
        let start = self.at;
        let mut inner = None;
        self.at += 1;
        loop {
            self.blanks();
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                Some(b'"') => {}
                _ => break,
            }
            let Ok(key) = self.string() else { break };
            self.blanks();
            if self.peek() != Some(b':') {
                break;
            }
            self.at += 1;
            self.blanks();
            match self.peek() {
                Some(b'[') if LISTS.contains(&key.as_str()) && self.holds_objects() => {
                    inner = Some(self.at);
                    break;
                }
                Some(b'{') if key == "message" && depth == 0 => {
                    inner = Some(self.at);
                    break;
                }
                _ => {}
            }
            let before = self.at;
            self.skip();
            if self.at == before {
                break;
            }
        }
        self.at = start;
        match inner {
            None => self.record(out),
            Some(inner) => {
                self.skip();
                let behind = self.at;
                self.at = inner;
                if self.peek() == Some(b'[') {
                    self.list(out);
                } else {
                    self.answer(out, depth + 1);
                }
                self.at = self.at.max(behind);
            }
        }
    }

    fn holds_objects(&self) -> bool {
        self.bytes[self.at + 1..]
            .iter()
            .find(|b| !b.is_ascii_whitespace())
            .is_some_and(|b| *b == b'{')
    }

    /// One object made a record.
    fn record(&mut self, out: &mut Reading) {
        let start = self.at;
        let line = self.lines.line(start);
        let mut tags = Tags::new();
        let mut path = String::new();
        let done = self.value(&mut path, &mut tags, 0);
        match done {
            Ok(()) => {
                let end = self.lines.line(self.at.saturating_sub(1));
                out.keep(tags, line, end);
            }
            Err(broken) => {
                let at = self.lines.place(broken.at);
                let problem = Problem::error(
                    "bib::malformed",
                    format!(
                        "{}; the record that starts on line {line} is left out",
                        broken.what
                    ),
                )
                .at(out.place(at));
                out.reject(problem, "bib::malformed");
                self.at = start;
                self.skip();
                if self.at == start {
                    self.at = self.bytes.len();
                }
            }
        }
    }

    /// Flattens the value here into tags.
    fn value(&mut self, path: &mut String, tags: &mut Tags, depth: usize) -> Result<(), Broken> {
        self.blanks();
        if depth > DEPTH {
            return Err(self.broken("values lie deeper than 100 levels"));
        }
        let line = self.lines.line(self.at);
        match self.peek() {
            Some(b'{') => self.object(path, tags, depth),
            Some(b'[') => self.array(path, tags, depth),
            Some(b'"') => {
                let text = self.string()?;
                tags.push(path, &text, line);
                Ok(())
            }
            Some(_) => {
                let start = self.at;
                while self
                    .peek()
                    .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.'))
                {
                    self.at += 1;
                }
                let word = &self.text[start..self.at];
                let plain = matches!(word, "true" | "false" | "null")
                    || (!word.is_empty()
                        && word
                            .bytes()
                            .next()
                            .is_some_and(|b| b == b'-' || b.is_ascii_digit()));
                if !plain {
                    return Err(self.broken("not JSON here"));
                }
                tags.push(path, if word == "null" { "" } else { word }, line);
                Ok(())
            }
            None => Err(self.broken("the file ends inside a record")),
        }
    }

    fn object(&mut self, path: &mut String, tags: &mut Tags, depth: usize) -> Result<(), Broken> {
        self.at += 1;
        loop {
            self.blanks();
            match self.peek() {
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b',') => self.at += 1,
                Some(b'"') => {
                    let key = self.string()?;
                    self.blanks();
                    if self.peek() != Some(b':') {
                        return Err(self.broken("a name without a value"));
                    }
                    self.at += 1;
                    let length = enter(path, &key);
                    self.value(path, tags, depth + 1)?;
                    path.truncate(length);
                }
                Some(_) => return Err(self.broken("not JSON here")),
                None => return Err(self.broken("the file ends inside a record")),
            }
        }
    }

    fn array(&mut self, path: &mut String, tags: &mut Tags, depth: usize) -> Result<(), Broken> {
        self.at += 1;
        let mut index = 0_usize;
        loop {
            self.blanks();
            match self.peek() {
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b',') => self.at += 1,
                Some(_) => {
                    let length = enter(path, &index.to_string());
                    self.value(path, tags, depth + 1)?;
                    path.truncate(length);
                    index += 1;
                }
                None => return Err(self.broken("the file ends inside a record")),
            }
        }
    }

    /// A string with its escapes undone.
    fn string(&mut self) -> Result<String, Broken> {
        let start = self.at;
        let end = self.string_end().ok_or(Broken {
            at: start,
            what: "a string that nothing closes",
        })?;
        self.at = end;
        let raw = &self.text[start..end];
        match serde_json::from_str::<String>(raw) {
            Ok(text) => Ok(text),
            // Raw line ends inside strings are wrong but harmless.
            Err(_) => Ok(raw[1..raw.len() - 1].replace("\\\"", "\"")),
        }
    }

    fn string_end(&self) -> Option<usize> {
        let mut at = self.at + 1;
        loop {
            let found = at + memchr::memchr2(b'"', b'\\', self.bytes.get(at..)?)?;
            if self.bytes[found] == b'"' {
                return Some(found + 1);
            }
            at = found + 2;
        }
    }

    /// Goes past the value here, whatever is inside.
    fn skip(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.at = self.string_end().unwrap_or(self.bytes.len());
                    if depth == 0 {
                        return;
                    }
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    if depth == 0 {
                        return;
                    }
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        return;
                    }
                }
                b',' if depth == 0 => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    fn broken(&self, what: &'static str) -> Broken {
        Broken { at: self.at, what }
    }
}

fn enter(path: &mut String, name: &str) -> usize {
    let length = path.len();
    if length > 0 {
        path.push('/');
    }
    path.push_str(name);
    length
}
