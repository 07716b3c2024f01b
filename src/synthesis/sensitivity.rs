//! Repetitions of an analysis with one thing changed, and whether the answer changed with it.

use super::analysis::{ModelSettings, Variant};
use super::pooling::{self, Named};
use super::tables::{EffectRow, SensitivityRow};
use crate::artefact::{Origin, key};

/// One repetition: `effects` are those that the variant keeps.
pub(super) fn row(
    named: Named<'_>,
    variant: &Variant,
    effects: &[&EffectRow],
    settings: &ModelSettings,
    main: &super::PooledRow,
) -> SensitivityRow {
    let mut changed = settings.clone();
    changed.tau2 = variant.tau2.unwrap_or(settings.tau2);
    changed.interval = variant.interval.unwrap_or(settings.interval);
    let fitted = if effects.len() < 2 {
        None
    } else {
        pooling::fit(effects, &changed).ok()
    };
    let mut settings = vec!["tau2", "interval", "correlation", "without_bias"];
    if variant.icc.is_some() {
        settings.push("icc");
    }
    let settings = settings
        .into_iter()
        .map(|name| named.setting(&format!("sensitivity.{}.{name}", variant.id)));
    let mut from = named.effects(effects);
    from.extend(settings);
    let pooled = fitted.as_ref().map(|fitted| &fitted.pooled);
    SensitivityRow {
        key: key(&[named.analysis, &variant.id]),
        analysis: named.analysis.to_owned(),
        variant: variant.id.clone(),
        title: variant.title.clone(),
        k: effects.len() as u64,
        estimate: pooled.map(|pooled| pooled.beta),
        ci_lower: pooled.map(|pooled| pooled.ci.0),
        ci_upper: pooled.map(|pooled| pooled.ci.1),
        tau2: pooled.map(|pooled| pooled.tau2),
        changed: match pooled {
            None => format!("not done: {} studies remain", effects.len()),
            Some(pooled) => answer(
                (main.estimate, main.ci_lower, main.ci_upper),
                (pooled.beta, pooled.ci.0, pooled.ci.1),
            ),
        },
        origin: Origin::of("repeated", from),
    }
}

/// Whether the direction, or whether the interval leaves out no difference, is another.
fn answer(before: (f64, f64, f64), after: (f64, f64, f64)) -> String {
    let excludes = |(_, low, high): (f64, f64, f64)| low > 0.0 || high < 0.0;
    let same = before.0.is_sign_positive() == after.0.is_sign_positive()
        && excludes(before) == excludes(after);
    if same { "no" } else { "yes" }.to_owned()
}
