//! Certainty of evidence: policies, proposals, confirmations, statements and the summary of findings.
//!
//! A named [`policy`] looks at one body of [`Evidence`] (the very model reported) and proposes how far to rate down or up, with the
//! rule and the inputs it used. A person confirms or overrides each proposal ([`confirmation`]); until then it is called
//! "proposed". Ratings are about one outcome across studies; between-group and within-group evidence are rated apart.

pub mod absolute;
pub mod certainty;
pub mod confirmation;
pub mod evidence;
pub mod footnote;
pub mod gradepro;
pub mod indirectness;
pub mod information_size;
pub mod judgements;
pub mod policy;
pub mod proposal;
pub mod re_expression;
pub mod summary_of_findings;
pub mod wording;

pub use certainty::{Certainty, Domain};
pub use evidence::Evidence;
pub use policy::Policy;
pub use proposal::Proposal;
