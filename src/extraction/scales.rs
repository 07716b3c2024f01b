//! Scales: what each measures, its range, and which end is good.

use crate::artefact::{Address, Origin, rows};
use crate::problem::{Problem, Problems};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// `scales.yaml` as people write it.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScaleFile {
    /// Version of the file's shape.
    #[serde(default)]
    pub version: Option<u32>,
    /// The scales.
    #[serde(default)]
    pub scales: Vec<Scale>,
}

/// Which end of a scale is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HigherMeans {
    /// More of it is worse (burnout, stress).
    Worse,
    /// More of it is better (satisfaction).
    Better,
}

impl HigherMeans {
    /// As the form and the artefact have it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::Better => "better",
        }
    }
}

/// How a person's score is made from the items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scores {
    /// Item scores added up.
    Sum,
    /// Their mean.
    Mean,
}

/// One scale.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// Id, as the forms name it.
    pub id: String,
    /// Name in words.
    #[serde(default)]
    pub name: String,
    /// Outcome it measures.
    #[serde(default)]
    pub outcome: String,
    /// Number of items.
    #[serde(default)]
    pub items: Option<u32>,
    /// Smallest score of an item.
    #[serde(default)]
    pub item_min: Option<f64>,
    /// Largest score of an item.
    #[serde(default)]
    pub item_max: Option<f64>,
    /// Unit of its numbers, such as `mmol/L`; empty for points, and where nobody named it.
    #[serde(default)]
    pub unit: String,
    /// Smallest score.
    #[serde(default)]
    pub min: Option<f64>,
    /// Largest score.
    #[serde(default)]
    pub max: Option<f64>,
    /// How scores are made.
    #[serde(default)]
    pub scores: Option<Scores>,
    /// Whether one person's score is a whole number.
    #[serde(default)]
    pub integer: bool,
    /// Which end is good.
    pub higher_means: HigherMeans,
    /// Whether each study has to say its direction, because papers code it both ways.
    #[serde(default)]
    pub confirm_direction: bool,
    /// The direction in single studies that say it, by study id; it goes before `higher_means`.
    #[serde(default)]
    pub direction_in: BTreeMap<String, HigherMeans>,
    /// Where the range comes from.
    #[serde(default)]
    pub source: String,
}

impl Scale {
    /// Smallest step between two scores of one person, where it is known.
    ///
    /// 1 where scores are whole; one item's share where they are means of whole item scores.
    pub fn step(&self) -> Option<f64> {
        match (self.integer, self.scores, self.items) {
            (true, ..) => Some(1.0),
            (false, Some(Scores::Mean), Some(items)) if items > 0 => Some(1.0 / f64::from(items)),
            _ => None,
        }
    }
}

rows! {
    /// A scale, as later stages read it.
    pub ScaleRow: "scales" {
        /// Id.
        scale: String,
        /// Name in words.
        name: String,
        /// Outcome it measures.
        outcome: String,
        /// Number of items.
        items: Option<u32>,
        /// Smallest score.
        min: Option<f64>,
        /// Largest score.
        max: Option<f64>,
        /// `sum`, `mean`, or empty.
        scores: String,
        /// Whether one person's score is a whole number.
        integer: bool,
        /// `worse` or `better`.
        higher_means: String,
        /// Whether each study has to say its direction.
        confirm_direction: bool,
        /// The direction in single studies, as `study=worse; study=better`.
        direction_in: String,
        /// Where the range comes from.
        source: String,
        /// The unit of its numbers; empty where they are points.
        unit: Option<String>,
        /// The file it stands in.
        origin: Origin,
    }
}

impl ScaleRow {
    /// `worse` or `better` as one study says it, if it does.
    pub fn direction_of(&self, study: &str) -> Option<&str> {
        let mut said = self.direction_in.split("; ");
        said.find_map(|one| one.strip_prefix(study)?.strip_prefix('='))
    }
}

/// Scales by id: those that the review declares, and behind them those that come with the program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scales {
    by_id: BTreeMap<String, Scale>,
}

/// The scales that come with the program, by id.
fn shipped() -> &'static BTreeMap<String, Scale> {
    static SHIPPED: LazyLock<BTreeMap<String, Scale>> = LazyLock::new(|| {
        let file: ScaleFile = serde_yaml::from_str(include_str!("shipped_scales.yaml"))
            .expect("the shipped file is tested");
        let scales = file.scales.into_iter();
        scales.map(|scale| (scale.id.clone(), scale)).collect()
    });
    &SHIPPED
}

impl Scales {
    /// Takes the scales of a file, and says which are named twice or have a range upside down.
    pub fn of(file: &str, scales: Vec<Scale>) -> (Self, Problems) {
        let mut problems = Problems::new();
        let mut by_id = BTreeMap::new();
        for scale in scales {
            let place = crate::place::Place::file(file);
            if matches!((scale.min, scale.max), (Some(min), Some(max)) if min >= max) {
                problems.push(
                    Problem::error(
                        "extraction::scale-range",
                        format!("the range of the scale `{}` does not rise", scale.id),
                    )
                    .at(place.clone())
                    .help("write the smallest score as `min`, the largest as `max`"),
                );
            }
            let id = scale.id.clone();
            if by_id.insert(id.clone(), scale).is_some() {
                problems.push(
                    Problem::error(
                        "extraction::duplicate-scale",
                        format!("the scale `{id}` is named twice"),
                    )
                    .at(place)
                    .help("delete or rename one of the two"),
                );
            }
        }
        (Self { by_id }, problems)
    }

    /// The scale of that id: the review's own, else the one that comes with the program.
    pub fn get(&self, id: &str) -> Option<&Scale> {
        self.by_id.get(id).or_else(|| shipped().get(id))
    }

    /// Whether the scale of that id is known by the program alone.
    pub fn is_shipped(&self, id: &str) -> bool {
        !self.by_id.contains_key(id) && shipped().contains_key(id)
    }

    /// All ids, the review's own first.
    pub fn ids(&self) -> Vec<&str> {
        let own = self.by_id.keys();
        let others = shipped().keys().filter(|id| !self.by_id.contains_key(*id));
        own.chain(others).map(String::as_str).collect()
    }

    /// Whether no scale is known.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// The artefact: the review's own scales, and those of the program that `used` names.
    pub fn rows(&self, file: &str, used: &BTreeSet<&str>) -> Vec<ScaleRow> {
        let row = |scale: &Scale| ScaleRow {
            key: crate::artefact::key(&[&scale.id]),
            scale: scale.id.clone(),
            name: scale.name.clone(),
            outcome: scale.outcome.clone(),
            items: scale.items,
            min: scale.min,
            max: scale.max,
            scores: match scale.scores {
                Some(Scores::Sum) => "sum",
                Some(Scores::Mean) => "mean",
                None => "",
            }
            .to_owned(),
            integer: scale.integer,
            higher_means: scale.higher_means.word().to_owned(),
            confirm_direction: scale.confirm_direction,
            direction_in: scale
                .direction_in
                .iter()
                .map(|(study, means)| format!("{study}={}", means.word()))
                .collect::<Vec<_>>()
                .join("; "),
            source: scale.source.clone(),
            unit: Some(scale.unit.clone()).filter(|unit| !unit.is_empty()),
            origin: if self.is_shipped(&scale.id) {
                Origin::of("shipped-with-the-program", [])
            } else {
                Origin::of("declared", [Address::file(file)])
            },
        };
        let own = self.by_id.values();
        let others = used
            .iter()
            .filter(|id| self.is_shipped(id))
            .filter_map(|id| self.get(id));
        own.chain(others).map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_scales_are_read_and_their_ranges_follow_from_their_items() {
        assert!(shipped().len() > 30);
        for scale in shipped().values() {
            let items = f64::from(scale.items.expect("a number of items"));
            let (low, high) = scale
                .item_min
                .zip(scale.item_max)
                .expect("a range of items");
            let times = if scale.scores == Some(Scores::Sum) {
                items
            } else {
                1.0
            };
            let range = scale.min.zip(scale.max).expect("a range");
            assert_eq!(range, (low * times, high * times), "{}", scale.id);
            assert!(!scale.source.is_empty() && !scale.name.is_empty());
        }
    }

    #[test]
    fn the_own_scale_goes_before_the_shipped_one() {
        let own: ScaleFile = serde_yaml::from_str(
            "scales: [{ id: pss-10, min: 10, max: 50, higher_means: better }]",
        )
        .expect("a scale file");
        let (scales, problems) = Scales::of("scales.yaml", own.scales);
        assert!(problems.is_empty());
        let found = scales.get("pss-10").expect("the own scale");
        assert_eq!(found.higher_means, HigherMeans::Better);
        assert!(!scales.is_shipped("pss-10") && scales.is_shipped("gad-7"));
        let rows = scales.rows("scales.yaml", &BTreeSet::from(["pss-10", "gad-7"]));
        assert_eq!(rows.len(), 2);
    }
}
