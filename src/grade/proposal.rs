//! What a policy proposes, with the rule and the inputs behind each step.

use super::certainty::{Certainty, Domain};
use crate::digest::Digest;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// What certainty is rated for (Core GRADE 2, Figure 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// An effect beyond the minimal important difference.
    ImportantEffect,
    /// An effect within it.
    LittleToNoDifference,
    /// Any effect, against none.
    NonNullEffect,
}

impl Target {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::ImportantEffect => "an important effect",
            Self::LittleToNoDifference => "little to no difference",
            Self::NonNullEffect => "an effect other than none",
        }
    }
}

/// The studies that all domains are rated on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnalysisSet {
    /// All studies.
    All,
    /// Only those at low risk of bias: run the analysis again on them and rate that.
    LowRiskOnly,
}

/// One domain's proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainProposal {
    /// The domain.
    pub domain: Domain,
    /// Levels down, or up for domains that rate up.
    pub levels: u32,
    /// The rule that decided, in words.
    pub rule: String,
    /// What was found, as a clause for the footnote.
    pub because: String,
    /// Names and values that the rule looked at.
    pub inputs: Vec<(String, String)>,
    /// What a person has to look at before confirming; printed while nobody has.
    pub questions: Vec<String>,
    /// The rule's words when people first confirmed it, where it is worded otherwise today: better words make no decision stale.
    #[serde(skip)]
    first_worded: Option<&'static str>,
}

impl DomainProposal {
    /// A proposal with no inputs noted yet.
    pub(super) fn new(
        domain: Domain,
        levels: u32,
        rule: impl Into<String>,
        because: impl Into<String>,
    ) -> Self {
        Self {
            domain,
            levels,
            rule: rule.into(),
            because: because.into(),
            inputs: Vec::new(),
            questions: Vec::new(),
            first_worded: None,
        }
    }

    /// The same rule, which people knew by other words.
    #[must_use]
    pub(super) fn first_worded(mut self, words: &'static str) -> Self {
        self.first_worded = Some(words);
        self
    }

    /// Notes a number that the rule looked at, to six digits: what differs beyond them is noise, not evidence.
    #[must_use]
    pub(super) fn with(mut self, name: &str, value: f64) -> Self {
        self.inputs.push((name.to_owned(), six_digits(value)));
        self
    }

    /// Notes a word that the rule looked at.
    #[must_use]
    pub(super) fn with_word(mut self, name: &str, value: impl Into<String>) -> Self {
        self.inputs.push((name.to_owned(), value.into()));
        self
    }

    /// Notes what somebody judged, or that nobody did.
    #[must_use]
    pub(super) fn with_judged(self, name: &str, judged: Option<bool>) -> Self {
        let word = judged.map_or_else(|| NOT_JUDGED.to_owned(), |judged| judged.to_string());
        self.with_word(name, word)
    }

    /// Adds something to look at.
    #[must_use]
    pub(super) fn asking(mut self, question: impl Into<String>) -> Self {
        self.questions.push(question.into());
        self
    }
}

/// What stands for a fact that nobody judged. People confirmed proposals on it while it was written `false`, and what they confirm
/// counts it so.
const NOT_JUDGED: &str = "not judged";

/// Six significant digits, without trailing zeros.
fn six_digits(value: f64) -> String {
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

/// A policy's proposal for one body of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Name of the policy.
    pub policy: String,
    /// What certainty is rated for, where the policy fixes it.
    pub target: Option<Target>,
    /// The studies rated.
    pub analysis_set: AnalysisSet,
    /// Whether subgroups are to be rated separately.
    pub rate_subgroups_separately: bool,
    /// Level at the start.
    pub start: Certainty,
    /// The five domains that rate down, then those that rate up.
    pub domains: Vec<DomainProposal>,
    /// Level at the end.
    pub certainty: Certainty,
}

impl Proposal {
    /// The proposal for one domain.
    pub fn domain(&self, domain: Domain) -> Option<&DomainProposal> {
        self.domains
            .iter()
            .find(|proposal| proposal.domain == domain)
    }

    /// Says of which level the interval is that imprecision was judged by, where that is not the usual 95 per cent.
    pub fn by_interval_of(&mut self, level: f64) {
        let imprecision = |proposal: &&mut DomainProposal| proposal.domain == Domain::Imprecision;
        let unusual = (level - 95.0).abs() > 1e-9;
        if let Some(found) = self
            .domains
            .iter_mut()
            .find(imprecision)
            .filter(|_| unusual)
        {
            let because = std::mem::take(&mut found.because);
            found.because = format!("{because} (judged by the {level} % interval)");
        }
    }

    /// Levels down in all.
    pub fn down(&self) -> u32 {
        sum(&pairs(&self.domains), false)
    }

    /// Levels up in all, as applied.
    pub fn up(&self) -> u32 {
        applied_up(self.start, &pairs(&self.domains))
    }

    /// The identity of what a person confirms: policy, start, and the domain's rule as first worded, levels and inputs. Twelve
    /// hexadecimal digits.
    pub fn evidence_hash(&self, domain: Domain) -> Option<String> {
        let found = self.domain(domain)?;
        let mut text = format!(
            "{}\n{}\n{}\n{}\n{}\n",
            self.policy,
            self.start,
            domain.key(),
            found.levels,
            found.first_worded.unwrap_or(&found.rule)
        );
        for (name, value) in &found.inputs {
            let value = if value == NOT_JUDGED { "false" } else { value };
            let _ = writeln!(text, "{name}={value}");
        }
        Some(Digest::of(text.as_bytes()).short())
    }
}

fn pairs(domains: &[DomainProposal]) -> Vec<(Domain, u32)> {
    domains
        .iter()
        .map(|proposal| (proposal.domain, proposal.levels))
        .collect()
}

fn sum(levels: &[(Domain, u32)], up: bool) -> u32 {
    levels
        .iter()
        .filter(|(domain, _)| domain.rates_up() == up)
        .map(|(_, count)| count)
        .sum()
}

/// Levels up that count: only for bodies that start low, and only when nothing was rated down.
fn applied_up(start: Certainty, levels: &[(Domain, u32)]) -> u32 {
    if start == Certainty::Low && sum(levels, false) == 0 {
        sum(levels, true)
    } else {
        0
    }
}

/// The level that a policy's domains lead to.
pub(super) fn rate(start: Certainty, domains: &[DomainProposal]) -> Certainty {
    rate_levels(start, &pairs(domains))
}

/// The level that so many levels a domain lead to.
pub fn rate_levels(start: Certainty, levels: &[(Domain, u32)]) -> Certainty {
    start.moved(sum(levels, false), applied_up(start, levels))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imprecision_says_of_which_level_its_interval_is_where_that_is_not_the_usual_one() {
        let imprecision = DomainProposal::new(Domain::Imprecision, 1, "rule", "it crosses");
        let bias = DomainProposal::new(Domain::RiskOfBias, 0, "rule", "little weight");
        let proposal = Proposal {
            policy: "default-1".to_owned(),
            target: None,
            analysis_set: AnalysisSet::All,
            rate_subgroups_separately: false,
            start: Certainty::High,
            domains: vec![bias, imprecision],
            certainty: Certainty::Moderate,
        };
        let told = |level| {
            let mut proposal = proposal.clone();
            proposal.by_interval_of(level);
            let domains = proposal.domains.into_iter();
            domains.map(|domain| domain.because).collect::<Vec<_>>()
        };
        assert_eq!(told(95.0), ["little weight", "it crosses"]);
        assert_eq!(
            told(99.9),
            [
                "little weight",
                "it crosses (judged by the 99.9 % interval)"
            ]
        );
    }
}
