//! Figures as SVG text.
//!
//! Each figure has a plain input struct and a `draw` method that gives a [`Figure`]: the SVG, its title and description, and a
//! table with the numbers it shows. Nothing is computed here that a reader would call a result: estimates, weights and
//! intervals come in, positions and text go out. Same input, same bytes.

mod axis;
mod baujat;
mod bias_summary;
mod bubble;
mod chart;
mod estimate;
mod figure;
mod forest;
mod funnel;
mod graph;
mod labbe;
mod legend;
mod number;
mod palette;
mod prisma_flow;
mod radial;
mod raster;
mod specification_curve;
mod svg;
mod text_width;
mod traffic_light;
mod wording;

#[cfg(test)]
mod layout_check;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod stress;

pub use axis::Scale;
pub use baujat::{Baujat, BaujatPoint};
pub use bias_summary::BiasSummary;
pub use bubble::{Bubble, BubblePoint, FittedEffect};
pub use estimate::{Estimate, Heterogeneity, Statistic, TestResult};
pub use figure::{DataTable, Figure, Frame};
pub use forest::{
    BiasColumns, Cell, ColumnGroup, ColumnKind, Cumulative, CumulativeStep, Favours, Forest,
    ForestLayout, LeaveOneOut, PooledRow, StudyMark, StudyRow, Subgroup, WithoutStudy,
};
pub use funnel::{AsymmetryLine, Funnel, FunnelPoint};
pub use graph::{GraphNode, NodeTone, PipelineGraph};
pub use labbe::{Labbe, LabbePoint, RiskCurve};
pub use number::{Bracket, NumberStyle};
pub use palette::{BiasPalette, BiasTone};
pub use prisma_flow::{
    Count, FlowTemplate, OtherMethods, PrismaFlow, RemovedBeforeScreening, StudiesAndReports,
};
pub use radial::{Radial, RadialPoint};
pub use raster::{Fonts, Raster, raster};
pub use specification_curve::{Choice, Specification, SpecificationCurve};
pub use traffic_light::{BiasDomain, BiasLevel, BiasRow, TrafficLight};
pub use wording::Wording;
