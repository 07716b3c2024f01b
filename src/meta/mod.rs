//! Models that pool effects, their heterogeneity and diagnostics.

pub mod bayes;
pub mod glmm;
pub mod mantel_haenszel;
pub mod multilevel;
pub mod newton;
pub mod numeric_hessian;
pub mod orthonormal;
pub mod peto;
pub mod robumeta;
pub mod robust;
pub mod sampling;
pub mod selection;
