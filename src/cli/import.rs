//! `review import`.

mod spool;

use super::{Exit, Terminal};
use crate::bib::tools::Tool;
use crate::bib::write::Output;
use crate::bib::{self, Format, Mapping, Named, Naming, Options, Record, Summary};
use crate::place::Place;
use crate::problem::Problem;
use rayon::prelude::*;
use spool::Spool;
use std::collections::BTreeSet;
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

/// Records handed from the parsing to the writing thread at a time.
const BATCH: usize = 64;
/// Bytes of tags from which on fewer records are handed on.
const TAGS: usize = 1 << 20;
/// Bytes of tags from which on a record is written a piece at a time.
const LONG: usize = 64 << 10;
/// Bytes of text handed on to be written at a time.
const TEXT: usize = 512 << 10;

/// Reads search exports of any format and prints their records.
///
/// The format is known by content, never by name; gzip and ZIP are opened. Everything mended, left out or doubtful is said on
/// standard error as `file:line:column: severity[code]: what`. Exit code 2 when a file gave nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  review import pubmed.nbib embase.ris > records.jsonl
  review import scopus.csv --database Scopus -o records.ris
  review import list.xlsx --map 'Paper=title' --map 'Who=authors' -o records.csv
  review import reports/stages/deduplicate/records.jsonl --to rayyan -o rayyan.csv")]
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
    /// Write what this screening tool imports, each record with a note that leads its decisions back.
    #[arg(long, value_name = "TOOL")]
    to: Option<Tool>,
    /// Write here; .jsonl, .csv, .ris or .json (CSL-JSON) says the form.
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
}

fn column(text: &str) -> Result<(String, String), String> {
    let (name, field) = text.rsplit_once('=').ok_or("write COLUMN=FIELD")?;
    if Mapping::knows(field) {
        return Ok((name.to_owned(), field.to_owned()));
    }
    let names = Mapping::fields();
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
        keep_ids: false,
    };
    let Some(path) = &args.output else {
        let form = args.to.map_or(Form::Exchange(Output::Jsonl), Form::Tool);
        let read = spool::to_stream(&mut *terminal.out, |out| {
            import(&args.files, &options, form, out)
        });
        return end(read, "standard output", terminal);
    };
    let name = path.to_string_lossy();
    let form =
        match form_of(&name, args.to).and_then(|form| apart(path, &args.files).map(|()| form)) {
            Ok(form) => form,
            Err(problem) => {
                report(&problem.at(Place::file(name)), terminal);
                return Exit::Wrong;
            }
        };
    let worth = |read: &Vec<Summary>| read.iter().any(|summary| summary.kept > 0);
    let read = spool::to_file(path, |out| import(&args.files, &options, form, out), worth);
    end(read, &name, terminal)
}

/// Says what the files came to.
fn end(read: std::io::Result<Vec<Summary>>, output: &str, terminal: &mut Terminal) -> Exit {
    match read {
        Ok(read) => {
            let problems = read.iter().flat_map(|summary| &summary.problems);
            problems.for_each(|problem| report(problem, terminal));
            if read.iter().all(|summary| summary.kept > 0) {
                Exit::Done
            } else {
                Exit::Wrong
            }
        }
        Err(why) => {
            let problem = Problem::error("import::output", format!("cannot be written: {why}"));
            report(&problem.at(Place::file(output)), terminal);
            Exit::StageFailed
        }
    }
}

/// That the output is none of the exports, which would be gone as they were downloaded.
fn apart(path: &Path, files: &[PathBuf]) -> Result<(), Problem> {
    let real = path.canonicalize().ok();
    let same = |file: &&PathBuf| real.is_some() && file.canonicalize().ok() == real;
    match files.iter().find(same) {
        None => Ok(()),
        Some(file) => {
            let title = format!("the output is the export {} itself", name_of(file));
            Err(Problem::error("import::output", title)
                .help("give another name behind `-o`; an export stays as it was downloaded"))
        }
    }
}

/// What is written.
#[derive(Clone, Copy)]
enum Form {
    /// A form that reads back as the same records.
    Exchange(Output),
    /// What a screening tool imports.
    Tool(Tool),
}

impl Form {
    fn begin(self) -> &'static str {
        match self {
            Self::Exchange(output) => output.begin(),
            Self::Tool(tool) => tool.begin(),
        }
    }

    fn push(self, text: &mut String, record: &Record, number: usize) {
        match self {
            Self::Exchange(output) => output.push(text, record, number == 1),
            Self::Tool(tool) => tool.push(text, record, number),
        }
    }

    /// Writes a record; a long one a piece at a time, where the form can be written so.
    fn write(self, out: &mut Pieces, record: &Record, number: usize) -> fmt::Result {
        match self {
            Self::Exchange(output) if record.tags.size() > LONG => {
                output.write(out, record, number == 1)
            }
            _ => {
                self.push(&mut out.text, record, number);
                out.hand_on_above(TEXT / 2)
            }
        }
    }

    fn end(self) -> &'static str {
        match self {
            Self::Exchange(output) => output.end(),
            Self::Tool(_) => "",
        }
    }
}

/// The form a tool needs, or the name of the output asks for.
fn form_of(name: &str, tool: Option<Tool>) -> Result<Form, Problem> {
    let problem = |title: String| Problem::error("import::output", title);
    let Some(tool) = tool else {
        return Output::of_name(name).map(Form::Exchange).ok_or_else(|| {
            problem("the name of the output has to end in .jsonl, .csv, .ris or .json".to_owned())
        });
    };
    let wanted = tool.extension();
    if name.to_lowercase().ends_with(&format!(".{wanted}")) {
        Ok(Form::Tool(tool))
    } else {
        Err(problem(format!(
            "{tool} imports .{wanted}; the name of the output has to end so"
        )))
    }
}

/// Reads all files and writes their records; once more where an identity turned out to stand for several titles.
fn import(
    files: &[PathBuf],
    options: &Options,
    form: Form,
    out: &mut dyn Spool,
) -> std::io::Result<Vec<Summary>> {
    let mut naming = Naming::default();
    loop {
        let mut buffer = std::io::BufWriter::new(&mut *out);
        let read = pass(files, options, form, &mut naming, &mut buffer)?;
        buffer.flush()?;
        drop(buffer);
        match naming.again() {
            None => return Ok(read),
            Some(known) => naming = known,
        }
        out.restart()?;
    }
}

fn pass(
    files: &[PathBuf],
    options: &Options,
    form: Form,
    naming: &mut Naming,
    out: &mut dyn Write,
) -> std::io::Result<Vec<Summary>> {
    let mut read = Vec::new();
    out.write_all(form.begin().as_bytes())?;
    if let [file] = files {
        read.push(stream(file, options, form, naming, out)?);
    } else {
        let mut number = 0;
        // As many files at a time as there are threads, so that memory holds no more than these.
        for some in files.chunks(rayon::current_num_threads().max(1)) {
            let done: Vec<_> = some.par_iter().map(|file| whole(file, options)).collect();
            for (file, (mut records, mut summary)) in some.iter().zip(done) {
                mention_copies(file, &mut records, naming, &mut summary);
                let mut text = String::new();
                for record in &records {
                    number += 1;
                    form.push(&mut text, record, number);
                }
                out.write_all(text.as_bytes())?;
                read.push(summary);
            }
        }
    }
    out.write_all(form.end().as_bytes())?;
    Ok(read)
}

/// Names the records of a file among several, and says how many stood in a file before it.
fn mention_copies(file: &Path, records: &mut [Record], naming: &mut Naming, summary: &mut Summary) {
    let mut own = BTreeSet::new();
    let mut copies = 0;
    for record in records {
        let first_here = own.insert(record.id.clone());
        copies += usize::from(naming.name(record) == Named::Copy && first_here);
    }
    if copies > 0 {
        let title = format!(
            "{copies} record(s) stand in a file before this one too; their ids end in -2 and so on"
        );
        let note = Problem::note("import::copy", title);
        summary.problems.push(note.at(Place::file(name_of(file))));
    }
}

fn report(problem: &Problem, terminal: &mut Terminal) {
    let _ = writeln!(terminal.err, "{problem}");
    if let Some(help) = &problem.help {
        let _ = writeln!(terminal.err, "  help: {help}");
    }
}

/// Reads one file whole.
fn whole(file: &Path, options: &Options) -> (Vec<Record>, Summary) {
    let mut records = Vec::new();
    let summary = match load(file) {
        Ok((name, bytes)) => {
            bib::read_each(&name, &bytes, options, &mut |record| records.push(record))
        }
        Err(summary) => summary,
    };
    (records, summary)
}

/// Reads one file on this thread while another writes, so that no more than a few batches are in memory.
fn stream(
    file: &Path,
    options: &Options,
    form: Form,
    naming: &mut Naming,
    out: &mut dyn Write,
) -> std::io::Result<Summary> {
    let (name, bytes) = match load(file) {
        Ok(loaded) => loaded,
        Err(summary) => return Ok(summary),
    };
    let (send, receive) = mpsc::sync_channel::<String>(4);
    let (batches, work) = mpsc::sync_channel::<Vec<Record>>(4);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut pieces = Pieces::new(send);
            for (mut record, number) in work.into_iter().flatten().zip(1..) {
                naming.name(&mut record);
                if form.write(&mut pieces, &record, number).is_err() {
                    return;
                }
            }
            let _ = pieces.hand_on_above(0);
        });
        let reader = scope.spawn(move || {
            let mut batch = Vec::with_capacity(BATCH);
            let mut held = 0;
            let summary = bib::read_each(&name, &bytes, options, &mut |record| {
                held += record.tags.size();
                batch.push(record);
                if batch.len() == BATCH || held > TAGS {
                    held = 0;
                    let _ = batches.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)));
                }
            });
            let _ = batches.send(batch);
            summary
        });
        let written = receive
            .into_iter()
            .try_for_each(|text| out.write_all(text.as_bytes()));
        let read = reader.join().unwrap_or_default();
        written.map(|()| read)
    })
}

/// Text on its way to be written, handed on a piece at a time, so that a long record is not held once more as text.
struct Pieces {
    text: String,
    send: mpsc::SyncSender<String>,
}

impl Pieces {
    fn new(send: mpsc::SyncSender<String>) -> Self {
        let text = String::with_capacity(TEXT);
        Self { text, send }
    }

    /// Hands on what there is, if it is more than some bytes.
    fn hand_on_above(&mut self, bytes: usize) -> fmt::Result {
        if self.text.len() <= bytes {
            return Ok(());
        }
        let text = std::mem::replace(&mut self.text, String::with_capacity(TEXT));
        self.send.send(text).map_err(|_| fmt::Error)
    }
}

impl fmt::Write for Pieces {
    fn write_str(&mut self, mut text: &str) -> fmt::Result {
        while self.text.len() + text.len() > TEXT {
            let room = TEXT - self.text.len();
            let (head, tail) = text.split_at(text.floor_char_boundary(room));
            self.text.push_str(head);
            self.hand_on_above(0)?;
            text = tail;
        }
        self.text.push_str(text);
        Ok(())
    }
}

/// The name of a file as printed.
fn name_of(file: &Path) -> String {
    file.to_string_lossy().replace('\\', "/")
}

/// The name of a file as printed, and its bytes.
fn load(file: &Path) -> Result<(String, Vec<u8>), Summary> {
    let name = name_of(file);
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    #[test]
    fn a_long_text_is_handed_on_in_short_pieces_and_no_letter_is_torn() {
        let (send, receive) = mpsc::sync_channel(100);
        let mut pieces = Pieces::new(send);
        let parts = [
            "a".to_owned(),
            "ü".repeat(TEXT),
            "题".repeat(TEXT - 1),
            String::new(),
        ];
        for part in &parts {
            pieces
                .write_str(part)
                .expect("somebody takes what is handed on");
        }
        pieces
            .hand_on_above(0)
            .expect("somebody takes what is handed on");
        drop(pieces);
        let handed_on: Vec<String> = receive.iter().collect();
        assert!(handed_on.iter().all(|piece| piece.len() <= TEXT));
        assert!(handed_on.concat() == parts.concat());
    }

    #[test]
    fn nobody_to_take_the_text_ends_the_writing() {
        let (send, receive) = mpsc::sync_channel(1);
        drop(receive);
        assert!(Pieces::new(send).write_str(&"a".repeat(TEXT + 1)).is_err());
    }
}
