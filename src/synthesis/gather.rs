//! The effects of an analysis: which studies it takes, which of their numbers, and what was not taken.

use super::analysis::{Analysis, Assumed, Settings, Variant};
use super::cautions;
use super::clusters::Clusters;
use super::direction::{Aligned, Scales};
use super::effects::{Sources, effect};
use super::pooling;
use super::refused::{DOUBLE_ZERO, Refused};
use super::reported::ARMS;
use super::run::Given;
use super::select::{Candidate, UNNAMED_SCALE, candidates, misfits};
use super::tables::{EffectRow, RejectedRow};
use super::terms::{Body, EffectsTaken, Reported, Role};
use super::untaken::untaken;
use crate::artefact::{Address, Origin, key};
use crate::extraction::{OutcomeRow, ReportedRow};
use crate::problem::Problem;
use crate::protocol::{Direction, Protocol, ProtocolOutcome};
use crate::stats::normal;
use std::collections::{BTreeMap, BTreeSet};

/// Names of stages and artefacts, for origins.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The stage that pools.
    pub stage: &'a str,
    /// The stage that extracted.
    pub extract: &'a str,
    /// Stage and artefact of the characteristics of studies.
    pub characteristics: (&'a str, &'a str),
    /// Stage and artefact of the effects as reported.
    pub reported: (&'a str, &'a str),
}

/// All that analyses draw on.
pub struct Evidence<'a> {
    /// The settings, for the level of intervals.
    pub settings: &'a Settings,
    /// Included studies, in the order of the report.
    pub studies: &'a [Given],
    /// Their arms.
    pub outcomes: &'a [OutcomeRow],
    /// Effects that they report with their error alone.
    pub reported: &'a [ReportedRow],
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
    /// One effect a study, or all of them.
    pub(super) effects: Vec<EffectRow>,
    /// Candidates that were not taken.
    pub(super) rejected: Vec<RejectedRow>,
    /// Why studies with numbers gave no effect, or not the first they could.
    pub(super) problems: Vec<Problem>,
    /// Studies with numbers that the analysis does not take, by their design or by how they were admitted.
    pub(super) shut_out: usize,
    /// Why effects that there are cannot be pooled together.
    pub(super) apart: Option<String>,
    /// Studies of which the first by name was taken: of scales, and of times.
    pub(super) by_name: (Vec<String>, Vec<String>),
    /// Scales of unknown direction, with the studies that wait for it.
    pub(super) undirected: BTreeMap<String, Vec<String>>,
}

impl Gathered {
    /// Studies that counted the outcome and give no ratio, because nobody, or everybody, had the event.
    pub(super) fn without_events(&self) -> BTreeSet<&str> {
        let counted = self.rejected.iter().filter(|row| row.step == DOUBLE_ZERO);
        let given = |study: &str| self.effects.iter().any(|effect| effect.study == study);
        counted
            .map(|row| row.study.as_str())
            .filter(|study| !given(study))
            .collect()
    }
}

/// What is the same for all studies of an analysis.
pub(super) struct Reading<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) assumed: Assumed,
    sources: Sources<'a>,
    pub(super) scales: Vec<String>,
    pub(super) direction: Option<Direction>,
    pub(super) critical: f64,
}

impl Reading<'_> {
    /// Adds to an effect its group, which way it is better, and whether clusters count as people.
    pub(super) fn described(
        &self,
        study: &Given,
        aligned: &Aligned,
        clusters: Option<&Clusters>,
        row: &mut EffectRow,
    ) {
        let group = self.analysis.subgroup.as_ref();
        let group = group.and_then(|variable| study.characteristics.get(variable));
        row.subgroup = group.cloned().unwrap_or_default();
        if clusters.is_none() && cautions::in_clusters(study) {
            add_note(row, cautions::CLUSTERS);
        }
        self.better(aligned).clone_into(&mut row.better);
    }

    /// Which way an effect is better: as the protocol says of the outcome, else as its scale does; empty where neither does.
    fn better(&self, aligned: &Aligned) -> &'static str {
        let higher = match self.direction {
            Some(Direction::HigherIsBetter) => Some(true),
            Some(Direction::LowerIsBetter) => Some(false),
            Some(Direction::None) | None => aligned.higher_is_better,
        };
        match higher {
            Some(true) => "higher",
            Some(false) => "lower",
            None => "",
        }
    }
}

impl Evidence<'_> {
    /// The effects of the studies, with what is assumed where these do not tell it.
    pub(super) fn gather(&self, analysis: &Analysis, assumed: Assumed) -> Gathered {
        let reading = Reading {
            analysis,
            assumed,
            sources: Sources {
                extract: self.names.extract,
                own: self.names.stage,
                correlation: assumed.correlation,
            },
            scales: self.scale_order(analysis),
            direction: self.outcome(analysis).map(|outcome| outcome.direction),
            critical: normal::quantile(0.5 + analysis.model(self.settings).level / 200.0),
        };
        let mut gathered = Gathered::default();
        for study in self.studies {
            match self.shut_out(analysis, study) {
                None => self.take_study(&reading, study, &mut gathered),
                Some(why) => self.leave_out(analysis, study, &why, &mut gathered),
            }
        }
        gathered.apart = apart(&reading, &gathered);
        gathered.tell_undirected(analysis);
        gathered.tell_by_name(analysis);
        gathered
    }

    /// Tells that a study with numbers on the outcome is none that the analysis takes.
    fn leave_out(&self, analysis: &Analysis, study: &Given, why: &str, gathered: &mut Gathered) {
        let mine = |row: &&OutcomeRow| row.study == study.study && row.outcome == analysis.outcome;
        let rows: Vec<&OutcomeRow> = self.outcomes.iter().filter(mine).collect();
        if !rows.is_empty() {
            let row = self.rejected(analysis, study, "all its numbers", &rows, why);
            gathered.rejected.push(row);
            gathered.shut_out += 1;
        }
        let before = gathered.rejected.len();
        self.leave_out_reported(analysis, study, why, gathered);
        gathered.shut_out += gathered.rejected.len() - before;
    }

    /// Takes what the arms of a study give, or what it reports, as the analysis says.
    fn take_study(&self, reading: &Reading<'_>, study: &Given, gathered: &mut Gathered) {
        let analysis = reading.analysis;
        let reported = analysis.takes_reported();
        if reported == Reported::Only {
            let mine =
                |row: &&OutcomeRow| row.study == study.study && row.outcome == analysis.outcome;
            let rows: Vec<&OutcomeRow> = self.outcomes.iter().filter(mine).collect();
            if !rows.is_empty() {
                let row = self.rejected(analysis, study, "numbers of its arms", &rows, ARMS);
                gathered.rejected.push(row);
            }
            return self.take_reported(reading, study, false, gathered);
        }
        let (effects, told) = (gathered.effects.len(), gathered.problems.len());
        let waits = self.take(reading, study, gathered);
        let computed = waits || gathered.effects.len() > effects;
        self.take_reported(reading, study, computed, gathered);
        if !computed && gathered.effects.len() > effects {
            gathered.problems.truncate(told); // what the arms lack is no matter where the paper's own effect is taken
        }
    }

    /// Takes the first candidate of a study that gives an effect, or all that do, and tells of all others.
    ///
    /// Whether the study waits for somebody.
    fn take(&self, reading: &Reading<'_>, study: &Given, gathered: &mut Gathered) -> bool {
        let analysis = reading.analysis;
        let mine = |row: &&OutcomeRow| row.study == study.study && row.outcome == analysis.outcome;
        let rows: Vec<&OutcomeRow> = self.outcomes.iter().filter(mine).collect();
        let candidates = candidates(analysis, &reading.scales, &rows);
        for misfit in misfits(analysis, &rows) {
            if candidates.is_empty() || misfit.why == UNNAMED_SCALE {
                let row = self.rejected(analysis, study, &misfit.words, &misfit.rows, misfit.why);
                gathered.rejected.push(row);
            }
        }
        let all = analysis.effects == EffectsTaken::All;
        let mut refused: Vec<(Candidate<'_>, Refused)> = Vec::new();
        let (mut taken, mut tried) = (None, 0);
        for candidate in &candidates {
            tried += 1;
            let given = self.effects_of(reading, study, candidate, &rows, &mut refused);
            if !given.is_empty() {
                taken = Some(candidate);
            }
            gathered.effects.extend(given);
            let settled = taken.is_some() || refused.last().is_some_and(|(_, why)| why.waits);
            if settled && !all {
                break;
            }
        }
        for (candidate, why) in &refused {
            if why.undirected {
                let scale = gathered.undirected.entry(candidate.scale.to_owned());
                scale.or_default().push(format!("`{}`", study.study));
            } else {
                let title = untaken(
                    analysis,
                    study,
                    candidate,
                    why,
                    (candidates.len(), taken.filter(|_| !all)),
                );
                let first = candidate.rows.first();
                let first = first.map(|row| Address::row(self.names.extract, "outcomes", &row.key));
                let problem = why.problem(title, first.as_ref());
                gathered.problems.push(problem);
            }
            let words = candidate.words();
            let row = self.rejected(analysis, study, &words, &candidate.rows, &why.why);
            gathered.rejected.push(row);
        }
        for candidate in &candidates[tried..] {
            let step = match taken {
                Some(taken) => {
                    let step = taken.before(candidate);
                    gathered.note_by_name(step, study);
                    taken.told(step)
                }
                None => "the study waits for what the one before it lacks".to_owned(),
            };
            let words = candidate.words();
            let row = self.rejected(analysis, study, &words, &candidate.rows, &step);
            gathered.rejected.push(row);
        }
        refused.iter().any(|(_, why)| why.waits)
    }

    /// The effects of a candidate: one, or one for each arm that stands apart and gives one.
    fn effects_of<'r>(
        &self,
        reading: &Reading<'_>,
        study: &Given,
        candidate: &Candidate<'r>,
        rows: &[&OutcomeRow],
        refused: &mut Vec<(Candidate<'r>, Refused)>,
    ) -> Vec<EffectRow> {
        let arms = candidate.arms(reading.analysis);
        let mut giving = Vec::new();
        for arm in arms {
            match self.effect_of(reading, study, &arm, rows) {
                Ok(_) => giving.push(arm),
                Err(why) => refused.push((arm, why)),
            }
        }
        // The comparator's people are shared out among the arms that give an effect, and no others.
        let shared = giving.iter().map(|arm| arm.shared_by(giving.len()));
        let effects = shared.map(|arm| self.effect_of(reading, study, &arm, rows));
        effects.filter_map(Result::ok).collect()
    }

    /// The effect of a candidate.
    fn effect_of(
        &self,
        reading: &Reading<'_>,
        study: &Given,
        candidate: &Candidate<'_>,
        rows: &[&OutcomeRow],
    ) -> Result<EffectRow, Refused> {
        let analysis = reading.analysis;
        let aligned = if analysis.measure.0.is_of_events() {
            Aligned::AS_IT_IS
        } else {
            self.scales
                .align(candidate.scale, &study.study, reading.direction)?
        };
        let Names {
            stage,
            characteristics,
            ..
        } = self.names;
        let clusters = Clusters::of(study, reading.assumed.icc, stage, characteristics)?;
        let mut row = effect(
            analysis,
            (&study.study, &study.label),
            candidate,
            rows,
            (reading.sources, clusters.as_ref()),
            &aligned,
            reading.critical,
        )?;
        reading.described(study, &aligned, clusters.as_ref(), &mut row);
        if analysis.body == Body::Between && cautions::crosses_over(study) {
            row.n = cautions::people_who_cross_over(study, &candidate.rows);
            add_note(&mut row, cautions::CROSSOVER);
        }
        Ok(row)
    }

    fn rejected(
        &self,
        analysis: &Analysis,
        study: &Given,
        words: &str,
        rows: &[&OutcomeRow],
        step: &str,
    ) -> RejectedRow {
        let from = rows
            .iter()
            .map(|row| Address::row(self.names.extract, "outcomes", &row.key));
        RejectedRow {
            key: key(&[&analysis.id, &study.study, words]),
            analysis: analysis.id.clone(),
            study: study.study.clone(),
            candidate: words.to_owned(),
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
        let other = variant.adjusted.filter(|it| *it != analysis.adjusted);
        let kept = match other {
            None if assumed == declared => effects.to_vec(),
            None => self.gather(analysis, assumed).effects,
            Some(adjusted) => {
                let changed = Analysis {
                    adjusted,
                    ..analysis.clone()
                };
                self.gather(&changed, assumed).effects
            }
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
        effects.retain(|effect| self.judged(analysis, &effect.study) != Some(judgement));
        effects
    }

    /// How many of the effects nobody judged.
    pub(super) fn unjudged(&self, analysis: &Analysis, effects: &[EffectRow]) -> u64 {
        let unjudged = |effect: &&EffectRow| self.judged(analysis, &effect.study).is_none();
        let unjudged: Vec<&EffectRow> = effects.iter().filter(unjudged).collect();
        pooling::studies(&unjudged) as u64
    }

    /// The judgement of a study's result, else of the study as a whole.
    fn judged(&self, analysis: &Analysis, study: &str) -> Option<&str> {
        let bias = &self.studies.iter().find(|given| given.study == study)?.bias;
        let judged = bias.get(&analysis.outcome).or_else(|| bias.get("*"));
        judged.map(String::as_str).filter(|word| !word.is_empty())
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

    /// Why an analysis does not take a study, by its design or by how it was admitted; `None` where it does.
    fn shut_out(&self, analysis: &Analysis, study: &Given) -> Option<String> {
        if !analysis.designs.is_empty() && !analysis.designs.contains(&study.design) {
            return Some(if study.design.is_empty() {
                "its design is not written down, and the analysis takes named designs".to_owned()
            } else {
                format!(
                    "its design `{}` is none that the analysis takes",
                    study.design
                )
            });
        }
        let admitted = study.admission == "protocol" || self.admitted_to(analysis, &study.study);
        (!admitted).then(|| {
            format!(
                "it is admitted by `{}`, and the analysis is of another population",
                study.admission
            )
        })
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

/// Adds what a reader must know of an effect.
fn add_note(row: &mut EffectRow, note: &str) {
    row.note = [row.note.as_str(), note]
        .into_iter()
        .filter(|it| !it.is_empty())
        .collect::<Vec<_>>()
        .join("; ");
}

/// Why the effects cannot be pooled together: they are in points of several scales, or may point several ways.
fn apart(reading: &Reading<'_>, gathered: &Gathered) -> Option<String> {
    if reading.analysis.measure.0.is_of_events() {
        return None;
    }
    let scales: BTreeSet<&str> = gathered
        .effects
        .iter()
        .map(|effect| effect.scale.as_str())
        .collect();
    let named = || {
        let names = scales.iter().map(|scale| match *scale {
            "" => "one without a name".to_owned(),
            scale => format!("`{scale}`"),
        });
        names.collect::<Vec<_>>().join(", ")
    };
    if reading.analysis.in_points() && scales.len() > 1 {
        return Some(format!(
            "its differences are in points of {} scales ({}): use SMD, or name one of them in `scales`",
            scales.len(),
            named()
        ));
    }
    let ways: BTreeSet<&str> = gathered
        .effects
        .iter()
        .map(|effect| effect.better.as_str())
        .collect();
    if ways.contains("higher") && ways.contains("lower") {
        return Some(
            "its scales point both ways, and the protocol does not say which end of the outcome is better"
                .to_owned(),
        );
    }
    (scales.len() > 1 && ways.contains("")).then(|| {
        format!(
            "which way its scales point is not known of all ({}): write their `higher_means` in scales.yaml",
            named()
        )
    })
}
