//! The whole forest plot, from header to footnotes.

use std::fmt::Write as _;

use super::columns::{Columns, FONT, LABEL_LINES, LINE, MARGIN, SMALL, bracketed};
use super::input::{Forest, ForestLayout, StudyMark};
use super::rows::{EffectCell, Row, RowKind, RowMaker};
use crate::plot::axis::Axis;
use crate::plot::figure::{Figure, finish};
use crate::plot::legend;
use crate::plot::number::Bracket;
use crate::plot::palette::{AXIS, BAND, GRID, INK, POOLED, RULE, SOFT_INK, STRIPE, SUBGROUP};
use crate::plot::svg::{Anchor, Drawing, Paint, Stroke, TextStyle};
use crate::plot::text_width::wrap;

use super::{limits, marks, summary};

/// Rows above this many are set tighter.
const MANY_ROWS: usize = 40;

/// A row with its place.
pub(super) struct Placed<'a> {
    pub row: Row<'a>,
    /// Wrapped label or text.
    pub lines: Vec<String>,
    pub top: f64,
    pub height: f64,
}

impl Placed<'_> {
    fn middle(&self) -> f64 {
        self.top + self.height / 2.0
    }
}

/// What the parts of the page share.
pub(super) struct Page<'a> {
    pub forest: &'a Forest,
    pub columns: Columns,
    pub rows: Vec<Placed<'a>>,
    pub axis: Axis,
    /// Rule under the header.
    pub header_end: f64,
    /// Height of an ordinary row.
    pub row_height: f64,
    /// The axis line.
    pub axis_y: f64,
}

impl Forest {
    /// Draws the figure.
    pub fn draw(&self) -> Figure {
        if self.layout == ForestLayout::Jama {
            return draw(&super::arm_cells::joined(self));
        }
        draw(self)
    }

    /// The confidence level as text, `95`.
    pub(super) fn level_text(&self) -> String {
        let level = if self.level > 0.0 { self.level } else { 95.0 };
        let decimals = usize::from((level - level.round()).abs() > 1e-9);
        self.frame.numbers.fixed(level, decimals)
    }

    pub(super) fn null_placed(&self) -> Option<f64> {
        self.null
            .filter(|v| v.is_finite())
            .map(|v| self.scale.placed(v))
    }
}

fn draw(forest: &Forest) -> Figure {
    let maker = RowMaker::new(forest);
    let rows = maker.rows();
    let columns = Columns::new(forest, &rows);
    let table = summary::data_table(forest, &rows);
    let description = summary::description(forest, &rows);
    let axis = limits::axis(forest, &columns);
    let mut page = Page {
        forest,
        axis,
        rows: Vec::new(),
        header_end: 0.0,
        row_height: if rows.len() > MANY_ROWS { 17.0 } else { 21.0 },
        axis_y: 0.0,
        columns,
    };
    page.make_room_for_favours();
    page.header_end = page.header_height() + MARGIN;
    page.place(rows);
    let mut drawing = Drawing::new(&forest.frame.id);
    page.backdrop(&mut drawing);
    page.header(&mut drawing);
    page.body(&mut drawing);
    let bottom = page.footer(&mut drawing);
    let size = (page.columns.total, bottom + MARGIN - 4.0);
    finish(drawing, &forest.frame, size, &description, table)
}

impl<'a> Page<'a> {
    /// The null line, or the middle of the plot.
    pub(super) fn null_x(&self) -> f64 {
        match self.forest.null_placed() {
            Some(null) => self.axis.clamped(null),
            None => self.columns.plot_x + self.columns.plot_width / 2.0,
        }
    }

    /// Gives every row its lines and its place.
    fn place(&mut self, rows: Vec<Row<'a>>) {
        let mut y = self.header_end + 4.0;
        for row in rows {
            let (lines, height) = self.row_lines(&row);
            self.rows.push(Placed {
                row,
                lines,
                top: y,
                height,
            });
            y += height;
        }
        self.axis_y = y + 8.0;
    }

    fn row_lines(&self, row: &Row<'a>) -> (Vec<String>, f64) {
        let room = self.columns.text_room();
        match row.kind {
            RowKind::Gap => (Vec::new(), 10.0),
            RowKind::Rule => (Vec::new(), 8.0),
            RowKind::Text => {
                let lines = wrap(&row.label, SMALL, false, room, 8);
                let height = lines.len() as f64 * LINE + 3.0;
                (lines, height)
            }
            RowKind::Heading | RowKind::Break => {
                let lines = wrap(&row.label, FONT, true, room, 4);
                let height = self.height_of(lines.len()).max(21.0);
                (lines, height)
            }
            _ => {
                let lines = wrap(
                    &row.label,
                    FONT,
                    row.is_bold(),
                    self.columns.label.width + 0.01,
                    LABEL_LINES,
                );
                let height = self.height_of(lines.len());
                (lines, height)
            }
        }
    }

    /// Height of a row whose label takes some lines; several lines get a little air.
    fn height_of(&self, lines: usize) -> f64 {
        if lines > 1 {
            self.row_height.max(19.0) + (lines as f64 - 1.0) * LINE
        } else {
            self.row_height
        }
    }

    /// Stripes, grid, band of unimportant effects, null line, pooled lines.
    fn backdrop(&self, drawing: &mut Drawing) {
        let (top, bottom) = (self.header_end, self.axis_y);
        let (left, right) = (MARGIN - 6.0, self.columns.total - MARGIN + 6.0);
        let mut odd = false;
        for placed in &self.rows {
            odd = placed.row.kind == RowKind::Study && !odd;
            if placed.row.kind == RowKind::Study && !odd {
                drawing.rect(
                    left,
                    placed.top,
                    right - left,
                    placed.height,
                    &Paint::fill(STRIPE),
                );
            }
        }
        if let Some((from, until)) = self.forest.unimportant {
            let x1 = self.axis.clamped(self.forest.scale.placed(from));
            let x2 = self.axis.clamped(self.forest.scale.placed(until));
            drawing.rect(
                x1.min(x2),
                top,
                (x2 - x1).abs(),
                bottom - top,
                &Paint::fill(BAND),
            );
        }
        for tick in &self.axis.ticks {
            let x = self.axis.pixel(tick.at);
            drawing.line(x, top, x, bottom, &Stroke::solid(GRID, 1.0));
        }
        if self.forest.null_placed().is_some() {
            let x = self.null_x();
            drawing.line(x, top, x, bottom, &Stroke::solid(AXIS, 1.2));
        }
        self.pooled_lines(drawing);
    }

    /// A dashed line at a pooled estimate, over the rows it pools.
    fn pooled_lines(&self, drawing: &mut Drawing) {
        let studies = || self.rows.iter().filter(|p| p.row.kind == RowKind::Study);
        let Some(first) = studies().next() else {
            return;
        };
        let mut line = |value: f64, from: f64, until: f64, color| {
            if self.axis.holds(value) {
                let x = self.axis.pixel(value);
                drawing.line(x, from, x, until, &Stroke::dashed(color, 1.0, "4 3"));
            }
        };
        if let Some(reference) = self.forest.reference {
            line(
                self.forest.scale.placed(reference),
                first.top,
                self.axis_y,
                POOLED,
            );
        }
        for pooled in self
            .rows
            .iter()
            .filter(|p| p.row.kind == RowKind::SubgroupPooled)
        {
            let own = studies().find(|p| p.row.subgroup == pooled.row.subgroup);
            if let (Some(estimate), Some(own)) = (pooled.row.estimate, own) {
                line(estimate.value, own.top, pooled.middle(), SUBGROUP);
            }
        }
        let overall = self.rows.iter().find(|p| p.row.kind == RowKind::Pooled);
        if let Some((estimate, y)) = overall.and_then(|p| p.row.estimate.map(|e| (e, p.middle()))) {
            line(estimate.value, first.top, y, POOLED);
        }
    }

    fn body(&self, drawing: &mut Drawing) {
        let largest = self
            .rows
            .iter()
            .filter(|p| p.row.kind == RowKind::Study)
            .filter_map(|p| p.row.weight_value)
            .fold(0.0, f64::max);
        for placed in &self.rows {
            self.row(drawing, placed, largest);
        }
    }

    fn row(&self, drawing: &mut Drawing, placed: &Placed<'_>, largest: f64) {
        let row = &placed.row;
        let right = self.columns.total - MARGIN;
        match row.kind {
            RowKind::Gap => return,
            RowKind::Rule => {
                let y = placed.middle();
                drawing.line(MARGIN, y, right, y, &Stroke::solid(RULE, 1.0));
                return;
            }
            RowKind::Break => {
                let y = placed.top + 2.0;
                drawing.line(MARGIN, y, right, y, &Stroke::dashed(INK, 1.0, "6 3"));
            }
            _ => {}
        }
        let tooltip = self.tooltip(row);
        drawing.open_group("row", Some(&tooltip), row.address);
        Self::label(drawing, placed);
        self.cells(drawing, placed);
        self.effect(drawing, placed);
        self.mark(drawing, placed, largest);
        let middle = placed.middle();
        for (column, level) in self.columns.bias.iter().zip(row.bias) {
            if let Some(level) = level {
                let x = column.x + column.width / 2.0;
                legend::bias_mark(
                    drawing,
                    level,
                    x,
                    middle,
                    7.5,
                    self.forest.frame.bias_palette,
                );
            }
        }
        drawing.close();
    }

    fn tooltip(&self, row: &Row<'_>) -> String {
        let mut text = row.label.clone();
        let effect = row.effect_text(self.forest);
        if !effect.is_empty() {
            let _ = write!(text, ": {effect}");
        }
        if !row.weight.is_empty() {
            let _ = write!(
                text,
                "; {} {}",
                self.forest.frame.wording.weight, row.weight
            );
        }
        text
    }

    fn label(drawing: &mut Drawing, placed: &Placed<'_>) {
        let small = placed.row.kind == RowKind::Text;
        let mut style = TextStyle::plain(if small { SMALL } else { FONT });
        style.bold = placed.row.is_bold();
        if small || matches!(placed.row.kind, RowKind::Prediction | RowKind::Break) {
            style.fill = SOFT_INK;
        }
        let first = placed.middle() - (placed.lines.len() as f64 - 1.0) * LINE / 2.0 + 4.4;
        for (i, line) in placed.lines.iter().enumerate() {
            drawing.text(MARGIN, first + i as f64 * LINE, &style, line);
        }
    }

    fn cells(&self, drawing: &mut Drawing, placed: &Placed<'_>) {
        let y = placed.middle() + 4.4;
        let mut style = TextStyle::plain(FONT);
        style.bold = placed.row.is_bold();
        for (column, (text, mark, _)) in self.columns.data.iter().zip(&placed.row.cells) {
            if column.numeric {
                let end = column.x + column.number_end;
                drawing.text(end, y, &style.anchored(Anchor::End), text);
                drawing.text(end, y, &style, mark);
            } else {
                drawing.text(column.x, y, &style, text);
            }
        }
        if let Some(column) = &self.columns.weight {
            let end = column.x + column.number_end;
            drawing.text(end, y, &style.anchored(Anchor::End), &placed.row.weight);
        }
    }

    fn effect(&self, drawing: &mut Drawing, placed: &Placed<'_>) {
        let y = placed.middle() + 4.4;
        let mut style = TextStyle::plain(FONT);
        style.bold = placed.row.is_bold();
        if placed.row.kind == RowKind::Prediction {
            style.fill = SOFT_INK;
        }
        match &placed.row.effect {
            EffectCell::Empty => {}
            EffectCell::Message(text) => {
                let x = self.columns.effect.x + self.columns.effect.width / 2.0;
                drawing.text(x, y, &style.anchored(Anchor::Middle), text);
            }
            EffectCell::Numbers(parts) => {
                let [value, lower, upper] = bracketed(self.forest, parts);
                let places = self.columns.places;
                let end = style.anchored(Anchor::End);
                drawing.text(places.value_end, y, &end, &value);
                drawing.text(places.lower_end, y, &end, &lower);
                let to = match self.forest.frame.numbers.bracket {
                    Bracket::RoundTo => self.forest.frame.wording.to.as_ref(),
                    Bracket::SquareComma => "",
                };
                if let Some(x) = places.rest_start {
                    drawing.text(x, y, &style, &format!("{to} {upper}"));
                } else {
                    drawing.text(places.to_middle, y, &style.anchored(Anchor::Middle), to);
                    drawing.text(places.upper_end, y, &end, &upper);
                }
            }
        }
    }

    fn mark(&self, drawing: &mut Drawing, placed: &Placed<'_>, largest: f64) {
        let Some(estimate) = placed.row.estimate else {
            return;
        };
        let y = placed.middle();
        let height = self.row_height;
        match placed.row.kind {
            RowKind::Study => {
                let side = self.side(placed.row.weight_value, largest);
                marks::study(drawing, &self.axis, &estimate, y, side);
            }
            RowKind::SubgroupPooled => {
                marks::diamond(drawing, &self.axis, &estimate, y, height * 0.5, false);
            }
            RowKind::Pooled => {
                marks::diamond(drawing, &self.axis, &estimate, y, height * 0.62, true);
            }
            RowKind::Prediction => marks::prediction(drawing, &self.axis, &estimate, y),
            _ => {}
        }
    }

    /// Side of a square whose area is proportional to the weight.
    fn side(&self, weight: Option<f64>, largest: f64) -> f64 {
        let most = 0.70 * self.row_height;
        match weight {
            Some(weight) if self.forest.mark == StudyMark::Weighted && largest > 0.0 => {
                (most * (weight.max(0.0) / largest).sqrt()).max(0.18 * self.row_height)
            }
            _ => 0.4 * self.row_height,
        }
    }
}
