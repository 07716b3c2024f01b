//! Every combination of the choices that could be defended, and how many of them keep the answer (Steegen et al. 2016).
//!
//! Combinations that come to the same effects, model and test are one specification, so that a choice that cannot act (an interval
//! under a common effect, a time that no study has) does not count an answer twice.

use super::analysis::{Analysis, Assumed, Choices, Settings};
use super::answer::Answer;
use super::gather::{Evidence, Gathered};
use super::measures::{self, MeasureCode};
use super::model_settings::ModelSettings;
use super::pooling::{self, Mean, Named};
use super::sensitivity::same_effects;
use super::tables::{EffectRow, MultiverseRow, PooledRow, SpecificationRow};
use super::terms::{Body, EffectsTaken, IntervalRule, Kind, Reported};
use crate::artefact::{Address, Origin, key};
use crate::meta::Tau2Method;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What decides which effects there are.
#[derive(Clone)]
struct Numbers {
    measure: MeasureCode,
    kind: Kind,
    correlation: f64,
    time: Option<String>,
}

/// What decides how they are pooled.
#[derive(Clone, Copy)]
struct Pooling {
    tau2: Tau2Method,
    interval: IntervalRule,
}

/// What the combinations of an analysis come to.
pub(super) struct Multiverse {
    /// Each that differs from the others, in the order of the choices.
    pub(super) specifications: Vec<SpecificationRow>,
    /// The effects of those that were pooled, with their weights; the key of the specification stands for the analysis.
    pub(super) effects: Vec<EffectRow>,
    /// How many keep the answer.
    pub(super) summary: MultiverseRow,
}

/// A combination of choices and what it comes to.
struct Specification {
    row: SpecificationRow,
    /// Shared by all that differ only in how they pool.
    effects: Arc<Vec<EffectRow>>,
    mean: Option<Mean>,
}

/// All specifications of an analysis, in the order of the choices, and what they come to beside the main result.
pub(super) fn combine(
    named: Named<'_>,
    choices: &Choices,
    analysis: &Analysis,
    settings: &Settings,
    evidence: &Evidence<'_>,
    main: &PooledRow,
) -> Multiverse {
    let work = Work {
        named,
        choices,
        analysis,
        settings,
        evidence,
        main,
        declared: evidence.gather(analysis, settings.assumed()),
    };
    let numbers = work.numbers();
    let all: Vec<Vec<Specification>> = numbers.par_iter().map(|one| work.of(one)).collect();
    let mut kept = merged(all.into_iter().flatten());
    for (one, number) in kept.iter_mut().zip(1_u64..) {
        one.row.key = key(&[named.analysis, &number.to_string()]);
        one.row.specification = number;
    }
    let effects: Vec<Vec<EffectRow>> = kept
        .par_iter()
        .map(|one| one.weighted(named.stage))
        .collect();
    let effects = effects.into_iter().flatten().collect();
    let specifications: Vec<SpecificationRow> = kept.into_iter().map(|one| one.row).collect();
    Multiverse {
        summary: summary(named, &specifications),
        specifications,
        effects,
    }
}

/// Those that come to the same effects, model and test, or to the same refusal, as one.
fn merged(all: impl Iterator<Item = Specification>) -> Vec<Specification> {
    let mut kept: Vec<Specification> = Vec::new();
    let mut by_model: BTreeMap<Modelled, Vec<usize>> = BTreeMap::new();
    for specification in all {
        let alike = by_model.entry(specification.modelled()).or_default();
        let same = alike
            .iter()
            .find(|at| kept[**at].has_effects_of(&specification));
        if let Some(at) = same {
            kept[*at].take_in(specification);
        } else {
            alike.push(kept.len());
            kept.push(specification);
        }
    }
    kept
}

/// Measure, estimator and test, and why nothing was pooled.
type Modelled = (String, Option<(String, String)>, String);

impl Specification {
    fn modelled(&self) -> Modelled {
        let mean = self.mean.as_ref();
        let model = mean.map(|mean| (mean.method.clone(), mean.test.clone()));
        (self.row.measure.clone(), model, self.row.why.clone())
    }

    fn has_effects_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.effects, &other.effects) || same_effects(&self.effects, &other.effects)
    }

    /// The effects with their weights, under the key of the specification; none where it was not pooled.
    fn weighted(&self, stage: &str) -> Vec<EffectRow> {
        let Some(mean) = &self.mean else {
            return Vec::new();
        };
        let mut effects = Vec::clone(&self.effects);
        for (effect, weight) in effects.iter_mut().zip(&mean.weights) {
            effect.key = key(&[&self.row.key, &effect.key]);
            effect.analysis.clone_from(&self.row.key);
            effect.weight = Some(*weight);
            let own = Address::cell(stage, "specification-effects", &effect.key, "vi");
            let tau2 = Address::cell(stage, "specifications", &self.row.key, "tau2");
            effect.origin = std::mem::take(&mut effect.origin).with_cell(
                "weight",
                mean.weighting(),
                [own, tau2],
            );
        }
        effects
    }

    /// Counts another that comes to the same; the declared one gives the names.
    fn take_in(&mut self, other: Self) {
        let combinations = self.row.combinations + other.row.combinations;
        if other.row.main && !self.row.main {
            self.row = other.row;
        }
        self.row.combinations = combinations;
    }
}

/// The options of a choice, or what is declared where none are given.
fn or<T: Clone>(options: &[T], declared: T) -> Vec<T> {
    if options.is_empty() {
        vec![declared]
    } else {
        options.to_vec()
    }
}

/// The measures that the numbers of an analysis can give; the declared one always.
fn measures_of(choices: &Choices, analysis: &Analysis) -> Vec<MeasureCode> {
    if analysis.takes_reported() != Reported::Never {
        return vec![analysis.measure]; // effects are reported in the measure that they are
    }
    let mine = choices.measure.iter().copied();
    let mut mine: Vec<MeasureCode> = mine
        .filter(|one| measures::alike(analysis.body, analysis.measure.0, one.0))
        .collect();
    if !mine.contains(&analysis.measure) {
        mine.insert(0, analysis.measure);
    }
    mine
}

/// What all specifications of an analysis share.
struct Work<'a> {
    named: Named<'a>,
    choices: &'a Choices,
    analysis: &'a Analysis,
    settings: &'a Settings,
    evidence: &'a Evidence<'a>,
    main: &'a PooledRow,
    /// What the studies give to the analysis as declared.
    declared: Gathered,
}

impl Work<'_> {
    fn model(&self) -> ModelSettings {
        self.analysis.model(self.settings)
    }

    /// The model with the choices of a way to pool.
    fn changed(&self, pooling: Pooling) -> ModelSettings {
        ModelSettings {
            tau2: pooling.tau2,
            interval: pooling.interval,
            ..self.model()
        }
    }

    /// The combinations of choices that decide which effects there are; choices that cannot act are left as declared.
    fn numbers(&self) -> Vec<Numbers> {
        let (analysis, choices) = (self.analysis, self.choices);
        let within = analysis.body == Body::Within;
        let of_scores = !analysis.kind_word().is_empty();
        let correlations = if within {
            or(&choices.correlation, self.settings.correlation)
        } else {
            vec![self.settings.correlation] // between groups no correlation of before and after enters
        };
        let kinds = if within || !of_scores {
            vec![analysis.kind] // change within a group is made of scores, and events have no change
        } else {
            or(&choices.kind, analysis.kind)
        };
        // Where all effects are taken, an order of times chooses nothing.
        let times = choices
            .time
            .iter()
            .filter(|_| analysis.effects == EffectsTaken::One);
        let times: Vec<Option<String>> = times.cloned().map(Some).collect();
        let mut all = Vec::new();
        for measure in measures_of(choices, analysis) {
            for &kind in &kinds {
                for &correlation in &correlations {
                    for time in or(&times, None) {
                        all.push(Numbers {
                            measure,
                            kind,
                            correlation,
                            time,
                        });
                    }
                }
            }
        }
        all
    }

    /// The judgements left out, and the ways to pool.
    fn rest(&self) -> (Vec<Option<String>>, Vec<Pooling>) {
        let biases = self.choices.without_bias.iter();
        let biases: Vec<Option<String>> = biases
            .map(|judgement| (judgement != "none").then(|| judgement.clone()))
            .collect();
        let model = self.model();
        if model.dependence.is_some() {
            let pooling = Pooling {
                tau2: Tau2Method::RestrictedMaximumLikelihood,
                interval: model.interval,
            };
            return (or(&biases, None), vec![pooling]);
        }
        let intervals = or(&self.choices.interval, model.interval);
        let mut poolings = Vec::new();
        for tau2 in or(&self.choices.tau2, model.tau2) {
            let intervals = intervals.iter();
            poolings.extend(intervals.map(|&interval| Pooling { tau2, interval }));
        }
        (or(&biases, None), poolings)
    }

    /// All specifications on the same numbers.
    fn of(&self, numbers: &Numbers) -> Vec<Specification> {
        let mut changed = Analysis {
            measure: numbers.measure,
            kind: numbers.kind,
            ..self.analysis.clone()
        };
        if let Some(time) = &numbers.time {
            changed.times.insert(0, time.clone());
        }
        let assumed = Assumed {
            correlation: numbers.correlation,
            ..self.settings.assumed()
        };
        let gathered = self.evidence.gather(&changed, assumed);
        let lost = self.lost(&gathered);
        let (biases, poolings) = self.rest();
        let mut out = Vec::new();
        for bias in &biases {
            let effects = match bias {
                Some(judgement) => {
                    let effects = gathered.effects.clone();
                    self.evidence
                        .without_bias(self.analysis, judgement, effects)
                }
                None => gathered.effects.clone(),
            };
            let effects = Arc::new(effects);
            let declared = bias.is_none()
                && numbers.are_declared(self.analysis, self.settings)
                && same_effects(&effects, &self.declared.effects);
            let from = origin(self.named, self.choices, declared, &effects, self.evidence);
            for &pooling in &poolings {
                let (mean, why) = self.pool(&effects, &gathered, pooling);
                let why: Vec<String> = why.into_iter().chain(lost.iter().cloned()).collect();
                let of: Vec<&EffectRow> = effects.iter().collect();
                let k = pooling::studies(&of);
                let prediction = mean
                    .as_ref()
                    .and_then(|mean| mean.prediction(k, &self.changed(pooling)));
                let row = self.row(numbers, bias.as_deref(), pooling, mean.as_ref());
                out.push(Specification {
                    row: SpecificationRow {
                        main: declared && row.main,
                        k: k as u64,
                        n: pooling::people(&of),
                        pi_lower: prediction.as_ref().map(|interval| interval.low),
                        pi_upper: prediction.as_ref().map(|interval| interval.high),
                        why: why.join("; "),
                        origin: Origin::of("specification", from.clone()),
                        ..row
                    },
                    effects: Arc::clone(&effects),
                    mean,
                });
            }
        }
        out
    }

    /// The studies of the analysis that give no effect here, with the step that says why.
    fn lost(&self, gathered: &Gathered) -> Vec<String> {
        let mut by_step: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for effect in &self.declared.effects {
            if gathered.effects.iter().any(|one| one.study == effect.study) {
                continue;
            }
            let mut rejected = gathered.rejected.iter();
            let row = rejected.find(|row| row.study == effect.study);
            let step = row.map_or("nothing is extracted", |row| row.step.as_str());
            let studies = by_step.entry(step).or_default();
            let named = format!("`{}`", effect.study);
            if !studies.contains(&named) {
                studies.push(named);
            }
        }
        let by_step = by_step.into_iter();
        by_step
            .map(|(step, studies)| format!("{}: {step}", studies.join(", ")))
            .collect()
    }

    /// The pooled effect, or why there is none.
    fn pool(
        &self,
        effects: &[EffectRow],
        gathered: &Gathered,
        pooling: Pooling,
    ) -> (Option<Mean>, Option<String>) {
        let effects: Vec<&EffectRow> = effects.iter().collect();
        if pooling::studies(&effects) < 2 {
            return (None, Some("fewer than two studies are left".to_owned()));
        }
        if let Some(apart) = &gathered.apart {
            return (None, Some(apart.clone()));
        }
        match pooling::fit(&effects, &self.changed(pooling)) {
            Ok(fitted) => (Some(fitted.mean), None),
            Err(why) => (None, Some(why)),
        }
    }

    /// One specification, but for its number, studies and origin; `main` says whether it pools as the main result does, whichever
    /// name its interval has.
    fn row(
        &self,
        numbers: &Numbers,
        bias: Option<&str>,
        pooling: Pooling,
        mean: Option<&Mean>,
    ) -> SpecificationRow {
        let main = Answer::from(self.main);
        SpecificationRow {
            key: String::new(),
            analysis: self.named.analysis.to_owned(),
            specification: 0,
            measure: numbers.measure.0.to_string(),
            kind: if self.analysis.kind_word().is_empty() {
                String::new()
            } else {
                numbers.kind.word().to_owned()
            },
            correlation: (self.analysis.body == Body::Within).then_some(numbers.correlation),
            without_bias: bias.unwrap_or_default().to_owned(),
            time: numbers.time.clone().unwrap_or_default(),
            tau2: pooling.tau2.to_string(),
            interval: match self.model().dependence {
                Some(_) => "robust",
                None => pooling.interval.word(),
            }
            .to_owned(),
            k: 0,
            n: 0,
            combinations: 1,
            estimate: mean.map(|mean| mean.beta),
            ci_lower: mean.map(|mean| mean.ci.0),
            ci_upper: mean.map(|mean| mean.ci.1),
            i2: mean.map(|mean| mean.i2),
            pi_lower: None,
            pi_upper: None,
            same_direction: mean.map(|mean| main.same_direction(mean.into())),
            same_answer: mean.map(|mean| main.same_answer(mean.into())),
            main: mean
                .is_some_and(|mean| mean.method == self.main.method && mean.test == self.main.test),
            why: String::new(),
            origin: Origin::default(),
        }
    }
}

impl Numbers {
    /// Whether they are those that the analysis declares, but for the time; one that changes no effect is as good as none.
    #[expect(
        clippy::float_cmp,
        reason = "the same setting, not the result of a computation"
    )]
    fn are_declared(&self, analysis: &Analysis, settings: &Settings) -> bool {
        self.measure == analysis.measure
            && self.kind == analysis.kind
            && self.correlation == settings.correlation
    }
}

/// The choices, and the effects; where these are not the declared ones, the arms that they were made from.
fn origin(
    named: Named<'_>,
    choices: &Choices,
    declared: bool,
    effects: &[EffectRow],
    evidence: &Evidence<'_>,
) -> Vec<Address> {
    let mut from: Vec<Address> = if declared && !effects.is_empty() {
        named.effects(&effects.iter().collect::<Vec<_>>())
    } else {
        vec![Address::artefact(evidence.names.extract, "outcomes")]
    };
    let given = [
        ("tau2", choices.tau2.len()),
        ("interval", choices.interval.len()),
        ("measure", choices.measure.len()),
        ("kind", choices.kind.len()),
        ("correlation", choices.correlation.len()),
        ("without_bias", choices.without_bias.len()),
        ("time", choices.time.len()),
    ];
    let given = given.iter().filter(|(_, options)| *options > 0);
    from.extend(given.map(|(name, _)| named.setting(&format!("multiverse.{name}.0"))));
    from
}

fn summary(named: Named<'_>, rows: &[SpecificationRow]) -> MultiverseRow {
    let pooled: Vec<&SpecificationRow> = rows.iter().filter(|row| row.estimate.is_some()).collect();
    let count = |test: fn(&SpecificationRow) -> Option<bool>| {
        pooled.iter().filter(|row| test(row) == Some(true)).count() as u64
    };
    let share =
        |count: u64| (!pooled.is_empty()).then(|| 100.0 * count as f64 / pooled.len() as f64);
    let (direction, answer) = (
        count(|row| row.same_direction),
        count(|row| row.same_answer),
    );
    let from = rows
        .iter()
        .map(|row| Address::row(named.stage, "specifications", &row.key));
    MultiverseRow {
        key: key(&[named.analysis]),
        analysis: named.analysis.to_owned(),
        combinations: rows.iter().map(|row| row.combinations).sum(),
        specifications: rows.len() as u64,
        pooled: pooled.len() as u64,
        same_direction: direction,
        share_direction: share(direction),
        same_answer: answer,
        share_answer: share(answer),
        origin: Origin::of("counted", from),
    }
}
