//! The rows of a forest plot from top to bottom, as text.

use super::input::{Cell, Forest, PooledRow, StudyRow};
use crate::plot::estimate::{EffectText, Estimate};
use crate::plot::traffic_light::BiasLevel;
use crate::plot::wording::fill;

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowKind {
    /// Heading of a subgroup.
    Heading,
    /// A study.
    Study,
    /// Pooled result of a subgroup.
    SubgroupPooled,
    /// Pooled result of all studies.
    Pooled,
    /// Prediction interval of the pooled result above it.
    Prediction,
    /// Heterogeneity or a test, in small type over all columns left of the plot.
    Text,
    /// A ruled line with a word: where an update begins.
    Break,
    /// Space between blocks.
    Gap,
    /// A rule over the whole width.
    Rule,
}

/// The effect column of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum EffectCell {
    /// Nothing.
    Empty,
    /// "Not estimable".
    Message(String),
    /// Estimate, lower, upper as text; the estimate is empty for a prediction interval.
    Numbers([String; 3]),
}

/// One row, before it has a place.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    /// What it is.
    pub kind: RowKind,
    /// Label, not yet wrapped.
    pub label: String,
    /// Arm data as (text, footnote mark, is a number).
    pub cells: Vec<(String, String, bool)>,
    /// Weight text.
    pub weight: String,
    /// Weight in percent for the size of the mark.
    pub weight_value: Option<f64>,
    /// Effect text.
    pub effect: EffectCell,
    /// Effect on the axis.
    pub estimate: Option<Estimate>,
    /// Risk of bias.
    pub bias: &'a [Option<BiasLevel>],
    /// Address of the effect.
    pub address: Option<&'a str>,
    /// Which subgroup the row belongs to.
    pub subgroup: usize,
}

impl Row<'_> {
    fn new(kind: RowKind, label: impl Into<String>, subgroup: usize) -> Self {
        Self {
            kind,
            label: label.into(),
            cells: Vec::new(),
            weight: String::new(),
            weight_value: None,
            effect: EffectCell::Empty,
            estimate: None,
            bias: &[],
            address: None,
            subgroup,
        }
    }

    /// Whether the label is bold.
    pub(super) fn is_bold(&self) -> bool {
        matches!(
            self.kind,
            RowKind::Heading | RowKind::SubgroupPooled | RowKind::Pooled
        )
    }

    /// The effect as one text: `0.49 (0.33 to 0.73)`.
    pub(super) fn effect_text(&self, forest: &Forest) -> String {
        match &self.effect {
            EffectCell::Empty => String::new(),
            EffectCell::Message(text) => text.clone(),
            EffectCell::Numbers([value, lower, upper]) => {
                let words = &forest.frame.wording;
                let interval = forest.frame.numbers.interval(lower, upper, &words.to);
                format!("{value} {interval}").trim_start().to_owned()
            }
        }
    }
}

/// Makes the rows, with the decimals every cell of a column shares.
pub(super) struct RowMaker<'a> {
    forest: &'a Forest,
    effects: EffectText<'a>,
    decimals: Vec<usize>,
}

impl<'a> RowMaker<'a> {
    /// Looks at all cells and effects once to choose their decimals.
    pub(super) fn new(forest: &'a Forest) -> Self {
        let values: Vec<f64> = all_estimates(forest).map(|e| e.value).collect();
        let count = forest.columns.iter().map(|group| group.columns.len()).sum();
        Self {
            forest,
            effects: EffectText::for_values(forest.scale, &values, &forest.frame),
            decimals: (0..count).map(|i| column_decimals(forest, i)).collect(),
        }
    }

    /// All rows, top to bottom.
    pub(super) fn rows(&self) -> Vec<Row<'a>> {
        let forest = self.forest;
        let mut rows = Vec::new();
        for (index, group) in forest.subgroups.iter().enumerate() {
            if let Some(heading) = &group.heading {
                rows.push(Row::new(RowKind::Heading, heading.clone(), index));
            }
            for study in &group.studies {
                if let Some(word) = &study.break_before {
                    let usual = self.forest.frame.wording.update_break.as_ref();
                    let word = if word.trim().is_empty() { usual } else { word };
                    rows.push(Row::new(RowKind::Break, word, index));
                }
                rows.push(self.study(study, index));
            }
            if let Some(pooled) = &group.pooled {
                self.pooled(pooled, RowKind::SubgroupPooled, index, &mut rows);
            }
            if group.heading.is_some() && index + 1 < forest.subgroups.len() {
                rows.push(Row::new(RowKind::Gap, "", index));
            }
        }
        let after = forest.subgroups.len();
        if !forest.pooled.is_empty() || forest.subgroup_test.is_some() {
            rows.push(Row::new(RowKind::Rule, "", after));
        }
        for pooled in &forest.pooled {
            self.pooled(pooled, RowKind::Pooled, after, &mut rows);
        }
        if let Some((test, i2)) = &forest.subgroup_test {
            let words = &forest.frame.wording;
            let i2 = i2.map_or(String::new(), |v| {
                format!("; I² = {}%", forest.frame.numbers.fixed(v, 0))
            });
            let text = format!("{}: {}{i2}", words.subgroup_test, test.text(&forest.frame));
            rows.push(Row::new(RowKind::Text, text, after));
        }
        rows
    }

    fn study(&self, study: &'a StudyRow, subgroup: usize) -> Row<'a> {
        let mut row = Row::new(RowKind::Study, study.label.clone(), subgroup);
        row.cells = self.cells(&study.cells);
        row.bias = &study.bias;
        row.address = study.address.as_deref();
        self.fill_weight(&mut row, study.weight);
        match study.estimate.filter(Estimate::is_finite) {
            Some(estimate) => self.fill_effect(&mut row, &estimate),
            None => {
                row.effect =
                    EffectCell::Message(self.forest.frame.wording.not_estimable.to_string());
            }
        }
        row
    }

    fn pooled(&self, pooled: &'a PooledRow, kind: RowKind, group: usize, rows: &mut Vec<Row<'a>>) {
        let words = &self.forest.frame.wording;
        let label = if pooled.k > 0 {
            format!("{}, k = {}", pooled.label, pooled.k)
        } else {
            pooled.label.clone()
        };
        let mut row = Row::new(kind, label, group);
        row.cells = self.cells(&pooled.cells);
        row.address = pooled.address.as_deref();
        self.fill_weight(&mut row, pooled.weight);
        let estimate = pooled.estimate.filter(Estimate::is_finite);
        match &estimate {
            Some(estimate) => self.fill_effect(&mut row, estimate),
            None => row.effect = EffectCell::Message(words.not_pooled.to_string()),
        }
        rows.push(row);
        if estimate.is_none()
            && let Some(reason) = &pooled.reason
        {
            rows.push(Row::new(RowKind::Text, reason.clone(), group));
        }
        if let Some((lower, upper)) = pooled
            .prediction
            .filter(|p| p.0.is_finite() && p.1.is_finite())
        {
            rows.push(self.prediction(lower, upper, group));
        }
        let text = |label: &str, value: String| {
            Row::new(RowKind::Text, format!("{label}: {value}"), group)
        };
        match &pooled.heterogeneity {
            Some(h) => rows.push(text(&words.heterogeneity, h.text(&self.forest.frame))),
            None if pooled.k == 1 => {
                rows.push(text(&words.heterogeneity, words.not_applicable.to_string()));
            }
            None => {}
        }
        if let Some(test) = &pooled.test {
            rows.push(text(&words.overall_test, test.text(&self.forest.frame)));
        }
    }

    fn prediction(&self, lower: f64, upper: f64, group: usize) -> Row<'a> {
        let label = fill(
            &self.forest.frame.wording.prediction,
            &[("level", &self.forest.level_text())],
        );
        let mut row = Row::new(RowKind::Prediction, label, group);
        row.effect = EffectCell::Numbers([
            String::new(),
            self.effects.value(lower),
            self.effects.value(upper),
        ]);
        row.estimate = Some(Estimate::new(lower, lower, upper).placed(self.forest.scale));
        row
    }

    fn fill_effect(&self, row: &mut Row<'a>, estimate: &Estimate) {
        row.effect = EffectCell::Numbers([
            self.effects.value(estimate.value),
            self.effects.value(estimate.lower),
            self.effects.value(estimate.upper),
        ]);
        row.estimate = Some(estimate.placed(self.forest.scale));
    }

    fn fill_weight(&self, row: &mut Row<'a>, weight: Option<f64>) {
        row.weight_value = weight.filter(|w| w.is_finite());
        row.weight = row.weight_value.map_or(String::new(), |weight| {
            format!("{}%", self.forest.frame.numbers.fixed(weight, 1))
        });
    }

    fn cells(&self, cells: &[Cell]) -> Vec<(String, String, bool)> {
        let numbers = self.forest.frame.numbers;
        self.decimals
            .iter()
            .enumerate()
            .map(|(i, &decimals)| match cells.get(i) {
                None | Some(Cell::Empty) => (String::new(), String::new(), true),
                Some(Cell::Count(n)) => (n.to_string(), String::new(), true),
                Some(Cell::Percent(v)) => {
                    (format!("{}%", numbers.fixed(*v, 0)), String::new(), true)
                }
                Some(Cell::Number(v)) => (numbers.fixed(*v, decimals), String::new(), true),
                Some(Cell::Marked(v, mark)) => (numbers.fixed(*v, decimals), mark.clone(), true),
                Some(Cell::Text(text)) => (
                    crate::plot::svg::shorten(&crate::plot::svg::clean(text), 40),
                    String::new(),
                    false,
                ),
            })
            .collect()
    }
}

/// Every finite estimate of the plot on the analysis scale.
pub(super) fn all_estimates(forest: &Forest) -> impl Iterator<Item = Estimate> {
    let studies = forest
        .subgroups
        .iter()
        .flat_map(|g| g.studies.iter().map(|s| s.estimate));
    let groups = forest
        .subgroups
        .iter()
        .map(|g| g.pooled.as_ref().and_then(|p| p.estimate));
    let pooled = forest.pooled.iter().map(|p| p.estimate);
    studies
        .chain(groups)
        .chain(pooled)
        .flatten()
        .filter(Estimate::is_finite)
}

/// Decimals the numbers of a column need: up to two, three where all are below 0.1.
pub(super) fn column_decimals(forest: &Forest, column: usize) -> usize {
    let studies = forest
        .subgroups
        .iter()
        .flat_map(|g| g.studies.iter().map(|s| s.cells.get(column)));
    let values: Vec<f64> = studies
        .filter_map(|cell| match cell {
            Some(Cell::Number(v) | Cell::Marked(v, _)) => Some(v.abs()),
            _ => None,
        })
        .filter(|v| v.is_finite())
        .collect();
    let largest = values.iter().copied().fold(0.0, f64::max);
    if largest > 0.0 && largest < 0.1 {
        return 3;
    }
    let needs = |decimals: usize, unit: f64| {
        values
            .iter()
            .any(|v| (v * unit - (v * unit).round()).abs() > 1e-6)
            .then_some(decimals)
    };
    needs(2, 10.0).or_else(|| needs(1, 1.0)).unwrap_or(0)
}
