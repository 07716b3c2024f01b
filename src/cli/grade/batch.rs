//! One request of `review grade --batch`: a policy's proposal, or one of the tasks around it.

use crate::grade::Policy;
use crate::grade::absolute::{self, Relative};
use crate::grade::certainty::{Certainty, Domain};
use crate::grade::evidence::Evidence;
use crate::grade::information_size::{self, Errors};
use crate::grade::proposal::{Proposal, rate_levels};
use crate::grade::re_expression;
use crate::grade::wording::{Direction, Size, statement};
use crate::screening::agreement::{self, Table};
use crate::screening::flow::Flow;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

type Request = Map<String, Value>;

/// Answers one request.
pub(super) fn answer(request: &Request) -> Result<Value, String> {
    match request.get("task").and_then(Value::as_str) {
        None => policy(request),
        Some("wording") => wording(request),
        Some("agreement") => agreement(request),
        Some("prisma-flow") => flow(request),
        Some(other) => Err(format!(
            "task `{other}` is not known: wording, agreement, prisma-flow"
        )),
    }
}

fn text<'a>(request: &'a Request, key: &str) -> Result<&'a str, String> {
    request
        .get(key)
        .and_then(Value::as_str)
        .ok_or_else(|| format!("`{key}` is missing"))
}

fn number(request: &Request, key: &str) -> Result<f64, String> {
    request
        .get(key)
        .and_then(Value::as_f64)
        .ok_or_else(|| format!("`{key}` is missing or no number"))
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|why| why.to_string())
}

fn interval(request: &Request, key: &str) -> Result<Option<[f64; 2]>, String> {
    match request.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => read(value.clone())
            .map(Some)
            .map_err(|why| format!("`{key}`: {why}")),
    }
}

fn policy(request: &Request) -> Result<Value, String> {
    let name = text(request, "policy")?;
    let policy = Policy::parse(name).ok_or_else(|| {
        let known: Vec<&str> = Policy::ALL.iter().map(|policy| policy.name()).collect();
        format!("policy `{name}` is not known: {}", known.join(", "))
    })?;
    let given: Request = request
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let evidence: Evidence = read(Value::Object(given))?;
    if evidence.ci[0] > evidence.ci[1] || evidence.mid < 0.0 {
        return Err("`ci` must run from lower to upper, and `mid` must not be negative".to_owned());
    }
    let proposal = policy.propose(&evidence);
    let (levels, overrides, not_applied) = overridden(&proposal, request);
    let mut result = rated(&proposal, &levels);
    if !overrides.is_empty() {
        result["overridden"] = json!(overrides);
        result["proposed"] = json!(proposal.certainty);
    }
    if !not_applied.is_empty() {
        result["problems"] = json!(not_applied);
    }
    Ok(result)
}

/// Levels by domain with overrides in force; those without a reason are not applied and told.
fn overridden(
    proposal: &Proposal,
    request: &Request,
) -> (Vec<(Domain, u32)>, Vec<String>, Vec<String>) {
    let mut levels: Vec<(Domain, u32)> = proposal
        .domains
        .iter()
        .map(|found| (found.domain, found.levels))
        .collect();
    let (mut applied, mut problems) = (Vec::new(), Vec::new());
    for given in request
        .get("override")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let word = |key: &str| given.get(key).and_then(Value::as_str).unwrap_or("").trim();
        let domain = Domain::parse(word("domain"));
        let to = given
            .get("to")
            .and_then(Value::as_i64)
            .and_then(|to| u32::try_from(to.abs()).ok());
        match (domain, to) {
            (Some(domain), Some(to)) if to <= domain.most() && !word("reason").is_empty() => {
                match levels.iter_mut().find(|(other, _)| *other == domain) {
                    Some(found) => found.1 = to,
                    None => levels.push((domain, to)),
                }
                applied.push(domain.key().to_owned());
            }
            (Some(domain), Some(_)) if word("reason").is_empty() => {
                problems.push(format!("the override of {} has no reason", domain.key()));
            }
            _ => problems.push(format!(
                "the override {given} names no domain or no possible number of levels"
            )),
        }
    }
    (levels, applied, problems)
}

fn rated(proposal: &Proposal, levels: &[(Domain, u32)]) -> Value {
    let down: Map<String, Value> = levels
        .iter()
        .filter(|(domain, _)| !domain.rates_up())
        .map(|(domain, count)| (domain.key().to_owned(), json!(count)))
        .collect();
    let certainty = rate_levels(proposal.start, levels);
    let no_up: Vec<(Domain, u32)> = levels
        .iter()
        .filter(|(domain, _)| !domain.rates_up())
        .copied()
        .collect();
    let moved_up = levels.len() > no_up.len()
        && no_up.iter().all(|(_, count)| *count == 0)
        && proposal.start == Certainty::Low;
    let up: u32 = if moved_up {
        levels
            .iter()
            .filter(|(domain, _)| domain.rates_up())
            .map(|(_, count)| count)
            .sum()
    } else {
        0
    };
    let rules: Map<String, Value> = proposal
        .domains
        .iter()
        .map(|found| (found.domain.key().to_owned(), json!({"levels": found.levels, "rule": found.rule, "because": found.because, "questions": found.questions})))
        .collect();
    json!({
        "policy": proposal.policy,
        "target": proposal.target,
        "analysis_set": proposal.analysis_set,
        "rate_subgroups_separately": proposal.rate_subgroups_separately,
        "start": proposal.start,
        "down": down,
        "up": up,
        "certainty": certainty,
        "rules": rules,
    })
}

fn wording(request: &Request) -> Result<Value, String> {
    match text(request, "kind")? {
        "phrase" => phrase(request),
        "reexpress" => {
            let (smd, sd) = (number(request, "smd")?, number(request, "sd_reference")?);
            let found = match interval(request, "ci")? {
                Some(ci) if !request.contains_key("se") => {
                    re_expression::from_interval(smd, ci, sd)
                }
                _ => re_expression::from_standard_error(smd, number(request, "se")?, sd),
            };
            Ok(json!({"md": six_decimals(found.md), "ci": found.ci.map(six_decimals)}))
        }
        "smd_to_lnor" => {
            Ok(json!({"lnor": re_expression::log_odds_ratio(number(request, "smd")?)}))
        }
        "absolute_rr" => absolute_effect(request, Relative::RiskRatio, "rr"),
        "absolute_or" => absolute_effect(request, Relative::OddsRatio, "or"),
        "absolute_hr" => absolute_effect(request, Relative::HazardRatio, "hr"),
        "absolute_rd" => absolute_effect(request, Relative::RiskDifference, "rd"),
        "ois_continuous" => size(information_size::continuous(
            number(request, "delta_sd")?,
            errors(request),
        )),
        "ois_binary" => size(information_size::binary(
            number(request, "p0")?,
            number(request, "rrr")?,
            errors(request),
        )),
        other => Err(format!("kind `{other}` is not known")),
    }
}

fn phrase(request: &Request) -> Result<Value, String> {
    let level = text(request, "level")?;
    let certainty =
        Certainty::parse(level).ok_or_else(|| format!("level `{level}` is not known"))?;
    let smd = number(request, "smd")?;
    let size = Size::of_smd(smd);
    let said = statement(
        certainty,
        size,
        Direction::of(smd),
        text(request, "x")?,
        text(request, "outcome")?,
    );
    Ok(json!({"size": size, "text": said}))
}

fn absolute_effect(request: &Request, measure: Relative, key: &str) -> Result<Value, String> {
    let baseline = number(request, "baseline_risk")?;
    let found = absolute::absolute(
        measure,
        baseline,
        number(request, key)?,
        interval(request, "ci")?,
    )
    .ok_or("the baseline risk or the effect is impossible")?;
    Ok(json!({
        "per1000_control": six_decimals(found.per1000_control),
        "per1000_intervention": six_decimals(found.per1000_intervention),
        "difference": six_decimals(found.difference),
        "difference_per1000": six_decimals(found.difference),
        "difference_ci": found.difference_ci.map(|ci| ci.map(six_decimals)),
        "nnt": found.nnt,
        "risk_intervention": found.per1000_intervention / 1000.0,
    }))
}

/// Points of a scale and people per 1000 are answered to six decimals; what differs beyond them is rounding noise.
fn six_decimals(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

fn errors(request: &Request) -> Errors {
    let usual = Errors::default();
    Errors {
        alpha: number(request, "alpha").unwrap_or(usual.alpha),
        power: number(request, "power").unwrap_or(usual.power),
    }
}

fn size(found: Option<u64>) -> Result<Value, String> {
    found
        .map(|total| json!({"total": total}))
        .ok_or_else(|| "no size: there is no difference, or a risk is impossible".to_owned())
}

fn agreement(request: &Request) -> Result<Value, String> {
    let key = "table_rows_reviewer1_cols_reviewer2_include_exclude";
    let cells: [[u64; 2]; 2] = read(
        request
            .get(key)
            .or_else(|| request.get("table"))
            .cloned()
            .ok_or_else(|| format!("`{key}` is missing"))?,
    )?;
    let table = Table {
        both_include: cells[0][0],
        first_only: cells[0][1],
        second_only: cells[1][0],
        both_exclude: cells[1][1],
    };
    agreement::agreement(table)
        .map(|found| json!(found))
        .ok_or_else(|| "no items".to_owned())
}

fn flow(request: &Request) -> Result<Value, String> {
    let given = request.get("flow").cloned().ok_or("`flow` is missing")?;
    let (given, fractions) = whole(given);
    let flow: Flow = read(given)?;
    let violations = flow.violations();
    let mut names: Vec<String> = violations
        .iter()
        .map(|violation| violation.identity.clone())
        .collect();
    let mut details: Vec<String> = violations.iter().map(ToString::to_string).collect();
    if !fractions.is_empty() {
        if names.first().is_none_or(|name| name != "F0") {
            names.insert(0, "F0".to_owned());
        }
        details.extend(
            fractions
                .iter()
                .map(|name| format!("F0: {name} is no whole number")),
        );
    }
    Ok(json!({"violations": names, "details": details, "warnings": flow.warnings()}))
}

/// Counts that are no whole numbers are taken out and named: identities that need them are not checked.
fn whole(value: Value) -> (Value, Vec<String>) {
    let mut fractions = Vec::new();
    let Value::Object(mut boxes) = value else {
        return (value, fractions);
    };
    boxes.retain(|name, value| {
        let fraction = |value: &Value| value.is_number() && value.as_i64().is_none();
        let bad = fraction(value)
            || value
                .as_array()
                .is_some_and(|list| list.iter().any(|pair| pair.get(1).is_some_and(fraction)));
        if bad {
            fractions.push(name.clone());
        }
        !bad && !value.is_null()
    });
    (Value::Object(boxes), fractions)
}
