//! RIS: lines of tag, blanks, dash, value; a record runs from `TY` to `ER`.
//!
//! Source: RIS Format Specifications (Research Information Systems, 2001 and 2011), widened to what platforms write: see the
//! comments at each rule.

use super::line_ends::TaggedLines;
use super::lines::Lines;
use super::reading::Reading;
use super::ris_between::Between;
use super::ris_line::{Tagged, is_start, tagged};
use super::tags::Tags;

/// Reads all records of `text`.
pub(crate) fn read(text: &str, out: &mut Reading) {
    let mut open: Option<Open> = None;
    let mut outside = Outside::default();
    let mut last_line = 0;
    for (number, line) in TaggedLines::of(text, out) {
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
