//! Indirectness as both policies tell it: they differ only in the share of weight that counts.

use crate::grade::certainty::Domain;
use crate::grade::evidence::Evidence;
use crate::grade::proposal::DomainProposal;

/// The levels that a policy proposes by its rule, with the shares and the elements of the question that it looked at.
pub(super) fn proposed(evidence: &Evidence, levels: u32, rule: &str) -> DomainProposal {
    let (serious, very) = evidence.indirect();
    let because = evidence.indirect_because();
    let proposal = DomainProposal::new(Domain::Indirectness, levels, rule, because)
        .with("serious", serious)
        .with("very serious", very);
    match evidence.indirect_elements.as_slice() {
        [] => proposal,
        elements => proposal.with_word("elements", elements.join(", ")),
    }
}
