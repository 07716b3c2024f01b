//! Baujat plots: which studies make the heterogeneity, and which move the result.

use super::NamedFigure;
use super::analysis::{frame, of_analysis};
use crate::plot::{Baujat, BaujatPoint};
use crate::report::escape::slug;
use crate::report::input::{ReportInput, TableRow};

/// `baujat-<analysis>` where the influence of each study was computed.
pub(super) fn draw(input: &ReportInput, analysis: &TableRow<'_>) -> Option<NamedFigure> {
    let id = analysis.text("analysis");
    let points = of_analysis(input, "influence", id).into_iter();
    let points: Vec<BaujatPoint> = points
        .filter_map(|row| {
            Some(BaujatPoint {
                label: row.text("label").to_owned(),
                heterogeneity: row.number("residual")?,
                influence: row.number("influence")?,
                address: Some(row.address("influence").to_string()),
            })
        })
        .collect();
    if points.len() < 3 {
        return None;
    }
    let name = format!("baujat-{}", slug(id));
    let plot = Baujat {
        frame: frame(&input.words, &name, "picture.baujat", analysis),
        points,
        ..Baujat::default()
    };
    Some(NamedFigure {
        name,
        figure: plot.draw(),
    })
}
