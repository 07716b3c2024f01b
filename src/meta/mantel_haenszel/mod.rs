//! Mantel-Haenszel pooling of 2×2 tables and of person-time, with the tests that belong to it.
//!
//! Sources: Mantel & Haenszel, J Natl Cancer Inst 1959;22:719; Robins, Breslow & Greenland, Biometrics 1986;42:311 (variance of the
//! log odds ratio); Greenland & Robins, Biometrics 1985;41:55 (risk ratio, risk difference, rates); Sato, Greenland & Robins,
//! Biometrics 1989;45:1323 (variance of the risk difference); Breslow & Day 1980, section 4.4; Tarone, Biometrika 1985;72:91.

mod arms;
mod association;
mod estimate;
mod handling;
mod homogeneity;
mod person_time;
mod pooled_effect;
mod tables;

pub use arms::{PersonTime, Table};
pub use association::{CommonOddsRatio, common_odds_ratio};
pub use estimate::{ChiSquare, Heterogeneity, MantelHaenszel, Pooled};
pub use handling::{AddTo, Handling};
pub use person_time::{RateMeasure, pool_rates};
pub use tables::{Measure, pool_tables};
