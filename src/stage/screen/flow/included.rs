//! The boxes of inclusion: studies and their reports, in an update the new ones and the total.

use super::{Builder, protocol_of};
use crate::artefact::{Address, Origin};
use crate::stage::screen::Inputs;
use crate::stage::screen::since::{Growth, distinct};
use crate::stage::screen::tables::IncludedRow;

impl Builder<'_> {
    pub(super) fn included(&mut self, inputs: &Inputs, included: &[IncludedRow]) {
        let by_protocol = protocol_of(included);
        let total = distinct(&by_protocol).len();
        let Some(previous) = &inputs.previous else {
            self.studies(
                "included",
                "Studies included in the review",
                "Reports of included studies",
                (&by_protocol, total),
            );
            self.admitted(included);
            return;
        };
        let growth = Growth::of(inputs, previous, &by_protocol);
        self.studies(
            "included",
            "New studies included in the review",
            "Reports of new included studies",
            (&growth.new, growth.new_reports),
        );
        for (box_id, label, count, unit) in [
            (
                "new-reports-of-previous",
                "New reports of studies included before",
                growth.reports_of_previous,
                "reports",
            ),
            (
                "previous-removed",
                "Studies of the previous version that are not included any more",
                growth.studies_gone,
                "studies",
            ),
            (
                "previous-reports-removed",
                "Reports of the previous version that are not included any more",
                growth.reports_gone,
                "reports",
            ),
        ] {
            if count > 0 {
                let rows = Address::artefact(self.stage, "included");
                let origin = Origin::of("compared", [rows, previous.address()]);
                self.add((box_id, ""), label, (count, unit, "included"), origin);
            }
        }
        self.studies(
            "total",
            "Total studies included in the review",
            "Reports of total included studies",
            (&by_protocol, total),
        );
        self.admitted(included);
    }

    /// The studies and distinct reports of a box: `studies-included`, `reports-included`, or `total-studies`, `total-reports`.
    fn studies(
        &mut self,
        which: &str,
        of_studies: &str,
        of_reports: &str,
        (rows, reports): (&[&IncludedRow], usize),
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
        let links: u64 = rows.iter().map(|row| row.reports).sum();
        let of_reports_from = if links == reports as u64 {
            from("sum", Some("reports"))
        } else {
            from("distinct", Some("records"))
        };
        let counts = [
            (rows.len(), "studies", of_studies, from("counted", None)),
            (reports, "reports", of_reports, of_reports_from),
        ];
        for (count, unit, label, origin) in counts {
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
