//! What every page asks of what stands behind it, and what it shows.

use super::marks::{Marks, Part};
use crate::bib::Record;
use crate::screening::Decision;
use crate::table::When;
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
        Self {
            title: marks.cut(record.title.as_deref().unwrap_or("[no title]")),
            authors: authors.join("; "),
            place: place.join(", "),
            doi: text(&record.doi),
            pmid: text(&record.pmid),
            text: marks.cut(record.abstract_text.as_deref().unwrap_or_default()),
            keywords: record.keywords.join("; "),
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

/// An answer that counts.
#[derive(Clone, Debug)]
pub(super) struct Said {
    /// Decision.
    pub(super) decision: Decision,
    /// Reason, or nothing.
    pub(super) reason: String,
}

impl Said {
    /// In words.
    pub(super) fn words(&self) -> String {
        if self.reason.is_empty() {
            self.decision.to_string()
        } else {
            format!("{}: {}", self.decision, self.reason)
        }
    }
}

/// The note of a row that takes the one before it back by saying again what stood before that.
pub(super) const UNDO: &str = "undo";

/// The answers that count, and the way back.
#[derive(Debug)]
pub(super) struct Trail {
    now: Vec<Option<Said>>,
    last: Vec<Option<When>>,
    steps: Vec<(usize, Option<Said>)>,
    done: usize,
}

impl Trail {
    /// No answers to so many questions.
    pub(super) fn new(questions: usize) -> Self {
        Self {
            now: vec![None; questions],
            last: vec![None; questions],
            steps: Vec::new(),
            done: 0,
        }
    }

    pub(super) fn done(&self) -> usize {
        self.done
    }

    pub(super) fn said(&self, at: usize) -> Option<&Said> {
        self.now.get(at)?.as_ref()
    }

    /// What the last step was about, and what stood there before it.
    pub(super) fn last_step(&self) -> Option<&(usize, Option<Said>)> {
        self.steps.last()
    }

    /// Follows one row of the file, written now or long ago.
    pub(super) fn follow(&mut self, at: usize, said: Said, when: When, note: &str) {
        let before = self.now[at].take();
        self.last[at] = Some(when);
        let withdrawn = said.decision == Decision::Withdrawn;
        if withdrawn || note == UNDO {
            let step = self.steps.iter().rposition(|(step, _)| *step == at);
            step.map(|step| self.steps.remove(step));
        } else {
            self.steps.push((at, before.clone()));
        }
        if !withdrawn {
            self.now[at] = Some(said);
        }
        self.done += usize::from(self.now[at].is_some());
        self.done -= usize::from(before.is_some());
    }

    /// The time for a new row on this question: now, or a second after the row that it has to outdo.
    pub(super) fn moment(&self, at: usize) -> When {
        let now = jiff::Timestamp::now().as_second();
        let last = self.last[at].as_ref().map(When::second);
        let second = last.map_or(now, |last| now.max(last + 1));
        let text = jiff::Timestamp::from_second(second)
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
            .to_string();
        When::parse(&text).expect("a time stamp is a time")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(decision: Decision) -> Said {
        Said {
            decision,
            reason: String::new(),
        }
    }

    #[test]
    fn a_row_that_takes_back_is_followed_alike_now_and_from_the_file() {
        let mut trail = Trail::new(2);
        let when =
            |second: u32| When::parse(&format!("2026-03-04T00:00:0{second}Z")).expect("when");
        trail.follow(0, said(Decision::Include), when(0), "");
        trail.follow(0, said(Decision::Exclude), when(1), "");
        trail.follow(1, said(Decision::Include), when(2), "");
        assert_eq!(trail.done(), 2);
        trail.follow(1, said(Decision::Withdrawn), when(3), UNDO);
        assert_eq!(trail.done(), 1);
        let (at, before) = trail.last_step().expect("a step").clone();
        assert_eq!((at, before.expect("said").decision), (0, Decision::Include));
        trail.follow(0, said(Decision::Include), when(4), UNDO);
        assert_eq!(trail.last_step().map(|step| step.1.is_none()), Some(true));
        assert_eq!(trail.done(), 1);
    }

    #[test]
    fn a_new_row_is_later_than_the_one_it_outdoes_even_when_the_clock_is_behind() {
        let mut trail = Trail::new(1);
        let future = When::parse("2999-01-01T00:00:00Z").expect("a time");
        trail.follow(0, said(Decision::Include), future, "");
        assert_eq!(trail.moment(0).as_str(), "2999-01-01T00:00:01Z");
    }
}
