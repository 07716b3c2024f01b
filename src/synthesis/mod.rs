//! From extracted numbers to pooled effects: declared analyses, one effect a study, models, and what a number of studies can show.
//!
//! [`run`] takes the analyses as declared, the included studies and their numbers, and gives the tables of the `pool` stage. What
//! was chosen among several candidates is told with the step that decided; nothing is pooled that was not declared.

mod analysis;
mod effects;
mod pooling;
mod run;
mod select;
mod sensitivity;
mod tables;

pub use analysis::{
    Analysis, Body, IntervalRule, Kind, MeasureCode, ModelSettings, Role, Settings, Variant,
};
pub use run::{Given, Synthesis, run};
pub use tables::{
    AnalysisRow, EffectRow, LeaveOneOutRow, PooledRow, RejectedRow, SensitivityRow, SubgroupTestRow,
};
