//! The funnel plot, contour-enhanced.
//!
//! x is the effect, y the standard error with zero at the top. Contours show the two-sided p-value of each place against the
//! null (Peters et al. 2008); pseudo limits are centred on the pooled effect and do not add τ² (Sterne et al. 2011).

use std::fmt::Write as _;

use super::axis::Scale;
use super::chart::{self, Chart, HOLLOW, POINT, Range, Swatch};
use super::estimate::EffectText;
use super::figure::{DataTable, Figure, Frame, finish};
use super::palette::{AXIS, INK, PAGE, PREDICTION};
use super::svg::{Drawing, Paint, Stroke};
use super::wording::fill;

/// One study in a funnel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FunnelPoint {
    /// Study name.
    pub label: String,
    /// Effect on the analysis scale.
    pub value: f64,
    /// Standard error, or another measure of imprecision that is zero for an infinitely large study.
    pub standard_error: f64,
    /// Imputed by trim and fill: drawn hollow.
    pub filled: bool,
    /// Address of the effect.
    pub address: Option<String>,
}

/// The line of a regression of effect on standard error.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AsymmetryLine {
    /// Effect at standard error zero (analysis scale).
    pub intercept: f64,
    /// Change of the effect by unit of standard error.
    pub slope: f64,
    /// Name, k and p of the test: "Egger's test, k = 13, P = 0.45".
    pub label: String,
}

/// Everything a funnel plot shows.
#[derive(Clone, Debug, Default)]
pub struct Funnel {
    /// Id, title, language.
    pub frame: Frame,
    /// Name of the effect measure.
    pub measure: String,
    /// Scale of the effects.
    pub scale: Scale,
    /// Studies.
    pub points: Vec<FunnelPoint>,
    /// Pooled effect in the middle of the pseudo limits; usually the common-effect estimate.
    pub centre: Option<f64>,
    /// The null; contours are drawn around it when given.
    pub null: Option<f64>,
    /// Regression line.
    pub asymmetry: Option<AsymmetryLine>,
    /// Name of the y axis; empty means "Standard error".
    pub y_title: String,
    /// Caption lines: k, why no test was made.
    pub notes: Vec<String>,
}

/// Two-sided p = 0.10, 0.05, 0.01.
const CONTOURS: [f64; 3] = [
    1.644_853_626_951_472_6,
    1.959_963_984_540_054,
    2.575_829_303_548_901,
];
const BEYOND: &str = "#e9edf1";
const MIDDLE: &str = "#d3dae1";
const NEAR: &str = "#b3bec9";

impl Funnel {
    /// Draws the figure.
    pub fn draw(&self) -> Figure {
        let mut drawing = Drawing::new(&self.frame.id);
        let chart = self.chart();
        self.contours(&mut drawing, &chart);
        chart.open_clip(&mut drawing);
        self.lines(&mut drawing, &chart);
        drawing.close();
        self.points(&mut drawing, &chart);
        let y_title = if self.y_title.trim().is_empty() {
            &self.frame.wording.standard_error
        } else {
            self.y_title.as_str()
        };
        let mut y = chart.axes(&mut drawing, &self.x_title(), y_title);
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

    fn shown(&self) -> impl Iterator<Item = &FunnelPoint> {
        self.points.iter().filter(|p| {
            p.value.is_finite() && p.standard_error.is_finite() && p.standard_error >= 0.0
        })
    }

    fn chart(&self) -> Chart {
        let deepest = self.shown().map(|p| p.standard_error).fold(0.0, f64::max);
        let deepest = if deepest > 0.0 { deepest * 1.06 } else { 1.0 };
        let values = self.shown().map(|p| p.value);
        // The funnel's own foot is seen, so that contours are read as a funnel.
        let feet = self
            .centre
            .into_iter()
            .flat_map(|c| [c - 1.96 * deepest, c + 1.96 * deepest]);
        let x = Range::around(values.chain(feet).chain(self.null), self.scale.is_ratio());
        let y = Range {
            low: 0.0,
            high: deepest,
            log: false,
        };
        let mut chart = Chart::new(&self.frame, x, y, (chart::WIDTH, chart::HEIGHT), true);
        // The axis ends a little below the least precise study, not at the next round number.
        chart.y.ticks.retain(|tick| tick.at <= deepest);
        chart.y.high = deepest;
        chart
    }

    fn x_title(&self) -> String {
        if self.scale.is_ratio() {
            fill(&self.frame.wording.log_scale, &[("measure", &self.measure)])
        } else {
            self.measure.clone()
        }
    }

    fn contours(&self, drawing: &mut Drawing, chart: &Chart) {
        let Some(null) = self.null else {
            chart.grid(drawing);
            return;
        };
        chart.background(drawing, BEYOND);
        chart.open_clip(drawing);
        for (z, fill) in CONTOURS.into_iter().zip([PAGE, NEAR, MIDDLE]).rev() {
            let deep = chart.y.high;
            let points = [
                chart.at(null, 0.0),
                chart.at(null + z * deep, deep),
                chart.at(null - z * deep, deep),
            ];
            drawing.polygon(&points, &Paint::fill(fill));
        }
        drawing.close();
    }

    fn lines(&self, drawing: &mut Drawing, chart: &Chart) {
        let deep = chart.y.high;
        if let Some(null) = self.null {
            let (x, top) = chart.at(null, 0.0);
            drawing.line(x, top, x, top + chart.height, &Stroke::solid(AXIS, 1.2));
        }
        if let Some(centre) = self.centre {
            let (x, top) = chart.at(centre, 0.0);
            drawing.line(x, top, x, top + chart.height, &PSEUDO);
            for side in [-CONTOURS[1], CONTOURS[1]] {
                let (x2, y2) = chart.at(centre + side * deep, deep);
                drawing.line(x, top, x2, y2, &PSEUDO);
            }
        }
        if let Some(line) = &self.asymmetry {
            let (x1, y1) = chart.at(line.intercept, 0.0);
            let (x2, y2) = chart.at(line.intercept + line.slope * deep, deep);
            drawing.line(x1, y1, x2, y2, &EGGER);
        }
    }

    fn points(&self, drawing: &mut Drawing, chart: &Chart) {
        let text = self.effects();
        for point in self.shown() {
            let (x, y) = chart.at(point.value, point.standard_error);
            let se = self.frame.numbers.significant(point.standard_error, 3);
            let tooltip = format!("{}: {} (SE {se})", point.label, text.value(point.value));
            drawing.open_group("point", Some(&tooltip), point.address.as_deref());
            drawing.circle(x, y, 4.5, if point.filled { &HOLLOW } else { &POINT });
            drawing.close();
        }
    }

    fn effects(&self) -> EffectText<'_> {
        let values: Vec<f64> = self.shown().map(|p| p.value).collect();
        EffectText::for_values(self.scale, &values, &self.frame)
    }

    fn legend(&self) -> Vec<(Swatch, String)> {
        let words = &self.frame.wording;
        let mut entries = vec![(Swatch::Dot(POINT), words.studies.to_string())];
        if self.points.iter().any(|p| p.filled) {
            entries.push((Swatch::Dot(HOLLOW), words.filled.to_string()));
        }
        if self.centre.is_some() {
            entries.push((Swatch::Line(PSEUDO), words.pseudo_limits.to_string()));
        }
        if let Some(line) = &self.asymmetry {
            let label = if line.label.trim().is_empty() {
                words.egger.to_string()
            } else {
                line.label.clone()
            };
            entries.push((Swatch::Line(EGGER), label));
        }
        if self.null.is_some() {
            let d = self.frame.numbers.decimal;
            let outline = Stroke::solid(AXIS, 0.8);
            for (fill, text) in [
                (PAGE, "P > 0.10"),
                (NEAR, "0.05–0.10"),
                (MIDDLE, "0.01–0.05"),
                (BEYOND, "P < 0.01"),
            ] {
                let text = text.replace('.', &d.to_string());
                entries.push((Swatch::Area(Paint::outlined(fill, outline)), text));
            }
        }
        entries
    }

    fn description(&self) -> String {
        let words = &self.frame.wording;
        let text = self.effects();
        let mut out = format!(
            "{}; k = {}.",
            self.measure,
            self.shown().filter(|p| !p.filled).count()
        );
        if let Some(centre) = self.centre {
            let centre = text.value(centre);
            let limits = fill(&words.pseudo_limits_around, &[("centre", &centre)]);
            let _ = write!(out, " {limits}.");
        }
        let filled = self.points.iter().filter(|p| p.filled).count();
        if filled > 0 {
            let _ = write!(out, " {}: {filled}.", words.filled);
        }
        if let Some(line) = &self.asymmetry {
            let _ = write!(out, " {}.", line.label);
        }
        for note in &self.notes {
            let _ = write!(out, " {note}");
        }
        out
    }

    fn table(&self) -> DataTable {
        let words = &self.frame.wording;
        let text = self.effects();
        let mut table = DataTable::new(&[
            &words.study,
            &words.estimate,
            &words.standard_error,
            &words.filled,
        ]);
        for point in self.shown() {
            let se = self.frame.numbers.significant(point.standard_error, 3);
            let filled = if point.filled { "✓" } else { "" };
            table.push(&[
                point.label.clone(),
                text.value(point.value),
                se,
                filled.to_owned(),
            ]);
        }
        table
    }
}

const PSEUDO: Stroke = Stroke::dashed(INK, 1.1, "2 3");
const EGGER: Stroke = Stroke::dashed(PREDICTION, 1.8, "7 4");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_gives_the_centre_as_what_the_limits_stand_around() {
        let funnel = Funnel {
            measure: "Mean difference".to_owned(),
            centre: Some(-12.1),
            ..Funnel::default()
        };
        let told = funnel.description();
        assert!(told.contains("95% pseudo limits around −12.10."), "{told}");
    }
}
