//! The boxes of screening: records screened, reports sought and assessed, each with what was excluded and what is open.

use super::Builder;
use crate::artefact::{Address, Origin};
use crate::stage::screen::Inputs;
use crate::stage::screen::tables::DecisionRow;

impl Builder<'_> {
    pub(super) fn screening(&mut self, inputs: &Inputs) {
        let records = Address::artefact(&inputs.records_stage, "records");
        let all = match &inputs.previous {
            None => Origin::of("all-rows", [records]),
            Some(previous) => Origin::of("new-rows", [records, previous.address()]),
        };
        self.add(
            ("records-screened", ""),
            "Records screened",
            (self.decisions.len(), "records", "screening"),
            all,
        );
        self.count(
            "records-excluded",
            "Records excluded",
            "records",
            "title_abstract",
            |row| row.title_abstract == "exclude",
        );
        self.count(
            "records-undecided",
            "Records not decided yet",
            "records",
            "title_abstract",
            |row| row.title_abstract == "undecided",
        );
        self.count(
            "reports-sought",
            "Reports sought for retrieval",
            "reports",
            "title_abstract",
            |row| row.title_abstract == "include",
        );
        self.count(
            "reports-not-retrieved",
            "Reports not retrieved",
            "reports",
            "full_text",
            |row| row.full_text == "not-retrieved",
        );
        let assessed =
            |row: &DecisionRow| row.title_abstract == "include" && row.full_text != "not-retrieved";
        self.count(
            "reports-assessed",
            "Reports assessed for eligibility",
            "reports",
            "full_text",
            assessed,
        );
        self.count(
            "reports-excluded",
            "Reports excluded",
            "reports",
            "full_text",
            |row| row.full_text == "exclude",
        );
        self.by_reason("reports-excluded", &self.decisions.clone(), inputs);
        let open = |row: &DecisionRow| {
            assessed(row) && !matches!(row.full_text.as_str(), "include" | "exclude")
        };
        self.count(
            "reports-undecided",
            "Reports not decided yet",
            "reports",
            "full_text",
            open,
        );
    }

    /// Lines of a box of excluded reports, by reason.
    pub(super) fn by_reason(&mut self, parent: &str, decisions: &[&DecisionRow], inputs: &Inputs) {
        let excluded = decisions.iter().copied();
        let excluded: Vec<_> = excluded.filter(|row| row.full_text == "exclude").collect();
        for (reason, text) in reasons(&excluded, inputs) {
            let rows = excluded.iter().copied();
            let rows: Vec<_> = rows.filter(|row| row.reason == reason).collect();
            if !rows.is_empty() {
                let origin = self.counted(&rows, "reason");
                let counted = (rows.len(), "reports", "screening");
                self.add(("", parent), &text, counted, origin);
            }
        }
    }
}

/// Reasons with their words, in the protocol's order, then any others that were given.
fn reasons(excluded: &[&DecisionRow], inputs: &Inputs) -> Vec<(String, String)> {
    let protocol = inputs.protocol.iter();
    let declared = protocol.flat_map(|protocol| &protocol.eligibility.exclusion_reasons.ordered);
    let mut reasons: Vec<(String, String)> = declared
        .map(|reason| (reason.code.clone(), reason.text.clone()))
        .collect();
    for row in excluded {
        if !reasons.iter().any(|(code, _)| *code == row.reason) {
            let text = match row.reason.as_str() {
                "" => "no reason given",
                reason => reason,
            };
            reasons.push((row.reason.clone(), text.to_owned()));
        }
    }
    reasons
}
