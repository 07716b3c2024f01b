//! What settings may be: ranges and unique names, held where settings are read, so that the line is told.

use super::analysis::{Analysis, Variant};
use super::measures;
use super::terms::{Adjusted, Body, Reported};
use crate::meta::Model;
use serde::{Deserialize, Deserializer, de::Error};
use std::collections::BTreeSet;

/// A range that a number of the settings lies in.
struct Range {
    holds: fn(f64) -> bool,
    words: &'static str,
}

const CORRELATION: Range = Range {
    holds: |r| r > -1.0 && r < 1.0,
    words: "a correlation lies above -1 and below 1",
};

const ICC: Range = Range {
    holds: |icc| (0.0..=1.0).contains(&icc),
    words: "a correlation within clusters lies between 0 and 1",
};

const DEPENDENCE: Range = Range {
    holds: |rho| (0.0..1.0).contains(&rho),
    words: "a correlation between the effects of a study lies from 0 to below 1",
};

const LEVEL: Range = Range {
    holds: |level| Model::LEVELS.contains(&level),
    words: "a level is given in per cent, from 50 to below 100, such as 95",
};

impl Range {
    fn check<E: Error>(&self, value: f64) -> Result<f64, E> {
        if (self.holds)(value) {
            Ok(value)
        } else {
            Err(E::custom(format!("{value} cannot be: {}", self.words)))
        }
    }
}

/// A correlation of before and after.
pub(super) fn correlation<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    CORRELATION.check(f64::deserialize(from)?)
}

/// The same, where none need be given.
pub(super) fn any_correlation<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    let given = Option::<f64>::deserialize(from)?;
    given.map(|r| CORRELATION.check(r)).transpose()
}

/// Several of them.
pub(super) fn correlations<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
    let given = Vec::<f64>::deserialize(from)?;
    given.into_iter().map(|r| CORRELATION.check(r)).collect()
}

/// A correlation between the effects of a study, where one is given.
pub(super) fn any_dependence<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    let given = Option::<f64>::deserialize(from)?;
    given.map(|rho| DEPENDENCE.check(rho)).transpose()
}

/// A correlation within clusters, where one is given.
pub(super) fn any_icc<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    let given = Option::<f64>::deserialize(from)?;
    given.map(|icc| ICC.check(icc)).transpose()
}

/// A level in per cent, where one is given.
pub(super) fn any_level<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    let given = Option::<f64>::deserialize(from)?;
    given.map(|level| LEVEL.check(level)).transpose()
}

/// A level in per cent.
pub(super) fn level<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    LEVEL.check(f64::deserialize(from)?)
}

/// Something that others are named by.
pub(super) trait Identified {
    /// Its name.
    fn id(&self) -> &str;

    /// Why its parts do not go together, where they do not.
    fn unfit(&self) -> Option<String> {
        None
    }
}

impl Identified for Analysis {
    fn id(&self) -> &str {
        &self.id
    }

    fn unfit(&self) -> Option<String> {
        let (body, measure) = (self.body, self.measure.0);
        let reported = self.reported != Reported::Never || self.adjusted != Adjusted::First;
        if body == Body::Within && reported {
            return Some("effects as reported are between groups: take `reported` and `adjusted` out, or `body: within`".to_owned());
        }
        (!measures::fits(body, measure)).then(|| {
            let how = match body {
                Body::Between => "between groups",
                Body::Within => "within a group",
            };
            format!(
                "`{measure}` is no measure {how}: take one of {}",
                measures::listed(body)
            )
        })
    }
}

/// One whose parts go together.
struct Fitting<T>(T);

impl<'de, T: Deserialize<'de> + Identified> Deserialize<'de> for Fitting<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let one = T::deserialize(from)?;
        match one.unfit() {
            Some(why) => Err(D::Error::custom(why)),
            None => Ok(Self(one)),
        }
    }
}

impl Identified for Variant {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A list in which every name is there and stands once.
pub(super) fn unique<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Identified,
{
    let all = Vec::<Fitting<T>>::deserialize(from)?;
    let all: Vec<T> = all.into_iter().map(|Fitting(one)| one).collect();
    let mut seen = BTreeSet::new();
    for one in &all {
        if one.id().is_empty() {
            return Err(D::Error::custom(
                "one has no `id`; give each a name of its own",
            ));
        }
        if !seen.insert(one.id()) {
            return Err(D::Error::custom(format!(
                "the id `{}` stands twice; give each a name of its own",
                one.id()
            )));
        }
    }
    Ok(all)
}
