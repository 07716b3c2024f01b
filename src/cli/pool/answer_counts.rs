//! Answers to `mh`, `peto` and `cmh` requests.

use super::answer_models::reason;
use super::request::{Answer, Question, Request, number, optional};
use crate::meta::mantel_haenszel::{
    self as mh, AddTo, ChiSquare, Handling, Heterogeneity, Measure, PersonTime, Pooled,
    RateMeasure, Table,
};
use crate::meta::peto as one_step;
use serde_json::{Map, Value, json};

/// The level in percent, 95 unless given.
pub(super) fn level(request: &Request) -> Result<f64, String> {
    let level = request.number("level").unwrap_or(95.0);
    if level > 0.0 && level < 100.0 {
        Ok(level)
    } else {
        Err(format!("level must be between 0 and 100, not {level}"))
    }
}

/// The 2×2 tables of all rows without a missing count.
pub(super) fn tables(question: &Question<'_>) -> Result<Vec<Table>, String> {
    let (ai, ci) = (question.argument("ai")?, question.argument("ci")?);
    let size = |n: &str, other: &str, events: &[f64]| -> Result<Vec<f64>, String> {
        match question.argument(n) {
            Ok(n) => Ok(n.to_vec()),
            Err(_) => Ok(question
                .argument(other)?
                .iter()
                .zip(events.iter())
                .map(|(b, a)| a + b)
                .collect()),
        }
    };
    let (n1, n2) = (size("n1i", "bi", ai)?, size("n2i", "di", ci)?);
    (0..ai.len())
        .filter(|&i| [ai[i], n1[i], ci[i], n2[i]].iter().all(|v| !v.is_nan()))
        .map(|i| {
            Table::new(ai[i], n1[i], ci[i], n2[i])
                .map_err(|why| format!("row {}: {}", i + 1, reason(&why)))
        })
        .collect()
}

/// The person-time rows without a missing number.
pub(super) fn rates(question: &Question<'_>) -> Result<Vec<PersonTime>, String> {
    let (x1, t1) = (question.argument("x1i")?, question.argument("t1i")?);
    let (x2, t2) = (question.argument("x2i")?, question.argument("t2i")?);
    (0..x1.len())
        .filter(|&i| [x1[i], t1[i], x2[i], t2[i]].iter().all(|v| !v.is_nan()))
        .map(|i| {
            if x1[i] >= 0.0 && x2[i] >= 0.0 && t1[i] > 0.0 && t2[i] > 0.0 {
                Ok(PersonTime {
                    x1: x1[i],
                    t1: t1[i],
                    x2: x2[i],
                    t2: t2[i],
                })
            } else {
                Err(format!(
                    "row {}: events must not be below 0 and person-time must be above 0",
                    i + 1
                ))
            }
        })
        .collect()
}

/// The n-th of an option that is one value or a list of two.
fn nth<'a>(request: &'a Request, name: &str, n: usize) -> Option<&'a Value> {
    match request.option(name)? {
        Value::Array(values) => values.get(n),
        value if n == 0 => Some(value),
        _ => None,
    }
}

fn handling(request: &Request, n: usize) -> Result<Handling, String> {
    let default = if n == 0 {
        Handling::SINGLE
    } else {
        Handling::POOLED
    };
    let to = match nth(request, "to", n).and_then(Value::as_str) {
        None => default.to,
        Some("only0") => AddTo::OnlyZero,
        Some("all") => AddTo::All,
        Some("if0all") => AddTo::AllIfAnyZero,
        Some("none") => AddTo::Nowhere,
        Some(other) => {
            return Err(format!(
                "`to` must be only0, all, if0all or none, not {other}"
            ));
        }
    };
    Ok(Handling {
        add: nth(request, "add", n)
            .and_then(Value::as_f64)
            .unwrap_or(default.add),
        to,
        drop00: nth(request, "drop00", n)
            .and_then(Value::as_bool)
            .unwrap_or(default.drop00),
    })
}

fn pooled(out: &mut Map<String, Value>, pooled: Option<Pooled>, ratio: bool) {
    let field = |pick: fn(&Pooled) -> f64| optional(pooled.as_ref().map(pick));
    out.insert("beta".into(), field(|p| p.beta));
    out.insert("se".into(), field(|p| p.se));
    out.insert("zval".into(), field(|p| p.z));
    out.insert("pval".into(), field(|p| p.p));
    out.insert("ci.lb".into(), field(|p| p.lower));
    out.insert("ci.ub".into(), field(|p| p.upper));
    let exponent = if ratio {
        field(|p| libm::exp(p.beta))
    } else {
        Value::Null
    };
    out.insert("exp_beta".into(), exponent);
}

fn spread(out: &mut Map<String, Value>, h: Option<Heterogeneity>) {
    out.insert("QE".into(), optional(h.map(|h| h.q)));
    out.insert("QEp".into(), optional(h.map(|h| h.q_p)));
    out.insert("I2".into(), optional(h.and_then(|h| h.i2)));
    out.insert("H2".into(), optional(h.and_then(|h| h.h2)));
}

fn test(out: &mut Map<String, Value>, names: [&str; 2], test: Option<ChiSquare>) {
    out.insert(names[0].into(), optional(test.map(|t| t.statistic)));
    out.insert(names[1].into(), optional(test.map(|t| t.p)));
}

/// Mantel-Haenszel pooling.
pub(super) fn mantel_haenszel(question: &Question<'_>) -> Answer {
    let request = question.request;
    let correct = request.flag("correct").unwrap_or(true);
    let level = level(request)?;
    let both = (handling(request, 0)?, handling(request, 1)?);
    let fit = match request.measure() {
        "OR" => mh::pool_tables(Measure::OddsRatio, &tables(question)?, correct, level, both),
        "RR" => mh::pool_tables(Measure::RiskRatio, &tables(question)?, correct, level, both),
        "RD" => mh::pool_tables(
            Measure::RiskDifference,
            &tables(question)?,
            correct,
            level,
            both,
        ),
        "IRR" => mh::pool_rates(
            RateMeasure::RateRatio,
            &rates(question)?,
            correct,
            level,
            both,
        ),
        "IRD" => mh::pool_rates(
            RateMeasure::RateDifference,
            &rates(question)?,
            correct,
            level,
            both,
        ),
        other => {
            return Err(format!(
                "Mantel-Haenszel pools OR, RR, RD, IRR and IRD, not {other}"
            ));
        }
    }
    .map_err(|why| reason(&why))?;
    let mut out = Map::new();
    out.insert("k".into(), fit.k.into());
    out.insert("k_pos".into(), fit.k_pos.map_or(Value::Null, Value::from));
    pooled(
        &mut out,
        fit.pooled,
        !matches!(request.measure(), "RD" | "IRD"),
    );
    spread(&mut out, fit.heterogeneity);
    test(&mut out, ["CMH", "CMHp"], fit.cmh);
    test(&mut out, ["CO", "COp"], fit.cochran);
    test(&mut out, ["BreslowDay", "BreslowDay_p"], fit.breslow_day);
    test(&mut out, ["Tarone", "Tarone_p"], fit.tarone);
    Ok(Value::Object(out))
}

/// Peto's odds ratio.
pub(super) fn peto(question: &Question<'_>) -> Answer {
    let fit =
        one_step::pool(&tables(question)?, level(question.request)?).map_err(|why| reason(&why))?;
    let mut out = Map::new();
    out.insert("k".into(), fit.k.into());
    pooled(&mut out, Some(fit.pooled), true);
    spread(&mut out, Some(fit.heterogeneity));
    Ok(Value::Object(out))
}

/// Whether R's `mantelhaen.test` could form the variance of the log odds ratio: it multiplies integer counts as 32-bit integers
/// and has no interval where a product does not fit.
fn interval_fits_32_bits(tables: &[Table]) -> bool {
    let limit = f64::from(i32::MAX);
    tables.iter().all(|t| {
        let cells = [t.a, t.b, t.c, t.d];
        if cells.iter().any(|cell| cell.fract() != 0.0) {
            return true;
        }
        let (same, cross) = (t.a + t.d, t.b + t.c);
        [
            same * t.a * t.d,
            same * t.b * t.c,
            cross * t.a * t.d,
            cross * t.b * t.c,
        ]
        .iter()
        .all(|product| *product <= limit)
    })
}

/// The test as R's `mantelhaen.test` reports it; where R has no interval, it comes under other names.
pub(super) fn cochran_mantel_haenszel(question: &Question<'_>) -> Answer {
    let request = question.request;
    let tables = tables(question)?;
    let correct = request.flag("correct").unwrap_or(true);
    let out =
        mh::common_odds_ratio(&tables, correct, level(request)?).map_err(|why| reason(&why))?;
    let limits = if interval_fits_32_bits(&tables) {
        json!({"ci.lb": number(out.lower), "ci.ub": number(out.upper)})
    } else {
        json!({"ci.lb": null, "ci.ub": null, "wide.ci.lb": number(out.lower), "wide.ci.ub": number(out.upper)})
    };
    let mut answer = json!({
        "statistic": number(out.test.statistic),
        "df": number(out.test.df),
        "pval": number(out.test.p),
        "common_or": number(out.odds_ratio),
    });
    if let (Value::Object(answer), Value::Object(limits)) = (&mut answer, limits) {
        answer.extend(limits);
    }
    Ok(answer)
}
