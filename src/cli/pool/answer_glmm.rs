//! Answers to `glmm` requests.

use super::answer_counts::{level, rates, tables};
use super::answer_models::reason;
use super::request::{Answer, Question, number};
use crate::effect;
use crate::meta::glmm::{self, Glmm, TwoArmModel, TwoArms};
use serde_json::json;

/// The informative studies' own effects and variances, ½ added to tables with an empty cell.
fn effects(question: &Question<'_>) -> Result<Vec<(f64, f64)>, String> {
    let mut settings = question.effect_settings()?;
    settings.zero_cells.drop_double_zero = true;
    Ok(effect::escalc(question.measure()?, &settings, question)?
        .iter()
        .flatten()
        .map(|estimate| (estimate.yi, estimate.vi))
        .collect())
}

fn model(question: &Question<'_>) -> Result<TwoArmModel, String> {
    match question.request.text("model").unwrap_or("UM.FS") {
        "UM.FS" => Ok(TwoArmModel::FixedStudies),
        "UM.RS" => Ok(TwoArmModel::RandomStudies),
        "CM.AL" => Ok(TwoArmModel::Conditional),
        "CM.EL" => Ok(TwoArmModel::ConditionalExact),
        other => Err(format!(
            "`model` must be UM.FS, UM.RS, CM.AL or CM.EL, not {other}"
        )),
    }
}

/// Events with their people or person-time, of rows that have both.
fn pairs(question: &Question<'_>, among: &str) -> Result<Vec<(f64, f64)>, String> {
    let (x, n) = (question.argument("xi")?, question.argument(among)?);
    x.iter()
        .zip(n.iter())
        .filter(|(x, n)| !x.is_nan() && !n.is_nan())
        .map(|(&x, &n)| {
            if x >= 0.0 && n > 0.0 && (among != "ni" || x <= n) {
                Ok((x, n))
            } else {
                Err(format!("{x} events among {n} cannot be"))
            }
        })
        .collect()
}

fn fit(question: &Question<'_>) -> Result<Glmm, String> {
    let request = question.request;
    if let Some(other) = request.text("method").filter(|method| *method != "ML") {
        return Err(format!("a model of counts is fitted by ML, not {other}"));
    }
    let level = level(request)?;
    let nodes = request
        .option("nAGQ")
        .and_then(serde_json::Value::as_u64)
        .unwrap_or(7);
    let nodes = usize::try_from(nodes).unwrap_or(7).clamp(1, 100);
    let own = effects(question)?;
    let two = |data: TwoArms| {
        glmm::two_arms(&data, model(question)?, &own, level, nodes).map_err(|why| reason(&why))
    };
    match request.measure() {
        "OR" => two(TwoArms::Tables(tables(question)?)),
        "IRR" => two(TwoArms::Rates(rates(question)?)),
        "PLO" => glmm::proportions(&pairs(question, "ni")?, &own, level, nodes)
            .map_err(|why| reason(&why)),
        "IRLN" => {
            glmm::incidence(&pairs(question, "ti")?, &own, level, nodes).map_err(|why| reason(&why))
        }
        other => Err(format!(
            "a model of counts is for OR, IRR, PLO and IRLN, not {other}"
        )),
    }
}

/// Fits a generalised linear mixed model.
pub(super) fn answer(question: &Question<'_>) -> Answer {
    let fit = fit(question)?;
    Ok(json!({
        "k": fit.k,
        "beta": number(fit.pooled.beta),
        "se": number(fit.pooled.se),
        "zval": number(fit.pooled.z),
        "pval": number(fit.pooled.p),
        "ci.lb": number(fit.pooled.lower),
        "ci.ub": number(fit.pooled.upper),
        "tau2": number(fit.tau2),
        "I2": number(fit.i2),
        "H2": number(fit.h2),
        "QE_Wld": number(fit.wald.statistic),
        "QEp_Wld": number(fit.wald.p),
        "QE_LRT": number(fit.likelihood_ratio.statistic),
        "QEp_LRT": number(fit.likelihood_ratio.p),
        "logLik": number(fit.log_likelihood),
        "converged": fit.converged,
    }))
}
