//! One word of a command line, with its `{in.port}` and `{out.name}` slots.

use crate::place::Place;
use std::fmt;

/// One word of a command stage's `run`, split at its slots.
///
/// `{in.report}` stands for the path of the input of port `report`, `{out.docx}` for the path of the output named `docx`.
/// `{{in.report}}` is the literal text `{in.report}`; other braces mean themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// Where the word stands.
    pub place: Place,
    /// The word as written.
    pub text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Slot(Slot),
}

/// A slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot {
    /// `{in.port}`: the path of an input.
    In(String),
    /// `{out.name}`: the path of an output.
    Out(String),
}

impl Argument {
    /// Splits a word at its slots.
    pub fn parse(text: &str, place: Place) -> Self {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            literal.push_str(&rest[..open]);
            rest = &rest[open..];
            if let Some((length, word)) = escaped(rest) {
                literal.push_str(word);
                rest = &rest[length..];
            } else if let Some((length, slot)) = slot(rest) {
                if !literal.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut literal)));
                }
                parts.push(Part::Slot(slot));
                rest = &rest[length..];
            } else {
                literal.push('{');
                rest = &rest[1..];
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        Self {
            place,
            text: text.to_owned(),
            parts,
        }
    }

    /// The slots in order.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.parts.iter().filter_map(|part| match part {
            Part::Slot(slot) => Some(slot),
            Part::Text(_) => None,
        })
    }

    /// The word with every slot replaced by what `path` says.
    pub fn fill(&self, path: impl Fn(&Slot) -> String) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Slot(slot) => path(slot),
            })
            .collect()
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::In(port) => write!(f, "{{in.{port}}}"),
            Self::Out(name) => write!(f, "{{out.{name}}}"),
        }
    }
}

/// A slot at the front of `text`, with its length in bytes.
fn slot(text: &str) -> Option<(usize, Slot)> {
    let inner = &text[1..text.find('}')?];
    let length = inner.len() + 2;
    let (side, name) = inner.split_once('.')?;
    match side {
        "in" => Some((length, Slot::In(name.to_owned()))),
        "out" => Some((length, Slot::Out(name.to_owned()))),
        _ => None,
    }
}

/// A doubled slot at the front of `text`: its length, and the text it stands for.
fn escaped(text: &str) -> Option<(usize, &str)> {
    let inner = text.strip_prefix('{')?;
    let (length, _) = inner.starts_with('{').then(|| slot(inner)).flatten()?;
    inner[length..]
        .starts_with('}')
        .then(|| (length + 2, &inner[..length]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> String {
        Argument::parse(text, Place::file("pipeline.yaml")).fill(|slot| match slot {
            Slot::In(port) => format!("<{port}>"),
            Slot::Out(name) => format!("({name})"),
        })
    }

    #[test]
    fn slots_are_replaced_and_other_braces_stay() {
        for (text, expected) in [
            ("{in.report}", "<report>"),
            ("--a={in.a}:{out.b}", "--a=<a>:(b)"),
            ("{{in.a}}", "{in.a}"),
            ("{print $1}", "{print $1}"),
            ("{{.Names}}", "{{.Names}}"),
            ("{in.a", "{in.a"),
            ("{", "{"),
            ("", ""),
            ("é{in.é}", "é<é>"),
        ] {
            assert_eq!(filled(text), expected);
        }
    }
}
