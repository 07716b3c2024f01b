//! Models that pool effects, their heterogeneity and diagnostics.

pub mod mantel_haenszel;
pub mod multilevel;
pub mod newton;
pub mod orthonormal;
pub mod peto;
pub mod robumeta;
pub mod robust;
pub mod sampling;
