//! The PRISMA 2020 flow as a table: every count with what was counted.

use super::Inputs;
use super::previous::Previous;
use super::tables::{DecisionRow, IncludedRow};
use crate::artefact::{Address, Origin, key, rows};
use crate::screening::{Identification, Screening};
use std::collections::BTreeMap;

/// A count names each thing it counted up to this many; beyond, the table they stand in.
const NAMED: usize = 60;

rows! {
    /// One box of the flow diagram, or one line in it.
    pub(crate) FlowRow: "flow" {
        /// Order in the diagram.
        order: u64,
        /// The box.
        box_id: String,
        /// In words.
        label: String,
        /// How many.
        count: u64,
        /// `records`, `reports` or `studies`.
        unit: String,
        /// `identification`, `screening` or `included`.
        group: String,
        /// The box this is a line of; empty for a box.
        parent: String,
        /// What was counted.
        origin: Origin,
    }
}

/// Counts from before screening.
pub(super) fn identification(inputs: &Inputs) -> Identification {
    let mut databases: BTreeMap<&str, i64> = BTreeMap::new();
    let mut registers: BTreeMap<&str, i64> = BTreeMap::new();
    for source in &inputs.sources {
        let kept = i64::try_from(source.kept).unwrap_or(i64::MAX);
        let by = if source.kind == "register" {
            &mut registers
        } else {
            &mut databases
        };
        *by.entry(&source.database).or_default() += kept;
    }
    let listed = |by: BTreeMap<&str, i64>| {
        by.into_iter()
            .map(|(name, count)| (name.to_owned(), count))
            .collect()
    };
    let removed = inputs.clusters.len().saturating_sub(inputs.records.len());
    Identification {
        databases: listed(databases),
        registers: listed(registers),
        duplicates: i64::try_from(removed).unwrap_or(i64::MAX),
        ..Identification::default()
    }
}

/// The rows of the diagram, in its order.
pub(super) fn rows(
    inputs: &Inputs,
    screening: &Screening,
    decisions: &[DecisionRow],
    included: &[IncludedRow],
    stage: &str,
) -> Vec<FlowRow> {
    let previous = inputs.previous.as_ref();
    let mut flow = Builder {
        rows: Vec::new(),
        decisions: decisions
            .iter()
            .filter(|row| previous.is_none_or(|previous| !previous.knows_record(&row.key)))
            .collect(),
        stage,
    };
    if let Some(previous) = previous {
        flow.previous(previous);
    }
    flow.identification(inputs);
    flow.screening(inputs);
    flow.included(screening, included, previous);
    flow.rows
}

struct Builder<'a> {
    rows: Vec<FlowRow>,
    /// In an update, those on records that the previous version had not.
    decisions: Vec<&'a DecisionRow>,
    stage: &'a str,
}

impl Builder<'_> {
    fn add(
        &mut self,
        (box_id, parent): (&str, &str),
        label: &str,
        (count, unit, group): (usize, &str, &str),
        origin: Origin,
    ) {
        let parts: Vec<&str> = if parent.is_empty() {
            vec![box_id]
        } else {
            vec![parent, label]
        };
        self.rows.push(FlowRow {
            key: key(&parts),
            order: self.rows.len() as u64,
            box_id: if parent.is_empty() {
                box_id.to_owned()
            } else {
                parent.to_owned()
            },
            label: label.to_owned(),
            count: count as u64,
            unit: unit.to_owned(),
            group: group.to_owned(),
            parent: parent.to_owned(),
            origin,
        });
    }

    fn identification(&mut self, inputs: &Inputs) {
        for (box_id, kind, label) in [
            (
                "records-identified-databases",
                "database",
                "Records identified from databases",
            ),
            (
                "records-identified-registers",
                "register",
                "Records identified from registers",
            ),
        ] {
            let mut by: BTreeMap<&str, Vec<_>> = BTreeMap::new();
            let sources = inputs
                .sources
                .iter()
                .filter(|source| (source.kind == "register") == (kind == "register"))
                .filter(|source| {
                    let previous = inputs.previous.as_ref();
                    previous.is_none_or(|previous| !previous.knows_source(&source.key))
                });
            for source in sources {
                by.entry(&source.database).or_default().push(source);
            }
            let kept = |rows: &[&super::SourceRow]| {
                let total: u64 = rows.iter().map(|row| row.kept).sum();
                let from = rows
                    .iter()
                    .map(|row| Address::cell(&inputs.sources_stage, "sources", &row.key, "kept"));
                (
                    usize::try_from(total).unwrap_or(usize::MAX),
                    Origin::of("sum", from.collect::<Vec<_>>()),
                )
            };
            let all: Vec<_> = by.values().flatten().copied().collect();
            let (total, origin) = kept(&all);
            let origin = if all.is_empty() {
                Origin::of(
                    "all-rows",
                    [Address::artefact(&inputs.sources_stage, "sources")],
                )
            } else {
                origin
            };
            self.add(
                (box_id, ""),
                label,
                (total, "records", "identification"),
                origin,
            );
            let mut ordered: Vec<_> = by.into_iter().collect();
            ordered.sort_by_key(|(_, rows)| rows.iter().map(|row| row.order).min());
            for (database, rows) in ordered {
                let (count, origin) = kept(&rows);
                self.add(
                    ("", box_id),
                    database,
                    (count, "records", "identification"),
                    origin,
                );
            }
        }
        let clusters = Address::artefact(&inputs.records_stage, "clusters");
        let records = Address::artefact(&inputs.records_stage, "records");
        let members = inputs.clusters.iter().filter(|row| {
            let previous = inputs.previous.as_ref();
            previous.is_none_or(|previous| !previous.knows_member(&row.key))
        });
        let removed = members.count().saturating_sub(self.decisions.len());
        let (label, origin) = match &inputs.previous {
            None => (
                "Duplicate records removed",
                Origin::of("members-less-publications", [clusters, records]),
            ),
            Some(previous) => (
                "Duplicate records removed, records screened earlier among them",
                Origin::of(
                    "new-members-less-new-publications",
                    [clusters, records, previous.address()],
                ),
            ),
        };
        self.add(
            ("duplicates-removed", ""),
            label,
            (removed, "records", "identification"),
            origin,
        );
    }

    /// Box B1: what the previous version held.
    fn previous(&mut self, previous: &Previous) {
        let reports: u64 = previous.studies.values().sum();
        for (box_id, label, count, unit) in [
            (
                "previous-studies",
                "Studies included in the previous version",
                previous.studies.len() as u64,
                "studies",
            ),
            (
                "previous-reports",
                "Reports of studies included in the previous version",
                reports,
                "reports",
            ),
        ] {
            self.add(
                (box_id, ""),
                label,
                (
                    usize::try_from(count).unwrap_or(usize::MAX),
                    unit,
                    "previous",
                ),
                Origin::of("counted", [previous.address()]),
            );
        }
    }

    fn screening(&mut self, inputs: &Inputs) {
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

    fn included(
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

    fn count(
        &mut self,
        box_id: &str,
        label: &str,
        unit: &str,
        column: &str,
        of: impl Fn(&DecisionRow) -> bool,
    ) {
        let rows: Vec<_> = self
            .decisions
            .iter()
            .copied()
            .filter(|row| of(row))
            .collect();
        let origin = self.counted(&rows, column);
        self.add((box_id, ""), label, (rows.len(), unit, "screening"), origin);
    }

    fn counted(&self, rows: &[&DecisionRow], column: &str) -> Origin {
        if rows.is_empty() || rows.len() > NAMED {
            return Origin::of("counted", [Address::artefact(self.stage, "decisions")]);
        }
        Origin::of(
            "counted",
            rows.iter()
                .map(|row| Address::cell(self.stage, "decisions", &row.key, column)),
        )
    }
}
