//! The effects of an analysis: which studies it takes, which of their numbers, and what was not taken.

use super::analysis::{Analysis, Assumed, Body, Role, Settings, Variant};
use super::clusters::Clusters;
use super::direction::{Aligned, Scales};
use super::effects::{Sources, effect};
use super::run::Given;
use super::select::{Candidate, select};
use super::tables::{EffectRow, RejectedRow};
use crate::artefact::{Address, Origin, key};
use crate::extraction::OutcomeRow;
use crate::problem::Problem;
use crate::protocol::{Protocol, ProtocolOutcome};
use crate::stats::normal;

/// Names of stages and artefacts, for origins.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The stage that pools.
    pub stage: &'a str,
    /// The stage that extracted.
    pub extract: &'a str,
    /// Stage and artefact of the characteristics of studies.
    pub characteristics: (&'a str, &'a str),
}

/// All that analyses draw on.
pub struct Evidence<'a> {
    /// The settings, for the level of intervals.
    pub settings: &'a Settings,
    /// Included studies, in the order of the report.
    pub studies: &'a [Given],
    /// Their arms.
    pub outcomes: &'a [OutcomeRow],
    /// Directions of their scales.
    pub scales: Scales<'a>,
    /// What was registered.
    pub protocol: Option<&'a Protocol>,
    /// For origins.
    pub names: Names<'a>,
}

/// What the studies gave to an analysis.
#[derive(Default)]
pub(super) struct Gathered {
    /// One effect a study.
    pub(super) effects: Vec<EffectRow>,
    /// Candidates that were not taken.
    pub(super) rejected: Vec<RejectedRow>,
    /// Why a study with numbers gave no effect.
    pub(super) refused: Vec<Problem>,
    /// Whether the scales point both ways with nothing to turn them by.
    pub(super) opposed: bool,
}

impl Evidence<'_> {
    /// One effect a study, with what is assumed where it does not tell it.
    pub(super) fn gather(&self, analysis: &Analysis, assumed: Assumed) -> Gathered {
        let sources = Sources {
            extract: self.names.extract,
            own: self.names.stage,
            correlation: assumed.correlation,
        };
        let critical = normal::quantile(0.5 + analysis.model(self.settings).level / 200.0);
        let direction = self.outcome(analysis).map(|outcome| outcome.direction);
        let scales = self.scale_order(analysis);
        let mut gathered = Gathered::default();
        let mut ways = Vec::new();
        for study in self
            .studies
            .iter()
            .filter(|study| self.takes(analysis, study))
        {
            let mine =
                |row: &&OutcomeRow| row.study == study.study && row.outcome == analysis.outcome;
            let rows: Vec<&OutcomeRow> = self.outcomes.iter().filter(mine).collect();
            let selected = select(analysis, &scales, &rows);
            let rejected = selected.rejected.iter();
            gathered.rejected.extend(
                rejected.map(|(candidate, step)| self.rejected(analysis, study, candidate, step)),
            );
            let Some(candidate) = selected.taken else {
                continue;
            };
            let aligned = self.scales.align(candidate.scale, &study.study, direction);
            let found = aligned.and_then(|aligned: Aligned| {
                let names = (study.study.as_str(), study.label.as_str());
                let Names {
                    stage,
                    characteristics,
                    ..
                } = self.names;
                let clusters = Clusters::of(study, assumed.icc, stage, characteristics)?;
                let row = effect(
                    analysis,
                    names,
                    &candidate,
                    &rows,
                    (sources, clusters.as_ref()),
                    &aligned,
                    critical,
                )?;
                Ok((row, aligned.higher_is_better))
            });
            match found {
                Ok((mut row, way)) => {
                    let group = analysis.subgroup.as_ref();
                    let group = group.and_then(|variable| study.characteristics.get(variable));
                    row.subgroup = group.cloned().unwrap_or_default();
                    gathered.effects.push(row);
                    ways.extend(way);
                }
                Err(why) => gathered.refused.push(refused(analysis, study, &why)),
            }
        }
        let settled = direction.is_some_and(|way| way != crate::protocol::Direction::None);
        gathered.opposed = !settled && ways.contains(&true) && ways.contains(&false);
        gathered
    }

    fn rejected(
        &self,
        analysis: &Analysis,
        study: &Given,
        candidate: &Candidate<'_>,
        step: &str,
    ) -> RejectedRow {
        let rows = candidate.rows.iter();
        let from = rows.map(|row| Address::row(self.names.extract, "outcomes", &row.key));
        RejectedRow {
            key: key(&[&analysis.id, &study.study, &candidate.words()]),
            analysis: analysis.id.clone(),
            study: study.study.clone(),
            candidate: candidate.words(),
            step: step.to_owned(),
            origin: Origin::of("hierarchy", from),
        }
    }

    /// The effects that a variant keeps, made with its assumptions.
    pub(super) fn kept(
        &self,
        analysis: &Analysis,
        variant: &Variant,
        effects: &[EffectRow],
    ) -> Vec<EffectRow> {
        let declared = self.settings.assumed();
        let assumed = Assumed {
            correlation: variant
                .correlation
                .filter(|_| analysis.body == Body::Within)
                .unwrap_or(declared.correlation),
            icc: variant.icc.or(declared.icc),
        };
        let kept = if assumed == declared {
            effects.to_vec()
        } else {
            self.gather(analysis, assumed).effects
        };
        match &variant.without_bias {
            Some(judgement) => self.without_bias(analysis, judgement, kept),
            None => kept,
        }
    }

    /// The effects without those whose result was judged so.
    pub(super) fn without_bias(
        &self,
        analysis: &Analysis,
        judgement: &str,
        mut effects: Vec<EffectRow>,
    ) -> Vec<EffectRow> {
        effects.retain(|effect| {
            let mut studies = self.studies.iter();
            let bias = studies
                .find(|study| study.study == effect.study)
                .map(|study| &study.bias);
            let judged =
                bias.and_then(|bias| bias.get(&analysis.outcome).or_else(|| bias.get("*")));
            judged.map(String::as_str) != Some(judgement)
        });
        effects
    }

    /// The scales in order: the analysis's own, else the protocol's.
    fn scale_order(&self, analysis: &Analysis) -> Vec<String> {
        if !analysis.scales.is_empty() {
            return analysis.scales.clone();
        }
        self.outcome(analysis)
            .map(|outcome| outcome.preferred_scales.clone())
            .unwrap_or_default()
    }

    /// The analysis's outcome in the protocol.
    pub(super) fn outcome(&self, analysis: &Analysis) -> Option<&ProtocolOutcome> {
        self.protocol
            .and_then(|protocol| protocol.outcome(&analysis.outcome))
    }

    /// Whether an analysis takes a study: its design, and how it was admitted.
    fn takes(&self, analysis: &Analysis, study: &Given) -> bool {
        let design = analysis.designs.is_empty() || analysis.designs.contains(&study.design);
        let admitted = study.admission == "protocol" || self.admitted_to(analysis, &study.study);
        design && admitted
    }

    /// Whether an amendment lets the study into the analysis's population; never into a main analysis.
    fn admitted_to(&self, analysis: &Analysis, study: &str) -> bool {
        if analysis.role == Role::Main || analysis.population.is_empty() {
            return false;
        }
        let admission = self.protocol.and_then(|protocol| protocol.admission(study));
        admission.is_some_and(|(_, admission)| admission.to == analysis.population)
    }
}

fn refused(analysis: &Analysis, study: &Given, why: &str) -> Problem {
    let title = format!(
        "`{}` gives no effect to `{}`: {why}",
        study.study, analysis.id
    );
    Problem::warning("pool::no-effect", title)
        .help("see reports/stages/extract/outcomes.csv for its numbers")
}
