//! What a trial report states, turned into what an effect measure needs.
//!
//! Reports give a standard error where a standard deviation is wanted, a p value, a median with quartiles. Each conversion here
//! is one pure function with the source of its formula; [`Conversion`] names it, so that a number's provenance can say which was
//! used. Sources: Cochrane Handbook for Systematic Reviews of Interventions, version 6, chapter 6; Wan et al., BMC Med Res Methodol
//! 2014;14:135; Luo et al., Stat Methods Med Res 2018;27:1785; Shi et al., Res Synth Methods 2020;11:641; Hedges & Olkin 1985.

mod between_measures;
mod bounds;
mod moments;
mod name;
mod quantiles;
mod ratio;
mod standard_deviation;
mod standardised;

pub use between_measures::{log_odds_from_smd, r_from_smd, smd_from_log_odds, smd_from_r};
pub use moments::{
    Moments, combine_arms, r_from_sd_change, r_of_people_measured_twice, sd_change_from_r,
};
pub use name::Conversion;
pub use quantiles::{FiveNumbers, luo_s1, luo_s2, luo_s3, shi_s3_sd, wan_s1, wan_s2, wan_s3};
pub use ratio::{hr_from_logrank, logse_from_ratio_ci, logse_from_ratio_p};
pub use standard_deviation::{
    Spread, md_sd_from_ci, md_sd_from_f, md_sd_from_p, md_sd_from_t, sd_from_ci_t, sd_from_ci_z,
    sd_from_se,
};
pub use standardised::{Standardised, r_from_t, smd_from_d, smd_from_f, smd_from_p, smd_from_t};
