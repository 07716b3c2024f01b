//! How long the stage `screen` takes for 100,000 records and 200,000 votes, from the bytes it is given to the bytes of its tables.
//!
//! Invented records with abstracts of some 1,300 characters, as `deduplicate` writes them, and the files of two reviewers with a vote each on every
//! record; one record in twenty is included by both, one in a hundred is a conflict. `cargo bench --bench screening` prints the median of the
//! runs. The aim is 1 s on two cores; reading the records from the disk and keeping the tables there is not part of it.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use review::artefact::Origin;
use review::bib::{Record, Source};
use review::ids::RecordId;
use review::stage::{Context, InFile, Incoming, Output, Received, Registry, write_records};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const RECORDS: usize = 100_000;
const RUNS: usize = 7;

/// Words of invented titles and abstracts.
const WORDS: [&str; 16] = [
    "sleep",
    "walking",
    "evening",
    "trial",
    "physicians",
    "burnout",
    "group",
    "control",
    "randomised",
    "outcome",
    "training",
    "distress",
    "weekly",
    "support",
    "measure",
    "follow",
];

fn main() {
    let incoming = incoming();
    let bytes: usize = incoming
        .ports
        .values()
        .flatten()
        .flat_map(|received| &received.files)
        .map(|file| file.bytes.len())
        .sum();
    let mut times: Vec<Duration> = (0..RUNS).map(|_| once(incoming.clone())).collect();
    times.sort();
    println!(
        "{RECORDS} records of {:.0} MB with {} votes: {:.2} s (median of {RUNS}; fastest {:.2}, slowest {:.2}; {} threads; aim 1 s)",
        bytes as f64 / 1e6,
        2 * RECORDS,
        times[RUNS / 2].as_secs_f64(),
        times[0].as_secs_f64(),
        times[RUNS - 1].as_secs_f64(),
        std::thread::available_parallelism().map_or(0, usize::from),
    );
}

/// One run of the stage; the answer is held against what the invented votes say.
fn once(incoming: Incoming) -> Duration {
    let registry = Registry::built_in();
    let stage = registry.get("screen").expect("a stage of the program");
    let settings = stage.settings(None).expect("defaults");
    let mut context = Context::of("screen");
    let clock = Instant::now();
    let outputs = stage
        .run(&settings, incoming, &mut context)
        .expect("tables");
    let took = clock.elapsed();
    let (problems, _) = context.into_parts();
    assert!(problems.is_empty(), "{problems:?}");
    for (name, output) in outputs {
        let Output::File(bytes) = output else {
            panic!("{name} is a file");
        };
        let rows = memchr::memchr_iter(b'\n', &bytes).count() - 1;
        match name {
            "decisions" => assert_eq!(rows, RECORDS),
            "votes" | "places" => assert_eq!(rows, 2 * RECORDS),
            "undecided" => assert_eq!(rows, RECORDS / 20 + RECORDS / 100),
            _ => {}
        }
    }
    took
}

fn incoming() -> Incoming {
    let records: Vec<Record> = (0..RECORDS).map(record).collect();
    let mut incoming = Incoming::default();
    let mut wire = |port: &str, stage: &str, files: Vec<(&str, Vec<u8>)>| {
        let files = files.into_iter().map(|(path, bytes)| InFile {
            path: path.to_owned(),
            bytes,
        });
        let received = Received {
            stage: stage.to_owned(),
            artefact: port.to_owned(),
            path: String::new(),
            kept: Vec::new(),
            files: files.collect(),
        };
        incoming.ports.insert(port.to_owned(), vec![received]);
    };
    let written = write_records(records.iter().map(|record| (record, Origin::default())));
    wire("records", "deduplicate", vec![("records.jsonl", written)]);
    let mut clusters = "key,member,record,database,doi,pmid,title,year,origin\n".to_owned();
    for record in &records {
        let id = &record.id;
        writeln!(clusters, "{id},{id},{id},MEDLINE,,,,,").expect("memory");
    }
    wire(
        "clusters",
        "deduplicate",
        vec![("clusters.csv", clusters.into_bytes())],
    );
    let sources = format!(
        "key,round,order,file,format,encoding,database,platform,kind,date,query,limits,hits,read,kept,rejected,note,origin\n\
         a.ris,2026,0,a.ris,ris,UTF-8,MEDLINE,Ovid,database,2026-01-01,,,{RECORDS},{RECORDS},{RECORDS},0,,\n"
    );
    wire(
        "sources",
        "import",
        vec![("sources.csv", sources.into_bytes())],
    );
    let votes = |reviewer: usize| votes(&records, reviewer).into_bytes();
    let files = vec![
        ("data/screening/reviewer-a.csv", votes(0)),
        ("data/screening/reviewer-b.csv", votes(1)),
    ];
    wire("decisions", "", files);
    incoming
}

/// A number that looks like chance and is the same every time.
fn scattered(seed: usize) -> usize {
    ((seed as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33) as usize
}

fn text(seed: usize, words: usize) -> String {
    let words = (0..words).map(|word| WORDS[scattered(seed * 1000 + word) % WORDS.len()]);
    words.collect::<Vec<_>>().join(" ")
}

fn record(number: usize) -> Record {
    let mut record = Record::empty(Source {
        format: "ris".to_owned(),
        ..Source::default()
    });
    record.id = RecordId::new(format!(
        "rec-{:016x}",
        scattered(number) * 1_000_003 + number
    ));
    record.title = Some(format!("Study {number} of {}", text(number, 9)));
    record.abstract_text = Some(text(number + 7, 180));
    record.authors = vec![format!("Name{}, A.", number % 7919), "Other, B.".to_owned()];
    record.year = Some(1990 + i32::try_from(number % 36).expect("small"));
    record.journal = Some(format!("Journal of {}", number % 300));
    record.doi = Some(format!("10.1000/x.{number}"));
    let title = record.title.clone().unwrap_or_default();
    let told = record.abstract_text.clone().unwrap_or_default();
    for (name, value) in [
        ("TY", "JOUR"),
        ("TI", &title),
        ("AB", &told),
        ("AU", "Other, B."),
    ] {
        record.tags.push(name, value, 0);
    }
    record
}

/// The file of one of the two reviewers.
fn votes(records: &[Record], reviewer: usize) -> String {
    let mut file = "record,stage,decision,reason,at,note,doi,pmid,title,year\n".to_owned();
    for (number, record) in records.iter().enumerate() {
        let includes = number % 20 == 0 || (reviewer == 0 && number % 100 == 7);
        writeln!(
            file,
            "{},title-abstract,{},,2026-02-{:02}T10:{:02}:0{reviewer}Z,,{},,\"{}\",{}",
            record.id,
            if includes { "include" } else { "exclude" },
            1 + number % 28,
            number % 60,
            record.doi.as_deref().unwrap_or_default(),
            record.title.as_deref().unwrap_or_default(),
            record.year.unwrap_or_default(),
        )
        .expect("memory");
    }
    file
}
