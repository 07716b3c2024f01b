//! The boxes of identification: what was found where, duplicates removed, and what the previous version held.

use super::Builder;
use crate::artefact::{Address, Origin};
use crate::stage::screen::previous::Previous;
use crate::stage::screen::since::Since;
use crate::stage::screen::{Inputs, SourceRow};
use std::collections::BTreeMap;

impl Builder<'_> {
    pub(super) fn identification(&mut self, inputs: &Inputs, since: &Since<'_>) {
        self.found(
            inputs,
            "records-identified-databases",
            "Records identified from databases",
            |source| source.kind == "database",
        );
        self.found(
            inputs,
            "records-identified-registers",
            "Records identified from registers",
            |source| source.kind == "register",
        );
        self.carried(since);
        self.duplicates(inputs, since);
    }

    /// In an update, what the version before identified and this one counts.
    fn carried(&mut self, since: &Since<'_>) {
        if since.carried.is_empty() {
            return;
        }
        let origin = self.counted(&since.carried, "record");
        self.add(
            ("records-carried", ""),
            "Records of the previous version that count anew: they waited there, were decided otherwise since, or are apart now",
            (since.carried.len(), "records", "identification"),
            origin,
        );
    }

    /// What the sources of a kind gave, together and by database, in the order of the searches.
    pub(super) fn found(
        &mut self,
        inputs: &Inputs,
        box_id: &str,
        label: &str,
        of_kind: impl Fn(&SourceRow) -> bool,
    ) {
        let previous = inputs.previous.as_ref();
        let mut by: BTreeMap<&str, Vec<&SourceRow>> = BTreeMap::new();
        let sources = inputs
            .sources
            .iter()
            .filter(|source| of_kind(source))
            .filter(|source| previous.is_none_or(|previous| !previous.knows_source(&source.key)));
        for source in sources {
            by.entry(&source.database).or_default().push(source);
        }
        let all: Vec<&SourceRow> = by.values().flatten().copied().collect();
        let (total, origin) = kept(&all, &inputs.sources_stage);
        let origin = if all.is_empty() {
            let sources = Address::artefact(&inputs.sources_stage, "sources");
            Origin::of("all-rows", [sources])
        } else {
            origin
        };
        let counted = (total, "records", "identification");
        self.add((box_id, ""), label, counted, origin);
        let mut ordered: Vec<_> = by.into_iter().collect();
        ordered.sort_by_key(|(_, rows)| rows.iter().map(|row| row.order).min());
        for (database, rows) in ordered {
            let (count, origin) = kept(&rows, &inputs.sources_stage);
            let counted = (count, "records", "identification");
            self.add(("", box_id), database, counted, origin);
        }
    }

    fn duplicates(&mut self, inputs: &Inputs, since: &Since<'_>) {
        let clusters = Address::artefact(&inputs.records_stage, "clusters");
        let records = Address::artefact(&inputs.records_stage, "records");
        // Where this cannot be, the identities of the flow do not hold, and the stage tells.
        let removed = since.removed().unwrap_or(0);
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
    pub(super) fn previous(&mut self, previous: &Previous) {
        for (box_id, label, count, unit) in [
            (
                "previous-studies",
                "Studies included in the previous version",
                previous.studies.len(),
                "studies",
            ),
            (
                "previous-reports",
                "Reports of studies included in the previous version",
                previous.reports(),
                "reports",
            ),
        ] {
            self.add(
                (box_id, ""),
                label,
                (count, unit, "previous"),
                Origin::of("counted", [previous.address()]),
            );
        }
    }
}

/// How many records these sources gave, and the cells that say so.
fn kept(rows: &[&SourceRow], stage: &str) -> (usize, Origin) {
    let total: u64 = rows.iter().map(|row| row.kept).sum();
    let from = rows
        .iter()
        .map(|row| Address::cell(stage, "sources", &row.key, "kept"));
    (
        usize::try_from(total).unwrap_or(usize::MAX),
        Origin::of("sum", from.collect::<Vec<_>>()),
    )
}
