//! The figures of the report, drawn from its tables.

mod analysis;
mod baujat;
mod bias;
mod bias_columns;
mod bubble;
mod cumulative;
mod flow;
mod forest;
mod funnel;
mod labbe;
mod pipeline;
mod radial;
mod specification_curve;
mod update;

use super::input::{ReportInput, TableRow};
use crate::plot::Figure;
use rayon::prelude::*;

/// A figure with the name templates ask for it by; its file is `<name>.svg`.
#[derive(Clone, Debug)]
pub(super) struct NamedFigure {
    /// Lower-case letters, digits and hyphens.
    pub name: String,
    /// The drawing.
    pub figure: Figure,
}

/// All figures that the tables allow, in the order of the report: `flow`, `risk-of-bias-<tool>`, `risk-of-bias-summary-<tool>`, for
/// each analysis `forest-…`, `leave-one-out-…`, `rounds-…`, `bubble-…`, `funnel-…`, `cumulative-…`, `baujat-…`, `labbe-…`, `radial-…` and
/// `specification-curve-…`, and `pipeline`.
pub(super) fn draw(input: &ReportInput) -> Vec<NamedFigure> {
    let mut figures = Vec::new();
    figures.extend(flow::draw(input));
    figures.extend(bias::draw(input));
    let analyses = analysis::in_order(input);
    figures.par_extend(
        analyses
            .par_iter()
            .flat_map_iter(|analysis| of_analysis(input, analysis)),
    );
    figures.extend(pipeline::draw(input));
    figures
}

/// The figures of one analysis.
fn of_analysis(input: &ReportInput, analysis: &TableRow<'_>) -> Vec<NamedFigure> {
    let mut figures = Vec::new();
    figures.extend(forest::draw(input, analysis));
    figures.extend(update::draw(input, analysis));
    figures.extend(bubble::draw(input, analysis));
    figures.extend(funnel::draw(input, analysis));
    figures.extend(cumulative::draw(input, analysis));
    figures.extend(baujat::draw(input, analysis));
    figures.extend(labbe::draw(input, analysis));
    figures.extend(radial::draw(input, analysis));
    figures.extend(specification_curve::draw(input, analysis));
    figures
}
