//! The analyses and tools of a review held against its protocol, field by field.
//!
//! What the protocol registers is compared with what the pipeline does: outcomes and their order, effect measures, models,
//! scores, subgroups, tools. What differs has the amendment that changes its field beside it, where there is one.

use super::tables::{AnalysisRow, RegressionRow, SubgroupTestRow};
use crate::artefact::{Address, Origin, key, rows};
use crate::protocol::{Element, OutcomeRole, Protocol};
use serde_json::Value;
use std::collections::BTreeSet;

rows! {
    /// One field of the protocol, and what became of it.
    pub DifferenceRow: "protocol-differences" {
        /// Order in the protocol.
        order: u64,
        /// The field, as the protocol names it, such as `outcomes.stress`.
        field: String,
        /// What the protocol plans, in words.
        planned: String,
        /// What was done, in words.
        done: String,
        /// `as-registered`; `chosen-later` (in the protocol, not registered); `differs`; `missing` (planned and not done);
        /// `post-hoc` (done and not planned).
        status: String,
        /// Why, in the protocol's or the analysis' words.
        why: String,
        /// The amendments that change the field.
        amendment: String,
        /// Protocol and analyses.
        origin: Origin,
    }
}

/// A study that was judged: its design, and the tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The study.
    pub study: String,
    /// Its design.
    pub design: String,
    /// The tools it was judged with.
    pub tools: BTreeSet<String>,
}

/// What the pipeline did, as far as a protocol speaks of it.
#[derive(Clone, Copy, Debug)]
pub struct Done<'a> {
    /// Its analyses.
    pub analyses: &'a [AnalysisRow],
    /// Groups compared.
    pub subgroups: &'a [SubgroupTestRow],
    /// Meta-regressions.
    pub regressions: &'a [RegressionRow],
    /// Studies with the tools they were judged with.
    pub judged: &'a [Judged],
    /// The stage that pools, for origins.
    pub stage: &'a str,
}

/// Whether an analysis was registered, in words: the author's, unless the protocol says otherwise.
///
/// An analysis of an outcome that the protocol does not register, of a population that an amendment admits, or by a registered
/// measure or score's other, is post hoc whatever its settings say.
pub(super) fn standing(said: &str, of: &Claimed<'_>, protocol: Option<&Protocol>) -> String {
    match said.strip_prefix("no") {
        Some(why) if why.is_empty() || why.starts_with(':') => format!("post hoc{why}"),
        _ if !said.is_empty() && said != "yes" => said.to_owned(),
        _ => match protocol.and_then(|protocol| contradicted(of, protocol)) {
            Some(why) => format!("post hoc: {why}"),
            None if said.is_empty() => "not stated".to_owned(),
            None => said.to_owned(),
        },
    }
}

/// What of an analysis a protocol can contradict.
pub(super) struct Claimed<'a> {
    pub(super) outcome: &'a str,
    pub(super) population: &'a str,
    pub(super) measure: &'a str,
    pub(super) body: &'a str,
    /// `change`, `post`, or empty for events.
    pub(super) kind: &'a str,
}

fn contradicted(of: &Claimed<'_>, protocol: &Protocol) -> Option<String> {
    if protocol.outcomes.is_empty() {
        return None;
    }
    match protocol.outcome(of.outcome) {
        None => return Some("the protocol does not name the outcome".to_owned()),
        Some(outcome) if !outcome.registered => {
            return Some("the outcome is not registered".to_owned());
        }
        Some(_) => {}
    }
    let mut populations = protocol.eligibility.populations.iter();
    let population = populations.find(|known| known.id == of.population);
    if let Some(amendment) = population.and_then(|known| known.admitted_by.as_ref()) {
        return Some(format!("amendment {amendment}"));
    }
    let measures = measures(protocol, of.body);
    if is_registered(&protocol.synthesis["effect_measures"])
        && !measures.is_empty()
        && !measures.contains(of.measure)
    {
        let list: Vec<&str> = measures.iter().map(String::as_str).collect();
        return Some(format!("the registered measures are {}", list.join(", ")));
    }
    let scores = &protocol.synthesis["scores"];
    let main = text(&scores["main"]);
    let scored = of.body == "between" && !of.kind.is_empty();
    if is_registered(scores) && scored && !main.is_empty() && main != of.kind {
        return Some(format!("the registered scores are those of {main}"));
    }
    None
}

/// Every field that can be compared, in the order of the protocol.
pub fn differences(protocol: &Protocol, path: &str, done: Done<'_>) -> Vec<DifferenceRow> {
    let mut table = Table {
        protocol,
        path,
        done,
        rows: Vec::new(),
    };
    table.question();
    table.outcomes();
    table.order();
    table.measures();
    table.models();
    table.scores();
    table.subgroups();
    table.post_hoc();
    table.tools();
    table.rows
}

struct Table<'a> {
    protocol: &'a Protocol,
    path: &'a str,
    done: Done<'a>,
    rows: Vec<DifferenceRow>,
}

/// How a field was planned: in words, whether registered, and why it was chosen later.
struct Planned {
    words: String,
    registered: bool,
    why: String,
}

impl Planned {
    fn of(words: String, from: &Value) -> Self {
        Self {
            words,
            registered: is_registered(from),
            why: text(&from["why"]),
        }
    }

    /// The status of a field that was kept to.
    fn kept(&self) -> &'static str {
        if self.registered {
            "as-registered"
        } else {
            "chosen-later"
        }
    }
}

impl Table<'_> {
    fn push(
        &mut self,
        field: &str,
        planned: Planned,
        done: String,
        status: &str,
        from: Vec<Address>,
    ) {
        let amendments = self.protocol.amendments.iter().filter(|amendment| {
            let of = amendment.field.as_str();
            let below = |long: &str, short: &str| {
                long.strip_prefix(short)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            below(field, of) || below(of, field)
        });
        let amendments: Vec<&str> = amendments.map(|amendment| amendment.id.as_str()).collect();
        let mut origin = vec![Address::file(self.path)];
        origin.extend(from);
        self.rows.push(DifferenceRow {
            key: key(&[field]),
            order: self.rows.len() as u64,
            field: field.to_owned(),
            planned: planned.words,
            done,
            status: status.to_owned(),
            why: planned.why,
            amendment: amendments.join("; "),
            origin: Origin::of("compared", origin),
        });
    }

    fn cell(&self, row: &AnalysisRow, column: &str) -> Address {
        Address::cell(self.done.stage, "analyses", &row.key, column)
    }

    fn cells(&self, rows: &[&AnalysisRow], column: &str) -> Vec<Address> {
        rows.iter().map(|row| self.cell(row, column)).collect()
    }

    /// Analyses that the protocol answers for: not those said to be beside it.
    fn planned_analyses(&self) -> Vec<&AnalysisRow> {
        let rows = self.done.analyses.iter();
        rows.filter(|row| !is_post_hoc(row)).collect()
    }

    fn question(&mut self) {
        let question = self.protocol.question.clone();
        let elements: [(&str, Element); 4] = [
            ("population", question.population),
            ("intervention", question.intervention),
            ("comparator", question.comparator),
            ("outcomes", question.outcomes),
        ];
        for (name, element) in elements {
            if element.text.is_empty() {
                continue;
            }
            let planned = Planned {
                words: element.text.clone(),
                registered: element.registered,
                why: element.why.unwrap_or_default(),
            };
            let status = planned.kept();
            let done = "asked as planned".to_owned();
            self.push(
                &format!("question.{name}"),
                planned,
                done,
                status,
                Vec::new(),
            );
        }
    }

    fn outcomes(&mut self) {
        for outcome in self.protocol.outcomes.clone() {
            let asked = !matches!(
                outcome.role,
                OutcomeRole::ExtractedOnly | OutcomeRole::Descriptive
            );
            let analyses: Vec<&AnalysisRow> = self
                .done
                .analyses
                .iter()
                .filter(|row| row.outcome == outcome.id)
                .collect();
            if !asked && analyses.is_empty() {
                continue;
            }
            let planned = Planned {
                words: format!("{}, {}", outcome.name, outcome.role.word()),
                registered: outcome.registered,
                why: outcome.why.clone().unwrap_or_default(),
            };
            let with = analyses.iter().filter(|row| row.k > 0).count();
            let done = match (analyses.len(), with) {
                (0, _) => "no analysis is declared".to_owned(),
                (all, 0) => format!("{}; no study reported it", of_analyses(all)),
                (all, with) if all == with => of_analyses(all),
                (all, with) => format!("{}, {with} with a study", of_analyses(all)),
            };
            let status = if analyses.is_empty() {
                "missing"
            } else {
                planned.kept()
            };
            let from = self.cells(&analyses, "k");
            self.push(
                &format!("outcomes.{}", outcome.id),
                planned,
                done,
                status,
                from,
            );
        }
    }

    /// The order in which outcomes are first analysed.
    fn order(&mut self) {
        let mut rows: Vec<&AnalysisRow> = self.planned_analyses();
        rows.retain(|row| row.role == "main" && row.body == "between");
        rows.sort_by_key(|row| row.order);
        let mut done: Vec<&str> = Vec::new();
        for row in &rows {
            if !done.contains(&row.outcome.as_str()) {
                done.push(&row.outcome);
            }
        }
        let outcomes = self.protocol.outcomes.iter();
        let planned: Vec<&str> = outcomes
            .map(|outcome| outcome.id.as_str())
            .filter(|id| done.contains(id))
            .collect();
        if planned.len() < 2 {
            return;
        }
        let known: Vec<&str> = done
            .iter()
            .copied()
            .filter(|id| planned.contains(id))
            .collect();
        let status = if known == planned {
            "as-registered"
        } else {
            "differs"
        };
        let (words, done) = (planned.join(", "), known.join(", "));
        let planned = Planned {
            words,
            registered: true,
            why: String::new(),
        };
        let from = self.cells(&rows, "order");
        self.push("outcomes.order", planned, done, status, from);
    }

    fn measures(&mut self) {
        let field = &self.protocol.synthesis["effect_measures"];
        for (body, name) in [("between", "between_group"), ("within", "within_group")] {
            let allowed = measures(self.protocol, body);
            let mut rows = self.planned_analyses();
            rows.retain(|row| row.body == body);
            if allowed.is_empty() || rows.is_empty() {
                continue;
            }
            let list: Vec<&str> = allowed.iter().map(String::as_str).collect();
            let planned = Planned::of(list.join(", "), field);
            let used: BTreeSet<&str> = rows.iter().map(|row| row.measure.as_str()).collect();
            let kept = used.iter().all(|measure| allowed.contains(*measure));
            let status = if kept { planned.kept() } else { "differs" };
            let done: Vec<&str> = used.into_iter().collect();
            let (done, from) = (done.join(", "), self.cells(&rows, "measure"));
            self.push(
                &format!("synthesis.effect_measures.{name}"),
                planned,
                done,
                status,
                from,
            );
        }
    }

    fn models(&mut self) {
        let rows = self.planned_analyses();
        let distinct = |of: fn(&AnalysisRow) -> &str| -> Vec<String> {
            let words: BTreeSet<&str> = rows.iter().map(|row| of(row)).collect();
            words.into_iter().map(str::to_owned).collect()
        };
        let (models, intervals) = (distinct(|row| &row.model), distinct(|row| &row.interval));
        let from = self.cells(&rows, "model");
        let intervals_from = self.cells(&rows, "interval");
        let synthesis = self.protocol.synthesis.clone();
        let model = text(&synthesis["model"]["value"]);
        if !model.is_empty() && !models.is_empty() {
            let planned = Planned::of(model.replace('-', " "), &synthesis["model"]);
            let common = models.iter().any(|model| is_common(model));
            let random = models.iter().any(|model| !is_common(model));
            let kept = if model.starts_with("random") {
                !common
            } else {
                !random
            };
            let status = if kept { planned.kept() } else { "differs" };
            let done = match (common, random) {
                (true, true) => "common effect and random effects",
                (true, false) => "common effect",
                _ => "random effects",
            };
            self.push(
                "synthesis.model",
                planned,
                done.to_owned(),
                status,
                from.clone(),
            );
        }
        let estimator = &synthesis["estimator"];
        let tau2 = text(&estimator["tau2"]);
        if !tau2.is_empty() && !models.is_empty() {
            let planned = Planned::of(tau2.clone(), estimator);
            let kept = models.iter().all(|model| model.eq_ignore_ascii_case(&tau2));
            let status = if kept { planned.kept() } else { "differs" };
            self.push(
                "synthesis.estimator.tau2",
                planned,
                models.join(", "),
                status,
                from,
            );
        }
        let interval = text(&estimator["interval"]);
        if !interval.is_empty() && !intervals.is_empty() {
            let planned = Planned::of(interval.clone(), estimator);
            let hartung_knapp = interval.starts_with("hk");
            let kept = intervals
                .iter()
                .all(|words| words.starts_with("Hartung-Knapp") == hartung_knapp);
            let status = if kept { planned.kept() } else { "differs" };
            self.push(
                "synthesis.estimator.interval",
                planned,
                intervals.join("; "),
                status,
                intervals_from,
            );
        }
    }

    fn scores(&mut self) {
        let field = self.protocol.synthesis["scores"].clone();
        let main = text(&field["main"]);
        let mut rows = self.planned_analyses();
        rows.retain(|row| row.role == "main" && row.body == "between" && !row.kind.is_empty());
        if main.is_empty() || rows.is_empty() {
            return;
        }
        let planned = Planned::of(main.clone(), &field);
        let used: BTreeSet<&str> = rows.iter().map(|row| row.kind.as_str()).collect();
        let kept = used.iter().all(|kind| *kind == main);
        let status = if kept { planned.kept() } else { "differs" };
        let done: Vec<&str> = used.into_iter().collect();
        let (done, from) = (done.join(", "), self.cells(&rows, "kind"));
        self.push("synthesis.scores", planned, done, status, from);
    }

    fn subgroups(&mut self) {
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
    fn post_hoc(&mut self) {
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

    fn tools(&mut self) {
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

fn is_post_hoc(row: &AnalysisRow) -> bool {
    row.registered.starts_with("post hoc")
}

fn of_analyses(count: usize) -> String {
    if count == 1 {
        "1 analysis".to_owned()
    } else {
        format!("{count} analyses")
    }
}

fn is_common(model: &str) -> bool {
    matches!(model.to_uppercase().as_str(), "CE" | "FE" | "EE")
}

fn is_registered(field: &Value) -> bool {
    field["registered"].as_bool().unwrap_or(false)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The effect measures that the protocol names for a body of evidence, in metafor's codes.
fn measures(protocol: &Protocol, body: &str) -> BTreeSet<String> {
    let name = if body == "within" {
        "within_group"
    } else {
        "between_group"
    };
    let named = &protocol.synthesis["effect_measures"][name];
    let values = named.as_object().into_iter().flatten();
    let codes = values.filter_map(|(_, value)| value.as_str());
    codes
        .filter(|code| {
            code.chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        })
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn protocol() -> Protocol {
        serde_json::from_value(serde_json::json!({
            "version": 1,
            "title": "t",
            "question": {
                "population": { "text": "adults", "registered": true },
                "comparator": { "text": "any", "registered": false, "why": "chosen by the team" },
            },
            "eligibility": { "populations": [
                { "id": "adults", "text": "adults", "analyses": "main" },
                { "id": "all", "text": "all", "analyses": "supplementary", "admitted_by": "a1" },
            ] },
            "outcomes": [
                { "id": "sleep", "name": "Sleep", "role": "primary", "registered": true, "direction": "lower-is-better" },
                { "id": "falls", "name": "Falls", "role": "secondary", "registered": true, "direction": "lower-is-better" },
                { "id": "pain", "name": "Pain", "role": "secondary", "registered": true, "direction": "lower-is-better" },
                { "id": "mood", "name": "Mood", "role": "additional", "registered": false, "direction": "lower-is-better" },
            ],
            "synthesis": {
                "model": { "value": "random-effects", "registered": true },
                "estimator": { "tau2": "REML", "interval": "hksj", "registered": false, "why": "silent" },
                "effect_measures": { "registered": true, "between_group": { "same_scale": "MD", "binary": "RR" } },
                "scores": { "main": "change", "registered": true },
                "subgroups": { "registered": true, "list": [{ "id": "age-group", "column": "age" }] },
            },
            "risk_of_bias": { "registered": true, "tools": [{ "id": "rob2", "designs": ["rct"] }] },
            "amendments": [
                { "id": "a1", "date": "2026-01-01", "field": "synthesis.subgroups", "from": "x", "to": "y", "reason": "z", "by": "k",
                  "after_seeing_results": false },
            ],
        }))
        .expect("a protocol")
    }

    fn analysis(
        id: &str,
        order: u64,
        outcome: &str,
        measure: &str,
        registered: &str,
    ) -> AnalysisRow {
        AnalysisRow {
            key: id.to_owned(),
            analysis: id.to_owned(),
            order,
            title: format!("Title of {id}"),
            outcome: outcome.to_owned(),
            outcome_name: outcome.to_owned(),
            role: "main".to_owned(),
            body: "between".to_owned(),
            population: "adults".to_owned(),
            measure: measure.to_owned(),
            kind: "change".to_owned(),
            model: "REML".to_owned(),
            interval: "Hartung-Knapp-Sidik-Jonkman".to_owned(),
            level: 95.0,
            dependence: None,
            better: "lower".to_owned(),
            registered: registered.to_owned(),
            status: "pooled".to_owned(),
            why: String::new(),
            k: 2,
            n: 100,
            origin: Origin::of("declared", []),
        }
    }

    #[test]
    fn every_field_is_held_against_what_was_done() {
        let analyses = [
            analysis("falls", 0, "falls", "RR", "yes"),
            analysis("sleep", 1, "sleep", "SMD", "yes"),
            analysis(
                "mood",
                2,
                "mood",
                "MD",
                "post hoc: the outcome is not registered",
            ),
        ];
        let judged = [("a", "rob2"), ("b", "jadad")].map(|(study, tool)| Judged {
            study: study.to_owned(),
            design: "rct".to_owned(),
            tools: BTreeSet::from([tool.to_owned()]),
        });
        let rows = differences(
            &protocol(),
            "data/protocol.yaml",
            Done {
                analyses: &analyses,
                subgroups: &[],
                regressions: &[],
                judged: &judged,
                stage: "pool",
            },
        );
        let shown: Vec<String> = rows
            .iter()
            .map(|row| {
                format!(
                    "{} | {} | {} | {} | {} | {}",
                    row.field, row.planned, row.done, row.status, row.why, row.amendment
                )
            })
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @"
        question.population | adults | asked as planned | as-registered |  | 
        question.comparator | any | asked as planned | chosen-later | chosen by the team | 
        outcomes.sleep | Sleep, primary | 1 analysis | as-registered |  | 
        outcomes.falls | Falls, secondary | 1 analysis | as-registered |  | 
        outcomes.pain | Pain, secondary | no analysis is declared | missing |  | 
        outcomes.mood | Mood, additional | 1 analysis | chosen-later |  | 
        outcomes.order | sleep, falls | falls, sleep | differs |  | 
        synthesis.effect_measures.between_group | MD, RR | RR, SMD | differs |  | 
        synthesis.model | random effects | random effects | as-registered |  | 
        synthesis.estimator.tau2 | REML | REML | chosen-later | silent | 
        synthesis.estimator.interval | hksj | Hartung-Knapp-Sidik-Jonkman | chosen-later | silent | 
        synthesis.scores | change | change | as-registered |  | 
        synthesis.subgroups.age-group | age group | no analysis groups studies by it, and no meta-regression uses it | missing |  | a1
        analyses.mood |  | Title of mood | post-hoc | the outcome is not registered | 
        risk_of_bias.tools.rob2 | rob2 for rct | 1 of 2 studies judged with it | differs |  | 
        risk_of_bias.tools.jadad |  | studies were judged with it | post-hoc |  |
        ");
        assert_eq!(rows[4].origin.to_string(), "compared(data/protocol.yaml)");
    }

    fn declared<'a>(
        outcome: &'a str,
        population: &'a str,
        measure: &'a str,
        kind: &'a str,
    ) -> Claimed<'a> {
        Claimed {
            outcome,
            population,
            measure,
            body: "between",
            kind,
        }
    }

    #[test]
    fn an_analysis_that_the_protocol_contradicts_is_post_hoc_whatever_its_settings_say() {
        let protocol = protocol();
        for (of, said) in [
            (declared("sleep", "adults", "MD", "change"), "yes"),
            (
                declared("mood", "adults", "MD", "change"),
                "post hoc: the outcome is not registered",
            ),
            (
                declared("gait", "adults", "MD", "change"),
                "post hoc: the protocol does not name the outcome",
            ),
            (
                declared("sleep", "all", "MD", "change"),
                "post hoc: amendment a1",
            ),
            (
                declared("sleep", "adults", "SMD", "change"),
                "post hoc: the registered measures are MD, RR",
            ),
            (
                declared("sleep", "adults", "MD", "post"),
                "post hoc: the registered scores are those of change",
            ),
        ] {
            assert_eq!(standing("yes", &of, Some(&protocol)), said);
        }
        let plain = declared("sleep", "adults", "MD", "change");
        assert_eq!(standing("", &plain, Some(&protocol)), "not stated");
        assert_eq!(
            standing("no: an idea", &plain, Some(&protocol)),
            "post hoc: an idea"
        );
        assert_eq!(standing("post hoc: later", &plain, None), "post hoc: later");
        assert_eq!(
            standing("yes", &declared("gait", "", "OR", ""), None),
            "yes"
        );
    }
}
