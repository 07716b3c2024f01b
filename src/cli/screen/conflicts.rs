//! Conflicts between reviewers: here alone both votes are shown.

use super::decisions::{Decisions, Said, UNDO};
use super::desk::{Ballot, Card, Desk, Form, Shown};
use super::ledger::Ledger;
use super::marks::Marks;
use super::material::Material;
use super::voting::{choices, marks_of};
use crate::bib::Record;
use crate::screening::state::State;
use crate::screening::{CountedVote, Stage};
use std::collections::{BTreeMap, BTreeSet};

const COLUMNS: &[&str] = &[
    "record", "stage", "decision", "reason", "method", "by", "at", "note", "doi", "pmid", "title",
    "year",
];
const NEEDED: &[&str] = &[
    "record", "stage", "decision", "reason", "method", "by", "at",
];

/// A record on which people differ.
struct Conflict {
    record: Record,
    stage: Stage,
    votes: Vec<Ballot>,
}

/// One person, or several at one table, who settle.
pub(super) struct Conflicts {
    who: String,
    open: Vec<Conflict>,
    marks: Marks,
    reasons: Vec<(String, String)>,
    decisions: Decisions,
    /// Method and people of the last row on each conflict.
    ways: Vec<(String, String)>,
}

impl Conflicts {
    /// The conflicts in all that was entered; those that were settled before count as answered.
    pub(super) fn new(material: Material, who: &str) -> Self {
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
        for vote in screening.votes.iter().filter(|vote| vote.counts) {
            let note = notes.get(&vote.place.to_string());
            let theirs = ballots
                .entry((vote.record.as_str(), vote.stage))
                .or_default();
            theirs.push(ballot(vote, note.map_or("", String::as_str)));
        }
        let mut open = Vec::new();
        let mut at = BTreeMap::new();
        for (position, stage) in places {
            let record = &material.records[position];
            let votes = ballots.remove(&(record.id.as_str(), stage));
            at.insert((position, stage), open.len());
            open.push(Conflict {
                record: record.clone(),
                stage,
                votes: votes.unwrap_or_default(),
            });
        }
        let ledger = Ledger::new(material.folder.join("adjudication.csv"), COLUMNS, NEEDED);
        let mut decisions = Decisions::new(open.len(), ledger);
        let mut ways = vec![(String::new(), String::new()); open.len()];
        let mut settled: Vec<_> = material.entered.adjudications.iter().collect();
        settled.sort_by(|a, b| a.at.cmp(&b.at));
        for row in settled {
            let found = material.index.find(&row.record);
            let place = found.and_then(|(position, _)| at.get(&(position, row.stage)));
            if let Some(&place) = place {
                let said = Said {
                    decision: row.decision,
                    reason: row.reason.clone().unwrap_or_default(),
                };
                decisions.follow(place, said, row.at.clone(), row.note.as_deref());
                let method = serde_json::to_value(row.method).ok();
                let method = method.and_then(|word| word.as_str().map(str::to_owned));
                ways[place] = (method.unwrap_or_default(), row.by.clone());
            }
        }
        Self {
            who: who.to_owned(),
            open,
            marks: marks_of(&material),
            reasons: material.reasons(),
            decisions,
            ways,
        }
    }

    /// Whether the person who settles voted too.
    fn voted(&self, at: usize) -> bool {
        let who = self.who.to_lowercase();
        self.open[at]
            .votes
            .iter()
            .any(|vote| vote.who.to_lowercase() == who)
    }

    fn write(
        &mut self,
        at: usize,
        said: Said,
        way: (String, String),
        note: &str,
    ) -> Result<(), String> {
        let conflict = &self.open[at];
        let about = (&conflict.record, conflict.stage);
        let further = [("method", way.0.as_str()), ("by", way.1.as_str())];
        self.decisions.write(at, about, said, &further, note)?;
        self.ways[at] = way;
        Ok(())
    }
}

fn ballot(vote: &CountedVote, note: &str) -> Ballot {
    let said = Said {
        decision: vote.decision,
        reason: vote.reason.clone().unwrap_or_default(),
    };
    let mut words = said.words();
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
        Shown {
            cards: vec![Card::of(&conflict.record, &self.marks)],
            answers,
            reasons,
            said: self
                .decisions
                .said(at)
                .map(|said| format!("{} ({})", said.words(), self.ways[at].0)),
            votes: conflict.votes.clone(),
            why: format!("at {}", conflict.stage),
            methods: vec![
                ("consensus", "The reviewers talked and agreed", voted),
                ("third", "I decide as a third person", !voted),
                ("policy", "A rule of the protocol decides", false),
            ],
        }
    }

    fn answer(&mut self, at: usize, form: &Form) -> Result<String, String> {
        let (decision, reason) = form.decision(&self.show(at))?;
        let said = Said { decision, reason };
        let words = said.words();
        let method = form.get("method");
        let by = match method {
            "consensus" => {
                let names = self.open[at].votes.iter().map(|vote| vote.who.as_str());
                names.collect::<Vec<_>>().join(";")
            }
            "third" | "policy" => self.who.clone(),
            other => return Err(format!("`{other}` is no way to settle")),
        };
        let way = (method.to_owned(), by);
        self.write(at, said, way, form.get("note"))?;
        Ok(words)
    }

    fn undo(&mut self) -> Result<(usize, String), String> {
        let back = self.decisions.way_back("settlement taken back");
        let (at, said, words) = back.ok_or("there is nothing to take back")?;
        let way = self.ways[at].clone();
        self.write(at, said, way, UNDO)?;
        Ok((at, words))
    }
}
