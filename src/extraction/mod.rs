//! Extracted numbers: forms that people fill in, two readers compared, conversions, and integrity checks.
//!
//! Takes forms as bytes with the names of their files, gives typed rows, the place of every cell, and what is wrong. [`extract`]
//! is the whole road; every part of it is usable alone. What a finding means for a study is for people, and effects are computed
//! elsewhere.

mod agreement;
mod blank;
mod cell;
mod columns;
mod convert;
mod extract;
pub mod form;
mod form_header;
mod form_reader;
mod forms;
pub mod integrity;
mod missing;
mod order_statistics;
mod outcomes;
mod printed;
mod reported;
mod reported_error;
mod reported_impossible;
mod scales;
mod span;
mod statistics;
mod studies;
mod study_design;
mod unit;

pub use agreement::{ADJUDICATION, Agreed, Agreement, Disagreement, agree};
pub use blank::{FormOutcome, Handed, Known, blank_forms};
pub use convert::{Allowed, ConversionRow};
pub use extract::{Extraction, Names, Options, extract};
pub use forms::{Forms, Kind, NamedBytes};
pub use missing::{AskedOutcome, MissingRow};
pub use outcomes::{Arm, OUTCOMES, OutcomeRow};
pub use printed::{NotANumber, Printed};
pub use reported::{EFFECTS, Reported, ReportedRow};
pub use scales::{HigherMeans, Scale, ScaleFile, ScaleRow, Scales, Scores};
pub use span::Span;
pub use statistics::{PValue, STATISTICS, Statistic, StatisticRow};
pub use studies::{Characteristics, IncludedStudy, STUDIES, StudyRow};
pub use study_design::{STUDY_DESIGNS, is_randomised};
