//! A model and the rules by which few studies are treated: of all analyses, and what one of them changes.

use super::bounds;
use super::terms::IntervalRule;
use crate::meta::Tau2Method;
use crate::meta::prediction_interval::Rule;

/// A model and the rules by which few studies are treated.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ModelSettings {
    /// Estimator of the variance between studies: CE, DL, HE, HS, SJ, ML, REML, EB or PM.
    #[schemars(with = "String")]
    pub tau2: Tau2Method,
    /// How the interval of the mean is made.
    pub interval: IntervalRule,
    /// Correlation assumed between the sampling errors of effects of one study, 0 to below 1; where an analysis takes all effects.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "bounds::any_dependence"
    )]
    pub dependence: Option<f64>,
    /// Level of intervals in per cent, from 50 to below 100.
    #[serde(deserialize_with = "bounds::level")]
    pub level: f64,
    /// Distribution of the prediction interval.
    #[schemars(with = "String")]
    pub prediction: Rule,
    /// Fewest studies for a prediction interval.
    pub k_prediction: usize,
    /// Fewest studies for leaving one out.
    pub k_leave_one_out: usize,
    /// Fewest studies in all for a test of subgroup differences.
    pub k_subgroup_test: usize,
    /// Fewest studies for each coefficient of a meta-regression beside its intercept (Cochrane Handbook 10.11.4).
    pub k_regression: usize,
    /// Fewest studies for a test of small-study effects (Sterne 2011).
    pub k_small_study: usize,
}

impl ModelSettings {
    /// Whether the model has a variance between studies.
    pub(super) fn has_variance(&self) -> bool {
        self.dependence.is_some() || self.tau2.is_random()
    }

    /// How the prediction interval is made, in words; none where the model has no variance between studies.
    pub(super) fn prediction_rule(&self) -> Option<&'static str> {
        self.has_variance().then_some(match self.prediction {
            Rule::AsTest => "the distribution of the confidence interval",
            Rule::KMinusTwo => "t with k − 2 degrees of freedom",
            Rule::KMinusOne => "t with k − 1 degrees of freedom",
        })
    }
}

impl Default for ModelSettings {
    fn default() -> Self {
        Self {
            tau2: Tau2Method::default(),
            interval: IntervalRule::Auto,
            dependence: None,
            level: 95.0,
            prediction: Rule::KMinusOne,
            k_prediction: 3,
            k_leave_one_out: 3,
            k_subgroup_test: 10,
            k_regression: 10,
            k_small_study: 10,
        }
    }
}

/// What an analysis changes of the model of all analyses.
#[derive(
    Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(default, deny_unknown_fields)]
pub struct ModelChange {
    /// Another estimator.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub tau2: Option<Tau2Method>,
    /// Another interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<IntervalRule>,
    /// Another correlation between effects of one study.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "bounds::any_dependence"
    )]
    pub dependence: Option<f64>,
    /// Another level.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "bounds::any_level"
    )]
    pub level: Option<f64>,
    /// Another prediction interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub prediction: Option<Rule>,
    /// Other fewest studies for a prediction interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k_prediction: Option<usize>,
    /// Other fewest studies for leaving one out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k_leave_one_out: Option<usize>,
    /// Other fewest studies for a test of subgroups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k_subgroup_test: Option<usize>,
    /// Other fewest studies for each coefficient of a meta-regression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k_regression: Option<usize>,
    /// Other fewest studies for a test of small-study effects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k_small_study: Option<usize>,
}

impl ModelChange {
    /// The model of all analyses with what it changes.
    pub(super) fn over(&self, all: &ModelSettings) -> ModelSettings {
        ModelSettings {
            tau2: self.tau2.unwrap_or(all.tau2),
            interval: self.interval.unwrap_or(all.interval),
            dependence: self.dependence.or(all.dependence),
            level: self.level.unwrap_or(all.level),
            prediction: self.prediction.unwrap_or(all.prediction),
            k_prediction: self.k_prediction.unwrap_or(all.k_prediction),
            k_leave_one_out: self.k_leave_one_out.unwrap_or(all.k_leave_one_out),
            k_subgroup_test: self.k_subgroup_test.unwrap_or(all.k_subgroup_test),
            k_regression: self.k_regression.unwrap_or(all.k_regression),
            k_small_study: self.k_small_study.unwrap_or(all.k_small_study),
        }
    }

    /// Whether it changes a setting of that name: only what is changed is written.
    pub(super) fn names(&self, setting: &str) -> bool {
        let written = serde_json::to_value(self).expect("settings in memory can be written");
        written.get(setting).is_some()
    }
}
