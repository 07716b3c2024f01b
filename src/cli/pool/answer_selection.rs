//! Answers to `selmodel` requests.

use super::answer_counts::level;
use super::answer_models::reason;
use super::effects::collect;
use super::request::{Answer, Question, number, numbers, optional};
use crate::meta::selection::{self, Alternative};
use crate::stats::normal;
use serde_json::{Value, json};

/// Fits a step-function selection model.
pub(super) fn answer(question: &Question<'_>) -> Answer {
    let request = question.request;
    if let Some(other) = request.text("type").filter(|kind| *kind != "stepfun") {
        return Err(format!("the selection model is a stepfun, not {other}"));
    }
    let alternative = match request.text("alternative").unwrap_or("greater") {
        "greater" => Alternative::Greater,
        "less" => Alternative::Less,
        "two.sided" => Alternative::TwoSided,
        other => {
            return Err(format!(
                "`alternative` must be greater, less or two.sided, not {other}"
            ));
        }
    };
    let steps: Vec<f64> = match request.option("steps") {
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_f64).collect(),
        Some(value) => value.as_f64().into_iter().collect(),
        None => vec![0.025, 1.0],
    };
    let effects = collect(question)?;
    let fit = selection::fit(&effects.yi, &effects.vi, &effects.x, &steps, alternative)
        .map_err(|why| reason(&why))?;
    let crit = normal::quantile_sf((1.0 - level(request)? / 100.0) / 2.0);
    let each = |value: &dyn Fn(f64, f64) -> f64| -> Value {
        let se = fit
            .se
            .clone()
            .unwrap_or_else(|| vec![f64::NAN; fit.beta.len()]);
        fit.beta
            .iter()
            .zip(&se)
            .map(|(&b, &s)| number(value(b, s)))
            .collect()
    };
    let mut se_delta = vec![f64::NAN];
    match &fit.se_delta {
        Some(errors) => se_delta.extend(errors),
        None => se_delta.extend(vec![f64::NAN; fit.delta.len() - 1]),
    }
    let counts: Vec<usize> = fit.counts.iter().copied().filter(|n| *n > 0).collect();
    Ok(json!({
        "beta": numbers(&fit.beta),
        "se": each(&|_, s| s),
        "zval": each(&|b, s| b / s),
        "pval": each(&|b, s| normal::two_sided(b / s)),
        "ci.lb": each(&|b, s| b - crit * s),
        "ci.ub": each(&|b, s| b + crit * s),
        "tau2": number(fit.tau2),
        "se.tau2": optional(fit.se_tau2),
        "delta": numbers(&fit.delta),
        "se.delta": numbers(&se_delta),
        "LRT": number(fit.test.0),
        "LRTp": number(fit.test.1),
        "logLik": number(fit.log_likelihood),
        "n_per_interval": counts,
        "converged": fit.converged,
    }))
}
