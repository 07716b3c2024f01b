//! One person's decisions: the file they are written to, what counts of it, and the way back.

use super::ledger::Ledger;
use crate::bib::Record;
use crate::screening::{Decision, Stage};
use crate::table::When;

/// The decisions on a queue of records, each written to the person's file before it counts. Positions are counted from 0.
#[derive(Debug)]
pub(super) struct Decisions {
    trail: Trail,
    ledger: Ledger,
}

impl Decisions {
    /// No decisions yet on so many records.
    pub(super) fn new(records: usize, ledger: Ledger) -> Self {
        Self {
            trail: Trail::new(records),
            ledger,
        }
    }

    /// Records with a decision.
    pub(super) fn done(&self) -> usize {
        self.trail.now.iter().flatten().count()
    }

    /// The row that counts.
    pub(super) fn said(&self, at: usize) -> Option<&Said> {
        self.trail.now.get(at)?.as_ref()
    }

    /// Notes that a row of this time stands in the file, whether it counts or not.
    pub(super) fn heard(&mut self, at: usize, when: &When) {
        self.trail.heard(at, when);
    }

    /// Follows a row that counts and stands in the file. It was not said in this session, so nothing takes it back.
    pub(super) fn follow(&mut self, at: usize, said: Said) {
        self.trail.now[at] = Some(said);
    }

    /// Writes an answer and follows it.
    pub(super) fn answer(
        &mut self,
        at: usize,
        about: (&Record, Stage),
        said: Said,
    ) -> Result<(), String> {
        self.write(at, about, &said)?;
        self.trail.answer(at, said);
        Ok(())
    }

    /// The last answer of this session: where, and the row that stood before it.
    pub(super) fn last(&self) -> Option<(usize, Option<Said>)> {
        self.trail.steps.last().cloned()
    }

    /// Writes what takes the last answer of this session back, and follows it.
    pub(super) fn take_back(&mut self, about: (&Record, Stage), said: Said) -> Result<(), String> {
        let (at, _) = self.last().ok_or("there is nothing to take back")?;
        self.write(at, about, &said)?;
        self.trail.take_back(at, said);
        Ok(())
    }

    /// Waits until the disk has every row.
    pub(super) fn settle(&mut self) -> Result<(), String> {
        self.ledger.settle()
    }

    fn write(
        &mut self,
        at: usize,
        (record, stage): (&Record, Stage),
        said: &Said,
    ) -> Result<(), String> {
        let when = self.trail.moment(at);
        let mut fields = named(record);
        fields.extend([
            ("stage", stage.to_string()),
            ("decision", said.decision.to_string()),
            ("reason", said.reason.clone()),
            ("at", when.to_string()),
            ("note", said.note.clone()),
        ]);
        if let Some(way) = &said.way {
            fields.extend([("method", way.method.clone()), ("by", way.by.clone())]);
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, t)| (*n, t.as_str())).collect();
        self.ledger
            .append(&fields)
            .map_err(|error| error.to_string())?;
        self.trail.heard(at, &when);
        Ok(())
    }
}

/// What the row of a decision says of its record.
fn named(record: &Record) -> Vec<(&'static str, String)> {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    vec![
        ("record", record.id.to_string()),
        ("doi", text(&record.doi)),
        ("pmid", text(&record.pmid)),
        ("title", text(&record.title)),
        (
            "year",
            record.year.map(|year| year.to_string()).unwrap_or_default(),
        ),
    ]
}

/// How a conflict was settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// As in the file.
    pub(super) method: String,
    /// By whom.
    pub(super) by: String,
}

/// A row with a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// Decision.
    pub(super) decision: Decision,
    /// Reason, or nothing.
    pub(super) reason: String,
    /// The person's own words, or nothing.
    pub(super) note: String,
    /// How it was settled; votes have none.
    pub(super) way: Option<Way>,
}

impl Said {
    /// No decision.
    pub(super) fn withdrawn(way: Option<Way>) -> Self {
        Self {
            decision: Decision::Withdrawn,
            reason: String::new(),
            note: String::new(),
            way,
        }
    }

    /// In words.
    pub(super) fn words(&self) -> String {
        if self.reason.is_empty() {
            self.decision.to_string()
        } else {
            format!("{}: {}", self.decision, self.reason)
        }
    }

    /// What was done, when this row took another back.
    pub(super) fn back(&self, nothing: &str) -> String {
        match self.decision {
            Decision::Withdrawn => nothing.to_owned(),
            _ => format!("taken back to {}", self.words()),
        }
    }
}

/// The rows that count, and the way back through those of this session.
#[derive(Debug)]
struct Trail {
    now: Vec<Option<Said>>,
    last: Vec<Option<When>>,
    /// What stood before each answer of this session.
    steps: Vec<(usize, Option<Said>)>,
}

impl Trail {
    /// No answers to so many questions.
    fn new(questions: usize) -> Self {
        Self {
            now: vec![None; questions],
            last: vec![None; questions],
            steps: Vec::new(),
        }
    }

    fn heard(&mut self, at: usize, when: &When) {
        let last = &mut self.last[at];
        if last.as_ref().is_none_or(|last| last < when) {
            *last = Some(when.clone());
        }
    }

    fn answer(&mut self, at: usize, said: Said) {
        let before = self.now[at].replace(said);
        self.steps.push((at, before));
    }

    fn take_back(&mut self, at: usize, said: Said) {
        self.steps.pop();
        self.now[at] = (said.decision != Decision::Withdrawn).then_some(said);
    }

    /// The time for a new row on this question: now, or a second after the row that it has to outdo.
    fn moment(&self, at: usize) -> When {
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

    fn said(decision: Decision, note: &str) -> Said {
        Said {
            decision,
            reason: String::new(),
            note: note.to_owned(),
            way: None,
        }
    }

    #[test]
    fn answers_are_taken_back_one_by_one_to_the_row_with_its_note_and_no_further_than_this_session()
    {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        let ledger = Ledger::new(path.clone(), &["record", "decision", "at", "note"], &[]);
        let mut decisions = Decisions::new(2, ledger);
        decisions.follow(0, said(Decision::Include, "seen before"));
        let record = Record::empty(crate::bib::Source {
            file: "a.ris".into(),
            format: "ris".into(),
            line: 1,
            end_line: 2,
        });
        let about = (&record, Stage::TitleAbstract);
        let answers = [
            (0, said(Decision::Exclude, "")),
            (1, said(Decision::Include, "undo")),
        ];
        for (at, answer) in answers {
            decisions.answer(at, about, answer).expect("written");
        }
        assert_eq!(decisions.done(), 2);
        assert_eq!(decisions.last().expect("a step"), (1, None));
        decisions
            .take_back(about, Said::withdrawn(None))
            .expect("written");
        assert_eq!(decisions.done(), 1);
        let before = said(Decision::Include, "seen before");
        assert_eq!(decisions.last().expect("a step"), (0, Some(before.clone())));
        decisions.take_back(about, before.clone()).expect("written");
        assert_eq!(decisions.said(0), Some(&before));
        assert_eq!(
            decisions.last(),
            None,
            "a row from before is not taken back"
        );
    }

    #[test]
    fn a_new_row_is_later_than_the_one_it_outdoes_even_when_the_clock_is_behind() {
        let mut trail = Trail::new(1);
        let future = When::parse("2999-01-01T00:00:00Z").expect("a time");
        trail.heard(0, &future);
        assert_eq!(trail.moment(0).as_str(), "2999-01-01T00:00:01Z");
    }
}
