//! The forest plot: studies, pooled results, prediction intervals, subgroups.
//!
//! `input` holds what a caller fills in, `rows` turns it into rows of text, `columns` measures and places them, `marks` draws
//! squares, diamonds and bars, `page`, `header` and `footer` put all together, `summary` says it in words and as a table.

mod arm_cells;
mod columns;
mod footer;
mod header;
mod input;
mod limits;
mod marks;
mod page;
mod rows;
mod series;
mod summary;

pub use input::{
    BiasColumns, Cell, ColumnGroup, ColumnKind, Favours, Forest, ForestLayout, PooledRow,
    StudyMark, StudyRow, Subgroup,
};

pub use series::{Cumulative, CumulativeStep, LeaveOneOut, WithoutStudy};

#[cfg(test)]
mod tests;
