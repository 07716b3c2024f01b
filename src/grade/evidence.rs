//! What a policy looks at: one body of evidence for one outcome, from the model reported.
//!
//! Effects and thresholds are on the scale of the analysis, with no effect at 0: differences as they are, ratios as logarithms.

use super::policy::percent;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Label of weight whose studies nobody judged for risk of bias.
pub const UNKNOWN: &str = "unknown";

/// Label of weight whose directness nobody judged.
pub const UNJUDGED: &str = "unjudged";

/// Bounds and sums of weights carry rounding noise of this size.
pub(crate) const TOLERANCE: f64 = 1e-9;

/// The design of the studies of a body of evidence; the two are never rated together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Design {
    /// Randomized trials.
    Rct,
    /// Non-randomized studies of interventions.
    Nrsi,
}

/// What certainty is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Threshold {
    /// An effect of at least the minimal important difference, or a trivial one.
    #[default]
    Mid,
    /// The direction of the effect.
    Null,
}

/// Where a middle judgement of risk of bias counts, when studies are folded into low and high.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fold {
    /// With low risk.
    #[default]
    Low,
    /// With high risk.
    High,
}

/// What bias would do to the effect seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BiasDirection {
    /// It could explain the effect, or its absence.
    #[default]
    Explains,
    /// It would make the effect look smaller than it is.
    Underestimates,
}

/// The kind of outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutcomeKind {
    /// Means.
    #[default]
    Continuous,
    /// Events.
    Binary,
}

/// One body of evidence.
///
/// Shares are of the weight in the model, 0 to 1. What is not known, or what nobody judged, is `None`, and a policy says what it does
/// then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Design of the studies.
    pub design: Design,
    /// Risk-of-bias tool; RoB 2 when trials name none.
    #[serde(default)]
    pub tool: Option<String>,
    /// Number of studies.
    pub k: u32,
    /// Number of participants.
    pub n: f64,
    /// Pooled estimate.
    #[serde(default, alias = "est")]
    pub estimate: Option<f64>,
    /// Confidence interval of the pooled estimate.
    pub ci: [f64; 2],
    /// Minimal important difference, above 0.
    pub mid: f64,
    /// What certainty is about.
    #[serde(default)]
    pub threshold: Threshold,
    /// A large effect, where the protocol declares one.
    #[serde(default)]
    pub large: Option<f64>,
    /// Optimal information size, participants.
    #[serde(default)]
    pub ois: Option<f64>,
    /// Share of weight by overall judgement of risk of bias.
    #[serde(default)]
    pub rob_share: BTreeMap<String, f64>,
    /// Where the middle judgement counts.
    #[serde(default)]
    pub fold_some_concerns: Fold,
    /// What bias would do to the effect.
    #[serde(default)]
    pub bias_direction: BiasDirection,
    /// Whether studies at low and at high risk differ substantially in their results.
    #[serde(default)]
    pub low_high_differ: Option<bool>,
    /// Share of variability that is heterogeneity, percent.
    #[serde(default)]
    pub i2: Option<f64>,
    /// Share of weight on the other side of a threshold than the pooled estimate.
    #[serde(default)]
    pub opposite_share: Option<f64>,
    /// Whether the prediction interval crosses a threshold.
    #[serde(default)]
    pub pi_crosses: Option<bool>,
    /// Share of point estimates in the zone that holds most of them.
    #[serde(default)]
    pub largest_side_share: Option<f64>,
    /// Whether a credible subgroup explains the differences.
    #[serde(default)]
    pub credible_subgroup: Option<bool>,
    /// Share of weight by how indirect the study is: `serious`, `very_serious`.
    #[serde(default)]
    pub indirect_share: BTreeMap<String, f64>,
    /// Elements of the question in which studies with weight differ, in words.
    #[serde(default)]
    pub indirect_elements: Vec<String>,
    /// p value of a test for small-study effects.
    #[serde(default)]
    pub egger_p: Option<f64>,
    /// Whether trim and fill moves the estimate to another category.
    #[serde(default)]
    pub trimfill_changes_category: bool,
    /// Whether asymmetry strongly suggests missing results, as the protocol defines it.
    #[serde(default)]
    pub asymmetry_strong: bool,
    /// Whether most or all studies are small and paid by industry.
    #[serde(default)]
    pub small_and_industry: Option<bool>,
    /// Whether unpublished studies are documented.
    #[serde(default)]
    pub unpublished_documented: Option<bool>,
    /// Kind of outcome.
    #[serde(default)]
    pub kind: OutcomeKind,
    /// Effect measure, such as `SMD` or `RR`.
    #[serde(default)]
    pub measure: Option<String>,
    /// Confidence interval as a ratio, for relative measures.
    #[serde(default)]
    pub ratio_ci: Option<[f64; 2]>,
    /// Whether the effect is implausibly large; taken from the estimate when nobody says.
    #[serde(default)]
    pub large_effect: Option<bool>,
    /// Risk ratio, for rating up.
    #[serde(default)]
    pub rr: Option<f64>,
    /// Whether more exposure goes with more effect.
    #[serde(default)]
    pub dose_response: Option<bool>,
    /// Whether the confounding left would work against the effect.
    #[serde(
        default,
        alias = "plausible_confounding",
        alias = "residual_confounding"
    )]
    pub opposing_confounding: Option<bool>,
    /// Whether non-randomized studies are well conducted.
    #[serde(default)]
    pub well_conducted: Option<bool>,
    /// Whether the studies have no control group.
    #[serde(default)]
    pub uncontrolled: bool,
}

/// Zone of an effect against a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// Beyond the threshold on the negative side.
    Below,
    /// Within; a value exactly on the threshold is within.
    Trivial,
    /// Beyond the threshold on the positive side.
    Above,
}

/// The zone of an effect. With the null threshold `mid` is 0 and only an effect of exactly 0 is within.
pub fn zone(effect: f64, mid: f64) -> Zone {
    if effect < -mid - TOLERANCE {
        Zone::Below
    } else if effect > mid + TOLERANCE {
        Zone::Above
    } else {
        Zone::Trivial
    }
}

/// Share of weight by label; weights need not sum to 1. Labels without weight are kept with 0.
pub fn shares<'a>(weighted: impl IntoIterator<Item = (&'a str, f64)>) -> BTreeMap<String, f64> {
    let mut sums: BTreeMap<String, f64> = BTreeMap::new();
    let mut total = 0.0;
    for (label, weight) in weighted {
        total += weight;
        *sums.entry(label.to_owned()).or_default() += weight;
    }
    if total > 0.0 {
        for share in sums.values_mut() {
            *share /= total;
        }
    }
    sums
}

/// Share of weight in studies whose effect lies in another zone than the pooled one; 0 without studies.
pub fn opposite_share(studies: &[(f64, f64)], pooled: f64, mid: f64) -> f64 {
    let total: f64 = studies.iter().map(|(_, weight)| weight).sum();
    let here = zone(pooled, mid);
    let opposite: f64 = studies
        .iter()
        .filter(|(effect, _)| zone(*effect, mid) != here)
        .map(|(_, weight)| weight)
        .sum();
    if total > 0.0 { opposite / total } else { 0.0 }
}

/// Share of point estimates in the zone that holds most of them; `None` without studies.
pub fn largest_side_share(effects: &[f64], mid: f64) -> Option<f64> {
    let most = [Zone::Below, Zone::Trivial, Zone::Above]
        .into_iter()
        .map(|side| {
            effects
                .iter()
                .filter(|effect| zone(**effect, mid) == side)
                .count()
        })
        .max()?;
    (!effects.is_empty()).then(|| most as f64 / effects.len() as f64)
}

/// Whether an interval leaves the zone of the pooled effect.
pub fn leaves_zone(interval: [f64; 2], pooled: f64, mid: f64) -> bool {
    interval
        .iter()
        .any(|bound| zone(*bound, mid) != zone(pooled, mid))
}

impl Evidence {
    /// The pooled estimate, or the middle of its interval when it is not given.
    pub fn centre(&self) -> f64 {
        self.estimate
            .unwrap_or_else(|| f64::midpoint(self.ci[0], self.ci[1]))
    }

    /// The share of weight with this label, 0 when there is none.
    pub(super) fn rob(&self, label: &str) -> f64 {
        self.rob_share.get(label).copied().unwrap_or(0.0)
    }

    /// Shares of serious and very serious indirectness.
    pub(super) fn indirect(&self) -> (f64, f64) {
        let of = |label: &str| self.indirect_share.get(label).copied().unwrap_or(0.0);
        (of("serious"), of("very_serious"))
    }

    /// What the judgements of directness come to, as a clause for the footnote.
    pub(super) fn indirect_because(&self) -> String {
        let (serious, very) = self.indirect();
        let share = |share: f64| percent(share.clamp(0.0, 1.0));
        let unknown = self.indirect_share.get(UNJUDGED).copied().unwrap_or(0.0);
        if unknown > 1.0 - TOLERANCE {
            return "nobody said how directly the studies answer the question".to_owned();
        }
        let elements = match self.indirect_elements.as_slice() {
            [] => String::new(),
            elements => format!(" ({})", elements.join(", ")),
        };
        let open = if unknown > TOLERANCE {
            format!("; of {} nobody said", share(unknown))
        } else {
            String::new()
        };
        format!(
            "{} of the weight came from studies that answer the question indirectly{elements}{open}",
            share(serious + very)
        )
    }

    /// The tool's plain name; trials that name none are judged with RoB 2.
    pub(super) fn tool_name(&self) -> &str {
        match (&self.tool, self.design) {
            (Some(tool), _) => tool,
            (None, Design::Rct) => "rob2",
            (None, Design::Nrsi) => "",
        }
    }

    /// Whether risk of bias is judged with ROBINS-I.
    pub(super) fn robins_i(&self) -> bool {
        let name = self.tool_name().to_lowercase().replace('_', "-");
        name.starts_with("robins-i")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_on_the_threshold_is_trivial() {
        assert_eq!(zone(-0.2, 0.2), Zone::Trivial);
        assert_eq!(zone(-0.21, 0.2), Zone::Below);
    }

    #[test]
    fn opposite_weight_is_that_outside_the_pooled_zone() {
        let studies = [(-0.5, 3.0), (-0.1, 1.0), (0.4, 1.0)];
        assert!((opposite_share(&studies, -0.4, 0.2) - 0.4).abs() < 1e-12);
        assert_eq!(largest_side_share(&[], 0.2), None);
    }
}
