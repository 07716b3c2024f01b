//! The effect measures by name.

use libm::{exp, sin, tanh};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// What a study reports, and so which columns a measure needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Design {
    /// Two arms with means and standard deviations.
    Continuous,
    /// Two arms with events and people.
    Binary,
    /// Two arms with events and person-time.
    PersonTime,
    /// A correlation.
    Correlation,
    /// One group with events and people.
    Proportion,
    /// One group before and after.
    PrePost,
    /// Two groups before and after.
    PrePostControlled,
    /// Effect and variance as reported.
    Generic,
}

/// An effect measure; `Display` and `FromStr` use metafor's codes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(into = "String", try_from = "String")]
pub enum Measure {
    /// Mean difference.
    MeanDifference,
    /// Standardized mean difference (Hedges' g).
    StandardizedMeanDifference,
    /// Standardized mean difference for unequal variances.
    StandardizedMeanDifferenceHeteroscedastic,
    /// Glass's Δ.
    GlassDelta,
    /// Log ratio of means.
    RatioOfMeans,
    /// Log ratio of coefficients of variation.
    CoefficientOfVariationRatio,
    /// Log ratio of standard deviations.
    VariabilityRatio,
    /// Log risk ratio.
    RiskRatio,
    /// Log odds ratio.
    OddsRatio,
    /// Risk difference.
    RiskDifference,
    /// Peto's log odds ratio.
    PetoOddsRatio,
    /// Arcsine difference.
    ArcsineDifference,
    /// φ coefficient.
    Phi,
    /// Yule's Q.
    YuleQ,
    /// Odds ratio turned into a standardized mean difference.
    OddsRatioToSmd,
    /// Log rate ratio.
    RateRatio,
    /// Rate difference.
    RateDifference,
    /// Difference of root rates.
    RootRateDifference,
    /// Fisher's z.
    FisherZ,
    /// Raw correlation.
    Correlation,
    /// Correlation corrected for bias.
    UnbiasedCorrelation,
    /// Log odds of a proportion.
    LogitProportion,
    /// Freeman–Tukey double arcsine of a proportion.
    FreemanTukeyProportion,
    /// Arcsine of a proportion.
    ArcsineProportion,
    /// Raw proportion.
    Proportion,
    /// Log proportion.
    LogProportion,
    /// Mean change.
    MeanChange,
    /// Change standardized by the spread of change.
    StandardizedChange,
    /// Change standardized by the first standard deviation.
    StandardizedChangeRaw,
    /// As above where the two standard deviations may differ.
    StandardizedChangeRawHeteroscedastic,
    /// Difference of standardized changes between two groups.
    StandardizedChangeDifference,
    /// Log hazard ratio, as reported.
    HazardRatio,
    /// Effect and variance as reported.
    Generic,
}

use Measure as M;

/// Measure, code, name in print.
const NAMES: &[(Measure, &str, &str)] = &[
    (M::MeanDifference, "MD", "mean difference"),
    (
        M::StandardizedMeanDifference,
        "SMD",
        "standardized mean difference (Hedges' g)",
    ),
    (
        M::StandardizedMeanDifferenceHeteroscedastic,
        "SMDH",
        "standardized mean difference (unequal variances)",
    ),
    (
        M::GlassDelta,
        "SMD1",
        "standardized mean difference (Glass's delta)",
    ),
    (M::RatioOfMeans, "ROM", "log ratio of means"),
    (
        M::CoefficientOfVariationRatio,
        "CVR",
        "log coefficient of variation ratio",
    ),
    (M::VariabilityRatio, "VR", "log variability ratio"),
    (M::RiskRatio, "RR", "log risk ratio"),
    (M::OddsRatio, "OR", "log odds ratio"),
    (M::RiskDifference, "RD", "risk difference"),
    (M::PetoOddsRatio, "PETO", "log odds ratio (Peto)"),
    (M::ArcsineDifference, "AS", "arcsine risk difference"),
    (M::Phi, "PHI", "phi coefficient"),
    (M::YuleQ, "YUQ", "Yule's Q"),
    (
        M::OddsRatioToSmd,
        "OR2DN",
        "standardized mean difference from odds ratio",
    ),
    (M::RateRatio, "IRR", "log rate ratio"),
    (M::RateDifference, "IRD", "rate difference"),
    (M::RootRateDifference, "IRSD", "difference of root rates"),
    (M::FisherZ, "ZCOR", "correlation (Fisher's z)"),
    (M::Correlation, "COR", "correlation"),
    (
        M::UnbiasedCorrelation,
        "UCOR",
        "correlation (bias-corrected)",
    ),
    (M::LogitProportion, "PLO", "log odds of proportion"),
    (
        M::FreemanTukeyProportion,
        "PFT",
        "proportion (Freeman-Tukey double arcsine)",
    ),
    (M::ArcsineProportion, "PAS", "proportion (arcsine)"),
    (M::Proportion, "PR", "proportion"),
    (M::LogProportion, "PLN", "log proportion"),
    (M::MeanChange, "MC", "mean change"),
    (
        M::StandardizedChange,
        "SMCC",
        "standardized mean change (change-score SD)",
    ),
    (
        M::StandardizedChangeRaw,
        "SMCR",
        "standardized mean change (first SD)",
    ),
    (
        M::StandardizedChangeRawHeteroscedastic,
        "SMCRH",
        "standardized mean change (first SD, unequal variances)",
    ),
    (
        M::StandardizedChangeDifference,
        "SMCR_DIFF",
        "difference of standardized mean changes",
    ),
    (M::HazardRatio, "HR", "log hazard ratio"),
    (M::Generic, "GEN", "effect as given"),
];

/// The name of no measure.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no effect measure")]
pub struct UnknownMeasure(pub String);

impl Measure {
    /// Every measure.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|&(measure, ..)| measure)
    }

    fn names(self) -> (&'static str, &'static str) {
        NAMES
            .iter()
            .find(|(measure, ..)| *measure == self)
            .map_or(("", ""), |&(_, code, name)| (code, name))
    }

    /// The code that metafor uses.
    pub fn code(self) -> &'static str {
        self.names().0
    }

    /// The name in print, lower case; says "log" where the pooled scale is a logarithm.
    pub fn name(self) -> &'static str {
        self.names().1
    }

    /// Which columns it needs.
    pub fn design(self) -> Design {
        match self {
            M::MeanDifference
            | M::StandardizedMeanDifference
            | M::StandardizedMeanDifferenceHeteroscedastic
            | M::GlassDelta
            | M::RatioOfMeans
            | M::CoefficientOfVariationRatio
            | M::VariabilityRatio => Design::Continuous,
            M::RiskRatio
            | M::OddsRatio
            | M::RiskDifference
            | M::PetoOddsRatio
            | M::ArcsineDifference
            | M::Phi
            | M::YuleQ
            | M::OddsRatioToSmd => Design::Binary,
            M::RateRatio | M::RateDifference | M::RootRateDifference => Design::PersonTime,
            M::FisherZ | M::Correlation | M::UnbiasedCorrelation => Design::Correlation,
            M::LogitProportion
            | M::FreemanTukeyProportion
            | M::ArcsineProportion
            | M::Proportion
            | M::LogProportion => Design::Proportion,
            M::MeanChange
            | M::StandardizedChange
            | M::StandardizedChangeRaw
            | M::StandardizedChangeRawHeteroscedastic => Design::PrePost,
            M::StandardizedChangeDifference => Design::PrePostControlled,
            M::HazardRatio | M::Generic => Design::Generic,
        }
    }

    /// Whether the measure compares by a ratio, so that it is pooled as a logarithm and 1 means no effect after [`Self::back`].
    pub fn is_ratio(self) -> bool {
        matches!(
            self,
            M::RatioOfMeans
                | M::CoefficientOfVariationRatio
                | M::VariabilityRatio
                | M::RiskRatio
                | M::OddsRatio
                | M::PetoOddsRatio
                | M::RateRatio
                | M::HazardRatio
        )
    }

    /// Whether it is of events, which are counted as their outcome names them, whatever scale found them.
    pub fn is_of_events(self) -> bool {
        self == M::HazardRatio || matches!(self.design(), Design::Binary | Design::PersonTime)
    }

    /// Whether [`Self::back`] changes the number.
    pub fn is_transformed(self) -> bool {
        self.is_ratio()
            || matches!(
                self,
                M::FisherZ
                    | M::LogitProportion
                    | M::FreemanTukeyProportion
                    | M::ArcsineProportion
                    | M::LogProportion
            )
    }

    /// Takes a pooled number back to the scale that people read: ratios, correlations, proportions; others stay.
    ///
    /// `sizes` are the group sizes of the studies, used by the Freeman–Tukey transform only (their harmonic mean).
    pub fn back(self, y: f64, sizes: &[f64]) -> f64 {
        match self {
            M::FisherZ => tanh(y),
            M::LogitProportion => 1.0 / (1.0 + exp(-y)),
            M::LogProportion => exp(y),
            M::ArcsineProportion => {
                let s = sin(y.clamp(0.0, std::f64::consts::FRAC_PI_2));
                s * s
            }
            M::FreemanTukeyProportion => {
                let harmonic = sizes.len() as f64 / sizes.iter().map(|n| 1.0 / n).sum::<f64>();
                super::proportion::inverse_freeman_tukey(y, harmonic)
            }
            _ if self.is_ratio() => exp(y),
            _ => y,
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Measure {
    type Err = UnknownMeasure;
    fn from_str(text: &str) -> Result<Self, UnknownMeasure> {
        NAMES
            .iter()
            .find(|(_, code, _)| code.eq_ignore_ascii_case(text))
            .map(|&(measure, ..)| measure)
            .ok_or_else(|| UnknownMeasure(text.to_owned()))
    }
}

impl From<Measure> for String {
    fn from(measure: Measure) -> Self {
        measure.code().to_owned()
    }
}

impl TryFrom<String> for Measure {
    type Error = UnknownMeasure;
    fn try_from(text: String) -> Result<Self, UnknownMeasure> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_to_its_measure() {
        for measure in Measure::all() {
            assert_eq!(measure.to_string().parse(), Ok(measure));
            assert!(!measure.name().is_empty());
        }
        assert_eq!(Measure::all().count(), 33);
        assert!("XYZ".parse::<Measure>().is_err());
    }
}
