//! What an author declares: analyses, models, sensitivity.

use super::bounds;
use crate::effect::Measure;
use crate::meta::Tau2Method;
use crate::meta::prediction_interval::Rule;

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

/// How the interval of the mean is made.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum IntervalRule {
    /// Hartung-Knapp with more than two studies and τ² above 0, otherwise Wald (Cochrane Handbook 10.10.4).
    Auto,
    /// Wald.
    Wald,
    /// Hartung-Knapp-Sidik-Jonkman.
    Hksj,
    /// The same, never narrower than Wald by its variance (Röver 2015).
    HksjAdhoc,
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
    /// Effect measure.
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
    #[serde(default, skip_serializing_if = "EffectsTaken::is_one")]
    pub effects: EffectsTaken,
    /// Several arms of the intervention as one, or each against its share of the comparator.
    #[serde(default, skip_serializing_if = "Arms::are_together")]
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

impl Analysis {
    /// The model it is pooled with: that of all analyses with what it changes; with a correlation between effects where it takes all.
    pub(super) fn model(&self, settings: &Settings) -> ModelSettings {
        let (all, own) = (&settings.model, self.model.clone().unwrap_or_default());
        let dependence = own.dependence.or(all.dependence);
        ModelSettings {
            tau2: own.tau2.unwrap_or(all.tau2),
            interval: own.interval.unwrap_or(all.interval),
            dependence: (self.effects == EffectsTaken::All)
                .then(|| dependence.unwrap_or(CORRELATION_OF_EFFECTS)),
            level: own.level.unwrap_or(all.level),
            prediction: own.prediction.unwrap_or(all.prediction),
            k_prediction: own.k_prediction.unwrap_or(all.k_prediction),
            k_leave_one_out: own.k_leave_one_out.unwrap_or(all.k_leave_one_out),
            k_subgroup_test: own.k_subgroup_test.unwrap_or(all.k_subgroup_test),
            k_regression: own.k_regression.unwrap_or(all.k_regression),
            k_small_study: own.k_small_study.unwrap_or(all.k_small_study),
        }
    }

    /// Where in the settings a part of its model stands: `tau2`, `interval`, `level` or `dependence`. A correlation that is written
    /// nowhere is the one that comes with taking all effects.
    pub(super) fn model_setting(&self, settings: &Settings, part: &str) -> String {
        let own = self.model.as_ref();
        let own = match part {
            "tau2" => own.is_some_and(|own| own.tau2.is_some()),
            "interval" => own.is_some_and(|own| own.interval.is_some()),
            "level" => own.is_some_and(|own| own.level.is_some()),
            _ => own.is_some_and(|own| own.dependence.is_some()),
        };
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

/// Which effects of a study are taken.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum EffectsTaken {
    /// The first by the declared hierarchy.
    #[default]
    One,
    /// All scales and times, pooled by a model that knows that they are of the same people.
    All,
}

impl EffectsTaken {
    fn is_one(&self) -> bool {
        *self == Self::One
    }
}

/// What becomes of several arms of the intervention.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Arms {
    /// Combined into one (Cochrane Handbook 23.3.4).
    #[default]
    Together,
    /// Each an effect of its own; the comparator's people are shared out among them, so that none counts twice.
    Apart,
}

impl Arms {
    fn are_together(&self) -> bool {
        *self == Self::Together
    }
}

/// An effect measure in metafor's code, such as `SMD`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(transparent)]
pub struct MeasureCode(#[schemars(with = "String")] pub Measure);

/// Whether an analysis answers the question or stands beside it.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Answers the question.
    #[default]
    Main,
    /// Stands beside it and is named as such.
    Supplementary,
}

/// The body of evidence; the two are never pooled together.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// Intervention against control.
    #[default]
    Between,
    /// Before against after, in one group.
    Within,
}

/// Which scores are compared.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Scores at the end.
    #[default]
    Post,
    /// Change from baseline.
    Change,
}

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
    /// Effect measures.
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

impl Kind {
    /// As the form's column `kind` has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Change => "change",
        }
    }
}

impl IntervalRule {
    /// As settings have it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Wald => "wald",
            Self::Hksj => "hksj",
            Self::HksjAdhoc => "hksj-adhoc",
        }
    }
}

impl Body {
    /// In the artefacts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Between => "between",
            Self::Within => "within",
        }
    }
}

impl Role {
    /// In the artefacts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Supplementary => "supplementary",
        }
    }
}
