//! Records as JSON Lines: one a line, sorted by id, without the lines they were read from.
//!
//! Lines and files stand in the stage's `places`, so that a record that only moved changes no value. Each line ends with
//! `origin`, as the rows of tables do.

use crate::artefact::Origin;
use crate::bib::{Record, Source, Tags};
use crate::ids::RecordId;
use crate::problem::{Problem, Problems};
use crate::stage::{InFile, Incoming};
use rayon::prelude::*;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::collections::BTreeMap;
use std::ops::Range;

/// A record as it is kept.
#[derive(serde::Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    record: &'a Record,
    origin: String,
}

/// Writes records with their origins.
pub fn write_records<'a>(records: impl IntoIterator<Item = (&'a Record, Origin)>) -> Vec<u8> {
    let mut sorted: Vec<(&Record, Origin)> = records.into_iter().collect();
    sorted.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    let mut bytes = Vec::new();
    for (record, origin) in sorted {
        let record = &without_places(record);
        let origin = origin.to_string();
        serde_json::to_writer(&mut bytes, &Line { record, origin })
            .expect("a record is plain data");
        bytes.push(b'\n');
    }
    bytes
}

fn without_places(record: &Record) -> Record {
    let mut tags = Tags::new();
    for tag in record.tags.iter() {
        tags.push(tag.name, tag.value, 0);
    }
    let source = Source {
        format: record.source.format.clone(),
        ..Source::default()
    };
    Record {
        source,
        tags,
        ..record.clone()
    }
}

/// The origins of the records on a port by id; those that cannot be read are left out.
pub fn read_origins(incoming: &Incoming, port: &str) -> BTreeMap<String, Origin> {
    #[derive(serde::Deserialize)]
    struct Head {
        id: String,
        origin: String,
    }
    let files = incoming.files(port).iter();
    let lines = files.flat_map(|file| file.bytes.split(|&byte| byte == b'\n'));
    lines
        .filter_map(|line| serde_json::from_slice::<Head>(line).ok())
        .filter_map(|head| Some((head.id, head.origin.parse().ok()?)))
        .collect()
}

/// Reads the records on a port.
///
/// # Errors
///
/// A problem for each line that is not a record.
pub fn read_records(incoming: &Incoming, port: &str) -> Result<Vec<Record>, Problems> {
    let files = incoming.files(port).iter();
    records_in(files.map(|file| (file.path.as_str(), file.bytes.as_slice())))
}

/// Reads the records of files: path, and bytes as [`write_records`] gives them.
///
/// # Errors
///
/// A problem for each line that is not a record.
pub fn records_in<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<Vec<Record>, Problems> {
    let files: Vec<Named> = files.into_iter().collect();
    parsed(&files, &spans_of(&files))
}

/// Path and bytes of a file.
type Named<'a> = (&'a str, &'a [u8]);

/// A line: the position of its file, and its bytes in there.
type Span = (usize, Range<usize>);

/// The lines that hold anything.
fn spans_of(files: &[Named]) -> Vec<Span> {
    let mut spans = Vec::new();
    for (file, (_, bytes)) in files.iter().enumerate() {
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
            if end > start {
                spans.push((file, start..end));
            }
            start = end + 1;
        }
    }
    spans
}

/// Parses lines, several at a time; they stay in their order.
fn parsed<T: DeserializeOwned + Send>(files: &[Named], spans: &[Span]) -> Result<Vec<T>, Problems> {
    let parse = |(file, line): &Span| {
        let (path, bytes) = files[*file];
        serde_json::from_slice(&bytes[line.clone()]).map_err(|error| {
            let title = format!("{path} holds a line that is not a record: {error}");
            Problem::error("stage::record", title)
        })
    };
    let read: Vec<Result<T, Problem>> = spans.par_iter().map(parse).collect();
    let problems = read.iter().filter_map(|one| one.as_ref().err().cloned());
    let problems = Problems(problems.collect());
    if problems.is_empty() {
        Ok(read.into_iter().filter_map(Result::ok).collect())
    } else {
        Err(problems)
    }
}

/// Records without abstract, keywords, tags and where they stood, which are most of a record and seldom asked for, and where the whole
/// ones are read.
#[derive(Debug, Default)]
pub struct BriefRecords {
    /// In the order of the file.
    pub records: Vec<Record>,
    files: Vec<InFile>,
    lines: Vec<Span>,
}

impl BriefRecords {
    /// Takes the files of the artefact on a port.
    ///
    /// # Errors
    ///
    /// A problem for each line that is not a record.
    pub fn take(incoming: &mut Incoming, port: &str) -> Result<Self, Problems> {
        let received = incoming.ports.get_mut(port).and_then(|all| all.first_mut());
        let files = received.map(|received| std::mem::take(&mut received.files));
        Self::read(files.unwrap_or_default())
    }

    /// Records with nothing more behind them.
    #[cfg(test)]
    pub(super) fn of(records: Vec<Record>) -> Self {
        Self {
            records,
            ..Self::default()
        }
    }

    fn read(files: Vec<InFile>) -> Result<Self, Problems> {
        let named: Vec<Named> = files
            .iter()
            .map(|file| (&*file.path, &*file.bytes))
            .collect();
        let lines = spans_of(&named);
        let records: Vec<Brief> = parsed(&named, &lines)?;
        Ok(Self {
            records: records.into_iter().map(Brief::record).collect(),
            files,
            lines,
        })
    }

    /// The record at a position with all that belongs to it.
    pub fn whole(&self, position: usize) -> Option<Record> {
        let (file, bytes) = self.lines.get(position)?;
        serde_json::from_slice(&self.files[*file].bytes[bytes.clone()]).ok()
    }
}

/// What is read of a record where its abstract and its tags do not matter. The rest has to be there, and is passed over.
#[derive(serde::Deserialize)]
struct Brief {
    id: RecordId,
    #[serde(rename = "type")]
    kind: Option<String>,
    title: Option<String>,
    authors: Vec<String>,
    year: Option<i32>,
    journal: Option<String>,
    volume: Option<String>,
    issue: Option<String>,
    pages: Option<String>,
    doi: Option<String>,
    pmid: Option<String>,
    #[serde(rename = "keywords")]
    _keywords: IgnoredAny,
    #[serde(rename = "source")]
    _source: IgnoredAny,
    #[serde(rename = "tags")]
    _tags: IgnoredAny,
}

impl Brief {
    fn record(self) -> Record {
        Record {
            id: self.id,
            kind: self.kind,
            title: self.title,
            authors: self.authors,
            year: self.year,
            journal: self.journal,
            volume: self.volume,
            issue: self.issue,
            pages: self.pages,
            doi: self.doi,
            pmid: self.pmid,
            ..Record::empty(Source::default())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brief_record_has_its_fields_and_the_whole_one_is_found_again() {
        let ris = b"TY  - JOUR\nTI  - One\nAB  - Long\nPY  - 2020\nER  - \nTY  - JOUR\nTI  - Two\nAB  - Longer\nER  - \n";
        let read = crate::bib::read("a.ris", ris).records;
        let bytes = write_records(read.iter().map(|record| (record, Origin::default())));
        let file = InFile {
            path: "records.jsonl".to_owned(),
            bytes: bytes.clone(),
        };
        let all = records_in([("records.jsonl", &*bytes)]).expect("records");
        let brief = BriefRecords::read(vec![file]).expect("records");
        for (position, record) in all.iter().enumerate() {
            assert_eq!(brief.whole(position).as_ref(), Some(record));
            let known = &brief.records[position];
            assert_eq!(
                (&known.id, &known.title, known.year),
                (&record.id, &record.title, record.year)
            );
            assert_eq!(known.abstract_text, None);
        }
        assert_eq!((all.len(), brief.whole(2)), (2, None));
    }

    #[test]
    fn a_line_without_the_parts_of_a_record_is_told_when_it_is_read_briefly_too() {
        let file = InFile {
            path: "records.jsonl".to_owned(),
            bytes: b"{\"id\":\"r1\"}\n".to_vec(),
        };
        let problems = BriefRecords::read(vec![file]).expect_err("no authors");
        assert_eq!(problems.0[0].code, "stage::record");
    }
}
