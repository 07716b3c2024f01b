//! Judgements and names in settings that nothing in the review has.

use super::limits::{Limits, Threshold};
use super::{Inputs, Settings};
use crate::effect::Measure;
use crate::grade::Policy;
use crate::nearest::suggestion;
use crate::place::Place;
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
                .flat_map(|sheet| sheet.rows.keys()),
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

/// Names in the settings that no analysis, outcome or measure has, what the policy does not look at, and thresholds that cannot be.
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
                .at(Place::setting("rate"))
                .help(suggestion("analyses", name, ids.iter().copied())),
            );
        }
    }
    if settings.asymmetry_p.is_some() && settings.policy != Policy::CoreGrade2025 {
        let title = format!(
            "`asymmetry_p` is declared, and `{}` does not look at it",
            settings.policy
        );
        problems.push(
            Problem::warning("grade::unused-setting", title)
                .at(Place::setting("asymmetry_p"))
                .help("leave it out, or rate by `core-grade-2025`"),
        );
    }
    for (name, threshold) in &settings.thresholds {
        let problem = mistaken(name, threshold, inputs);
        let place = Place::setting(&format!("thresholds.{name}"));
        problems.extend(problem.map(|it| it.at(place)));
    }
    problems
}

/// What is wrong with a threshold, if anything is.
fn mistaken(name: &str, threshold: &Threshold, inputs: &Inputs) -> Option<Problem> {
    let rows = || inputs.analyses.iter();
    let is_named = rows().any(|row| row.analysis == name || row.outcome == name);
    let measure: Option<Measure> = name.parse().ok().filter(|_| !is_named);
    if !is_named && measure.is_none() {
        let title = format!("`{name}` is no analysis, outcome or measure");
        let ids = rows().map(|row| row.analysis.as_str());
        return Some(
            Problem::warning("grade::unknown-threshold", title)
                .help(suggestion("analyses", name, ids)),
        );
    }
    let meant: Vec<Measure> = match measure {
        Some(measure) => vec![measure],
        None => measures(name, threshold, inputs),
    };
    if meant.is_empty() {
        let of = threshold.measure.as_deref().unwrap_or("MD");
        let title = format!("nothing of `{name}` is in {of}, so that its threshold is not used");
        return Some(
            Problem::warning("grade::unused-threshold", title)
                .help("write in `measure` the one that the threshold is meant for"),
        );
    }
    let cannot = meant
        .into_iter()
        .find(|measure| !Limits::can_be(threshold, *measure))?;
    let none = i32::from(cannot.is_ratio());
    let title = format!("the threshold of `{name}` cannot be");
    Some(Problem::error("grade::impossible-threshold", title).help(format!(
        "write `mid` above {none}, `large` not below it, and the `sd` of a familiar scale above 0; the threshold is left out until then"
    )))
}

/// The measures that a threshold named after an analysis or an outcome is used for: those of analyses, and of specifications beside them.
fn measures(name: &str, threshold: &Threshold, inputs: &Inputs) -> Vec<Measure> {
    let mut found = Vec::new();
    for row in &inputs.analyses {
        let own: Option<Measure> = row.measure.parse().ok();
        let own = own.filter(|measure| {
            row.analysis == name && threshold.is_of_analysis_in(*measure)
                || row.outcome == name && threshold.is_of_outcome_in(*measure)
        });
        let beside = inputs.specifications.iter();
        let beside = beside.filter(|other| row.outcome == name && other.analysis == row.analysis);
        let beside = beside.filter_map(|other| other.measure.parse().ok());
        found.extend(own);
        found.extend(beside.filter(|measure| threshold.is_of_outcome_in(*measure)));
    }
    found
}
