//! What was added to which study because of a zero cell.

use super::columns::{groups, rates, tables};
use super::{Columns, Design, Measure, Refusal, Settings};

/// What a study's counts were given before its effect was computed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Correction {
    /// Fraction added to each count; 0 for none.
    pub added: f64,
    /// Whether neither arm has events, or both have only events, so that the study tells nothing on a ratio.
    pub double_zero: bool,
}

/// The correction of every row, as [`super::escalc`] makes it; none where the row has no counts. Empty for measures without counts.
///
/// # Errors
/// When a column that the measure needs does not exist.
pub fn corrections(
    measure: Measure,
    settings: &Settings,
    columns: &dyn Columns,
) -> Result<Vec<Option<Correction>>, String> {
    let found = match measure.design() {
        Design::Binary => each(tables(settings, columns)?, |t| {
            (t.has_zero(), t.is_double_zero())
        }),
        Design::PersonTime => each(rates(settings, columns)?, |r| {
            (r.has_zero(), r.is_double_zero())
        }),
        Design::Proportion => each(groups(columns)?, |g| (g.has_zero(), false)),
        _ => Vec::new(),
    };
    let any_zero = found.iter().flatten().any(|(zero, _)| *zero);
    let one = |(zero, double_zero): (bool, bool)| Correction {
        added: settings.zero_cells.for_study(measure, zero, any_zero),
        double_zero,
    };
    Ok(found.into_iter().map(|row| row.map(one)).collect())
}

fn each<T>(
    rows: Vec<Result<T, Refusal>>,
    zeros: impl Fn(&T) -> (bool, bool),
) -> Vec<Option<(bool, bool)>> {
    rows.iter()
        .map(|row| row.as_ref().ok().map(&zeros))
        .collect()
}
