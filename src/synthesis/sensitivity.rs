//! Repetitions of an analysis with one thing changed, and whether the answer changed with it.

use super::analysis::{Analysis, Variant};
use super::answer::Answer;
use super::gather::Evidence;
use super::model_settings::ModelSettings;
use super::pooling::{self, Named};
use super::tables::{EffectRow, PooledRow, SensitivityRow};
use super::terms::Body;
use crate::artefact::{Origin, key};

/// The declared analysis that variants are held against.
#[derive(Clone, Copy)]
pub(super) struct Declared<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) effects: &'a [EffectRow],
    pub(super) model: &'a ModelSettings,
    pub(super) main: &'a PooledRow,
}

impl Variant {
    /// Whether all that it changes is the correlation of before and after, which enters between groups nowhere.
    fn is_correlation_alone(&self) -> bool {
        self.correlation.is_some()
            && self.tau2.is_none()
            && self.interval.is_none()
            && self.icc.is_none()
            && self.without_bias.is_none()
            && self.adjusted.is_none()
    }

    /// Whether all that it changes is the estimator or the interval.
    fn is_model_alone(&self) -> bool {
        self.correlation.is_none()
            && self.icc.is_none()
            && self.without_bias.is_none()
            && self.adjusted.is_none()
    }

    /// The model as it changes it.
    fn model(&self, declared: &ModelSettings) -> ModelSettings {
        ModelSettings {
            tau2: self.tau2.unwrap_or(declared.tau2),
            interval: self.interval.unwrap_or(declared.interval),
            ..declared.clone()
        }
    }
}

/// One repetition; `None` where the variant can mean nothing to the analysis.
pub(super) fn row(
    named: Named<'_>,
    variant: &Variant,
    declared: Declared<'_>,
    evidence: &Evidence<'_>,
) -> Option<SensitivityRow> {
    let analysis = declared.analysis;
    if analysis.body == Body::Between && variant.is_correlation_alone() {
        return None;
    }
    let kept = evidence.kept(analysis, variant, declared.effects);
    let effects: Vec<&EffectRow> = kept.iter().collect();
    let model = variant.model(declared.model);
    let k = pooling::studies(&effects);
    let idle = variant.is_model_alone() && model.dependence.is_some();
    let fitted = (k > 1 && !idle).then(|| pooling::fit(&effects, &model));
    let mut settings = vec!["tau2", "interval", "correlation", "without_bias"];
    if variant.icc.is_some() {
        settings.push("icc");
    }
    if variant.adjusted.is_some() {
        settings.push("adjusted");
    }
    let settings = settings
        .into_iter()
        .map(|name| named.setting(&format!("sensitivity.{}.{name}", variant.id)));
    let mut from = named.effects(&effects);
    from.extend(settings);
    let same = same_effects(&kept, declared.effects) && model == *declared.model;
    let changed = match &fitted {
        None if idle => {
            "not done: the model of dependent effects has one estimator and one interval".to_owned()
        }
        None if k == 1 => "not done: 1 study remains".to_owned(),
        None => format!("not done: {k} studies remain"),
        Some(Err(refusal)) => format!("not done: {refusal}"),
        Some(Ok(_)) if same => "no study is affected".to_owned(),
        Some(Ok(fitted)) => {
            let before = Answer::from(declared.main);
            let after = Answer::from(&fitted.mean);
            if before.same_answer(after) {
                "no"
            } else {
                "yes"
            }
            .to_owned()
        }
    };
    let mean = fitted.and_then(Result::ok).map(|fitted| fitted.mean);
    let mean = mean.as_ref();
    Some(SensitivityRow {
        key: key(&[named.analysis, &variant.id]),
        analysis: named.analysis.to_owned(),
        variant: variant.id.clone(),
        title: variant.title.clone(),
        k: k as u64,
        estimate: mean.map(|mean| mean.beta),
        ci_lower: mean.map(|mean| mean.ci.0),
        ci_upper: mean.map(|mean| mean.ci.1),
        tau2: mean.and_then(pooling::Mean::variance),
        changed,
        unjudged: variant
            .without_bias
            .as_ref()
            .map(|_| evidence.unjudged(analysis, &kept)),
        origin: Origin::of("repeated", from),
    })
}

/// Whether two lists hold the same effects of the same studies.
pub(super) fn same_effects(one: &[EffectRow], other: &[EffectRow]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|(a, b)| {
            a.study == b.study
                && a.yi.to_bits() == b.yi.to_bits()
                && a.vi.to_bits() == b.vi.to_bits()
        })
}
