//! Conflicts between reviewers: here alone both votes are shown.

use super::decisions::{Decisions, Said, Way};
use super::desk::{Ballot, Card, Desk, Form, Shown};
use super::ledger::Ledger;
use super::marks::Marks;
use super::material::Material;
use super::voting::{choices, marks_of};
use crate::bib::Record;
use crate::screening::state::State;
use crate::screening::{Adjudication, CountedVote, Found, Stage, Vote, that_stand};
use std::collections::{BTreeMap, BTreeSet};

const COLUMNS: &[&str] = &[
    "record", "stage", "decision", "reason", "method", "by", "at", "note", "doi", "pmid", "title",
    "year",
];
const NEEDED: &[&str] = &[
    "record", "stage", "decision", "reason", "method", "by", "at", "note",
];

/// A record on which people differ.
struct Conflict {
    record: Record,
    stage: Stage,
    votes: Vec<Ballot>,
    /// Everybody who voted, in small letters, those too who took it back.
    voters: BTreeSet<String>,
}

/// One person, or several at one table, who settle.
pub(super) struct Conflicts {
    who: String,
    open: Vec<Conflict>,
    marks: Marks,
    reasons: Vec<(String, String)>,
    decisions: Decisions,
}

impl Conflicts {
    /// The conflicts in all that was entered; those that were settled before count as answered.
    ///
    /// # Errors
    ///
    /// When the file of adjudications cannot be written behind.
    pub(super) fn new(material: Material, who: &str) -> Result<Self, String> {
        let places = conflicting(&material);
        let mut notes = BTreeMap::new();
        for vote in &material.entered.votes {
            notes.insert(
                vote.place.to_string(),
                vote.note.clone().unwrap_or_default(),
            );
        }
        let screening = material.screening(false);
        let mut ballots: BTreeMap<(&str, Stage), Vec<Ballot>> = BTreeMap::new();
        let mut voters: BTreeMap<(&str, Stage), BTreeSet<String>> = BTreeMap::new();
        for CountedVote {
            record,
            vote,
            counts,
            ..
        } in &screening.votes
        {
            let item = (record.as_str(), vote.stage);
            let theirs = voters.entry(item).or_default();
            theirs.insert(vote.reviewer.to_lowercase());
            if *counts {
                let note = notes.get(&vote.place.to_string());
                let theirs = ballots.entry(item).or_default();
                theirs.push(ballot(vote, note.map_or("", String::as_str)));
            }
        }
        let mut open = Vec::new();
        let mut at = BTreeMap::new();
        for (position, stage) in places {
            let record = &material.records[position];
            let votes = ballots.remove(&(record.id.as_str(), stage));
            let voters = voters.remove(&(record.id.as_str(), stage));
            at.insert((position, stage), open.len());
            open.push(Conflict {
                record: record.clone(),
                stage,
                votes: votes.unwrap_or_default(),
                voters: voters.unwrap_or_default(),
            });
        }
        let ledger = Ledger::new(material.file_of_adjudications()?, COLUMNS, NEEDED);
        ledger.fits()?;
        let mut decisions = Decisions::new(open.len(), ledger);
        let settled = material.entered.adjudications.iter();
        let settled: Vec<Found<Adjudication>> = settled
            .filter_map(|row| {
                let (position, found_by) = material.index.find(&row.record)?;
                Some(Found {
                    row,
                    position,
                    found_by,
                })
            })
            .collect();
        for found in &settled {
            if let Some(place) = at.get(&found.on()) {
                decisions.heard(*place, &found.row.at);
            }
        }
        for found in that_stand(settled) {
            if let Some(place) = at.get(&found.on()) {
                decisions.follow(*place, said(found.row));
            }
        }
        Ok(Self {
            who: who.to_owned(),
            open,
            marks: marks_of(&material),
            reasons: material.reasons(),
            decisions,
        })
    }

    /// Whether the person who settles voted too.
    fn voted(&self, at: usize) -> bool {
        self.open[at].voters.contains(&self.who.to_lowercase())
    }

    /// Who settled by a method, and what the note has to say of it.
    fn settled_by(&self, at: usize, method: &str, note: &str) -> Result<(String, String), String> {
        match method {
            "consensus" => {
                let names = self.open[at].votes.iter().map(|vote| vote.who.as_str());
                let entered = format!("entered by {}", self.who);
                let note = if note.is_empty() {
                    entered
                } else {
                    format!("{entered}; {note}")
                };
                Ok((names.collect::<Vec<_>>().join(";"), note))
            }
            "third" if self.voted(at) => Err(format!(
                "{} voted on this record and is no third person; say that you agreed, or let somebody else settle it",
                self.who
            )),
            "third" | "policy" => Ok((self.who.clone(), note.to_owned())),
            "" => Err("say first how it is settled (t)".to_owned()),
            other => Err(format!("`{other}` is no way to settle")),
        }
    }
}

/// A row of the file as it would be written again.
fn said(row: &Adjudication) -> Said {
    let method = serde_json::to_value(row.method).ok();
    let method = method.and_then(|word| word.as_str().map(str::to_owned));
    Said {
        decision: row.decision,
        reason: row.reason.clone().unwrap_or_default(),
        note: row.note.clone().unwrap_or_default(),
        way: Some(Way {
            method: method.unwrap_or_default(),
            by: row.by.clone(),
        }),
    }
}

fn ballot(vote: &Vote, note: &str) -> Ballot {
    let mut words = vote.decision.to_string();
    if let Some(reason) = &vote.reason {
        words.push_str(": ");
        words.push_str(reason);
    }
    if !note.is_empty() {
        words.push_str(" — ");
        words.push_str(note);
    }
    Ballot {
        who: vote.reviewer.clone(),
        said: words,
    }
}

/// Positions and stages at which people differ, settled or not; at full text also where all exclude for different reasons.
fn conflicting(material: &Material) -> Vec<(usize, Stage)> {
    let (all, now) = (material.screening(false), material.screening(true));
    let position = |id: &crate::ids::RecordId| {
        material
            .records
            .binary_search_by(|record| record.id.cmp(id))
            .ok()
    };
    let first = all.went_on.iter().map(|id| (id, Stage::TitleAbstract));
    // What a settled conflict excluded by title and abstract is no conflict at full text any more.
    let excluded = now.excluded.iter();
    let gone: BTreeSet<_> = excluded
        .filter(|row| row.stage == Stage::TitleAbstract)
        .map(|row| &row.record)
        .collect();
    let second = all.undecided.iter().filter(|row| {
        row.stage == Stage::FullText
            && (row.state == State::Conflict || row.waits_for.starts_with("one reason"))
            && !gone.contains(&row.record)
    });
    let second = second.map(|row| (&row.record, Stage::FullText));
    let mut found: Vec<(usize, Stage)> = first
        .chain(second)
        .filter_map(|(id, stage)| Some((position(id)?, stage)))
        .collect();
    found.sort_by_key(|(position, stage)| (*stage, *position));
    found
}

impl Desk for Conflicts {
    fn title(&self) -> String {
        "Conflicts".to_owned()
    }

    fn who(&self) -> &str {
        &self.who
    }

    fn len(&self) -> usize {
        self.open.len()
    }

    fn done(&self) -> usize {
        self.decisions.done()
    }

    fn is_answered(&self, at: usize) -> bool {
        self.decisions.said(at).is_some()
    }

    fn key(&self, at: usize) -> String {
        format!("{}/{}", self.open[at].record.id, self.open[at].stage)
    }

    fn find(&self, key: &str) -> Option<usize> {
        (0..self.open.len()).find(|&at| self.key(at) == key)
    }

    fn show(&self, at: usize) -> Shown {
        let conflict = &self.open[at];
        let (answers, reasons) = choices(conflict.stage, true, &self.reasons);
        let voted = self.voted(at);
        let mut methods = vec![("consensus", "The reviewers talked and agreed", false)];
        if !voted {
            methods.push(("third", "I decide as a third person", true));
        }
        methods.push(("policy", "A rule of the protocol decides", false));
        let before = |said: &Said| match &said.way {
            Some(way) => format!("{} ({}, {})", said.words(), way.method, way.by),
            None => said.words(),
        };
        Shown {
            cards: vec![Card::of(&conflict.record, &self.marks)],
            answers,
            reasons,
            said: self.decisions.said(at).map(before),
            votes: conflict.votes.clone(),
            why: format!("at {}", conflict.stage),
            methods,
        }
    }

    fn answer(&mut self, at: usize, form: &Form) -> Result<String, String> {
        let (decision, reason) = form.decision(&self.show(at))?;
        let method = form.get("method").to_owned();
        let (by, note) = self.settled_by(at, &method, form.get("note"))?;
        let said = Said {
            decision,
            reason,
            note,
            way: Some(Way { method, by }),
        };
        let words = said.words();
        let conflict = &self.open[at];
        self.decisions
            .answer(at, (&conflict.record, conflict.stage), said)?;
        Ok(words)
    }

    fn settle(&mut self) -> Result<(), String> {
        self.decisions.settle()
    }

    fn undo(&mut self) -> Result<(usize, String), String> {
        let nothing = "there is no settlement of this session to take back";
        let (at, before) = self.decisions.last().ok_or(nothing)?;
        let said = before.unwrap_or_else(|| {
            let taken = self.decisions.said(at).and_then(|said| said.way.as_ref());
            Said::withdrawn(Some(Way {
                method: taken.map_or_else(String::new, |way| way.method.clone()),
                by: self.who.clone(),
            }))
        });
        let words = said.back("settlement taken back");
        let conflict = &self.open[at];
        self.decisions
            .take_back((&conflict.record, conflict.stage), said)?;
        Ok((at, words))
    }
}
