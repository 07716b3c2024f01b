//! The tables of `screen`: decisions, votes, studies and agreement, each row with what it was made from.

mod decisions;
mod included;
mod votes;

use super::{Entered, Inputs};
use crate::artefact::{Address, Origin, key, rows};
use crate::screening::matching::Index;
use crate::screening::{Screening, Stage};
pub(in crate::stage) use decisions::DecisionRow;
pub(in crate::stage) use included::IncludedRow;
pub(in crate::stage) use votes::{Role, VoteRow};

/// An agreement names each vote up to this many; beyond, the table they stand in.
const NAMED: usize = 500;

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
        /// Its limits at 95 %.
        pabak_lower: f64,
        /// The upper one.
        pabak_upper: f64,
        /// Agreement on inclusion.
        positive_agreement: Option<f64>,
        /// Its limits at 95 %.
        positive_lower: Option<f64>,
        /// The upper one.
        positive_upper: Option<f64>,
        /// Agreement on exclusion.
        negative_agreement: Option<f64>,
        /// Its limits at 95 %.
        negative_lower: Option<f64>,
        /// The upper one.
        negative_upper: Option<f64>,
        /// The votes.
        origin: Origin,
    }

    /// Agreement of three or more reviewers at a stage, on first votes, `maybe` counted as include.
    pub(crate) AlphaRow: "screening-agreement-of-all" {
        /// `title-abstract` or `full-text`.
        stage: String,
        /// The reviewers.
        reviewers: String,
        /// Records that two or more of them voted on.
        n: u64,
        /// Their first votes.
        votes: u64,
        /// Krippendorff's alpha; empty where everybody made one decision only.
        alpha: Option<f64>,
        /// Lower limit at 95 %, by jackknife.
        ci_lower: Option<f64>,
        /// Upper limit.
        ci_upper: Option<f64>,
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
    screening: &'a Screening<'a>,
    index: &'a Index,
    stage: &'a str,
}

impl<'a> Maker<'a> {
    pub(super) fn new(
        inputs: &'a Inputs,
        entered: &'a Entered,
        screening: &'a Screening<'a>,
        index: &'a Index,
        stage: &'a str,
    ) -> Self {
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
            let pairs = [&pair.first, &pair.second];
            let theirs = |name: &String| pairs.contains(&name);
            let origin = self.agreed("cohen-kappa", votes, pair.stage, theirs);
            let figures = &pair.agreement;
            AgreementRow {
                key: key(&[&stage, &pair.first, &pair.second]),
                origin,
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
                ci_lower: figures.told_interval().map(|ci| ci[0]),
                ci_upper: figures.told_interval().map(|ci| ci[1]),
                pabak: figures.pabak,
                pabak_lower: figures.intervals.pabak[0],
                pabak_upper: figures.intervals.pabak[1],
                positive_agreement: figures.positive_agreement,
                positive_lower: figures.intervals.positive.map(|ci| ci[0]),
                positive_upper: figures.intervals.positive.map(|ci| ci[1]),
                negative_agreement: figures.negative_agreement,
                negative_lower: figures.intervals.negative.map(|ci| ci[0]),
                negative_upper: figures.intervals.negative.map(|ci| ci[1]),
            }
        });
        rows.collect()
    }

    /// Agreement of all, where more than two voted.
    pub(super) fn agreement_of_all(&self, votes: &[VoteRow]) -> Vec<AlphaRow> {
        let rows = self.screening.alpha.iter().map(|all| {
            let stage = all.stage.to_string();
            AlphaRow {
                key: key(&[&stage]),
                origin: self.agreed("krippendorff-alpha", votes, all.stage, |_| true),
                stage,
                reviewers: all.reviewers.join("; "),
                n: all.alpha.records,
                votes: all.alpha.votes,
                alpha: all.alpha.alpha,
                ci_lower: all.alpha.ci.map(|ci| ci[0]),
                ci_upper: all.alpha.ci.map(|ci| ci[1]),
            }
        });
        rows.collect()
    }

    /// The votes at a stage of the reviewers meant; beyond a few hundred, the table they stand in.
    fn agreed(
        &self,
        rule: &str,
        votes: &[VoteRow],
        stage: Stage,
        meant: impl Fn(&String) -> bool,
    ) -> Origin {
        let theirs = votes
            .iter()
            .filter(|vote| vote.role == Role::Vote && vote.stage == stage && meant(&vote.reviewer));
        let theirs: Vec<&VoteRow> = theirs.collect();
        if theirs.len() > NAMED {
            return Origin::of(rule, [Address::artefact(self.stage, "votes")]);
        }
        let rows = theirs.iter();
        Origin::of(
            rule,
            rows.map(|vote| Address::row(self.stage, "votes", &vote.key)),
        )
    }
}
