//! The choices behind a pooled number.

use super::Refusal;
use std::fmt;
use std::str::FromStr;

/// How the variance between studies is estimated.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
pub enum Tau2Method {
    /// Not at all: one effect common to all studies (also called fixed effect).
    #[serde(rename = "CE")]
    Common,
    /// DerSimonian & Laird 1986.
    #[serde(rename = "DL")]
    DerSimonianLaird,
    /// Hedges 1985 (variance component, Cochran's ANOVA).
    #[serde(rename = "HE")]
    Hedges,
    /// Hunter & Schmidt.
    #[serde(rename = "HS")]
    HunterSchmidt,
    /// Hunter & Schmidt with a small-sample correction (Brannick et al. 2019).
    #[serde(rename = "HSk")]
    HunterSchmidtCorrected,
    /// Sidik & Jonkman 2005.
    #[serde(rename = "SJ")]
    SidikJonkman,
    /// Maximum likelihood.
    #[serde(rename = "ML")]
    MaximumLikelihood,
    /// Restricted maximum likelihood.
    #[default]
    #[serde(rename = "REML")]
    RestrictedMaximumLikelihood,
    /// Empirical Bayes (Morris 1983); the same number as Paule & Mandel.
    #[serde(rename = "EB")]
    EmpiricalBayes,
    /// Paule & Mandel 1982.
    #[serde(rename = "PM")]
    PauleMandel,
}

/// Method and the codes it answers to; the first is printed.
const METHODS: &[(Tau2Method, &[&str])] = &[
    (Tau2Method::Common, &["CE", "FE", "EE"]),
    (Tau2Method::DerSimonianLaird, &["DL"]),
    (Tau2Method::Hedges, &["HE"]),
    (Tau2Method::HunterSchmidt, &["HS"]),
    (Tau2Method::HunterSchmidtCorrected, &["HSk"]),
    (Tau2Method::SidikJonkman, &["SJ"]),
    (Tau2Method::MaximumLikelihood, &["ML"]),
    (Tau2Method::RestrictedMaximumLikelihood, &["REML"]),
    (Tau2Method::EmpiricalBayes, &["EB"]),
    (Tau2Method::PauleMandel, &["PM"]),
];

impl Tau2Method {
    /// Every method.
    pub fn all() -> impl Iterator<Item = Self> {
        METHODS.iter().map(|&(method, _)| method)
    }

    /// Whether effects may differ between studies.
    pub fn is_random(self) -> bool {
        self != Self::Common
    }
}

impl fmt::Display for Tau2Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = METHODS
            .iter()
            .find(|(method, _)| method == self)
            .map_or("", |(_, codes)| codes[0]);
        f.write_str(code)
    }
}

impl FromStr for Tau2Method {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        METHODS
            .iter()
            .find(|(_, codes)| codes.contains(&text))
            .map(|&(method, _)| method)
            .ok_or_else(|| {
                format!("`{text}` is none of CE (FE, EE), DL, HE, HS, HSk, SJ, ML, REML, EB, PM")
            })
    }
}

/// How coefficients are tested and their intervals made.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Test {
    /// Wald: normal.
    #[default]
    Z,
    /// t with k − p degrees of freedom, variance as it is.
    T,
    /// Hartung & Knapp 2001, Sidik & Jonkman 2002: variance scaled by the weighted residuals, t with k − p degrees of freedom.
    Knha,
    /// As [`Test::Knha`], but the variance is never made smaller (Röver et al. 2015).
    Adhoc,
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Z => "z",
            Self::T => "t",
            Self::Knha => "knha",
            Self::Adhoc => "adhoc",
        })
    }
}

impl FromStr for Test {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "z" => Self::Z,
            "t" => Self::T,
            "knha" | "hksj" => Self::Knha,
            "adhoc" => Self::Adhoc,
            other => return Err(format!("`{other}` is none of z, t, knha, adhoc")),
        })
    }
}

/// The choices behind a pooled number.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// How the variance between studies is estimated.
    pub tau2: Tau2Method,
    /// How coefficients are tested.
    pub test: Test,
    /// Coverage of intervals in per cent, 95 for example.
    pub level: f64,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            tau2: Tau2Method::default(),
            test: Test::default(),
            level: 95.0,
        }
    }
}

impl Model {
    /// Levels that a person may ask for, in per cent: from 50 to below 100, so that 0.95 is not taken for 0.95 %.
    pub const LEVELS: std::ops::Range<f64> = 50.0..100.0;

    /// The probability outside an interval.
    ///
    /// # Errors
    /// [`Refusal::Level`] for a level outside 0 to 100.
    pub(super) fn alpha(&self) -> Result<f64, Refusal> {
        if self.level > 0.0 && self.level < 100.0 {
            Ok((100.0 - self.level) / 100.0)
        } else {
            Err(Refusal::Level { level: self.level })
        }
    }
}
