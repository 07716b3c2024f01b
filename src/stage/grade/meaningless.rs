//! Judgements and names in settings that nothing in the review has.

use super::{Inputs, Settings};
use crate::effect::Measure;
use crate::nearest::suggestion;
use crate::problem::Problem;
use crate::problem::Problems;
use std::collections::BTreeSet;

/// Judgements of directness on studies and outcomes that no analysis has.
pub(super) fn about_nothing(inputs: &Inputs) -> Problems {
    let mut problems = Problems::new();
    let studies: BTreeSet<&str> = inputs
        .effects
        .iter()
        .map(|effect| effect.study.as_str())
        .chain(
            inputs
                .characteristics
                .iter()
                .flat_map(|sheet| sheet.rows.keys().map(String::as_str)),
        )
        .collect();
    let analyses = inputs.analyses.iter().map(|row| row.outcome.as_str());
    let results = inputs.effects.iter().map(|effect| effect.result.as_str());
    let outcomes: BTreeSet<&str> = analyses
        .chain(results)
        .filter(|it| !it.is_empty())
        .collect();
    for row in &inputs.indirectness {
        let stranger = if studies.contains(row.study.as_str()) {
            let known = row.outcome.is_empty() || outcomes.contains(row.outcome.as_str());
            (!known).then_some(("outcomes", &row.outcome, &outcomes))
        } else {
            Some(("studies", &row.study, &studies))
        };
        if let Some((what, name, known)) = stranger {
            let title = format!("no analysis has `{name}`, whose directness somebody judged");
            problems.push(
                Problem::warning("grade::unused-indirectness", title)
                    .at(row.place.clone())
                    .help(suggestion(what, name, known.iter().copied())),
            );
        }
    }
    problems
}

/// Names in the settings that no analysis, outcome or measure has, and thresholds that cannot be.
pub(super) fn names_that_mean_nothing(settings: &Settings, inputs: &Inputs) -> Problems {
    let mut problems = Problems::new();
    let ids: Vec<&str> = inputs
        .analyses
        .iter()
        .map(|row| row.analysis.as_str())
        .collect();
    for name in &settings.rate {
        if !ids.contains(&name.as_str()) {
            problems.push(
                Problem::warning(
                    "grade::unknown-analysis",
                    format!("no analysis is `{name}`"),
                )
                .help(suggestion("analyses", name, ids.iter().copied())),
            );
        }
    }
    for (name, threshold) in &settings.thresholds {
        let outcome = inputs.analyses.iter().find(|row| row.outcome == *name);
        let measure: Option<Measure> = match outcome {
            Some(_) => threshold.measure.parse().ok(),
            None => inputs
                .analyses
                .iter()
                .find(|row| row.analysis == *name)
                .map_or(name, |row| &row.measure)
                .parse()
                .ok(),
        };
        let none = if measure.is_some_and(Measure::is_ratio) {
            1.0
        } else {
            0.0
        };
        if measure.is_none() {
            let title = format!("`{name}` is no analysis, outcome or measure");
            problems.push(
                Problem::warning("grade::unknown-threshold", title).help(suggestion(
                    "analyses",
                    name,
                    ids.iter().copied(),
                )),
            );
        } else if threshold.mid <= none || threshold.large.is_some_and(|it| it < threshold.mid) {
            let title = format!("the threshold of `{name}` cannot be");
            problems.push(Problem::error("grade::impossible-threshold", title).help(format!(
                "write `mid` above {none} and `large` not below it; the threshold is left out until then"
            )));
        }
    }
    problems
}
