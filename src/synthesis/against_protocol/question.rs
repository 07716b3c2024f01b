//! The question, and the outcomes with their order.

use super::{Planned, Table, is_post_hoc, of_analyses};
use crate::protocol::{Element, OutcomeRole, ProtocolOutcome};
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
            let asked = is_asked(&outcome);
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
            let post_hoc = !analyses.is_empty() && analyses.iter().all(|row| is_post_hoc(row));
            let mut done = match (analyses.len(), with) {
                (0, _) => "no analysis is declared".to_owned(),
                (all, 0) => format!("{}; no study reported it", of_analyses(all)),
                (all, with) if all == with => of_analyses(all),
                (all, with) => format!("{}, {with} with a study", of_analyses(all)),
            };
            let status = match planned.kept() {
                _ if analyses.is_empty() => "missing",
                "as-registered" if post_hoc => {
                    done.push_str("; post hoc alone");
                    "differs"
                }
                kept => kept,
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

    /// The order of the protocol's outcomes, and the order in which those of them that have one got their first planned main analysis
    /// between groups.
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
            .filter(|outcome| is_asked(outcome) || done.contains(&outcome.id.as_str()))
            .map(|outcome| outcome.id.as_str())
            .collect();
        done.retain(|id| planned.contains(id));
        if done.len() < 2 {
            return;
        }
        let (kept, without): (Vec<&str>, Vec<&str>) =
            planned.iter().copied().partition(|id| done.contains(id));
        let status = if done == kept {
            "as-registered"
        } else {
            "differs"
        };
        let mut done = done.join(", ");
        if !without.is_empty() {
            let without = without.join(", ");
            done.push_str("; no planned main analysis between groups: ");
            done.push_str(&without);
        }
        let planned = Planned {
            words: planned.join(", "),
            registered: true,
            why: String::new(),
        };
        let from = self.cells(&rows, "order");
        self.push("outcomes.order", planned, done, status, from);
    }
}

/// Whether the protocol asks for an analysis of an outcome.
fn is_asked(outcome: &ProtocolOutcome) -> bool {
    !matches!(
        outcome.role,
        OutcomeRole::ExtractedOnly | OutcomeRole::Descriptive
    )
}
