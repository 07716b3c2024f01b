//! The studies that a funnel would need to be symmetric.

use super::model_settings::ModelSettings;
use super::pooling::{Fitted, Named};
use super::tables::{EffectRow, FilledRow};
use crate::artefact::{Origin, key};
use crate::meta::trim_and_fill::{Estimator, Refit, Side, trim_and_fill};

/// The studies that trim and fill adds (Duval & Tweedie 2000, estimator L0), where there are as many studies as a test of small-study
/// effects asks for; they are a picture of asymmetry, and no result rests on them.
pub(super) fn rows(
    named: Named<'_>,
    effects: &[&EffectRow],
    fitted: &Fitted,
    settings: &ModelSettings,
) -> Vec<FilledRow> {
    let Some(pooled) = fitted
        .independent()
        .filter(|_| effects.len() >= settings.k_small_study)
    else {
        return Vec::new();
    };
    let model = &pooled.model;
    let (yi, vi): (Vec<f64>, Vec<f64>) = effects.iter().map(|row| (row.yi, row.vi)).unzip();
    let Ok(found) = trim_and_fill(&yi, &vi, model, None, Estimator::L0, Refit::Exact) else {
        return Vec::new();
    };
    let side = match found.side {
        Side::Left => "left",
        Side::Right => "right",
    };
    let rows = found.filled.iter().enumerate().map(|(at, (yi, vi))| {
        let number = (at + 1).to_string();
        FilledRow {
            key: key(&[named.analysis, &number]),
            analysis: named.analysis.to_owned(),
            side: side.to_owned(),
            yi: *yi,
            se: vi.sqrt(),
            origin: Origin::of("trim-and-fill", named.effects(effects)),
        }
    });
    rows.collect()
}
