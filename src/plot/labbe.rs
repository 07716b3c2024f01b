//! The L'Abbé plot: risk in one arm against risk in the other (L'Abbé et al. 1987).

use super::chart::{self, Chart, Labelled, POINT, Range, Swatch};
use super::figure::{DataTable, Figure, Frame, finish};
use super::palette::{AXIS, POOLED};
use super::svg::{Drawing, Stroke};
use super::wording::fill;

/// One study with binary outcomes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LabbePoint {
    /// Study name.
    pub label: String,
    /// Risk in the control arm, 0 to 1.
    pub control: f64,
    /// Risk in the experimental arm, 0 to 1.
    pub experimental: f64,
    /// Weight, any unit.
    pub weight: Option<f64>,
    /// Address of the effect.
    pub address: Option<String>,
}

/// The pooled effect, drawn as a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RiskCurve {
    /// Risk ratio (not its logarithm).
    RiskRatio(f64),
    /// Odds ratio (not its logarithm).
    OddsRatio(f64),
    /// Risk difference.
    RiskDifference(f64),
}

impl RiskCurve {
    /// The experimental risk that the pooled effect makes of a control risk.
    fn at(self, control: f64) -> f64 {
        match self {
            Self::RiskRatio(ratio) => ratio * control,
            Self::OddsRatio(ratio) => ratio * control / (1.0 - control + ratio * control),
            Self::RiskDifference(difference) => control + difference,
        }
    }
}

/// Everything a L'Abbé plot shows.
#[derive(Clone, Debug, Default)]
pub struct Labbe {
    /// Id, title, language.
    pub frame: Frame,
    /// Name of the control arm.
    pub control: String,
    /// Name of the experimental arm.
    pub experimental: String,
    /// Studies.
    pub points: Vec<LabbePoint>,
    /// Pooled effect with its label, such as "Pooled risk ratio 0.49".
    pub pooled: Option<(RiskCurve, String)>,
    /// Footnotes.
    pub notes: Vec<String>,
}

const SIDE: f64 = 400.0;
const EQUAL: Stroke = Stroke::solid(AXIS, 1.2);
const CURVE: Stroke = Stroke::dashed(POOLED, 1.8, "7 4");

impl Labbe {
    /// Draws the figure. Both axes run from 0 to the same limit, at most 1.
    pub fn draw(&self) -> Figure {
        let mut drawing = Drawing::new(&self.frame.id);
        let in_range = |v: f64| (0.0..=1.0).contains(&v);
        let shown: Vec<&LabbePoint> = self
            .points
            .iter()
            .filter(|p| in_range(p.control) && in_range(p.experimental))
            .collect();
        let chart = self.chart(&shown);
        chart.grid(&mut drawing);
        chart.open_clip(&mut drawing);
        self.lines(&mut drawing, &chart);
        drawing.close();
        let points = self.points(&chart, &shown);
        chart::draw_points(&mut drawing, &points);
        chart::place_labels(&mut drawing, &chart, &points);
        let (control, experimental) = (self.risk(&self.control), self.risk(&self.experimental));
        let y = chart.axes(&mut drawing, &control, &experimental);
        let y = chart.legend(&mut drawing, &self.legend(), y);
        let size = chart.close(&mut drawing, &self.notes, y);
        let pooled = self.pooled.as_ref();
        let label = pooled.map_or(String::new(), |p| format!(" {}.", p.1));
        let k = shown.len();
        let description = format!("{control}; {experimental}; k = {k}.{label}");
        finish(drawing, &self.frame, size, &description, self.table())
    }

    fn chart(&self, shown: &[&LabbePoint]) -> Chart {
        let most = shown
            .iter()
            .fold(0.0_f64, |m, p| m.max(p.control).max(p.experimental));
        let range = Range {
            low: 0.0,
            high: if most > 0.0 {
                (most * 1.05).min(1.0)
            } else {
                1.0
            },
            log: false,
        };
        Chart::new(&self.frame, range, range, (SIDE, SIDE), false).with_air_below_zero()
    }

    /// "Risk in control".
    fn risk(&self, arm: &str) -> String {
        fill(&self.frame.wording.risk_in, &[("arm", arm)])
    }

    fn legend(&self) -> Vec<(Swatch, String)> {
        let words = &self.frame.wording;
        let mut entries = vec![
            (Swatch::Dot(POINT), words.studies_by_weight.to_string()),
            (Swatch::Line(EQUAL), words.no_effect.to_string()),
        ];
        let pooled = self.pooled.iter();
        entries.extend(pooled.map(|(_, label)| (Swatch::Line(CURVE), label.clone())));
        entries
    }

    fn lines(&self, drawing: &mut Drawing, chart: &Chart) {
        let end = chart.x.high.min(chart.y.high);
        let (x1, y1) = chart.at(0.0, 0.0);
        let (x2, y2) = chart.at(end, end);
        drawing.line(x1, y1, x2, y2, &EQUAL);
        if let Some((curve, _)) = &self.pooled {
            let steps = (0..=60).map(|i| chart.x.high * f64::from(i) / 60.0);
            let points: Vec<(f64, f64)> = steps
                .map(|x| (x, curve.at(x)))
                .filter(|p| (0.0..=1.0).contains(&p.1))
                .map(|p| chart.at(p.0, p.1))
                .collect();
            drawing.polyline(&points, &CURVE);
        }
    }

    fn points(&self, chart: &Chart, shown: &[&LabbePoint]) -> Vec<Labelled> {
        let largest = chart::largest_weight(self.points.iter().map(|p| p.weight));
        let mut points: Vec<(f64, Labelled)> = shown
            .iter()
            .map(|p| {
                let (x, y) = chart.at(p.control, p.experimental);
                let detail = format!(
                    "{} {}; {} {}",
                    self.experimental,
                    self.percent(p.experimental),
                    self.control,
                    self.percent(p.control)
                );
                let radius = chart::weight_radius(p.weight, largest);
                (
                    (p.control - p.experimental).abs(),
                    Labelled {
                        x,
                        y,
                        radius,
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

    fn percent(&self, risk: f64) -> String {
        format!("{}%", self.frame.numbers.significant(risk * 100.0, 3))
    }

    fn table(&self) -> DataTable {
        let words = &self.frame.wording;
        let mut table = DataTable::new(&[
            words.study.to_string(),
            self.risk(&self.experimental),
            self.risk(&self.control),
            words.weight.to_string(),
        ]);
        for p in &self.points {
            let weight = p
                .weight
                .map_or(String::new(), |w| self.frame.numbers.significant(w, 3));
            table.push(&[
                p.label.clone(),
                self.percent(p.experimental),
                self.percent(p.control),
                weight,
            ]);
        }
        table
    }
}
