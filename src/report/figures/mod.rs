//! The figures of the report, drawn from its tables.

mod analysis;
mod bias;
mod bubble;
mod flow;
mod forest;
mod funnel;
mod specification_curve;
mod update;

use super::input::ReportInput;
use crate::plot::Figure;

/// A figure with the name templates ask for it by; its file is `<name>.svg`.
#[derive(Clone, Debug)]
pub(super) struct NamedFigure {
    /// Lower-case letters, digits and hyphens.
    pub name: String,
    /// The drawing.
    pub figure: Figure,
}

/// All figures that the tables allow, in the order of the report: `flow`, `risk-of-bias-<tool>`, and for each analysis
/// `forest-…`, `leave-one-out-…`, `rounds-…`, `bubble-…`, `funnel-…` and `specification-curve-…`.
pub(super) fn draw(input: &ReportInput) -> Vec<NamedFigure> {
    let mut figures = Vec::new();
    figures.extend(flow::draw(input));
    figures.extend(bias::draw(input));
    for analysis in analysis::in_order(input) {
        figures.extend(forest::draw(input, &analysis));
        figures.extend(update::draw(input, &analysis));
        figures.extend(bubble::draw(input, &analysis));
        figures.extend(funnel::draw(input, &analysis));
        figures.extend(specification_curve::draw(input, &analysis));
    }
    figures
}
