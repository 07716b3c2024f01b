//! Where each key of a YAML text stands, found by an event pass.
//!
//! The deserialiser gives no position for values that are well formed, accepts a key that stands twice, and takes seconds on
//! deep nests; this pass closes all three.

use crate::place::Place;
use crate::problem::{Problem, Problems};
use saphyr_parser::{Event, Parser, Span};
use std::collections::BTreeMap;

/// Deeper nests than any tool needs.
const DEEPEST: usize = 32;

/// The place of every key and list item, by its path such as `domains/D1/steps/q12` or `overall/escalation/0`.
#[derive(Debug, Default)]
pub(super) struct Positions {
    file: String,
    by_path: BTreeMap<String, (u32, u32)>,
}

impl Positions {
    /// The place of `path`, or of the nearest key above it.
    pub(super) fn of(&self, path: &str) -> Place {
        let mut path = path;
        loop {
            if let Some((line, column)) = self.by_path.get(path) {
                return Place::column(&self.file, *line, *column);
            }
            match path.rsplit_once('/') {
                Some((above, _)) => path = above,
                None => return Place::file(&self.file),
            }
        }
    }
}

/// One open mapping or list.
enum Level {
    Mapping { path: String, key: Option<String> },
    List { path: String, next: usize },
}

/// Reads the positions; a text that is no YAML, or a key that stands twice, is a problem.
pub(super) fn positions(file: &str, text: &str) -> (Positions, Problems) {
    let mut walk = Walk {
        found: Positions {
            file: file.to_owned(),
            by_path: BTreeMap::new(),
        },
        problems: Problems::new(),
        levels: Vec::new(),
    };
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => {
                if !walk.take(&event, span) {
                    break;
                }
            }
            Err(error) => {
                let place = Place::column(
                    file,
                    narrow(error.marker().line()),
                    narrow(error.marker().col() + 1),
                );
                walk.problems.push(
                    Problem::error("rob::bad-yaml", format!("not YAML: {}", error.info()))
                        .at(place)
                        .help("mend the YAML at this place"),
                );
                break;
            }
        }
    }
    (walk.found, walk.problems)
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

struct Walk {
    found: Positions,
    problems: Problems,
    levels: Vec<Level>,
}

impl Walk {
    /// Takes one event; false when there is no use in going on.
    fn take(&mut self, event: &Event<'_>, span: Span) -> bool {
        match event {
            Event::Scalar(text, ..) => self.scalar(text, span),
            Event::Alias(_) => {
                self.value(span);
            }
            Event::MappingStart(..) => {
                let path = self.value(span);
                self.levels.push(Level::Mapping { path, key: None });
            }
            Event::SequenceStart(..) => {
                let path = self.value(span);
                self.levels.push(Level::List { path, next: 0 });
            }
            Event::MappingEnd | Event::SequenceEnd => {
                self.levels.pop();
            }
            _ => {}
        }
        if self.levels.len() > DEEPEST {
            self.problems.push(
                Problem::error(
                    "rob::too-deep",
                    format!("more than {DEEPEST} levels of nesting"),
                )
                .at(place(&self.found.file, span))
                .help("a tool needs far fewer; look for brackets that are never closed"),
            );
            return false;
        }
        true
    }

    fn scalar(&mut self, text: &str, span: Span) {
        let Some(Level::Mapping { path, key }) = self.levels.last_mut() else {
            self.value(span);
            return;
        };
        if key.is_some() {
            self.value(span);
            return;
        }
        *key = Some(text.to_owned());
        let full = join(path, text);
        let here = spot(span);
        if let Some((line, column)) = self.found.by_path.insert(full, here) {
            let first = Place::column(&self.found.file, line, column);
            self.problems.push(
                Problem::error(
                    "rob::duplicate-key",
                    format!("the key `{text}` stands twice"),
                )
                .at(place(&self.found.file, span))
                .labelled(first, "the first")
                .help("remove or rename one of them"),
            );
        }
    }

    /// The path of the value that begins here; list items are noted.
    fn value(&mut self, span: Span) -> String {
        match self.levels.last_mut() {
            None => String::new(),
            Some(Level::Mapping { path, key }) => {
                let key = key.take().unwrap_or_default();
                join(path, &key)
            }
            Some(Level::List { path, next }) => {
                let full = join(path, &next.to_string());
                *next += 1;
                self.found.by_path.insert(full.clone(), spot(span));
                full
            }
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}/{key}")
    }
}

fn spot(span: Span) -> (u32, u32) {
    (narrow(span.start.line()), narrow(span.start.col() + 1))
}

fn place(file: &str, span: Span) -> Place {
    let (line, column) = spot(span);
    Place::column(file, line, column)
}
