//! Reads the values of a tree one by one, collecting every problem on the way.

use super::placed::Placed;
use super::yaml::{Entry, Inline, Mapping, Node, Value};
use crate::nearest::suggestion;
use crate::path::RelPath;
use crate::place::Place;
use crate::problem::{Problem, Problems};

/// The file being read, and what was found wrong with it so far.
pub(super) struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    pub(super) problems: Problems,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a str, text: &'a str) -> Self {
        Self {
            file,
            text,
            problems: Problems::new(),
        }
    }

    /// A reader of the same file that found nothing wrong yet.
    pub(super) fn another(&self) -> Self {
        Self::new(self.file, self.text)
    }

    pub(super) fn place(&self, node: &Node) -> Place {
        node.place(self.file)
    }

    pub(super) fn key_place(&self, entry: &Entry) -> Place {
        entry.key_place(self.file)
    }

    pub(super) fn inline(&self, node: &Node) -> Inline {
        Inline::cut(self.file, self.text, node)
    }

    pub(super) fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// The mapping that `what` has to be, with keys it may not have reported.
    pub(super) fn fields<'n>(
        &mut self,
        node: &'n Node,
        what: &str,
        known: &[&str],
    ) -> Option<&'n Mapping> {
        let mapping = self.mapping(node, what)?;
        for (key, entry) in mapping {
            if !known.contains(&key.as_str()) {
                let problem = Problem::error(
                    "config::unknown-key",
                    format!("unknown key `{key}` in {what}"),
                )
                .at(self.key_place(entry))
                .help(suggestion("keys", key, known));
                self.report(problem);
            }
        }
        Some(mapping)
    }

    /// The mapping that `what` has to be, whatever its keys.
    pub(super) fn mapping<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n Mapping> {
        let mapping = node.as_mapping();
        if mapping.is_none() {
            self.wrong(node, what, "a mapping (`key: value`)");
        }
        mapping
    }

    /// The list that `what` has to be.
    pub(super) fn list<'n>(
        &mut self,
        node: &'n Node,
        what: &str,
        expected: &str,
    ) -> Option<&'n [Node]> {
        match &node.value {
            Value::Sequence(items) => Some(items),
            Value::Scalar(_) | Value::Mapping(_) => {
                self.wrong(node, what, expected);
                None
            }
        }
    }

    /// The text that `what` has to be, not empty.
    pub(super) fn text(&mut self, node: &Node, what: &str) -> Option<Placed<String>> {
        match &node.value {
            Value::Scalar(scalar) if !node.is_null() && !scalar.text.trim().is_empty() => {
                Some(Placed {
                    value: scalar.text.clone(),
                    place: self.place(node),
                })
            }
            _ => {
                self.wrong(node, what, "text");
                None
            }
        }
    }

    /// `true` or `false`.
    pub(super) fn truth(&mut self, node: &Node, what: &str) -> Option<bool> {
        let truth = match &node.value {
            Value::Scalar(scalar) => scalar.as_bool(),
            Value::Sequence(_) | Value::Mapping(_) => None,
        };
        if truth.is_none() {
            self.wrong(node, what, "`true` or `false`");
        }
        truth
    }

    /// A path of the project.
    pub(super) fn path(&mut self, node: &Node, what: &str) -> Option<Placed<RelPath>> {
        let text = self.text(node, what)?;
        match RelPath::parse(&text) {
            Ok(value) => Some(Placed {
                value,
                place: text.place,
            }),
            Err(error) => {
                let problem = Problem::error("config::bad-path", format!("{error}: `{}`", *text))
                    .at(text.place)
                    .help(error.help());
                self.report(problem);
                None
            }
        }
    }

    /// Reports that `what` has another shape than it should.
    pub(super) fn wrong(&mut self, node: &Node, what: &str, expected: &str) {
        let found = match &node.value {
            Value::Scalar(scalar) if !node.is_null() => format!("`{}`", scalar.text.trim()),
            _ => node.kind().to_owned(),
        };
        let problem = Problem::error(
            "config::wrong-value",
            format!("{what} has to be {expected}, found {found}"),
        )
        .at(self.place(node));
        self.report(problem);
    }
}
