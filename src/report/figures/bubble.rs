//! Bubble plots of meta-regressions on one number.

use super::NamedFigure;
use super::analysis::{estimate, measure, of_analysis, scale, titled};
use crate::plot::{Bubble, BubblePoint, FittedEffect};
use crate::report::escape::slug;
use crate::report::input::{ReportInput, TableRow};
use crate::report::words::plain_moderators;

/// `bubble-<analysis>-<moderator>` for each fitted line of an analysis.
pub(super) fn draw(input: &ReportInput, analysis: &TableRow<'_>) -> Vec<NamedFigure> {
    let regressions = of_analysis(input, "regressions", analysis.text("analysis"));
    regressions
        .iter()
        .filter_map(|regression| bubble(input, analysis, regression))
        .collect()
}

fn bubble(
    input: &ReportInput,
    analysis: &TableRow<'_>,
    regression: &TableRow<'_>,
) -> Option<NamedFigure> {
    let id = analysis.text("analysis");
    let formula = regression.text("formula");
    let moderator = formula.trim_start_matches('~').trim();
    let line = of_analysis(input, "regression-line", id).into_iter();
    let line: Vec<FittedEffect> = line
        .filter(|row| row.text("formula") == formula)
        .filter_map(|row| {
            Some(FittedEffect {
                x: row.number("x")?,
                estimate: estimate(&row, "estimate")?,
                prediction: None,
            })
        })
        .collect();
    if line.is_empty() {
        return None;
    }
    let studies: Vec<TableRow<'_>> = input.rows("characteristics").collect();
    let points = of_analysis(input, "effects", id).into_iter();
    let points = points.filter_map(|row| {
        let mut found = studies.iter();
        let study = found.find(|study| study.text("study") == row.text("study"))?;
        Some(BubblePoint {
            label: row.text("label").to_owned(),
            x: study.number(moderator)?,
            value: row.number("yi")?,
            weight: row.number("weight"),
            address: Some(row.address("yi").to_string()),
        })
    });
    let words = &input.words;
    let covariate = words.moderators(formula);
    let name = format!("bubble-{}-{}", slug(id), slug(&plain_moderators(formula)));
    let values = [("title", analysis.text("title")), ("covariate", &covariate)];
    let title = words.say("picture.bubble", &values);
    let plot = Bubble {
        frame: titled(words, &name, title),
        measure: measure(words, analysis),
        scale: scale(analysis),
        level: analysis.number("level").unwrap_or(95.0),
        null: Some(0.0),
        covariate,
        points: points.collect(),
        fit: line,
        ..Bubble::default()
    };
    Some(NamedFigure {
        name,
        figure: plot.draw(),
    })
}
