//! `review import`.

use super::{Exit, Terminal};
use crate::bib::write::Output;
use crate::bib::{self, Format, Mapping, Options, Record, Summary};
use crate::place::Place;
use crate::problem::Problem;
use rayon::prelude::*;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

/// Records handed from the parsing to the writing thread at a time.
const BATCH: usize = 64;
/// Bytes of text that a batch mostly stays below.
const TEXT: usize = 512 << 10;

/// Reads search exports of any format and prints their records.
///
/// The format is known by content, never by name; gzip and ZIP are opened. Everything mended, left out or doubtful is said on
/// standard error as `file:line:column: severity[code]: what`. Exit code 2 when a file gave nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  review import pubmed.nbib embase.ris > records.jsonl
  review import scopus.csv --database Scopus -o records.ris
  review import list.xlsx --map 'Paper=title' --map 'Who=authors' -o records.csv")]
pub(super) struct Args {
    /// Exports as downloaded.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Read every file as this format, whatever its content says.
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Database of records that name none.
    #[arg(long, value_name = "NAME")]
    database: Option<String>,
    /// What a column of a table holds, as `COLUMN=FIELD`; fields as in the JSON, and `start_page`, `end_page`.
    #[arg(long = "map", value_name = "COLUMN=FIELD", value_parser = column)]
    map: Vec<(String, String)>,
    /// Write here; .jsonl, .csv, .ris or .json (CSL-JSON) says the form.
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
}

fn column(text: &str) -> Result<(String, String), String> {
    let (name, field) = text.rsplit_once('=').ok_or("write COLUMN=FIELD")?;
    let known = bib::Field::ALL.iter().any(|known| known.name() == field);
    if known || matches!(field, "start_page" | "end_page" | "id" | "accession") {
        return Ok((name.to_owned(), field.to_owned()));
    }
    let names: Vec<_> = bib::Field::ALL.iter().map(|field| field.name()).collect();
    Err(format!("no field `{field}`; one of {}", names.join(", ")))
}

/// Runs the command.
pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Exit {
    let options = Options {
        format: args.format,
        database: args.database.clone(),
        mapping: (!args.map.is_empty()).then(|| Mapping {
            columns: args.map.iter().cloned().collect(),
        }),
    };
    let Some(path) = &args.output else {
        return import(&args.files, &options, Output::Jsonl, terminal, None);
    };
    let Some(output) = Output::of_name(&path.to_string_lossy()) else {
        terminal.say(
            Problem::error(
                "import::output",
                "the name of the output has to end in .jsonl, .csv, .ris or .json",
            )
            .at(Place::file(path.to_string_lossy())),
        );
        return Exit::Wrong;
    };
    to_file(path, args, &options, output, terminal)
}

/// Writes into a temporary file beside `path` and puts it in place when all is written.
fn to_file(
    path: &Path,
    args: &Args,
    options: &Options,
    output: Output,
    terminal: &mut Terminal,
) -> Exit {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
        let exit = import(&args.files, options, output, terminal, Some(&mut file));
        file.flush()?;
        file.persist(path).map_err(|why| why.error)?;
        Ok(exit)
    });
    written.unwrap_or_else(|why| {
        let problem = Problem::error("import::output", format!("cannot be written: {why}"));
        terminal.say(problem.at(Place::file(path.to_string_lossy())));
        Exit::Wrong
    })
}

fn import(
    files: &[PathBuf],
    options: &Options,
    output: Output,
    terminal: &mut Terminal,
    file: Option<&mut tempfile::NamedTempFile>,
) -> Exit {
    let mut exit = Exit::Done;
    let Terminal { out, err, .. } = terminal;
    let mut out: Box<dyn Write + '_> = match file {
        Some(file) => Box::new(std::io::BufWriter::new(file)),
        None => Box::new(out),
    };
    let mut first = true;
    let _ = out.write_all(output.begin().as_bytes());
    if let [file] = files {
        let summary = stream(file, options, output, &mut *out);
        exit = report(&summary, err, exit);
    } else {
        // As many files at a time as there are threads, so that memory holds no more than these.
        for some in files.chunks(rayon::current_num_threads().max(1)) {
            let work = some.par_iter().map(|file| whole(file, options, output));
            for (text, summary) in work.collect::<Vec<_>>() {
                // Only a list has a comma before each record; the first of all goes without.
                let separated = if first { text.strip_prefix(',') } else { None };
                let text = separated.unwrap_or(&text);
                first &= text.is_empty();
                let _ = out.write_all(text.as_bytes());
                exit = report(&summary, err, exit);
            }
        }
    }
    let _ = out.write_all(output.end().as_bytes());
    let _ = out.flush();
    exit
}

fn report(summary: &Summary, err: &mut dyn Write, exit: Exit) -> Exit {
    for problem in &summary.problems {
        let _ = writeln!(err, "{problem}");
        if let Some(help) = &problem.help {
            let _ = writeln!(err, "  help: {help}");
        }
    }
    if summary.kept == 0 { Exit::Wrong } else { exit }
}

/// Reads one file whole and writes its records as if others stood before them.
fn whole(file: &Path, options: &Options, output: Output) -> (String, Summary) {
    let mut text = String::new();
    let summary = match load(file) {
        Ok((name, bytes)) => bib::read_each(&name, &bytes, options, &mut |record| {
            output.push(&mut text, &record, false);
        }),
        Err(summary) => summary,
    };
    (text, summary)
}

/// Reads one file on this thread while another writes, so that no more than a few batches are in memory.
fn stream(file: &Path, options: &Options, output: Output, out: &mut dyn Write) -> Summary {
    let (name, bytes) = match load(file) {
        Ok(loaded) => loaded,
        Err(summary) => return summary,
    };
    let (send, receive) = mpsc::sync_channel::<String>(4);
    let (batches, work) = mpsc::sync_channel::<Vec<Record>>(4);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut first = true;
            for batch in work {
                let mut text = String::with_capacity(TEXT);
                for record in &batch {
                    output.push(&mut text, record, first);
                    first = false;
                }
                if send.send(text).is_err() {
                    return;
                }
            }
        });
        let reader = scope.spawn(move || {
            let mut batch = Vec::with_capacity(BATCH);
            let summary = bib::read_each(&name, &bytes, options, &mut |record| {
                batch.push(record);
                if batch.len() == BATCH {
                    let _ = batches.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)));
                }
            });
            let _ = batches.send(batch);
            summary
        });
        for text in receive {
            let _ = out.write_all(text.as_bytes());
        }
        reader.join().unwrap_or_default()
    })
}

/// The name of a file as printed, and its bytes.
fn load(file: &Path) -> Result<(String, Vec<u8>), Summary> {
    let name = file.to_string_lossy().replace('\\', "/");
    #[expect(
        clippy::disallowed_methods,
        reason = "the command line is where files named on it are read"
    )]
    match std::fs::read(file) {
        Ok(bytes) => Ok((name, bytes)),
        Err(why) => {
            let mut summary = Summary::default();
            summary.problems.push(
                Problem::error("import::unreadable", format!("cannot be read: {why}"))
                    .at(Place::file(name)),
            );
            Err(summary)
        }
    }
}
