//! The bubble plot of a meta-regression.

use std::fmt::Write as _;

use super::axis::Scale;
use super::chart::{self, Chart, Labelled, POINT, Range, Swatch};
use super::estimate::{EffectText, Estimate};
use super::figure::{DataTable, Figure, Frame, finish};
use super::palette::{AXIS, INTERVAL};
use super::svg::{Drawing, Paint, Stroke};
use super::wording::fill;

/// One study in a bubble plot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BubblePoint {
    /// Study name.
    pub label: String,
    /// Covariate; for a categorical one the index of its category.
    pub x: f64,
    /// Effect on the analysis scale.
    pub value: f64,
    /// Weight, any unit; the area is proportional to it.
    pub weight: Option<f64>,
    /// Address of the effect.
    pub address: Option<String>,
}

/// The fitted effect at one value of the covariate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FittedEffect {
    /// Covariate.
    pub x: f64,
    /// Fitted effect with its confidence limits (analysis scale).
    pub estimate: Estimate,
    /// Prediction limits.
    pub prediction: Option<(f64, f64)>,
}

/// Everything a bubble plot shows.
#[derive(Clone, Debug, Default)]
pub struct Bubble {
    /// Id, title, language.
    pub frame: Frame,
    /// Name of the effect measure.
    pub measure: String,
    /// Scale of the effects.
    pub scale: Scale,
    /// Confidence level, percent; 0 means 95.
    pub level: f64,
    /// No difference.
    pub null: Option<f64>,
    /// Name of the covariate.
    pub covariate: String,
    /// Names of categories; empty for a continuous covariate.
    pub categories: Vec<String>,
    /// Studies.
    pub points: Vec<BubblePoint>,
    /// The line, left to right: 30 or more points within the range of the data; for categories one mean each.
    pub fit: Vec<FittedEffect>,
    /// Caption: slope with interval, p, R².
    pub notes: Vec<String>,
}

const PREDICTION_BAND: &str = "#eef2f6";
const CONFIDENCE_BAND: &str = "#d2dee9";
const LINE: Stroke = Stroke::solid(INTERVAL, 2.2);

impl Bubble {
    /// Draws the figure.
    pub fn draw(&self) -> Figure {
        let mut drawing = Drawing::new(&self.frame.id);
        let chart = self.chart();
        chart.open_clip(&mut drawing);
        if self.categories.is_empty() {
            self.bands(&mut drawing, &chart);
        }
        chart.grid(&mut drawing);
        self.null_and_fit(&mut drawing, &chart);
        drawing.close();
        let points = self.points(&chart);
        chart::draw_points(&mut drawing, &points);
        chart::place_labels(&mut drawing, &chart, &points);
        let mut y = chart.axes(&mut drawing, &self.covariate, &self.y_title());
        y = chart.legend(&mut drawing, &self.legend(), y);
        let size = chart.close(&mut drawing, &self.notes, y);
        finish(
            drawing,
            &self.frame,
            size,
            &self.description(),
            self.table(),
        )
    }

    fn shown(&self) -> impl Iterator<Item = (usize, &BubblePoint)> {
        self.points
            .iter()
            .enumerate()
            .filter(|(_, p)| p.x.is_finite() && p.value.is_finite())
    }

    fn chart(&self) -> Chart {
        let place = |v: f64| self.scale.placed(v);
        let fits = self
            .fit
            .iter()
            .flat_map(|f| [f.estimate.lower, f.estimate.upper]);
        let values = self
            .shown()
            .map(|(_, p)| p.value)
            .chain(fits)
            .chain(self.null);
        let y = Range::around(values.map(place), self.scale.is_ratio());
        let x = Range::around(self.shown().map(|(_, p)| p.x), false);
        let chart = Chart::new(&self.frame, x, y, (chart::WIDTH, chart::HEIGHT), false);
        if self.categories.is_empty() {
            chart
        } else {
            chart.with_categories(&self.categories)
        }
    }

    fn y_title(&self) -> String {
        if self.scale.is_ratio() {
            fill(&self.frame.wording.log_scale, &[("measure", &self.measure)])
        } else {
            self.measure.clone()
        }
    }

    /// Prediction band, then the confidence band over it.
    fn bands(&self, drawing: &mut Drawing, chart: &Chart) {
        let at = |x: f64, y: f64| chart.at(x, self.scale.placed(y));
        let mut band = |limits: Vec<(f64, f64, f64)>, fill| {
            let mut points: Vec<(f64, f64)> =
                limits.iter().map(|&(x, lower, _)| at(x, lower)).collect();
            points.extend(limits.iter().rev().map(|&(x, _, upper)| at(x, upper)));
            if points.len() > 3 {
                drawing.polygon(&points, &Paint::fill(fill));
            }
        };
        band(
            self.fit
                .iter()
                .filter_map(|f| f.prediction.map(|p| (f.x, p.0, p.1)))
                .collect(),
            PREDICTION_BAND,
        );
        band(
            self.fit
                .iter()
                .map(|f| (f.x, f.estimate.lower, f.estimate.upper))
                .collect(),
            CONFIDENCE_BAND,
        );
    }

    fn null_and_fit(&self, drawing: &mut Drawing, chart: &Chart) {
        if let Some(null) = self.null {
            let y = chart.y.pixel(self.scale.placed(null));
            drawing.line(
                chart.left,
                y,
                chart.left + chart.width,
                y,
                &Stroke::solid(AXIS, 1.2),
            );
        }
        let at = |x: f64, y: f64| chart.at(x, self.scale.placed(y));
        if self.categories.is_empty() {
            let line: Vec<(f64, f64)> =
                self.fit.iter().map(|f| at(f.x, f.estimate.value)).collect();
            drawing.polyline(&line, &LINE);
            return;
        }
        for f in &self.fit {
            let (from, until) = (
                at(f.x - 0.3, f.estimate.value),
                at(f.x + 0.3, f.estimate.value),
            );
            let (top, bottom) = (at(f.x, f.estimate.upper).1, at(f.x, f.estimate.lower).1);
            drawing.rect(
                from.0,
                top,
                until.0 - from.0,
                bottom - top,
                &Paint::fill(CONFIDENCE_BAND),
            );
            drawing.line(from.0, from.1, until.0, until.1, &LINE);
        }
    }

    /// Points, furthest from the line first, so that outliers get their names.
    fn points(&self, chart: &Chart) -> Vec<Labelled> {
        let largest = chart::largest_weight(self.points.iter().map(|p| p.weight));
        let text = self.effects();
        let mut points: Vec<(f64, Labelled)> = self
            .shown()
            .map(|(i, p)| {
                // A fixed pattern in place of random jitter.
                let jitter = if self.categories.is_empty() {
                    0.0
                } else {
                    ((i * 7 % 11) as f64 - 5.0) * 0.045
                };
                let (x, y) = chart.at(p.x + jitter, self.scale.placed(p.value));
                let labelled = Labelled {
                    x,
                    y,
                    radius: chart::weight_radius(p.weight, largest),
                    name: p.label.clone(),
                    detail: format!(
                        "{} = {}; {}",
                        self.covariate,
                        self.x_text(p.x),
                        text.value(p.value)
                    ),
                    address: p.address.clone(),
                };
                (self.distance(p), labelled)
            })
            .collect();
        points.sort_by(|a, b| b.0.total_cmp(&a.0));
        points.into_iter().map(|p| p.1).collect()
    }

    /// How far a study lies from the fitted effect nearest to it.
    fn distance(&self, point: &BubblePoint) -> f64 {
        let nearest = self
            .fit
            .iter()
            .min_by(|a, b| (a.x - point.x).abs().total_cmp(&(b.x - point.x).abs()));
        nearest.map_or(0.0, |f| (f.estimate.value - point.value).abs())
    }

    fn x_text(&self, x: f64) -> String {
        let category = self
            .categories
            .iter()
            .enumerate()
            .find(|(i, _)| (*i as f64 - x).abs() < 0.5);
        category.map_or_else(
            || self.frame.numbers.significant(x, 4),
            |(_, name)| name.clone(),
        )
    }

    fn effects(&self) -> EffectText<'_> {
        let values: Vec<f64> = self.shown().map(|(_, p)| p.value).collect();
        EffectText::for_values(self.scale, &values, &self.frame)
    }

    fn legend(&self) -> Vec<(Swatch, String)> {
        let words = &self.frame.wording;
        let level = if self.level > 0.0 { self.level } else { 95.0 };
        let level = self.frame.numbers.fixed(level, 0);
        let mut entries = vec![(Swatch::Dot(POINT), words.studies_by_weight.to_string())];
        if !self.fit.is_empty() {
            entries.push((
                Swatch::Area(Paint::fill(CONFIDENCE_BAND)),
                fill(&words.confidence_band, &[("level", &level)]),
            ));
        }
        if self.categories.is_empty() && self.fit.iter().any(|f| f.prediction.is_some()) {
            entries.push((
                Swatch::Area(Paint::outlined(PREDICTION_BAND, Stroke::solid(AXIS, 0.6))),
                fill(&words.prediction_band, &[("level", &level)]),
            ));
        }
        entries
    }

    fn description(&self) -> String {
        let mut text = format!(
            "{}; {}; k = {}.",
            self.measure,
            self.covariate,
            self.shown().count()
        );
        for note in &self.notes {
            let _ = write!(text, " {note}");
        }
        text
    }

    fn table(&self) -> DataTable {
        let words = &self.frame.wording;
        let text = self.effects();
        let mut table = DataTable::new(&[
            words.study.as_ref(),
            &self.covariate,
            &words.estimate,
            &words.weight,
        ]);
        for (_, p) in self.shown() {
            let weight = p
                .weight
                .map_or(String::new(), |w| self.frame.numbers.significant(w, 3));
            table.push(&[
                p.label.clone(),
                self.x_text(p.x),
                text.value(p.value),
                weight,
            ]);
        }
        table
    }
}
