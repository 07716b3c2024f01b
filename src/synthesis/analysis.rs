//! What an author declares: analyses, models, sensitivity.

use super::bounds;
use super::measures::{self, MeasureCode};
use super::model_settings::{ModelChange, ModelSettings};
use super::terms::{Adjusted, Arms, Body, EffectsTaken, IntervalRule, Kind, Reported, Role};
use crate::meta::Tau2Method;

/// Settings of the `pool` stage.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The model of every analysis that declares none.
    pub model: ModelSettings,
    /// Correlation of before and after, where no study tells it; above -1 and below 1.
    #[serde(deserialize_with = "bounds::correlation")]
    pub correlation: f64,
    /// Correlation within clusters (ICC), 0 to 1, for studies that give a `cluster_size` among their characteristics; without it
    /// nothing is corrected.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "bounds::any_icc"
    )]
    pub icc: Option<f64>,
    /// The analyses, in the order of the report; each id once.
    #[serde(deserialize_with = "bounds::unique")]
    pub analyses: Vec<Analysis>,
    /// Repetitions of each pooled analysis with one thing changed; each id once.
    #[serde(deserialize_with = "bounds::unique")]
    pub sensitivity: Vec<Variant>,
    /// Choices that could be defended otherwise; their combinations are analysed, those that come to the same once.
    pub multiverse: Option<Choices>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            model: ModelSettings::default(),
            correlation: 0.5,
            icc: None,
            analyses: Vec::new(),
            sensitivity: Vec::new(),
            multiverse: None,
        }
    }
}

/// What is assumed where studies do not tell it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Assumed {
    /// Correlation of before and after.
    pub(super) correlation: f64,
    /// Correlation within clusters.
    pub(super) icc: Option<f64>,
}

impl Settings {
    /// What is assumed in the declared analyses.
    pub(super) fn assumed(&self) -> Assumed {
        Assumed {
            correlation: self.correlation,
            icc: self.icc,
        }
    }
}

/// A declared analysis.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Analysis {
    /// Name, as in addresses: lower-case letters, digits, hyphens.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// Outcome of the protocol.
    pub outcome: String,
    /// Whether it answers the question or stands beside it.
    #[serde(default)]
    pub role: Role,
    /// Between groups or within a group.
    #[serde(default)]
    pub body: Body,
    /// Designs of the studies it takes.
    #[serde(default)]
    pub designs: Vec<String>,
    /// Population of the protocol; empty takes the studies that the protocol itself admits.
    #[serde(default)]
    pub population: String,
    /// Effect measure: RR, OR, PETO, RD, MD, SMD or ROM between groups; MD, MC, SMCC or SMCR within a group. HR, IRR and GEN
    /// are taken as papers report them.
    pub measure: MeasureCode,
    /// Scores at the end, or their change.
    #[serde(default)]
    pub kind: Kind,
    /// Scales in the order of preference; empty takes those of the protocol, then any.
    #[serde(default)]
    pub scales: Vec<String>,
    /// Time points in the order of preference; empty takes any.
    #[serde(default)]
    pub times: Vec<String>,
    /// One effect a study, or all of its scales and times in a model of dependent effects.
    #[serde(default, skip_serializing_if = "super::terms::is_default")]
    pub effects: EffectsTaken,
    /// Whether effects that papers report with their error alone are taken; HR, IRR and GEN are such always.
    #[serde(default, skip_serializing_if = "super::terms::is_default")]
    pub reported: Reported,
    /// Which of the reported effects: the adjusted one first, adjusted ones alone, or those alone that are not adjusted.
    #[serde(default, skip_serializing_if = "super::terms::is_default")]
    pub adjusted: Adjusted,
    /// Several arms of the intervention as one, or each against its share of the comparator.
    #[serde(default, skip_serializing_if = "super::terms::is_default")]
    pub arms: Arms,
    /// Characteristic of the studies to group them by.
    #[serde(default)]
    pub subgroup: Option<String>,
    /// Meta-regressions over characteristics of the studies, such as `~ latitude` or `~ factor(setting) + year`.
    #[serde(default)]
    pub moderators: Vec<String>,
    /// `yes`, `no`, or `post hoc: …`.
    #[serde(default)]
    pub registered: String,
    /// What of the model is its own; the rest is that of all analyses.
    #[serde(default)]
    pub model: Option<ModelChange>,
}

impl Analysis {
    /// Whether it takes effects as papers report them.
    pub(super) fn takes_reported(&self) -> Reported {
        if measures::is_reported(self.measure.0) {
            Reported::Only
        } else {
            self.reported
        }
    }

    /// Scores at the end or their change, in a word; empty for events, and where effects are taken as reported.
    pub(super) fn kind_word(&self) -> &'static str {
        let measure = self.measure.0;
        if measure.is_of_events() || measures::is_reported(measure) {
            ""
        } else {
            self.kind.word()
        }
    }

    /// The model it is pooled with: that of all analyses with what it changes; with a correlation between effects where it takes all.
    pub(super) fn model(&self, settings: &Settings) -> ModelSettings {
        let mut model = match &self.model {
            Some(own) => own.over(&settings.model),
            None => settings.model.clone(),
        };
        model.dependence = match self.effects {
            EffectsTaken::All => model.dependence.or(Some(CORRELATION_OF_EFFECTS)),
            EffectsTaken::One => None,
        };
        model
    }

    /// Where in the settings a part of its model stands: `tau2`, `interval`, `level` or `dependence`. A correlation that is written
    /// nowhere is the one that comes with taking all effects.
    pub(super) fn model_setting(&self, settings: &Settings, part: &str) -> String {
        let own = self.model.as_ref().is_some_and(|own| own.names(part));
        match part {
            _ if own => format!("analyses.{}.model.{part}", self.id),
            "dependence" if settings.model.dependence.is_none() => {
                format!("analyses.{}.effects", self.id)
            }
            _ => format!("model.{part}"),
        }
    }
}

/// Correlation between the effects of a study where none is declared (Pustejovsky & Tipton 2022 work with 0.6).
const CORRELATION_OF_EFFECTS: f64 = 0.6;

/// A repetition with one thing changed.
#[derive(
    Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(default, deny_unknown_fields)]
pub struct Variant {
    /// Name.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// Another estimator.
    #[schemars(with = "Option<String>")]
    pub tau2: Option<Tau2Method>,
    /// Another interval.
    pub interval: Option<IntervalRule>,
    /// Another correlation of before and after.
    #[serde(deserialize_with = "bounds::any_correlation")]
    pub correlation: Option<f64>,
    /// Another correlation within clusters.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "bounds::any_icc"
    )]
    pub icc: Option<f64>,
    /// Leave out studies whose result was judged so, such as `high`.
    pub without_bias: Option<String>,
    /// Other ones of the reported effects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjusted: Option<Adjusted>,
}

/// Choices of an analysis that could be defended otherwise. Each list holds what could be chosen; an empty one keeps what the
/// analysis declares.
#[derive(
    Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(default, deny_unknown_fields)]
pub struct Choices {
    /// Analyses it is done for; empty takes every main one that is pooled.
    pub analyses: Vec<String>,
    /// Estimators of the variance between studies.
    #[schemars(with = "Vec<String>")]
    pub tau2: Vec<Tau2Method>,
    /// Rules for the interval.
    pub interval: Vec<IntervalRule>,
    /// Effect measures; an analysis takes those that its numbers can give.
    pub measure: Vec<MeasureCode>,
    /// Scores at the end, or their change.
    pub kind: Vec<Kind>,
    /// Correlations of before and after; only within a group.
    #[serde(deserialize_with = "bounds::correlations")]
    pub correlation: Vec<f64>,
    /// Judgements to leave out, such as `high`; `none` leaves out nothing.
    pub without_bias: Vec<String>,
    /// Time points to prefer, each in place of the analysis's order.
    pub time: Vec<String>,
}

impl Choices {
    /// Whether the combinations are analysed for it.
    pub(super) fn takes(&self, analysis: &Analysis) -> bool {
        if self.analyses.is_empty() {
            analysis.role == Role::Main
        } else {
            self.analyses.contains(&analysis.id)
        }
    }
}
