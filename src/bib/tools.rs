//! Records written for screening tools, so that the decisions that come back find them.
//!
//! Every tool numbers records anew, and every one keeps notes: each record goes out with the note `review-id:<id>`, which
//! [`super::decisions`] looks for. Sources of the forms: the tools' help pages on importing references (Rayyan, Covidence,
//! `ASReview` "Data format", Abstrackr, EPPI-Reviewer, `DistillerSR`), and their exports in the corpus.

use super::decisions::own::MARK;
use super::record::Record;
use super::write::ris_record;
use std::fmt;

/// A screening tool records go out to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// CSV with Rayyan's own columns.
    Rayyan,
    /// RIS.
    Covidence,
    /// CSV; columns it does not know come back as they were.
    Asreview,
    /// Text with tabs; ids are numbers.
    Abstrackr,
    /// RIS.
    EppiReviewer,
    /// RIS.
    Distillersr,
}

impl Tool {
    /// Every tool.
    pub const ALL: [Self; 6] = [
        Self::Rayyan,
        Self::Covidence,
        Self::Asreview,
        Self::Abstrackr,
        Self::EppiReviewer,
        Self::Distillersr,
    ];

    /// The name as written on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rayyan => "rayyan",
            Self::Covidence => "covidence",
            Self::Asreview => "asreview",
            Self::Abstrackr => "abstrackr",
            Self::EppiReviewer => "eppi-reviewer",
            Self::Distillersr => "distillersr",
        }
    }

    /// The ending its files need.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Rayyan | Self::Asreview => "csv",
            Self::Abstrackr => "tsv",
            Self::Covidence | Self::EppiReviewer | Self::Distillersr => "ris",
        }
    }

    /// What stands before the first record.
    pub fn begin(self) -> &'static str {
        match self {
            Self::Rayyan => {
                "key,title,year,month,day,journal,issn,volume,issue,pages,authors,url,language,publisher,location,abstract,notes,doi,keywords,pubmed_id,pmc_id\n"
            }
            Self::Asreview => {
                "title,abstract,authors,keywords,year,journal,volume,issue,pages,doi,url,pmid,review_id\n"
            }
            Self::Abstrackr => "id\ttitle\tabstract\tkeywords\tauthors\tjournal\tpmid\n",
            Self::Covidence | Self::EppiReviewer | Self::Distillersr => "",
        }
    }

    /// Adds a record; `number` counts records from 1.
    pub fn push(self, text: &mut String, record: &Record, number: usize) {
        match self {
            Self::Rayyan => rayyan(text, record, number),
            Self::Asreview => asreview(text, record),
            Self::Abstrackr => abstrackr(text, record, number),
            Self::Covidence | Self::EppiReviewer | Self::Distillersr => ris(text, record),
        }
    }

    /// All records as one file.
    pub fn write(self, records: &[Record]) -> String {
        let mut text = self.begin().to_owned();
        for (at, record) in records.iter().enumerate() {
            self.push(&mut text, record, at + 1);
        }
        text
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl std::str::FromStr for Tool {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let plain = |text: &str| text.to_lowercase().replace(['-', '_', ' '], "");
        let found = Self::ALL
            .into_iter()
            .find(|tool| plain(tool.name()) == plain(name));
        found.ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|tool| tool.name()).collect();
            format!("no tool `{name}`; one of {}", names.join(", "))
        })
    }
}

fn note(record: &Record) -> String {
    format!("{MARK}{}", record.id)
}

/// The text of an optional field.
fn or_empty(field: Option<&String>) -> &str {
    field.map_or("", String::as_str)
}

fn year(record: &Record) -> String {
    record.year.map(|year| year.to_string()).unwrap_or_default()
}

/// Rayyan parts authors by ` and `; month, day, publisher, location and PMC number are not known.
fn rayyan(text: &mut String, record: &Record, number: usize) {
    let issn = record.issn.as_ref().or(record.isbn.as_ref());
    row(
        text,
        ',',
        &[
            &number.to_string(),
            or_empty(record.title.as_ref()),
            &year(record),
            "",
            "",
            or_empty(record.journal.as_ref()),
            or_empty(issn),
            or_empty(record.volume.as_ref()),
            or_empty(record.issue.as_ref()),
            or_empty(record.pages.as_ref()),
            &record.authors.join(" and "),
            or_empty(record.url.as_ref()),
            or_empty(record.language.as_ref()),
            "",
            "",
            or_empty(record.abstract_text.as_ref()),
            &note(record),
            or_empty(record.doi.as_ref()),
            &record.keywords.join(", "),
            or_empty(record.pmid.as_ref()),
            "",
        ],
    );
}

fn asreview(text: &mut String, record: &Record) {
    row(
        text,
        ',',
        &[
            or_empty(record.title.as_ref()),
            or_empty(record.abstract_text.as_ref()),
            &record.authors.join("; "),
            &record.keywords.join("; "),
            &year(record),
            or_empty(record.journal.as_ref()),
            or_empty(record.volume.as_ref()),
            or_empty(record.issue.as_ref()),
            or_empty(record.pages.as_ref()),
            or_empty(record.doi.as_ref()),
            or_empty(record.url.as_ref()),
            or_empty(record.pmid.as_ref()),
            &note(record),
        ],
    );
}

/// Abstrackr wants numbers as ids and has no notes: the id of the record goes among the keywords, which it gives back.
fn abstrackr(text: &mut String, record: &Record, number: usize) {
    let keywords: Vec<&str> = record.keywords.iter().map(String::as_str).collect();
    let mark = note(record);
    let keywords = [keywords.as_slice(), &[&mark]].concat().join("; ");
    row(
        text,
        '\t',
        &[
            &number.to_string(),
            or_empty(record.title.as_ref()),
            or_empty(record.abstract_text.as_ref()),
            &keywords,
            &record.authors.join(" and "),
            or_empty(record.journal.as_ref()),
            or_empty(record.pmid.as_ref()),
        ],
    );
}

/// Plain RIS with the id as a note too: tools drop `ID`, none drops `N1`.
fn ris(text: &mut String, record: &Record) {
    ris_record(text, record, None);
    let end = "ER  - \n\n";
    text.truncate(text.len() - end.len());
    text.push_str("N1  - ");
    text.push_str(&note(record));
    text.push('\n');
    text.push_str(end);
}

/// One row of a table; line ends and tabs inside a cell become blanks, for some tools split there in spite of quotes.
fn row(text: &mut String, separator: char, cells: &[&str]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(separator);
        }
        let cell: String = cell
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        if cell.contains([separator, '"']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    text.push('\n');
}
