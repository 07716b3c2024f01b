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
        self.trail.done
    }

    /// The decision that counts.
    pub(super) fn said(&self, at: usize) -> Option<&Said> {
        self.trail.now.get(at)?.as_ref()
    }

    /// Follows a row that stands in the file.
    pub(super) fn follow(&mut self, at: usize, said: Said, when: When, note: Option<&str>) {
        self.trail.follow(at, said, when, note.unwrap_or_default());
    }

    /// Writes a decision at a stage, with further fields of the row, and follows it.
    pub(super) fn write(
        &mut self,
        at: usize,
        (record, stage): (&Record, Stage),
        said: Said,
        further: &[(&str, &str)],
        note: &str,
    ) -> Result<(), String> {
        let when = self.trail.moment(at);
        let mut fields = named(record);
        fields.extend([
            ("stage", stage.to_string()),
            ("decision", said.decision.to_string()),
            ("reason", said.reason.clone()),
            ("at", when.to_string()),
            ("note", note.to_owned()),
        ]);
        let mut fields: Vec<(&str, &str)> = fields.iter().map(|(n, t)| (*n, t.as_str())).collect();
        fields.extend(further);
        self.ledger
            .append(&fields)
            .map_err(|error| error.to_string())?;
        self.trail.follow(at, said, when, note);
        Ok(())
    }

    /// What takes the last decision back: where, what to write with the note [`UNDO`], and that in words.
    pub(super) fn way_back(&self, nothing: &str) -> Option<(usize, Said, String)> {
        let (at, before) = self.trail.steps.last()?.clone();
        let said = before.unwrap_or(Said {
            decision: Decision::Withdrawn,
            reason: String::new(),
        });
        let words = match said.decision {
            Decision::Withdrawn => nothing.to_owned(),
            _ => format!("taken back to {}", said.words()),
        };
        Some((at, said, words))
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
struct Trail {
    now: Vec<Option<Said>>,
    last: Vec<Option<When>>,
    steps: Vec<(usize, Option<Said>)>,
    done: usize,
}

impl Trail {
    /// No answers to so many questions.
    fn new(questions: usize) -> Self {
        Self {
            now: vec![None; questions],
            last: vec![None; questions],
            steps: Vec::new(),
            done: 0,
        }
    }

    /// Follows one row of the file, written now or long ago.
    fn follow(&mut self, at: usize, said: Said, when: When, note: &str) {
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
        assert_eq!(trail.done, 2);
        trail.follow(1, said(Decision::Withdrawn), when(3), UNDO);
        assert_eq!(trail.done, 1);
        let (at, before) = trail.steps.last().expect("a step").clone();
        assert_eq!((at, before.expect("said").decision), (0, Decision::Include));
        trail.follow(0, said(Decision::Include), when(4), UNDO);
        assert_eq!(trail.steps.last().map(|step| step.1.is_none()), Some(true));
        assert_eq!(trail.done, 1);
    }

    #[test]
    fn a_new_row_is_later_than_the_one_it_outdoes_even_when_the_clock_is_behind() {
        let mut trail = Trail::new(1);
        let future = When::parse("2999-01-01T00:00:00Z").expect("a time");
        trail.follow(0, said(Decision::Include), future, "");
        assert_eq!(trail.moment(0).as_str(), "2999-01-01T00:00:01Z");
    }
}
