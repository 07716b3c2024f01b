//! What every page asks of what stands behind it, and what it shows.

use super::language::language_of;
use super::marks::{Marks, Part};
use crate::bib::Record;
use crate::screening::Decision;
use serde::Serialize;

/// A queue of questions to one person. Positions are counted from 0.
pub(super) trait Desk {
    /// What is done here, in words.
    fn title(&self) -> String;
    /// Who answers.
    fn who(&self) -> &str;
    /// Questions.
    fn len(&self) -> usize;
    /// Questions with an answer.
    fn done(&self) -> usize;
    /// Whether a question has an answer.
    fn is_answered(&self, at: usize) -> bool;
    /// The name of a question, which stays when the queue changes.
    fn key(&self, at: usize) -> String;
    /// The question of a name.
    fn find(&self, key: &str) -> Option<usize>;
    /// What to show.
    fn show(&self, at: usize) -> Shown;
    /// Takes an answer and says what was written; `Err` says why nothing was.
    fn answer(&mut self, at: usize, form: &Form) -> Result<String, String>;
    /// Takes the last answer back: where, and what was written.
    fn undo(&mut self) -> Result<(usize, String), String>;
    /// Waits until the disk has every answer; `Err` says which file it failed on.
    fn settle(&mut self) -> Result<(), String>;
}

/// A question as it is shown.
#[derive(Debug, Default, Serialize)]
pub(super) struct Shown {
    /// One record, or the two of a pair.
    pub(super) cards: Vec<Card>,
    /// Answers that are one key each.
    pub(super) answers: Vec<Choice>,
    /// Answers behind `e`: reasons for exclusion.
    pub(super) reasons: Vec<Choice>,
    /// The answer given before.
    pub(super) said: Option<String>,
    /// Votes of others; only where conflicts are settled.
    pub(super) votes: Vec<Ballot>,
    /// What speaks for and against a pair.
    pub(super) why: String,
    /// How a conflict is settled: method, words, whether it is proposed.
    pub(super) methods: Vec<(&'static str, &'static str, bool)>,
}

/// A key with its answer.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Choice {
    /// The key.
    pub(super) key: String,
    /// As sent.
    pub(super) value: String,
    /// In words.
    pub(super) label: String,
}

impl Choice {
    /// A choice.
    pub(super) fn new(key: impl Into<String>, value: &str, label: &str) -> Self {
        Self {
            key: key.into(),
            value: value.to_owned(),
            label: label.to_owned(),
        }
    }
}

/// A vote as it is shown to those who settle a conflict.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Ballot {
    /// Whose.
    pub(super) who: String,
    /// Decision, reason and note in one line.
    pub(super) said: String,
}

/// A record as it is shown.
#[derive(Debug, Serialize)]
pub(super) struct Card {
    title: Vec<Part>,
    authors: String,
    place: String,
    doi: String,
    pmid: String,
    text: Vec<Part>,
    keywords: String,
    id: String,
    title_lang: Option<&'static str>,
    authors_lang: Option<&'static str>,
    place_lang: Option<&'static str>,
    text_lang: Option<&'static str>,
    keywords_lang: Option<&'static str>,
}

impl Card {
    /// The card of a record.
    pub(super) fn of(record: &Record, marks: &Marks) -> Self {
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let mut authors: Vec<&str> = record.authors.iter().take(8).map(String::as_str).collect();
        if record.authors.len() > authors.len() {
            authors.push("et al.");
        }
        let pages = [&record.volume, &record.issue, &record.pages];
        let pages: Vec<&str> = pages.into_iter().filter_map(Option::as_deref).collect();
        let year = record.year.map(|year| year.to_string());
        let place = [
            text(&record.journal),
            year.unwrap_or_default(),
            pages.join(" · "),
        ];
        let place: Vec<String> = place.into_iter().filter(|part| !part.is_empty()).collect();
        let (authors, place) = (authors.join("; "), place.join(", "));
        let of = |field: &Option<String>| field.as_deref().and_then(language_of);
        let keywords = record.keywords.join("; ");
        Self {
            title_lang: of(&record.title),
            authors_lang: language_of(&authors),
            place_lang: of(&record.journal),
            text_lang: of(&record.abstract_text),
            keywords_lang: language_of(&keywords),
            title: marks.cut(record.title.as_deref().unwrap_or("[no title]")),
            authors,
            place,
            doi: text(&record.doi),
            pmid: text(&record.pmid),
            text: marks.cut(record.abstract_text.as_deref().unwrap_or_default()),
            keywords,
            id: record.id.to_string(),
        }
    }
}

/// What the page sends.
#[derive(Debug, Default)]
pub(super) struct Form(pub(super) Vec<(String, String)>);

impl Form {
    /// A field; empty where it was not sent.
    pub(super) fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, text)| text.trim())
    }

    /// The decision and the reason in `answer`, such as `exclude:wrong-design`.
    pub(super) fn decision(&self, among: &Shown) -> Result<(Decision, String), String> {
        let answer = self.get("answer");
        let mut offered = among.answers.iter().chain(&among.reasons);
        if !offered.any(|choice| choice.value == answer) {
            return Err(format!("`{answer}` is no answer here"));
        }
        let (word, reason) = answer.split_once(':').unwrap_or((answer, ""));
        let decision = serde_json::from_value(word.into()).map_err(|error| error.to_string())?;
        Ok((decision, reason.to_owned()))
    }
}
