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
        for (reason, text) in self.reasons(inputs) {
            let rows = self.decisions.iter().copied();
            let rows: Vec<_> = rows
                .filter(|row| row.full_text == "exclude" && row.reason == reason)
                .collect();
            if !rows.is_empty() {
                let origin = self.counted(&rows, "reason");
                self.add(
                    ("", "reports-excluded"),
                    &text,
                    (rows.len(), "reports", "screening"),
                    origin,
                );
            }
        }
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

    /// Reasons with their words, in the protocol's order, then any others that were given.
    fn reasons(&self, inputs: &Inputs) -> Vec<(String, String)> {
        let declared = inputs
            .protocol
            .iter()
            .flat_map(|protocol| &protocol.eligibility.exclusion_reasons.ordered);
        let mut reasons: Vec<(String, String)> = declared
            .map(|reason| (reason.code.clone(), reason.text.clone()))
            .collect();
        for row in self
            .decisions
            .iter()
            .filter(|row| row.full_text == "exclude")
        {
            if !reasons.iter().any(|(code, _)| *code == row.reason) {
                let text = if row.reason.is_empty() {
                    "no reason given".to_owned()
                } else {
                    row.reason.clone()
                };
                reasons.push((row.reason.clone(), text));
            }
        }
        reasons
    }
}
