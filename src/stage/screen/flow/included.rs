//! The boxes of inclusion: studies and their reports, in an update the new ones and the total.

use super::Builder;
use crate::artefact::{Address, Origin};
use crate::screening::Screening;
use crate::stage::screen::previous::Previous;
use crate::stage::screen::tables::IncludedRow;

impl Builder<'_> {
    pub(super) fn included(
        &mut self,
        screening: &Screening,
        included: &[IncludedRow],
        previous: Option<&Previous>,
    ) {
        let by_protocol: Vec<_> = included
            .iter()
            .filter(|row| row.admission == "protocol")
            .collect();
        let Some(previous) = previous else {
            let totals = (screening.studies.len(), screening.included.len());
            self.studies(
                "included",
                "Studies included in the review",
                "Reports of included studies",
                &by_protocol,
                totals,
            );
            self.admitted(included);
            return;
        };
        let (old, new): (Vec<&IncludedRow>, Vec<&IncludedRow>) = by_protocol
            .iter()
            .copied()
            .partition(|row| previous.studies.contains_key(&row.key));
        let reports = |rows: &[&IncludedRow]| -> u64 { rows.iter().map(|row| row.reports).sum() };
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let totals = (new.len(), count(reports(&new)));
        self.studies(
            "included",
            "New studies included in the review",
            "Reports of new included studies",
            &new,
            totals,
        );
        let before: u64 = old
            .iter()
            .filter_map(|row| previous.studies.get(&row.key))
            .sum();
        let left = previous.studies.len() - old.len();
        let of_both = || {
            let rows = Address::artefact(self.stage, "included");
            Origin::of("compared", [rows, previous.address()])
        };
        let more = [
            (
                "new-reports-of-previous",
                "New reports of studies included before",
                count(reports(&old).saturating_sub(before)),
                "reports",
            ),
            (
                "previous-removed",
                "Studies of the previous version that are not included any more",
                left,
                "studies",
            ),
        ];
        let more = more.map(|(box_id, label, count, unit)| (box_id, label, count, unit, of_both()));
        for (box_id, label, count, unit, origin) in more.into_iter().filter(|row| row.2 > 0) {
            self.add((box_id, ""), label, (count, unit, "included"), origin);
        }
        let totals = (screening.studies.len(), screening.included.len());
        self.studies(
            "total",
            "Total studies included in the review",
            "Reports of total included studies",
            &by_protocol,
            totals,
        );
        self.admitted(included);
    }

    /// The studies and reports of a box: `studies-included`, `reports-included`, or `total-studies`, `total-reports`.
    fn studies(
        &mut self,
        which: &str,
        of_studies: &str,
        of_reports: &str,
        rows: &[&IncludedRow],
        (studies, reports): (usize, usize),
    ) {
        let name = |unit: &str| {
            if which == "total" {
                format!("total-{unit}")
            } else {
                format!("{unit}-{which}")
            }
        };
        let whole = || Origin::of("all-rows", [Address::artefact(self.stage, "included")]);
        let from = |rule: &str, column: Option<&str>| {
            let cells = rows.iter().map(|row| match column {
                None => Address::row(self.stage, "included", &row.key),
                Some(column) => Address::cell(self.stage, "included", &row.key, column),
            });
            if rows.is_empty() {
                whole()
            } else {
                Origin::of(rule, cells.collect::<Vec<_>>())
            }
        };
        let origins = [from("counted", None), from("sum", Some("reports"))];
        let counts = [
            (studies, "studies", of_studies),
            (reports, "reports", of_reports),
        ];
        for ((count, unit, label), origin) in counts.into_iter().zip(origins) {
            self.add((&name(unit), ""), label, (count, unit, "included"), origin);
        }
    }

    fn admitted(&mut self, included: &[IncludedRow]) {
        let admitted: Vec<_> = included
            .iter()
            .filter(|row| row.admission != "protocol")
            .collect();
        if !admitted.is_empty() {
            let rows = admitted
                .iter()
                .map(|row| Address::cell(self.stage, "included", &row.key, "admission"));
            let label = "Studies that an amendment admits to a supplementary analysis alone (not counted above)";
            self.add(
                ("studies-supplementary", ""),
                label,
                (admitted.len(), "studies", "included"),
                Origin::of("counted", rows.collect::<Vec<_>>()),
            );
        }
    }
}
