//! Below the rows of a forest plot: axis, favours labels, axis title, legend, notes.

use super::columns::{LINE, MARGIN, SMALL};
use super::input::ForestLayout;
use super::page::Page;
use crate::plot::axis::Scale;
use crate::plot::legend;
use crate::plot::palette::AXIS;
use crate::plot::svg::{Anchor, Drawing, Stroke, TextStyle};
use crate::plot::text_width::{text_width, wrap};
use crate::plot::wording::fill;

impl Page<'_> {
    /// Axis, favours labels, axis title, legend and notes; gives the lowest y.
    pub(super) fn footer(&self, drawing: &mut Drawing) -> f64 {
        let c = &self.columns;
        let (left, right) = (c.plot_x, c.plot_x + c.plot_width);
        drawing.line(
            left,
            self.axis_y,
            right,
            self.axis_y,
            &Stroke::solid(AXIS, 1.2),
        );
        let label = TextStyle::plain(SMALL).anchored(Anchor::Middle);
        for tick in &self.axis.ticks {
            let x = self.axis.pixel(tick.at);
            drawing.line(
                x,
                self.axis_y,
                x,
                self.axis_y + 5.0,
                &Stroke::solid(AXIS, 1.2),
            );
            // A long first or last label moves inward rather than into its neighbour column.
            let inset = text_width(&tick.label, SMALL, false) / 2.0 - 20.0;
            let x = x.max(left + inset).min(right - inset);
            drawing.text(x, self.axis_y + 18.0, &label, &tick.label);
        }
        let mut y = self.axis_y + 18.0;
        if let Some(favours) = self
            .forest
            .favours
            .as_ref()
            .filter(|_| self.forest.layout == ForestLayout::RevMan)
        {
            let x = self.null_x();
            let low = self.favour(&favours.low, x - 8.0 - MARGIN);
            let high = self.favour(&favours.high, c.total - MARGIN - x - 8.0);
            self.favours(drawing, &low, &high, y + 18.0);
            y += low.len().max(high.len()) as f64 * LINE + 3.0;
        }
        for line in wrap(&self.axis_title(), SMALL, true, c.plot_width, 3) {
            y += LINE + 2.0;
            drawing.text(f64::midpoint(left, right), y, &label.bold(), &line);
        }
        self.below(drawing, y + 10.0)
    }

    fn axis_title(&self) -> String {
        if self.forest.scale == Scale::Log {
            fill(
                &self.forest.frame.wording.log_scale,
                &[("measure", &self.forest.measure)],
            )
        } else {
            self.forest.measure.clone()
        }
    }

    fn below(&self, drawing: &mut Drawing, y: f64) -> f64 {
        let width = self.columns.total - 2.0 * MARGIN;
        let mut y = y;
        if let Some(bias) = &self.forest.bias {
            let judged = self.rows.iter().flat_map(|p| p.row.bias.iter().flatten());
            let levels = legend::distinct_levels(judged);
            y = legend::levels(drawing, &levels, &self.forest.frame, MARGIN, y, width);
            y = legend::domains(drawing, &bias.domains, MARGIN, y, width);
        }
        legend::notes(drawing, &self.forest.notes, MARGIN, y, width)
    }
}
