//! Subgroups, analyses that nobody planned, and tools.

use super::{Judged, Planned, Table, counted, is_post_hoc, text};
use std::collections::{BTreeMap, BTreeSet};

/// A test that was to be made: whether it was, of which analysis, and what is said of it.
type Tried<'a> = (bool, &'a str, &'a str);

impl Table<'_> {
    pub(super) fn subgroups(&mut self) {
        let field = self.protocol.synthesis["subgroups"].clone();
        for entry in field["list"].as_array().into_iter().flatten() {
            let (id, column) = (text(&entry["id"]), text(&entry["column"]));
            let names = [id.as_str(), column.as_str()];
            let planned = Planned::of(id.replace('-', " "), &field);
            let (done, status) = match self.grouped_by(&names) {
                (tested, done) if tested > 0 => (done, planned.kept()),
                (_, refused) if !refused.is_empty() => (refused, "missing"),
                _ => {
                    let done = "no analysis groups studies by it, and no meta-regression uses it";
                    (done.to_owned(), "missing")
                }
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

    /// How many tests look at a characteristic, and in words; a test that was refused is named with the reason.
    fn grouped_by(&self, names: &[&str]) -> (usize, String) {
        let word = |formula: &str| {
            let mut words =
                formula.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-'));
            words.any(|word| !word.is_empty() && names.contains(&word))
        };
        let tests = self.done.subgroups.iter();
        let tests = tests.filter(|test| names.contains(&test.variable.as_str()));
        let grouped: Vec<Tried<'_>> = tests
            .map(|test| (test.p.is_some(), test.analysis.as_str(), test.why.as_str()))
            .collect();
        let rows = self.done.regressions.iter();
        let regressed: Vec<Tried<'_>> = rows
            .filter(|row| word(&row.formula))
            .map(|row| (row.p.is_some(), row.analysis.as_str(), row.why.as_str()))
            .collect();
        let tested = |tried: &[Tried<'_>]| tried.iter().filter(|(tested, ..)| *tested).count();
        let (groups, regressions) = (tested(&grouped), tested(&regressed));
        let mut said = Vec::new();
        if groups > 0 {
            said.push(counted(groups, "subgroup analysis", "subgroup analyses"));
        }
        if regressions > 0 {
            said.push(counted(regressions, "meta-regression", "meta-regressions"));
        }
        let said = Some(said.join(", ")).filter(|said| !said.is_empty());
        let mut refused: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (_, analysis, why) in grouped
            .iter()
            .chain(&regressed)
            .filter(|(tested, ..)| !tested)
        {
            refused
                .entry(why)
                .or_default()
                .push(format!("`{analysis}`"));
        }
        let refused = refused
            .into_iter()
            .map(|(why, analyses)| format!("not tested in {}: {why}", analyses.join(", ")));
        let said: Vec<String> = said.into_iter().chain(refused).collect();
        (groups + regressions, said.join("; "))
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
                (all, 0) => (
                    format!(
                        "none of {} judged with it",
                        counted(all, "study", "studies")
                    ),
                    "missing",
                ),
                (all, with) => {
                    let all_studies = counted(all, "study", "studies");
                    let status = if all == with {
                        planned.kept()
                    } else {
                        "differs"
                    };
                    (format!("{with} of {all_studies} judged with it"), status)
                }
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
