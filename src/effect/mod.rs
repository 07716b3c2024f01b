//! Effect measures: an estimate and its sampling variance for each study.
//!
//! Formulas live in one file a design ([`continuous`], [`binary`], [`person_time`], [`proportion`], [`correlation`], [`pre_post`]) and take
//! plain numbers. [`escalc`] runs them over columns named as metafor names its arguments. What cannot be computed is a [`Refusal`] that
//! says why; nothing is skipped in silence.

pub mod bias_correction;
pub mod binary;
mod columns;
pub mod continuous;
pub mod conversion;
mod corrections;
pub mod correlation;
mod estimate;
mod measure;
pub mod person_time;
pub mod pre_post;
pub mod proportion;
mod refusal;
mod zero_cells;

pub use columns::{Columns, Settings, VarianceType, escalc, known_parts};
pub use corrections::{Correction, corrections};
pub use estimate::Estimate;
pub use measure::{Design, Measure, UnknownMeasure};
pub use refusal::Refusal;
pub use zero_cells::{AddTo, ZeroCells};
