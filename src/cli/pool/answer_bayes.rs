//! Answers to `bayes` requests.

use super::answer_counts::level;
use super::answer_models::reason;
use super::effects::collect;
use super::request::{Answer, Question, number};
use crate::meta::bayes::{self, Posterior, TauPrior};
use serde_json::{Value, json};

fn summary(p: &Posterior) -> Value {
    json!({
        "mean": number(p.mean),
        "sd": number(p.sd),
        "median": number(p.median),
        "lower": number(p.lower),
        "upper": number(p.upper),
    })
}

/// Fits the Bayesian normal-normal model.
pub(super) fn answer(question: &Question<'_>) -> Answer {
    let request = question.request;
    if let Some(other) = request.text("prior_mu").filter(|prior| *prior != "uniform") {
        return Err(format!("the prior of mu is uniform, not {other}"));
    }
    let prior = TauPrior::parse(request.text("prior_tau").unwrap_or("half-normal(0.5)"))
        .map_err(|why| reason(&why))?;
    let effects = collect(question)?;
    let pairs: Vec<(f64, f64)> = effects
        .yi
        .iter()
        .copied()
        .zip(effects.vi.iter().copied())
        .collect();
    let fit = bayes::fit(&pairs, prior, level(request)?).map_err(|why| reason(&why))?;
    let mut mu = summary(&fit.mu);
    mu["prob_gt_0"] = number(fit.probability_above_0);
    Ok(json!({"mu": mu, "tau": summary(&fit.tau), "predictive": summary(&fit.predictive)}))
}
