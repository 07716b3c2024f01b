//! Funnel plots of analyses with enough studies to look at asymmetry.

use super::NamedFigure;
use super::analysis::{effect_label, frame, main_result, measure, of_analysis, scale};
use crate::plot::{AsymmetryLine, Funnel, FunnelPoint, NumberStyle};
use crate::report::escape::slug;
use crate::report::input::{ReportInput, TableRow};

/// `funnel-<analysis>` where small-study effects were tested.
pub(super) fn draw(input: &ReportInput, analysis: &TableRow<'_>) -> Option<NamedFigure> {
    let words = &input.words;
    let id = analysis.text("analysis");
    let test = of_analysis(input, "small-study", id).into_iter().next()?;
    let p = test.number("p")?;
    let by_error = test.text("predictor") == "standard error";
    let style = NumberStyle::default();
    let asymmetry = || {
        Some(AsymmetryLine {
            intercept: test.number("intercept")?,
            slope: test.number("slope")?,
            label: words.say("picture.regression-line", &[("p", &style.p_value(p))]),
        })
    };
    let points = of_analysis(input, "effects", id).into_iter();
    let points = points.filter_map(|row| {
        Some(FunnelPoint {
            label: effect_label(&row),
            value: row.number("yi")?,
            standard_error: row.number("se")?,
            filled: false,
            address: Some(row.address("yi").to_string()),
        })
    });
    let filled = of_analysis(input, "filled", id).into_iter();
    let filled = filled.filter_map(|row| {
        Some(FunnelPoint {
            label: words.figures().filled.to_string(),
            value: row.number("yi")?,
            standard_error: row.number("se")?,
            filled: true,
            address: Some(row.address("yi").to_string()),
        })
    });
    let name = format!("funnel-{}", slug(id));
    let plot = Funnel {
        frame: frame(words, &name, "picture.funnel", analysis),
        measure: measure(words, analysis),
        scale: scale(analysis),
        points: points.chain(filled).collect(),
        centre: main_result(input, id).and_then(|row| row.number("estimate")),
        null: Some(0.0),
        asymmetry: asymmetry().filter(|_| by_error),
        notes: vec![words.say(
            "picture.regression-test",
            &[
                ("predictor", &words.said(test.text("predictor"))),
                ("p", &style.p_value(p)),
            ],
        )],
        ..Funnel::default()
    };
    Some(NamedFigure {
        name,
        figure: plot.draw(),
    })
}
