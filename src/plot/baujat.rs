//! The Baujat plot: which studies make the heterogeneity, and which move the result (Baujat et al. 2002).

use super::chart::{self, Chart, Labelled, Range};
use super::figure::{DataTable, Figure, Frame, finish};
use super::svg::Drawing;

/// One study.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BaujatPoint {
    /// Study name.
    pub label: String,
    /// Squared Pearson residual (or the contribution to Q).
    pub heterogeneity: f64,
    /// Squared, standardised change of the pooled effect when the study is left out.
    pub influence: f64,
    /// Address of the values.
    pub address: Option<String>,
}

/// Everything a Baujat plot shows.
#[derive(Clone, Debug, Default)]
pub struct Baujat {
    /// Id, title, language.
    pub frame: Frame,
    /// Studies.
    pub points: Vec<BaujatPoint>,
    /// Name of the x axis; empty means "Squared Pearson residual".
    pub x_title: String,
    /// Footnotes.
    pub notes: Vec<String>,
}

impl Baujat {
    /// Draws the figure. Names that find no room are in the table and the tooltips.
    pub fn draw(&self) -> Figure {
        let mut drawing = Drawing::new(&self.frame.id);
        let chart = self.chart();
        chart.grid(&mut drawing);
        let points = self.points(&chart);
        chart::draw_points(&mut drawing, &points);
        chart::place_labels(&mut drawing, &chart, &points);
        let words = &self.frame.wording;
        let y = chart.axes(&mut drawing, self.x_title(), &words.influence);
        let size = chart.close(&mut drawing, &self.notes, y);
        let first = points
            .first()
            .map_or(String::new(), |p| format!(" {}: {}.", p.name, p.detail));
        let k = points.len();
        let description = format!("{}; {}; k = {k}.{first}", self.x_title(), words.influence);
        finish(drawing, &self.frame, size, &description, self.table())
    }

    fn x_title(&self) -> &str {
        if self.x_title.trim().is_empty() {
            &self.frame.wording.residual
        } else {
            &self.x_title
        }
    }

    fn shown(&self) -> impl Iterator<Item = &BaujatPoint> {
        self.points
            .iter()
            .filter(|p| p.heterogeneity.is_finite() && p.influence.is_finite())
    }

    fn chart(&self) -> Chart {
        let range = |value: fn(&BaujatPoint) -> f64| {
            let most = self.shown().map(value).fold(0.0, f64::max);
            Range {
                low: 0.0,
                high: if most > 0.0 { most * 1.08 } else { 1.0 },
                log: false,
            }
        };
        let (x, y) = (range(|p| p.heterogeneity), range(|p| p.influence));
        Chart::new(&self.frame, x, y, (chart::WIDTH, chart::HEIGHT), false).with_air_below_zero()
    }

    /// The furthest to the upper right first: these names matter most.
    fn points(&self, chart: &Chart) -> Vec<Labelled> {
        let mut points: Vec<Labelled> = self
            .shown()
            .map(|p| {
                let (x, y) = chart.at(p.heterogeneity, p.influence);
                let (heterogeneity, influence) =
                    (self.number(p.heterogeneity), self.number(p.influence));
                Labelled {
                    x,
                    y,
                    radius: 4.5,
                    name: p.label.clone(),
                    detail: format!("{heterogeneity}; {influence}"),
                    address: p.address.clone(),
                }
            })
            .collect();
        points.sort_by(|a, b| (b.x - b.y).total_cmp(&(a.x - a.y)));
        points
    }

    fn table(&self) -> DataTable {
        let words = &self.frame.wording;
        let mut table = DataTable::new(&[&words.study, self.x_title(), &words.influence]);
        for p in &self.points {
            let (heterogeneity, influence) =
                (self.number(p.heterogeneity), self.number(p.influence));
            table.push(&[p.label.clone(), heterogeneity, influence]);
        }
        table
    }

    fn number(&self, value: f64) -> String {
        self.frame.numbers.significant(value, 3)
    }
}
