//! Cumulative forest plots: the pooled effect as studies were added by year.

use super::NamedFigure;
use super::analysis::{estimate, frame, measure, of_analysis, scale};
use super::forest::{favours, level};
use crate::plot::{Cumulative, CumulativeStep};
use crate::report::escape::slug;
use crate::report::input::{ReportInput, TableRow};

/// `cumulative-<analysis>` where studies were added in turn.
pub(super) fn draw(input: &ReportInput, analysis: &TableRow<'_>) -> Option<NamedFigure> {
    let id = analysis.text("analysis");
    let mut rows = of_analysis(input, "cumulative", id);
    if rows.len() < 3 {
        return None;
    }
    rows.sort_by(|a, b| {
        let order = |row: &TableRow<'_>| row.number("order").unwrap_or(f64::MAX);
        order(a).total_cmp(&order(b))
    });
    let name = format!("cumulative-{}", slug(id));
    let steps = rows.iter().enumerate().map(|(at, row)| CumulativeStep {
        study: row.text("label").to_owned(),
        k: row.text("k").parse().unwrap_or(at + 1),
        estimate: estimate(row, "estimate"),
        address: Some(row.address("estimate").to_string()),
        ..CumulativeStep::default()
    });
    let plot = Cumulative {
        frame: frame(&input.words, &name, "picture.cumulative", analysis),
        measure: measure(&input.words, analysis),
        scale: scale(analysis),
        level: level(analysis),
        null: Some(0.0),
        steps: steps.collect(),
        favours: favours(input, analysis),
        notes: Vec::new(),
    };
    Some(NamedFigure {
        name,
        figure: plot.draw(),
    })
}
