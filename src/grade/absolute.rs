//! Absolute effects from a relative effect and a baseline risk (Handbook 14.1.5.2, 15.4.4).
//!
//! Risks are probabilities; differences are per 1000 people, unrounded. The baseline risk is taken as known.

use serde::{Deserialize, Serialize};

/// A relative or absolute effect measure of a binary outcome, not on the log scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Relative {
    /// Risk ratio.
    #[serde(rename = "RR")]
    RiskRatio,
    /// Odds ratio.
    #[serde(rename = "OR")]
    OddsRatio,
    /// Hazard ratio.
    #[serde(rename = "HR")]
    HazardRatio,
    /// Risk difference.
    #[serde(rename = "RD")]
    RiskDifference,
}

/// What happens among 1000 people with and without the intervention.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AbsoluteEffect {
    /// Events per 1000 with the comparator.
    pub per1000_control: f64,
    /// Events per 1000 with the intervention.
    pub per1000_intervention: f64,
    /// Difference per 1000.
    pub difference: f64,
    /// Its interval, lower bound first.
    pub difference_ci: Option<[f64; 2]>,
    /// Number needed to treat (or to harm); `None` when the interval includes no difference.
    pub nnt: Option<f64>,
}

/// The risk with the intervention, kept between 0 and 1.
pub fn risk(measure: Relative, baseline: f64, effect: f64) -> f64 {
    let risk = match measure {
        Relative::RiskRatio => baseline * effect,
        Relative::OddsRatio => baseline * effect / (1.0 - baseline + baseline * effect),
        Relative::HazardRatio => 1.0 - (1.0 - baseline).powf(effect),
        Relative::RiskDifference => baseline + effect,
    };
    risk.clamp(0.0, 1.0)
}

/// The absolute effect at a baseline risk; `None` for a baseline outside 0 to 1 or an effect that cannot be.
pub fn absolute(
    measure: Relative,
    baseline: f64,
    effect: f64,
    ci: Option<[f64; 2]>,
) -> Option<AbsoluteEffect> {
    let possible = |effect: f64| match measure {
        Relative::RiskDifference => (-1.0..=1.0).contains(&effect),
        _ => effect >= 0.0 && effect.is_finite(),
    };
    let bounds_possible = ci.is_none_or(|ci| ci.into_iter().all(possible));
    if !(0.0..=1.0).contains(&baseline) || !possible(effect) || !bounds_possible {
        return None;
    }
    let difference = |effect: f64| 1000.0 * (risk(measure, baseline, effect) - baseline);
    let difference_ci = ci.map(|ci| {
        let (a, b) = (difference(ci[0]), difference(ci[1]));
        [a.min(b), a.max(b)]
    });
    let clear = difference_ci.is_some_and(|[lower, upper]| lower > 0.0 || upper < 0.0);
    Some(AbsoluteEffect {
        per1000_control: 1000.0 * baseline,
        per1000_intervention: 1000.0 * risk(measure, baseline, effect),
        difference: difference(effect),
        difference_ci,
        nnt: clear.then(|| 1000.0 / difference(effect).abs()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn risk_ratio_gives_fewer_per_thousand() {
        // 0.3 · 0.75 = 0.225: 75 fewer per 1000 (120 fewer to 18 fewer).
        let found =
            absolute(Relative::RiskRatio, 0.3, 0.75, Some([0.6, 0.94])).expect("a possible effect");
        assert!((found.difference + 75.0).abs() < 1e-9);
        assert!((found.difference_ci.expect("an interval")[1] + 18.0).abs() < 1e-9);
        assert!((found.nnt.expect("a clear effect") - 13.333).abs() < 1e-3);
    }

    #[test]
    fn an_interval_with_no_difference_has_no_number_needed_to_treat() {
        let found =
            absolute(Relative::RiskRatio, 0.02, 0.5, Some([0.25, 1.0])).expect("a possible effect");
        assert_eq!(found.nnt, None);
    }

    #[test]
    fn impossible_numbers_give_nothing() {
        assert_eq!(absolute(Relative::OddsRatio, 1.2, 0.5, None), None);
        assert_eq!(absolute(Relative::OddsRatio, 0.2, -0.5, None), None);
    }

    proptest::proptest! {
        #[test]
        fn risks_stay_probabilities(baseline in 0.0..=1.0f64, effect in 0.0..50.0f64) {
            for measure in [Relative::RiskRatio, Relative::OddsRatio, Relative::HazardRatio] {
                let found = risk(measure, baseline, effect);
                proptest::prop_assert!((0.0..=1.0).contains(&found));
            }
        }
    }
}
