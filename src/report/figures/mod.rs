//! The figures of the report, drawn from its tables.

mod bias;
mod flow;
mod forest;

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

/// All figures that the tables allow, in the order of the report: `flow`, `risk-of-bias-<tool>`, `forest-<analysis>`,
/// `leave-one-out-<analysis>`.
pub(super) fn draw(input: &ReportInput) -> Vec<NamedFigure> {
    let mut figures = Vec::new();
    figures.extend(flow::draw(input));
    figures.extend(bias::draw(input));
    figures.extend(forest::draw(input));
    figures
}
