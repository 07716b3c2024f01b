//! XML exports walked once, each record flattened to tags: the path of an element below the record, and its text.
//!
//! Inline markup inside a value (`<i>`, `<sup>`, `MathML`, EndNote's `<style>`) is transparent: the value is the text of all
//! descendants. An attribute is a tag `path@name` before its element. Entities declared in the file are never expanded, so an
//! XML bomb stays small. A broken record is left out with its place, and reading goes on at the next one.

use super::lines::LineOf;
use super::reading::Reading;
use super::tags::Tags;
use crate::problem::Problem;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Elements deeper than this are not an export's.
const DEPTH: usize = 200;

/// Where records lie.
pub(crate) struct Shape {
    /// Names of record elements; empty: every child of the root is one.
    pub(crate) records: &'static [&'static str],
    /// Whether an element is markup inside a value.
    pub(crate) inline: fn(&str) -> bool,
}

/// A record element with all that was in it.
pub(crate) struct Element<'a> {
    pub(crate) name: &'a str,
    pub(crate) tags: Tags,
    pub(crate) line: u32,
    pub(crate) end_line: u32,
}

struct Frame {
    path: usize,
    text: String,
    line: u32,
    /// Whether an element stood inside.
    parent: bool,
}

struct Open {
    name: String,
    tags: Tags,
    line: u32,
    path: String,
    frames: Vec<Frame>,
}

struct Walk<'a, 'b, 's> {
    text: &'a str,
    shape: &'a Shape,
    out: &'b mut Reading<'s>,
    lines: LineOf<'a>,
    open: Option<Open>,
    depth: usize,
    /// Where the reader began; it is begun again behind a broken record.
    base: usize,
    /// Bytes behind a break that were searched in vain for what would have closed it.
    in_vain: usize,
}

/// Hands each record element to `keep`.
pub(crate) fn read(
    text: &str,
    shape: &Shape,
    out: &mut Reading,
    keep: &mut dyn FnMut(&mut Reading, Element),
) {
    let mut walk = Walk {
        text,
        shape,
        out,
        lines: LineOf::new(text),
        open: None,
        depth: 0,
        base: 0,
        in_vain: 0,
    };
    loop {
        match walk.run(keep) {
            None => return,
            Some(next) => {
                walk.base = next;
                walk.open = None;
                // Behind a broken record only the names of records say where one begins.
                walk.depth = 1;
            }
        }
    }
}

impl Walk<'_, '_, '_> {
    /// Reads until the end or an error; after an error gives where the next record begins.
    fn run(&mut self, keep: &mut dyn FnMut(&mut Reading, Element)) -> Option<usize> {
        let text = self.text;
        let end = self.reach();
        let mut reader = Reader::from_str(&text[self.base..end]);
        reader.config_mut().allow_dangling_amp = true;
        reader.config_mut().allow_unmatched_ends = self.base > 0;
        loop {
            let before = self.base + position(reader.buffer_position());
            match reader.read_event() {
                Ok(Event::Eof) if end < text.len() => {
                    if self.open.is_none() {
                        return Some(end);
                    }
                    return self.broken(end - 1, "the record does not end before the next begins");
                }
                Ok(Event::Eof) => {
                    self.at_end();
                    return None;
                }
                Ok(event) => {
                    if !self.event(event, before, keep) {
                        return self.broken(before, "elements lie deeper than 200 levels");
                    }
                }
                Err(error) => {
                    let at = self.base + position(reader.error_position());
                    let read = self.base + position(reader.buffer_position());
                    self.in_vain += read.min(end).saturating_sub(at);
                    let said = error.to_string();
                    return self.broken(at.max(before), &said);
                }
            }
        }
    }

    /// Where the reader has to stop. A comment that nothing closes is searched to the end of the file; where such searches have
    /// cost as much as the whole file did, each record is read by itself.
    fn reach(&self) -> usize {
        if self.in_vain <= self.text.len() {
            return self.text.len();
        }
        self.next_record(self.base + 1).unwrap_or(self.text.len())
    }

    fn event(
        &mut self,
        event: Event,
        before: usize,
        keep: &mut dyn FnMut(&mut Reading, Element),
    ) -> bool {
        match event {
            Event::Start(start) => {
                self.depth += 1;
                if self.depth > DEPTH {
                    return false;
                }
                self.start(&start, before);
            }
            Event::Empty(start) => {
                self.depth += 1;
                self.start(&start, before);
                self.end(start.name().as_ref(), before, keep);
                self.depth -= 1;
            }
            Event::End(end) => {
                self.end(end.name().as_ref(), before, keep);
                self.depth = self.depth.saturating_sub(1);
            }
            Event::Text(text) => self.add(&text.into_inner()),
            Event::CData(text) => self.add(&text.into_inner()),
            Event::GeneralRef(reference) => self.reference(&reference, before),
            Event::DocType(doctype) => {
                if doctype.into_inner().contains("<!ENTITY") {
                    let at = self.lines.place(before);
                    self.out.warn(
                        "bib::entity",
                        "the file declares entities of its own; they are not expanded",
                        at,
                    );
                }
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => {}
        }
        true
    }

    fn is_record(&self, name: &str) -> bool {
        if self.shape.records.is_empty() {
            self.depth == 2
        } else {
            self.shape.records.contains(&name)
        }
    }

    fn start(&mut self, start: &BytesStart, before: usize) {
        let name = start.name();
        let name: &str = name.as_ref();
        if self.open.is_none() {
            if self.is_record(name) {
                let line = self.lines.line(before);
                let mut open = Open {
                    name: name.to_owned(),
                    tags: Tags::new(),
                    line,
                    path: String::new(),
                    frames: Vec::new(),
                };
                open.attributes(start, line);
                self.open = Some(open);
            }
            return;
        }
        if (self.shape.inline)(name) {
            return;
        }
        let line = self.lines.line(before);
        if let Some(open) = &mut self.open {
            open.enter(name, line);
            open.attributes(start, line);
        }
    }

    fn end(&mut self, name: &str, before: usize, keep: &mut dyn FnMut(&mut Reading, Element)) {
        let Some(open) = &mut self.open else { return };
        if open.frames.is_empty() {
            if open.name == name {
                let end_line = self.lines.line(before);
                if let Some(open) = self.open.take() {
                    let element = Element {
                        name: &open.name,
                        tags: open.tags,
                        line: open.line,
                        end_line,
                    };
                    keep(self.out, element);
                }
            }
        } else if !(self.shape.inline)(name) {
            open.leave();
        }
    }

    fn add(&mut self, text: &str) {
        if let Some(frame) = self.open.as_mut().and_then(|open| open.frames.last_mut()) {
            frame.text.push_str(text);
        }
    }

    fn reference(&mut self, reference: &BytesRef, before: usize) {
        if self.open.is_none() {
            return;
        }
        if let Ok(Some(character)) = reference.resolve_char_ref() {
            let character = if character == '\r' { '\n' } else { character };
            self.add(character.encode_utf8(&mut [0; 4]));
            return;
        }
        let name = reference.clone().into_inner();
        if let Some(text) =
            quick_xml::escape::resolve_xml_entity(&name).or_else(|| html_entity(&name))
        {
            self.add(text);
        } else {
            let at = self.lines.place(before);
            self.out.warn(
                "bib::entity",
                format!("the entity &{name}; is not known and stays as it is"),
                at,
            );
            self.add(&format!("&{name};"));
        }
    }

    fn at_end(&mut self) {
        if let Some(open) = self.open.take() {
            let (line, column) = self.lines.place(self.text.len());
            let problem = Problem::error(
                "bib::cut",
                format!(
                    "the file ends inside the record that starts on line {} (byte {}); that record is left out",
                    open.line,
                    self.text.len()
                ),
            )
            .at(self.out.place((line, column)))
            .help("download the export again");
            self.out.reject(problem, "bib::cut");
        } else if self.depth > 0 && self.base == 0 {
            let at = self.lines.place(self.text.len());
            self.out
                .error("bib::cut", "the file ends before its root element does", at);
        }
    }

    /// Leaves out the record at a break, and finds the next.
    fn broken(&mut self, at: usize, said: &str) -> Option<usize> {
        let (line, column) = self.lines.place(at);
        let place = self.out.place((line, column));
        if self.open.is_some() {
            let problem = Problem::error(
                "bib::malformed",
                format!("not well-formed XML: {said}; the record here is left out"),
            )
            .at(place);
            self.out.reject(problem, "bib::malformed");
        } else {
            let problem = Problem::error("bib::malformed", format!("not well-formed XML: {said}"));
            self.out.say(problem.at(place), "bib::malformed");
        }
        self.next_record((at + 1).max(self.base + 1))
    }

    fn next_record(&self, mut from: usize) -> Option<usize> {
        while !self.text.is_char_boundary(from) {
            from += 1;
        }
        let bytes = self.text.as_bytes();
        memchr::memchr_iter(b'<', bytes.get(from..)?)
            .map(|found| from + found)
            .find(|at| {
                let name = &bytes[at + 1..];
                self.shape.records.iter().any(|record| {
                    name.strip_prefix(record.as_bytes()).is_some_and(|behind| {
                        behind
                            .first()
                            .is_none_or(|b| matches!(b, b'>' | b'/') || b.is_ascii_whitespace())
                    })
                })
            })
    }
}

impl Open {
    fn enter(&mut self, name: &str, line: u32) {
        if let Some(frame) = self.frames.last_mut() {
            frame.parent = true;
        }
        let path = self.path.len();
        if path > 0 {
            self.path.push('/');
        }
        self.path.push_str(name);
        self.frames.push(Frame {
            path,
            text: String::new(),
            line,
            parent: false,
        });
    }

    fn leave(&mut self) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let value = super::fold::trim(&frame.text);
        // An element with elements inside has only layout as its own text; an empty one says that the field is empty.
        if !frame.parent || !value.is_empty() {
            self.tags.push(&self.path, value, frame.line);
        }
        self.path.truncate(frame.path);
    }

    fn attributes(&mut self, start: &BytesStart, line: u32) {
        for attribute in start.attributes().with_checks(false).flatten() {
            let key: &str = attribute.key.as_ref();
            let name = format!("{}@{key}", self.path);
            let value = quick_xml::escape::unescape(&attribute.value)
                .unwrap_or_else(|_| attribute.value.clone());
            self.tags.push(&name, &value, line);
        }
    }
}

/// Inline markup of titles and abstracts in every XML export.
pub(crate) fn is_markup(name: &str) -> bool {
    matches!(
        name,
        "i" | "b"
            | "u"
            | "em"
            | "strong"
            | "sup"
            | "sub"
            | "span"
            | "font"
            | "br"
            | "p"
            | "style"
            | "tt"
            | "DispFormula"
    ) || name.starts_with("mml:")
}

fn html_entity(name: &str) -> Option<&'static str> {
    Some(match name {
        "nbsp" => "\u{a0}",
        "ndash" => "–",
        "mdash" => "—",
        "hellip" => "…",
        "lsquo" => "‘",
        "rsquo" => "’",
        "ldquo" => "“",
        "rdquo" => "”",
        "deg" => "°",
        "plusmn" => "±",
        "micro" => "µ",
        "times" => "×",
        "reg" => "®",
        "copy" => "©",
        "trade" => "™",
        "alpha" => "α",
        "beta" => "β",
        "le" => "≤",
        "ge" => "≥",
        _ => return None,
    })
}

fn position(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use crate::bib::read;

    #[test]
    fn what_nothing_closes_is_not_searched_for_again_and_again() {
        for line in [
            "<PubmedArticle><!-- x \n",
            "<PubmedArticle><![CDATA[ x \n",
            "<PubmedArticle><? x \n",
            "<PubmedArticle \" x \n",
        ] {
            let text = format!(
                "<PubmedArticleSet>\n{}<PubmedArticle><MedlineCitation><PMID>31000001</PMID></MedlineCitation></PubmedArticle>\n",
                line.repeat(20_000)
            );
            let started = std::time::Instant::now();
            let import = read("a.xml", text.as_bytes());
            assert!(import.rejected > 0 || !import.problems.is_empty(), "{line}");
            assert!(
                started.elapsed().as_secs() < 60,
                "{line}: {:?}",
                started.elapsed()
            );
        }
    }

    #[test]
    fn whole_records_behind_many_broken_ones_are_kept() {
        let broken = "<PubmedArticle><!-- x \n".repeat(50);
        let whole = |pmid: u32| {
            format!(
                "<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID></MedlineCitation></PubmedArticle>\n"
            )
        };
        let text = format!(
            "<PubmedArticleSet>\n{}{broken}{}{}</PubmedArticleSet>\n",
            whole(1),
            whole(2),
            whole(3)
        );
        let import = read("a.xml", text.as_bytes());
        let pmids: Vec<_> = import
            .records
            .iter()
            .map(|record| record.pmid.as_deref())
            .collect();
        assert_eq!(pmids, [Some("1"), Some("2"), Some("3")]);
    }
}
