//! Forest plots whose rows are pooled results themselves: leave-one-out and cumulative.

use super::input::{Cell, ColumnGroup, Favours, Forest, PooledRow, StudyMark, StudyRow, Subgroup};
use crate::plot::axis::Scale;
use crate::plot::estimate::Estimate;
use crate::plot::figure::{Figure, Frame};
use crate::plot::wording::fill;

/// The pooled result without one study.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WithoutStudy {
    /// The study left out.
    pub study: String,
    /// Pooled effect of the others; `None` when they cannot be pooled.
    pub estimate: Option<Estimate>,
    /// I² of the others, percent.
    pub i2: Option<f64>,
    /// What leaving it out changes ("crosses the null", "category changes"); empty for nothing.
    pub change: String,
    /// Address of the estimate.
    pub address: Option<String>,
}

/// A leave-one-out plot.
#[derive(Clone, Debug, Default)]
pub struct LeaveOneOut {
    /// Id, title, language.
    pub frame: Frame,
    /// Name of the effect measure.
    pub measure: String,
    /// Scale of the effects.
    pub scale: Scale,
    /// Confidence level, percent; 0 means 95.
    pub level: f64,
    /// No difference.
    pub null: Option<f64>,
    /// One row a study.
    pub rows: Vec<WithoutStudy>,
    /// The result with all studies: last row and dashed line.
    pub all: PooledRow,
    /// Whom low and high values favour.
    pub favours: Option<Favours>,
    /// Footnotes.
    pub notes: Vec<String>,
}

impl LeaveOneOut {
    /// Draws the figure.
    pub fn draw(&self) -> Figure {
        let words = &self.frame.wording;
        let changes = self.rows.iter().any(|row| !row.change.trim().is_empty());
        let mut columns = vec![ColumnGroup::single("I²")];
        if changes {
            columns.push(ColumnGroup::single(words.category_change.as_ref()));
        }
        let studies = self.rows.iter().map(|row| self.row(row, changes)).collect();
        let mut all = self.all.clone();
        let i2 = all.heterogeneity.and_then(|h| h.i2);
        all.cells = vec![i2_cell(i2)];
        // Weights and prediction belong to the main plot; here the rows are compared.
        (all.weight, all.prediction, all.test) = (None, None, None);
        Forest {
            frame: self.frame.clone(),
            measure: self.measure.clone(),
            scale: self.scale,
            level: self.level,
            null: self.null,
            study_heading: words.left_out.to_string(),
            columns,
            subgroups: vec![Subgroup {
                studies,
                ..Subgroup::default()
            }],
            pooled: vec![all],
            favours: self.favours.clone(),
            mark: StudyMark::Equal,
            notes: self.notes.clone(),
            ..Forest::default()
        }
        .draw()
    }

    fn row(&self, row: &WithoutStudy, changes: bool) -> StudyRow {
        let mut cells = vec![i2_cell(row.i2)];
        if changes {
            cells.push(Cell::Text(row.change.clone()));
        }
        StudyRow {
            label: fill(&self.frame.wording.without, &[("study", &row.study)]),
            cells,
            estimate: row.estimate,
            address: row.address.clone(),
            ..StudyRow::default()
        }
    }
}

/// A percentage, or nothing.
fn i2_cell(i2: Option<f64>) -> Cell {
    i2.map_or(Cell::Empty, Cell::Percent)
}

/// The pooled result after adding one more study.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CumulativeStep {
    /// The study added.
    pub study: String,
    /// Studies pooled so far.
    pub k: usize,
    /// Pooled effect so far.
    pub estimate: Option<Estimate>,
    /// Word on a dashed rule above this row: the update began here.
    pub break_before: Option<String>,
    /// Address of the estimate.
    pub address: Option<String>,
}

/// A cumulative plot.
#[derive(Clone, Debug, Default)]
pub struct Cumulative {
    /// Id, title, language.
    pub frame: Frame,
    /// Name of the effect measure.
    pub measure: String,
    /// Scale of the effects.
    pub scale: Scale,
    /// Confidence level, percent; 0 means 95.
    pub level: f64,
    /// No difference.
    pub null: Option<f64>,
    /// Steps in order; the last is the result with all studies.
    pub steps: Vec<CumulativeStep>,
    /// Whom low and high values favour.
    pub favours: Option<Favours>,
    /// Footnotes: how the studies are ordered.
    pub notes: Vec<String>,
}

impl Cumulative {
    /// Draws the figure.
    pub fn draw(&self) -> Figure {
        let words = &self.frame.wording;
        let studies = self
            .steps
            .iter()
            .map(|step| StudyRow {
                label: fill(&words.up_to, &[("study", &step.study)]),
                cells: vec![Cell::Count(step.k as u64)],
                estimate: step.estimate,
                break_before: step.break_before.clone(),
                address: step.address.clone(),
                ..StudyRow::default()
            })
            .collect();
        Forest {
            frame: self.frame.clone(),
            measure: self.measure.clone(),
            scale: self.scale,
            level: self.level,
            null: self.null,
            study_heading: words.study_added.to_string(),
            columns: vec![ColumnGroup::single("k")],
            subgroups: vec![Subgroup {
                studies,
                ..Subgroup::default()
            }],
            reference: self
                .steps
                .last()
                .and_then(|step| step.estimate)
                .map(|e| e.value),
            favours: self.favours.clone(),
            mark: StudyMark::Equal,
            notes: self.notes.clone(),
            ..Forest::default()
        }
        .draw()
    }
}
