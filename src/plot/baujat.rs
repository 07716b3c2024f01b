//! The Baujat plot: which studies make the heterogeneity, and which move the result (Baujat et al. 2002).

use super::chart::{self, Chart, Labelled, Range};
use super::figure::{DataTable, Figure, Frame, finish};
use super::legend;
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
        let shown = || {
            self.points
                .iter()
                .filter(|p| p.heterogeneity.is_finite() && p.influence.is_finite())
        };
        let (most_x, most_y) = shown().fold((0.0_f64, 0.0_f64), |m, p| {
            (m.0.max(p.heterogeneity), m.1.max(p.influence))
        });
        let range = |most: f64| Range {
            low: 0.0,
            high: if most > 0.0 { most * 1.08 } else { 1.0 },
            log: false,
        };
        let chart = Chart::new(
            &self.frame,
            range(most_x),
            range(most_y),
            (chart::WIDTH, chart::HEIGHT),
            false,
        )
        .with_air_below_zero();
        chart.grid(&mut drawing);
        let mut points: Vec<Labelled> = shown()
            .map(|p| {
                let (x, y) = chart.at(p.heterogeneity, p.influence);
                let detail = format!(
                    "{}; {}",
                    self.number(p.heterogeneity),
                    self.number(p.influence)
                );
                Labelled {
                    x,
                    y,
                    radius: 4.5,
                    name: p.label.clone(),
                    detail,
                    address: p.address.clone(),
                }
            })
            .collect();
        // The furthest to the upper right first: these names matter most.
        points.sort_by(|a, b| (b.x - b.y).total_cmp(&(a.x - a.y)));
        chart::draw_points(&mut drawing, &points);
        chart::place_labels(&mut drawing, &chart, &points);
        let words = &self.frame.wording;
        let x_title = if self.x_title.trim().is_empty() {
            words.residual.as_ref()
        } else {
            &self.x_title
        };
        let y = chart.axes(&mut drawing, x_title, &words.influence);
        let width = chart.page_width();
        let y = legend::notes(
            &mut drawing,
            &self.notes,
            chart::MARGIN,
            y,
            width - 2.0 * chart::MARGIN,
        );
        let mut table = DataTable::new(&[words.study.as_ref(), x_title, &words.influence]);
        for p in &self.points {
            table.push(vec![
                p.label.clone(),
                self.number(p.heterogeneity),
                self.number(p.influence),
            ]);
        }
        let first = points
            .first()
            .map_or(String::new(), |p| format!(" {}: {}.", p.name, p.detail));
        let description = format!(
            "{x_title}; {}; k = {}.{first}",
            words.influence,
            points.len()
        );
        finish(
            drawing,
            &self.frame,
            (width, y + chart::MARGIN - 6.0),
            &description,
            table,
        )
    }

    fn number(&self, value: f64) -> String {
        self.frame.numbers.significant(value, 3)
    }
}
