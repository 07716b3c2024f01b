//! A risk-of-bias tool as data: its questions, domains, decision paths and the rule for the overall judgement.
//!
//! The YAML in short. A domain starts at its first step. A step asks questions and says where their answers lead: `go` maps the
//! answers of one question (several in one text, divided by blanks) to a target; `rules` are tried in order, the first that
//! holds wins. A target is the name of a step, `=judgement`, or `=option:name` for a judgement that a team's declared option
//! decides. A domain of several `parts` is as bad as its worst part; a `correction` replaces that judgement by a further path.
//! `looks_at` names answers that a rule may use without needing them.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// The format that this program reads.
pub const FORMAT: &str = "review-rob-tool/1";

/// The judgement of a component that a declared option takes out of the rating.
pub const NOT_APPLICABLE: &str = "not_applicable";

/// A risk-of-bias tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Format of the file, [`FORMAT`].
    pub format: String,
    /// Name by which assessments refer to the tool.
    pub tool: String,
    /// Which of several editions under one name, such as `v2016`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// Title.
    pub title: String,
    /// Version; stands in every assessment.
    pub version: String,
    /// What one assessment judges.
    pub unit: Unit,
    /// Whether the paths are settled.
    #[serde(default)]
    pub status: Status,
    /// Publications it follows.
    #[serde(default)]
    pub source: String,
    /// Judgements, best first.
    pub judgements: IndexMap<String, Judgement>,
    /// Named sets of answers.
    #[serde(default)]
    pub answer_sets: IndexMap<String, Vec<String>>,
    /// Answers in words.
    #[serde(default)]
    pub answer_words: IndexMap<String, String>,
    /// Choices that a protocol declares once.
    #[serde(default)]
    pub options: IndexMap<String, ToolOption>,
    /// What the protocol has to fix before the tool can be used.
    #[serde(default)]
    pub protocol_fixes: Vec<String>,
    /// Questions, in the order of the form.
    pub questions: IndexMap<String, Question>,
    /// Questions asked before any domain; they may end the assessment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preliminary: Option<Graph>,
    /// Domains.
    pub domains: IndexMap<String, Domain>,
    /// Which domains belong together; without variants, all.
    #[serde(default)]
    pub variants: IndexMap<String, Variant>,
    /// How domains are summed up.
    pub overall: Overall,
    /// Reasons that two assessors may give for differing.
    #[serde(default)]
    pub reasons_to_differ: Vec<String>,
}

/// What one assessment judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// One result: study, outcome, measure, time point and analysis.
    Result,
    /// A study as a whole.
    Study,
}

/// Whether the paths of a tool are settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Published and agreed on.
    #[default]
    Stable,
    /// A draft, or read second hand; reports say so.
    Experimental,
}

/// One judgement of the tool's scale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// In words.
    pub label: String,
    /// Order among the judgements, 0 the best; absent when it has no place in the order (no information).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<u8>,
}

/// A choice that a protocol declares once for all assessments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolOption {
    /// Judgements it may stand for.
    pub values: Vec<String>,
    /// The one taken when nothing is declared.
    pub default: String,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Number printed on the form, when it differs from the key; unique within a variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The question.
    pub ask: String,
    /// Name of its set of answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<String>,
    /// Its own answers with their words, in place of a set.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub choices: IndexMap<String, String>,
    /// Choices that earn a star.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stars: Vec<String>,
    /// Whether several choices, or none, may be ticked.
    #[serde(default)]
    pub several: bool,
    /// Asked only when these answers were given, where no path tells.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub asked_if: IndexMap<String, String>,
    /// Whether the form asks it whatever the answers before it, so that an answer off the path is no slip.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub always: bool,
}

/// A decision path: named steps, the first is the start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Graph {
    /// The steps.
    pub steps: IndexMap<String, Step>,
}

/// One step of a decision path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Questions that must be answered here.
    pub ask: Vec<String>,
    /// Questions whose answers a rule may use when they are there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub looks_at: Vec<String>,
    /// For one question: its answers and where they lead.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub go: IndexMap<String, String>,
    /// Otherwise: rules in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// Answers of `go` on whose target readings of the tool differ, with what others do.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub disputed: IndexMap<String, String>,
}

/// A rule: all its conditions must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Every question has one of these answers.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub all: IndexMap<String, String>,
    /// At least one question has one of these answers.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub any: IndexMap<String, String>,
    /// Enough of several questions have one of these answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<Count>,
    /// Declared options have these values.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub option: IndexMap<String, String>,
    /// Holds always; for the last rule.
    #[serde(default)]
    pub otherwise: bool,
    /// Where it leads.
    pub to: String,
    /// Where the rule comes from, when rules of one tool differ in that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

/// Enough of several questions have one of some answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// The questions.
    pub of: Vec<String>,
    /// The answers counted.
    pub answers: String,
    /// How many are enough.
    pub at_least: usize,
}

/// A domain. It has `steps`, or `parts`, or is `entered` by the assessor, or counts stars, or is only `described`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// Title.
    pub title: String,
    /// When in a study it arises.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Questions for which "not applicable" is an answer that leads on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub na_is_answer: Vec<String>,
    /// The decision path.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub steps: IndexMap<String, Step>,
    /// Several paths, in place of one.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub parts: IndexMap<String, IndexMap<String, Step>>,
    /// How parts are combined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub combine: Option<Combine>,
    /// A further path taken when the parts together give one judgement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<Correction>,
    /// The assessor enters the judgement; there is no path.
    #[serde(default)]
    pub entered: bool,
    /// Described, never rated.
    #[serde(default)]
    pub described: bool,
    /// Counts the stars of its questions, at most this many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stars_at_most: Option<usize>,
    /// Questions that belong here without being part of a path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<String>,
}

/// How the parts of a domain are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// The worst part decides.
    Worst,
}

/// A further path for one combined judgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The combined judgement it replaces.
    pub when: String,
    /// The path.
    pub steps: IndexMap<String, Step>,
}

/// A form of the tool for one design or effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// In words.
    pub title: String,
    /// Whether this variant is settled.
    #[serde(default)]
    pub status: Status,
    /// What a reader should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Its domains in order.
    pub domains: Vec<String>,
}

/// How domains are summed up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overall {
    /// The rule.
    pub rule: OverallRule,
    /// For `worst`: the label of a result whose domains are all at the best severity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_is: Option<String>,
    /// For `first_present`: the first of these that any domain has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<String>,
    /// For `count`: the judgement that is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// For `count`: the rating for none, one, two … of it; the last holds for more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ratings: Vec<String>,
    /// For `stars`: thresholds by domain of the variant, the first that holds wins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<Threshold>,
    /// Steps up that people may take, with a reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalation: Vec<Escalation>,
}

/// The rule for the overall judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverallRule {
    /// The worst domain.
    Worst,
    /// The first of a list of judgements that any domain has.
    FirstPresent,
    /// By the number of domains with one judgement; domains that are not applicable do not count.
    Count,
    /// By stars in each domain.
    Stars,
    /// The assessor enters it.
    Entered,
}

/// Fewest stars for a rating.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// The rating.
    pub rating: String,
    /// Fewest stars in each domain of the variant, in its order.
    pub at_least: Vec<usize>,
}

/// A step up that people may take when several domains share a level. Never taken by the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// From this overall judgement …
    pub from: String,
    /// … to this one …
    pub to: String,
    /// … when at least this many domains have the first.
    pub domains_at_least: usize,
}

impl Tool {
    /// The answers that a question may have; "NA" is not among them.
    pub fn answers_of<'a>(&'a self, question: &'a Question) -> Vec<&'a str> {
        if !question.choices.is_empty() {
            return question.choices.keys().map(String::as_str).collect();
        }
        question
            .answers
            .as_deref()
            .and_then(|name| self.answer_sets.get(name))
            .map(|set| set.iter().map(String::as_str).collect())
            .unwrap_or_default()
    }

    /// The domains of a variant; of a tool without variants, all that are rated.
    pub fn domains_of(&self, variant: Option<&str>) -> Option<Vec<&str>> {
        match variant {
            Some(name) if !name.is_empty() => self
                .variants
                .get(name)
                .map(|variant| variant.domains.iter().map(String::as_str).collect()),
            _ if self.variants.is_empty() => Some(
                self.domains
                    .iter()
                    .filter(|(_, domain)| !domain.described)
                    .map(|(name, _)| name.as_str())
                    .collect(),
            ),
            _ => None,
        }
    }

    /// The key of a question as people write it: its key, or its printed number within the domains of the variant.
    pub fn question_key(&self, written: &str, domains: &[&str]) -> Option<&str> {
        if let Some((key, _)) = self.questions.get_key_value(written) {
            return Some(key);
        }
        let mut known = domains.iter().filter_map(|name| self.domains.get(*name));
        known.find_map(|domain| {
            domain.all_questions().into_iter().find_map(|key| {
                let (key, question) = self.questions.get_key_value(key)?;
                (question.number.as_deref() == Some(written)).then_some(key.as_str())
            })
        })
    }

    /// The number printed on the form for a question.
    pub fn number_of<'a>(&'a self, key: &'a str) -> &'a str {
        self.questions
            .get(key)
            .and_then(|question| question.number.as_deref())
            .unwrap_or(key)
    }

    /// The order of a judgement, 0 the best; `None` for judgements outside the order.
    pub fn severity(&self, judgement: &str) -> Option<u8> {
        self.judgements
            .get(judgement)
            .and_then(|found| found.severity)
    }

    /// A judgement in words.
    pub fn label<'a>(&'a self, judgement: &'a str) -> &'a str {
        match self.judgements.get(judgement) {
            Some(found) => &found.label,
            None if judgement == NOT_APPLICABLE => "Not applicable",
            None => judgement,
        }
    }
}

impl Domain {
    /// All decision paths of the domain with their paths in the file.
    pub(super) fn graphs(&self) -> Vec<(String, &IndexMap<String, Step>)> {
        let mut graphs = Vec::new();
        if !self.steps.is_empty() {
            graphs.push(("steps".to_owned(), &self.steps));
        }
        for (name, part) in &self.parts {
            graphs.push((format!("parts/{name}"), part));
        }
        if let Some(correction) = &self.correction {
            graphs.push(("correction/steps".to_owned(), &correction.steps));
        }
        graphs
    }

    /// Questions that some step of the domain needs, in the order of the paths.
    pub fn path_questions(&self) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        for (_, steps) in self.graphs() {
            for question in steps.values().flat_map(|step| &step.ask) {
                if !found.contains(&question.as_str()) {
                    found.push(question);
                }
            }
        }
        found
    }

    /// All questions of the domain, those of its paths first.
    pub fn all_questions(&self) -> Vec<&str> {
        let mut found = self.path_questions();
        for question in &self.questions {
            if !found.contains(&question.as_str()) {
                found.push(question);
            }
        }
        found
    }
}
