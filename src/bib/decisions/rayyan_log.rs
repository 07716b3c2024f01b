//! Rayyan's log (`customizations_log.csv`): one event a row; the last of each article, reviewer and key counts.

use super::{Choice, Decision, Decisions, RecordKey};
use crate::bib::delimited::Rows;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::BTreeMap;

const HEADER: [&str; 6] = [
    "created_at",
    "user_id",
    "user_email",
    "article_id",
    "key",
    "value",
];

/// Whether the text has the log's header.
pub(super) fn is_log(text: &str) -> bool {
    columns(text).is_some()
}

/// Where each column of [`HEADER`] stands.
fn columns(text: &str) -> Option<[usize; 6]> {
    let header = Rows::new(text, b',').next()?;
    let mut places = [0; 6];
    for (name, place) in HEADER.iter().zip(&mut places) {
        *place = header.cells.iter().position(|cell| cell.trim() == *name)?;
    }
    Some(places)
}

#[derive(Default)]
struct Last {
    choice: Option<Choice>,
    time: String,
    line: u32,
    reasons: BTreeMap<String, bool>,
    labels: BTreeMap<String, bool>,
}

/// Reads the log. Times are ISO 8601, so that they sort as text; equal times keep file order.
pub(super) fn read(file: &str, text: &str) -> Decisions {
    let Some([time, user, mail, article, key, value]) = columns(text) else {
        return Decisions::default();
    };
    let mut problems = Problems::new();
    let mut events = Vec::new();
    for row in Rows::new(text, b',').skip(1) {
        if row.cells.len() < HEADER.len() {
            if row.cells.iter().any(|cell| !cell.trim().is_empty()) {
                let title = format!(
                    "{} cells where the log has {}",
                    row.cells.len(),
                    HEADER.len()
                );
                problems
                    .push(Problem::warning("bib::ragged", title).at(Place::line(file, row.line)));
            }
            continue;
        }
        events.push(row);
    }
    let rows = events.len();
    events.sort_by(|a, b| a.cells[time].cmp(&b.cells[time]));
    let mut last: BTreeMap<(String, String), Last> = BTreeMap::new();
    for row in &events {
        let reviewer = if row.cells[mail].trim().is_empty() {
            &row.cells[user]
        } else {
            &row.cells[mail]
        };
        let state = last
            .entry((
                row.cells[article].trim().to_owned(),
                reviewer.trim().to_owned(),
            ))
            .or_default();
        let (name, set) = (
            row.cells[key].trim().trim_matches('"'),
            row.cells[value].trim(),
        );
        if name == "included" {
            state.choice = match set {
                "1" => Some(Choice::Include),
                "0" => Some(Choice::Maybe),
                "-1" => Some(Choice::Exclude),
                _ => None,
            };
            row.cells[time].trim().clone_into(&mut state.time);
            state.line = row.line;
        } else if let Some(reason) = name.strip_prefix("__EXR__") {
            state.reasons.insert(reason.to_owned(), set != "deleted");
        } else {
            state.labels.insert(name.to_owned(), set != "deleted");
        }
    }
    Decisions {
        tool: "rayyan",
        decisions: last.into_iter().filter_map(decision).collect(),
        rows,
        problems,
        records: Vec::new(),
    }
}

fn decision(((article, reviewer), last): ((String, String), Last)) -> Option<Decision> {
    let set = |names: BTreeMap<String, bool>| {
        names
            .into_iter()
            .filter(|(_, set)| *set)
            .map(|(name, _)| name)
            .collect()
    };
    Some(Decision {
        reviewer,
        record: RecordKey {
            id: Some(format!("rayyan-{}", article.trim_start_matches("rayyan-"))),
            ..RecordKey::default()
        },
        decision: last.choice?,
        full_text: None,
        reasons: set(last.reasons),
        labels: set(last.labels),
        time: Some(last.time),
        line: last.line,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_event_wins_whatever_the_order_of_rows() {
        let log = "created_at,user_id,user_email,article_id,key,value\n\
                   2023-09-02T00:00:00Z,1,a@x.org,7,included,-1\n\
                   2023-09-01T00:00:00Z,1,a@x.org,7,included,1\n\
                   2023-09-02T00:00:00Z,1,a@x.org,7,\"\"\"__EXR__wrong population\"\"\",1\n\
                   2023-09-01T00:00:00Z,1,a@x.org,7,\"\"\"draft\"\"\",1\n\
                   2023-09-03T00:00:00Z,1,a@x.org,7,\"\"\"draft\"\"\",deleted\n";
        let found = read("log.csv", log);
        assert_eq!(found.decisions.len(), 1);
        let decision = &found.decisions[0];
        assert_eq!(decision.decision, Choice::Exclude);
        assert_eq!(decision.reasons, ["wrong population"]);
        assert!(decision.labels.is_empty());
        assert_eq!(decision.line, 2);
    }
}
