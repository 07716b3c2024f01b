//! The effect as a difference that readers can picture: points, standard deviations, or people in 1000.

use super::body::Body;
use super::limits::is_standardised;
use crate::effect::Measure;
use crate::grade::absolute::{Relative, absolute};
use crate::grade::re_expression::from_interval;

/// The effect with its interval in words, such as `2.40 points lower (6.00 lower to 1.30 higher)`, in the unit of the scale where that
/// is declared; empty for measures that have no such difference, and for ratios without a known risk among the comparators.
///
/// A standardised difference is told in points too where the author declared a scale that readers know (Handbook 15.5.3).
/// Ratios are turned into people per 1000 at the risk pooled over the comparator groups of the same studies.
pub(super) fn in_words(body: &Body<'_>) -> String {
    let (estimate, ci) = (body.estimate(), body.ci());
    let signed = |value: f64, unit: &str, [less, more]: [&str; 2], digits: usize| {
        let way = if value < 0.0 { less } else { more };
        format!("{:.digits$}{unit} {way}", value.abs())
    };
    let said = |value: f64, ci: [f64; 2], unit: &str, ways: [&str; 2], digits: usize| {
        format!(
            "{} ({} to {})",
            signed(value, unit, ways, digits),
            signed(ci[0], "", ways, digits),
            signed(ci[1], "", ways, digits)
        )
    };
    let relative = match body.measure {
        Measure::MeanDifference | Measure::MeanChange => {
            let unit = body.analysis.unit.as_deref();
            let unit = unit.filter(|unit| !unit.is_empty()).unwrap_or("points");
            return said(estimate, ci, &format!(" {unit}"), ["lower", "higher"], 2);
        }
        measure if is_standardised(measure) => {
            let deviations = said(estimate, ci, " standard deviations", ["lower", "higher"], 2);
            let Some((familiar, _)) = &body.limits.familiar else {
                return deviations;
            };
            let points = from_interval(estimate, ci, familiar.sd);
            let points = said(points.md, points.ci, " points", ["lower", "higher"], 2);
            return format!(
                "{deviations}; on {}, {points}, at a standard deviation of {} ({})",
                familiar.scale, familiar.sd, familiar.basis
            );
        }
        measure => match relative(measure) {
            Some(relative) => relative,
            None => return String::new(),
        },
    };
    let found = body.control_risk().and_then(|risk| {
        let ci = ci.map(|bound| body.printed(bound));
        absolute(relative, risk, body.printed(estimate), Some(ci))
    });
    found
        .and_then(|found| {
            let [lower, upper] = found.difference_ci?;
            let people = |value: f64| signed(value, "", ["fewer", "more"], 0);
            Some(format!(
                "{} in 1000 ({} to {})",
                people(found.difference),
                people(lower),
                people(upper)
            ))
        })
        .unwrap_or_default()
}

/// How a measure turns the risk of the comparator into that of the intervention; `None` for measures of other things than events.
fn relative(measure: Measure) -> Option<Relative> {
    match measure {
        Measure::RiskRatio => Some(Relative::RiskRatio),
        Measure::OddsRatio | Measure::PetoOddsRatio => Some(Relative::OddsRatio),
        Measure::RiskDifference => Some(Relative::RiskDifference),
        _ => None,
    }
}

/// People in 1000 with the event under the comparator, from which [`in_words`] counts fewer or more; `None` where it counts no people.
pub(super) fn comparator_risk(body: &Body<'_>) -> Option<f64> {
    relative(body.measure)?;
    Some(1000.0 * body.control_risk()?)
}
