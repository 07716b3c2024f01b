//! Ports: what a stage takes and gives, by name and type.

use crate::artefact::{Pieces, Row, read_rows};
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What may be wired into a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortType {
    /// An artefact of this type from another stage.
    Artefact(&'static str),
    /// Any number of artefacts of this type, from as many stages.
    Artefacts(&'static str),
    /// A file or a folder that people keep.
    Files,
}

/// An input port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InPort {
    /// Name, as written under `in:`.
    pub name: &'static str,
    /// What it takes.
    pub takes: PortType,
    /// Whether the pipeline must wire it.
    pub required: bool,
    /// One line for people.
    pub about: &'static str,
}

/// An output port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutPort {
    /// Name, as written behind `stage.`.
    pub name: &'static str,
    /// Artefact type.
    pub gives: &'static str,
    /// Ending of the file, which tells its format: `csv`, `jsonl`, `json`, `md`, `html`; empty for a folder.
    pub extension: &'static str,
    /// One line for people.
    pub about: &'static str,
}

/// What a stage gives on one port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// The bytes of one file.
    File(Vec<u8>),
    /// The files of a folder, by name below it.
    Folder(BTreeMap<String, Vec<u8>>),
}

/// One file of a [`PortType::Files`] port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InFile {
    /// Path relative to the project, `/` between parts.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl InFile {
    /// The name without its folder, in small letters.
    pub fn name(&self) -> String {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.to_lowercase()
    }

    /// Whether the name has an ending, in whatever case.
    pub fn ends_with(&self, ending: &str) -> bool {
        self.name().ends_with(ending)
    }
}

/// The CSV tables in a folder that people fill; other files but notes (`.md`, `.txt`) are told, since nothing reads them.
///
/// A `.txt` that is called or begins like a table is none of the notes: some systems add that ending and hide it.
pub fn csv_tables<'f>(files: impl IntoIterator<Item = &'f InFile>) -> (Vec<&'f InFile>, Problems) {
    let mut problems = Problems::new();
    let (tables, others): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|file: &&InFile| file.ends_with(".csv"));
    for file in others {
        let unread = |title: &str, help: String| {
            Problem::warning("stage::unread-file", title)
                .at(Place::file(file.path.as_str()))
                .help(help)
        };
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        if is_hidden_table(file) {
            let stem = without(name, ".txt");
            let stem = without(stem, ".csv");
            problems.push(unread(
                "nothing reads this file, which looks like a table",
                format!("call it `{stem}.csv`: its name ends in .txt, which some systems do not show; or move it out of the folder"),
            ));
        } else if ![".md", ".txt"].iter().any(|ending| file.ends_with(ending)) {
            problems.push(unread(
                "nothing reads this file",
                "save it as CSV, or move it out of the folder".to_owned(),
            ));
        }
    }
    (tables, problems)
}

/// A name without its ending, in whatever case.
fn without<'n>(name: &'n str, ending: &str) -> &'n str {
    let (stem, last) = name
        .len()
        .checked_sub(ending.len())
        .and_then(|at| name.split_at_checked(at))
        .unwrap_or((name, ""));
    if last.eq_ignore_ascii_case(ending) {
        stem
    } else {
        name
    }
}

/// Whether a `.txt` is a table under another name: it is called `.csv.txt`, or its first line is a header of three columns or more.
fn is_hidden_table(file: &InFile) -> bool {
    let name = file.name();
    if !name.ends_with(".txt") || name.starts_with("readme") {
        return false;
    }
    let line = file.bytes.split(|byte| matches!(byte, b'\r' | b'\n'));
    let line = String::from_utf8_lossy(line.into_iter().next().unwrap_or_default());
    let header = |separator| {
        let mut cells = line.split(separator).map(str::trim);
        // Sentences have commas too, and longer pieces between them.
        line.matches(separator).count() > 1
            && cells.all(|cell| !cell.is_empty() && cell.split_whitespace().count() <= 3)
    };
    name.ends_with(".csv.txt") || [',', ';', '\t'].into_iter().any(header)
}

/// The files of a port, sorted by path.
pub type Files = Vec<InFile>;

/// What was wired into one port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Stage that made it (empty for files).
    pub stage: String,
    /// Name of the artefact (empty for files).
    pub artefact: String,
    /// The path wired, or the path at which the artefact is shown.
    pub path: String,
    /// Files of a [`PortType::Files`] port, or the artefact's bytes as one file.
    pub files: Files,
    /// The files of an artefact that is read on demand, in their place.
    pub kept: Vec<KeptFile>,
}

/// A file of an artefact whose bytes stay where they are kept.
#[derive(Clone, Debug)]
pub struct KeptFile {
    /// Path at which the artefact is shown.
    pub path: String,
    /// Its bytes.
    pub pieces: Arc<dyn Pieces>,
}

impl PartialEq for KeptFile {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path && Arc::ptr_eq(&self.pieces, &other.pieces)
    }
}

impl Eq for KeptFile {}

/// Everything the engine hands to a stage, by port.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incoming {
    /// What was wired, by port; a port that takes many has several.
    pub ports: BTreeMap<String, Vec<Received>>,
}

impl Incoming {
    /// Takes the files that were wired into a port first.
    pub fn take_files(&mut self, port: &str) -> Files {
        let received = self.ports.get_mut(port).and_then(|all| all.first_mut());
        received.map_or_else(Files::new, |received| std::mem::take(&mut received.files))
    }

    /// The artefact on a port.
    pub fn artefact(&self, port: &str) -> Option<&Received> {
        self.ports.get(port)?.first()
    }

    /// All artefacts on a port that takes many.
    pub fn artefacts(&self, port: &str) -> &[Received] {
        self.ports.get(port).map_or(&[], Vec::as_slice)
    }

    /// The files on a port; empty where nothing is wired.
    pub fn files(&self, port: &str) -> &[InFile] {
        self.artefact(port)
            .map_or(&[], |received| received.files.as_slice())
    }
}

/// Reads the table on a required port.
///
/// # Errors
///
/// A problem where the port is empty, or for each row that does not fit.
pub fn read_table<R: Row>(incoming: &Incoming, port: &str) -> Result<Vec<R>, Problems> {
    match incoming.artefact(port) {
        Some(_) => read_optional_table(incoming, port),
        None => Err(Problem::error(
            "stage::port",
            format!("nothing is wired to the port `{port}`"),
        )
        .into()),
    }
}

/// Reads the table on a port that may be left unwired.
///
/// # Errors
///
/// A problem for each row that does not fit.
pub fn read_optional_table<R: Row>(incoming: &Incoming, port: &str) -> Result<Vec<R>, Problems> {
    let mut rows = Vec::new();
    for received in incoming.artefacts(port) {
        for file in &received.files {
            rows.extend(read_rows(&file.path, &file.bytes)?);
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_whose_name_ends_in_txt_is_told_and_notes_are_not() {
        let header = "record,stage,decision,reason,at\n";
        let told = |path: &str, text: &str| {
            let file = InFile {
                path: path.to_owned(),
                bytes: text.as_bytes().to_vec(),
            };
            let (tables, problems) = csv_tables([&file]);
            assert!(tables.is_empty());
            problems.0.first().and_then(|problem| problem.help.clone())
        };
        for path in ["votes/bob.csv.txt", "votes/bob.txt", "votes/bob.CSV.TXT"] {
            let help = told(path, header).expect("told");
            assert!(help.contains("`bob.") && help.contains(".csv`"), "{help}");
        }
        assert!(told("votes/bob.csv.txt", "").is_some());
        assert!(told("votes/bob.xlsx", "").is_some());
        for (path, text) in [
            ("votes/README.md", header),
            ("votes/readme.txt", header),
            ("votes/notes.md", "ann, bob and carl met"),
            (
                "votes/minutes.txt",
                "On Monday we met again, with ann, and with bob: all agreed.\n",
            ),
        ] {
            assert_eq!(told(path, text), None, "{path}");
        }
    }
}
