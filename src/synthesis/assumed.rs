//! What was assumed to make the effects of an analysis, as their notes tell it study by study.

use super::analysis::Settings;
use super::tables::EffectRow;

/// How the note begins where no study tells the correlation of before and after.
pub(super) const CORRELATION: &str = "correlation of before and after imputed as";

/// The note where a cell of a two-by-two table is 0.
pub(super) const ADDED: &str = "0.5 added to each cell, because one is 0";

/// The note where no group of a risk difference has both events and others, so that its variance would be 0.
pub(super) const ADDED_TO_VARIANCE: &str =
    "0.5 added to each cell for the variance alone, which would be 0";

/// What stands in for an empty cell.
pub(super) const TO_EACH_CELL: f64 = 0.5;

/// The values assumed, each where an effect needed it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Assumed {
    /// Correlation of before and after.
    pub(super) correlation: Option<f64>,
    /// Correlation within clusters.
    pub(super) icc: Option<f64>,
    /// Added to each cell of a two-by-two table; for a risk difference to its variance alone.
    pub(super) added: Option<f64>,
}

impl Assumed {
    /// What the effects of an analysis took from the settings.
    pub(super) fn of(effects: &[EffectRow], settings: &Settings) -> Self {
        let noted = |what: &str| {
            let mut notes = effects.iter().flat_map(|row| row.note.split("; "));
            notes.any(|note| note.starts_with(what))
        };
        let clusters = effects.iter().any(|row| row.effective.is_some());
        Self {
            correlation: noted(CORRELATION).then_some(settings.correlation),
            icc: settings.icc.filter(|_| clusters),
            added: (noted(ADDED) || noted(ADDED_TO_VARIANCE)).then_some(TO_EACH_CELL),
        }
    }
}
