//! How certain each combination of defensible choices is, by the policy that rated the main result.
//!
//! Where the policy proposes for a specification what it proposes for the main result, the level in force there holds, a person's
//! included; where it proposes otherwise, its proposal does.

use super::Settings;
use super::body::Body;
use super::{Inputs, Rating};
use crate::artefact::{Address, Origin, key, rows};
use crate::grade::confirmation::Rated;
use crate::grade::proposal::{Proposal, rate_levels};
use crate::synthesis::{AnalysisRow, SpecificationRow};

rows! {
    /// How certain one specification is.
    pub(crate) SpecificationCertaintyRow: "specification-certainty" {
        /// The analysis.
        analysis: String,
        /// Number in the order of the choices.
        specification: u64,
        /// Level of certainty.
        certainty: String,
        /// Whether it is that of the main result.
        same: bool,
        /// Domains in which it is rated otherwise than the main result, with both levels.
        differs: String,
        /// The specification.
        origin: Origin,
    }

    /// How many specifications of an analysis are as certain as its main result.
    pub(crate) MultiverseCertaintyRow: "multiverse-certainty" {
        /// The analysis.
        analysis: String,
        /// Level of the main result.
        certainty: String,
        /// Specifications that could be rated.
        rated: u64,
        /// Specifications of the main result's level.
        same: u64,
        /// In per cent; empty where none could be rated.
        share: Option<f64>,
        /// The specifications.
        origin: Origin,
    }
}

/// The specifications of a rated body, and how many keep its level; none where no choices were combined.
pub(super) fn rate(
    rating: &Rating<'_>,
    inputs: &Inputs,
    settings: &Settings,
    stage: &str,
) -> (
    Vec<SpecificationCertaintyRow>,
    Option<MultiverseCertaintyRow>,
) {
    let analysis = rating.body.analysis;
    let specifications = inputs.specifications.iter();
    let mine: Vec<&SpecificationRow> = specifications
        .filter(|row| row.analysis == analysis.analysis)
        .collect();
    let rows: Vec<SpecificationCertaintyRow> = mine
        .iter()
        .filter_map(|row| {
            let changed = AnalysisRow {
                analysis: row.key.clone(),
                measure: row.measure.clone(),
                k: row.k,
                n: row.n,
                ..analysis.clone()
            };
            let body = Body::of_specification(&rating.body, &changed, row, settings)?;
            let proposal = settings.policy.propose(&body.evidence());
            let at = inputs.names.specifications.cell(&row.key, "estimate");
            Some(against(&rating.rated, &rating.proposal, &proposal, row, at))
        })
        .collect();
    let summary =
        (!mine.is_empty()).then(|| count(&analysis.analysis, &rating.rated, &rows, stage));
    (rows, summary)
}

/// A specification beside the main result.
fn against(
    main: &Rated,
    proposed: &Proposal,
    proposal: &Proposal,
    row: &SpecificationRow,
    at: Address,
) -> SpecificationCertaintyRow {
    let mut differs = Vec::new();
    let levels = proposal.domains.iter().map(|of_row| {
        let domain = of_row.domain;
        let in_force = main.domains.iter().find(|rated| rated.domain == domain);
        let in_force = in_force.map_or(0, |rated| rated.levels + rated.held_back);
        let same = proposed
            .domain(domain)
            .is_some_and(|main| main.levels == of_row.levels);
        if !same && in_force != of_row.levels {
            differs.push(format!("{domain}: {} for {in_force}", of_row.levels));
        }
        (domain, if same { in_force } else { of_row.levels })
    });
    let levels: Vec<_> = levels.collect();
    let certainty = rate_levels(proposal.start, &levels);
    SpecificationCertaintyRow {
        key: row.key.clone(),
        analysis: row.analysis.clone(),
        specification: row.specification,
        certainty: certainty.to_string(),
        same: certainty == main.certainty,
        differs: differs.join("; "),
        origin: Origin::of("rated", [at]),
    }
}

fn count(
    analysis: &str,
    main: &Rated,
    rows: &[SpecificationCertaintyRow],
    stage: &str,
) -> MultiverseCertaintyRow {
    let same = rows.iter().filter(|row| row.same).count();
    let from = rows
        .iter()
        .map(|row| Address::cell(stage, "specifications", &row.key, "certainty"));
    MultiverseCertaintyRow {
        key: key(&[analysis]),
        analysis: analysis.to_owned(),
        certainty: main.certainty.to_string(),
        rated: rows.len() as u64,
        same: same as u64,
        share: (!rows.is_empty()).then(|| 100.0 * same as f64 / rows.len() as f64),
        origin: Origin::of("counted", from),
    }
}
