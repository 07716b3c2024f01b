//! Which way scales point, so that effects on different scales can stand in one analysis.

use super::refused::Refused;
use crate::artefact::Address;
use crate::extraction::ScaleRow;
use crate::protocol::Direction;
use std::collections::BTreeMap;

/// The scales that the studies used, and the stage and artefact that hold them.
#[derive(Clone, Debug, Default)]
pub struct Scales<'a> {
    rows: BTreeMap<&'a str, &'a ScaleRow>,
    at: (&'a str, &'a str),
}

/// How an effect on a scale stands to the outcome of its analysis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Aligned {
    /// Whether more on the scale is better; `None` where nothing says so.
    pub(super) higher_is_better: Option<bool>,
    /// The cell that turns the effect round, where the scale runs against the outcome.
    pub(super) turned_by: Option<Address>,
}

impl Aligned {
    /// Nothing is turned: events, which are counted as the outcome names them, and scores without a scale.
    pub(super) const AS_IT_IS: Self = Self {
        higher_is_better: None,
        turned_by: None,
    };
}

impl<'a> Scales<'a> {
    /// The scales of an artefact, `(stage, artefact)`.
    pub fn new(rows: &'a [ScaleRow], at: (&'a str, &'a str)) -> Self {
        let rows = rows.iter().map(|row| (row.scale.as_str(), row)).collect();
        Self { rows, at }
    }

    /// The names of the scales.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.rows.keys().copied()
    }

    /// The unit of a scale's numbers, with its cell; none where they are points, or where nobody declared it.
    pub(super) fn unit(&self, scale: &str) -> Option<(&'a str, Address)> {
        let row = self.rows.get(scale)?;
        let unit = row.unit.as_deref().filter(|unit| !unit.is_empty())?;
        Some((unit, Address::cell(self.at.0, self.at.1, &row.key, "unit")))
    }

    /// Each scale with each study that it gives a direction for.
    pub(super) fn confirmed_in(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.rows.iter().flat_map(|(&scale, row)| {
            let studies = row.direction_in.split("; ");
            studies.filter_map(move |one| Some((scale, one.split_once('=')?.0)))
        })
    }

    /// How the scale of a study stands to an outcome: an effect on a scale that runs the other way is turned round, so that
    /// a negative effect on an outcome of which less is better is always a benefit.
    ///
    /// # Errors
    ///
    /// When nothing says which way a named scale points and the outcome has a direction, and when papers code the scale both ways
    /// and nobody said how this study does.
    pub(super) fn align(
        &self,
        scale: &str,
        study: &str,
        outcome: Option<Direction>,
    ) -> Result<Aligned, Refused> {
        let directed = outcome.is_some_and(|way| way != Direction::None);
        let Some(row) = self.rows.get(scale) else {
            return if directed && !scale.is_empty() {
                Err(Refused::unknown_direction(scale))
            } else {
                Ok(Aligned::AS_IT_IS)
            };
        };
        let own = row.direction_of(study);
        if own.is_none() && row.confirm_direction {
            return Err(Refused::waits(
                format!(
                    "papers code the scale `{scale}` both ways; write in scales.yaml, under `direction_in` of that scale, whether \
                     more is `worse` or `better` in `{study}`"
                ),
                format!(
                    "under `{scale}` in scales.yaml: `direction_in: {{ {study}: worse }}`, or `better`"
                ),
            ));
        }
        let better = own.unwrap_or(&row.higher_means) == "better";
        let against = match outcome {
            Some(Direction::LowerIsBetter) => better,
            Some(Direction::HigherIsBetter) => !better,
            Some(Direction::None) | None => false,
        };
        let column = if own.is_some() {
            "direction_in"
        } else {
            "higher_means"
        };
        Ok(Aligned {
            higher_is_better: Some(better),
            turned_by: against.then(|| Address::cell(self.at.0, self.at.1, &row.key, column)),
        })
    }
}
