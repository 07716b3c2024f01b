//! `review import`.

use super::{Exit, Terminal};
use crate::bib::tools::Tool;
use crate::bib::write::Output;
use crate::bib::{self, Format, Mapping, Options, Record, Summary};
use crate::place::Place;
use crate::problem::Problem;
use rayon::prelude::*;
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
    };
    let Some(path) = &args.output else {
        let form = args.to.map_or(Form::Exchange(Output::Jsonl), Form::Tool);
        return import(&args.files, &options, form, terminal, None);
    };
    match form_of(&path.to_string_lossy(), args.to) {
        Ok(form) => to_file(path, args, &options, form, terminal),
        Err(title) => {
            let problem = Problem::error("import::output", title);
            terminal.say(problem.at(Place::file(path.to_string_lossy())));
            Exit::Wrong
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
fn form_of(name: &str, tool: Option<Tool>) -> Result<Form, String> {
    let Some(tool) = tool else {
        return Output::of_name(name).map(Form::Exchange).ok_or_else(|| {
            "the name of the output has to end in .jsonl, .csv, .ris or .json".to_owned()
        });
    };
    let wanted = tool.extension();
    if name.to_lowercase().ends_with(&format!(".{wanted}")) {
        Ok(Form::Tool(tool))
    } else {
        Err(format!(
            "{tool} imports .{wanted}; the name of the output has to end so"
        ))
    }
}

/// Writes into a temporary file beside `path` and puts it in place when all is written.
fn to_file(
    path: &Path,
    args: &Args,
    options: &Options,
    form: Form,
    terminal: &mut Terminal,
) -> Exit {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
        let exit = import(&args.files, options, form, terminal, Some(&mut file));
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
    form: Form,
    terminal: &mut Terminal,
    file: Option<&mut tempfile::NamedTempFile>,
) -> Exit {
    let mut exit = Exit::Done;
    let Terminal { out, err, .. } = terminal;
    let mut out: Box<dyn Write + '_> = match file {
        Some(file) => Box::new(std::io::BufWriter::new(file)),
        None => Box::new(out),
    };
    let _ = out.write_all(form.begin().as_bytes());
    if let [file] = files {
        let summary = stream(file, options, form, &mut *out);
        exit = report(&summary, err, exit);
    } else {
        let mut number = 0;
        let mut ids = BTreeSet::new();
        // As many files at a time as there are threads, so that memory holds no more than these.
        for some in files.chunks(rayon::current_num_threads().max(1)) {
            let done: Vec<_> = some.par_iter().map(|file| whole(file, options)).collect();
            for (file, (mut records, mut summary)) in some.iter().zip(done) {
                mention_copies(file, &mut records, &mut ids, &mut summary);
                let mut text = String::new();
                for record in &records {
                    number += 1;
                    form.push(&mut text, record, number);
                }
                let _ = out.write_all(text.as_bytes());
                exit = report(&summary, err, exit);
            }
        }
    }
    let _ = out.write_all(form.end().as_bytes());
    let _ = out.flush();
    exit
}

/// Keeps records apart that stood in a file before too, and says how many there are.
fn mention_copies(
    file: &Path,
    records: &mut [Record],
    ids: &mut BTreeSet<crate::ids::RecordId>,
    summary: &mut Summary,
) {
    let mut copies = 0;
    for record in records {
        copies += usize::from(bib::identity::keep_apart(record, ids));
    }
    if copies > 0 {
        let title = format!(
            "{copies} record(s) stand in a file before this one too; their ids end in -2 and so on"
        );
        let note = Problem::note("import::copy", title);
        summary.problems.push(note.at(Place::file(name_of(file))));
    }
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
fn stream(file: &Path, options: &Options, form: Form, out: &mut dyn Write) -> Summary {
    let (name, bytes) = match load(file) {
        Ok(loaded) => loaded,
        Err(summary) => return summary,
    };
    let (send, receive) = mpsc::sync_channel::<String>(4);
    let (batches, work) = mpsc::sync_channel::<Vec<Record>>(4);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut pieces = Pieces::new(send);
            for (record, number) in work.into_iter().flatten().zip(1..) {
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
        for text in receive {
            let _ = out.write_all(text.as_bytes());
        }
        reader.join().unwrap_or_default()
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
