//! All declared analyses, one after the other.

use super::against_protocol::{Claimed, standing};
use super::analysis::{Analysis, Settings};
use super::assumed::Assumed;
use super::gather::{Evidence, Gathered, Names};
use super::pooling::{self, Named};
use super::refused::DOUBLE_ZERO;
use super::reported::is_reported;
use super::sensitivity::{self, Declared};
use super::tables::{
    AnalysisRow, CoefficientRow, CumulativeRow, EffectRow, FilledRow, InfluenceRow, LeaveOneOutRow,
    LineRow, MultiverseRow, PooledRow, RegressionRow, RejectedRow, SensitivityRow, SmallStudyRow,
    SpecificationRow, SubgroupTestRow,
};
use super::terms::{IntervalRule, Reported};
use super::{
    cautions, filled, leave_one_out, multiverse, names, one_by_one, regression, small_study,
    subgroups,
};
use crate::artefact::{Address, Origin, key};
use crate::meta::Tau2Method;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::protocol::Direction;
use std::collections::BTreeMap;

/// Why there is no study in an analysis of an outcome that none measured.
pub const NO_NUMBERS: &str = "no included study gave numbers for it";

/// A study as the analyses see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// Its id.
    pub study: String,
    /// What to call it.
    pub label: String,
    /// `protocol`, or `amendment:<id>`.
    pub admission: String,
    /// One of [`crate::extraction::STUDY_DESIGNS`], or a team's own word; empty where it is not written down.
    pub design: String,
    /// Its characteristics by name, for subgroups.
    pub characteristics: BTreeMap<String, String>,
    /// Judgement of each result, by outcome (`*` for the study as a whole).
    pub bias: BTreeMap<String, String>,
}

/// What the analyses gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Synthesis {
    /// Every declared analysis.
    pub analyses: Vec<AnalysisRow>,
    /// Every effect.
    pub effects: Vec<EffectRow>,
    /// Every pooled effect.
    pub pooled: Vec<PooledRow>,
    /// Tests of subgroups.
    pub subgroup_tests: Vec<SubgroupTestRow>,
    /// Pooled effects without one study.
    pub leave_one_out: Vec<LeaveOneOutRow>,
    /// Pooled effects as studies are added by year.
    pub cumulative: Vec<CumulativeRow>,
    /// How much each study moves the result.
    pub influence: Vec<InfluenceRow>,
    /// Studies that trim and fill adds.
    pub filled: Vec<FilledRow>,
    /// Meta-regressions.
    pub regressions: Vec<RegressionRow>,
    /// Their coefficients.
    pub coefficients: Vec<CoefficientRow>,
    /// Their fitted lines.
    pub regression_line: Vec<LineRow>,
    /// Whether small studies differ from large ones.
    pub small_study: Vec<SmallStudyRow>,
    /// Repetitions.
    pub sensitivity: Vec<SensitivityRow>,
    /// Every combination of the declared choices.
    pub specifications: Vec<SpecificationRow>,
    /// The effects in each of them; the key of the specification stands for the analysis.
    pub specification_effects: Vec<EffectRow>,
    /// What they come to.
    pub multiverse: Vec<MultiverseRow>,
    /// Candidates that were not taken.
    pub rejected: Vec<RejectedRow>,
}

/// Runs the declared analyses.
pub fn run(settings: &Settings, evidence: &Evidence<'_>) -> (Synthesis, Problems) {
    let mut work = Work {
        settings,
        evidence,
        out: Synthesis::default(),
        problems: names::that_mean_nothing(settings, evidence),
    };
    for (order, analysis) in settings.analyses.iter().enumerate() {
        work.analysis(order, analysis);
    }
    let cautions = cautions::told(settings, evidence, &work.out.effects);
    work.problems.append(cautions);
    (work.out, work.problems)
}

struct Work<'a> {
    settings: &'a Settings,
    evidence: &'a Evidence<'a>,
    out: Synthesis,
    problems: Problems,
}

impl Work<'_> {
    fn analysis(&mut self, order: usize, analysis: &Analysis) {
        let model = analysis.model(self.settings);
        let gathered = self.evidence.gather(analysis, self.settings.assumed());
        let without_events = gathered.without_events().len() as u64;
        let Gathered {
            mut effects,
            rejected,
            problems,
            shut_out,
            apart,
            ..
        } = gathered;
        self.problems.extend(problems);
        let mut row = AnalysisRow {
            without_events,
            ..self.declared(order, analysis, &effects)
        };
        if without_events > 0 {
            let from = rejected.iter().filter(|row| row.step == DOUBLE_ZERO);
            let stage = self.evidence.names.stage;
            let from: Vec<Address> = from
                .map(|row| Address::row(stage, "rejected", &row.key))
                .collect();
            row.origin = row.origin.with_cell("without_events", "counted", from);
        }
        let (status, why) = match pooling::studies(&effects.iter().collect::<Vec<_>>()) {
            0 if rejected.is_empty() => ("no-study", NO_NUMBERS),
            0 if rejected.len() == shut_out => (
                "no-study",
                "no included study of the designs and the population that it takes gave numbers for it",
            ),
            0 => (
                "not-pooled",
                "what the included studies give of it does not fit the analysis or lacks something",
            ),
            1 if effects.len() > 1 => (
                "not-pooled",
                "one study gave all effects: they are shown, and nothing is pooled",
            ),
            1 => (
                "single-study",
                "one study: its own result is shown; nothing is pooled, and heterogeneity cannot be seen",
            ),
            _ if apart.is_some() => ("not-pooled", apart.as_deref().unwrap_or_default()),
            2 => (
                "pooled",
                "two studies: how far effects differ between studies cannot be estimated with any confidence, and no prediction \
                 interval is given",
            ),
            _ => ("pooled", ""),
        };
        status.clone_into(&mut row.status);
        why.clone_into(&mut row.why);
        if status == "pooled" {
            match pooling::fit(&effects.iter().collect::<Vec<_>>(), &model) {
                Ok(fitted) => {
                    row.interval.clone_from(&fitted.interval);
                    self.weigh(analysis, &mut effects, &fitted);
                    self.pooled(analysis, &effects, &fitted, &model);
                }
                Err(why) => {
                    "not-pooled".clone_into(&mut row.status);
                    let title = format!("analysis `{}` cannot be pooled: {why}", analysis.id);
                    let place = Place::setting(&format!("analyses.{}", analysis.id));
                    self.problems
                        .push(Problem::error("pool::refused", title).at(place));
                    row.why = why;
                }
            }
        }
        self.out.rejected.extend(rejected);
        self.out.analyses.push(row);
        self.out.effects.extend(effects);
    }

    /// Gives each effect its share in the mean.
    fn weigh(&self, analysis: &Analysis, effects: &mut [EffectRow], fitted: &pooling::Fitted) {
        let stage = self.evidence.names.stage;
        for (effect, weight) in effects.iter_mut().zip(&fitted.mean.weights) {
            effect.weight = Some(*weight);
            let pooled = Address::cell(stage, "pooled", &key(&[&analysis.id, ""]), "tau2");
            let own = Address::cell(stage, "effects", &effect.key, "vi");
            let pooled = fitted.mean.variance().map(|_| pooled);
            effect.origin = std::mem::take(&mut effect.origin).with_cell(
                "weight",
                fitted.mean.weighting(),
                std::iter::once(own).chain(pooled),
            );
        }
    }

    fn pooled(
        &mut self,
        analysis: &Analysis,
        effects: &[EffectRow],
        fitted: &pooling::Fitted,
        model: &super::ModelSettings,
    ) {
        let parts: &[&str] = if model.dependence.is_some() {
            &["dependence", "level"]
        } else {
            &["tau2", "interval", "level"]
        };
        let parts = parts.iter();
        let paths: Vec<String> = parts
            .map(|part| analysis.model_setting(self.settings, part))
            .collect();
        let named = Named {
            stage: self.evidence.names.stage,
            analysis: &analysis.id,
            subgroup: "",
            model: &paths,
        };
        let all: Vec<&EffectRow> = effects.iter().collect();
        let main = pooling::main_row(named, &all, fitted, model);
        let filled = filled::found(&all, fitted, model);
        if pooling::studies(&all) >= model.k_leave_one_out {
            self.out
                .leave_one_out
                .extend(leave_one_out::rows(named, &all, model));
            let out = &mut self.out;
            out.cumulative.extend(one_by_one::added(named, &all, model));
            out.influence
                .extend(one_by_one::influence(named, &all, fitted));
            if let Some(found) = &filled {
                out.filled.extend(filled::rows(named, &all, found));
            }
        }
        if let Some(variable) = &analysis.subgroup {
            let (rows, test) = subgroups::rows(named, variable, &all, fitted, model);
            self.out.pooled.extend(rows);
            self.out.subgroup_tests.push(test);
        }
        for formula in &analysis.moderators {
            let found = regression::rows(named, formula, &all, model, self.evidence);
            self.out.regressions.push(found.regression);
            self.out.coefficients.extend(found.coefficients);
            self.out.regression_line.extend(found.line);
        }
        self.out.small_study.push(small_study::row(
            named,
            analysis.measure.0,
            &all,
            model,
            filled.as_ref(),
        ));
        let declared = Declared {
            analysis,
            effects,
            model,
            main: &main,
        };
        let variants = self.settings.sensitivity.iter();
        self.out.sensitivity.extend(
            variants
                .filter_map(|variant| sensitivity::row(named, variant, declared, self.evidence)),
        );
        if let Some(choices) = &self.settings.multiverse
            && choices.takes(analysis)
        {
            let multiverse = multiverse::combine(
                named,
                choices,
                analysis,
                self.settings,
                self.evidence,
                &main,
            );
            let out = &mut self.out;
            out.specifications.extend(multiverse.specifications);
            out.specification_effects.extend(multiverse.effects);
            out.multiverse.push(multiverse.summary);
        }
        self.out
            .pooled
            .extend(pooling::beside(named, &all, fitted, model));
        self.out.pooled.push(main);
    }

    /// The unit of differences that are all on one scale, with its cell.
    fn unit(&self, analysis: &Analysis, effects: &[EffectRow]) -> Option<(&str, Address)> {
        let first = effects.first().filter(|_| analysis.in_points())?;
        let alike = effects.iter().all(|effect| effect.scale == first.scale);
        self.evidence.scales.unit(&first.scale).filter(|_| alike)
    }

    /// What studies and people were counted from: the effects, or for want of any the table that gave none.
    fn counted(&self, analysis: &Analysis, effects: &[EffectRow]) -> Vec<Address> {
        let Names {
            stage,
            extract,
            reported,
            ..
        } = self.evidence.names;
        if !effects.is_empty() {
            let rows = effects.iter();
            return rows
                .map(|row| Address::row(stage, "effects", &row.key))
                .collect();
        }
        let only = analysis.takes_reported() == Reported::Only;
        vec![if only && !reported.0.is_empty() {
            Address::artefact(reported.0, reported.1)
        } else {
            Address::artefact(extract, "outcomes")
        }]
    }

    fn declared(&self, order: usize, analysis: &Analysis, effects: &[EffectRow]) -> AnalysisRow {
        let model = analysis.model(self.settings);
        let stage = self.evidence.names.stage;
        let all: Vec<&EffectRow> = effects.iter().collect();
        let outcome = self.evidence.outcome(analysis);
        let setting = |name: &str| {
            let path = key(&[&format!("analyses.{}.{name}", analysis.id)]);
            Address::cell(stage, "settings", &path, "value")
        };
        let model_setting = |part: &str| {
            let path = analysis.model_setting(self.settings, part);
            Address::cell(stage, "settings", &key(&[&path]), "value")
        };
        let counted = self.counted(analysis, effects);
        let declared = Origin::of(
            "declared",
            ["outcome", "measure", "kind", "title"].map(setting),
        )
        .with_cell("k", "counted", counted.clone())
        .with_cell("n", "sum", counted.clone())
        .with_cell("level", "declared", [model_setting("level")]);
        let declared = match model.dependence {
            Some(_) => declared.with_cell("dependence", "declared", [model_setting("dependence")]),
            None => declared,
        };
        let assumed = Assumed::of(effects, self.settings);
        let of_all = |name| [Address::cell(stage, "settings", &key(&[name]), "value")];
        let declared = [("correlation", assumed.correlation), ("icc", assumed.icc)]
            .into_iter()
            .filter(|(_, assumed)| assumed.is_some())
            .fold(declared, |origin, (name, _)| {
                origin.with_cell(name, "declared", of_all(name))
            });
        let unit = self.unit(analysis, effects);
        let declared = match &unit {
            Some((_, cell)) => declared.with_cell("unit", "copied", [cell.clone()]),
            None => declared,
        };
        let declared = match assumed.added {
            Some(_) => declared.with_cell("added", "in-place-of-empty-cells", counted),
            None => declared,
        };
        let as_reported: Vec<&EffectRow> = effects.iter().filter(|row| is_reported(row)).collect();
        let cells = as_reported
            .iter()
            .map(|row| Address::row(stage, "effects", &row.key));
        let declared = match as_reported.len() {
            0 => declared,
            _ => declared.with_cell("reported", "counted", cells),
        };
        AnalysisRow {
            key: key(&[&analysis.id]),
            analysis: analysis.id.clone(),
            order: order as u64,
            title: analysis.title.clone(),
            outcome: analysis.outcome.clone(),
            outcome_name: outcome
                .map_or_else(|| analysis.outcome.clone(), |outcome| outcome.name.clone()),
            role: analysis.role.word().to_owned(),
            body: analysis.body.word().to_owned(),
            population: analysis.population.clone(),
            measure: analysis.measure.0.to_string(),
            unit: unit.map(|(unit, _)| unit.to_owned()),
            kind: analysis.kind_word().to_owned(),
            model: match model.dependence {
                Some(_) => Tau2Method::RestrictedMaximumLikelihood,
                None => model.tau2,
            }
            .to_string(),
            interval: match model.dependence {
                Some(_) => "robust to dependent effects (CR2, Satterthwaite)",
                None => declared_interval(model.interval),
            }
            .to_owned(),
            prediction: model.prediction_rule().map(str::to_owned),
            level: model.level,
            dependence: model.dependence,
            correlation: assumed.correlation,
            icc: assumed.icc,
            added: assumed.added,
            reported: (!as_reported.is_empty()).then(|| pooling::studies(&as_reported) as u64),
            better: better(outcome.map(|outcome| outcome.direction), effects).to_owned(),
            registered: standing(
                &analysis.registered,
                &Claimed {
                    outcome: &analysis.outcome,
                    population: &analysis.population,
                    measure: analysis.measure.0.code(),
                    body: analysis.body.word(),
                    kind: analysis.kind_word(),
                },
                self.evidence.protocol,
            ),
            status: String::new(),
            why: String::new(),
            k: pooling::studies(&all) as u64,
            n: pooling::people(&all),
            without_events: 0,
            origin: declared,
        }
    }
}

/// Which way an analysis is better: as the protocol says of its outcome, else as all effects do; empty where neither tells.
fn better(declared: Option<Direction>, effects: &[EffectRow]) -> &str {
    match declared {
        Some(Direction::HigherIsBetter) => "higher",
        Some(Direction::LowerIsBetter) => "lower",
        Some(Direction::None) | None => {
            let first = effects.first().map_or("", |effect| &effect.better);
            let alike = effects.iter().all(|effect| effect.better == first);
            if alike { first } else { "" }
        }
    }
}

fn declared_interval(rule: IntervalRule) -> &'static str {
    match rule {
        IntervalRule::Auto => {
            "Hartung-Knapp-Sidik-Jonkman with more than two studies and variance between them, otherwise Wald"
        }
        IntervalRule::Wald => "Wald",
        IntervalRule::Hksj => "Hartung-Knapp-Sidik-Jonkman",
        IntervalRule::HksjAdhoc => "Hartung-Knapp-Sidik-Jonkman, variance not below Wald",
    }
}
