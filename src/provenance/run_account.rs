//! What a run was made of: the stages with what flowed between them, the files with their digests, the people and the program.
//!
//! Takes nothing and reads nothing; the engine fills it, and the documents of other standards are written from it.

use super::PrintedNumber;
use crate::digest::Digest;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A run, as the files of a project tell it.
#[derive(Clone, Debug, Default)]
pub struct RunAccount {
    /// Title of the review.
    pub title: String,
    /// Where and as what it is registered.
    pub registration: Option<String>,
    /// The day that the review says it was published or last decided on, as `2026-07-14`; never the clock's.
    pub published: Option<String>,
    /// SPDX names or addresses of the licences that the review declares.
    pub licences: Vec<String>,
    /// Who wrote the review.
    pub authors: Vec<Agent>,
    /// Who decided in it.
    pub reviewers: Vec<Agent>,
    /// The program.
    pub program: Program,
    /// The stages, every stage after those it reads.
    pub stages: Vec<StageAccount>,
    /// Every file by its path in the project.
    pub files: BTreeMap<String, FileFacts>,
    /// What the rows of an artefact say they were made from: its path, and the paths of artefacts and of files that people keep.
    pub derived: BTreeMap<String, BTreeSet<String>>,
    /// The printed numbers by the list that holds them: path of the report, and the number.
    pub numbers: Vec<(String, PrintedNumber)>,
}

/// A person or a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agent {
    /// An address such as an ORCID, else a name that is unique in the review.
    pub id: String,
    /// The name to print.
    pub name: String,
    /// Whether it is a group.
    pub group: bool,
    /// Where the person works.
    pub affiliation: Option<String>,
}

/// The program that ran the pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// Its version, such as `0.1.0`.
    pub version: String,
    /// The sources that it was built from: commit and digest, or that it is no released build.
    pub source: String,
}

/// Facts of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFacts {
    /// Its size in bytes.
    pub size: usize,
    /// SHA-256 as 64 hexadecimal digits.
    pub sha256: String,
    /// BLAKE3.
    pub blake3: Digest,
    /// The reviewers whose decisions it holds, by their names there.
    pub decided_by: BTreeSet<String>,
}

/// A stage that ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageAccount {
    /// Its name.
    pub id: String,
    /// The built-in kind, or the program of the user's own.
    pub kind: String,
    /// Whether it is a program of the user's own.
    pub command: bool,
    /// What flowed in, by port.
    pub inputs: Vec<(String, Vec<Flow>)>,
    /// What came out, by port.
    pub outputs: Vec<Output>,
}

/// Where an input came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Another stage and its port.
    Made(String, String),
    /// A file that people keep, or all files below a folder.
    Kept(Item),
}

/// An artefact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its port.
    pub port: String,
    /// Its type.
    pub artefact_type: String,
    /// Where it is.
    pub item: Item,
}

/// A file, or a folder as all files below it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// Path in the project, without `/` at the end.
    pub path: String,
    /// Whether it is a folder.
    pub folder: bool,
}

impl RunAccount {
    /// The files of an item, sorted.
    pub fn files_of<'a>(&'a self, item: &'a Item) -> Vec<&'a str> {
        if !item.folder {
            let file = self.files.get_key_value(&item.path);
            return file.map(|(path, _)| path.as_str()).into_iter().collect();
        }
        let below = format!("{}/", item.path);
        let paths = self.files.keys().map(String::as_str);
        paths.filter(|path| path.starts_with(&below)).collect()
    }

    /// The artefact of a stage.
    pub fn output(&self, stage: &str, port: &str) -> Option<&Output> {
        let stage = self.stages.iter().find(|known| known.id == stage)?;
        stage.outputs.iter().find(|output| output.port == port)
    }

    /// What flows: the item that people keep, or the artefact of the other stage.
    pub fn item_of<'a>(&'a self, flow: &'a Flow) -> Option<&'a Item> {
        match flow {
            Flow::Made(stage, port) => self.output(stage, port).map(|output| &output.item),
            Flow::Kept(item) => Some(item),
        }
    }

    /// Who answers for the run: the authors, else the reviewers.
    pub fn responsible(&self) -> &[Agent] {
        if self.authors.is_empty() {
            &self.reviewers
        } else {
            &self.authors
        }
    }

    /// Whether any stage reads an artefact.
    pub fn is_read(&self, stage: &str, port: &str) -> bool {
        let flows = self.stages.iter().flat_map(|reader| &reader.inputs);
        let mut flows = flows.flat_map(|(_, flows)| flows);
        flows.any(|flow| matches!(flow, Flow::Made(from, name) if from == stage && name == port))
    }
}

/// The media type of a file, by the end of its name.
pub(super) fn media_type(path: &str) -> &'static str {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "csv" => "text/csv",
        "json" => "application/json",
        "jsonl" => "application/jsonl",
        "yaml" | "yml" | "cff" => "application/yaml",
        "md" => "text/markdown",
        "html" => "text/html",
        "svg" => "image/svg+xml",
        "xml" => "application/xml",
        "ris" => "application/x-research-info-systems",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "pdf" => "application/pdf",
        "txt" | "lock" | "tera" | "nbib" | "enw" | "bib" | "ciw" => "text/plain",
        _ => "application/octet-stream",
    }
}

/// A text as part of an address: all but letters and digits of ASCII and `-._~/` as `%` and hexadecimal digits.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("writing to a string cannot fail");
        }
    }
    out
}
