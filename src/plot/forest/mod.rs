//! The forest plot: studies, pooled results, prediction intervals, subgroups.
//!
//! `input` holds what a caller fills in, `rows` turns it into rows of text, `columns` measures and places them, `marks` draws
//! squares, diamonds and bars, `page` puts all together.

mod arm_cells;
mod columns;
mod input;
mod marks;
mod page;
mod rows;
mod series;

pub use input::{
    BiasColumns, Cell, ColumnGroup, ColumnKind, Favours, Forest, ForestLayout, PooledRow,
    StudyMark, StudyRow, Subgroup,
};

pub use series::{Cumulative, CumulativeStep, LeaveOneOut, WithoutStudy};

#[cfg(test)]
mod tests;
