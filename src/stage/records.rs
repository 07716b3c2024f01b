//! Records as JSON Lines: one a line, sorted by id, without the lines they were read from.
//!
//! Lines and files stand in the stage's `places`, so that a record that only moved changes no value. Each line ends with
//! `origin`, as the rows of tables do.

use crate::artefact::{Origin, gathered};
use crate::bib::{Record, Source, push_kept};
use crate::ids::RecordId;
use crate::problem::{Problem, Problems};
use crate::stage::{Files, InFile, Incoming};
use rayon::prelude::*;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// Writes records with their origins.
pub fn write_records<'a>(records: impl IntoIterator<Item = (&'a Record, Origin)>) -> Vec<u8> {
    let all: Vec<(&Record, Origin)> = records.into_iter().collect();
    write_records_of(&all, |one| one.0, |one| one.1.clone())
}

/// Records that one thread writes at a time.
const CHUNK: usize = 1024;

/// The same of whatever holds records and knows their origins, so that a million of either need not be made first.
pub(super) fn write_records_of<T: Sync>(
    all: &[T],
    record: impl Fn(&T) -> &Record + Sync,
    origin: impl Fn(&T) -> Origin + Sync,
) -> Vec<u8> {
    let mut sorted: Vec<&T> = all.iter().collect();
    sorted.par_sort_by(|a, b| record(a).id.cmp(&record(b).id));
    let write = |some: &[&T]| {
        let mut text = String::new();
        for one in some {
            push_kept(&mut text, record(one), &origin(one).to_string());
        }
        text.into_bytes()
    };
    gathered(&sorted, CHUNK, Vec::new(), write)
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

/// What is made of the origin of each record on a port, in the order in which [`read_records`] gives them; an origin that cannot be
/// read is empty.
pub(super) fn each_origin<T: Send>(
    incoming: &Incoming,
    port: &str,
    make: impl Fn(&Origin) -> T + Sync,
) -> Vec<T> {
    #[derive(serde::Deserialize)]
    struct Tail<'a> {
        #[serde(borrow)]
        origin: Cow<'a, str>,
    }
    let files = incoming.files(port).iter();
    let files: Vec<Named> = files.map(|file| (&*file.path, &*file.bytes)).collect();
    let lines = spans_of(&files);
    let made = lines.par_iter().map(|(file, line)| {
        let tail = serde_json::from_slice::<Tail>(&files[*file].1[line.clone()]);
        let origin = tail.ok().and_then(|tail| tail.origin.parse().ok());
        make(&origin.unwrap_or_default())
    });
    made.collect()
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

/// Bytes that one thread looks through for line ends at a time.
const PIECE: usize = 1 << 20;

/// Where lines end.
fn line_ends(bytes: &[u8]) -> Vec<usize> {
    let pieces = bytes.par_chunks(PIECE).enumerate();
    let ends = pieces.flat_map_iter(|(piece, bytes)| {
        memchr::memchr_iter(b'\n', bytes).map(move |at| piece * PIECE + at)
    });
    ends.collect()
}

/// The lines that hold anything.
fn spans_of(files: &[Named]) -> Vec<Span> {
    let mut spans = Vec::new();
    for (file, (_, bytes)) in files.iter().enumerate() {
        let mut start = 0;
        for end in line_ends(bytes).into_iter().chain([bytes.len()]) {
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
    let read: Result<Vec<T>, Problem> = spans.par_iter().map(parse).collect();
    // Only where a line is wrong all are looked at again, for what is wrong with each.
    read.map_err(|_| {
        Problems(
            spans
                .par_iter()
                .filter_map(|span| parse(span).err())
                .collect(),
        )
    })
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
    /// Records with nothing more behind them.
    #[cfg(test)]
    pub(super) fn of(records: Vec<Record>) -> Self {
        Self {
            records,
            ..Self::default()
        }
    }

    /// Reads the records of files and keeps the files.
    ///
    /// # Errors
    ///
    /// A problem for each line that is not a record.
    pub fn read(files: Files) -> Result<Self, Problems> {
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
