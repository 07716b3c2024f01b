//! `review export gradepro`: the evidence profile in the columns of GRADEpro.

use super::Named;
use crate::artefact::Sheet;
use crate::effect::Measure;
use crate::engine::{Project, ReadyStage, Shelf};
use crate::extraction::is_randomised;
use crate::grade::certainty::Domain;
use crate::grade::gradepro::{ProfileRow, profile};
use crate::provenance::Library;
use std::collections::{BTreeMap, BTreeSet};

/// The profile of every stage that rates certainty, from what flows into that stage; the file of one alone is `gradepro.csv`.
pub(super) fn files(project: &Project<'_>) -> Result<Named, String> {
    let rates = |stage: &&ReadyStage<'_>| {
        let mut slots = stage.outputs.iter();
        slots.any(|slot| slot.artefact_type == "summary-of-findings")
    };
    let stages: Vec<&ReadyStage<'_>> = project.stages.iter().filter(rates).collect();
    if stages.is_empty() {
        return Err("no stage of the pipeline rates certainty".to_owned());
    }
    let shelf = Shelf::of(project);
    let alone = stages.len() == 1;
    let files = stages.into_iter().map(|stage| {
        let id = stage.decl.id.as_str();
        let name = if alone {
            "gradepro.csv".to_owned()
        } else {
            format!("gradepro-{id}.csv")
        };
        let found = of_stage(project, stage, &shelf);
        let (rows, level) =
            found.ok_or_else(|| format!("{id} has no results yet; run `review run {id}`"))?;
        Ok((name, profile(&rows, level)))
    });
    files.collect()
}

/// The rows of one stage, and the level of their intervals where they have one; none where it, or what it reads, has no results yet.
fn of_stage(
    project: &Project<'_>,
    stage: &ReadyStage<'_>,
    shelf: &Shelf<'_, '_>,
) -> Option<(Vec<ProfileRow>, Option<f64>)> {
    let own = |name: &str| shelf.sheet(stage.decl.id.as_str(), name);
    let read = |port: &str| {
        let (above, artefact) = project.flowing(stage, port).next()?;
        shelf.sheet(above, artefact)
    };
    let (summary, certainty) = (own("summary")?, own("certainty")?);
    let effects = read("effects")?;
    let studies = read("characteristics");
    // Several analyses may be of one outcome; their titles tell them apart.
    let analyses = read("analyses");
    let title = |key: &str| {
        let title = analyses.as_deref()?.cell(key, "title")?;
        Some(title.to_owned()).filter(|title| !title.is_empty())
    };
    let order = |key: &&str| {
        summary
            .cell(key, "order")
            .and_then(|order| order.parse::<u64>().ok())
    };
    let mut keys: Vec<&str> = summary.rows.keys().collect();
    keys.sort_by_key(order);
    let level = |key: &&str| analyses.as_deref()?.cell(key, "level")?.parse().ok();
    let levels: Vec<Option<f64>> = keys.iter().map(level).collect();
    let shared = levels.first().copied().flatten();
    let shared = shared.filter(|_| levels.iter().all(|level| *level == shared));
    let rows = keys.into_iter().zip(levels).map(|(key, level)| {
        // Where levels differ the header names none, so each row does.
        let level = level.filter(|_| shared.is_none());
        let mut row = row(
            key,
            level,
            [&summary, &certainty, &effects],
            studies.as_deref(),
        );
        row.outcome = title(key).unwrap_or(row.outcome);
        let within = analyses
            .as_deref()
            .and_then(|sheet| sheet.cell(key, "body"))
            == Some("within");
        if within {
            WITHIN.clone_into(&mut row.design);
        }
        if summary.cell(key, "start") == Some("low") {
            row.design.push_str(" (certainty starts low)");
        }
        row
    });
    Some((rows.collect(), shared))
}

/// What change within a group is, however the groups of its studies were made.
const WITHIN: &str = "one group of each study, before and after";

fn row(
    key: &str,
    level: Option<f64>,
    [summary, certainty, effects]: [&Sheet; 3],
    studies: Option<&Sheet>,
) -> ProfileRow {
    let cell = |column: &str| summary.cell(key, column).unwrap_or_default();
    let analysis = cell("analysis");
    let mine: Vec<&str> = effects
        .rows
        .keys()
        .filter(|key| effects.cell(key, "analysis") == Some(analysis))
        .collect();
    let measure: Option<Measure> = cell("measure").parse().ok();
    let rated = !cell("certainty").is_empty();
    let interval = || {
        let number = |column: &str| cell(column).parse::<f64>().ok();
        let (estimate, lower, upper) = (
            number("estimate")?,
            number("ci_lower")?,
            number("ci_upper")?,
        );
        let level = level.map_or(String::new(), |level| format!("{level}% CI "));
        let measure = match cell("measure") {
            "PETO" => "Peto OR",
            measure => measure,
        };
        Some(format!(
            "{measure} {estimate:.2} ({level}{lower:.2} to {upper:.2})"
        ))
    };
    let relative = measure
        .filter(|measure| measure.is_ratio())
        .and_then(|_| interval());
    let own = domains(analysis, certainty)
        .any(|(key, _)| certainty.cell(key, "status") == Some("overridden"));
    let symbols = |status: &str| match status {
        "proposed" if own => {
            let (circles, level) = (cell("symbols"), cell("certainty"));
            format!("{circles} {level} (in part a person's)")
        }
        "proposed" | "stale" => format!("{} {} ({status})", cell("symbols"), cell("certainty")),
        _ => format!("{} {}", cell("symbols"), cell("certainty")),
    };
    ProfileRow {
        outcome: cell("outcome_name").to_owned(),
        studies: cell("k").to_owned(),
        design: designs(&mine, effects, studies),
        levels: rated.then(|| levels(analysis, certainty)),
        unjudged: unjudged(analysis, certainty),
        intervention: arm(&mine, effects, "1"),
        comparator: arm(&mine, effects, "2"),
        relative: relative.unwrap_or_else(|| if rated { "not estimable" } else { "" }.to_owned()),
        absolute: cell("absolute").to_owned(),
        certainty: if rated {
            symbols(cell("status"))
        } else {
            String::new()
        },
    }
}

/// The levels in force, by domain.
fn levels(analysis: &str, certainty: &Sheet) -> BTreeMap<Domain, u32> {
    let rows = domains(analysis, certainty);
    rows.filter_map(|(key, domain)| Some((domain, certainty.cell(key, "final")?.parse().ok()?)))
        .collect()
}

/// The domains that nobody judged and nothing measured.
fn unjudged(analysis: &str, certainty: &Sheet) -> BTreeSet<Domain> {
    domains(analysis, certainty)
        .filter(|(key, _)| certainty.cell(key, "unjudged") == Some("true"))
        .map(|(_, domain)| domain)
        .collect()
}

/// The rows of an analysis, each with its domain.
fn domains<'a>(analysis: &'a str, certainty: &'a Sheet) -> impl Iterator<Item = (&'a str, Domain)> {
    let rows = certainty.rows.keys();
    let mine = rows.filter(move |key| certainty.cell(key, "analysis") == Some(analysis));
    mine.filter_map(move |key| {
        let named = certainty.cell(key, "domain")?;
        let domain = Domain::ALL
            .into_iter()
            .find(|domain| domain.key() == named)?;
        Some((key, domain))
    })
}

/// Participants of one arm over all studies, those of several scales or times once; with events where they were counted.
fn arm(effects: &[&str], sheet: &Sheet, side: &str) -> String {
    let cell = |key: &str, column: &str| sheet.cell(key, column).unwrap_or_default().to_owned();
    let mut first: BTreeMap<String, [String; 2]> = BTreeMap::new();
    let once = effects.iter().filter(|key| {
        let at = [cell(key, "scale"), cell(key, "time")];
        *first.entry(cell(key, "study")).or_insert(at.clone()) == at
    });
    let once: Vec<&&str> = once.collect();
    let sum = |column: &str| -> Option<f64> {
        let column = format!("{column}{side}");
        once.iter()
            .map(|key| sheet.cell(key, &column)?.parse::<f64>().ok())
            .sum()
    };
    if effects.is_empty() {
        return String::new();
    }
    match (sum("events"), sum("total"), sum("n")) {
        (Some(events), Some(total), _) if total > 0.0 => {
            format!("{events}/{total} ({:.1}%)", 100.0 * events / total)
        }
        (_, _, Some(n)) => n.to_string(),
        _ => String::new(),
    }
}

/// The designs of the studies, in the words of a profile where there is one for them.
fn designs(effects: &[&str], sheet: &Sheet, studies: Option<&Sheet>) -> String {
    let studies = |study: &str| studies.and_then(|sheet| sheet.cell(study, "design"));
    let designs: BTreeSet<&str> = effects
        .iter()
        .filter_map(|key| sheet.cell(key, "study"))
        .filter_map(studies)
        .collect();
    let words = designs.into_iter().map(|design| match design {
        _ if is_randomised(design) == Some(true) => "randomised trials",
        "before-after" => "before-after studies",
        "controlled" | "non-randomised" => "non-randomised studies",
        "cohort" => "cohort studies",
        "case-control" => "case-control studies",
        "cross-sectional" => "cross-sectional studies",
        "interrupted-time-series" => "interrupted time series",
        other => other,
    });
    words
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
        .join(", ")
}
