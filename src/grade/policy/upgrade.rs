//! Reasons to rate up (GRADE 9): a large effect, dose-response, confounding that works the other way.

use crate::grade::certainty::{Certainty, Domain};
use crate::grade::evidence::Evidence;
use crate::grade::proposal::DomainProposal;

/// Levels up for a risk ratio: one beyond 2 or 0.5, two beyond 5 or 0.2.
pub(super) fn large_effect(evidence: &Evidence) -> DomainProposal {
    let Some(rr) = evidence.rr else {
        return DomainProposal::new(
            Domain::LargeEffect,
            0,
            "no risk ratio",
            "no risk ratio is known",
        );
    };
    let (levels, rule) = if !(0.2..=5.0).contains(&rr) {
        (2, "risk ratio above 5 or below 0.2")
    } else if !(0.5..=2.0).contains(&rr) {
        (1, "risk ratio above 2 or below 0.5")
    } else {
        (0, "risk ratio between 0.5 and 2")
    };
    DomainProposal::new(
        Domain::LargeEffect,
        levels,
        rule,
        format!("the risk ratio is {rr:.2}"),
    )
    .with("risk ratio", rr)
    .asking("Is the effect direct and consistent, with no confounder that could explain it?")
}

/// One level for dose-response.
pub(super) fn dose_response(evidence: &Evidence) -> DomainProposal {
    let seen = evidence.dose_response == Some(true);
    let (rule, because) = if seen {
        ("dose-response seen", "the effect grows with exposure")
    } else {
        (
            "no dose-response noted",
            "nobody noted that the effect grows with exposure",
        )
    };
    DomainProposal::new(Domain::DoseResponse, u32::from(seen), rule, because)
        .with_judged("dose-response", evidence.dose_response)
}

/// One level when all confounding left would work against the effect seen.
pub(super) fn opposing_confounding(evidence: &Evidence) -> DomainProposal {
    let seen = evidence.opposing_confounding == Some(true);
    let (rule, because) = if seen {
        (
            "confounding left works against the effect",
            "all plausible confounding that is left would make the effect look smaller",
        )
    } else {
        (
            "no opposing confounding noted",
            "nobody noted confounding that makes the effect look smaller",
        )
    };
    DomainProposal::new(Domain::OpposingConfounding, u32::from(seen), rule, because)
        .with_judged("opposing confounding", evidence.opposing_confounding)
}

/// What rates up in a body that starts low; one that starts high is not rated up, and the proposal says so.
pub(super) fn from_low_alone(start: Certainty, mut found: DomainProposal) -> DomainProposal {
    if start != Certainty::Low && found.levels > 0 {
        found.levels = 0;
        "what starts high is not rated up".clone_into(&mut found.rule);
        found
            .because
            .push_str(", and what starts high is not rated up");
        found.questions.clear();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grade::Policy;
    use serde_json::json;

    #[test]
    fn a_body_that_starts_high_is_never_proposed_to_be_rated_up() {
        for policy in Policy::ALL {
            let found = |design: &str| {
                let evidence = json!({
                    "design": design, "k": 5, "n": 2000.0, "ci": [-1.2, -0.5], "mid": 0.2, "rr": 0.43, "well_conducted": true,
                    "dose_response": true, "opposing_confounding": true,
                });
                let evidence: Evidence = serde_json::from_value(evidence).expect("evidence");
                policy.propose(&evidence)
            };
            let ups = |design: &str| {
                let proposal = found(design);
                let ups = proposal
                    .domains
                    .iter()
                    .filter(|found| found.domain.rates_up());
                ups.map(|found| found.levels).sum::<u32>()
            };
            assert_eq!(ups("rct"), 0, "{policy}");
            assert!(ups("nrsi") > 0, "{policy}");
            let proposal = found("rct");
            let large = proposal.domain(Domain::LargeEffect).expect("rated");
            assert_eq!(large.rule, "what starts high is not rated up");
        }
    }

    #[test]
    fn what_nobody_noted_is_not_given_as_a_reason() {
        let told = |noted: bool| {
            let evidence = json!({
                "design": "nrsi", "k": 2, "n": 90.0, "ci": [-1.0, 1.0], "mid": 0.2,
                "dose_response": noted, "opposing_confounding": noted,
            });
            let evidence: Evidence = serde_json::from_value(evidence).expect("evidence");
            [dose_response(&evidence), opposing_confounding(&evidence)].map(|found| found.because)
        };
        for (noted, not) in told(true).iter().zip(told(false)) {
            assert!(!noted.starts_with("nobody"), "{noted}");
            assert!(not.starts_with("nobody noted"), "{not}");
        }
    }
}
