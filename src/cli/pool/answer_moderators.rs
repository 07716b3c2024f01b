//! Answers to requests with groups or moderators.

use super::answer_univariate::{Effects, fit_statistics, model_of};
use super::request::{Answer, Question, number, numbers, optional, said};
use crate::meta::fit::Coefficient;
use crate::meta::formula::{Design, Formula, Moderator};
use crate::meta::permutation::{self, Arrangements};
use crate::meta::subgroup;
use crate::meta::{self, Tau2Method};
use serde_json::{Value, json};

pub(super) fn subgroups(question: &Question<'_>) -> Answer {
    let effects = Effects::of(question)?;
    let model = model_of(question)?;
    let column = question
        .request
        .text("subgroup")
        .ok_or("no `subgroup` column is given")?;
    let text = question.table.text(column)?;
    let group: Vec<Option<String>> = effects
        .rows
        .iter()
        .map(|&row| Some(text[row].clone()).filter(|cell| !cell.is_empty() && cell != "NA"))
        .collect();
    if question.request.text("tau2") == Some("common") {
        let fit =
            subgroup::with_common_tau2(&effects.yi, &effects.vi, &group, &model).map_err(said)?;
        return Ok(common_tau2(&fit));
    }
    let fit = meta::subgroup(&effects.yi, &effects.vi, &group, &model).map_err(said)?;
    let groups: Value = fit
        .groups
        .iter()
        .map(|group| {
            let pooled = &group.pooled;
            json!({
                "level": group.level,
                "k": pooled.k,
                "beta": number(pooled.beta),
                "se": number(pooled.se),
                "ci.lb": number(pooled.ci.0),
                "ci.ub": number(pooled.ci.1),
                "pval": number(pooled.pval),
                "tau2": number(pooled.tau2),
                "I2": number(pooled.i2),
                "QE": number(pooled.q),
                "QEp": number(pooled.q_p),
            })
        })
        .collect();
    let alone = fit.groups.iter().filter(|group| group.pooled.k == 1);
    let alone: Vec<&str> = alone.map(|group| group.level.as_str()).collect();
    Ok(json!({
        "groups": groups,
        // Of one study, and tested against the others all the same.
        "tested_alone": alone,
        "Q_between": number(fit.q_between),
        "Q_between_df": number(fit.q_between_df),
        "Q_between_p": number(fit.q_between_p),
    }))
}

fn common_tau2(fit: &subgroup::CommonTau2) -> Value {
    let list = coefficient_lists(&fit.means.fit.coefficients);
    let test = &fit.differences;
    json!({
        "levels": fit.levels,
        "beta": list[0], "se": list[1], "pval": list[3], "ci.lb": list[4], "ci.ub": list[5],
        "tau2": number(test.fit.tau2),
        "Q_between": number(test.qm),
        "Q_between_df": [number(test.qm_df), optional(test.fit.ddf)],
        "Q_between_p": number(test.qm_p),
        "QE": number(test.fit.q),
        "QEp": number(test.fit.q_p),
        "R2": optional(test.r2),
    })
}

/// beta, se, stat, pval, lower, upper.
fn coefficient_lists(coefficients: &[Coefficient]) -> [Value; 6] {
    let list = |of: fn(&Coefficient) -> f64| -> Value {
        coefficients.iter().map(|c| number(of(c))).collect()
    };
    [
        list(|c| c.beta),
        list(|c| c.se),
        list(|c| c.stat),
        list(|c| c.pval),
        list(|c| c.ci_low),
        list(|c| c.ci_high),
    ]
}

/// The design of a request's moderators, over the rows with an effect, and the effects of its rows.
pub(super) fn design_of(
    question: &Question<'_>,
    formula: &str,
) -> Result<(Design, Vec<f64>, Vec<f64>), String> {
    let effects = Effects::of(question)?;
    let table = &question.table;
    let lookup = |column: &str| match table.text(column) {
        Ok(text) if !text.is_empty() => Some(Moderator::from_text(text)),
        _ => table
            .numbers(column)
            .ok()
            .map(|numbers| Moderator::Numbers(numbers.to_vec())),
    };
    let design = Formula::parse(formula)
        .and_then(|formula| formula.design(&effects.rows, lookup))
        .map_err(said)?;
    let keep = |values: &[f64]| -> Vec<f64> {
        effects
            .rows
            .iter()
            .zip(values)
            .filter(|(row, _)| design.rows.binary_search(row).is_ok())
            .map(|(_, &value)| value)
            .collect()
    };
    let (yi, vi) = (keep(&effects.yi), keep(&effects.vi));
    Ok((design, yi, vi))
}

pub(super) fn regression(question: &Question<'_>) -> Answer {
    let formula = question
        .request
        .text("moderators")
        .ok_or("no `moderators` formula is given")?;
    let model = model_of(question)?;
    let (design, yi, vi) = design_of(question, formula)?;
    let regression = meta::regression::fit(&yi, &vi, &design, &model).map_err(said)?;
    let fit = &regression.fit;
    let [beta, se, stat, pval, low, high] = coefficient_lists(&fit.coefficients);
    let vcov: Value = (0..fit.p).map(|i| numbers(fit.vcov.row(i))).collect();
    let (criterion, statistics) = if model.tau2 == Tau2Method::RestrictedMaximumLikelihood {
        ("REML", &regression.fit_reml)
    } else {
        ("ML", &regression.fit_ml)
    };
    Ok(json!({
        "k": fit.k,
        "p": fit.p,
        "coef_names": regression.names,
        "beta": beta, "se": se, "stat": stat, "ddf": optional(fit.ddf), "pval": pval, "ci.lb": low, "ci.ub": high,
        "vcov": vcov,
        "tau2": number(fit.tau2),
        "se.tau2": optional(fit.se_tau2),
        "I2": number(fit.i2),
        "H2": number(fit.h2),
        "R2": optional(regression.r2),
        "QE": number(fit.q),
        "QEdf": number(fit.q_df),
        "QEp": number(fit.q_p),
        "QM": number(regression.qm),
        "QMdf": [number(regression.qm_df), optional(fit.ddf)],
        "QMp": number(regression.qm_p),
        "fit": fit_statistics(criterion, statistics),
    }))
}

pub(super) fn permutation(question: &Question<'_>) -> Answer {
    let request = question.request;
    let model = model_of(question)?;
    let arrangements = if request.flag("exact").unwrap_or(false) {
        Arrangements::Exact
    } else {
        let whole = |name: &str, default: u64| {
            request
                .option(name)
                .map_or(Ok(default), |value| value.as_u64().ok_or(()))
                .map_err(|()| format!("`{name}` must be a whole number"))
        };
        Arrangements::Random {
            count: usize::try_from(whole("iter", 1000)?.min(10_000_000)).unwrap_or(1000),
            seed: whole("seed", 1)?,
        }
    };
    let test = if let Some(formula) = request.text("moderators") {
        let (design, yi, vi) = design_of(question, formula)?;
        permutation::test_moderators(&yi, &vi, &design, &model, arrangements)
    } else {
        let effects = Effects::of(question)?;
        permutation::test_mean(&effects.yi, &effects.vi, &model, arrangements)
    }
    .map_err(said)?;
    Ok(json!({
        "pval": numbers(&test.pval),
        "stat": numbers(&test.stat),
        "QMp": optional(test.qm_p),
        "iterations": test.iterations,
    }))
}
