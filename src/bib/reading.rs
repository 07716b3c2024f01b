//! One file being read: accounting, messages, and where finished records go.

use super::{Format, fields, identity, record::Record, record::Source, tags::Tags};
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::BTreeMap;

/// Messages of one code that are kept word for word; the rest are counted.
const SAME_CODE: u32 = 1000;

/// Bytes of tags up to which a record is copied rather than handed on in the room it was gathered in.
const ROOM: usize = 64 << 10;

/// What a parser works with: it hands over tags, and says what it mended or left out.
pub(crate) struct Reading<'s> {
    pub(crate) file: &'s str,
    pub(crate) format: Format,
    pub(crate) problems: Problems,
    pub(crate) kept: usize,
    pub(crate) rejected: usize,
    /// Database named by the caller, for records that name none.
    pub(crate) database: Option<String>,
    /// Columns named by the caller.
    pub(crate) mapping: Option<&'s super::Mapping>,
    /// Whether a column `id` names records.
    pub(crate) keep_ids: bool,
    /// Whether carriage returns stand alone beside line feeds; see [`super::line_ends`].
    pub(crate) mixed_ends: bool,
    sink: &'s mut dyn FnMut(Record),
    codes: BTreeMap<&'static str, u32>,
    spare: Tags,
}

impl<'s> Reading<'s> {
    pub(crate) fn new(file: &'s str, format: Format, sink: &'s mut dyn FnMut(Record)) -> Self {
        Self {
            file,
            format,
            problems: Problems::new(),
            kept: 0,
            rejected: 0,
            database: None,
            mapping: None,
            keep_ids: false,
            mixed_ends: false,
            sink,
            codes: BTreeMap::new(),
            spare: Tags::new(),
        }
    }

    /// Keeps a record made of `tags`.
    pub(crate) fn keep(&mut self, tags: Tags, line: u32, end_line: u32) {
        let draft = fields::derive(self.format, &tags);
        let (accession, own_id) = (draft.accession, draft.own_id);
        let mut record = Record::empty(Source {
            file: self.file.to_owned(),
            format: self.format.name().to_owned(),
            line,
            end_line,
        });
        draft.fill(&mut record);
        if record.database.is_none() {
            record.database.clone_from(&self.database);
        }
        if let Some(id) = own_id {
            record.id = id.into();
        } else if record.id.as_str().is_empty() {
            record.id = identity::from_parts(&record, self.format.name(), accession);
        }
        record.tags = self.packed(tags);
        self.keep_record(record);
    }

    /// Room for the tags of one record, used again for each.
    pub(crate) fn room(&mut self) -> Tags {
        std::mem::take(&mut self.spare)
    }

    /// The tags in no more memory than they need; the room they were gathered in is kept.
    fn packed(&mut self, mut tags: Tags) -> Tags {
        if tags.size() > ROOM {
            return tags;
        }
        let packed = tags.clone();
        tags.clear();
        self.spare = tags;
        packed
    }

    /// Keeps a record that is already typed.
    pub(crate) fn keep_record(&mut self, record: Record) {
        self.kept += 1;
        (self.sink)(record);
    }

    /// Counts a record that could not be kept, and says why.
    pub(crate) fn reject(&mut self, problem: Problem, code: &'static str) {
        self.rejected += 1;
        self.say(problem, code);
    }

    pub(crate) fn warn(&mut self, code: &'static str, title: impl Into<String>, at: (u32, u32)) {
        let place = self.place(at);
        self.say(Problem::warning(code, title).at(place), code);
    }

    pub(crate) fn note(&mut self, code: &'static str, title: impl Into<String>, at: (u32, u32)) {
        let place = self.place(at);
        self.say(Problem::note(code, title).at(place), code);
    }

    pub(crate) fn error(&mut self, code: &'static str, title: impl Into<String>, at: (u32, u32)) {
        let place = self.place(at);
        self.say(Problem::error(code, title).at(place), code);
    }

    pub(crate) fn place(&self, (line, column): (u32, u32)) -> Place {
        Place::column(self.file, line, column)
    }

    /// Adds a message; beyond a thousand of one code they are counted.
    pub(crate) fn say(&mut self, problem: Problem, code: &'static str) {
        let count = self.codes.entry(code).or_insert(0);
        *count += 1;
        if *count <= SAME_CODE {
            self.problems.push(problem);
        }
    }

    /// Says how many messages were only counted.
    pub(crate) fn close(&mut self) {
        for (code, count) in std::mem::take(&mut self.codes) {
            if count > SAME_CODE {
                self.problems.push(
                    Problem::note(code, format!("and {} more of these", count - SAME_CODE))
                        .at(Place::file(self.file)),
                );
            }
        }
    }
}
