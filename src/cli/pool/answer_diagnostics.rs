//! Answers to requests about single studies and small-study effects.

use super::answer_univariate::{Effects, model_of};
use super::request::{Answer, Question, number, numbers, optional, said};
use crate::effect::Design;
use crate::meta::cumulative::order_by;
use crate::meta::egger::{Predictor, Regression};
use crate::meta::fail_safe_n::Approach;
use crate::meta::fit::Coefficient;
use crate::meta::leave_one_out::PartPooled;
use crate::meta::pet_peese::Variant;
use crate::meta::trim_and_fill::{Estimator, Refit, Side};
use crate::meta::{self, Model, Refusal};
use serde_json::{Value, json};

pub(super) fn leave_one_out(question: &Question<'_>) -> Answer {
    let effects = Effects::of(question)?;
    let model = model_of(question)?;
    let parts = meta::leave_one_out(&effects.yi, &effects.vi, &model).map_err(said)?;
    Ok(part_columns(&parts, &model))
}

pub(super) fn cumulative(question: &Question<'_>) -> Answer {
    let effects = Effects::of(question)?;
    let model = model_of(question)?;
    let order = match question.request.text("order") {
        Some(column) => order_by(&effects.pick(question.table.numbers(column)?)),
        None => (0..effects.yi.len()).collect(),
    };
    let parts =
        meta::cumulative::cumulative(&effects.yi, &effects.vi, &order, &model).map_err(said)?;
    let mut result = part_columns(&parts, &model);
    result["row_order"] = order.iter().map(|i| effects.rows[*i] + 1).collect();
    Ok(result)
}

/// One list a field; a common effect has one null for all its τ².
fn part_columns(parts: &[PartPooled], model: &Model) -> Value {
    let list =
        |of: fn(&PartPooled) -> f64| -> Value { parts.iter().map(|p| number(of(p))).collect() };
    json!({
        "estimate": list(|p| p.beta),
        "se": list(|p| p.se),
        "stat": list(|p| p.stat),
        "pval": list(|p| p.pval),
        "ci.lb": list(|p| p.ci.0),
        "ci.ub": list(|p| p.ci.1),
        "Q": list(|p| p.q),
        "Qp": list(|p| p.q_p),
        "tau2": if model.tau2.is_random() { list(|p| p.tau2) } else { json!([null]) },
        "I2": list(|p| p.i2),
        "H2": list(|p| p.h2),
    })
}

pub(super) fn influence(question: &Question<'_>) -> Answer {
    use meta::influence::Influence;
    let effects = Effects::of(question)?;
    let model = model_of(question)?;
    let all = meta::influence::influence(&effects.yi, &effects.vi, &model).map_err(said)?;
    let list = |of: fn(&Influence) -> f64| -> Value { all.iter().map(|i| number(of(i))).collect() };
    Ok(json!({
        "rstudent": list(|i| i.rstudent),
        "rstandard": list(|i| i.rstandard),
        "dffits": list(|i| i.dffits),
        "cook.d": list(|i| i.cooks_distance),
        "cov.r": list(|i| i.covariance_ratio),
        "tau2.del": list(|i| i.tau2_deleted),
        "QE.del": list(|i| i.q_deleted),
        "hat": list(|i| i.hat),
        "weight": list(|i| i.weight),
        "dfbs": list(|i| i.dfbetas),
        "is.infl": all.iter().map(|i| i.is_influential).collect::<Value>(),
    }))
}

pub(super) fn egger(question: &Question<'_>) -> Answer {
    let effects = Effects::of(question)?;
    let request = question.request;
    let predictor: Predictor = request.text("predictor").unwrap_or("sei").parse()?;
    let model = model_of(question)?;
    let regression = match request.text("model").unwrap_or("rma") {
        "lm" => Regression::Weighted { level: model.level },
        "rma" => Regression::Meta(model),
        other => return Err(format!("`{other}` is none of rma, lm")),
    };
    let sizes = if predictor.needs_sizes() {
        sizes_of(question, &effects)?
    } else {
        Vec::new()
    };
    let test = meta::egger::asymmetry(&effects.yi, &effects.vi, &sizes, predictor, &regression)
        .map_err(said)?;
    let limit = |of: fn(&Coefficient) -> f64| optional(test.limit.as_ref().map(of));
    Ok(json!({
        "stat": number(test.slope.stat),
        "df": optional(test.df),
        "pval": number(test.slope.pval),
        "limit_est": limit(|c| c.beta),
        "limit_ci.lb": limit(|c| c.ci_low),
        "limit_ci.ub": limit(|c| c.ci_high),
        "intercept": number(test.intercept.beta),
        "intercept_se": number(test.intercept.se),
        "slope": number(test.slope.beta),
        "slope_se": number(test.slope.se),
    }))
}

/// Sample sizes (or person-time) as the measure's columns give them, or a column `ni`.
fn sizes_of(question: &Question<'_>, effects: &Effects) -> Result<Vec<f64>, String> {
    let sum = |a: Vec<f64>, b: Vec<f64>| a.iter().zip(&b).map(|(x, y)| x + y).collect();
    let size = |name: &str| question.argument(name).map(|column| effects.pick(column));
    match question.measure()?.design() {
        Design::Continuous | Design::Binary => Ok(sum(size("n1i")?, size("n2i")?)),
        Design::PersonTime => Ok(sum(size("t1i")?, size("t2i")?)),
        Design::Correlation | Design::Proportion | Design::PrePost => size("ni"),
        Design::PrePostControlled => {
            let arm = |arm| {
                question
                    .arm_argument(arm, "ni")
                    .map(|column| effects.pick(column))
            };
            Ok(sum(arm("arm1")?, arm("arm2")?))
        }
        Design::Generic => question
            .table
            .numbers(question.column_of("ni").unwrap_or("ni"))
            .map(|column| effects.pick(column)),
    }
}

pub(super) fn rank_test(question: &Question<'_>) -> Answer {
    let effects = Effects::of(question)?;
    let test = match meta::rank_test::rank_test(&effects.yi, &effects.vi) {
        Ok(test) => test,
        // All effects (or variances) equal: every rank is tied and nothing else is defined.
        Err(Refusal::Undefined(_)) => {
            return Ok(
                json!({"tau": null, "pval_exact": null, "pval_normal": null, "z_normal": null,
            "pval_normal_continuity": null, "z_normal_continuity": null, "ties": true}),
            );
        }
        Err(why) => return Err(said(why)),
    };
    Ok(json!({
        "tau": number(test.tau),
        "pval_exact": number(test.pval),
        "pval_normal": number(test.normal.1),
        "z_normal": number(test.normal.0),
        "pval_normal_continuity": number(test.normal_continuity.1),
        "z_normal_continuity": number(test.normal_continuity.0),
        "ties": test.ties,
    }))
}

pub(super) fn trim_and_fill(question: &Question<'_>) -> Answer {
    let effects = Effects::of(question)?;
    let request = question.request;
    let side = match request.text("side").unwrap_or("auto") {
        "left" => Some(Side::Left),
        "right" => Some(Side::Right),
        "auto" => None,
        other => return Err(format!("`{other}` is none of left, right, auto")),
    };
    let estimator: Estimator = request.text("estimator").unwrap_or("L0").parse()?;
    let model = model_of(question)?;
    let filled = meta::trim_and_fill::trim_and_fill(
        &effects.yi,
        &effects.vi,
        &model,
        side,
        estimator,
        Refit::AsMetafor,
    )
    .map_err(said)?;
    let pooled = &filled.pooled;
    let (ys, vs): (Vec<f64>, Vec<f64>) = filled.filled.iter().copied().unzip();
    Ok(json!({
        "side": filled.side,
        "k0": filled.missing,
        "se.k0": number(filled.se),
        "p.k0": optional(filled.pval),
        "k": pooled.k,
        "beta": number(pooled.beta),
        "se": number(pooled.se),
        "stat": number(pooled.stat),
        "pval": number(pooled.pval),
        "ci.lb": number(pooled.ci.0),
        "ci.ub": number(pooled.ci.1),
        "tau2": number(pooled.tau2),
        "I2": number(pooled.i2),
        "QE": number(pooled.q),
        "QEp": number(pooled.q_p),
        "filled_yi": numbers(&ys),
        "filled_vi": numbers(&vs),
    }))
}

pub(super) fn fail_safe_n(question: &Question<'_>) -> Answer {
    let effects = Effects::of(question)?;
    let request = question.request;
    let alpha = request.number("alpha").unwrap_or(0.05);
    let approach = match request.text("type").unwrap_or("Rosenthal") {
        "Rosenthal" => Approach::Rosenthal { alpha },
        "Orwin" => Approach::Orwin {
            target: request.number("target"),
            weighted: request.flag("weighted").unwrap_or(false),
        },
        "Rosenberg" => Approach::Rosenberg { alpha },
        other => return Err(format!("`{other}` is none of Rosenthal, Orwin, Rosenberg")),
    };
    let safe = meta::fail_safe_n::fail_safe_n(&effects.yi, &effects.vi, approach).map_err(said)?;
    Ok(json!({
        "fsnum": number(safe.number),
        "pval": optional(safe.pval),
        "meanes": optional(safe.mean),
        "target": optional(safe.target),
    }))
}

pub(super) fn pet_peese(question: &Question<'_>) -> Answer {
    let effects = Effects::of(question)?;
    let variant = match question.request.text("variant").unwrap_or("PET") {
        "PET" => Variant::Pet,
        "PEESE" => Variant::Peese,
        other => return Err(format!("`{other}` is none of PET, PEESE")),
    };
    let level = model_of(question)?.level;
    let line =
        meta::pet_peese::pet_peese(&effects.yi, &effects.vi, variant, level).map_err(said)?;
    Ok(json!({
        "estimate": number(line.intercept.beta),
        "se": number(line.intercept.se),
        "t": number(line.intercept.stat),
        "pval": number(line.intercept.pval),
        "ci.lb": number(line.intercept.ci_low),
        "ci.ub": number(line.intercept.ci_high),
        "slope": number(line.slope.beta),
        "slope_se": number(line.slope.se),
        "slope_t": number(line.slope.stat),
        "slope_pval": number(line.slope.pval),
        "df": number(line.df),
        "sigma": number(line.sigma),
    }))
}
