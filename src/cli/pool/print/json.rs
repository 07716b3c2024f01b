//! An analysis as one JSON object.

use crate::cli::pool::analysis::Analysis;
use crate::cli::pool::request::{number, numbers, optional};
use crate::meta::Pooled;
use crate::meta::fit::Coefficient;
use crate::meta::leave_one_out::PartPooled;
use serde_json::{Map, Value, json};

/// The analysis as one JSON object; effects stay on the scale they were pooled on.
pub(in crate::cli::pool) fn json(analysis: &Analysis) -> Value {
    let pooled = &analysis.pooled;
    let studies: Value = analysis
        .labels
        .iter()
        .enumerate()
        .map(|(i, label)| {
            let mut study = json!({"study": label, "yi": number(analysis.yi[i]), "vi": number(analysis.vi[i]), "weight": number(pooled.weights[i])});
            let correction = analysis.corrections[i];
            if correction.added > 0.0 || correction.double_zero {
                study["added"] = number(correction.added);
                study["double_zero"] = json!(correction.double_zero);
            }
            study
        })
        .collect();
    let left_out: Value = analysis
        .left_out
        .iter()
        .map(|(label, why)| json!({"study": label, "why": why}))
        .collect();
    let mut result = Map::new();
    let mut put = |name: &str, value: Value| result.insert(name.to_owned(), value);
    put("measure", json!(analysis.measure.code()));
    put("is_log", json!(analysis.measure.is_ratio()));
    put("model", json!(pooled.model));
    put("studies", studies);
    put("left_out", left_out);
    put(
        "pooled",
        json!({
            "k": pooled.k, "beta": number(pooled.beta), "se": number(pooled.se), "stat": number(pooled.stat),
            "ddf": optional(pooled.ddf), "pval": number(pooled.pval), "ci": [number(pooled.ci.0), number(pooled.ci.1)],
        }),
    );
    put(
        "heterogeneity",
        json!({
            "tau2": number(pooled.tau2), "se_tau2": optional(pooled.se_tau2),
            "tau2_q_profile": analysis.tau2_interval.map(|i| json!({"low": number(i.low), "high": number(i.high), "empty": i.is_empty})),
            "i2": number(pooled.i2), "h2": number(pooled.h2), "q": number(pooled.q), "q_df": number(pooled.q_df), "q_p": number(pooled.q_p),
        }),
    );
    put(
        "prediction_interval",
        json!(analysis.prediction.map(|pi| json!({"low": number(pi.low), "high": number(pi.high), "ddf": optional(pi.ddf), "rule": analysis.rule}))),
    );
    moderators_json(&mut result, analysis);
    sensitivity_json(&mut result, analysis);
    small_study_json(&mut result, analysis);
    Value::Object(result)
}

/// What explains differences between studies.
fn moderators_json(result: &mut Map<String, Value>, analysis: &Analysis) {
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            result.insert(name.to_owned(), value);
        }
    };
    put(
        "subgroups",
        analysis.subgroups.as_ref().map(|s| {
            let groups: Value = s
                .groups
                .iter()
                .map(|g| json!({"level": g.level, "k": g.pooled.k, "beta": number(g.pooled.beta), "se": number(g.pooled.se),
                    "ci": [number(g.pooled.ci.0), number(g.pooled.ci.1)], "tau2": number(g.pooled.tau2), "i2": number(g.pooled.i2)}))
                .collect();
            let test = |of: fn(&Pooled) -> f64| s.between.as_ref().ok().map(|test| number(of(test)));
            json!({"groups": groups, "q_between": test(|test| test.q), "df": test(|test| test.q_df), "p": test(|test| test.q_p),
                "not_tested": s.between.as_ref().err(), "left_out": s.alone()})
        }),
    );
    put(
        "regression",
        analysis.regression.as_ref().map(|r| {
            let coefficients: Value = r
                .names
                .iter()
                .zip(&r.fit.coefficients)
                .map(|(name, c)| coefficient(Some(name), c))
                .collect();
            json!({"k": r.fit.k, "coefficients": coefficients, "dropped": r.dropped, "tau2": number(r.fit.tau2), "i2": number(r.fit.i2),
                "r2": optional(r.r2), "qm": number(r.qm), "qm_df": [number(r.qm_df), optional(r.fit.ddf)], "qm_p": number(r.qm_p),
                "qe": number(r.fit.q), "qe_p": number(r.fit.q_p)})
        }),
    );
    put(
        "permutation",
        analysis.permutation.as_ref().map(|t| {
            json!({"arrangements": t.iterations, "stat": numbers(&t.stat), "pval": numbers(&t.pval), "qm_p": optional(t.qm_p)})
        }),
    );
}

/// What the effect would be without a study, with one more at a time, and what each study weighs on it.
fn sensitivity_json(result: &mut Map<String, Value>, analysis: &Analysis) {
    let part = |label: &str, p: &PartPooled| {
        json!({"study": label, "beta": number(p.beta), "se": number(p.se), "pval": number(p.pval),
            "ci": [number(p.ci.0), number(p.ci.1)], "tau2": number(p.tau2), "i2": number(p.i2), "q": number(p.q)})
    };
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            result.insert(name.to_owned(), value);
        }
    };
    put(
        "leave_one_out",
        analysis.leave_one_out.as_ref().map(|parts| {
            analysis
                .labels
                .iter()
                .zip(parts)
                .map(|(l, p)| part(l, p))
                .collect()
        }),
    );
    put(
        "cumulative",
        analysis
            .cumulative
            .as_ref()
            .map(|parts| parts.iter().map(|(l, p)| part(l, p)).collect()),
    );
    put(
        "influence",
        analysis.influence.as_ref().map(|all| {
            analysis
                .labels
                .iter()
                .zip(all)
                .map(|(label, i)| json!({"study": label, "rstudent": number(i.rstudent), "dffits": number(i.dffits),
                    "cooks_distance": number(i.cooks_distance), "covariance_ratio": number(i.covariance_ratio), "hat": number(i.hat),
                    "influential": i.is_influential}))
                .collect()
        }),
    );
}

fn coefficient(name: Option<&str>, c: &Coefficient) -> Value {
    json!({"name": name, "beta": number(c.beta), "se": number(c.se), "stat": number(c.stat), "pval": number(c.pval),
        "ci": [number(c.ci_low), number(c.ci_high)]})
}

fn small_study_json(result: &mut Map<String, Value>, analysis: &Analysis) {
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            result.insert(name.to_owned(), value);
        }
    };
    put(
        "egger",
        analysis.egger.map(|t| {
            json!({"predictor": "standard error", "slope": coefficient(None, &t.slope), "ddf": optional(t.df),
                "limit": t.limit.map(|c| coefficient(None, &c))})
        }),
    );
    put(
        "rank_test",
        analysis
            .rank_test
            .map(|t| json!({"tau": number(t.tau), "pval": number(t.pval), "ties": t.ties})),
    );
    put(
        "trim_and_fill",
        analysis.trim_and_fill.as_ref().map(|f| {
            let filled: Value = f.filled.iter().map(|&(y, v)| json!([number(y), number(v)])).collect();
            json!({"side": f.side, "missing": f.missing, "se": number(f.se), "filled": filled, "beta": number(f.pooled.beta),
                "ci": [number(f.pooled.ci.0), number(f.pooled.ci.1)]})
        }),
    );
    put(
        "pet_peese",
        analysis.pet_peese.map(|(pet, peese)| {
            json!({"pet": coefficient(None, &pet.intercept), "peese": coefficient(None, &peese.intercept), "df": number(pet.df)})
        }),
    );
    put(
        "fail_safe_n",
        analysis
            .fail_safe_n
            .map(|s| json!({"rosenthal": number(s.number)})),
    );
}
