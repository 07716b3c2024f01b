//! All declared analyses, one after the other.

use super::analysis::{Analysis, Body, IntervalRule, Settings, Variant};
use super::effects::{Sources, effect};
use super::pooling::{self, Named};
use super::select::select;
use super::sensitivity;
use super::tables::{
    AnalysisRow, EffectRow, LeaveOneOutRow, PooledRow, RejectedRow, SensitivityRow, SubgroupTestRow,
};
use crate::artefact::{Address, Origin, key};
use crate::effect::Design;
use crate::extraction::OutcomeRow;
use crate::problem::{Problem, Problems};
use crate::protocol::{Direction, Protocol};
use crate::stats::normal;
use std::collections::BTreeMap;

/// A study as the analyses see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// Its id.
    pub study: String,
    /// What to call it.
    pub label: String,
    /// `protocol`, or `amendment:<id>`.
    pub admission: String,
    /// `rct`, `controlled` or `before-after`.
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
    /// Repetitions.
    pub sensitivity: Vec<SensitivityRow>,
    /// Candidates that were not taken.
    pub rejected: Vec<RejectedRow>,
}

/// Runs the declared analyses.
///
/// `stage` and `extract` are the ids of this stage and of the one that extracted, for origins.
pub fn run(
    settings: &Settings,
    studies: &[Given],
    outcomes: &[OutcomeRow],
    protocol: Option<&Protocol>,
    (stage, extract): (&str, &str),
) -> (Synthesis, Problems) {
    let mut work = Work {
        settings,
        studies,
        outcomes,
        protocol,
        stage,
        extract,
        out: Synthesis::default(),
        problems: Problems::new(),
    };
    for (order, analysis) in settings.analyses.iter().enumerate() {
        work.analysis(order, analysis);
    }
    (work.out, work.problems)
}

struct Work<'a> {
    settings: &'a Settings,
    studies: &'a [Given],
    outcomes: &'a [OutcomeRow],
    protocol: Option<&'a Protocol>,
    stage: &'a str,
    extract: &'a str,
    out: Synthesis,
    problems: Problems,
}

impl Work<'_> {
    fn analysis(&mut self, order: usize, analysis: &Analysis) {
        let model = analysis
            .model
            .as_ref()
            .unwrap_or(&self.settings.model)
            .clone();
        let mut effects = self.effects(analysis, self.settings.correlation, true);
        let mut row = self.declared(order, analysis, &effects);
        let named = Named {
            stage: self.stage,
            analysis: &analysis.id,
            subgroup: "",
        };
        match effects.len() {
            0 => {
                "no-study".clone_into(&mut row.status);
                "no included study gave numbers for it".clone_into(&mut row.why);
            }
            1 => {
                "single-study".clone_into(&mut row.status);
                "one study: its own result is shown; nothing is pooled, and heterogeneity cannot be seen".clone_into(&mut row.why);
            }
            k => {
                let fitted = pooling::fit(&effects.iter().collect::<Vec<_>>(), &model);
                match fitted {
                    Ok(fitted) => {
                        "pooled".clone_into(&mut row.status);
                        row.interval.clone_from(&fitted.interval);
                        if k == 2 {
                            "two studies: how far effects differ between studies cannot be estimated with any confidence, \
                             and no prediction interval is given"
                                .clone_into(&mut row.why);
                        }
                        for (effect, weight) in effects.iter_mut().zip(&fitted.pooled.weights) {
                            effect.weight = Some(*weight);
                            let pooled = Address::cell(
                                self.stage,
                                "pooled",
                                &key(&[&analysis.id, ""]),
                                "tau2",
                            );
                            let own = Address::cell(self.stage, "effects", &effect.key, "vi");
                            effect.origin = std::mem::take(&mut effect.origin).with_cell(
                                "weight",
                                "inverse-variance",
                                [own, pooled],
                            );
                        }
                        self.pooled(analysis, named, &effects, &fitted, &model);
                    }
                    Err(refusal) => {
                        "not-pooled".clone_into(&mut row.status);
                        row.why = refusal.to_string();
                        self.problems.push(Problem::error(
                            "pool::refused",
                            format!("analysis `{}` cannot be pooled: {refusal}", analysis.id),
                        ));
                    }
                }
            }
        }
        self.out.analyses.push(row);
        self.out.effects.extend(effects);
    }

    fn pooled(
        &mut self,
        analysis: &Analysis,
        named: Named<'_>,
        effects: &[EffectRow],
        fitted: &pooling::Fitted,
        model: &super::ModelSettings,
    ) {
        let all: Vec<&EffectRow> = effects.iter().collect();
        let main = pooling::main_row(named, &all, fitted, model);
        if all.len() >= model.k_leave_one_out {
            self.out
                .leave_one_out
                .extend(pooling::leave_one_out(named, &all, fitted));
        }
        if let Some(variable) = &analysis.subgroup {
            let (rows, test) = pooling::subgroups(named, variable, &all, model);
            self.out.pooled.extend(rows);
            self.out.subgroup_tests.push(test);
        }
        for variant in &self.settings.sensitivity.clone() {
            if variant.correlation.is_some() && analysis.body == Body::Between {
                continue; // between groups no correlation of before and after enters
            }
            let kept = self.kept(analysis, variant, effects);
            let kept: Vec<&EffectRow> = kept.iter().collect();
            self.out
                .sensitivity
                .push(sensitivity::row(named, variant, &kept, model, &main));
        }
        self.out
            .pooled
            .extend(pooling::beside(named, &all, fitted, model));
        self.out.pooled.push(main);
    }

    /// The effects of a variant.
    fn kept(
        &mut self,
        analysis: &Analysis,
        variant: &Variant,
        effects: &[EffectRow],
    ) -> Vec<EffectRow> {
        let mut kept = match variant.correlation {
            Some(r) if analysis.body == Body::Within => self.effects(analysis, r, false),
            _ => effects.to_vec(),
        };
        if let Some(judgement) = &variant.without_bias {
            kept.retain(|effect| {
                let study = self
                    .studies
                    .iter()
                    .find(|study| study.study == effect.study);
                let judged = study.and_then(|study| {
                    study
                        .bias
                        .get(&analysis.outcome)
                        .or_else(|| study.bias.get("*"))
                });
                judged != Some(judgement)
            });
        }
        kept
    }

    /// One effect a study; candidates and refusals are told when `tell`.
    fn effects(&mut self, analysis: &Analysis, correlation: f64, tell: bool) -> Vec<EffectRow> {
        let sources = Sources {
            extract: self.extract,
            own: self.stage,
            correlation,
        };
        let level = analysis
            .model
            .as_ref()
            .unwrap_or(&self.settings.model)
            .level;
        let critical = normal::quantile(0.5 + level / 200.0);
        let scales = self.scales(analysis);
        let mut effects = Vec::new();
        let studies: Vec<&Given> = self
            .studies
            .iter()
            .filter(|study| self.takes(analysis, study))
            .collect();
        for study in studies {
            let rows: Vec<&OutcomeRow> = self
                .outcomes
                .iter()
                .filter(|row| row.study == study.study && row.outcome == analysis.outcome)
                .collect();
            let selected = select(analysis, &scales, &rows);
            if tell {
                for (candidate, step) in &selected.rejected {
                    self.out.rejected.push(RejectedRow {
                        key: key(&[&analysis.id, &study.study, &candidate.words()]),
                        analysis: analysis.id.clone(),
                        study: study.study.clone(),
                        candidate: candidate.words(),
                        step: (*step).to_owned(),
                        origin: Origin::of(
                            "hierarchy",
                            candidate
                                .rows
                                .iter()
                                .map(|row| Address::row(self.extract, "outcomes", &row.key)),
                        ),
                    });
                }
            }
            let Some(candidate) = selected.taken else {
                continue;
            };
            match effect(
                analysis,
                (&study.study, &study.label),
                &candidate,
                &rows,
                sources,
                critical,
            ) {
                Ok(mut row) => {
                    if let Some(variable) = &analysis.subgroup {
                        row.subgroup = study
                            .characteristics
                            .get(variable)
                            .cloned()
                            .unwrap_or_default();
                    }
                    effects.push(row);
                }
                Err(why) if tell => {
                    let title = format!(
                        "`{}` gives no effect to `{}`: {why}",
                        study.study, analysis.id
                    );
                    self.problems.push(
                        Problem::warning("pool::no-effect", title)
                            .help("see reports/stages/extract/outcomes.csv for its numbers"),
                    );
                }
                Err(_) => {}
            }
        }
        effects
    }

    /// The scales in order: the analysis's own, else the protocol's.
    fn scales(&self, analysis: &Analysis) -> Vec<String> {
        if !analysis.scales.is_empty() {
            return analysis.scales.clone();
        }
        let outcome = self
            .protocol
            .and_then(|protocol| protocol.outcome(&analysis.outcome));
        outcome
            .map(|outcome| outcome.preferred_scales.clone())
            .unwrap_or_default()
    }

    /// Whether an analysis takes a study: its design, and how it was admitted.
    fn takes(&self, analysis: &Analysis, study: &Given) -> bool {
        let design = analysis.designs.is_empty() || analysis.designs.contains(&study.design);
        let admitted = study.admission == "protocol" || self.admitted_to(analysis, &study.study);
        design && admitted
    }

    /// Whether an amendment lets the study into the analysis's population; never into a main analysis.
    fn admitted_to(&self, analysis: &Analysis, study: &str) -> bool {
        if analysis.role == super::Role::Main || analysis.population.is_empty() {
            return false;
        }
        let admission = self.protocol.and_then(|protocol| protocol.admission(study));
        admission.is_some_and(|(_, admission)| admission.to == analysis.population)
    }

    fn declared(&self, order: usize, analysis: &Analysis, effects: &[EffectRow]) -> AnalysisRow {
        let model = analysis.model.as_ref().unwrap_or(&self.settings.model);
        let outcome = self
            .protocol
            .and_then(|protocol| protocol.outcome(&analysis.outcome));
        let binary = analysis.measure.0.design() == Design::Binary;
        let setting = |name: &str| {
            let path = key(&[&format!("analyses.{}.{name}", analysis.id)]);
            Address::cell(self.stage, "settings", &path, "value")
        };
        let counted: Vec<Address> = if effects.is_empty() {
            vec![Address::artefact(self.extract, "outcomes")]
        } else {
            effects
                .iter()
                .map(|row| Address::row(self.stage, "effects", &row.key))
                .collect()
        };
        let declared = Origin::of(
            "declared",
            ["outcome", "measure", "kind", "title"].map(setting),
        )
        .with_cell("k", "counted", counted.clone())
        .with_cell("n", "sum", counted)
        .with_cell(
            "level",
            "declared",
            [Address::cell(
                self.stage,
                "settings",
                "model.level",
                "value",
            )],
        );
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
            kind: if binary {
                String::new()
            } else {
                analysis.kind.word().to_owned()
            },
            model: model.tau2.to_string(),
            interval: declared_interval(model.interval).to_owned(),
            level: model.level,
            better: match outcome.map(|outcome| outcome.direction) {
                Some(Direction::HigherIsBetter) => "higher",
                _ => "lower",
            }
            .to_owned(),
            registered: if analysis.registered.is_empty() {
                "not stated".to_owned()
            } else {
                analysis.registered.clone()
            },
            status: String::new(),
            why: String::new(),
            k: effects.len() as u64,
            n: effects.iter().map(|row| row.n).sum(),
            origin: declared,
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
