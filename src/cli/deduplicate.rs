//! `review deduplicate`.

use super::{Exit, Terminal};
use crate::bib::{self, Record, Source};
use crate::dedup::{self, Deduplication, Settings, Verdict};
use crate::ids::RecordId;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// Finds records of the same publication in search exports or a table.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Search exports, or CSV tables with an `id` column (`.gz` is opened).
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Folder to write clusters.csv, duplicates.csv, queue.csv and records.csv to.
    #[arg(short, long, value_name = "DIR", required_unless_present = "why")]
    output: Option<PathBuf>,
    /// Say why two records are joined, left to a person or kept apart, and write nothing.
    #[arg(long, value_name = "ID1,ID2", conflicts_with = "output")]
    why: Vec<String>,
    /// People's verdicts: id1,id2,verdict (same or different).
    #[arg(long, value_name = "FILE")]
    verdicts: Option<PathBuf>,
    /// Settings in YAML.
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// clusters.csv of an earlier run, whose cluster identifiers are kept.
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Exit {
    let mut problems = Problems::new();
    let mut records = Vec::new();
    for file in &args.files {
        match read_records(file) {
            Ok((read, found)) => {
                records.extend(read);
                problems.append(found);
            }
            Err(problem) => problems.push(*problem),
        }
    }
    let settings = match args.settings.as_deref().map(read_settings).transpose() {
        Ok(settings) => settings.unwrap_or_default(),
        Err(problem) => return fail(terminal, &problem),
    };
    let verdicts = match args.verdicts.as_deref().map(read_verdicts).transpose() {
        Ok(verdicts) => verdicts.unwrap_or_default(),
        Err(problem) => return fail(terminal, &problem),
    };
    problems.append(verdicts.1);
    let Some(output) = &args.output else {
        return answer(args, &records, &settings, terminal);
    };
    let mut result = dedup::deduplicate(&records, &settings, &verdicts.0);
    if let Some(previous) = &args.previous {
        match read_previous(previous) {
            Ok(previous) => result.keep_ids(&records, &previous),
            Err(problem) => return fail(terminal, &problem),
        }
    }
    problems.append(std::mem::take(&mut result.problems));
    let written = write_all(output, &records, &result, &settings);
    for problem in &problems {
        say(terminal, problem);
    }
    if let Err(error) = written {
        terminal.say(format_args!("{}: {error}", output.display()));
        return Exit::StageFailed;
    }
    terminal.say(format_args!(
        "{} records, {} publications, {} pairs to decide",
        records.len(),
        result.clusters.len(),
        result.queue.len()
    ));
    if problems.has_errors() {
        Exit::Wrong
    } else {
        Exit::Done
    }
}

/// Prints `id1,id2,outcome,ground,score,fields` for every pair that was asked about.
fn answer(args: &Args, records: &[Record], settings: &Settings, terminal: &mut Terminal) -> Exit {
    let find = |id: &str| {
        records
            .iter()
            .find(|record| record.id.as_str() == id.trim())
    };
    let mut out = csv::Writer::from_writer(Vec::new());
    let mut exit = Exit::Done;
    let mut rows = vec![["id1", "id2", "outcome", "ground", "score", "fields"].map(str::to_owned)];
    for pair in &args.why {
        let (left, right) = pair.split_once(',').unwrap_or((pair, ""));
        let (Some(a), Some(b)) = (find(left), find(right)) else {
            let unknown = if find(left).is_none() { left } else { right };
            let problem = Problem::error("dedup::unknown-record", format!("no record `{unknown}`"))
                .help("write --why ID1,ID2 with identifiers of the files given");
            exit = fail(terminal, &problem);
            continue;
        };
        let why = dedup::why(a, b, settings);
        rows.push([
            a.id.to_string(),
            b.id.to_string(),
            why.outcome.to_owned(),
            why.ground.to_owned(),
            format!("{:.4}", why.score),
            why.fields,
        ]);
    }
    for row in rows {
        out.write_record(row).expect("writing to memory succeeds");
    }
    let bytes = out.into_inner().expect("writing to memory succeeds");
    terminal.line(String::from_utf8_lossy(&bytes).trim_end());
    exit
}

fn fail(terminal: &mut Terminal, problem: &Problem) -> Exit {
    say(terminal, problem);
    Exit::Wrong
}

fn say(terminal: &mut Terminal, problem: &Problem) {
    terminal.say(problem);
    for (place, label) in problem.places.iter().skip(1) {
        terminal.say(format_args!("  {place} {label}"));
    }
    if let Some(help) = &problem.help {
        terminal.say(format_args!("  = help: {help}"));
    }
}

#[expect(
    clippy::unnecessary_box_returns,
    reason = "it is the large side of results"
)]
fn unreadable(path: &Path, error: impl std::fmt::Display) -> Box<Problem> {
    Box::new(
        Problem::error("dedup::unreadable-file", error.to_string())
            .at(Place::file(path.display().to_string()))
            .help("check the path and that the file is not damaged"),
    )
}

fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    let file = File::open(path)?;
    let zipped = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    Ok(if zipped {
        Box::new(flate2::read::MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    })
}

fn text_of(path: &Path) -> Result<String, Box<Problem>> {
    let mut text = String::new();
    open(path)
        .and_then(|mut file| file.read_to_string(&mut text))
        .map_err(|error| unreadable(path, error))?;
    Ok(text)
}

fn read_settings(path: &Path) -> Result<Settings, Box<Problem>> {
    serde_yaml::from_str(&text_of(path)?).map_err(|error| unreadable(path, error))
}

fn read_verdicts(path: &Path) -> Result<(Vec<Verdict>, Problems), Box<Problem>> {
    Ok(dedup::verdict::read(
        &text_of(path)?,
        &path.display().to_string(),
    ))
}

fn read_previous(path: &Path) -> Result<BTreeMap<RecordId, RecordId>, Box<Problem>> {
    let mut reader = csv::Reader::from_reader(open(path).map_err(|error| unreadable(path, error))?);
    let mut previous = BTreeMap::new();
    for row in reader.records() {
        let row = row.map_err(|error| unreadable(path, error))?;
        previous.insert(
            RecordId::new(row.get(0).unwrap_or("")),
            RecordId::new(row.get(1).unwrap_or("")),
        );
    }
    Ok(previous)
}

type Reading = Result<(Vec<Record>, Problems), Box<Problem>>;

/// Reads one file: a table with an `id` column keeps its identifiers, everything else is an export and goes through `bib`.
fn read_records(path: &Path) -> Reading {
    match read_table(path) {
        Ok(Some(reading)) => Ok(reading),
        Ok(None) => {
            let mut bytes = Vec::new();
            File::open(path)
                .and_then(|mut file| file.read_to_end(&mut bytes))
                .map_err(|error| unreadable(path, error))?;
            let import = bib::read(&path.display().to_string(), &bytes);
            Ok((import.records, import.problems))
        }
        Err(problem) => Err(problem),
    }
}

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

    fn record(&self, row: &csv::StringRecord, file: &str) -> Record {
        let text = |at: usize| self.field(row, at).map(str::to_owned);
        let line = row.position().map_or(0, |position| {
            u32::try_from(position.line()).unwrap_or(u32::MAX)
        });
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
fn read_table(path: &Path) -> Result<Option<(Vec<Record>, Problems)>, Box<Problem>> {
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
    loop {
        match reader.read_byte_record(&mut row) {
            Ok(true) => {
                let decoded = csv::StringRecord::from_byte_record(std::mem::take(&mut row))
                    .unwrap_or_else(|error| {
                        csv::StringRecord::from_byte_record_lossy(error.into_byte_record())
                    });
                let mut record = columns.record(&decoded, &name);
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
    Ok(Some((records, problems)))
}

fn write_all(
    folder: &Path,
    records: &[Record],
    result: &Deduplication,
    settings: &Settings,
) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let (decisions, merged) = rayon::join(
        || {
            write_clusters(folder, records, result)?;
            write_duplicates(folder, records, result)?;
            write_queue(folder, records, result)
        },
        || write_merged(folder, records, result, settings),
    );
    decisions.and(merged)
}

fn write_clusters(folder: &Path, records: &[Record], result: &Deduplication) -> io::Result<()> {
    table(folder, "clusters.csv", |out| {
        out.write_record(["id", "cluster"])?;
        let mut rows: Vec<(&str, &str)> = result
            .clusters
            .iter()
            .flat_map(|cluster| {
                let members = cluster.members.iter();
                members.map(|at| (records[*at].id.as_str(), cluster.id.as_str()))
            })
            .collect();
        rows.sort_unstable();
        rows.iter()
            .try_for_each(|(id, cluster)| out.write_record([id, cluster]))
    })
}

fn write_duplicates(folder: &Path, records: &[Record], result: &Deduplication) -> io::Result<()> {
    table(folder, "duplicates.csv", |out| {
        out.write_record(["id1", "id2", "rule", "score", "fields"])?;
        result.duplicates.iter().try_for_each(|pair| {
            let score = format!("{:.4}", pair.score);
            out.write_record([
                records[pair.a].id.as_str(),
                records[pair.b].id.as_str(),
                pair.rule,
                &score,
                &pair.fields,
            ])
        })
    })
}

fn write_queue(folder: &Path, records: &[Record], result: &Deduplication) -> io::Result<()> {
    table(folder, "queue.csv", |out| {
        out.write_record(["id1", "id2", "score", "why"])?;
        result.queue.iter().try_for_each(|pair| {
            let score = format!("{:.4}", pair.score);
            out.write_record([
                records[pair.a].id.as_str(),
                records[pair.b].id.as_str(),
                &score,
                &pair.why,
            ])
        })
    })
}

fn write_merged(
    folder: &Path,
    records: &[Record],
    result: &Deduplication,
    settings: &Settings,
) -> io::Result<()> {
    const COLUMNS: [&str; 18] = [
        "id",
        "source",
        "type",
        "title",
        "authors",
        "year",
        "container",
        "volume",
        "issue",
        "pages",
        "doi",
        "pmid",
        "isbn_issn",
        "abstract",
        "language",
        "members",
        "databases",
        "places",
    ];
    table(folder, "records.csv", |out| {
        out.write_record(COLUMNS)?;
        result.clusters.iter().try_for_each(|cluster| {
            if let [alone] = *cluster.members {
                let record = &records[alone];
                let database = record.database.as_deref().unwrap_or("");
                let source = &record.source;
                let place = format!("{}:{}", source.file, source.line);
                return merged_row(
                    out,
                    cluster.id.as_str(),
                    record,
                    [record.id.as_str(), database, &place],
                );
            }
            let merged = dedup::merge::merged(records, cluster, settings);
            let joined = |each: &dyn Fn(&dedup::Member) -> String| {
                let texts: Vec<String> = merged.members.iter().map(each).collect();
                texts.join("; ")
            };
            let members = [
                joined(&|member| member.id.to_string()),
                joined(&|member| member.database.clone().unwrap_or_default()),
                joined(&|member| format!("{}:{}", member.file, member.line)),
            ];
            let [ids, databases, places] = &members;
            merged_row(
                out,
                cluster.id.as_str(),
                &merged.record,
                [ids, databases, places],
            )
        })
    })
}

#[expect(clippy::ref_option, reason = "the field of a record as it stands")]
fn plain(field: &Option<String>) -> &str {
    field.as_deref().unwrap_or("")
}

/// One publication; `members` are the identifiers, databases and places of its records.
fn merged_row(out: &mut Out, id: &str, record: &Record, members: [&str; 3]) -> csv::Result<()> {
    let joined;
    let authors = match &*record.authors {
        [] => "",
        [one] => one,
        several => {
            joined = several.join(" and ");
            &joined
        }
    };
    let year = record.year.map(|year| year.to_string()).unwrap_or_default();
    let [ids, databases, places] = members;
    out.write_record([
        id,
        plain(&record.database),
        plain(&record.kind),
        plain(&record.title),
        authors,
        &year,
        plain(&record.journal),
        plain(&record.volume),
        plain(&record.issue),
        plain(&record.pages),
        plain(&record.doi),
        plain(&record.pmid),
        plain(&record.issn),
        plain(&record.abstract_text),
        plain(&record.language),
        ids,
        databases,
        places,
    ])
}

type Out = csv::Writer<BufWriter<File>>;

/// Writes a table beside its place and moves it there, so that a half-written one never stands.
fn table(
    folder: &Path,
    name: &str,
    fill: impl FnOnce(&mut Out) -> csv::Result<()>,
) -> io::Result<()> {
    let half = folder.join(format!(".{name}.part"));
    let mut out = csv::Writer::from_writer(BufWriter::with_capacity(1 << 20, File::create(&half)?));
    fill(&mut out).map_err(io::Error::other)?;
    out.into_inner()
        .map_err(|error| io::Error::other(error.to_string()))?
        .flush()?;
    std::fs::rename(half, folder.join(name))
}
