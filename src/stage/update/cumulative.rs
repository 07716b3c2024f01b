//! Every analysis with the studies that were found up to each search round, by the methods of today.

use super::super::rounds::ranks;
use super::report::Work;
use super::reports_of;
use super::tables::RoundRow;
use crate::artefact::{Address, Origin, key};
use std::collections::{BTreeMap, BTreeSet};

/// A search round.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Round {
    /// Its place among all.
    pub(super) rank: u32,
    /// The name of its folder.
    pub(super) name: String,
}

impl Work<'_> {
    /// The round in which each study was found: the earliest of any record of its reports.
    pub(super) fn study_rounds(&self) -> BTreeMap<String, Round> {
        let sources = &self.inputs.sources;
        let ranks = ranks(
            sources
                .iter()
                .map(|row| (row.round.as_str(), row.date.as_str())),
        );
        let of_export: BTreeMap<&str, Round> = sources
            .iter()
            .map(|row| {
                let round = Round {
                    rank: ranks[row.round.as_str()],
                    name: row.round.clone(),
                };
                (row.key.as_str(), round)
            })
            .collect();
        let mut of_record: BTreeMap<&str, Round> = BTreeMap::new();
        for row in &self.inputs.clusters {
            let export = self.inputs.exports.get(&row.member);
            let round = export.and_then(|export| of_export.get(export.as_str()));
            if let Some(round) = round {
                let known = of_record
                    .entry(&row.record)
                    .or_insert_with(|| round.clone());
                if *round < *known {
                    *known = round.clone();
                }
            }
        }
        let studies = self.inputs.case.inputs.studies.iter();
        let found = studies.filter_map(|row| {
            let first = reports_of(row)
                .filter_map(|record| of_record.get(record))
                .min()?;
            Some((row.study.clone(), first.clone()))
        });
        found.collect()
    }

    /// The cumulative results, round by round; the last one is what is shown.
    pub(super) fn rounds(&self) -> Vec<RoundRow> {
        let case = &self.inputs.case;
        let settings = case.settings.as_ref().or(self.old.settings.as_ref());
        let Some(settings) = settings else {
            return Vec::new();
        };
        let of_study = self.study_rounds();
        let sources = &self.inputs.sources;
        let frozen = self
            .frozen_sheet("sources")
            .map(|(_, sheet)| sheet)
            .unwrap_or_default();
        let ranks = ranks(
            sources
                .iter()
                .map(|row| (row.round.as_str(), row.date.as_str())),
        );
        let mut order: Vec<(u32, &str)> = ranks.iter().map(|(name, rank)| (*rank, *name)).collect();
        order.sort_unstable();
        let last = order.last().map(|(rank, _)| *rank);
        let mut rows = Vec::new();
        for (rank, name) in order {
            let mut inputs = case.inputs.clone();
            // A study of which no round is known was there from the beginning.
            let so_far = |study: &str| of_study.get(study).is_none_or(|round| round.rank <= rank);
            inputs.studies.retain(|row| so_far(&row.study));
            let results = if Some(rank) == last {
                case.shown.clone()
            } else {
                case.results(settings, &inputs)
            };
            let kept: BTreeSet<&str> = inputs
                .studies
                .iter()
                .map(|row| row.study.as_str())
                .collect();
            let mine = || sources.iter().filter(|row| row.round == name);
            let date = mine().map(|row| row.date.clone()).max().unwrap_or_default();
            for (analysis, found) in results {
                let effects = self.inputs.effects.iter();
                let effects = effects
                    .filter(|row| row.analysis == analysis && kept.contains(row.study.as_str()));
                let from: Vec<Address> = effects
                    .filter_map(|row| self.row("effects", &row.key))
                    .collect();
                rows.push(RoundRow {
                    key: key(&[&analysis, &format!("{rank:04}")]),
                    analysis,
                    order: u64::from(rank),
                    round: name.to_owned(),
                    date: date.clone(),
                    before: mine().any(|row| frozen.rows.contains_key(&row.key)),
                    k: found.k,
                    estimate: found.estimate,
                    ci_lower: found.ci_lower,
                    ci_upper: found.ci_upper,
                    tau2: found.tau2,
                    origin: Origin::of("cumulative", from),
                });
            }
        }
        rows
    }
}
