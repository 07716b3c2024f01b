//! Which difference matters in an analysis: declared, or a fallback that says it is one.

use super::Settings;
use crate::artefact::{Address, key};
use crate::effect::Measure;
use crate::grade::re_expression::pooled_sd;
use crate::grade::wording::Size;
use crate::synthesis::{AnalysisRow, EffectRow};

/// What an author declares of one analysis, outcome or measure.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Threshold {
    /// The least difference that matters: above 0, or above 1 for ratios.
    pub mid: f64,
    /// The least difference that is large.
    #[serde(default)]
    pub large: Option<f64>,
    /// Where they come from, or who chose them and when.
    pub basis: String,
    /// For standardised differences: a scale that readers know, on which the summary of findings tells the effect too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub familiar: Option<Familiar>,
    /// The measure meant; unwritten, that of the analysis, or MD where the entry is named after an outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
}

impl Threshold {
    /// Whether an entry named after an analysis is meant for its measure.
    pub(super) fn is_of_analysis_in(&self, measure: Measure) -> bool {
        self.is_in(measure, measure.code())
    }

    /// Whether an entry named after an outcome is meant for a measure.
    pub(super) fn is_of_outcome_in(&self, measure: Measure) -> bool {
        self.is_in(measure, Measure::MeanDifference.code())
    }

    fn is_in(&self, measure: Measure, unwritten: &str) -> bool {
        let meant = self.measure.as_deref().unwrap_or(unwritten);
        meant.eq_ignore_ascii_case(measure.code())
    }
}

/// A scale that readers know, with the standard deviation that a difference of 1 stands for (Handbook 15.5.3).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Familiar {
    /// Name of the scale, as readers know it, such as `the MBI exhaustion scale (0 to 54)`.
    pub scale: String,
    /// Standard deviation on it, in points, above 0.
    pub sd: f64,
    /// Where that standard deviation comes from.
    pub basis: String,
}

/// The limits of one analysis, on the scale it is pooled on.
#[derive(Clone)]
pub(super) struct Limits {
    pub(super) mid: f64,
    pub(super) large: Option<f64>,
    pub(super) basis: String,
    /// Whether somebody declared them.
    pub(super) declared: bool,
    /// What the least difference that matters was read from.
    pub(super) from_mid: Vec<Address>,
    /// What the least difference that is large was read from; nothing where there is none.
    pub(super) from_large: Vec<Address>,
    /// For standardised differences: the scale to tell them on too, with the cell of its standard deviation.
    pub(super) familiar: Option<(Familiar, Address)>,
}

impl Limits {
    /// The limits declared for an analysis, else for its outcome, else for its measure.
    pub(super) fn declared(
        settings: &Settings,
        analysis: &AnalysisRow,
        measure: Measure,
        stage: &str,
    ) -> Option<Self> {
        let named = settings.thresholds.get_key_value(&analysis.analysis);
        match named.filter(|(_, found)| found.is_of_analysis_in(measure)) {
            Some((name, found)) => Self::read(name, found, measure, stage),
            None => Self::of_measure(settings, &analysis.outcome, measure, stage),
        }
    }

    /// The limits declared for an outcome in a measure, else for the measure.
    pub(super) fn of_measure(
        settings: &Settings,
        outcome: &str,
        measure: Measure,
        stage: &str,
    ) -> Option<Self> {
        let named = |name: &str| settings.thresholds.get_key_value(name);
        let (name, found) = named(outcome)
            .filter(|(_, found)| found.is_of_outcome_in(measure))
            .or_else(|| named(measure.code()))?;
        Self::read(name, found, measure, stage)
    }

    /// Whether limits can be read from an entry for a measure.
    pub(super) fn can_be(found: &Threshold, measure: Measure) -> bool {
        Self::read("", found, measure, "").is_some()
    }

    /// What both limits were read from.
    pub(super) fn from(&self) -> impl Iterator<Item = Address> + '_ {
        let large = self.from_large.iter();
        let more = large.filter(|cell| !self.from_mid.contains(cell));
        self.from_mid.iter().chain(more).cloned()
    }

    fn read(name: &str, found: &Threshold, measure: Measure, stage: &str) -> Option<Self> {
        let scale = |value: f64| {
            if measure.is_ratio() {
                value.ln()
            } else {
                value
            }
        };
        let cell = |leaf: &str| {
            Address::cell(
                stage,
                "settings",
                &key(&[&format!("thresholds.{name}.{leaf}")]),
                "value",
            )
        };
        Some(Self {
            mid: scale(found.mid),
            large: found.large.map(scale),
            basis: found.basis.clone(),
            declared: true,
            from_mid: vec![cell("mid")],
            from_large: found.large.map(|_| cell("large")).into_iter().collect(),
            familiar: found
                .familiar
                .clone()
                .filter(|_| is_standardised(measure))
                .map(|familiar| (familiar, cell("familiar.sd"))),
        })
        .filter(Self::sound)
    }

    fn sound(&self) -> bool {
        let familiar = self.familiar.as_ref();
        self.mid > 0.0
            && self.large.is_none_or(|large| large >= self.mid)
            && familiar.is_none_or(|(familiar, _)| familiar.sd > 0.0)
    }

    /// What stands in when nobody declared anything; `None` for measures on which no convention exists.
    ///
    /// Cohen's bands for standardised differences, the same in points where standard deviations are known, and a change of a
    /// quarter for ratios. Which of them stands in follows from the measure, whose cell is `named`.
    pub(super) fn fallback(
        measure: Measure,
        effects: &[&EffectRow],
        named: Address,
        cell: impl Fn(&str, &str) -> Address,
    ) -> Option<Self> {
        let of = |mid: f64, large: Option<f64>, basis: &str, from: Vec<Address>| Self {
            mid,
            large,
            basis: format!("nobody declared one; {basis}"),
            declared: false,
            from_large: large.map(|_| from.clone()).unwrap_or_default(),
            from_mid: from,
            familiar: None,
        };
        match measure {
            _ if is_standardised(measure) => Some(of(
                0.2,
                Some(0.8),
                "Cohen's bands, 0.2 and 0.8",
                vec![named],
            )),
            _ if measure.is_ratio() => {
                Some(of(1.25f64.ln(), None, "a change of a quarter", vec![named]))
            }
            Measure::MeanDifference | Measure::MeanChange => {
                let sd = comparator_sd(effects)?;
                let from = effects
                    .iter()
                    .flat_map(|effect| ["n2", "sd2"].map(|column| cell(&effect.key, column)))
                    .collect();
                let basis = "0.2 and 0.8 of the pooled comparator SD";
                Some(of(0.2 * sd, Some(0.8 * sd), basis, from)).filter(Self::sound)
            }
            _ => None,
        }
    }

    /// Size of an effect in words: without a declared large effect, what matters is neither called slight nor large.
    pub(super) fn size(&self, effect: f64) -> Size {
        let bounds = match self.large {
            Some(large) => [self.mid, f64::midpoint(self.mid, large), large],
            None => [self.mid, self.mid, f64::INFINITY],
        };
        Size::by_bounds(effect, bounds)
    }
}

/// Whether a measure counts in standard deviations.
pub(super) fn is_standardised(measure: Measure) -> bool {
    matches!(
        measure,
        Measure::StandardizedMeanDifference
            | Measure::StandardizedMeanDifferenceHeteroscedastic
            | Measure::GlassDelta
            | Measure::StandardizedChange
            | Measure::StandardizedChangeRaw
            | Measure::StandardizedChangeRawHeteroscedastic
            | Measure::StandardizedChangeDifference
            | Measure::OddsRatioToSmd
    )
}

/// The comparator's standard deviation, pooled over the studies.
pub(super) fn comparator_sd(effects: &[&EffectRow]) -> Option<f64> {
    let groups: Option<Vec<(f64, f64)>> = effects
        .iter()
        .map(|effect| effect.n2.zip(effect.sd2))
        .collect();
    pooled_sd(&groups?).filter(|sd| *sd > 0.0)
}
