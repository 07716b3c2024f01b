//! The effect measures that an analysis can compute from what is extracted of arms.

use super::terms::Body;
use crate::effect::{Design, Measure};
use serde::{Deserialize, Deserializer, de::Error};

/// Of two arms with events.
const COUNTS: [Measure; 4] = [
    Measure::RiskRatio,
    Measure::OddsRatio,
    Measure::PetoOddsRatio,
    Measure::RiskDifference,
];

/// Of two arms with means.
const MEANS: [Measure; 3] = [
    Measure::MeanDifference,
    Measure::StandardizedMeanDifference,
    Measure::RatioOfMeans,
];

/// Of two arms, as papers report them: what is extracted of arms gives none of these.
const REPORTED: [Measure; 3] = [Measure::HazardRatio, Measure::RateRatio, Measure::Generic];

/// Of one group before and after.
const CHANGES: [Measure; 4] = [
    Measure::MeanDifference,
    Measure::MeanChange,
    Measure::StandardizedChange,
    Measure::StandardizedChangeRaw,
];

/// An effect measure in metafor's code, such as `SMD`; one of those that an analysis can compute, or take as reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct MeasureCode(#[schemars(with = "String")] pub Measure);

impl<'de> Deserialize<'de> for MeasureCode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = String::deserialize(from)?;
        let known: Option<Measure> = code.parse().ok();
        let computed = known.filter(|measure| {
            [Body::Between, Body::Within]
                .into_iter()
                .any(|body| fits(body, *measure))
        });
        computed.map(Self).ok_or_else(|| {
            D::Error::custom(format!(
                "`{code}` is no measure that an analysis takes; between groups: {}; within a group: {}",
                listed(Body::Between),
                listed(Body::Within)
            ))
        })
    }
}

/// Whether effects of this measure can stand in analyses of this body.
pub(super) fn fits(body: Body, measure: Measure) -> bool {
    of(body).contains(&measure)
}

/// Whether two measures are computed from the same numbers: of events, of means, or of one group before and after.
pub(super) fn alike(body: Body, one: Measure, other: Measure) -> bool {
    let binary = |measure: Measure| measure.design() == Design::Binary;
    let reported = is_reported(one) || is_reported(other);
    fits(body, other)
        && if reported {
            one == other
        } else {
            binary(one) == binary(other)
        }
}

/// Whether effects of this measure are taken as papers report them, and never computed.
pub(super) fn is_reported(measure: Measure) -> bool {
    REPORTED.contains(&measure)
}

/// The measures of a body, by their codes.
pub(super) fn listed(body: Body) -> String {
    let codes: Vec<&str> = of(body).into_iter().map(Measure::code).collect();
    codes.join(", ")
}

fn of(body: Body) -> Vec<Measure> {
    match body {
        Body::Between => COUNTS.into_iter().chain(MEANS).chain(REPORTED).collect(),
        Body::Within => CHANGES.to_vec(),
    }
}
