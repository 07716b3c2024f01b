//! The question, and the outcomes with their order.

use super::{Planned, Table, of_analyses};
use crate::protocol::Element;
use crate::protocol::OutcomeRole;
use crate::synthesis::AnalysisRow;

impl Table<'_> {
    pub(super) fn question(&mut self) {
        let question = self.protocol.question.clone();
        let elements: [(&str, Element); 4] = [
            ("population", question.population),
            ("intervention", question.intervention),
            ("comparator", question.comparator),
            ("outcomes", question.outcomes),
        ];
        for (name, element) in elements {
            if element.text.is_empty() {
                continue;
            }
            let planned = Planned {
                words: element.text.clone(),
                registered: element.registered,
                why: element.why.unwrap_or_default(),
            };
            let status = planned.kept();
            let done = "asked as planned".to_owned();
            self.push(
                &format!("question.{name}"),
                planned,
                done,
                status,
                Vec::new(),
            );
        }
    }

    pub(super) fn outcomes(&mut self) {
        for outcome in self.protocol.outcomes.clone() {
            let asked = !matches!(
                outcome.role,
                OutcomeRole::ExtractedOnly | OutcomeRole::Descriptive
            );
            let analyses: Vec<&AnalysisRow> = self
                .done
                .analyses
                .iter()
                .filter(|row| row.outcome == outcome.id)
                .collect();
            if !asked && analyses.is_empty() {
                continue;
            }
            let planned = Planned {
                words: format!("{}, {}", outcome.name, outcome.role.word()),
                registered: outcome.registered,
                why: outcome.why.clone().unwrap_or_default(),
            };
            let with = analyses.iter().filter(|row| row.k > 0).count();
            let done = match (analyses.len(), with) {
                (0, _) => "no analysis is declared".to_owned(),
                (all, 0) => format!("{}; no study reported it", of_analyses(all)),
                (all, with) if all == with => of_analyses(all),
                (all, with) => format!("{}, {with} with a study", of_analyses(all)),
            };
            let status = if analyses.is_empty() {
                "missing"
            } else {
                planned.kept()
            };
            let from = self.cells(&analyses, "k");
            self.push(
                &format!("outcomes.{}", outcome.id),
                planned,
                done,
                status,
                from,
            );
        }
    }

    /// The order in which outcomes are first analysed.
    pub(super) fn order(&mut self) {
        let mut rows: Vec<&AnalysisRow> = self.planned_analyses();
        rows.retain(|row| row.role == "main" && row.body == "between");
        rows.sort_by_key(|row| row.order);
        let mut done: Vec<&str> = Vec::new();
        for row in &rows {
            if !done.contains(&row.outcome.as_str()) {
                done.push(&row.outcome);
            }
        }
        let outcomes = self.protocol.outcomes.iter();
        let planned: Vec<&str> = outcomes
            .map(|outcome| outcome.id.as_str())
            .filter(|id| done.contains(id))
            .collect();
        if planned.len() < 2 {
            return;
        }
        let known: Vec<&str> = done
            .iter()
            .copied()
            .filter(|id| planned.contains(id))
            .collect();
        let status = if known == planned {
            "as-registered"
        } else {
            "differs"
        };
        let (words, done) = (planned.join(", "), known.join(", "));
        let planned = Planned {
            words,
            registered: true,
            why: String::new(),
        };
        let from = self.cells(&rows, "order");
        self.push("outcomes.order", planned, done, status, from);
    }
}
