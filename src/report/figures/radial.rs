//! Radial plots of analyses with enough studies to look at their spread.

use super::NamedFigure;
use super::analysis::{frame, measure, of_analysis, scale};
use crate::plot::{Radial, RadialPoint};
use crate::report::escape::slug;
use crate::report::input::{ReportInput, TableRow};

/// `radial-<analysis>` where three studies or more have an effect, with the line of the common effect where it was pooled.
pub(super) fn draw(input: &ReportInput, analysis: &TableRow<'_>) -> Option<NamedFigure> {
    let id = analysis.text("analysis");
    let points = of_analysis(input, "effects", id).into_iter();
    let points: Vec<RadialPoint> = points
        .filter_map(|row| {
            Some(RadialPoint {
                label: row.text("label").to_owned(),
                value: row.number("yi")?,
                standard_error: row.number("se")?,
                address: Some(row.address("yi").to_string()),
            })
        })
        .collect();
    if points.len() < 3 || analysis.text("status") != "pooled" {
        return None;
    }
    let mut pooled = of_analysis(input, "pooled", id).into_iter();
    let common =
        pooled.find(|row| row.text("model") == "common" && row.text("subgroup").is_empty());
    let name = format!("radial-{}", slug(id));
    let plot = Radial {
        frame: frame(&input.words, &name, "picture.radial", analysis),
        measure: measure(&input.words, analysis),
        scale: scale(analysis),
        points,
        centre: common.and_then(|row| row.number("estimate")),
        notes: Vec::new(),
    };
    Some(NamedFigure {
        name,
        figure: plot.draw(),
    })
}
