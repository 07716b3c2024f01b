//! Answers to `robust`, `robust_metafor` and `robu` requests.

use super::answer_counts::level;
use super::answer_models::reason;
use super::effects::{Effects, collect};
use super::request::{Answer, Question, number, numbers, optional};
use crate::meta::robumeta::{self, Dependence};
use crate::meta::robust::{self as sandwich, Correction, Robust, Tested};
use crate::stats::matrix::Matrix;
use serde_json::{Value, json};

/// One field of all tests as a list.
fn list(tests: &[Tested], pick: fn(&Tested) -> f64) -> Value {
    tests.iter().map(|test| number(pick(test))).collect()
}

fn square(matrix: &Matrix) -> Value {
    (0..matrix.rows()).map(|i| numbers(matrix.row(i))).collect()
}

/// The column named as the cluster.
pub(super) fn cluster_labels(
    question: &Question<'_>,
    effects: &Effects,
) -> Result<Vec<String>, String> {
    let column = question
        .request
        .text("cluster")
        .ok_or("`cluster` is not named")?;
    effects.labels(question, column)
}

/// The correction named by `type`.
pub(super) fn correction(question: &Question<'_>) -> Result<Correction, String> {
    let name = question.request.text("type").unwrap_or("CR2");
    Correction::from_name(name)
        .ok_or_else(|| format!("`type` must be CR0, CR1, CR1p, CR1S or CR2, not {name}"))
}

/// Satterthwaite tests of a robust fit, as `coef_test` and `conf_int` report them.
pub(super) fn satterthwaite(fit: &Robust, level: f64) -> Value {
    let tests = fit.tests(&fit.df, level);
    let naive = fit.clusters as f64 - 1.0;
    let simple = fit.tests(&vec![naive; fit.beta.len()], level);
    json!({
        "beta": numbers(&fit.beta),
        "se": list(&tests, |t| t.se),
        "tstat": list(&tests, |t| t.t),
        "df_satt": list(&tests, |t| t.df),
        "p_satt": list(&tests, |t| t.p),
        "ci.lb": list(&tests, |t| t.lower),
        "ci.ub": list(&tests, |t| t.upper),
        "df_naive": naive,
        "p_naive_t": list(&simple, |t| t.p),
        "n_clusters": fit.clusters,
        "vcov": square(&fit.vcov),
    })
}

/// Variances under the working model: sampling variance plus τ² by the method named.
fn working_variance(question: &Question<'_>, effects: &Effects) -> Result<Vec<f64>, String> {
    let tau2 = super::effects::tau2(question, effects)?;
    Ok(effects.vi.iter().map(|v| v + tau2).collect())
}

fn fit(question: &Question<'_>, correction: Correction) -> Result<(Effects, Robust), String> {
    let effects = collect(question)?;
    let labels = cluster_labels(question, &effects)?;
    let clusters = sandwich::independent(&labels, &working_variance(question, &effects)?);
    let fit = sandwich::robust(&effects.yi, &effects.x, &clusters, correction)
        .map_err(|why| reason(&why))?;
    Ok((effects, fit))
}

/// Cluster-robust tests of a univariate model.
pub(super) fn robust(question: &Question<'_>) -> Answer {
    let (effects, fit) = fit(question, correction(question)?)?;
    let mut answer = satterthwaite(&fit, level(question.request)?);
    answer["coef_names"] = effects.names.into();
    Ok(answer)
}

/// metafor's own robust test: `J / (J - p)` and t with `J - p` degrees of freedom.
pub(super) fn robust_metafor(question: &Question<'_>) -> Answer {
    let adjusted = question.request.flag("adjust").unwrap_or(true);
    let (_, fit) = fit(
        question,
        if adjusted {
            Correction::Cr1p
        } else {
            Correction::Cr0
        },
    )?;
    let p = fit.beta.len();
    if fit.clusters <= p {
        return Err(format!(
            "{} clusters do not test {p} coefficients",
            fit.clusters
        ));
    }
    let df = (fit.clusters - p) as f64;
    let tests = fit.tests(&vec![df; p], level(question.request)?);
    Ok(json!({
        "beta": numbers(&fit.beta),
        "se": list(&tests, |t| t.se),
        "stat": list(&tests, |t| t.t),
        "ddf": df,
        "pval": list(&tests, |t| t.p),
        "ci.lb": list(&tests, |t| t.lower),
        "ci.ub": list(&tests, |t| t.upper),
    }))
}

/// Robust variance estimation with robumeta's weights.
pub(super) fn robu(question: &Question<'_>) -> Answer {
    let request = question.request;
    let effects = collect(question)?;
    let labels = cluster_labels(question, &effects)?;
    let dependence = match request.text("modelweights").unwrap_or("CORR") {
        "CORR" => Dependence::Correlated {
            rho: request.number("rho").unwrap_or(0.8),
        },
        "HIER" => Dependence::Hierarchical,
        other => return Err(format!("`modelweights` must be CORR or HIER, not {other}")),
    };
    let small = request.flag("small").unwrap_or(true);
    let fit = robumeta::fit(
        &effects.yi,
        &effects.vi,
        &effects.x,
        &labels,
        dependence,
        small,
    )
    .map_err(|why| reason(&why))?;
    let tests = fit.robust.tests(&fit.df, level(request)?);
    Ok(json!({
        "labels": effects.names,
        "beta": numbers(&fit.robust.beta),
        "se": list(&tests, |t| t.se),
        "t": list(&tests, |t| t.t),
        "df": numbers(&fit.df),
        "pval": list(&tests, |t| t.p),
        "ci.lb": list(&tests, |t| t.lower),
        "ci.ub": list(&tests, |t| t.upper),
        "tau2": number(fit.tau2),
        "omega2": optional(fit.omega2),
        "I2": optional(fit.i2),
    }))
}
