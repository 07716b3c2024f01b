//! The pooled effect without each study in turn.

use super::model_settings::ModelSettings;
use super::pooling::{Named, by_rule, columns, fit};
use super::tables::{EffectRow, LeaveOneOutRow};
use crate::artefact::{Origin, key};
use crate::meta::{self, leave_one_out::PartPooled};
use std::collections::BTreeSet;

/// A mean without one study.
struct Part {
    beta: f64,
    ci: (f64, f64),
    tau2: f64,
    i2: f64,
}

/// The pooled effect without each study in turn.
pub(super) fn rows(
    named: Named<'_>,
    effects: &[&EffectRow],
    settings: &ModelSettings,
) -> Vec<LeaveOneOutRow> {
    let mut seen = BTreeSet::new();
    let mut omitted: Vec<&EffectRow> = effects.to_vec();
    omitted.retain(|row| seen.insert(row.study.as_str()));
    let parts = without_each(effects, &omitted, settings);
    let rows = omitted.iter().zip(parts).filter_map(|(omitted, part)| {
        let part = part?;
        Some(LeaveOneOutRow {
            key: key(&[named.analysis, &omitted.study]),
            analysis: named.analysis.to_owned(),
            omitted: omitted.study.clone(),
            label: omitted.label.clone(),
            estimate: part.beta,
            ci_lower: part.ci.0,
            ci_upper: part.ci.1,
            tau2: settings.has_variance().then_some(part.tau2),
            i2: part.i2,
            origin: Origin::of("without-one", named.effects(&without(effects, omitted))),
        })
    });
    rows.collect()
}

fn without<'a>(effects: &[&'a EffectRow], omitted: &EffectRow) -> Vec<&'a EffectRow> {
    let rest = effects.iter().filter(|row| row.study != omitted.study);
    rest.copied().collect()
}

/// The means without each study; the quick way where each gave one effect.
fn without_each(
    effects: &[&EffectRow],
    omitted: &[&EffectRow],
    settings: &ModelSettings,
) -> Vec<Option<Part>> {
    if settings.dependence.is_none() && omitted.len() == effects.len() {
        let (yi, vi) = columns(effects);
        let studies = vec![effects.len() - 1; effects.len()];
        let parts = by_rule(settings, &studies, |model| {
            meta::leave_one_out(&yi, &vi, model)
        });
        let parts = parts.unwrap_or_default();
        let part = |part: PartPooled| Part {
            beta: part.beta,
            ci: part.ci,
            tau2: part.tau2,
            i2: part.i2,
        };
        return parts.into_iter().map(part).map(Some).collect();
    }
    let each = omitted.iter().map(|omitted| {
        let mean = fit(&without(effects, omitted), settings).ok()?.mean;
        Some(Part {
            beta: mean.beta,
            ci: mean.ci,
            tau2: mean.tau2,
            i2: mean.i2,
        })
    });
    each.collect()
}
