//! Effects and design of a request: rows with an estimate, a variance and all moderators.

use super::request::Question;
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
    pub(super) fn labels(&self, question: &Question<'_>, column: &str) -> Result<Vec<String>, String> {
        let text = question.table.text(column)?;
        Ok(self.rows.iter().map(|&row| text[row].clone()).collect())
    }
}

fn estimates(question: &Question<'_>) -> Result<(Vec<f64>, Vec<f64>), String> {
    let rows = question.estimates()?;
    Ok(rows
        .iter()
        .map(|row| match row {
            Ok(estimate) => (estimate.yi, estimate.vi),
            Err(_) => (f64::NAN, f64::NAN),
        })
        .unzip())
}

/// One term of an additive formula as columns.
fn term(question: &Question<'_>, name: &str, rows: &[usize], intercept: bool) -> Result<Vec<(String, Vec<f64>)>, String> {
    let (name, factor) = match name.strip_prefix("factor(").and_then(|n| n.strip_suffix(')')) {
        Some(inner) => (inner.trim(), true),
        None => (name, false),
    };
    let values = question.table.numbers(name)?;
    let numeric = !factor && rows.iter().all(|&r| !values[r].is_nan());
    if numeric {
        return Ok(vec![(name.to_owned(), rows.iter().map(|&r| values[r]).collect())]);
    }
    let text = question.table.text(name)?;
    let mut levels: Vec<&String> = rows.iter().map(|&r| &text[r]).collect();
    levels.sort();
    levels.dedup();
    if factor && levels.iter().all(|l| l.parse::<f64>().is_ok()) {
        levels.sort_by(|a, b| a.parse::<f64>().unwrap_or(0.0).total_cmp(&b.parse::<f64>().unwrap_or(0.0)));
    }
    Ok(levels
        .into_iter()
        .skip(usize::from(intercept))
        .map(|level| {
            let column = rows.iter().map(|&r| f64::from(u8::from(&text[r] == level))).collect();
            (format!("{name}{level}"), column)
        })
        .collect())
}

/// Collects what a model of this request is fitted to.
pub(super) fn collect(question: &Question<'_>) -> Result<Effects, String> {
    let (yi, vi) = estimates(question)?;
    let formula = question.request.text("moderators").unwrap_or("~ 1").trim_start_matches('~').replace(' ', "");
    let mut intercept = true;
    let mut terms: Vec<&str> = Vec::new();
    let spaced = formula.replace("-1", "+0");
    for part in spaced.split('+').filter(|p| !p.is_empty()) {
        match part {
            "0" => intercept = false,
            "1" => {}
            name => terms.push(name),
        }
    }
    let missing = |row: usize| -> bool {
        terms.iter().any(|t| {
            let t = t.trim_start_matches("factor(").trim_end_matches(')');
            question.table.text(t).is_ok_and(|text| matches!(text.get(row).map(String::as_str), Some("" | "NA")))
        })
    };
    let rows: Vec<usize> = (0..yi.len())
        .filter(|&r| yi[r].is_finite() && vi[r].is_finite() && !missing(r))
        .collect();
    let mut columns: Vec<(String, Vec<f64>)> = Vec::new();
    if intercept {
        columns.push(("intrcpt".to_owned(), vec![1.0; rows.len()]));
    }
    let mut full = intercept;
    for name in terms {
        let before = columns.len();
        columns.extend(term(question, name, &rows, full)?);
        full |= columns.len() > before + 1;
    }
    Ok(Effects {
        yi: rows.iter().map(|&r| yi[r]).collect(),
        vi: rows.iter().map(|&r| vi[r]).collect(),
        x: Matrix::from_fn(rows.len(), columns.len(), |i, j| columns[j].1[i]),
        names: columns.into_iter().map(|(name, _)| name).collect(),
        rows,
        intercept,
    })
}

/// τ² of the working model by the method named.
pub(super) fn tau2(effects: &Effects, method: &str) -> Result<f64, String> {
    use crate::meta::multilevel::{self, Criterion, Model, Random};
    use crate::meta::sampling::Sampling;
    let criterion = match method {
        "FE" | "EE" | "CE" => return Ok(0.0),
        "ML" => Criterion::Ml,
        "REML" => Criterion::Reml,
        "DL" => return moments(effects),
        _ => return Err(format!("no estimator {method} here yet")),
    };
    let random = Random {
        intercepts: vec![(0..effects.yi.len()).collect()],
        structured: None,
    };
    multilevel::fit(&Model {
        y: &effects.yi,
        x: &effects.x,
        sampling: &Sampling::independent(&effects.vi),
        random: &random,
        criterion,
    })
    .map(|fit| fit.sigma2[0])
    .map_err(|why| super::answer_models::reason(&why))
}

fn moments(effects: &Effects) -> Result<f64, String> {
    let w: Vec<f64> = effects.vi.iter().map(|v| 1.0 / v).collect();
    let basis = crate::meta::orthonormal::orthonormalise(&effects.x).map_err(|why| super::answer_models::reason(&why))?;
    let (q, n, p) = (&basis.q, w.len(), basis.q.columns());
    let cross = |power: i32| Matrix::from_fn(p, p, |i, j| (0..n).map(|r| q[(r, i)] * w[r].powi(power) * q[(r, j)]).sum());
    let inverse = cross(1).cholesky().ok_or("the weighted design is singular")?.inverse();
    let score: Vec<f64> = (0..p).map(|i| (0..n).map(|r| q[(r, i)] * w[r] * effects.yi[r]).sum()).collect();
    let b = inverse.times_vector(&score);
    let fitted = q.times_vector(&b);
    let qe: f64 = (0..n).map(|r| w[r] * (effects.yi[r] - fitted[r]) * (effects.yi[r] - fitted[r])).sum();
    let trace = w.iter().sum::<f64>() - inverse.times(&cross(2)).trace();
    Ok(((qe - (n - p) as f64) / trace).max(0.0))
}
