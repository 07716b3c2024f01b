//! The radial (Galbraith) plot: standardised effect against precision (Galbraith 1988).
//!
//! The slope from the origin to a point is its effect; the scale at the right edge reads it off.

use super::axis::{Axis, Scale};
use super::chart::{self, Chart, Labelled, POINT, Range, Swatch};
use super::estimate::EffectText;
use super::figure::{DataTable, Figure, Frame, finish};
use super::palette::{AXIS, POOLED, STRIPE};
use super::svg::{Drawing, Paint, Stroke, TextStyle};
use super::text_width::{text_width, wrap};

/// One study.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RadialPoint {
    /// Study name.
    pub label: String,
    /// Effect on the analysis scale.
    pub value: f64,
    /// Standard error, above zero.
    pub standard_error: f64,
    /// Address of the effect.
    pub address: Option<String>,
}

/// Everything a radial plot shows.
#[derive(Clone, Debug, Default)]
pub struct Radial {
    /// Id, title, language.
    pub frame: Frame,
    /// Name of the effect measure.
    pub measure: String,
    /// Scale of the effects.
    pub scale: Scale,
    /// Studies.
    pub points: Vec<RadialPoint>,
    /// Common-effect estimate: the line through the origin, with parallel lines 1.96 above and below.
    pub centre: Option<f64>,
    /// Footnotes.
    pub notes: Vec<String>,
}

const LINE: Stroke = Stroke::solid(POOLED, 1.6);
const LIMIT: Stroke = Stroke::dashed(AXIS, 1.1, "4 3");
const Z: f64 = 1.959_963_984_540_054;

impl Radial {
    /// Draws the figure.
    pub fn draw(&self) -> Figure {
        let mut drawing = Drawing::new(&self.frame.id);
        let shown: Vec<&RadialPoint> = self
            .points
            .iter()
            .filter(|p| {
                p.value.is_finite() && p.standard_error.is_finite() && p.standard_error > 0.0
            })
            .collect();
        let chart = self.chart(&shown);
        chart.grid(&mut drawing);
        chart.open_clip(&mut drawing);
        self.lines(&mut drawing, &chart);
        drawing.close();
        self.effect_scale(&mut drawing, &chart);
        let points = self.points(&chart, &shown);
        chart::draw_points(&mut drawing, &points);
        chart::place_labels(&mut drawing, &chart, &points);
        let words = &self.frame.wording;
        let y = chart.axes(&mut drawing, &words.precision, &words.z_score);
        let mut entries = vec![(Swatch::Dot(POINT), words.studies.to_string())];
        if self.centre.is_some() {
            entries.push((Swatch::Line(LINE), words.pooled_effect.to_string()));
            entries.push((
                Swatch::Line(LIMIT),
                format!("± {}", self.frame.numbers.fixed(Z, 2)),
            ));
        }
        let y = chart.legend(&mut drawing, &entries, y);
        let size = chart.close(&mut drawing, &self.notes, y);
        let centre = self.centre.map_or(String::new(), |c| {
            format!(
                " {}: {}.",
                words.pooled_effect,
                self.effects(&shown).value(c)
            )
        });
        let description = format!("{}; k = {}.{centre}", self.measure, shown.len());
        finish(drawing, &self.frame, size, &description, self.table(&shown))
    }

    fn chart(&self, shown: &[&RadialPoint]) -> Chart {
        let precise = shown
            .iter()
            .map(|p| 1.0 / p.standard_error)
            .fold(0.0, f64::max);
        let precise = if precise > 0.0 { precise * 1.05 } else { 1.0 };
        let scores = shown.iter().map(|p| p.value / p.standard_error);
        let line = self
            .centre
            .into_iter()
            .flat_map(|c| [c * precise + Z, c * precise - Z]);
        let y = Range::around(scores.chain(line).chain([-2.0, 2.0]), false);
        let x = Range {
            low: 0.0,
            high: precise,
            log: false,
        };
        let mut chart = Chart::new(&self.frame, x, y, (chart::WIDTH, chart::HEIGHT), false);
        let labels = self
            .effect_axis(&chart)
            .ticks
            .iter()
            .map(|t| text_width(&t.label, chart::FONT, false))
            .fold(0.0, f64::max);
        chart.right_room = 16.0 + labels + 40.0;
        chart
    }

    fn lines(&self, drawing: &mut Drawing, chart: &Chart) {
        let end = chart.x.high;
        let zero = chart.y.pixel(0.0);
        drawing.line(
            chart.left,
            zero,
            chart.left + chart.width,
            zero,
            &Stroke::solid(AXIS, 1.0),
        );
        if let Some(centre) = self.centre {
            let band: Vec<(f64, f64)> = [
                (0.0, Z),
                (end, centre * end + Z),
                (end, centre * end - Z),
                (0.0, -Z),
            ]
            .map(|p| chart.at(p.0, p.1))
            .to_vec();
            drawing.polygon(&band, &Paint::fill(STRIPE));
            for shift in [-Z, Z] {
                let (a, b) = (chart.at(0.0, shift), chart.at(end, centre * end + shift));
                drawing.line(a.0, a.1, b.0, b.1, &LIMIT);
            }
            let (a, b) = (chart.at(0.0, 0.0), chart.at(end, centre * end));
            drawing.line(a.0, a.1, b.0, b.1, &LINE);
        }
    }

    /// The scale of effects at the right edge: a line from the origin through a study meets it at the study's effect.
    fn effect_scale(&self, drawing: &mut Drawing, chart: &Chart) {
        let right = chart.left + chart.width;
        drawing.line(
            right,
            chart.top,
            right,
            chart.top + chart.height,
            &Stroke::solid(AXIS, 1.2),
        );
        let mut last = f64::INFINITY;
        for tick in &self.effect_axis(chart).ticks {
            let y = chart.y.pixel(tick.at * chart.x.high);
            let inside = y >= chart.top - 0.5 && y <= chart.top + chart.height + 0.5;
            // Slopes may reach beyond what a ratio can be; labels that would touch are left out.
            if inside && last - y >= 15.0 {
                last = y;
                drawing.line(right, y, right + 5.0, y, &Stroke::solid(AXIS, 1.2));
                drawing.text(
                    right + 8.0,
                    y + 4.2,
                    &TextStyle::plain(chart::FONT),
                    &tick.label,
                );
            }
        }
        let title = TextStyle::plain(chart::FONT)
            .bold()
            .anchored(super::svg::Anchor::Middle)
            .upwards();
        let text = wrap(&self.measure, chart::FONT, true, chart.height, 1).concat();
        drawing.text(
            chart.page_width() - 8.0,
            chart.top + chart.height / 2.0,
            &title,
            &text,
        );
    }

    /// Round effects within the slopes that reach the right edge.
    fn effect_axis(&self, chart: &Chart) -> Axis {
        let scale = if self.scale.is_ratio() {
            Scale::Log
        } else {
            Scale::Linear
        };
        let (low, high) = (chart.y.low / chart.x.high, chart.y.high / chart.x.high);
        Axis::new(scale, low, high, chart.height, self.frame.numbers)
    }

    fn points(&self, chart: &Chart, shown: &[&RadialPoint]) -> Vec<Labelled> {
        let text = self.effects(shown);
        let mut points: Vec<(f64, Labelled)> = shown
            .iter()
            .map(|p| {
                let (precision, score) = (1.0 / p.standard_error, p.value / p.standard_error);
                let (x, y) = chart.at(precision, score);
                let off = (score - self.centre.unwrap_or(0.0) * precision).abs();
                let detail = text.value(p.value);
                (
                    off,
                    Labelled {
                        x,
                        y,
                        radius: 4.5,
                        name: p.label.clone(),
                        detail,
                        address: p.address.clone(),
                    },
                )
            })
            .collect();
        points.sort_by(|a, b| b.0.total_cmp(&a.0));
        points.into_iter().map(|p| p.1).collect()
    }

    fn effects(&self, shown: &[&RadialPoint]) -> EffectText<'_> {
        let values: Vec<f64> = shown.iter().map(|p| p.value).collect();
        EffectText::for_values(self.scale, &values, &self.frame)
    }

    fn table(&self, shown: &[&RadialPoint]) -> DataTable {
        let words = &self.frame.wording;
        let text = self.effects(shown);
        let mut table = DataTable::new(&[
            &words.study,
            &words.estimate,
            &words.precision,
            &words.z_score,
        ]);
        for p in shown {
            let number = |v: f64| self.frame.numbers.significant(v, 3);
            table.push(&[
                p.label.clone(),
                text.value(p.value),
                number(1.0 / p.standard_error),
                number(p.value / p.standard_error),
            ]);
        }
        table
    }
}
