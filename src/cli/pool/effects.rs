//! Effects and design of a request: rows with an estimate, a variance and all moderators.

use super::answer_moderators::design_of;
use super::answer_univariate::model_of;
use super::request::{Question, said};
use crate::meta::formula::Design;
use crate::meta::regression;
use crate::stats::matrix::Matrix;

/// The rows that are fitted.
pub(super) struct Effects {
    /// Rows of the data, ascending.
    pub(super) rows: Vec<usize>,
    /// Estimates.
    pub(super) yi: Vec<f64>,
    /// Sampling variances.
    pub(super) vi: Vec<f64>,
    /// Design matrix.
    pub(super) x: Matrix,
    /// Names of its columns.
    pub(super) names: Vec<String>,
    /// Whether the first column is the intercept.
    pub(super) intercept: bool,
}

impl Effects {
    /// The labels of a column for the fitted rows.
    pub(super) fn labels(
        &self,
        question: &Question<'_>,
        column: &str,
    ) -> Result<Vec<String>, String> {
        let text = question.table.text(column)?;
        Ok(self.rows.iter().map(|&row| text[row].clone()).collect())
    }
}

/// Collects what a model of this request is fitted to.
pub(super) fn collect(question: &Question<'_>) -> Result<Effects, String> {
    let formula = question.request.text("moderators").unwrap_or("~ 1");
    let (design, yi, vi) = design_of(question, formula)?;
    Ok(Effects {
        rows: design.rows,
        yi,
        vi,
        x: design.matrix,
        names: design.names,
        intercept: design.has_intercept,
    })
}

/// τ² of the working model by the request's method.
pub(super) fn tau2(question: &Question<'_>, effects: &Effects) -> Result<f64, String> {
    let model = model_of(question)?;
    if !model.tau2.is_random() {
        return Ok(0.0);
    }
    let design = Design {
        matrix: effects.x.clone(),
        names: effects.names.clone(),
        terms: vec![Vec::new(); effects.names.len()],
        rows: effects.rows.clone(),
        has_intercept: effects.intercept,
    };
    let fit = regression::fit(&effects.yi, &effects.vi, &design, &model).map_err(said)?;
    Ok(fit.fit.tau2)
}
