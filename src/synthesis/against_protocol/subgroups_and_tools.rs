//! Subgroups, analyses that nobody planned, and tools.

use super::{Judged, Planned, Table, is_post_hoc, text};
use std::collections::BTreeSet;

impl Table<'_> {
    pub(super) fn subgroups(&mut self) {
        let field = self.protocol.synthesis["subgroups"].clone();
        for entry in field["list"].as_array().into_iter().flatten() {
            let (id, column) = (text(&entry["id"]), text(&entry["column"]));
            let names = [id.as_str(), column.as_str()];
            let tests = self.done.subgroups.iter();
            let grouped = tests
                .filter(|test| names.contains(&test.variable.as_str()))
                .count();
            let word = |formula: &str| {
                let mut words =
                    formula.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-'));
                words.any(|word| !word.is_empty() && names.contains(&word))
            };
            let regressed = self
                .done
                .regressions
                .iter()
                .filter(|row| word(&row.formula))
                .count();
            let planned = Planned::of(id.replace('-', " "), &field);
            let (done, status) = if grouped + regressed == 0 {
                let done = "no analysis groups studies by it, and no meta-regression uses it";
                (done.to_owned(), "missing")
            } else {
                let done = format!("{grouped} subgroup analyses, {regressed} meta-regressions");
                (done, planned.kept())
            };
            self.push(
                &format!("synthesis.subgroups.{id}"),
                planned,
                done,
                status,
                Vec::new(),
            );
        }
    }

    /// Analyses that were done and not planned.
    pub(super) fn post_hoc(&mut self) {
        for row in self.done.analyses.iter().filter(|row| is_post_hoc(row)) {
            let why = row.registered.strip_prefix("post hoc").unwrap_or_default();
            let planned = Planned {
                words: String::new(),
                registered: false,
                why: why.trim_start_matches(':').trim().to_owned(),
            };
            let from = vec![self.cell(row, "registered")];
            self.push(
                &format!("analyses.{}", row.analysis),
                planned,
                row.title.clone(),
                "post-hoc",
                from,
            );
        }
    }

    pub(super) fn tools(&mut self) {
        let field = self.protocol.risk_of_bias.clone();
        let entries = field["tools"].as_array().cloned().unwrap_or_default();
        let mut known = BTreeSet::new();
        for entry in &entries {
            let id = text(&entry["id"]);
            let designs: Vec<String> = entry["designs"]
                .as_array()
                .into_iter()
                .flatten()
                .map(text)
                .collect();
            let mine = self.done.judged.iter();
            let mine: Vec<&Judged> = mine
                .filter(|study| designs.contains(&study.design))
                .collect();
            let with = mine
                .iter()
                .filter(|study| study.tools.contains(&id))
                .count();
            let planned = Planned::of(format!("{id} for {}", designs.join(", ")), &field);
            let (done, status) = match (mine.len(), with) {
                (0, _) => ("no study of these designs".to_owned(), planned.kept()),
                (all, 0) => (format!("none of {all} studies judged with it"), "missing"),
                (all, with) if all == with => (
                    format!("{with} of {all} studies judged with it"),
                    planned.kept(),
                ),
                (all, with) => (format!("{with} of {all} studies judged with it"), "differs"),
            };
            self.push(
                &format!("risk_of_bias.tools.{id}"),
                planned,
                done,
                status,
                Vec::new(),
            );
            known.insert(id);
        }
        if entries.is_empty() {
            return;
        }
        let used: BTreeSet<&String> = self
            .done
            .judged
            .iter()
            .flat_map(|study| &study.tools)
            .collect();
        for tool in used.into_iter().filter(|tool| !known.contains(*tool)) {
            let planned = Planned {
                words: String::new(),
                registered: false,
                why: String::new(),
            };
            let done = "studies were judged with it".to_owned();
            self.push(
                &format!("risk_of_bias.tools.{tool}"),
                planned,
                done,
                "post-hoc",
                Vec::new(),
            );
        }
    }
}
