//! Carriage returns that stand alone beside line feeds: ends of lines where files of two systems were joined, else part of a value.

use super::{Format, nbib, ovid, refer, refworks, ris_line, wos};
use std::borrow::Cow;

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
        (self.bare > self.feeds).then(|| with_feeds(text, |_, _| true))
    }
}

/// The text of a tagged format with a line feed for each carriage return that a tag follows, and for those behind it that a line
/// going on or a blank one follows.
pub(super) fn before_tags(text: &str, format: Format) -> Cow<'_, str> {
    let tagged: fn(&str) -> bool = match format {
        Format::Ris => |line| ris_line::is_tagged(line),
        Format::Nbib => |line| nbib::tagged(line).is_some(),
        Format::Ovid => |line| ovid::tagged(line).is_some(),
        Format::WosTagged => |line| wos::tagged(line).is_some(),
        Format::Refer => |line| refer::tagged(line).is_some(),
        Format::Refworks => |line| refworks::tagged(line).is_some(),
        _ => return Cow::Borrowed(text),
    };
    let mut behind_tag = None;
    let ends = |at: usize, line: &str| {
        let goes_on = line.trim().is_empty() || line.starts_with([' ', '\t']);
        let ends = tagged(line) || goes_on && behind_tag == Some(at);
        // The next one ends a line of the same run.
        behind_tag = ends.then_some(at + 1 + line.len());
        ends
    };
    Cow::Owned(with_feeds(text, ends))
}

/// The text with a line feed for each bare carriage return that `ends` a line, by its offset and the line behind it.
fn with_feeds(text: &str, mut ends: impl FnMut(usize, &str) -> bool) -> String {
    let mut made = String::with_capacity(text.len());
    let mut from = 0;
    for at in bare(text.as_bytes()) {
        let rest = &text[at + 1..];
        let line = memchr::memchr2(b'\r', b'\n', rest.as_bytes()).map_or(rest, |end| &rest[..end]);
        if ends(at, line) {
            made.push_str(&text[from..at]);
            made.push('\n');
            from = at + 1;
        }
    }
    made.push_str(&text[from..]);
    made
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
