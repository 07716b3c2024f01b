//! The votes of one reviewer, who sees no vote of anybody else.

use super::decisions::{Decisions, Said};
use super::desk::{Card, Choice, Desk, Form, Shown};
use super::ledger::Ledger;
use super::marks::Marks;
use super::material::Material;
use super::uncertainty;
use crate::bib::Record;
use crate::nearest::nearest;
use crate::screening::{Found, Stage, Vote, that_stand};
use std::collections::BTreeMap;

/// Columns of a new file.
const COLUMNS: &[&str] = &[
    "record", "stage", "decision", "reason", "at", "note", "doi", "pmid", "title", "year",
];
/// What a vote cannot be written without.
const NEEDED: &[&str] = &["record", "stage", "decision", "reason", "at", "note"];

/// One reviewer at one stage.
pub(super) struct Voting {
    records: Vec<Record>,
    queue: Vec<usize>,
    places: BTreeMap<String, usize>,
    who: String,
    stage: Stage,
    marks: Marks,
    reasons: Vec<(String, String)>,
    decisions: Decisions,
    /// Whether the order could be learned; `None` when nobody asked.
    pub(super) learned: Option<bool>,
}

impl Voting {
    /// The queue of a reviewer.
    ///
    /// # Errors
    ///
    /// When the reviewer is not on the team, or the file of the votes cannot be written behind.
    pub(super) fn new(
        material: Material,
        who: &str,
        stage: Stage,
        by_uncertainty: bool,
    ) -> Result<Self, String> {
        let team: Vec<&str> = material
            .settings
            .reviewers
            .iter()
            .map(String::as_str)
            .collect();
        let same = |name: &&&str| name.to_lowercase() == who.to_lowercase();
        let who = match team.iter().find(same) {
            Some(name) => (*name).to_owned(),
            None if team.is_empty() => who.to_owned(),
            None => return Err(stranger(who, &team)),
        };
        let own = own_votes(&material, &who);
        let standing = that_stand(own.clone());
        let mut queue = match stage {
            Stage::TitleAbstract => (0..material.records.len()).collect(),
            Stage::FullText => material.at_full_text(),
        };
        let learned = by_uncertainty.then(|| {
            let voted = standing
                .iter()
                .map(|found| (found.position, found.row.decision.includes()))
                .collect();
            uncertainty::order(&material.records, &mut queue, &voted)
        });
        let mut at = vec![None; material.records.len()];
        for (place, position) in queue.iter().enumerate() {
            at[*position] = Some(place);
        }
        let ledger = Ledger::new(material.file_of(&who, stage)?, COLUMNS, NEEDED);
        ledger.fits()?;
        let mut decisions = Decisions::new(queue.len(), ledger);
        for found in own.iter().filter(|found| found.row.stage == stage) {
            if let Some(place) = at[found.position] {
                decisions.heard(place, &found.row.at);
            }
        }
        for found in standing.iter().filter(|found| found.row.stage == stage) {
            if let Some(place) = at[found.position] {
                decisions.follow(place, said(found.row));
            }
        }
        let key = |(place, &position): (usize, &usize)| {
            (material.records[position].id.to_string(), place)
        };
        Ok(Self {
            places: queue.iter().enumerate().map(key).collect(),
            queue,
            stage,
            marks: marks_of(&material),
            reasons: material.reasons(),
            decisions,
            who,
            records: material.records,
            learned,
        })
    }
}

/// A row of the file as it would be written again.
fn said(vote: &Vote) -> Said {
    Said {
        decision: vote.decision,
        reason: vote.reason.clone().unwrap_or_default(),
        note: vote.note.clone().unwrap_or_default(),
        way: None,
    }
}

fn stranger(who: &str, team: &[&str]) -> String {
    let help = nearest(who, team.iter().copied()).map_or_else(
        || format!("on the team are: {}", team.join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    format!("`{who}` is not on the team; {help}")
}

/// The terms of the protocol.
pub(super) fn marks_of(material: &Material) -> Marks {
    let protocol = material.protocol.as_ref();
    protocol
        .map(|protocol| Marks::of(&protocol.highlight_terms))
        .unwrap_or_default()
}

/// The reviewer's votes that found their record.
fn own_votes<'m>(material: &'m Material, who: &str) -> Vec<Found<'m, Vote>> {
    let votes = material.entered.votes.iter();
    let own = votes.filter(|vote| vote.reviewer.to_lowercase() == who.to_lowercase());
    own.filter_map(|vote| {
        let (position, found_by) = material.index.find(&vote.record)?;
        Some(Found {
            row: vote,
            position,
            found_by,
        })
    })
    .collect()
}

/// The answers at a stage, and the reasons behind `e`.
pub(super) fn choices(
    stage: Stage,
    settling: bool,
    reasons: &[(String, String)],
) -> (Vec<Choice>, Vec<Choice>) {
    let mut answers = vec![Choice::new("i", "include", "Include")];
    match stage {
        Stage::TitleAbstract if settling => {}
        Stage::TitleAbstract => answers.push(Choice::new("m", "maybe", "Maybe")),
        Stage::FullText => answers.extend([
            Choice::new("a", "awaiting", "Awaiting classification"),
            Choice::new("o", "ongoing", "Ongoing study"),
            Choice::new("r", "not-retrieved", "Not retrieved"),
        ]),
    }
    let mut behind: Vec<Choice> = (1_usize..)
        .zip(reasons)
        .map(|(number, (code, text))| {
            let key = if number < 10 {
                number.to_string()
            } else {
                String::new()
            };
            let label = if text.is_empty() { code } else { text };
            Choice::new(key, &format!("exclude:{code}"), label)
        })
        .collect();
    if stage == Stage::TitleAbstract || reasons.is_empty() {
        behind.push(Choice::new("0", "exclude", "no reason given"));
    }
    (answers, behind)
}

impl Desk for Voting {
    fn title(&self) -> String {
        match self.stage {
            Stage::TitleAbstract => "Title and abstract".to_owned(),
            Stage::FullText => "Full text".to_owned(),
        }
    }

    fn who(&self) -> &str {
        &self.who
    }

    fn len(&self) -> usize {
        self.queue.len()
    }

    fn done(&self) -> usize {
        self.decisions.done()
    }

    fn is_answered(&self, at: usize) -> bool {
        self.decisions.said(at).is_some()
    }

    fn key(&self, at: usize) -> String {
        self.records[self.queue[at]].id.to_string()
    }

    fn find(&self, key: &str) -> Option<usize> {
        self.places.get(key).copied()
    }

    fn show(&self, at: usize) -> Shown {
        let (answers, reasons) = choices(self.stage, false, &self.reasons);
        Shown {
            cards: vec![Card::of(&self.records[self.queue[at]], &self.marks)],
            answers,
            reasons,
            said: self.decisions.said(at).map(Said::words),
            ..Shown::default()
        }
    }

    fn answer(&mut self, at: usize, form: &Form) -> Result<String, String> {
        let (answers, reasons) = choices(self.stage, false, &self.reasons);
        let shown = Shown {
            answers,
            reasons,
            ..Shown::default()
        };
        let (decision, reason) = form.decision(&shown)?;
        let said = Said {
            decision,
            reason,
            note: form.get("note").to_owned(),
            way: None,
        };
        let words = said.words();
        let about = (&self.records[self.queue[at]], self.stage);
        self.decisions.answer(at, about, said)?;
        Ok(words)
    }

    fn settle(&mut self) -> Result<(), String> {
        self.decisions.settle()
    }

    fn undo(&mut self) -> Result<(usize, String), String> {
        let nothing =
            "there is no vote of this session to take back; vote again, the latest counts";
        let (at, before) = self.decisions.last().ok_or(nothing)?;
        let said = before.unwrap_or_else(|| Said::withdrawn(None));
        let words = said.back("vote taken back");
        let about = (&self.records[self.queue[at]], self.stage);
        self.decisions.take_back(about, said)?;
        Ok((at, words))
    }
}
