//! The tables of `screen`: decisions, votes, studies and agreement, each row with what it was made from.

use super::{Entered, Inputs};
use crate::artefact::{Address, Origin, PlaceRow, key, rows};
use crate::bib::Record;
use crate::ids::RecordId;
use crate::problem::{Problem, Problems};
use crate::screening::matching::Index;
use crate::screening::{Decision, Screening, Stage};
use std::collections::BTreeMap;

rows! {
    /// A study, and by what it was admitted.
    pub(crate) IncludedRow: "included" {
        /// The study.
        study: String,
        /// What to call it.
        label: String,
        /// `protocol`, or `amendment:<id>` for a study that only a supplementary analysis holds.
        admission: String,
        /// Number of its reports.
        reports: u64,
        /// Its main report's record.
        primary: String,
        /// All its reports' records, joined by `; `.
        records: String,
        /// The decisions on its reports.
        origin: Origin,
    }

    /// Where a record ended.
    pub(crate) DecisionRow: "decisions" {
        /// The record.
        record: String,
        /// Authors, year, title and place in one line.
        citation: String,
        /// Title.
        title: String,
        /// First authors.
        authors: String,
        /// Year of publication.
        year: Option<i32>,
        /// Journal.
        journal: String,
        /// Digital object identifier.
        doi: String,
        /// PubMed identifier.
        pmid: String,
        /// `include`, `exclude` or `undecided`.
        title_abstract: String,
        /// `include`, `exclude`, `not-retrieved`, `undecided`, or empty where it was not reached.
        full_text: String,
        /// Reason of the exclusion.
        reason: String,
        /// The study it reports.
        study: String,
        /// The votes, and the record.
        origin: Origin,
    }

    /// A vote or an adjudication, with the record it found.
    pub(crate) VoteRow: "votes" {
        /// The record.
        record: String,
        /// `title-abstract` or `full-text`.
        stage: String,
        /// Who.
        reviewer: String,
        /// `vote` or `adjudication`.
        role: String,
        /// The decision.
        decision: String,
        /// The reason.
        reason: String,
        /// When.
        at: String,
        /// Whether it is the one that counts.
        counts: bool,
        /// What the record was found by.
        found_by: String,
    }

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

    /// Included studies, and those that an amendment admits to a supplementary analysis.
    pub(super) fn included(&self) -> (Vec<IncludedRow>, Problems) {
        let mut rows: Vec<IncludedRow> = self
            .screening
            .studies
            .iter()
            .map(|study| {
                let records: Vec<&str> = study.reports.iter().map(RecordId::as_str).collect();
                self.study_row(
                    study.study.as_str(),
                    &study.label,
                    "protocol",
                    study.primary.as_str(),
                    &records,
                    Vec::new(),
                )
            })
            .collect();
        let mut problems = Problems::new();
        for amendment in self
            .inputs
            .protocol
            .iter()
            .flat_map(|protocol| &protocol.amendments)
        {
            let Some(admission) = &amendment.admits else {
                continue;
            };
            let links = self
                .entered
                .links
                .iter()
                .filter(|link| link.study.as_str() == admission.study);
            let linked: Vec<_> = links
                .filter_map(|link| Some((link, self.index.find(&link.record)?.0)))
                .collect();
            let Some((first, _)) = linked.first() else {
                let title = format!(
                    "amendment {} admits `{}`, which no report is linked to",
                    amendment.id, admission.study
                );
                problems.push(
                    Problem::error("screening::admitted-unknown", title)
                        .help("link its reports in data/screening/studies.csv"),
                );
                continue;
            };
            if rows.iter().any(|row| row.study == admission.study) {
                continue;
            }
            let ids: Vec<&str> = linked
                .iter()
                .map(|(_, at)| self.inputs.records[*at].id.as_str())
                .collect();
            let primary = linked
                .iter()
                .find(|(link, _)| link.primary)
                .map_or(ids[0], |(_, at)| self.inputs.records[*at].id.as_str());
            let admitted = format!("amendment:{}", amendment.id);
            let basis = vec![Address::file(&self.inputs.protocol_path)];
            rows.push(self.study_row(
                &admission.study,
                &first.label,
                &admitted,
                primary,
                &ids,
                basis,
            ));
        }
        (rows, problems)
    }

    fn study_row(
        &self,
        study: &str,
        label: &str,
        admission: &str,
        primary: &str,
        records: &[&str],
        basis: Vec<Address>,
    ) -> IncludedRow {
        let decisions = records
            .iter()
            .map(|id| Address::row(self.stage, "decisions", &key(&[*id])));
        let rule = if admission == "protocol" {
            "included"
        } else {
            "admitted"
        };
        IncludedRow {
            key: key(&[study]),
            study: study.to_owned(),
            label: label.to_owned(),
            admission: admission.to_owned(),
            reports: records.len() as u64,
            primary: primary.to_owned(),
            records: records.join("; "),
            origin: Origin::of(rule, decisions.chain(basis)),
        }
    }

    /// Where every record ended.
    pub(super) fn decisions(&self) -> Vec<DecisionRow> {
        let mut ends: BTreeMap<&RecordId, (&str, String, String)> = BTreeMap::new();
        for excluded in &self.screening.excluded {
            let word = excluded.decision.to_string();
            let reason = excluded.reason.clone().unwrap_or_default();
            let end = match excluded.stage {
                Stage::TitleAbstract => {
                    (word_of_exclusion(excluded.decision), String::new(), reason)
                }
                Stage::FullText => ("include", word, reason),
            };
            ends.insert(&excluded.record, end);
        }
        for included in &self.screening.included {
            ends.insert(
                &included.record,
                ("include", "include".to_owned(), String::new()),
            );
        }
        for open in &self.screening.undecided {
            let end = match open.stage {
                Stage::TitleAbstract => ("undecided", String::new(), String::new()),
                Stage::FullText => ("include", "undecided".to_owned(), String::new()),
            };
            ends.insert(&open.record, end);
        }
        let (votes, _) = self.votes();
        let mut by_record: BTreeMap<&str, Vec<Address>> = BTreeMap::new();
        for vote in votes.iter().filter(|vote| vote.counts) {
            by_record
                .entry(&vote.record)
                .or_default()
                .push(Address::row(self.stage, "votes", &vote.key));
        }
        let rows = self.inputs.records.iter().map(|record| {
            let end = ends.get(&record.id).cloned().unwrap_or((
                "undecided",
                String::new(),
                String::new(),
            ));
            let mut from = by_record.remove(record.id.as_str()).unwrap_or_default();
            from.push(self.record_address(record.id.as_str()));
            self.decision_row(record, end, from)
        });
        rows.collect()
    }

    fn decision_row(
        &self,
        record: &Record,
        end: (&str, String, String),
        from: Vec<Address>,
    ) -> DecisionRow {
        let of_study = self
            .screening
            .included
            .iter()
            .find(|included| included.record == record.id);
        DecisionRow {
            key: key(&[record.id.as_str()]),
            record: record.id.to_string(),
            citation: citation(record),
            title: record.title.clone().unwrap_or_default(),
            authors: record.authors.join("; "),
            year: record.year,
            journal: record.journal.clone().unwrap_or_default(),
            doi: record.doi.clone().unwrap_or_default(),
            pmid: record.pmid.clone().unwrap_or_default(),
            title_abstract: end.0.to_owned(),
            full_text: end.1,
            reason: end.2,
            study: of_study
                .map(|included| included.study.to_string())
                .unwrap_or_default(),
            origin: Origin::of("voted", from),
        }
    }

    /// Every vote and adjudication that found its record, and where each stands.
    pub(super) fn votes(&self) -> (Vec<VoteRow>, Vec<PlaceRow>) {
        let mut rows = Vec::new();
        let mut places = Vec::new();
        let mut add = |row: VoteRow, place: &crate::place::Place| {
            let mut at = PlaceRow::new("votes", &row.key, "", place.clone());
            at.by.clone_from(&row.reviewer);
            at.at.clone_from(&row.at);
            places.push(at);
            rows.push(row);
        };
        for vote in &self.screening.votes {
            let row = VoteRow {
                key: key(&[
                    vote.record.as_str(),
                    &vote.stage.to_string(),
                    &vote.reviewer,
                    &vote.at.to_string(),
                ]),
                record: vote.record.to_string(),
                stage: vote.stage.to_string(),
                reviewer: vote.reviewer.clone(),
                role: "vote".to_owned(),
                decision: vote.decision.to_string(),
                reason: vote.reason.clone().unwrap_or_default(),
                at: vote.at.to_string(),
                counts: vote.counts,
                found_by: found_word(vote.found_by),
            };
            add(row, &vote.place);
        }
        for settled in &self.entered.adjudications {
            let Some((at, found_by)) = self.index.find(&settled.record) else {
                continue;
            };
            let record = &self.inputs.records[at].id;
            let row = VoteRow {
                key: key(&[
                    record.as_str(),
                    &settled.stage.to_string(),
                    "adjudication",
                    &settled.at.to_string(),
                ]),
                record: record.to_string(),
                stage: settled.stage.to_string(),
                reviewer: settled.by.clone(),
                role: "adjudication".to_owned(),
                decision: settled.decision.to_string(),
                reason: settled.reason.clone().unwrap_or_default(),
                at: settled.at.to_string(),
                counts: true,
                found_by: found_word(found_by),
            };
            add(row, &settled.place);
        }
        (rows, places)
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

fn word_of_exclusion(decision: Decision) -> &'static str {
    match decision {
        Decision::Include | Decision::Maybe => "include",
        _ => "exclude",
    }
}

fn found_word(found_by: crate::screening::matching::FoundBy) -> String {
    format!("{found_by:?}").to_lowercase()
}

/// Authors (three at most), year, title and place in one line.
fn citation(record: &Record) -> String {
    let names: Vec<&str> = record.authors.iter().take(3).map(String::as_str).collect();
    let mut text = names.join("; ");
    if record.authors.len() > 3 {
        text.push_str(" et al.");
    }
    let mut add = |before: &str, part: Option<String>, after: &str| {
        if let Some(part) = part.filter(|part| !part.is_empty()) {
            if !text.is_empty() {
                text.push_str(before);
            }
            text.push_str(&part);
            text.push_str(after);
        }
    };
    add(" (", record.year.map(|year| format!("{year}")), ")");
    add(
        " ",
        record
            .title
            .as_ref()
            .map(|title| title.trim_end_matches('.').to_owned()),
        ".",
    );
    add(" ", record.journal.clone(), "");
    add(" ", record.volume.clone(), "");
    add("(", record.issue.clone(), ")");
    add(":", record.pages.clone(), "");
    text
}
