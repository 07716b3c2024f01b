//! Named policies: tables of rules that turn evidence into a proposal.

mod core_grade_2025;
mod default_1;
mod indirectness;
mod upgrade;

use super::evidence::Evidence;
use super::proposal::Proposal;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A named policy. The name is printed wherever its ratings are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Policy {
    /// The published flowcharts of Core GRADE (BMJ 2025).
    #[default]
    #[serde(rename = "core-grade-2025")]
    CoreGrade2025,
    /// A stricter table in the manner of classic GRADE.
    #[serde(rename = "default-1")]
    Default1,
}

impl Policy {
    /// All policies.
    pub const ALL: [Self; 2] = [Self::CoreGrade2025, Self::Default1];

    /// The name, as settings spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::CoreGrade2025 => "core-grade-2025",
            Self::Default1 => "default-1",
        }
    }

    /// The policy of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|policy| policy.name() == name.trim())
    }

    /// What the policy proposes for a body of evidence. It is a proposal until a person confirms it.
    pub fn propose(self, evidence: &Evidence) -> Proposal {
        match self {
            Self::CoreGrade2025 => core_grade_2025::propose(evidence),
            Self::Default1 => default_1::propose(evidence),
        }
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a policy asks where half the weight or more has no judgement.
const JUDGE_FIRST: &str =
    "Most of the weight has no judgement of risk of bias: judge the studies first.";

/// Why differences between studies are not rated.
const ONE_STUDY: &str = "one study: not assessable";

/// What is said where half the weight or more has no judgement.
fn without_judgement(share: f64) -> String {
    format!(
        "{} of the weight has no judgement of risk of bias",
        percent(share)
    )
}

/// A share as whole percent.
pub(super) fn percent(share: f64) -> String {
    // Nothing, summed, is minus nought.
    format!("{:.0} %", share * 100.0 + 0.0)
}

/// A p value as it is told: two decimals, three where two would say nothing.
fn p_value(p: f64) -> String {
    match p {
        p if p < 0.001 => "p < 0.001".to_owned(),
        p if p < 0.01 => format!("p = {p:.3}"),
        p => format!("p = {p:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grade::Domain;

    #[test]
    fn small_p_values_keep_a_digit_and_nothing_is_not_minus_nought() {
        assert_eq!(
            [0.04, 0.003, 0.0001].map(p_value),
            ["p = 0.04", "p = 0.003", "p < 0.001"]
        );
        let nothing: f64 = [0.0; 0].iter().sum();
        assert_eq!(percent(nothing), "0 %");
    }

    /// One body, with what somebody judged.
    fn proposed(policy: Policy, judged: &serde_json::Value) -> Proposal {
        let mut evidence = serde_json::json!({
            "design": "nrsi", "k": 6, "n": 900.0, "estimate": -0.4, "ci": [-0.7, -0.1], "mid": 0.2, "i2": 60.0,
            "rob_share": { "low": 0.6, "high": 0.4 }, "largest_side_share": 0.5,
        });
        for (name, value) in judged.as_object().expect("facts") {
            evidence[name] = value.clone();
        }
        policy.propose(&serde_json::from_value(evidence).expect("evidence"))
    }

    #[test]
    fn what_nobody_judged_is_called_so_and_makes_no_decision_stale() {
        let said_no = serde_json::json!({
            "low_high_differ": false, "credible_subgroup": false, "small_and_industry": false, "unpublished_documented": false,
            "dose_response": false, "opposing_confounding": false, "well_conducted": false,
        });
        for policy in Policy::ALL {
            let open = proposed(policy, &serde_json::json!({}));
            let judged = proposed(policy, &said_no);
            assert_eq!(open.certainty, judged.certainty);
            for found in &open.domains {
                let no = found.inputs.iter().filter(|(_, value)| value == "false");
                let no: Vec<&str> = no.map(|(name, _)| name.as_str()).collect();
                let computed = [
                    "trim and fill changes category",
                    "strong asymmetry",
                    "implausibly large",
                    "prediction interval crosses",
                    "uncontrolled",
                ];
                assert!(no.iter().all(|name| computed.contains(name)), "{no:?}");
                assert_eq!(
                    open.evidence_hash(found.domain),
                    judged.evidence_hash(found.domain),
                    "{}",
                    found.domain
                );
            }
        }
        let open = proposed(Policy::CoreGrade2025, &serde_json::json!({}));
        let of = |domain| open.domain(domain).expect("rated");
        let bias = of(Domain::RiskOfBias);
        assert!(bias.rule.contains("nobody judged"), "{}", bias.rule);
        assert!(
            bias.questions
                .iter()
                .any(|one| one.starts_with("Do results at low and at high risk"))
        );
        let spread = of(Domain::Inconsistency);
        assert!(
            spread
                .questions
                .iter()
                .any(|one| one.starts_with("Does a credible subgroup"))
        );
    }
}
