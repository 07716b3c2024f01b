//! Risk of bias: tools as data, and the judgements that answers lead to.
//!
//! A [`Tool`] is a YAML file of questions, domains and decision paths ([`shipped`] holds those that come with the program; a team
//! may write its own). [`evaluate`] walks the paths from answers to a judgement or to the answers still missing; [`overall`]
//! sums domains up; [`assessment`] brings several assessors, adjudications and overrides together. [`answers`] and
//! [`decisions`] read the tables people keep. Nothing here turns a judgement into a number.

pub mod agreement;
pub mod answer;
pub mod answers;
mod as_written;
pub mod assessed;
pub mod assessment;
#[cfg(test)]
mod assessment_test;
pub mod blank;
mod check;
#[cfg(test)]
mod check_test;
pub mod decisions;
pub mod evaluate;
pub mod imported;
pub mod outcome;
pub mod overall;
mod positions;
pub mod robvis;
mod sheets;
pub mod shipped;
pub mod stars;
mod target;
pub mod tool;
mod tool_file;
mod verdict;
mod walk;

pub use answer::{Answer, Answers};
pub use answers::AnswerRow;
pub use assessed::Assessed;
pub use assessment::assess;
pub use decisions::{Adjudication, Override};
pub use imported::{AssessmentFile, Imported};
pub use outcome::Outcome;
pub use tool::Tool;
