//! The studies that a funnel would need to be symmetric.

use super::model_settings::ModelSettings;
use super::pooling::{self, Fitted, Named};
use super::tables::{EffectRow, FilledRow};
use crate::artefact::{Origin, key};
use crate::meta::trim_and_fill::{Estimator, Refit, Side, TrimAndFill, trim_and_fill};

/// Trim and fill (Duval & Tweedie 2000, estimator L0), where there are as many studies as a test of small-study effects asks for.
///
/// A picture of asymmetry: no result rests on it, and a policy of certainty may ask what it comes to.
pub(super) fn found(
    effects: &[&EffectRow],
    fitted: &Fitted,
    settings: &ModelSettings,
) -> Option<TrimAndFill> {
    let pooled = fitted
        .independent()
        .filter(|_| pooling::studies(effects) >= settings.k_small_study)?;
    let (yi, vi): (Vec<f64>, Vec<f64>) = effects.iter().map(|row| (row.yi, row.vi)).unzip();
    trim_and_fill(&yi, &vi, &pooled.model, None, Estimator::L0, Refit::Exact).ok()
}

/// The studies that trim and fill adds.
pub(super) fn rows(
    named: Named<'_>,
    effects: &[&EffectRow],
    found: &TrimAndFill,
) -> Vec<FilledRow> {
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
