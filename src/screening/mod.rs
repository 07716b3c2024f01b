//! Screening: votes as data, conflicts, agreement, and the flow of records to studies.
//!
//! [`screen`] takes records, votes, adjudications and links, and says what is included, excluded (and why) and undecided, how well
//! reviewers agreed, and the PRISMA counts. Nothing is invented: what nobody decided stays undecided, and a vote that finds no
//! record is told.

pub mod agreement;
pub mod flow;

pub use agreement::Agreement;
pub use flow::Flow;
