//! A file of words, read with the place of what is wrong in it.

use super::said::Said;
use super::{BUILT_IN, ENGLISH, first, values};
use crate::nearest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::report::input::TextFile;
use std::collections::BTreeMap;

/// What a file holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    pub(super) texts: BTreeMap<String, String>,
    pub(super) said: Vec<Said>,
}

impl Entries {
    /// A language built in.
    pub(super) fn built_in(language: &str) -> Self {
        let mut languages = BUILT_IN.iter();
        let (_, text) = languages
            .find(|(known, _)| *known == language)
            .expect("a language that is built in");
        let mut entries = Self::default();
        for line in text.lines() {
            if let Some(Line::Text(key, text)) = read(line) {
                entries.texts.insert(key.to_owned(), text.to_owned());
            } else if let Some(Line::Said(english, text)) = read(line) {
                entries.said.push(Said::new(english, text));
            }
        }
        entries
    }

    /// A file that people keep, with what is wrong in it.
    pub(super) fn read(file: &TextFile) -> (Self, Problems) {
        let english = Self::built_in(ENGLISH);
        let (mut entries, mut problems) = (Self::default(), Problems::new());
        for (number, line) in (1..).zip(file.text.trim_start_matches('\u{FEFF}').lines()) {
            let wrong = |title: String| {
                Problem::error("report::words", title).at(Place::line(&file.path, number))
            };
            match read(line) {
                Some(Line::Nothing) => {}
                Some(Line::Said(said, text)) => {
                    if values(said) != values(text) {
                        problems.push(wrong("the two sides have other values".to_owned()));
                    }
                    entries.said.push(Said::new(said, text));
                }
                Some(Line::Text(key, text)) => {
                    let many = key.strip_suffix(".one").unwrap_or(key);
                    let known = english.texts.get(key).or_else(|| english.texts.get(many));
                    let Some(known) = known else {
                        problems.push(unknown(wrong, key, &english));
                        continue;
                    };
                    if entries
                        .texts
                        .insert(key.to_owned(), text.to_owned())
                        .is_some()
                    {
                        problems.push(wrong(format!("`{key}` stands here a second time")));
                    }
                    let (has, needs) = (values(text), values(known));
                    if has != needs && !lacks_only_counts(&has, &needs, key) {
                        let listed = |values: &[&str]| {
                            if values.is_empty() {
                                "none".to_owned()
                            } else {
                                values.join(", ")
                            }
                        };
                        problems.push(wrong(format!(
                            "`{key}` has the values {}, and needs {}",
                            listed(&has),
                            listed(&needs)
                        )));
                    }
                }
                None => problems.push(wrong("the line is no `key = text`".to_owned())),
            }
        }
        (entries, problems)
    }

    /// Takes from another what is not here.
    pub(super) fn add(&mut self, other: Self) {
        for (key, text) in other.texts {
            self.texts.entry(key).or_insert(text);
        }
        self.said.extend(other.said);
    }

    /// The keys of `whole` that are not here, or have lost a value; forms for one are nobody's duty.
    pub(super) fn missing(&self, whole: &Self) -> Vec<String> {
        let needed = whole.texts.iter().filter(|(key, _)| !key.ends_with(".one"));
        let missing = needed.filter(|(key, text)| {
            self.texts
                .get(*key)
                .is_none_or(|own| values(own) != values(text))
        });
        missing.map(|(key, _)| key.clone()).collect()
    }
}

/// Whether the form for one leaves out numbers, as in "one study".
fn lacks_only_counts(has: &[&str], needs: &[&str], key: &str) -> bool {
    key.ends_with(".one") && has.iter().all(|value| needs.contains(value))
}

fn unknown(wrong: impl Fn(String) -> Problem, key: &str, english: &Entries) -> Problem {
    let problem = wrong(format!("`{key}` is no key of the words"));
    if let Some(near) = nearest::nearest(key, english.texts.keys().map(String::as_str)) {
        return problem.help(format!("did you mean `{near}`?"));
    }
    let keys: Vec<String> = english.texts.keys().cloned().collect();
    problem.help(format!("there are {}", first(&keys)))
}

/// What a line is.
enum Line<'a> {
    /// Blank, or a comment.
    Nothing,
    /// `key = text`.
    Text(&'a str, &'a str),
    /// `> English = text`, or `> English => text`.
    Said(&'a str, &'a str),
}

fn read(line: &str) -> Option<Line<'_>> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Some(Line::Nothing);
    }
    // What stages say may hold ` = ` itself; `=>` parts it then.
    let (left, right) = line
        .split_once(" => ")
        .filter(|_| line.starts_with("> "))
        .or_else(|| line.split_once(" = "))?;
    let (left, right) = (left.trim(), right.trim());
    let quoted = right
        .strip_prefix('"')
        .and_then(|inner| inner.strip_suffix('"'));
    let text = quoted.unwrap_or(right);
    match left.strip_prefix("> ") {
        Some(english) => Some(Line::Said(english.trim(), text)),
        None if left.contains(char::is_whitespace) => None,
        None => Some(Line::Text(left, text)),
    }
}
