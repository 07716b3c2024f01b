//! The tables of `screen`: decisions, votes, studies and agreement, each row with what it was made from.

mod decisions;
mod included;
mod votes;

use super::{Entered, Inputs};
use crate::artefact::{Address, Origin, key, rows};
use crate::ids::RecordId;
use crate::screening::Screening;
use crate::screening::matching::Index;
pub(in crate::stage) use decisions::DecisionRow;
pub(in crate::stage) use included::IncludedRow;
use std::collections::BTreeMap;
pub(in crate::stage) use votes::VoteRow;

rows! {
    /// Agreement of two reviewers at a stage, on first votes, `maybe` counted as include.
    pub(crate) AgreementRow: "screening-agreement" {
        /// `title-abstract` or `full-text`.
        stage: String,
        /// First reviewer.
        first: String,
        /// Second reviewer.
        second: String,
        /// Records both voted on.
        n: u64,
        /// Both include.
        both_include: u64,
        /// Only the first includes.
        only_first: u64,
        /// Only the second includes.
        only_second: u64,
        /// Both exclude.
        both_exclude: u64,
        /// Observed agreement.
        po: f64,
        /// Agreement expected by chance.
        pe: f64,
        /// Cohen's kappa; empty where chance alone would agree on everything.
        kappa: Option<f64>,
        /// Its standard error.
        se: Option<f64>,
        /// Lower limit at 95 %.
        ci_lower: Option<f64>,
        /// Upper limit at 95 %.
        ci_upper: Option<f64>,
        /// Prevalence-adjusted, bias-adjusted kappa.
        pabak: f64,
        /// Agreement on inclusion.
        positive_agreement: Option<f64>,
        /// Agreement on exclusion.
        negative_agreement: Option<f64>,
        /// The votes.
        origin: Origin,
    }

    /// What people still owe.
    pub(crate) UndecidedRow: "undecided" {
        /// The record.
        record: String,
        /// Where it waits.
        stage: String,
        /// Its state.
        state: String,
        /// What it waits for.
        waits_for: String,
        /// The record.
        origin: Origin,
    }
}

/// Makes the tables of one screening.
pub(super) struct Maker<'a> {
    inputs: &'a Inputs,
    entered: &'a Entered,
    screening: &'a Screening,
    index: Index,
    stage: &'a str,
}

impl<'a> Maker<'a> {
    pub(super) fn new(
        inputs: &'a Inputs,
        entered: &'a Entered,
        screening: &'a Screening,
        merged: &BTreeMap<RecordId, RecordId>,
        stage: &'a str,
    ) -> Self {
        let index = Index::new(&inputs.records, merged);
        Self {
            inputs,
            entered,
            screening,
            index,
            stage,
        }
    }

    fn record_address(&self, id: &str) -> Address {
        Address::row(&self.inputs.records_stage, "records", id)
    }

    pub(super) fn undecided(&self) -> Vec<UndecidedRow> {
        let rows = self.screening.undecided.iter().map(|open| UndecidedRow {
            key: key(&[open.record.as_str(), &open.stage.to_string()]),
            record: open.record.to_string(),
            stage: open.stage.to_string(),
            state: open.state.to_string(),
            waits_for: open.waits_for.clone(),
            origin: Origin::of("not-decided", [self.record_address(open.record.as_str())]),
        });
        rows.collect()
    }

    pub(super) fn agreement(&self, votes: &[VoteRow]) -> Vec<AgreementRow> {
        let rows = self.screening.agreement.iter().map(|pair| {
            let stage = pair.stage.to_string();
            let theirs = votes.iter().filter(|vote| {
                vote.role == "vote"
                    && vote.stage == stage
                    && (vote.reviewer == pair.first || vote.reviewer == pair.second)
            });
            let figures = &pair.agreement;
            AgreementRow {
                key: key(&[&stage, &pair.first, &pair.second]),
                origin: Origin::of(
                    "cohen-kappa",
                    theirs.map(|vote| Address::row(self.stage, "votes", &vote.key)),
                ),
                stage,
                first: pair.first.clone(),
                second: pair.second.clone(),
                n: figures.n,
                both_include: pair.table.both_include,
                only_first: pair.table.first_only,
                only_second: pair.table.second_only,
                both_exclude: pair.table.both_exclude,
                po: figures.po,
                pe: figures.pe,
                kappa: figures.kappa,
                se: figures.se,
                ci_lower: figures.ci.map(|ci| ci[0]),
                ci_upper: figures.ci.map(|ci| ci[1]),
                pabak: figures.pabak,
                positive_agreement: figures.positive_agreement,
                negative_agreement: figures.negative_agreement,
            }
        });
        rows.collect()
    }
}
