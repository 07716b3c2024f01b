//! Distributions, root finding and small dense algebra, as far as libraries fall short.
//!
//! Every distribution has a lower tail (`cdf`), an upper tail (`sf`) that is never computed as `1 - cdf`, the logarithm of the
//! upper tail (`log_sf`), and a `quantile`. All elementary functions come from the `libm` crate and all sums run in a fixed order,
//! so the same input gives the same bytes on every machine.

pub mod beta;
pub mod chi2;
pub mod f;
pub mod gamma;
pub mod kappa;
pub mod matrix;
pub mod normal;
pub mod roots;
mod saddle;
pub mod t;

#[cfg(test)]
#[expect(clippy::approx_constant, reason = "reference values, not constants")]
mod reference_values;
#[cfg(test)]
mod tails_test;
