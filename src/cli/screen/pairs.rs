//! Pairs of records that deduplication leaves to a person.

use super::desk::{Card, Choice, Desk, Form, Shown};
use super::ledger::{Ledger, Written};
use super::marks::Marks;
use super::material::Unsure;

/// The last six say what the two records are, so that an id that comes to mean another record shows.
const COLUMNS: &[&str] = &[
    "id1", "id2", "verdict", "by", "at", "note", "doi1", "pmid1", "title1", "doi2", "pmid2",
    "title2",
];
const NEEDED: &[&str] = &["id1", "id2", "verdict"];

/// One person and the pairs.
pub(super) struct Pairs {
    who: String,
    unsure: Unsure,
    said: Vec<Option<&'static str>>,
    /// Rows of this session. A verdict is taken back by deleting its line, as the stage understands it.
    steps: Vec<(usize, Written)>,
    ledger: Ledger,
}

impl Pairs {
    /// The queue of pairs; those with a verdict count as answered.
    pub(super) fn new(mut unsure: Unsure, who: &str) -> Self {
        let Unsure {
            pairs,
            records,
            answered,
            ..
        } = &mut unsure;
        pairs.retain(|pair| records.contains_key(&pair.id1) && records.contains_key(&pair.id2));
        pairs.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.key.cmp(&b.key)));
        let said = pairs.iter().map(|pair| {
            let same = answered.get(&(pair.id1.clone(), pair.id2.clone()))?;
            Some(if *same { "same" } else { "different" })
        });
        Self {
            who: who.to_owned(),
            said: said.collect(),
            steps: Vec::new(),
            ledger: Ledger::new(unsure.file.clone(), COLUMNS, NEEDED),
            unsure,
        }
    }

    /// What to write into the pipeline so that the verdicts are read.
    pub(super) fn unread(&self) -> Option<&str> {
        self.unsure.unread.as_deref()
    }
}

impl Desk for Pairs {
    fn title(&self) -> String {
        "Unsure pairs".to_owned()
    }

    fn who(&self) -> &str {
        &self.who
    }

    fn len(&self) -> usize {
        self.unsure.pairs.len()
    }

    fn done(&self) -> usize {
        self.said.iter().flatten().count()
    }

    fn is_answered(&self, at: usize) -> bool {
        self.said.get(at).is_some_and(Option::is_some)
    }

    fn key(&self, at: usize) -> String {
        self.unsure.pairs[at].key.clone()
    }

    fn find(&self, key: &str) -> Option<usize> {
        self.unsure.pairs.iter().position(|pair| pair.key == key)
    }

    fn show(&self, at: usize) -> Shown {
        let pair = &self.unsure.pairs[at];
        let marks = Marks::default();
        let records = [&pair.id1, &pair.id2].map(|id| &self.unsure.records[id]);
        Shown {
            cards: records
                .iter()
                .map(|record| Card::of(record, &marks))
                .collect(),
            answers: vec![
                Choice::new("s", "same", "One publication"),
                Choice::new("d", "different", "Two publications"),
            ],
            said: self.said[at].map(str::to_owned),
            why: pair.why.clone(),
            ..Shown::default()
        }
    }

    fn answer(&mut self, at: usize, form: &Form) -> Result<String, String> {
        let verdict = match form.get("answer") {
            "same" => "same",
            "different" => "different",
            other => return Err(format!("`{other}` is no answer here")),
        };
        if let Some(said) = self.said[at] {
            return Err(format!(
                "`{said}` was said before; take it back with u, or delete its line in verdicts.csv"
            ));
        }
        let pair = &self.unsure.pairs[at];
        let now = jiff::Timestamp::now().as_second();
        let now = jiff::Timestamp::from_second(now).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let [one, other] = [&pair.id1, &pair.id2].map(|id| &self.unsure.records[id]);
        let written = self.ledger.append(&[
            ("id1", &pair.id1),
            ("id2", &pair.id2),
            ("verdict", verdict),
            ("by", &self.who),
            ("at", &now.to_string()),
            ("note", form.get("note")),
            ("doi1", text(one.doi.as_ref())),
            ("pmid1", text(one.pmid.as_ref())),
            ("title1", text(one.title.as_ref())),
            ("doi2", text(other.doi.as_ref())),
            ("pmid2", text(other.pmid.as_ref())),
            ("title2", text(other.title.as_ref())),
        ]);
        self.steps
            .push((at, written.map_err(|error| error.to_string())?));
        self.said[at] = Some(verdict);
        Ok(verdict.to_owned())
    }

    fn settle(&mut self) -> Result<(), String> {
        self.ledger.settle()
    }

    fn undo(&mut self) -> Result<(usize, String), String> {
        let step = self.steps.last();
        let (at, written) = *step.ok_or("there is no verdict of this session to take back")?;
        self.ledger
            .delete_last(written)
            .map_err(|error| error.to_string())?;
        self.steps.pop();
        self.said[at] = None;
        Ok((at, "verdict taken back".to_owned()))
    }
}

fn text(field: Option<&String>) -> &str {
    field.map_or("", String::as_str)
}
