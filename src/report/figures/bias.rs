//! Traffic lights and shares of judgements: two figures a tool.

use super::NamedFigure;
use super::analysis::{capitalised, titled};
use crate::plot::{BiasDomain, BiasLevel, BiasRow, BiasSummary, BiasTone, TrafficLight};
use crate::report::escape::slug;
use crate::report::input::{ReportInput, TableRow};
use crate::report::phrases::tool_name;
use crate::report::words::Words;
use indexmap::IndexMap;

/// Two figures a tool: `risk-of-bias-<tool>`, and `risk-of-bias-summary-<tool>` in which every result counts the same.
pub(super) fn draw(input: &ReportInput) -> Vec<NamedFigure> {
    let mut tools: Vec<&str> = Vec::new();
    for row in input.rows("judgements") {
        if !tools.contains(&row.text("tool")) {
            tools.push(row.text("tool"));
        }
    }
    tools
        .into_iter()
        .flat_map(|tool| of_tool(input, tool))
        .collect()
}

fn of_tool(input: &ReportInput, tool: &str) -> [NamedFigure; 2] {
    let words = &input.words;
    let name = format!("risk-of-bias-{}", slug(tool));
    let rows: Vec<TableRow<'_>> = input
        .rows("judgements")
        .filter(|row| row.text("tool") == tool)
        .collect();
    let mut domains: IndexMap<&str, &str> = IndexMap::new();
    for row in &rows {
        domains
            .entry(row.text("domain"))
            .or_insert(row.text("title"));
    }
    domains.sort_keys();
    let mut results: Vec<(&str, &str)> = Vec::new();
    for row in &rows {
        let result = (row.text("study"), row.text("result"));
        if !results.contains(&result) {
            results.push(result);
        }
    }
    let several = |study: &str| results.iter().filter(|(other, _)| *other == study).count() > 1;
    let overall = |study: &str, result: &str| {
        input.rows("overall").find(|row| {
            row.text("tool") == tool && row.text("study") == study && row.text("result") == result
        })
    };
    let bias_rows = results.iter().map(|(study, result)| BiasRow {
        label: if several(study) {
            {
                let result = words.spelled(result);
                words.say(
                    "picture.note",
                    &[("study", &study_label(input, study)), ("note", &result)],
                )
            }
        } else {
            study_label(input, study)
        },
        judgements: domains
            .keys()
            .map(|domain| {
                let own = |row: &&TableRow<'_>| {
                    row.text("study") == *study
                        && row.text("result") == *result
                        && row.text("domain") == *domain
                };
                rows.iter()
                    .find(own)
                    .and_then(|row| level(words, row.text("final")))
            })
            .collect(),
        overall: overall(study, result).and_then(|row| level(words, row.text("judgement"))),
        weight: None,
        address: overall(study, result).map(|row| row.address("judgement").to_string()),
    });
    let light = TrafficLight {
        frame: titled(
            words,
            &name,
            words.say("picture.bias", &[("tool", &tool_name(tool))]),
        ),
        tool: tool_name(tool),
        domains: domains
            .iter()
            .enumerate()
            .map(|(index, (_, title))| {
                BiasDomain::new(format!("D{}", index + 1), words.said(title))
            })
            .collect(),
        overall: input.rows("overall").any(|row| row.text("tool") == tool),
        rows: bias_rows.collect(),
        notes: Vec::new(),
    };
    let summary_name = format!("risk-of-bias-summary-{}", slug(tool));
    let title = words.say("picture.bias-summary", &[("tool", &tool_name(tool))]);
    let summary = BiasSummary {
        frame: titled(words, &summary_name, title),
        domains: light.domains.clone(),
        overall: light.overall,
        rows: light.rows.clone(),
        notes: Vec::new(),
    };
    [
        NamedFigure {
            name,
            figure: light.draw(),
        },
        NamedFigure {
            name: summary_name,
            figure: summary.draw(),
        },
    ]
}

/// A study's label from the first table that has one.
pub(super) fn study_label(input: &ReportInput, study: &str) -> String {
    let labelled = ["characteristics", "included", "effects"];
    let mut rows = labelled.iter().flat_map(|table| input.rows(table));
    rows.find(|row| row.text("study") == study && !row.text("label").is_empty())
        .map_or_else(|| study.to_owned(), |row| row.text("label").to_owned())
}

/// A judgement's level; `None` where nobody has judged.
pub(super) fn level(words: &Words, judgement: &str) -> Option<BiasLevel> {
    let tone = match judgement
        .to_ascii_lowercase()
        .replace(['_', ' '], "-")
        .as_str()
    {
        "" => return None,
        "low" | "strong" => BiasTone::Low,
        "some-concerns" | "moderate" | "unclear" => BiasTone::Some,
        "high" | "serious" | "weak" => BiasTone::High,
        "critical" => BiasTone::Critical,
        "not-applicable" => BiasTone::NotApplicable,
        _ => BiasTone::NoInformation,
    };
    Some(BiasLevel::new(tone, capitalised(&words.spelled(judgement))))
}
