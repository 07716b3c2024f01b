//! One request of `review assess --batch`.

use crate::rob::answer::Options;
use crate::rob::evaluate::{self, AssessmentResult};
use crate::rob::outcome::{self, DomainResult};
use crate::rob::tool::OverallRule;
use crate::rob::{Answer, Answers, Outcome, Tool, overall, shipped};
use serde_json::{Map, Value, json};

/// Answers one request: `tool`, `kind` (`domain`, `assessment`, `overall`, `preliminary`), `answers` and what the kind needs.
pub(super) fn answer(request: &Map<String, Value>) -> Result<Value, String> {
    let tool = tool(request)?;
    let variant = text(request, "variant").or_else(|| text(request, "form"));
    let domains = tool.domains_of(variant).unwrap_or_default();
    let answers = answers(&tool, &domains, request)?;
    let options = options(request);
    match text(request, "kind").unwrap_or("assessment") {
        "domain" => {
            let name = text(request, "domain").ok_or("`domain` is missing")?;
            let found = evaluate::domain(&tool, name, &answers, &options);
            found
                .map(|found| domain_result(&found))
                .ok_or_else(|| format!("{} has no domain `{name}`", tool.tool))
        }
        "assessment" => evaluate::assessment(&tool, variant, &answers, &options)
            .map(|found| assessment_result(&tool, &found))
            .ok_or_else(|| no_variant(&tool, variant)),
        "overall" => overall_result(&tool, request),
        "preliminary" => Ok(match evaluate::preliminary(&tool, &answers, &options) {
            Outcome::Judged { judgement } => json!({"decision": judgement}),
            open => status(&open),
        }),
        other => Err(format!(
            "kind `{other}` is not known: domain, assessment, overall, preliminary"
        )),
    }
}

fn text<'a>(request: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    request.get(key).and_then(Value::as_str)
}

fn tool(request: &Map<String, Value>) -> Result<Tool, String> {
    let name = text(request, "tool").ok_or("`tool` is missing")?;
    let edition = text(request, "version").filter(|edition| *edition != "v2016");
    let full = edition.map_or_else(|| name.to_owned(), |edition| format!("{name}-{edition}"));
    shipped::tool(&full)
        .or_else(|| shipped::tool(name).filter(|tool| Some(tool.version.as_str()) == edition))
        .ok_or_else(|| {
            format!(
                "no tool `{full}`: shipped are {}",
                shipped::names().join(", ")
            )
        })
}

fn no_variant(tool: &Tool, variant: Option<&str>) -> String {
    let known: Vec<&str> = tool.variants.keys().map(String::as_str).collect();
    format!(
        "{} has no variant `{}`: {}",
        tool.tool,
        variant.unwrap_or(""),
        known.join(", ")
    )
}

/// Answers under their question's key; a blank is no answer.
fn answers(tool: &Tool, domains: &[&str], request: &Map<String, Value>) -> Result<Answers, String> {
    let mut found = Answers::new();
    let given = request.get("answers").and_then(Value::as_object);
    for (written, value) in given.into_iter().flatten() {
        let key = tool.question_key(written, domains).unwrap_or(written);
        let answer = match value {
            Value::Null => continue,
            Value::String(word) if word.trim().is_empty() => continue,
            Value::String(word) => Answer::One(word.trim().to_owned()),
            Value::Number(number) => Answer::One(number.to_string()),
            Value::Array(ticked) => Answer::Several(ticked.iter().map(word).collect()),
            other => {
                return Err(format!(
                    "the answer to `{written}` is {other}, not a word, a number or a list"
                ));
            }
        };
        found.insert(key.to_owned(), answer);
    }
    Ok(found)
}

fn word(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn options(request: &Map<String, Value>) -> Options {
    let given = request.get("options").and_then(Value::as_object);
    given
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), word(value)))
        .collect()
}

fn status(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Judged { judgement } => json!({"judgement": judgement}),
        Outcome::Incomplete { missing } => json!({"status": "incomplete", "missing": missing}),
        Outcome::Invalid {
            question,
            answer,
            allowed,
        } => {
            json!({"status": "invalid", "question": question, "answer": answer, "allowed": allowed})
        }
    }
}

fn warnings<'a>(domains: impl IntoIterator<Item = &'a DomainResult>) -> Vec<String> {
    let not_reached = domains.into_iter().flat_map(|domain| &domain.not_reached);
    not_reached
        .map(|question| format!("not_reached_but_answered:{question}"))
        .collect()
}

fn domain_result(found: &DomainResult) -> Value {
    let mut result = status(&found.outcome);
    result["warnings"] = json!(warnings([found]));
    result["path"] = json!(outcome::path_text(&found.path));
    let disputed: Vec<&String> = found
        .path
        .iter()
        .filter_map(|taken| taken.disputed.as_ref())
        .collect();
    if !disputed.is_empty() {
        result["disputed"] = json!(disputed);
    }
    result
}

fn assessment_result(tool: &Tool, found: &AssessmentResult) -> Value {
    if tool.overall.rule == OverallRule::Stars {
        return stars_result(tool, found);
    }
    let mut result = match &found.overall.outcome {
        Outcome::Judged { judgement } => json!({"overall": judgement}),
        open => status(open),
    };
    let domains: Map<String, Value> = found
        .domains
        .iter()
        .map(|domain| (domain.domain.clone(), json!(domain.outcome.judgement())))
        .collect();
    result["domains"] = Value::Object(domains);
    result["escalation_offered"] = json!(found.overall.escalation.is_some());
    result["warnings"] = json!(warnings(&found.domains));
    result["version"] = json!(tool.version);
    if let Some(Outcome::Judged { judgement }) = &found.preliminary {
        result["preliminary"] = json!(judgement);
    }
    result
}

/// Stars by group. Questions are named by the number on the form, as the form's letters are unique only there.
fn stars_result(tool: &Tool, found: &AssessmentResult) -> Value {
    match &found.overall.outcome {
        Outcome::Incomplete { missing } => {
            let missing: Vec<&str> = missing.iter().map(|key| tool.number_of(key)).collect();
            json!({"status": "incomplete", "missing": missing})
        }
        Outcome::Invalid {
            question,
            answer,
            allowed,
        } => {
            json!({"status": "invalid", "question": tool.number_of(question), "answer": answer, "allowed": allowed})
        }
        Outcome::Judged { judgement } => {
            let mut result = json!({"total": found.overall.stars, "category": judgement});
            for (name, domain) in ["selection", "comparability", "third"]
                .iter()
                .zip(&found.domains)
            {
                result[*name] = json!(domain.stars);
            }
            result
        }
    }
}

fn overall_result(tool: &Tool, request: &Map<String, Value>) -> Result<Value, String> {
    let given = request
        .get("domains")
        .and_then(Value::as_object)
        .ok_or("`domains` is missing")?;
    let judgements: Vec<&str> = given.values().filter_map(Value::as_str).collect();
    let known = |judgement: &&str| {
        tool.judgements.contains_key(*judgement) || **judgement == *crate::rob::tool::NOT_APPLICABLE
    };
    if let Some(stranger) = judgements.iter().find(|judgement| !known(judgement)) {
        return Err(format!("{} has no judgement `{stranger}`", tool.tool));
    }
    let summary = overall::of_judgements(tool, &judgements);
    Ok(match &summary.outcome {
        Outcome::Judged { judgement } => {
            json!({"overall": judgement, "escalation_offered": summary.escalation.is_some(), "escalation": summary.escalation})
        }
        open => status(open),
    })
}
