//! The protocol as data: what was registered, what the team chose where the registration is silent, and dated amendments.
//!
//! Takes the values of `data/protocol.yaml` as `config::yaml` reads them. Stages ask it for outcomes, exclusion reasons,
//! reviewers and amendments; the report holds the analysis against it.

use serde_json::Value;

/// A protocol.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protocol {
    /// Version of the file's form.
    pub version: u32,
    /// Title of the review.
    pub title: String,
    /// Where the review is registered.
    #[serde(default)]
    pub registration: Registration,
    /// A line printed wherever the review could be taken for more than an illustration.
    #[serde(default)]
    pub illustration: Option<String>,
    /// The question by its elements.
    #[serde(default)]
    pub question: Question,
    /// Who and what is eligible, and the reasons for exclusion.
    #[serde(default)]
    pub eligibility: Eligibility,
    /// Outcomes in the order of the report.
    #[serde(default)]
    pub outcomes: Vec<ProtocolOutcome>,
    /// Scales by preference, with their facts.
    #[serde(default)]
    pub preferred_scales: Value,
    /// Bodies of evidence, models, measures, subgroups.
    #[serde(default)]
    pub synthesis: Value,
    /// Tools for risk of bias.
    #[serde(default)]
    pub risk_of_bias: Value,
    /// What is searched.
    #[serde(default)]
    pub search: Value,
    /// Who decides.
    #[serde(default)]
    pub reviewers: Reviewers,
    /// Words to mark in titles and abstracts, by group.
    #[serde(default)]
    pub highlight_terms: Value,
    /// Changes since registration, in order, never rewritten.
    #[serde(default)]
    pub amendments: Vec<Amendment>,
}

/// Where a review is registered.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Registration {
    /// The register, such as PROSPERO.
    pub register: String,
    /// The number there.
    pub number: String,
    /// Whose protocol it is.
    pub authors: String,
    /// Where its words were read.
    pub source: String,
}

/// The question by its elements.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Question {
    /// Whether it was registered.
    pub registered: bool,
    /// The registration's words.
    pub stated: Option<String>,
    /// Who.
    pub population: Element,
    /// What is done.
    pub intervention: Element,
    /// Against what.
    pub comparator: Element,
    /// With what result.
    pub outcomes: Element,
}

/// One element of the question.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Element {
    /// In words.
    pub text: String,
    /// Whether it was registered.
    pub registered: bool,
    /// When it was chosen, if not registered.
    pub chosen: Option<String>,
    /// Why.
    pub why: Option<String>,
}

/// Who and what is eligible.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Eligibility {
    /// Designs.
    pub designs: Value,
    /// Population.
    pub population: Value,
    /// Languages.
    pub languages: Value,
    /// Reasons for exclusion.
    pub exclusion_reasons: ExclusionReasons,
    /// Populations that analyses are made for.
    pub populations: Vec<Population>,
}

/// Reasons for exclusion; the first that applies is the one recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExclusionReasons {
    /// Whether they were registered.
    pub registered: bool,
    /// When they were chosen, if not registered.
    pub chosen: Option<String>,
    /// Why.
    pub why: Option<String>,
    /// The reasons, in order.
    pub ordered: Vec<Reason>,
}

/// A reason for exclusion.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// As written in the votes.
    pub code: String,
    /// In words.
    pub text: String,
}

/// A population that analyses are made for.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Population {
    /// As written in analyses.
    pub id: String,
    /// In words.
    pub text: String,
    /// `main` or `supplementary`.
    pub analyses: String,
    /// The amendment that admitted it.
    #[serde(default)]
    pub admitted_by: Option<String>,
}

/// An outcome of the review.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProtocolOutcome {
    /// As written in forms and analyses.
    pub id: String,
    /// In words.
    pub name: String,
    /// Its place in the question.
    pub role: OutcomeRole,
    /// Whether it was registered.
    pub registered: bool,
    /// The registration's words.
    #[serde(default)]
    pub stated: Option<String>,
    /// When it was chosen, if not registered.
    #[serde(default)]
    pub chosen: Option<String>,
    /// Why.
    #[serde(default)]
    pub why: Option<String>,
    /// Which end is better.
    pub direction: Direction,
    /// Scales, the preferred one first.
    #[serde(default)]
    pub preferred_scales: Vec<String>,
}

/// An outcome's place in the question.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeRole {
    /// The review was made for it.
    Primary,
    /// Registered beside it.
    Secondary,
    /// Added by the team, said to be so.
    Additional,
    /// Told in words.
    Descriptive,
    /// Extracted because a study tabulates it; no part of the question.
    ExtractedOnly,
}

impl OutcomeRole {
    /// The word that the protocol and the tables use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Additional => "additional",
            Self::Descriptive => "descriptive",
            Self::ExtractedOnly => "extracted-only",
        }
    }
}

/// Which end of an outcome is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Less is better.
    LowerIsBetter,
    /// More is better.
    HigherIsBetter,
    /// Neither.
    None,
}

/// Who decides.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reviewers {
    /// Whether their number was registered.
    pub registered: bool,
    /// The registration's words.
    pub stated: Option<String>,
    /// The reviewers.
    pub list: Vec<Reviewer>,
}

/// One reviewer.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reviewer {
    /// As files are named.
    pub id: String,
    /// Who that is.
    #[serde(default)]
    pub who: String,
}

/// A change since registration.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    /// As referred to.
    pub id: String,
    /// When.
    pub date: String,
    /// What part of the protocol.
    pub field: String,
    /// What it was.
    pub from: String,
    /// What it is now.
    pub to: String,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub by: String,
    /// Whether results had been seen.
    pub after_seeing_results: bool,
    /// A study it lets into a supplementary analysis.
    #[serde(default)]
    pub admits: Option<Admission>,
}

/// A study that an amendment lets into a supplementary analysis; it never counts among the included.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Admission {
    /// The study.
    pub study: String,
    /// The population whose analyses it joins.
    pub to: String,
}

impl Protocol {
    /// The outcome of an id.
    pub fn outcome(&self, id: &str) -> Option<&ProtocolOutcome> {
        self.outcomes.iter().find(|outcome| outcome.id == id)
    }

    /// The amendment that lets a study in, if any.
    pub fn admission(&self, study: &str) -> Option<(&Amendment, &Admission)> {
        self.amendments.iter().find_map(|amendment| {
            let admission = amendment.admits.as_ref()?;
            (admission.study == study).then_some((amendment, admission))
        })
    }

    /// The codes of the exclusion reasons, in order.
    pub fn reason_codes(&self) -> Vec<&str> {
        let reasons = &self.eligibility.exclusion_reasons.ordered;
        reasons.iter().map(|reason| reason.code.as_str()).collect()
    }
}
