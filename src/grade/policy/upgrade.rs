//! Reasons to rate up (GRADE 9): a large effect, dose-response, confounding that works the other way.

use crate::grade::certainty::Domain;
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
    let seen = evidence.dose_response;
    DomainProposal::new(
        Domain::DoseResponse,
        u32::from(seen),
        if seen {
            "dose-response seen"
        } else {
            "no dose-response noted"
        },
        "the effect grows with exposure",
    )
    .with_word("dose-response", seen.to_string())
}

/// One level when all confounding left would work against the effect seen.
pub(super) fn opposing_confounding(evidence: &Evidence) -> DomainProposal {
    let seen = evidence.opposing_confounding;
    DomainProposal::new(
        Domain::OpposingConfounding,
        u32::from(seen),
        if seen {
            "confounding left works against the effect"
        } else {
            "no opposing confounding noted"
        },
        "all plausible confounding that is left would make the effect look smaller",
    )
    .with_word("opposing confounding", seen.to_string())
}
