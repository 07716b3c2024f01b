//! Text between RIS records: what platforms put there, and what may be a record that was lost.

use super::fold::trim;
use super::reading::Reading;
use crate::problem::Problem;

/// Characters of a passed-over line that are shown.
const SHOWN: usize = 60;

/// Lines without a RIS tag outside any record.
#[derive(Default)]
pub(super) struct Between {
    /// First line and number of the marks a platform writes between records: counters, links, headers.
    marks: Option<(u32, u32)>,
    /// First line, its text and number of other lines since the last record.
    run: Option<(u32, String, u32)>,
    paragraph: Paragraph,
}

/// Lines up to the next blank one.
#[derive(Default)]
struct Paragraph {
    first: u32,
    text: String,
    lines: u32,
}

impl Between {
    /// Takes a line, already trimmed.
    pub(super) fn line(&mut self, line: &str, number: u32, out: &mut Reading) {
        if line.is_empty() {
            self.end_paragraph(out);
        } else if is_mark(line) {
            let (first, count) = self.marks.unwrap_or((number, 0));
            self.marks = Some((first, count + 1));
        } else {
            if self.paragraph.lines > 0 && foreign(line).is_some() {
                self.end_paragraph(out);
            }
            if self.paragraph.lines == 0 {
                self.paragraph.first = number;
            } else {
                self.paragraph.text.push('\n');
            }
            self.paragraph.text.push_str(line);
            self.paragraph.lines += 1;
        }
    }

    /// Rejects a paragraph that looks like a record; adds any other to the run of lines passed over.
    pub(super) fn end_paragraph(&mut self, out: &mut Reading) {
        if self.paragraph.lines == 0 {
            return;
        }
        let paragraph = std::mem::take(&mut self.paragraph);
        let first = paragraph.text.lines().next().unwrap_or_default();
        let place = out.place((paragraph.first, 1));
        if let Some(format) = foreign(first) {
            let title = format!(
                "a record of another format ({format}) stands between the RIS records; not read"
            );
            let problem = Problem::error("bib::other-format", title).at(place);
            let help = "put the records of each format into a file of their own";
            out.reject(problem.help(help), "bib::other-format");
        } else if is_citation(&paragraph.text) {
            let title = format!("a reference without any tag, not read: {}", shown(first));
            let problem = Problem::error("bib::untagged", title).at(place);
            let help = "look for the record in the database, and export it again";
            out.reject(problem.help(help), "bib::untagged");
        } else {
            let (from, text, count) = self
                .run
                .take()
                .unwrap_or_else(|| (paragraph.first, first.to_owned(), 0));
            self.run = Some((from, text, count + paragraph.lines));
        }
    }

    /// Says what was passed over since the last record.
    pub(super) fn end_run(&mut self, out: &mut Reading) {
        if let Some((first, text, count)) = self.run.take() {
            let title = format!(
                "{count} line(s) outside any record were passed over: {}",
                shown(&text)
            );
            out.note("bib::outside", title, (first, 1));
        }
    }

    /// Says how many marks of the platform were passed over, once a file.
    pub(super) fn close(&mut self, out: &mut Reading) {
        if let Some((first, count)) = self.marks.take() {
            let title =
                format!("{count} line(s) that number or describe the records were passed over");
            out.note("bib::marks", title, (first, 1));
        }
    }
}

fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("`{short}`")
}

/// What platforms write between records: Ovid's counters and links, the preambles of Cochrane, `PsycNET` and JSTOR, rules.
fn is_mark(line: &str) -> bool {
    const STARTS: [&str; 12] = [
        "Record #",
        "Provider:",
        "Database:",
        "Content:",
        "Link to ",
        "http://",
        "https://",
        "JSTOR",
        "COPYRIGHT",
        "Export Date",
        "EXPORT DATE",
        "Search Name:",
    ];
    let counter = line
        .trim_start_matches('<')
        .trim_end_matches(['.', ' ', '>', ')'])
        .bytes()
        .all(|b| b.is_ascii_digit());
    let rule = line
        .bytes()
        .all(|b| matches!(b, b'-' | b'=' | b'_' | b'*' | b'#'));
    counter || rule || STARTS.iter().any(|start| line.starts_with(start))
}

/// The format of which the line begins a record.
fn foreign(line: &str) -> Option<&'static str> {
    let digit = |rest: &str| rest.trim_start().starts_with(|c: char| c.is_ascii_digit());
    if line.strip_prefix("PMID-").is_some_and(digit) {
        return Some("nbib");
    }
    if line.starts_with("%0 ") {
        return Some("refer-enw");
    }
    let name = line.strip_prefix('@')?;
    let end = name.find(|c: char| !c.is_ascii_alphabetic())?;
    (end > 2 && name[end..].trim_start().starts_with('{')).then_some("bibtex")
}

/// Whether the text names a publication without doubt: a DOI or a PubMed number, in more than a few words.
fn is_citation(text: &str) -> bool {
    let numbered = text.contains("PMID: ") || super::doi::normalise(trim(text)).is_some();
    numbered && text.split_whitespace().count() > 5
}

#[cfg(test)]
mod tests {
    use crate::bib::read;

    fn said(text: &str) -> (usize, usize, Vec<String>) {
        let import = read("a.ris", text.as_bytes());
        let said = import.problems.iter().map(ToString::to_string).collect();
        (import.kept, import.rejected, said)
    }

    #[test]
    fn text_between_records_is_told_with_its_line() {
        let (kept, rejected, said) = said(
            "Query: balint AND burnout\n\nTY  - JOUR\nTI  - A\nER  - \n\nSome words\nof a person\n\nTY  - JOUR\nTI  - B\nER  - \n",
        );
        assert_eq!((kept, rejected), (2, 0));
        assert_eq!(
            said,
            [
                "a.ris:1:1: note[bib::outside]: 1 line(s) outside any record were passed over: `Query: balint AND burnout`",
                "a.ris:7:1: note[bib::outside]: 2 line(s) outside any record were passed over: `Some words`",
            ]
        );
    }

    #[test]
    fn what_looks_like_a_record_is_rejected_and_counted() {
        let (kept, rejected, said) = said(
            "TY  - JOUR\nTI  - A\nER  - \n\nPMID- 12\nOWN - NLM\n\nSmith J. A title of some length. J Med. 2020;1:2. doi:10.1000/abc\n\n@article{k,\n title = {x}}\n",
        );
        assert_eq!((kept, rejected), (1, 3), "{said:?}");
        assert!(
            said[0].starts_with("a.ris:5:1: error[bib::other-format]"),
            "{said:?}"
        );
        assert!(
            said[1].starts_with("a.ris:8:1: error[bib::untagged]"),
            "{said:?}"
        );
    }

    #[test]
    fn marks_of_a_platform_are_one_note() {
        let (kept, rejected, said) = said(
            "1. \nTY  - JOUR\nTI  - A\nER  - \nLink to the Ovid Full Text or citation: x\n\n2. \nTY  - JOUR\nTI  - B\nER  - \n",
        );
        assert_eq!((kept, rejected), (2, 0));
        assert_eq!(
            said,
            [
                "a.ris:1:1: note[bib::marks]: 3 line(s) that number or describe the records were passed over"
            ]
        );
    }
}
