//! Answers to effect-size and univariate-model requests.

use super::request::{Answer, Question, number, numbers, optional, said};
use super::{answer_diagnostics, answer_moderators};
use crate::effect::{self, Estimate, Measure, Refusal, pre_post};
use crate::meta::prediction_interval::{PredictionInterval, Rule};
use crate::meta::{self, Model, Pooled, Tau2Method, heterogeneity};
use serde_json::{Map, Value, json};

/// Answers a question of these families; `None` for any other kind.
pub(super) fn answer(question: &Question<'_>) -> Option<Answer> {
    Some(match question.request.kind.as_str() {
        "escalc" => escalc(question),
        "pool" => pool(question),
        "subgroup" => answer_moderators::subgroups(question),
        "metareg" => answer_moderators::regression(question),
        "permutest" => answer_moderators::permutation(question),
        "leave1out" => answer_diagnostics::leave_one_out(question),
        "cumul" => answer_diagnostics::cumulative(question),
        "influence" => answer_diagnostics::influence(question),
        "regtest" => answer_diagnostics::egger(question),
        "ranktest" => answer_diagnostics::rank_test(question),
        "trimfill" => answer_diagnostics::trim_and_fill(question),
        "fsn" => answer_diagnostics::fail_safe_n(question),
        "pet_peese" => answer_diagnostics::pet_peese(question),
        _ => return None,
    })
}

fn escalc(question: &Question<'_>) -> Answer {
    let (yi, vi) =
        effect::known_parts(question.measure()?, &question.effect_settings()?, question)?;
    let sei: Vec<f64> = vi.iter().map(|&v| libm::sqrt(v)).collect();
    let mut result = json!({"yi": numbers(&yi), "vi": numbers(&vi), "sei": numbers(&sei)});
    if question.measure()? == Measure::StandardizedChangeDifference {
        for arm in ["arm1", "arm2"] {
            let changes = arm_changes(question, arm)?;
            let part = |of: fn(&Estimate) -> f64| -> Value {
                changes
                    .iter()
                    .map(|row| number(row.as_ref().map_or(f64::NAN, of)))
                    .collect()
            };
            result[format!("yi_{arm}")] = part(|e| e.yi);
            result[format!("vi_{arm}")] = part(|e| e.vi);
        }
    }
    Ok(result)
}

fn arm_changes(
    question: &Question<'_>,
    arm: &str,
) -> Result<Vec<Result<Estimate, Refusal>>, String> {
    let column = |name| question.arm_argument(arm, name);
    let (after, before, sd, n, r) = (
        column("m1i")?,
        column("m2i")?,
        column("sd1i")?,
        column("ni")?,
        column("ri")?,
    );
    Ok((0..n.len())
        .map(|i| {
            pre_post::smcr(pre_post::PrePost {
                n: n[i],
                after: after[i],
                before: before[i],
                sd1: sd[i],
                sd2: sd[i],
                r: r[i],
            })
        })
        .collect())
}

/// The effects that can be pooled, with the rows of the data they come from.
pub(super) struct Effects {
    pub(super) yi: Vec<f64>,
    pub(super) vi: Vec<f64>,
    pub(super) rows: Vec<usize>,
}

impl Effects {
    /// Of every row that has an effect.
    pub(super) fn of(question: &Question<'_>) -> Result<Self, String> {
        let mut effects = Self {
            yi: Vec::new(),
            vi: Vec::new(),
            rows: Vec::new(),
        };
        for (row, estimate) in question.estimates()?.into_iter().enumerate() {
            if let Ok(Estimate { yi, vi }) = estimate {
                effects.yi.push(yi);
                effects.vi.push(vi);
                effects.rows.push(row);
            }
        }
        Ok(effects)
    }

    /// The numbers of a column at these rows.
    pub(super) fn pick(&self, column: &[f64]) -> Vec<f64> {
        self.rows.iter().map(|&row| column[row]).collect()
    }
}

/// The model that a request's options describe.
pub(super) fn model_of(question: &Question<'_>) -> Result<Model, String> {
    let mut model = Model::default();
    let request = question.request;
    if let Some(method) = request.text("method") {
        model.tau2 = method.parse()?;
    }
    if let Some(test) = request.text("test") {
        model.test = test.parse()?;
    }
    if let Some(level) = request.number("level") {
        model.level = level;
    }
    Ok(model)
}

fn pool(question: &Question<'_>) -> Answer {
    let effects = Effects::of(question)?;
    let model = model_of(question)?;
    let pooled = meta::pool(&effects.yi, &effects.vi, &model).map_err(said)?;
    let mut result = estimate_fields(&pooled);
    heterogeneity_fields(&mut result, &pooled);
    interval_fields(&mut result, &effects, &pooled)?;
    let restricted = model.tau2 == Tau2Method::RestrictedMaximumLikelihood;
    let (criterion, fit) = if restricted {
        ("REML", pooled.fit_reml)
    } else {
        ("ML", pooled.fit_ml)
    };
    result.insert("fit".into(), fit_statistics(criterion, &fit));
    result.insert("logLik".into(), number(fit.log_likelihood));
    result.insert("weights".into(), numbers(&pooled.weights));
    let knha = Model {
        test: meta::Test::Knha,
        ..model
    };
    let knha = meta::pool(&effects.yi, &effects.vi, &knha).map_err(said)?;
    result.insert("knha_se".into(), number(knha.se));
    let predicted = meta::prediction_interval(&pooled, Rule::AsTest).ok();
    result.insert(
        "transf".into(),
        back_transformed(question, &effects, &pooled, predicted)?,
    );
    Ok(Value::Object(result))
}

fn estimate_fields(pooled: &Pooled) -> Map<String, Value> {
    let mut result = Map::new();
    let mut put = |name: &str, value: Value| result.insert(name.to_owned(), value);
    put("k", json!(pooled.k));
    put("beta", number(pooled.beta));
    put("se", number(pooled.se));
    put("stat", number(pooled.stat));
    put("ddf", optional(pooled.ddf));
    put("pval", number(pooled.pval));
    put("ci.lb", number(pooled.ci.0));
    put("ci.ub", number(pooled.ci.1));
    result
}

fn heterogeneity_fields(result: &mut Map<String, Value>, pooled: &Pooled) {
    let mut put = |name: &str, value: Value| result.insert(name.to_owned(), value);
    put("tau2", number(pooled.tau2));
    put("se.tau2", optional(pooled.se_tau2));
    put("I2", number(pooled.i2));
    put("H2", number(pooled.h2));
    put("vt", number(pooled.typical_variance));
    put("QE", number(pooled.q));
    put("QEdf", number(pooled.q_df));
    put("QEp", number(pooled.q_p));
}

fn interval_fields(
    result: &mut Map<String, Value>,
    effects: &Effects,
    pooled: &Pooled,
) -> Result<(), String> {
    if !pooled.model.tau2.is_random() {
        return Ok(());
    }
    let mut put = |name: String, value: Value| result.insert(name, value);
    for (name, rule) in [
        ("pi", Rule::AsTest),
        ("pi_riley", Rule::KMinusTwo),
        ("pi_t", Rule::KMinusOne),
    ] {
        let interval = meta::prediction_interval(pooled, rule).map_err(said)?;
        put(format!("{name}.lb"), number(interval.low));
        put(format!("{name}.ub"), number(interval.high));
        put(format!("{name}.ddf"), optional(interval.ddf));
    }
    if pooled.k < 2 {
        return Ok(());
    }
    let level = pooled.model.level;
    let tau2 = meta::q_profile(&effects.yi, &effects.vi, level).map_err(said)?;
    put("ci.null".into(), json!(tau2.is_empty));
    for (end, value) in [("lb", tau2.low), ("ub", tau2.high)] {
        let vt = pooled.typical_variance;
        put(format!("tau2.ci.{end}"), number(value));
        put(format!("I2.ci.{end}"), number(heterogeneity::i2(value, vt)));
        put(format!("H2.ci.{end}"), number(heterogeneity::h2(value, vt)));
    }
    let method = pooled.model.tau2;
    if let Ok(profile) = meta::profile_likelihood(&effects.yi, &effects.vi, method, level) {
        put("tau2_PL.ci.lb".into(), number(profile.low));
        put("tau2_PL.ci.ub".into(), number(profile.high));
    }
    Ok(())
}

/// Log-likelihood and criteria as the protocol names them.
pub(super) fn fit_statistics(criterion: &str, fit: &meta::fit_statistics::FitStatistics) -> Value {
    json!({
        "criterion": criterion,
        "logLik": number(fit.log_likelihood),
        "deviance": number(fit.deviance),
        "AIC": number(fit.aic),
        "BIC": number(fit.bic),
        "AICc": number(fit.aicc),
    })
}

fn back_transformed(
    question: &Question<'_>,
    effects: &Effects,
    pooled: &Pooled,
    predicted: Option<PredictionInterval>,
) -> Answer {
    let measure = question.measure()?;
    let fun = match measure {
        Measure::FisherZ => "transf.ztor",
        Measure::LogitProportion => "transf.ilogit",
        Measure::ArcsineProportion => "transf.iarcsin",
        Measure::FreemanTukeyProportion => "transf.ipft.hm",
        _ if measure.is_transformed() => "exp",
        _ => return Ok(Value::Null),
    };
    let sizes = if measure == Measure::FreemanTukeyProportion {
        effects.pick(question.argument("ni")?)
    } else {
        Vec::new()
    };
    let back = |y: f64| number(measure.back(y, &sizes));
    Ok(json!({
        "fun": fun,
        "pred": back(pooled.beta),
        "ci.lb": back(pooled.ci.0),
        "ci.ub": back(pooled.ci.1),
        "pi.lb": predicted.map_or(Value::Null, |pi| back(pi.low)),
        "pi.ub": predicted.map_or(Value::Null, |pi| back(pi.high)),
    }))
}
