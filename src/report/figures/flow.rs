//! The PRISMA 2020 flow diagram from the counts of screening.

use super::NamedFigure;
use super::analysis::titled;
use crate::plot::{Count, OtherMethods, PrismaFlow, RemovedBeforeScreening, StudiesAndReports};
use crate::report::input::ReportInput;

/// The diagram, when there are counts.
pub(super) fn draw(input: &ReportInput) -> Option<NamedFigure> {
    input.rows("flow").next()?;
    let words = &input.words;
    let counts = Counts(input);
    let pair = |studies: &str, reports: &str| StudiesAndReports {
        studies: counts.of(studies),
        reports: counts.find(reports),
    };
    let other = counts.find("other-sought").map(|sought| OtherMethods {
        sources: counts.below("other-identified"),
        sought,
        not_retrieved: counts.of("other-not-retrieved"),
        assessed: counts.of("other-assessed"),
        excluded: counts.other_excluded(),
    });
    let previous = counts.find("previous-studies");
    let total = counts.find("total-studies");
    let pooled = counts.find("studies-in-meta-analysis");
    let flow = PrismaFlow {
        frame: titled(words, "flow", words.say("picture.flow", &[])),
        previous: previous.map(|_| pair("previous-studies", "previous-reports")),
        databases: counts.below("records-identified-databases"),
        carried: counts.carried(),
        registers: counts.below("records-identified-registers"),
        removed: RemovedBeforeScreening {
            duplicates: counts.of("duplicates-removed"),
            automation: counts.of("automation-removed"),
            other: counts.below("other-removed"),
        },
        screened: counts.of("records-screened"),
        excluded: counts.of("records-excluded"),
        excluded_by_automation: counts.find("records-excluded-automation"),
        undecided_records: counts.of("records-undecided"),
        sought: counts.of("reports-sought"),
        not_retrieved: counts.of("reports-not-retrieved"),
        assessed: counts.of("reports-assessed"),
        reports_excluded: counts.below("reports-excluded"),
        undecided_reports: counts.of("reports-undecided"),
        other,
        included: pair("studies-included", "reports-included"),
        total: total.map(|_| pair("total-studies", "total-reports")),
        in_meta_analysis: pooled
            .map(|_| pair("studies-in-meta-analysis", "reports-in-meta-analysis")),
        notes: [counts.changes(), illustration(input)].concat(),
        ..PrismaFlow::default()
    };
    Some(NamedFigure {
        name: "flow".into(),
        figure: flow.draw(),
    })
}

/// The protocol's line that the review is an illustration, wherever it could be taken for more.
fn illustration(input: &ReportInput) -> Vec<String> {
    let line = input.protocol.value.get("illustration");
    let line = line.and_then(serde_json::Value::as_str);
    line.map(str::to_owned).into_iter().collect()
}

struct Counts<'a>(&'a ReportInput);

impl Counts<'_> {
    /// The count of a box that is no part of another.
    fn find(&self, name: &str) -> Option<u64> {
        let mut rows = self.0.rows("flow");
        let row = rows.find(|row| row.text("box_id") == name && row.text("parent").is_empty())?;
        row.text("count").parse().ok()
    }

    fn of(&self, name: &str) -> u64 {
        self.find(name).unwrap_or_default()
    }

    /// Records of the version before that count anew.
    fn carried(&self) -> Option<Count> {
        let count = self.find("records-carried")?;
        Some(Count::new(self.0.words.text("picture.carried"), count))
    }

    /// Reports of other methods that were excluded, and those that wait: the diagram has no box of its own for them.
    fn other_excluded(&self) -> Vec<Count> {
        let mut excluded = self.below("other-excluded");
        let undecided = self.of("other-undecided");
        if undecided > 0 {
            excluded.push(Count::new(
                self.0.words.text("picture.undecided"),
                undecided,
            ));
        }
        excluded
    }

    /// What an update changed of the version before, without which its totals would not add up.
    fn changes(&self) -> Vec<String> {
        let boxes = [
            "new-reports-of-previous",
            "previous-removed",
            "previous-reports-removed",
        ];
        let rows = self.0.rows("flow");
        let rows = rows.filter(|row| boxes.contains(&row.text("box_id")));
        rows.map(|row| {
            let label = self.0.words.said(row.text("label"));
            let values = [("study", &*label), ("note", row.text("count"))];
            self.0.words.say("picture.note", &values)
        })
        .collect()
    }

    /// The lines of a box, in order.
    fn below(&self, name: &str) -> Vec<Count> {
        let mut rows: Vec<_> = self
            .0
            .rows("flow")
            .filter(|row| row.text("parent") == name)
            .collect();
        rows.sort_by_key(|row| row.text("order").parse::<u64>().unwrap_or(u64::MAX));
        let counts = rows.iter().map(|row| {
            Count::new(
                self.0.words.said(row.text("label")),
                row.text("count").parse().unwrap_or_default(),
            )
        });
        counts.collect()
    }
}
