//! Models that pool effects, their heterogeneity and diagnostics.

pub mod mantel_haenszel;
pub mod orthonormal;
pub mod peto;
pub mod robumeta;
pub mod robust;
pub mod multilevel;
pub mod newton;
pub mod sampling;
