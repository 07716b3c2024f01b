//! A table of records that keeps its own identifiers: CSV with an `id` column, the other columns by their liberal names.

use super::inputs::{open, unreadable};
use crate::bib::{Record, Source};
use crate::ids::RecordId;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::path::Path;

/// Columns of a table by their liberal names.
struct Columns {
    id: usize,
    at: [Option<usize>; 17],
}

const NAMES: [&[&str]; 17] = [
    &["source", "database", "db", "record_source"],
    &[
        "type",
        "entrytype",
        "kind",
        "publication_type",
        "record_type",
    ],
    &["title", "ti", "primary_title"],
    &["authors", "author", "au"],
    &["year", "py", "publication_year", "date"],
    &[
        "container",
        "journal",
        "journal/book",
        "booktitle",
        "source_title",
        "journal_title",
        "container_title",
        "secondary_title",
    ],
    &["volume", "vol"],
    &["issue", "number", "no"],
    &["pages", "page", "page_range"],
    &["doi"],
    &["pmid", "pubmed_id", "accession_number"],
    &["isbn_issn", "issn", "isbn"],
    &["abstract", "ab"],
    &["language", "la"],
    &["url", "link"],
    &["keywords", "keyword"],
    &["trial_id", "registration"],
];

impl Columns {
    fn of(headers: &csv::StringRecord) -> Option<Self> {
        let clean = |header: &str| {
            header
                .trim()
                .trim_start_matches('\u{feff}')
                .to_lowercase()
                .replace([' ', '-'], "_")
        };
        let find = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| headers.iter().position(|header| clean(header) == *name))
        };
        let id = find(&["id", "record_id", "recordid", "key"])?;
        Some(Self {
            id,
            at: NAMES.map(find),
        })
    }

    fn field<'a>(&self, row: &'a csv::StringRecord, at: usize) -> Option<&'a str> {
        self.at[at]
            .and_then(|column| row.get(column))
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }

    fn record(&self, row: &csv::StringRecord, file: &str, line: u32) -> Record {
        let text = |at: usize| self.field(row, at).map(str::to_owned);
        let breaks = row.as_slice().bytes().filter(|byte| *byte == b'\n').count();
        Record {
            id: RecordId::new(row.get(self.id).unwrap_or("")),
            kind: text(1),
            title: text(2),
            authors: self.field(row, 3).map(split_authors).unwrap_or_default(),
            year: self.field(row, 4).and_then(year),
            journal: text(5),
            volume: text(6),
            issue: text(7),
            pages: text(8),
            doi: text(9),
            pmid: text(10),
            issn: text(11),
            isbn: None,
            abstract_text: text(12),
            keywords: self
                .field(row, 15)
                .map(|words| {
                    words
                        .split(';')
                        .map(|word| word.trim().to_owned())
                        .collect()
                })
                .unwrap_or_default(),
            language: text(13),
            url: text(14),
            trial_id: text(16),
            database: text(0),
            source: Source {
                file: file.to_owned(),
                format: "csv".to_owned(),
                line,
                end_line: line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX)),
            },
            tags: crate::bib::Tags::new(),
        }
    }
}

/// Separates authors where the table says so; other lists are left whole for `dedup` to read.
fn split_authors(text: &str) -> Vec<String> {
    if text.contains('&') && !text.contains(" and ") {
        // The semicolon may belong to an entity such as `&uuml;`.
        return vec![text.to_owned()];
    }
    let mark = if text.contains(" and ") { " and " } else { ";" };
    text.split(mark)
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

fn year(text: &str) -> Option<i32> {
    text.split(|c: char| !c.is_ascii_digit())
        .find(|part| part.len() == 4)
        .and_then(|part| part.parse().ok())
}

/// Reads a table; `None` where the file is no CSV or has no identifiers.
pub(super) fn read(path: &Path) -> Result<Option<(Vec<Record>, Problems)>, Box<Problem>> {
    let plain = path.with_extension("");
    let zipped = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    let inner = if zipped { plain.as_path() } else { path };
    if !inner
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
    {
        return Ok(None);
    }
    let name = path.display().to_string();
    let file = open(path).map_err(|error| unreadable(path, error))?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .buffer_capacity(1 << 20)
        .from_reader(file);
    let headers = match reader.byte_headers() {
        Ok(headers) => csv::StringRecord::from_byte_record_lossy(headers.clone()),
        Err(error) => return Err(unreadable(path, error)),
    };
    let Some(columns) = Columns::of(&headers) else {
        return Ok(None);
    };
    let mut problems = Problems::new();
    let mut records = Vec::new();
    let mut row = csv::ByteRecord::new();
    let mut undecoded: Option<(u32, usize)> = None;
    loop {
        match reader.read_byte_record(&mut row) {
            Ok(true) => {
                let line = row.position().map_or(1, |position| {
                    u32::try_from(position.line()).unwrap_or(u32::MAX)
                });
                let decoded = csv::StringRecord::from_byte_record(std::mem::take(&mut row));
                let sound = decoded.is_ok();
                let decoded = decoded.unwrap_or_else(|error| {
                    csv::StringRecord::from_byte_record_lossy(error.into_byte_record())
                });
                let mut record = columns.record(&decoded, &name, line);
                if !sound {
                    undecoded.get_or_insert((line, 0)).1 += 1;
                }
                if record.id.as_str().is_empty() {
                    record.id = RecordId::new(format!("{name}:{}", record.source.line));
                    problems.push(
                        Problem::warning(
                            "dedup::no-id",
                            format!("row without an identifier is called `{}`", record.id),
                        )
                        .at(Place::line(&name, record.source.line)),
                    );
                }
                records.push(record);
                row = decoded.into_byte_record();
            }
            Ok(false) => break,
            Err(error) => {
                problems.push(*unreadable(path, error));
                break;
            }
        }
    }
    if let Some((line, count)) = undecoded {
        problems.push(
            Problem::error(
                "dedup::not-utf-8",
                format!("{count} rows hold letters that are not UTF-8, and those letters are lost"),
            )
            .at(Place::line(&name, line))
            .help(format!(
                "save the table as UTF-8, or convert it: `review import {name} -o records.csv`"
            )),
        );
    }
    Ok(Some((records, problems)))
}
