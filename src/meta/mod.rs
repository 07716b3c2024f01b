//! Models that pool effects, their heterogeneity and diagnostics.
//!
//! [`pool`] fits one mean, [`regression::fit`] a mean that depends on moderators; both take effects with sampling variances and a
//! [`Model`] (estimator of τ², test, level). Everything else asks one more question of the same data. With an intercept alone each step
//! costs time and memory in proportion to the number of studies.

pub mod bayes;
pub mod cumulative;
pub mod dependent;
pub mod egger;
pub mod fail_safe_n;
pub mod fit;
pub mod fit_statistics;
pub mod formula;
pub mod glmm;
pub mod heterogeneity;
pub mod influence;
pub mod leave_one_out;
pub mod mantel_haenszel;
mod model;
pub mod multilevel;
pub mod newton;
pub mod numeric_hessian;
pub mod orthonormal;
pub mod permutation;
pub mod pet_peese;
pub mod peto;
mod pooled;
pub mod prediction_interval;
mod projection;
pub mod rank_test;
mod refusal;
pub mod regression;
pub mod robumeta;
pub mod robust;
pub mod sampling;
pub mod selection;
pub mod subgroup;
mod tau2;
pub mod trim_and_fill;
mod weighted_line;
pub use heterogeneity::{profile_likelihood, q_profile};
pub use leave_one_out::leave_one_out;
pub use model::{Model, Tau2Method, Test};
pub use pooled::{Pooled, pool};
pub use prediction_interval::prediction_interval;
pub use refusal::Refusal;
pub use subgroup::subgroup;

#[cfg(test)]
mod published_test;
