//! The tables of `risk-of-bias`: answers, judgements with the path taken, overall judgements, agreement.

use crate::artefact::{Address, Origin, PlaceRow, key, rows};
use crate::place::Place;
use crate::rob::AssessmentFile;
use crate::rob::Imported;
use crate::rob::Tool;
use crate::rob::agreement::PairAgreement;
use crate::rob::answers::AnswerRow;
use crate::rob::assessed::{Assessed, JudgementRow as Judged, Standing};
use crate::rob::decisions::{Adjudication, Override};
use std::collections::BTreeMap;

rows! {
    /// What a person answered, settled or overrode.
    pub(crate) BiasAnswerRow: "bias-answers" {
        /// The study.
        study: String,
        /// The result; empty for tools that judge a study.
        result: String,
        /// The tool.
        tool: String,
        /// The question; for an override, the domain.
        question: String,
        /// Who.
        by: String,
        /// `answer`, `adjudication`, `override`, `imported` for a judgement made elsewhere, or `imported-answer` for an answer beside it.
        role: String,
        /// The answer, or the judgement set.
        answer: String,
        /// Why, for adjudications and overrides.
        reason: String,
        /// When.
        at: String,
    }

    /// One domain of one assessment.
    pub(crate) JudgementRow: "judgements" {
        /// The study.
        study: String,
        /// The result.
        result: String,
        /// The tool.
        tool: String,
        /// Its version.
        version: String,
        /// Its variant.
        variant: String,
        /// The domain.
        domain: String,
        /// The domain in words.
        title: String,
        /// What the tool's path gives.
        algorithm: String,
        /// What stands.
        r#final: String,
        /// What stands, in words.
        label: String,
        /// Whether a person set another judgement.
        overridden: bool,
        /// How far it has come.
        standing: String,
        /// Why a person set another.
        reason: String,
        /// The path taken.
        path: String,
        /// The answers that count.
        origin: Origin,
    }

    /// The overall judgement of one assessment.
    pub(crate) OverallRow: "overall-bias" {
        /// The study.
        study: String,
        /// The result.
        result: String,
        /// The tool.
        tool: String,
        /// The judgement.
        judgement: String,
        /// In words.
        label: String,
        /// Order among the tool's judgements, 0 the best.
        severity: Option<u8>,
        /// How far it has come.
        standing: String,
        /// A worse judgement that people may choose with a reason.
        escalation: String,
        /// The domains.
        origin: Origin,
    }

    /// Agreement of two assessors on a question or domain.
    pub(crate) BiasAgreementRow: "bias-agreement" {
        /// The tool.
        tool: String,
        /// `question`, `domain` or `overall`.
        level: String,
        /// The question or domain; `overall` for the judgement of all together.
        name: String,
        /// First assessor.
        first: String,
        /// Second assessor.
        second: String,
        /// Assessments in which both answered.
        n: u64,
        /// Those with the same answer.
        same: u64,
        /// Those that differ only in "probably".
        strength: u64,
        /// Share that leads the same way.
        po: f64,
        /// Weights of kappa: `linear` over the tool's ordered judgements; `equal` for answers, "probably" dropped.
        weights: String,
        /// Assessments that kappa is of; judgements that have no order are left out.
        kappa_n: u64,
        /// Agreement beyond chance; empty where both never left one answer or judgement.
        kappa: Option<f64>,
        /// Lower limit of its 95 % interval (Fleiss, Cohen and Everitt 1969).
        kappa_lower: Option<f64>,
        /// Upper limit.
        kappa_upper: Option<f64>,
        /// The answers.
        origin: Origin,
    }
}

/// What people entered.
#[derive(Default)]
pub(super) struct Entered {
    pub(super) answers: Vec<AnswerRow>,
    pub(super) adjudications: Vec<Adjudication>,
    pub(super) overrides: Vec<Override>,
    /// Files that hold judgements made elsewhere.
    pub(super) judged: Vec<AssessmentFile>,
    pub(super) imported: Vec<Imported>,
}

/// Everything people entered, as rows, with its places.
pub(super) fn answers(entered: &Entered) -> (Vec<BiasAnswerRow>, Vec<PlaceRow>) {
    let mut rows = Vec::new();
    let mut places = Vec::new();
    let mut add = |row: BiasAnswerRow, place: &Place, source: &str, quote: &str| {
        let mut at = PlaceRow::new("answers", &row.key, "", place.clone());
        source.clone_into(&mut at.source);
        quote.clone_into(&mut at.quote);
        at.by.clone_from(&row.by);
        at.at.clone_from(&row.at);
        places.push(at);
        rows.push(row);
    };
    for answer in &entered.answers {
        let row = row_of(
            [
                answer.study.as_str(),
                &answer.result,
                &answer.tool,
                &answer.question,
            ],
            "answer",
            (&answer.assessor, &answer.answer, "", &answer.at.to_string()),
        );
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        add(
            row,
            &answer.place,
            &text(&answer.source),
            &text(&answer.quote),
        );
    }
    for settled in &entered.adjudications {
        let reason = settled.reason.clone().unwrap_or_default();
        let row = row_of(
            [
                settled.study.as_str(),
                &settled.result,
                &settled.tool,
                &settled.question,
            ],
            "adjudication",
            (
                &settled.by,
                &settled.answer,
                &reason,
                &settled.at.to_string(),
            ),
        );
        add(row, &settled.place, "", "");
    }
    for set in &entered.overrides {
        let row = row_of(
            [set.study.as_str(), &set.result, &set.tool, &set.domain],
            "override",
            (&set.by, &set.judgement, &set.reason, &set.at.to_string()),
        );
        add(row, &set.place, "", "");
    }
    for given in &entered.imported {
        let row = row_of(
            [
                given.study.as_str(),
                &given.result,
                &given.tool,
                &given.domain,
            ],
            "imported",
            (&given.by, &given.judgement, "", &given.at),
        );
        add(row, &given.place, "", "");
        for answered in &given.answers {
            let row = row_of(
                [
                    given.study.as_str(),
                    &given.result,
                    &given.tool,
                    &answered.question,
                ],
                "imported-answer",
                (&given.by, &answered.answer.to_string(), "", &given.at),
            );
            add(row, &answered.place, "", &answered.note);
        }
    }
    (rows, places)
}

fn row_of(
    [study, result, tool, question]: [&str; 4],
    role: &str,
    (by, answer, reason, at): (&str, &str, &str, &str),
) -> BiasAnswerRow {
    BiasAnswerRow {
        key: key(&[study, result, tool, question, role, by]),
        study: study.to_owned(),
        result: result.to_owned(),
        tool: tool.to_owned(),
        question: question.to_owned(),
        by: by.to_owned(),
        role: role.to_owned(),
        answer: answer.to_owned(),
        reason: reason.to_owned(),
        at: at.to_owned(),
    }
}

/// Makes judgement rows of one run.
pub(super) struct Maker<'a> {
    pub(super) tools: &'a BTreeMap<String, Tool>,
    pub(super) answers: &'a [BiasAnswerRow],
    pub(super) stage: &'a str,
}

impl Maker<'_> {
    pub(super) fn judgements(&self, assessed: &Assessed) -> Vec<JudgementRow> {
        let rows = assessed.judgements.iter().map(|judged| {
            let judgement = judged.judgement.clone().unwrap_or_default();
            let domain = self.domain(judged);
            JudgementRow {
                key: key(&[
                    judged.study.as_str(),
                    &judged.result,
                    &judged.tool,
                    &judged.domain,
                ]),
                study: judged.study.to_string(),
                result: judged.result.clone(),
                tool: judged.tool.clone(),
                version: judged.version.clone(),
                variant: judged.variant.clone(),
                domain: judged.domain.clone(),
                title: domain.map_or_else(|| judged.domain.clone(), |domain| domain.title.clone()),
                algorithm: judged.algorithm.clone().unwrap_or_default(),
                label: self.label(&judged.tool, &judgement).0,
                r#final: judgement,
                overridden: matches!(judged.standing, Standing::Overridden | Standing::Stale),
                standing: standing(judged.standing),
                reason: judged.reason.clone().unwrap_or_default(),
                path: judged.path.clone(),
                origin: self.origin(judged),
            }
        });
        rows.collect()
    }

    fn domain(&self, judged: &Judged) -> Option<&crate::rob::tool::Domain> {
        self.tools.get(&judged.tool)?.domains.get(&judged.domain)
    }

    /// The label and severity of a judgement.
    fn label(&self, tool: &str, judgement: &str) -> (String, Option<u8>) {
        let found = self
            .tools
            .get(tool)
            .and_then(|tool| tool.judgements.get(judgement));
        found.map_or_else(
            || (judgement.to_owned(), None),
            |found| (found.label.clone(), found.severity),
        )
    }

    /// The answers to the questions that the path names, and any override of the domain.
    fn origin(&self, judged: &Judged) -> Origin {
        let mine = self.answers.iter().filter(|row| {
            row.study == judged.study.as_str()
                && row.result == judged.result
                && row.tool == judged.tool
        });
        let used = mine.filter(|row| match row.role.as_str() {
            "override" | "imported" => row.question == judged.domain,
            _ => names(&judged.path, &row.question),
        });
        let rule = match judged.standing {
            Standing::Overridden => "overridden",
            Standing::Imported => "imported",
            _ => "decision-path",
        };
        Origin::of(
            rule,
            used.map(|row| Address::row(self.stage, "answers", &row.key)),
        )
    }

    pub(super) fn overall(&self, assessed: &Assessed) -> Vec<OverallRow> {
        let rows = assessed.overall.iter().map(|judged| {
            let judgement = judged.judgement.clone().unwrap_or_default();
            let (label, severity) = self.label(&judged.tool, &judgement);
            let domains = assessed.judgements.iter().filter(|domain| {
                domain.study == judged.study
                    && domain.result == judged.result
                    && domain.tool == judged.tool
            });
            let mut from: Vec<Address> = domains
                .map(|domain| {
                    let key = key(&[
                        domain.study.as_str(),
                        &domain.result,
                        &domain.tool,
                        &domain.domain,
                    ]);
                    Address::cell(self.stage, "judgements", &key, "final")
                })
                .collect();
            from.extend(
                self.origin(judged)
                    .0
                    .iter()
                    .flat_map(|clause| clause.from.iter().cloned()),
            );
            OverallRow {
                key: key(&[judged.study.as_str(), &judged.result, &judged.tool]),
                study: judged.study.to_string(),
                result: judged.result.clone(),
                tool: judged.tool.clone(),
                judgement,
                label,
                severity,
                standing: standing(judged.standing),
                escalation: judged.escalation.clone().unwrap_or_default(),
                origin: if judged.standing == Standing::Imported {
                    self.origin(judged)
                } else {
                    Origin::of("overall-rule", from)
                },
            }
        });
        rows.collect()
    }

    pub(super) fn agreement(&self, pairs: &[PairAgreement]) -> Vec<BiasAgreementRow> {
        let rows = pairs.iter().map(|pair| BiasAgreementRow {
            key: key(&[
                &pair.tool,
                &pair.level,
                &pair.name,
                &pair.first,
                &pair.second,
            ]),
            tool: pair.tool.clone(),
            level: pair.level.clone(),
            name: pair.name.clone(),
            first: pair.first.clone(),
            second: pair.second.clone(),
            n: pair.n,
            same: pair.same,
            strength: pair.strength,
            po: pair.po,
            weights: pair.weights.clone(),
            kappa_n: pair.kappa_n,
            kappa: pair.kappa,
            kappa_lower: pair.kappa_lower,
            kappa_upper: pair.kappa_upper,
            origin: Origin::of("compared", [Address::artefact(self.stage, "answers")]),
        });
        rows.collect()
    }
}

/// Whether a path names a question: as a whole word, `1.1` but not in `11.1`.
fn names(path: &str, question: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '.';
    path.split(|c: char| !word(c)).any(|part| part == question)
}

fn standing(standing: Standing) -> String {
    format!("{standing:?}").to_lowercase()
}
