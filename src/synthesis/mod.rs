//! From extracted numbers to pooled effects: declared analyses, one effect a study, models, and what a number of studies can show.
//!
//! [`run`] takes the analyses as declared, the included studies and their numbers, and gives the tables of the `pool` stage. What
//! was chosen among several candidates is told with the step that decided; nothing is pooled that was not declared.

mod against_protocol;
mod analysis;
mod answer;
mod assumed;
mod before_after;
mod bounds;
mod cautions;
mod clusters;
mod direction;
mod effect_direction;
mod effects;
mod filled;
mod gather;
mod leave_one_out;
mod measures;
mod model_settings;
mod multiverse;
mod names;
mod one_by_one;
mod pooling;
mod r_script;
mod refused;
mod regression;
mod reported;
mod revman;
mod run;
mod select;
mod sensitivity;
mod small_study;
mod subgroups;
mod tables;
mod terms;
mod untaken;

pub use against_protocol::{DifferenceRow, Done, Judged, Searched, differences};
pub use analysis::{Analysis, Choices, Settings, Variant};
pub use direction::Scales;
pub use effect_direction::{DirectionRow, directions};
pub use gather::{Evidence, Names};
pub use measures::MeasureCode;
pub use model_settings::{ModelChange, ModelSettings};
pub use r_script::r_script;
pub use revman::revman_tables;
pub use run::{Given, NO_NUMBERS, Synthesis, run};
pub use tables::{
    AnalysisRow, CoefficientRow, EffectRow, LeaveOneOutRow, LineRow, MultiverseRow, PooledRow,
    RegressionRow, RejectedRow, SensitivityRow, SmallStudyRow, SpecificationRow, SubgroupTestRow,
};
pub use terms::{Adjusted, Arms, Body, EffectsTaken, IntervalRule, Kind, Reported, Role};

#[cfg(test)]
mod tests;
