//! An answer to a question of a tool, and what a team declares once for all of them.

use std::collections::BTreeMap;
use std::fmt;

/// An answer: one word of the question's set, or the ticked choices of a question that allows several.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// One word, such as `PY` or `3`.
    One(String),
    /// Ticked choices; an empty list is an answer too.
    Several(Vec<String>),
}

impl Answer {
    /// The single word, if it is one.
    pub fn word(&self) -> Option<&str> {
        match self {
            Self::One(word) => Some(word),
            Self::Several(_) => None,
        }
    }

    /// The ticked choices; one word counts as one.
    pub fn ticked(&self) -> Vec<&str> {
        match self {
            Self::One(word) => vec![word],
            Self::Several(words) => words.iter().map(String::as_str).collect(),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(word) => f.write_str(word),
            Self::Several(words) => f.write_str(&words.join(" ")),
        }
    }
}

/// Answers by question key.
pub type Answers = BTreeMap<String, Answer>;

/// Declared options of a tool by name.
pub type Options = BTreeMap<String, String>;
