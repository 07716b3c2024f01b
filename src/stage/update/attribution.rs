//! Why a pooled estimate changed: the analyses run again with one change at a time, from the earlier state to the later one.
//!
//! The order matters to the size of each part, so it is fixed and named in every output ([`ORDER`]): first everything like for
//! like (the methods of the earlier state on corrected data, then with studies that left, then with new ones), and the methods last
//! (Cochrane Handbook ch. IV; Garner 2016, BMJ 354:i3507).

use super::super::pool::{self, BiasRow};
use super::super::screen::IncludedRow;
use super::super::{Incoming, StageInputs};
use super::frozen::FrozenStage;
use super::methods;
use crate::artefact::{Cells, Origin, Rows, read_rows};
use crate::extraction::{OutcomeRow, ReportedRow};
use crate::synthesis::{EffectRow, PooledRow, Settings, Synthesis};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The order of the steps, in words.
pub const ORDER: &str = "one change after the other: the program, corrected data, studies that left, new studies, methods; \
in another order the parts could be others, their sum not";

/// What a part of a change was caused by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// Another version of the program computes the earlier state otherwise.
    Program,
    /// A study of both states has other data, or scales are described otherwise.
    CorrectedData,
    /// A study is no longer included.
    StudyLeft,
    /// A study is new.
    NewStudy,
    /// Settings or protocol.
    Methods,
}

impl Cause {
    /// As tables have it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::CorrectedData => "corrected data",
            Self::StudyLeft => "study left",
            Self::NewStudy => "new study",
            Self::Methods => "methods",
        }
    }
}

/// What an analysis found at one step, on the scale it is pooled on (ratios as logarithms).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Found {
    /// Studies.
    pub k: u64,
    /// The pooled effect, or that of the only study.
    pub estimate: f64,
    /// Lower limit.
    pub ci_lower: f64,
    /// Upper limit.
    pub ci_upper: f64,
    /// Variance between studies; `None` for one study.
    pub tau2: Option<f64>,
}

/// One part of the change of an analysis.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// What caused it.
    pub cause: Cause,
    /// The study, setting or file.
    pub what: String,
    /// The id of the study; empty for other causes.
    pub study: String,
    /// Before the step.
    pub from: Option<Found>,
    /// After it.
    pub to: Option<Found>,
}

/// The change of an analysis, in its parts: each begins where the one before ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Attributed {
    /// The stage `pool` that holds the analysis.
    pub stage: String,
    /// The analysis.
    pub analysis: String,
    /// Its parts, in the order of [`ORDER`].
    pub parts: Vec<Part>,
}

/// What every analysis found, by its id.
pub(super) type Results = BTreeMap<String, Found>;

/// A stage `pool` with its inputs and what it showed.
#[derive(Clone)]
pub(super) struct PoolCase {
    /// Its id.
    pub(super) stage: String,
    /// Its settings; `None` where nobody says them.
    pub(super) settings: Option<Settings>,
    /// What it read.
    pub(super) inputs: pool::Inputs,
    /// What it showed.
    pub(super) shown: Results,
}

impl PoolCase {
    /// The case of a frozen stage; `None` where its tables are not those of this version of the program.
    pub(super) fn frozen(stage: FrozenStage) -> Option<Self> {
        let settings = match stage.settings {
            Some(value) => serde_json::from_value(value).ok()?,
            None => Settings::default(),
        };
        let given = |name: &str| {
            (stage.given.iter())
                .find(|(port, ..)| *port == name)
                .map(|(_, path, bytes)| (path, bytes))
        };
        let (path, bytes) = given("pooled")?;
        let pooled: Vec<PooledRow> = read_rows(path, bytes).ok()?;
        let (path, bytes) = given("effects")?;
        let effects: Vec<EffectRow> = read_rows(path, bytes).ok()?;
        Some(Self {
            stage: stage.id,
            settings: Some(settings),
            inputs: receive(stage.incoming)?,
            shown: results(&pooled, &effects),
        })
    }

    /// What the analyses find with these settings and inputs.
    pub(super) fn results(&self, settings: &Settings, inputs: &pool::Inputs) -> Results {
        let (
            Synthesis {
                pooled, effects, ..
            },
            _,
        ) = pool::synthesise(&main_only(settings), inputs, &self.stage);
        results(&pooled, &effects)
    }
}

/// The inputs of `pool` out of what is wired to ports of its names.
pub(super) fn receive(mut incoming: Incoming) -> Option<pool::Inputs> {
    pool::Inputs::receive(&mut incoming).ok()
}

/// The settings without everything that changes no main result.
fn main_only(settings: &Settings) -> Settings {
    let mut settings = settings.clone();
    settings.sensitivity.clear();
    settings.multiverse = None;
    settings.model.k_leave_one_out = usize::MAX;
    settings.model.k_small_study = usize::MAX;
    for analysis in &mut settings.analyses {
        analysis.subgroup = None;
        analysis.moderators.clear();
        if let Some(model) = &mut analysis.model {
            model.k_leave_one_out = None;
            model.k_small_study = None;
        }
    }
    settings
}

/// The main result of each analysis: pooled over all studies, or that of the only one.
pub(super) fn results(pooled: &[PooledRow], effects: &[EffectRow]) -> Results {
    let mut found = Results::new();
    let mut alone: BTreeMap<&str, Vec<&EffectRow>> = BTreeMap::new();
    for effect in effects {
        alone.entry(&effect.analysis).or_default().push(effect);
    }
    for (analysis, effects) in alone {
        if let [one] = effects[..] {
            let only = Found {
                k: 1,
                estimate: one.yi,
                ci_lower: one.ci_lower,
                ci_upper: one.ci_upper,
                tau2: None,
            };
            found.insert(analysis.to_owned(), only);
        }
    }
    for row in pooled
        .iter()
        .filter(|row| row.main && row.subgroup.is_empty())
    {
        let whole = Found {
            k: row.k,
            estimate: row.estimate,
            ci_lower: row.ci_lower,
            ci_upper: row.ci_upper,
            tau2: row.tau2,
        };
        found.insert(row.analysis.clone(), whole);
    }
    found
}

/// Splits every change of every stage `pool`. Stages belong together by their name, and where each state has one, whatever the names.
pub(super) fn attribute_all(old: &[PoolCase], new: &[PoolCase]) -> Vec<Attributed> {
    if let ([old], [new]) = (old, new) {
        return attribute(old, new);
    }
    let same = |cases: &[PoolCase], stage: &str| cases.iter().position(|case| case.stage == stage);
    let mut parts = Vec::new();
    for case in new {
        match same(old, &case.stage) {
            Some(at) => parts.extend(attribute(&old[at], case)),
            None => parts.extend(on_one_side(case, true)),
        }
    }
    let gone = old.iter().filter(|case| same(new, &case.stage).is_none());
    parts.extend(gone.flat_map(|case| on_one_side(case, false)));
    parts
}

/// The analyses of a stage that only one state declares.
fn on_one_side(case: &PoolCase, is_new: bool) -> Vec<Attributed> {
    let what = format!(
        "stage {} {}",
        case.stage,
        if is_new {
            "is declared"
        } else {
            "is no longer declared"
        }
    );
    let shown = case.shown.iter();
    shown
        .map(|(analysis, found)| Attributed {
            stage: case.stage.clone(),
            analysis: analysis.clone(),
            parts: vec![Part {
                cause: Cause::Methods,
                what: what.clone(),
                study: String::new(),
                from: (!is_new).then_some(*found),
                to: is_new.then_some(*found),
            }],
        })
        .collect()
}

/// Splits every change between two states of a stage.
pub(super) fn attribute(old: &PoolCase, new: &PoolCase) -> Vec<Attributed> {
    let settings = old.settings.clone().unwrap_or_default();
    let mut road = Road {
        case: old,
        settings,
        inputs: old.inputs.clone(),
        now: old.shown.clone(),
        parts: BTreeMap::new(),
    };
    road.step(Cause::Program, "another version of the program", "");
    road.corrected(&new.inputs);
    road.left(&new.inputs);
    road.new_studies(&new.inputs);
    // Whatever else differs in the data, such as the order of rows.
    let protocol = road.inputs.protocol.take();
    road.inputs = new.inputs.clone();
    road.inputs.protocol = protocol;
    road.step(Cause::CorrectedData, "other data of several studies", "");
    if let Some(settings) = &new.settings {
        for (words, settings) in methods::changes(&road.settings.clone(), settings) {
            road.settings = settings;
            road.step(Cause::Methods, &words, "");
        }
        road.inputs = new.inputs.clone();
        road.step(Cause::Methods, "the protocol", "");
    }
    road.arrive(&new.shown, "settings or protocol");
    let parts = road.parts.into_iter();
    parts
        .map(|(analysis, parts)| Attributed {
            stage: new.stage.clone(),
            analysis,
            parts,
        })
        .collect()
}

/// The way from one state to another.
struct Road<'a> {
    case: &'a PoolCase,
    settings: Settings,
    inputs: pool::Inputs,
    now: Results,
    parts: BTreeMap<String, Vec<Part>>,
}

impl Road<'_> {
    /// Runs the analyses after a change.
    fn step(&mut self, cause: Cause, what: &str, study: &str) {
        let next = self.case.results(&self.settings, &self.inputs);
        self.go(next, cause, what, study);
    }

    fn arrive(&mut self, shown: &Results, what: &str) {
        self.go(shown.clone(), Cause::Methods, what, "");
    }

    fn go(&mut self, next: Results, cause: Cause, what: &str, study: &str) {
        let analyses: BTreeSet<&String> = self.now.keys().chain(next.keys()).collect();
        for analysis in analyses {
            let (from, to) = (self.now.get(analysis).copied(), next.get(analysis).copied());
            if from != to {
                let parts = self.parts.entry(analysis.clone()).or_default();
                parts.push(Part {
                    cause,
                    what: what.to_owned(),
                    study: study.to_owned(),
                    from,
                    to,
                });
            }
        }
        self.now = next;
    }

    /// Takes the data of each study of both states from the later one.
    fn corrected(&mut self, new: &pool::Inputs) {
        let old: BTreeSet<String> = studies(&self.inputs).into_keys().collect();
        for (study, label) in in_order(new) {
            if old.contains(&study) && facts(&self.inputs, &study) != facts(new, &study) {
                self.forget(&study);
                self.take(new, &study);
                self.step(Cause::CorrectedData, &label, &study);
            }
        }
        let told = |inputs: &pool::Inputs| -> Vec<_> {
            let scales = inputs.scales.iter().cloned();
            scales
                .map(|mut row| {
                    row.origin = Origin::default();
                    row
                })
                .collect()
        };
        if told(&self.inputs) != told(new) {
            self.inputs.scales.clone_from(&new.scales);
            self.step(Cause::CorrectedData, "scales", "");
        }
    }

    fn left(&mut self, new: &pool::Inputs) {
        let stay = studies(new);
        for (study, label) in in_order(&self.inputs) {
            if !stay.contains_key(&study) {
                self.forget(&study);
                self.step(Cause::StudyLeft, &label, &study);
            }
        }
    }

    fn new_studies(&mut self, new: &pool::Inputs) {
        let known = studies(&self.inputs);
        for (study, label) in in_order(new) {
            if !known.contains_key(&study) {
                self.take(new, &study);
                self.step(Cause::NewStudy, &label, &study);
            }
        }
    }

    fn forget(&mut self, study: &str) {
        let inputs = &mut self.inputs;
        inputs.studies.retain(|row| row.study != study);
        inputs.outcomes.retain(|row| row.study != study);
        inputs.reported.retain(|row| row.study != study);
        inputs.bias.retain(|row| row.study != study);
        if let Some(sheet) = &mut inputs.characteristics {
            let others = sheet.rows.values().filter(|cells| cells.key() != study);
            sheet.rows = Rows::of(sheet.columns.len(), others.map(Cells::iter));
        }
    }

    fn take(&mut self, new: &pool::Inputs, study: &str) {
        let inputs = &mut self.inputs;
        let mine = |name: &str| name == study;
        inputs
            .studies
            .extend(new.studies.iter().filter(|row| mine(&row.study)).cloned());
        inputs
            .outcomes
            .extend(new.outcomes.iter().filter(|row| mine(&row.study)).cloned());
        inputs
            .reported
            .extend(new.reported.iter().filter(|row| mine(&row.study)).cloned());
        inputs
            .bias
            .extend(new.bias.iter().filter(|row| mine(&row.study)).cloned());
        inputs.studies.sort_by(|a, b| a.key.cmp(&b.key));
        inputs.outcomes.sort_by(|a, b| a.key.cmp(&b.key));
        inputs.reported.sort_by(|a, b| a.key.cmp(&b.key));
        inputs.bias.sort_by(|a, b| a.key.cmp(&b.key));
        let Some(from) = &new.characteristics else {
            return;
        };
        let Some(cells) = from.rows.get(study) else {
            return;
        };
        let sheet = inputs.characteristics.get_or_insert_with(Default::default);
        for column in &from.columns {
            if !sheet.columns.contains(column) {
                sheet.columns.push(column.clone());
            }
        }
        let cell = |column: &String| {
            let at = from.columns.iter().position(|known| known == column);
            at.and_then(|at| cells.get(at)).unwrap_or_default()
        };
        let taken: Vec<&str> = sheet.columns.iter().map(cell).collect();
        let others = sheet.rows.values().filter(|cells| cells.key() != study);
        let mut rows: Vec<Vec<&str>> = others.map(|cells| cells.iter().collect()).collect();
        rows.push(taken);
        rows.sort();
        let rows = rows.iter().map(|cells| cells.iter().copied());
        sheet.rows = Rows::of(sheet.columns.len(), rows);
    }
}

fn studies(inputs: &pool::Inputs) -> BTreeMap<String, String> {
    let rows = inputs.studies.iter();
    rows.map(|row| (row.study.clone(), row.label.clone()))
        .collect()
}

/// Studies with their labels, sorted by label.
fn in_order(inputs: &pool::Inputs) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = studies(inputs).into_iter().collect();
    all.sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
    all
}

/// What the analyses read of a study, without where it came from.
type Facts = (
    Vec<(String, String)>,
    Vec<OutcomeRow>,
    Vec<ReportedRow>,
    Vec<BiasRow>,
    BTreeMap<String, String>,
);

fn facts(inputs: &pool::Inputs, study: &str) -> Facts {
    let admitted = |row: &IncludedRow| (row.label.clone(), row.admission.clone());
    let rows = inputs.studies.iter().filter(|row| row.study == study);
    let outcomes = inputs.outcomes.iter().filter(|row| row.study == study);
    let outcomes = outcomes.cloned().map(|mut row| {
        row.origin = Origin::default();
        row
    });
    let reported = inputs.reported.iter().filter(|row| row.study == study);
    let reported = reported.cloned().map(|mut row| {
        row.origin = Origin::default();
        row
    });
    let bias = inputs.bias.iter().filter(|row| row.study == study);
    let mut characteristics = BTreeMap::new();
    if let Some(sheet) = &inputs.characteristics
        && let Some(cells) = sheet.rows.get(study)
    {
        let named = sheet.columns.iter().zip(cells.iter());
        let told = named.filter(|(column, cell)| *column != "origin" && !cell.is_empty());
        characteristics.extend(told.map(|(column, cell)| (column.clone(), cell.to_owned())));
    }
    (
        rows.map(admitted).collect(),
        outcomes.collect(),
        reported.collect(),
        bias.cloned().collect(),
        characteristics,
    )
}
