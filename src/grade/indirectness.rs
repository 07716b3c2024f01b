//! `data/grade/indirectness.csv`: how far a study answers another question than the review's, as people judged it.
//!
//! Whether a difference in population, intervention, comparator or outcome matters is for people to say (Core GRADE 5; GRADE 8).
//! They say it of each study, with a reason; a policy makes a proposal of how much weight the indirect studies have.

use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::{self, Columns, When};
use std::collections::BTreeMap;
use std::fmt;

/// The columns of the file.
pub const COLUMNS: Columns = Columns {
    required: &["study", "element", "level", "reason", "by", "at"],
    optional: &["outcome", "note"],
};

/// The element of the question in which a study differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Element {
    /// Who took part.
    Population,
    /// What was done.
    Intervention,
    /// What the others received.
    Comparator,
    /// What was measured, such as a surrogate.
    Outcome,
}

const ELEMENTS: [(&str, Element); 4] = [
    ("population", Element::Population),
    ("intervention", Element::Intervention),
    ("comparator", Element::Comparator),
    ("outcome", Element::Outcome),
];

/// How much the difference matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Somebody looked, and the study answers the review's question.
    NotSerious,
    /// It may change the effect.
    Serious,
    /// It probably changes it much.
    VerySerious,
}

const LEVELS: [(&str, Level); 4] = [
    ("not-serious", Level::NotSerious),
    ("none", Level::NotSerious),
    ("serious", Level::Serious),
    ("very-serious", Level::VerySerious),
];

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut known = ELEMENTS.iter();
        let found = known.find(|(_, element)| element == self);
        f.write_str(found.map_or("", |(name, _)| name))
    }
}

impl Level {
    /// The label under which policies count weight.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotSerious => "not_serious",
            Self::Serious => "serious",
            Self::VerySerious => "very_serious",
        }
    }
}

/// What a person judged of one element of one study.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The study.
    pub study: String,
    /// The outcome; empty where it holds for every outcome of the study.
    pub outcome: String,
    /// The element.
    pub element: Element,
    /// How much it matters.
    pub level: Level,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: When,
    /// Where the row stands.
    pub place: Place,
}

/// Whether a file holds these judgements, by its name: `indirectness.csv`, and files such as `indirectness-anna.csv`.
pub fn is_indirectness(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    name.starts_with("indirectness")
}

/// Reads the file. A row with a fault is left out and told; all others are kept, of several on one element the latest.
pub fn read(file_name: &str, bytes: &[u8]) -> (Vec<Row>, Problems) {
    table::read_each(file_name, bytes, COLUMNS, judgement)
}

fn judgement(row: &table::Row, problems: &mut Problems) -> Option<Row> {
    let study = row.needed("study", problems);
    let element = row.needed("element", problems);
    let element = element.and_then(|_| row.choice("element", &ELEMENTS, problems));
    let level = row.needed("level", problems);
    let level = level.and_then(|_| row.choice("level", &LEVELS, problems));
    let by = row.needed("by", problems);
    let at = row.when("at", problems);
    let reason = row.text("reason").to_owned();
    if reason.is_empty() && level.is_some_and(|level| level > Level::NotSerious) {
        problems.push(
            Problem::error(
                "grade::indirectness-without-reason",
                "a study judged indirect needs a reason",
            )
            .at(row.place("reason"))
            .help("write at least one sentence; the row is left out until then"),
        );
        return None;
    }
    Some(Row {
        study: study?,
        outcome: row.text("outcome").to_owned(),
        element: element?,
        level: level?,
        reason,
        by: by?,
        at: at?,
        place: row.start(),
    })
}

/// The rows in force: of several on one element of one study and outcome the latest.
pub fn in_force(rows: Vec<Row>) -> Vec<Row> {
    let mut latest: BTreeMap<(String, String, Element), Row> = BTreeMap::new();
    for row in rows {
        let key = (row.study.clone(), row.outcome.clone(), row.element);
        match latest.get(&key) {
            Some(kept) if kept.at > row.at => {}
            _ => {
                latest.insert(key, row);
            }
        }
    }
    latest.into_values().collect()
}

/// What was judged of a study for one of its results: an element judged for the result goes before the same judged for all.
pub fn of_result<'a>(rows: &'a [Row], study: &str, outcomes: [&str; 2]) -> Vec<&'a Row> {
    let own = rows.iter().filter(|row| row.study == study);
    let mut by_element: BTreeMap<Element, &Row> = BTreeMap::new();
    for row in own {
        let named = outcomes.contains(&row.outcome.as_str()) && !row.outcome.is_empty();
        if named || row.outcome.is_empty() && !by_element.contains_key(&row.element) {
            by_element.insert(row.element, row);
        }
    }
    by_element.into_values().collect()
}

/// The worst level of some rows; `None` where nobody judged anything.
pub fn worst(rows: &[&Row]) -> Option<Level> {
    rows.iter().map(|row| row.level).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "study,outcome,element,level,reason,by,at\n";

    fn rows(lines: &str) -> (Vec<Row>, Vec<String>) {
        let (rows, problems) = read("indirectness.csv", format!("{HEADER}{lines}").as_bytes());
        let told = problems.iter().map(ToString::to_string);
        (in_force(rows), told.collect())
    }

    #[test]
    fn the_worst_element_counts_and_a_result_goes_before_the_whole_study() {
        let (rows, told) = rows(
            "A,,population,serious,only students,kim,2026-04-01\nA,ee,population,not serious,,kim,2026-04-01\nA,,outcome,very serious,a surrogate,kim,2026-04-01\nA,,outcome,serious,on second thoughts,kim,2026-04-02\n",
        );
        assert_eq!(told, [""; 0]);
        let of = |outcome| worst(&of_result(&rows, "A", [outcome, ""]));
        assert_eq!(of("ee"), Some(Level::Serious));
        assert_eq!(
            of_result(&rows, "A", ["ee", ""])[0].level,
            Level::NotSerious
        );
        assert_eq!(of_result(&rows, "A", ["dp", ""])[0].level, Level::Serious);
        assert_eq!(worst(&of_result(&rows, "B", ["ee", ""])), None);
    }

    #[test]
    fn a_judgement_without_reason_and_words_that_are_none_are_told() {
        let (rows, told) = rows(
            "A,,population,serious,,kim,2026-04-01\nA,,popolation,serious,x,kim,2026-04-01\nA,,population,severe,x,kim,soon\n",
        );
        assert!(rows.is_empty());
        insta::assert_snapshot!(told.join("\n"), @"
        indirectness.csv:2:23: error[grade::indirectness-without-reason]: a study judged indirect needs a reason
        indirectness.csv:3:4: error[table::unknown-value]: `popolation` is no value of `element`
        indirectness.csv:4:15: error[table::unknown-value]: `severe` is no value of `level`
        indirectness.csv:4:28: error[table::bad-date]: `soon` is not a date
        ");
    }
}
