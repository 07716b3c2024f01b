//! Answers to `mv` and `mv_robust` requests.

use super::answer_clusters::{cluster_labels, correction, satterthwaite};
use super::answer_counts::level;
use super::answer_models::reason;
use super::effects::{Effects, collect};
use super::request::{Answer, Question, number, numbers};
use crate::meta::multilevel::{self, Criterion, Model, Multilevel, Random, Structure, Structured};
use crate::meta::robust as sandwich;
use crate::meta::sampling::Sampling;
use crate::stats::matrix::{Matrix, dot};
use crate::stats::{chi2, f, normal, t};
use serde_json::{Map, Value, json};

/// The column inside `factor(…)`, or the name itself.
fn bare(name: &str) -> &str {
    name.strip_prefix("factor(")
        .and_then(|inner| inner.strip_suffix(')'))
        .unwrap_or(name)
        .trim()
}

/// Levels of a factor: numbers by value, text by alphabet.
fn levels(labels: &[String]) -> (Vec<usize>, usize) {
    let mut sorted: Vec<&String> = labels.iter().collect();
    sorted.sort_by(|a, b| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) => x.total_cmp(&y),
        _ => a.cmp(b),
    });
    sorted.dedup();
    let of = |label: &String| sorted.iter().position(|known| *known == label).unwrap_or(0);
    (labels.iter().map(of).collect(), sorted.len())
}

/// One term `~ inner | outer`.
fn add_term(
    question: &Question<'_>,
    effects: &Effects,
    term: &str,
    random: &mut Random,
) -> Result<(), String> {
    let (inner, outer) = term
        .trim()
        .trim_start_matches('~')
        .split_once('|')
        .ok_or_else(|| format!("a random effect reads `~ 1 | unit`, not `{term}`"))?;
    if inner.trim() == "1" {
        let columns: Vec<Vec<String>> = outer
            .split('/')
            .map(|name| effects.labels(question, bare(name.trim())))
            .collect::<Result<_, _>>()?;
        let columns: Vec<&[String]> = columns.iter().map(Vec::as_slice).collect();
        random.intercepts.extend(Random::nested(&columns));
        return Ok(());
    }
    if random.structured.is_some() {
        return Err("only one random effect with an inner factor is fitted".to_owned());
    }
    let name = question.request.text("struct").unwrap_or("CS");
    let structure = Structure::from_name(name)
        .ok_or_else(|| format!("`struct` must be CS, HCS, UN, DIAG or ID, not {name}"))?;
    let (inner, count) = levels(&effects.labels(question, bare(inner.trim()))?);
    let (outer, _) = levels(&effects.labels(question, bare(outer.trim()))?);
    random.structured = Some(Structured {
        structure,
        inner,
        outer,
        levels: count,
    });
    Ok(())
}

fn random(question: &Question<'_>, effects: &Effects) -> Result<Random, String> {
    let mut random = Random::default();
    match question.request.option("random") {
        None => {}
        Some(Value::String(text)) => {
            let text = text.trim();
            match text
                .strip_prefix("list(")
                .and_then(|inner| inner.strip_suffix(')'))
            {
                Some(terms) => {
                    for term in terms
                        .split('~')
                        .map(str::trim)
                        .filter(|term| !term.is_empty())
                    {
                        add_term(question, effects, term.trim_end_matches(','), &mut random)?;
                    }
                }
                None => add_term(question, effects, text, &mut random)?,
            }
        }
        Some(Value::Array(terms)) => {
            for term in terms {
                let term = term
                    .as_str()
                    .ok_or("`random` must be text or a list of texts")?;
                add_term(question, effects, term, &mut random)?;
            }
        }
        Some(_) => return Err("`random` must be text or a list of texts".to_owned()),
    }
    Ok(random)
}

fn sampling(question: &Question<'_>, effects: &Effects) -> Result<Sampling, String> {
    let Some(v) = question.request.option("V") else {
        return Ok(Sampling::independent(&effects.vi));
    };
    let text = |name: &str| v.get(name).and_then(Value::as_str);
    let cluster = effects.labels(question, text("cluster").ok_or("`V` names no `cluster`")?)?;
    if let Some(columns) = v.get("rvars").and_then(Value::as_array) {
        let columns: Vec<Vec<f64>> = columns
            .iter()
            .map(|name| {
                let name = name.as_str().ok_or("`rvars` must list columns")?;
                let all = question.table.numbers(name)?;
                Ok::<_, String>(effects.rows.iter().map(|&row| all[row]).collect())
            })
            .collect::<Result<_, _>>()?;
        let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        return Sampling::known(&cluster, &columns).map_err(|why| reason(&why));
    }
    let rho = v
        .get("rho")
        .and_then(Value::as_f64)
        .ok_or("`V` gives no `rho`")?;
    let observation = match text("obs") {
        Some(name) => effects.labels(question, name)?,
        None => effects.rows.iter().map(ToString::to_string).collect(),
    };
    Sampling::constant_correlation(&effects.vi, &cluster, &observation, rho)
        .map_err(|why| reason(&why))
}

fn criterion(question: &Question<'_>) -> Result<Criterion, String> {
    match question.request.text("method").unwrap_or("REML") {
        "ML" => Ok(Criterion::Ml),
        "REML" => Ok(Criterion::Reml),
        other => Err(format!(
            "a multilevel model is fitted by ML or REML, not {other}"
        )),
    }
}

/// A request's model with all its parts.
struct Asked {
    effects: Effects,
    sampling: Sampling,
    random: Random,
    criterion: Criterion,
}

impl Asked {
    fn new(question: &Question<'_>) -> Result<Self, String> {
        let effects = collect(question)?;
        Ok(Self {
            sampling: sampling(question, &effects)?,
            random: random(question, &effects)?,
            criterion: criterion(question)?,
            effects,
        })
    }

    fn model(&self) -> Model<'_> {
        Model {
            y: &self.effects.yi,
            x: &self.effects.x,
            sampling: &self.sampling,
            random: &self.random,
            criterion: self.criterion,
        }
    }
}

/// The tests' reference distribution: normal, or t with residual degrees of freedom.
struct Reference {
    ddf: Option<f64>,
    half: f64,
}

impl Reference {
    fn p(&self, statistic: f64) -> f64 {
        match self.ddf {
            Some(df) => t::two_sided(statistic, df),
            None => normal::two_sided(statistic),
        }
    }
}

/// Omnibus test of all coefficients but the intercept, or of the intercept when it is alone.
fn omnibus(
    out: &mut Map<String, Value>,
    effects: &Effects,
    fit: &Multilevel,
    reference: &Reference,
) {
    let p = fit.beta.len();
    let first = usize::from(effects.intercept && p > 1);
    let m = p - first;
    let part = Matrix::from_fn(m, m, |i, j| fit.vcov[(i + first, j + first)]);
    let beta = &fit.beta[first..];
    let (mut qm, mut qmp) = (f64::NAN, f64::NAN);
    if let Some(factor) = part.cholesky() {
        qm = dot(beta, &factor.solve(beta));
        qmp = match reference.ddf {
            Some(df) => {
                qm /= m as f64;
                f::sf(qm, m as f64, df)
            }
            None => chi2::sf(qm, m as f64),
        };
    }
    out.insert("QM".into(), number(qm));
    out.insert("QMp".into(), number(qmp));
}

/// Fit statistics with `n` effective observations.
fn statistics(fit: &Multilevel, criterion: Criterion, k: usize, p: usize) -> Value {
    let parameters = fit.parameters as f64;
    let n = match criterion {
        Criterion::Ml => k,
        Criterion::Reml => k - p,
    } as f64;
    let enough = n.max(parameters + 2.0);
    let base = -2.0 * fit.log_likelihood;
    json!({
        "criterion": match criterion { Criterion::Ml => "ML", Criterion::Reml => "REML" },
        "logLik": number(fit.log_likelihood),
        "deviance": number(fit.deviance),
        "AIC": number(base + 2.0 * parameters),
        "BIC": number(base + parameters * libm::log(n)),
        "AICc": number(base + 2.0 * parameters * enough / (enough - parameters - 1.0)),
    })
}

/// The prediction interval of a model without moderators and without a structured term.
fn prediction(
    out: &mut Map<String, Value>,
    asked: &Asked,
    fit: &Multilevel,
    reference: &Reference,
) {
    if fit.beta.len() == 1 && asked.effects.intercept && asked.random.structured.is_none() {
        let total: f64 = fit.vcov[(0, 0)] + fit.sigma2.iter().sum::<f64>();
        let half = reference.half * libm::sqrt(total);
        out.insert("pi.lb".into(), number(fit.beta[0] - half));
        out.insert("pi.ub".into(), number(fit.beta[0] + half));
    }
}

/// Fits a multilevel model.
pub(super) fn multilevel(question: &Question<'_>) -> Answer {
    let asked = Asked::new(question)?;
    let model = asked.model();
    let fit = multilevel::fit(&model).map_err(|why| reason(&why))?;
    let level = level(question.request)?;
    let (k, p) = (model.y.len(), fit.beta.len());
    let ddf = (question.request.text("test") == Some("t")).then_some((k - p) as f64);
    let tail = (1.0 - level / 100.0) / 2.0;
    let reference = Reference {
        ddf,
        half: ddf.map_or_else(|| normal::quantile_sf(tail), |df| t::quantile_sf(tail, df)),
    };
    let se: Vec<f64> = fit.vcov.diagonal().iter().map(|v| libm::sqrt(*v)).collect();
    let each = |value: &dyn Fn(f64, f64) -> f64| -> Value {
        fit.beta
            .iter()
            .zip(&se)
            .map(|(&b, &s)| number(value(b, s)))
            .collect()
    };
    let mut out = Map::new();
    out.insert("k".into(), k.into());
    out.insert("coef_names".into(), asked.effects.names.clone().into());
    out.insert("beta".into(), numbers(&fit.beta));
    out.insert("se".into(), numbers(&se));
    out.insert("stat".into(), each(&|b, s| b / s));
    out.insert(
        "ddf".into(),
        ddf.map_or(Value::Null, |df| vec![df; p].into()),
    );
    out.insert("pval".into(), each(&|b, s| reference.p(b / s)));
    out.insert("ci.lb".into(), each(&|b, s| b - reference.half * s));
    out.insert("ci.ub".into(), each(&|b, s| b + reference.half * s));
    out.insert(
        "vcov".into(),
        (0..p).map(|i| numbers(fit.vcov.row(i))).collect(),
    );
    let list = |values: &[f64]| {
        if values.is_empty() {
            Value::Null
        } else {
            numbers(values)
        }
    };
    let sigma2 = if fit.sigma2.is_empty() {
        vec![0.0]
    } else {
        fit.sigma2.clone()
    };
    out.insert("sigma2".into(), numbers(&sigma2));
    out.insert("tau2".into(), list(&fit.tau2));
    out.insert("rho".into(), list(&fit.rho));
    out.insert("QE".into(), number(fit.qe));
    out.insert("QEp".into(), number(chi2::sf(fit.qe, (k - p) as f64)));
    omnibus(&mut out, &asked.effects, &fit, &reference);
    out.insert("fit".into(), statistics(&fit, asked.criterion, k, p));
    prediction(&mut out, &asked, &fit, &reference);
    if !fit.sigma2.is_empty() && asked.random.structured.is_none() {
        let intervals =
            multilevel::variance_intervals(&model, &fit, level).map_err(|why| reason(&why))?;
        let rows = intervals.iter().enumerate().map(|(n, i)| {
            let name = if intervals.len() > 1 { format!("sigma^2.{}", n + 1) } else { "sigma^2".to_owned() };
            json!({"parameter": name, "est": number(i.estimate), "ci.lb": number(i.lower), "ci.ub": number(i.upper)})
        });
        out.insert("sigma2_ci".into(), rows.collect());
    }
    out.insert("converged".into(), fit.converged.into());
    Ok(Value::Object(out))
}

/// A multilevel model with cluster-robust tests.
pub(super) fn robust(question: &Question<'_>) -> Answer {
    let asked = Asked::new(question)?;
    let model = asked.model();
    let labels = cluster_labels(question, &asked.effects)?;
    let answer = multilevel::fit(&model)
        .and_then(|fit| multilevel::clusters(&model, &fit, &labels))
        .and_then(|clusters| {
            let correction = correction(question).unwrap_or(sandwich::Correction::Cr2);
            sandwich::robust(model.y, model.x, &clusters, correction)
        })
        .map_err(|why| reason(&why))?;
    correction(question)?;
    let mut out = satterthwaite(&answer, level(question.request)?);
    out["coef_names"] = asked.effects.names.clone().into();
    Ok(out)
}
