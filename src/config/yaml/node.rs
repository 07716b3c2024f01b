//! The tree of a YAML document, with the place of every key and value.

use crate::place::Place;
use indexmap::IndexMap;
use std::ops::Range;

/// A value of a YAML document and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What stands there.
    pub value: Value,
    /// Line of its first character, counted from 1.
    pub line: u32,
    /// Column of its first character in characters, counted from 1.
    pub column: u32,
    /// Its bytes in the text (of a block, with the blanks and comments after it).
    pub(super) bytes: Range<usize>,
}

/// The three shapes of YAML values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text, a number, `true`, nothing: not yet decided.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys with values, in the order written.
    Mapping(Mapping),
}

/// Text as read, quotes and escapes undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text.
    pub text: String,
    /// Whether it stood without quotes, so that it may mean a number, a truth value or nothing.
    pub plain: bool,
}

/// Keys with their places and values, in the order written; no key occurs twice.
pub type Mapping = IndexMap<String, Entry>;

/// The value of a key, and where the key stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Line of the key, counted from 1.
    pub line: u32,
    /// Column of the key in characters, counted from 1.
    pub column: u32,
    /// Its value.
    pub value: Node,
}

impl Node {
    /// Where the value begins in `file`.
    pub fn place(&self, file: &str) -> Place {
        Place::column(file, self.line, self.column)
    }

    /// Whether nothing was written: empty, `~` or `null` without quotes.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(scalar) if scalar.is_null())
    }

    /// The mapping, when it is one.
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.value {
            Value::Mapping(mapping) => Some(mapping),
            Value::Scalar(_) | Value::Sequence(_) => None,
        }
    }

    /// What stands there, in words: `a list`, `a mapping`, `nothing`, `text`.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Scalar(scalar) if scalar.is_null() => "nothing",
            Value::Scalar(_) => "text",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }
}

impl Scalar {
    /// Whether it means "nothing" in the core schema.
    pub fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }

    /// The truth value it means in the core schema; `yes` and `no` are text.
    pub fn as_bool(&self) -> Option<bool> {
        match self.text.as_str() {
            "true" | "True" | "TRUE" if self.plain => Some(true),
            "false" | "False" | "FALSE" if self.plain => Some(false),
            _ => None,
        }
    }
}

impl Entry {
    /// Where the key stands in `file`.
    pub fn key_place(&self, file: &str) -> Place {
        Place::column(file, self.line, self.column)
    }
}
