//! Which settings of the analyses changed, one after the other.

use crate::synthesis::Settings;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The name of a setting, such as `model.tau2` or `analyses.sleep.measure`.
type Name = Vec<String>;

/// Settings as they are after each change, with the change in words; empty where nothing differs.
pub(super) fn changes(old: &Settings, new: &Settings) -> Vec<(String, Settings)> {
    let (Ok(old), Ok(new)) = (serde_json::to_value(old), serde_json::to_value(new)) else {
        return Vec::new();
    };
    let order = ids(&new).into_iter().chain(ids(&old));
    let mut seen = BTreeSet::new();
    let order: Vec<String> = order.filter(|id| seen.insert(id.clone())).collect();
    let (was, is) = (flat(&old), flat(&new));
    let mut now = was.clone();
    let mut found = Vec::new();
    for group in groups(&was, &is) {
        let before = now.clone();
        now.retain(|name, _| !group.contains(name));
        now.extend(
            group
                .iter()
                .filter_map(|name| Some((name.clone(), is.get(name)?.clone()))),
        );
        if let Ok(settings) = serde_json::from_value(whole(&now, &order)) {
            found.push((words(&group, &before, &now), settings));
        }
    }
    found
}

/// What is changed in one step: one setting, or all of an analysis that only one side declares.
fn groups(was: &BTreeMap<Name, Value>, is: &BTreeMap<Name, Value>) -> Vec<BTreeSet<Name>> {
    let all: BTreeSet<&Name> = was.keys().chain(is.keys()).collect();
    let analysis = |name: &Name| (name[0] == "analyses").then(|| name[1].clone());
    let known = |side: &BTreeMap<Name, Value>| -> BTreeSet<String> {
        side.keys().filter_map(analysis).collect()
    };
    let (before, after) = (known(was), known(is));
    let mut whole: BTreeMap<String, BTreeSet<Name>> = BTreeMap::new();
    let mut found = Vec::new();
    for name in all {
        if was.get(name) == is.get(name) {
            continue;
        }
        match analysis(name) {
            Some(id) if !(before.contains(&id) && after.contains(&id)) => {
                whole.entry(id).or_default().insert(name.clone());
            }
            _ => found.push(BTreeSet::from([name.clone()])),
        }
    }
    found.extend(whole.into_values());
    found
}

fn words(
    group: &BTreeSet<Name>,
    before: &BTreeMap<Name, Value>,
    now: &BTreeMap<Name, Value>,
) -> String {
    let names: Vec<&Name> = group.iter().collect();
    if let [name] = names[..] {
        let said = |side: &BTreeMap<Name, Value>| match side.get(name) {
            None | Some(Value::Null) => "nothing".to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        return format!("{}: {} → {}", name.join("."), said(before), said(now));
    }
    let declared = names.iter().any(|name| now.contains_key(*name));
    let what = if declared {
        "is declared"
    } else {
        "is no longer declared"
    };
    format!(
        "analysis {} {what}",
        names.first().map_or("", |name| name[1].as_str())
    )
}

fn ids(settings: &Value) -> Vec<String> {
    let analyses = settings["analyses"].as_array().into_iter().flatten();
    analyses
        .filter_map(|one| Some(one["id"].as_str()?.to_owned()))
        .collect()
}

/// Every setting that a main result depends on, by its name.
fn flat(settings: &Value) -> BTreeMap<Name, Value> {
    let mut found = BTreeMap::new();
    for (name, value) in settings.as_object().into_iter().flatten() {
        match (name.as_str(), value) {
            ("sensitivity" | "multiverse", _) => {}
            ("analyses", Value::Array(analyses)) => {
                for analysis in analyses {
                    let id = analysis["id"].as_str().unwrap_or_default();
                    for (field, value) in analysis.as_object().into_iter().flatten() {
                        found.insert(
                            vec![name.clone(), id.to_owned(), field.clone()],
                            value.clone(),
                        );
                    }
                }
            }
            (_, Value::Object(map)) => {
                for (field, value) in map {
                    found.insert(vec![name.clone(), field.clone()], value.clone());
                }
            }
            _ => {
                found.insert(vec![name.clone()], value.clone());
            }
        }
    }
    found
}

fn whole(flat: &BTreeMap<Name, Value>, order: &[String]) -> Value {
    let mut settings = Map::new();
    let mut analyses: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for (name, value) in flat {
        match name.as_slice() {
            [one] => {
                settings.insert(one.clone(), value.clone());
            }
            [_, id, field] => {
                let analysis = analyses.entry(id).or_default();
                analysis.insert(field.clone(), value.clone());
            }
            [one, field, ..] => {
                let map = settings
                    .entry(one.clone())
                    .or_insert_with(|| Value::Object(Map::new()));
                if let Value::Object(map) = map {
                    map.insert(field.clone(), value.clone());
                }
            }
            [] => {}
        }
    }
    let listed = order.iter().filter_map(|id| analyses.remove(id.as_str()));
    let listed: Vec<Value> = listed.map(Value::Object).collect();
    settings.insert("analyses".to_owned(), Value::Array(listed));
    Value::Object(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Settings {
        crate::config::yaml::from_str("s.yaml", text).expect("settings")
    }

    #[test]
    fn settings_change_one_after_the_other_until_they_are_the_new_ones() {
        let old = settings(
            "{ model: { tau2: REML }, analyses: [ { id: a, title: A, outcome: o, measure: MD }, { id: b, title: B, outcome: o, measure: MD } ] }",
        );
        let new = settings(
            "{ model: { tau2: DL }, correlation: 0.7, analyses: [ { id: c, title: C, outcome: o, measure: RR }, { id: a, title: A, outcome: o, measure: SMD } ] }",
        );
        let found = changes(&old, &new);
        let names: Vec<&str> = found.iter().map(|(words, _)| words.as_str()).collect();
        assert_eq!(
            names,
            [
                "analyses.a.measure: MD → SMD",
                "correlation: 0.5 → 0.7",
                "model.tau2: REML → DL",
                "analysis b is no longer declared",
                "analysis c is declared",
            ]
        );
        assert_eq!(found.last().expect("changes").1, new);
        assert!(changes(&new, &new).is_empty());
    }
}
