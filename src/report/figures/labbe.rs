//! L'Abbé plots of analyses of events.

use super::NamedFigure;
use super::analysis::{frame, main_result, of_analysis};
use crate::plot::{Labbe, LabbePoint, NumberStyle, RiskCurve};
use crate::report::escape::slug;
use crate::report::input::{ReportInput, TableRow};

/// `labbe-<analysis>` where three studies or more count events in two arms.
pub(super) fn draw(input: &ReportInput, analysis: &TableRow<'_>) -> Option<NamedFigure> {
    let words = &input.words;
    let id = analysis.text("analysis");
    let points = of_analysis(input, "effects", id).into_iter();
    let points: Vec<LabbePoint> = points
        .filter_map(|row| {
            let risk = |arm: &str| -> Option<f64> {
                let total = row.number(&format!("total{arm}"))?;
                (total > 0.0).then_some(row.number(&format!("events{arm}"))? / total)
            };
            Some(LabbePoint {
                label: row.text("label").to_owned(),
                control: risk("2")?,
                experimental: risk("1")?,
                weight: row.number("weight"),
                address: Some(row.address("yi").to_string()),
            })
        })
        .collect();
    if points.len() < 3 {
        return None;
    }
    let name = format!("labbe-{}", slug(id));
    let pooled = main_result(input, id)
        .and_then(|row| row.number("estimate"))
        .and_then(|effect| {
            let curve = curve(analysis.text("measure"), effect)?;
            let (RiskCurve::RiskRatio(shown)
            | RiskCurve::OddsRatio(shown)
            | RiskCurve::RiskDifference(shown)) = curve;
            let value = NumberStyle::default().fixed(shown, 2);
            let values = [
                ("measure", &*words.spelled(analysis.text("measure"))),
                ("value", &value),
            ];
            Some((curve, words.say("picture.pooled", &values)))
        });
    let plot = Labbe {
        frame: frame(words, &name, "picture.labbe", analysis),
        control: words.text("picture.comparator-favoured").to_owned(),
        experimental: words.text("picture.intervention-favoured").to_owned(),
        points,
        pooled,
        ..Labbe::default()
    };
    Some(NamedFigure {
        name,
        figure: plot.draw(),
    })
}

/// The curve of a pooled effect; none for a measure that is no comparison of two risks.
fn curve(measure: &str, effect: f64) -> Option<RiskCurve> {
    match measure {
        "RR" => Some(RiskCurve::RiskRatio(libm::exp(effect))),
        "OR" | "PETO" => Some(RiskCurve::OddsRatio(libm::exp(effect))),
        "RD" => Some(RiskCurve::RiskDifference(effect)),
        _ => None,
    }
}
