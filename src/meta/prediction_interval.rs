//! Where the effect of a new study may lie.

use super::fit::critical_value;
use super::{Pooled, Refusal};
use libm::sqrt;
use std::str::FromStr;

/// Which distribution the interval μ ± c √(τ² + SE²) takes its c from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// That of the test of the mean: normal, or t with k − 1 degrees of freedom.
    #[default]
    AsTest,
    /// t with k − 2 degrees of freedom (Higgins, Thompson & Spiegelhalter 2009; Riley et al. 2011), at least 1.
    KMinusTwo,
    /// t with k − 1 degrees of freedom (Partlett & Riley 2017), at least 1.
    KMinusOne,
}

impl FromStr for Rule {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "as-test" => Self::AsTest,
            "k-2" => Self::KMinusTwo,
            "k-1" => Self::KMinusOne,
            other => return Err(format!("`{other}` is none of as-test, k-2, k-1")),
        })
    }
}

/// A prediction interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PredictionInterval {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// Degrees of freedom; `None` for the normal.
    pub ddf: Option<f64>,
}

/// The interval that holds the true effect of a new study of the same kind with the level of the model.
///
/// # Errors
/// [`Refusal::NoTau2`] for a common-effect model.
pub fn prediction_interval(pooled: &Pooled, rule: Rule) -> Result<PredictionInterval, Refusal> {
    if !pooled.model.tau2.is_random() {
        return Err(Refusal::NoTau2);
    }
    let k = pooled.k as f64;
    let ddf = match rule {
        Rule::AsTest => pooled.ddf,
        Rule::KMinusTwo => Some((k - 2.0).max(1.0)),
        Rule::KMinusOne => Some((k - 1.0).max(1.0)),
    };
    let half =
        critical_value(ddf, pooled.model.alpha()?) * sqrt(pooled.se * pooled.se + pooled.tau2);
    Ok(PredictionInterval {
        low: pooled.beta - half,
        high: pooled.beta + half,
        ddf,
    })
}
