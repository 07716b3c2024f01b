//! Carriage returns that stand alone beside line feeds: ends of lines where files of two systems were joined, else part of a value.

use super::lines::Lines;
use super::reading::Reading;
use super::{Format, nbib, ovid, refer, refworks, ris_line, wos};

/// Carriage returns of a text that no line feed follows, where the text has line feeds as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mixed {
    /// Offset of the first.
    pub(super) first: usize,
    bare: usize,
    feeds: usize,
}

impl Mixed {
    /// What stands in a text; `None` where its line ends are of one kind.
    pub(super) fn of(text: &str) -> Option<Self> {
        if !has_bare(text.as_bytes()) {
            return None;
        }
        let mut bare = bare(text.as_bytes());
        let first = bare.next()?;
        let feeds = memchr::memchr_iter(b'\n', text.as_bytes()).count();
        (feeds > 0).then(|| Self {
            first,
            bare: 1 + bare.count(),
            feeds,
        })
    }

    /// The text with a line feed for each of them, where they are more than the line feeds: a file of a classic Mac that something
    /// added a line to.
    pub(super) fn as_most(self, text: &str) -> Option<String> {
        (self.bare > self.feeds).then(|| text.replace("\r\n", "\n").replace('\r', "\n"))
    }
}

/// What begins a line of a tagged format.
type Tagged = fn(&str) -> bool;

/// Whether a line of this format carries a tag; `None` where lines have none that tells them from a value.
fn tagged(format: Format) -> Option<Tagged> {
    Some(match format {
        Format::Ris => |line| ris_line::is_tagged(line),
        Format::Nbib => |line| nbib::tagged(line).is_some(),
        Format::Ovid => |line| ovid::tagged(line).is_some(),
        Format::WosTagged => |line| wos::tagged(line).is_some(),
        Format::Refer => |line| refer::tagged(line).is_some(),
        Format::Refworks => |line| refworks::tagged(line).is_some(),
        _ => return None,
    })
}

/// The lines of a text in a tagged format. A bare carriage return beside line feeds ends one where a tag follows it, and where a
/// line going on or a blank one follows behind such; their number stays that of the line feeds.
pub(super) struct TaggedLines<'a> {
    lines: Lines<'a>,
    tagged: Option<Tagged>,
    rest: Option<(u32, &'a str)>,
    within: bool,
}

impl<'a> TaggedLines<'a> {
    pub(super) fn of(text: &'a str, reading: &Reading) -> Self {
        let tagged = tagged(reading.format).filter(|_| reading.mixed_ends);
        Self {
            lines: Lines::of(text),
            tagged,
            rest: None,
            within: false,
        }
    }

    /// Where the first line within a line ends.
    fn end(&self, line: &str, tagged: Tagged) -> Option<usize> {
        memchr::memchr_iter(b'\r', line.as_bytes()).find(|at| {
            let rest = &line[at + 1..];
            let next = rest.split('\r').next().unwrap_or_default();
            let goes_on = next.trim().is_empty() || next.starts_with([' ', '\t']);
            tagged(next) || self.within && goes_on
        })
    }
}

impl<'a> Iterator for TaggedLines<'a> {
    type Item = (u32, &'a str);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let Some(tagged) = self.tagged else {
            return self.lines.next();
        };
        let (number, line) = if let Some(rest) = self.rest.take() {
            rest
        } else {
            self.within = false;
            self.lines.next()?
        };
        let Some(at) = self.end(line, tagged) else {
            return Some((number, line));
        };
        self.within = true;
        self.rest = Some((number, &line[at + 1..]));
        Some((number, &line[..at]))
    }
}

/// Whether the carriage return at an offset ends a line of this format.
pub(super) fn ends_line(text: &str, at: usize, format: Format) -> bool {
    let rest = text.get(at + 1..).unwrap_or_default();
    let line = rest.split(['\r', '\n']).next().unwrap_or_default();
    tagged(format).is_some_and(|tagged| tagged(line))
}

/// Whether a carriage return may stand without a line feed: cheaper than [`bare`], and `true` for runs of them as well.
fn has_bare(bytes: &[u8]) -> bool {
    /// Bytes looked at between two questions whether one was found.
    const STRETCH: usize = 1 << 12;
    let next = bytes.get(1..).unwrap_or_default();
    let mut stretches = bytes.chunks(STRETCH).zip(next.chunks(STRETCH));
    bytes.last() == Some(&b'\r')
        || stretches.any(|(bytes, next)| {
            // Counted to the end, which the processor does many bytes at a time.
            let pairs = bytes.iter().zip(next);
            pairs
                .filter(|pair| *pair.0 == b'\r' && *pair.1 != b'\n')
                .count()
                > 0
        })
}

/// Offsets of carriage returns but for those before a line feed.
fn bare(bytes: &[u8]) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(b'\r', bytes).filter(|at| {
        let run = bytes[*at..].iter().take_while(|byte| **byte == b'\r');
        bytes.get(at + run.count()) != Some(&b'\n')
    })
}

#[cfg(test)]
mod tests {
    use crate::bib::read;

    const RECORDS: &str = "PMID- 1\nTI  - A trial of walks\n      in the morning\nDP  - 2019\n\nPMID- 2\nTI  - B\nDP  - 2020\n\nPMID- 3\nTI  - C\n";

    fn told(text: &str) -> (Vec<String>, Vec<String>) {
        let import = read("a.nbib", text.as_bytes());
        let title = |record: crate::bib::Record| record.title.unwrap_or_default();
        let codes = import.problems.iter();
        let codes = codes.map(|problem| format!("{} {}", problem.places[0].0, problem.code));
        let codes = codes.collect();
        (import.records.into_iter().map(title).collect(), codes)
    }

    #[test]
    fn one_line_feed_in_a_file_of_carriage_returns_loses_no_record() {
        let mac = RECORDS.replace('\n', "\r");
        let all = ["A trial of walks in the morning", "B", "C"];
        assert_eq!(told(&mac), (all.map(str::to_owned).to_vec(), vec![]));
        for text in [
            format!("{mac}\n"),
            format!("\n{mac}"),
            mac.replacen('\r', "\n", 2),
        ] {
            let (titles, codes) = told(&text);
            assert_eq!(titles, all, "{text:?}");
            assert_eq!(codes.len(), 1, "{codes:?}");
            assert!(codes[0].ends_with(" bib::line-ends"), "{codes:?}");
        }
    }

    #[test]
    fn files_of_two_systems_joined_lose_no_record() {
        let record = |n: u32| format!("PMID- {n}\nTI  - T{n}\nDP  - 2000\n\n");
        let more = (10..30).map(record).collect::<Vec<String>>().concat();
        let text = format!("{more}{}", RECORDS.replace('\n', "\r"));
        let (titles, codes) = told(&text);
        assert_eq!(titles.len(), 23);
        assert_eq!(titles[20], "A trial of walks in the morning");
        assert_eq!(codes, ["a.nbib:81:8 bib::line-ends"]);
        let import = read("a.nbib", text.as_bytes());
        assert_eq!(
            import.records[22].source.line, 81,
            "lines are those of line feeds"
        );
        let ris = "TY  - JOUR\r\nTI  - Walks\r\nAU  - Benson, J\rPY  - 2019\rJO  - BMJ Open\r\nER  - \r\n";
        let record = &read("a.ris", ris.as_bytes()).records[0];
        assert_eq!(
            (record.year, record.authors.join(";")),
            (Some(2019), "Benson, J".to_owned())
        );
    }

    #[test]
    fn a_carriage_return_within_a_value_stays_there_and_is_told() {
        let ris = "TY  - JOUR\nTI  - Walks\rand rides\nER  - \n";
        let import = read("a.ris", ris.as_bytes());
        assert_eq!(import.records[0].title.as_deref(), Some("Walks and rides"));
        assert_eq!(import.problems.0[0].code, "bib::line-ends");
        let windows = read("a.ris", ris.replace(['\r', '\n'], "\r\r\n").as_bytes());
        assert!(
            !windows
                .problems
                .iter()
                .any(|one| one.code == "bib::line-ends")
        );
    }
}
