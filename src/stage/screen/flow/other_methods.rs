//! The stream of what other methods alone found: websites, organisations, citation searching. It has no boxes for screening.

use super::Builder;
use crate::artefact::{Address, Origin};
use crate::stage::import::SourceRow;
use crate::stage::screen::Inputs;
use crate::stage::screen::tables::DecisionRow;

/// The boxes of reports, each with the rows it counts.
type Box = (&'static str, &'static str, fn(&DecisionRow) -> bool);

const BOXES: [Box; 5] = [
    (
        "other-sought",
        "Other methods: reports sought for retrieval",
        |row| row.title_abstract == "include",
    ),
    (
        "other-not-retrieved",
        "Other methods: reports not retrieved",
        |row| row.full_text == "not-retrieved",
    ),
    (
        "other-assessed",
        "Other methods: reports assessed for eligibility",
        is_assessed,
    ),
    (
        "other-undecided",
        "Other methods: reports not decided yet",
        |row| is_assessed(row) && !matches!(row.full_text.as_str(), "include" | "exclude"),
    ),
    ("other-excluded", "Other methods: reports excluded", |row| {
        row.full_text == "exclude"
    }),
];

fn is_assessed(row: &DecisionRow) -> bool {
    row.title_abstract == "include" && row.full_text != "not-retrieved"
}

impl Builder<'_> {
    /// The boxes, where something was searched so.
    pub(super) fn other_methods(&mut self, inputs: &Inputs) {
        if !inputs.sources.iter().any(SourceRow::is_other_method) {
            return;
        }
        self.found(
            inputs,
            "other-identified",
            "Records identified by other methods",
            SourceRow::is_other_method,
        );
        self.no_further(inputs);
        let other = self.other.clone();
        for (box_id, label, of) in BOXES {
            let rows: Vec<&DecisionRow> = other.iter().copied().filter(|row| of(row)).collect();
            let origin = self.counted(&rows, "full_text");
            let counted = (rows.len(), "reports", "screening");
            self.add((box_id, ""), label, counted, origin);
        }
        self.by_reason("other-excluded", &other, inputs);
    }

    /// What of it went no further, without a box in PRISMA's templates, so that the counts can be followed.
    fn no_further(&mut self, inputs: &Inputs) {
        let rows = self.rows.iter();
        let identified = rows
            .rev()
            .find(|row| row.box_id == "other-identified" && row.parent.is_empty());
        let identified = identified.map_or(0, |row| row.count);
        let sought = self
            .other
            .iter()
            .filter(|row| row.title_abstract == "include");
        let rest = usize::try_from(identified)
            .unwrap_or(usize::MAX)
            .saturating_sub(sought.count());
        let clusters = Address::artefact(&inputs.records_stage, "clusters");
        let decisions = Address::artefact(self.stage, "decisions");
        self.add(
            ("other-not-sought", ""),
            "Other methods: records known already, excluded by title and abstract, or not decided yet",
            (rest, "records", "screening"),
            Origin::of("found-less-sought", [clusters, decisions]),
        );
    }
}
