//! Every combination of the choices that could be defended, and how many of them keep the answer (Steegen et al. 2016).

use super::analysis::{
    Analysis, Assumed, Body, Choices, IntervalRule, Kind, MeasureCode, ModelSettings, Settings,
};
use super::gather::Evidence;
use super::pooling::{self, Named};
use super::tables::{EffectRow, MultiverseRow, PooledRow, SpecificationRow};
use crate::artefact::{Address, Origin, key};
use crate::meta::Tau2Method;
use rayon::prelude::*;

/// What decides which effects there are.
#[derive(Clone)]
struct Numbers {
    measure: MeasureCode,
    kind: Kind,
    correlation: f64,
    without_bias: Option<String>,
    time: Option<String>,
}

/// What decides how they are pooled.
#[derive(Clone, Copy)]
struct Pooling {
    tau2: Tau2Method,
    interval: IntervalRule,
}

/// All specifications of an analysis, in the order of the choices, and what they come to beside the main result.
pub(super) fn rows(
    named: Named<'_>,
    choices: &Choices,
    analysis: &Analysis,
    settings: &Settings,
    evidence: &Evidence<'_>,
    main: &PooledRow,
) -> (Vec<SpecificationRow>, MultiverseRow) {
    let model = analysis.model(settings);
    let poolings = poolings(choices, model);
    let one = |numbers: &Numbers| -> Vec<SpecificationRow> {
        let effects = effects(numbers, analysis, evidence);
        let declared = numbers.are_declared(analysis, settings);
        let from = origin(named, choices, declared, &effects, evidence);
        let pooled = poolings.iter().map(|pooling| {
            let row = specification(named, numbers, *pooling, &effects, model, main);
            SpecificationRow {
                main: declared && numbers.without_bias.is_none() && row.main,
                correlation: (analysis.body == Body::Within).then_some(numbers.correlation),
                origin: Origin::of("specification", from.clone()),
                ..row
            }
        });
        pooled.collect()
    };
    let numbers = numbers(choices, analysis, settings);
    let mut rows: Vec<SpecificationRow> = numbers.par_iter().flat_map_iter(one).collect();
    for (i, row) in rows.iter_mut().enumerate() {
        row.key = key(&[named.analysis, &(i + 1).to_string()]);
        row.specification = i as u64 + 1;
    }
    let summary = summary(named, &rows);
    (rows, summary)
}

/// The options of a choice, or what is declared where none are given.
fn or<T: Clone>(options: &[T], declared: T) -> Vec<T> {
    if options.is_empty() {
        vec![declared]
    } else {
        options.to_vec()
    }
}

fn poolings(choices: &Choices, model: &ModelSettings) -> Vec<Pooling> {
    let intervals = or(&choices.interval, model.interval);
    or(&choices.tau2, model.tau2)
        .into_iter()
        .flat_map(|tau2| {
            let intervals = intervals.iter();
            intervals.map(move |&interval| Pooling { tau2, interval })
        })
        .collect()
}

fn numbers(choices: &Choices, analysis: &Analysis, settings: &Settings) -> Vec<Numbers> {
    let correlations = if analysis.body == Body::Within {
        or(&choices.correlation, settings.correlation)
    } else {
        vec![settings.correlation] // between groups no correlation of before and after enters
    };
    let biases = choices.without_bias.iter();
    let biases: Vec<Option<String>> = biases
        .map(|judgement| (judgement != "none").then(|| judgement.clone()))
        .collect();
    let times: Vec<Option<String>> = choices.time.iter().cloned().map(Some).collect();
    let mut all = Vec::new();
    for measure in or(&choices.measure, analysis.measure) {
        for kind in or(&choices.kind, analysis.kind) {
            for &correlation in &correlations {
                for without_bias in or(&biases, None) {
                    for time in or(&times, None) {
                        all.push(Numbers {
                            measure,
                            kind,
                            correlation,
                            without_bias: without_bias.clone(),
                            time,
                        });
                    }
                }
            }
        }
    }
    all
}

fn effects(numbers: &Numbers, analysis: &Analysis, evidence: &Evidence<'_>) -> Vec<EffectRow> {
    let mut changed = Analysis {
        measure: numbers.measure,
        kind: numbers.kind,
        ..analysis.clone()
    };
    if let Some(time) = &numbers.time {
        changed.times.insert(0, time.clone());
    }
    let assumed = Assumed {
        correlation: numbers.correlation,
        ..evidence.settings.assumed()
    };
    let gathered = evidence.gather(&changed, assumed);
    if gathered.apart.is_some() {
        return Vec::new();
    }
    match &numbers.without_bias {
        Some(judgement) => evidence.without_bias(analysis, judgement, gathered.effects),
        None => gathered.effects,
    }
}

impl Numbers {
    /// Whether they are those that the analysis declares, but for studies left out.
    #[expect(
        clippy::float_cmp,
        reason = "the same setting, not the result of a computation"
    )]
    fn are_declared(&self, analysis: &Analysis, settings: &Settings) -> bool {
        let first = |time: &String| analysis.times.first() == Some(time);
        self.measure == analysis.measure
            && self.kind == analysis.kind
            && self.correlation == settings.correlation
            && self.time.as_ref().is_none_or(first)
    }
}

/// One specification, but for its number and origin; `main` says whether it pools as the main result does, whichever name its
/// interval has.
fn specification(
    named: Named<'_>,
    numbers: &Numbers,
    pooling: Pooling,
    effects: &[EffectRow],
    model: &ModelSettings,
    main: &PooledRow,
) -> SpecificationRow {
    let changed = ModelSettings {
        tau2: pooling.tau2,
        interval: pooling.interval,
        ..model.clone()
    };
    let all: Vec<&EffectRow> = effects.iter().collect();
    let fitted = (all.len() > 1)
        .then(|| pooling::fit(&all, &changed).ok())
        .flatten();
    let pooled = fitted.as_ref().map(|fitted| &fitted.pooled);
    let same_direction = pooled.map(|pooled| (pooled.beta > 0.0) == (main.estimate > 0.0));
    let same_exclusion =
        pooled.map(|pooled| excludes(pooled.ci) == excludes((main.ci_lower, main.ci_upper)));
    SpecificationRow {
        key: String::new(),
        analysis: named.analysis.to_owned(),
        specification: 0,
        measure: numbers.measure.0.to_string(),
        kind: numbers.kind.word().to_owned(),
        correlation: None,
        without_bias: numbers.without_bias.clone().unwrap_or_default(),
        time: numbers.time.clone().unwrap_or_default(),
        tau2: pooling.tau2.to_string(),
        interval: pooling.interval.word().to_owned(),
        k: all.len() as u64,
        estimate: pooled.map(|pooled| pooled.beta),
        ci_lower: pooled.map(|pooled| pooled.ci.0),
        ci_upper: pooled.map(|pooled| pooled.ci.1),
        same_direction,
        same_answer: same_direction
            .zip(same_exclusion)
            .map(|(direction, exclusion)| direction && exclusion),
        main: pooled.is_some_and(|pooled| {
            pooled.model.tau2 == model.tau2 && pooled.model.test.to_string() == main.test
        }),
        origin: Origin::default(),
    }
}

/// Whether an interval leaves out no difference.
fn excludes((low, high): (f64, f64)) -> bool {
    low > 0.0 || high < 0.0
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
        specifications: rows.len() as u64,
        pooled: pooled.len() as u64,
        same_direction: direction,
        share_direction: share(direction),
        same_answer: answer,
        share_answer: share(answer),
        origin: Origin::of("counted", from),
    }
}
