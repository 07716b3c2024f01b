//! Units: the numbers of a scale stand in one unit, its own where scales.yaml names one.

use super::agreement::Agreed;
use super::scales::Scales;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// The units of scales, as scales.yaml names them or as the first row gives them.
pub(super) struct Units<'a> {
    scales: &'a Scales,
    /// By outcome and scale, the unit that a row gave first, and where.
    given: BTreeMap<(String, String), (String, Place)>,
}

impl<'a> Units<'a> {
    pub(super) fn new(scales: &'a Scales) -> Self {
        Self {
            scales,
            given: BTreeMap::new(),
        }
    }

    /// Whether the unit of a row is that of its scale; tells where it is another, since such numbers cannot stand beside the others.
    pub(super) fn fits(&mut self, row: &Agreed<'_>, problems: &mut Problems) -> bool {
        let (unit, scale) = (row.text("unit"), row.text("scale"));
        // Without a scale nothing says that two rows of an outcome are of one kind.
        if unit.is_empty() || scale.is_empty() {
            return true;
        }
        let declared = self.scales.get(scale).map_or("", |scale| &scale.unit);
        let (expected, place) = if declared.is_empty() {
            let of = (row.text("outcome").to_owned(), scale.to_owned());
            let here = || (unit.to_owned(), row.place("unit"));
            let (expected, place) = self.given.entry(of).or_insert_with(here);
            (expected.as_str(), Some(place.clone()))
        } else {
            (declared, None)
        };
        if folded(expected) == folded(unit) {
            return true;
        }
        let title = format!(
            "the unit is `{unit}`, and that of `{scale}` is `{expected}`; the row was left out"
        );
        let problem = Problem::error("extraction::other-unit", title).at(row.place("unit"));
        let problem = match place {
            Some(place) => problem.labelled(place, format!("`{expected}` here")),
            None => problem,
        };
        problems.push(problem.help(format!(
            "convert the numbers to `{expected}` and say so in `note`, or give the scale in that unit an id of its own"
        )));
        false
    }
}

/// A unit without what tells no units apart: the sign of micro and the Greek letter, `²` and `2`, capitals.
fn folded(unit: &str) -> String {
    unit.nfkc().collect::<String>().to_lowercase()
}
