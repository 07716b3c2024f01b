//! Screening: votes as data, conflicts, agreement, and the flow of records to studies.
//!
//! [`screen`] takes records, votes, adjudications and links, and says what is included, excluded (and why) and undecided, how well
//! reviewers agreed, and the PRISMA counts. Nothing is invented: what nobody decided stays undecided, and a vote that finds no
//! record is told.

pub mod adjudication;
pub mod agreement;
pub mod alpha;
mod ballots;
mod counts;
mod detours;
pub mod flow;
pub mod matching;
#[cfg(test)]
mod people_test;
mod reference;
mod reviewers;
mod screen;
#[cfg(test)]
mod screen_test;
mod screened;
mod settlements;
mod standing;
pub mod state;
pub mod studies;
pub mod votes;

pub use adjudication::Adjudication;
pub use agreement::Agreement;
pub use alpha::Alpha;
pub use flow::Flow;
pub use screen::screen;
pub use screened::{
    CountedVote, DateOrder, Excluded, Identification, Included, Input, Screening, Settings,
    StageAgreement, StageAlpha, ToolFile, Undecided,
};
pub use standing::{Found, that_stand};
pub use studies::{Link, Study};
pub use votes::{Decision, Stage, Vote};
