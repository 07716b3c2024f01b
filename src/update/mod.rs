//! What a later state of a review has that an earlier one had not, and what a new search round needs.
//!
//! Takes tables as sheets ([`State`]) and gives differences by the keys of their rows ([`Difference`]), a proposal whether the
//! conclusion changed ([`Conclusion`]), and the date windows of a new search ([`Window`]). Reading states and asking for the
//! day is left to the command line.

mod conclusion;
mod difference;
mod rounds;
mod searches;
mod state;
mod window;

pub use conclusion::{AnalysisConclusion, Conclusion, Effect, Proposal, RULE, Rated};
pub use difference::{CellChange, Change, Difference, Named, TableDifference, difference};
pub use rounds::{RoundExport, entered, round_faults};
pub use searches::{DueSearch, LastSearch, due_searches, last_searches, skeleton};
pub use state::State;
pub use window::Window;
