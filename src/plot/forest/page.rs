//! The whole forest plot, from header to footnotes.

use super::columns::{Columns, FONT, LABEL_LINES, LINE, MARGIN, SMALL, TextColumn, bracketed};
use super::input::{Forest, ForestLayout, StudyMark};
use super::rows::{EffectCell, Row, RowKind, RowMaker, all_estimates};
use crate::plot::axis::{Axis, Scale, robust_limits};
use crate::plot::figure::{DataTable, Figure, finish};
use crate::plot::number::Bracket;
use crate::plot::palette::{AXIS, BAND, GRID, INK, POOLED, RULE, SOFT_INK, STRIPE, SUBGROUP};
use crate::plot::svg::{Anchor, Drawing, Paint, Stroke, TextStyle};
use crate::plot::text_width::{widest, wrap};
use crate::plot::wording::fill;
use crate::plot::{legend, svg};

use super::marks;

/// Rows above this many are set tighter.
const MANY_ROWS: usize = 40;

/// A row with its place.
struct Placed<'a> {
    row: Row<'a>,
    /// Wrapped label or text.
    lines: Vec<String>,
    top: f64,
    height: f64,
}

impl Placed<'_> {
    fn middle(&self) -> f64 {
        self.top + self.height / 2.0
    }
}

/// What the parts of the page share.
struct Page<'a> {
    forest: &'a Forest,
    columns: Columns,
    rows: Vec<Placed<'a>>,
    axis: Axis,
    /// Rule under the header.
    header_end: f64,
    /// Height of an ordinary row.
    row_height: f64,
    /// The axis line.
    axis_y: f64,
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

    fn null_placed(&self) -> Option<f64> {
        self.null
            .filter(|v| v.is_finite())
            .map(|v| self.scale.placed(v))
    }
}

fn draw(forest: &Forest) -> Figure {
    let maker = RowMaker::new(forest);
    let rows = maker.rows();
    let columns = Columns::new(forest, &rows);
    let table = data_table(forest, &rows);
    let description = description(forest, &maker, &rows);
    let axis = axis(forest, &columns);
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

/// Limits that hold the null, the pooled results and most studies, with room for favours labels on both sides of the null.
fn axis(forest: &Forest, columns: &Columns) -> Axis {
    let placed = |e: &crate::plot::estimate::Estimate| e.placed(forest.scale);
    let studies: Vec<_> = forest
        .subgroups
        .iter()
        .flat_map(|g| g.studies.iter().filter_map(|s| s.estimate))
        .filter(crate::plot::estimate::Estimate::is_finite)
        .map(|e| placed(&e))
        .collect();
    let bounds: Vec<(f64, f64)> = studies.iter().map(|e| (e.lower, e.upper)).collect();
    let values: Vec<f64> = studies.iter().map(|e| e.value).collect();
    let mut must: Vec<f64> = forest.null_placed().into_iter().collect();
    for pooled in forest
        .subgroups
        .iter()
        .filter_map(|g| g.pooled.as_ref())
        .chain(&forest.pooled)
    {
        if let Some(e) = pooled
            .estimate
            .filter(crate::plot::estimate::Estimate::is_finite)
        {
            let e = placed(&e);
            must.extend([e.lower, e.upper]);
        }
    }
    let (mut low, mut high) = robust_limits(&bounds, &values, &must);
    if let Some(null) = forest.null_placed()
        && forest.favours.is_some()
    {
        let (below, above) = (null - low, high - null);
        low = low.min(null - 0.35 * above);
        high = high.max(null + 0.35 * below);
    }
    Axis::new(
        forest.scale,
        low,
        high,
        columns.plot_width,
        &forest.frame.numbers,
    )
    .placed(columns.plot_x, columns.plot_width)
}

impl<'a> Page<'a> {
    fn head_lines(&self) -> usize {
        let c = &self.columns;
        let texts = [&c.label, &c.effect]
            .into_iter()
            .chain(&c.data)
            .chain(&c.bias)
            .chain(&c.weight);
        texts.map(|column| column.heading.len()).max().unwrap_or(1)
    }

    fn header_height(&self) -> f64 {
        let groups = self.columns.groups.iter().map(|g| g.lines.len() + g.below);
        let groups = groups.max().map_or(0.0, |lines| lines as f64 * LINE + 6.0);
        let favours = self.favours_above().map_or(0, |f| f.0.len().max(f.1.len()));
        let own = self.head_lines().max(favours) as f64 * LINE;
        own.max(groups) + 8.0
    }

    /// Favours labels of the JAMA layout, wrapped to their side of the null within the plot.
    fn favours_above(&self) -> Option<(Vec<String>, Vec<String>)> {
        let favours = self
            .forest
            .favours
            .as_ref()
            .filter(|_| self.forest.layout == ForestLayout::Jama)?;
        let (start, end) = (
            self.columns.plot_x,
            self.columns.plot_x + self.columns.plot_width,
        );
        let x = self.null_x();
        Some((
            self.favour(&favours.low, x - 8.0 - start),
            self.favour(&favours.high, end - x + 8.0),
        ))
    }

    fn favour(&self, arm: &str, room: f64) -> Vec<String> {
        let text = fill(&self.forest.frame.wording.favours, &[("arm", arm)]);
        wrap(&text, SMALL, false, room.clamp(50.0, 220.0), 4)
    }

    /// Widens the page a little where the right favours label would else break.
    fn make_room_for_favours(&mut self) {
        if let Some(favours) = self
            .forest
            .favours
            .as_ref()
            .filter(|_| self.forest.layout == ForestLayout::RevMan)
        {
            let lines = self.favour(&favours.high, 160.0);
            let needed = self.null_x() + 8.0 + widest(&lines, SMALL, false) + MARGIN + 1.0;
            self.columns.total = self.columns.total.max(needed);
        }
    }

    /// The null line, or the middle of the plot.
    fn null_x(&self) -> f64 {
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

    fn header(&self, drawing: &mut Drawing) {
        let base = self.header_end - 8.0;
        let bold = TextStyle::plain(FONT).bold();
        let c = &self.columns;
        heading(drawing, &c.label, c.label.x, base, &bold);
        for column in c.data.iter().chain(&c.weight) {
            if column.numeric {
                heading(
                    drawing,
                    column,
                    column.x + column.width / 2.0,
                    base,
                    &bold.anchored(Anchor::Middle),
                );
            } else {
                heading(drawing, column, column.x, base, &bold);
            }
        }
        let middle = c.effect.x + c.effect.width / 2.0;
        heading(
            drawing,
            &c.effect,
            middle,
            base,
            &bold.anchored(Anchor::Middle),
        );
        for column in &c.bias {
            let style = TextStyle::plain(SMALL).bold().anchored(Anchor::Middle);
            heading(drawing, column, column.x + column.width / 2.0, base, &style);
        }
        self.group_headings(drawing);
        if let Some((low, high)) = self.favours_above() {
            self.favours(
                drawing,
                &low,
                &high,
                base - (low.len().max(high.len()) as f64 - 1.0) * LINE,
            );
        }
        let right = c.total - MARGIN;
        drawing.line(
            MARGIN,
            self.header_end,
            right,
            self.header_end,
            &Stroke::solid(INK, 1.2),
        );
    }

    fn group_headings(&self, drawing: &mut Drawing) {
        let style = TextStyle::plain(FONT).bold().anchored(Anchor::Middle);
        for group in &self.columns.groups {
            let x = group.x + group.width / 2.0;
            let rule = self.header_end - 8.0 - group.below as f64 * LINE - 1.0;
            for (i, line) in group.lines.iter().rev().enumerate() {
                drawing.text(x, rule - 5.0 - i as f64 * LINE, &style, line);
            }
            drawing.line(
                group.x,
                rule,
                group.x + group.width,
                rule,
                &Stroke::solid(RULE, 1.0),
            );
        }
    }

    /// Favours labels around the null, first baselines at `y`.
    fn favours(&self, drawing: &mut Drawing, low: &[String], high: &[String], y: f64) {
        let x = self.null_x();
        let style = TextStyle::plain(SMALL).coloured(SOFT_INK);
        for (i, line) in low.iter().enumerate() {
            drawing.text(
                x - 8.0,
                y + i as f64 * LINE,
                &style.anchored(Anchor::End),
                line,
            );
        }
        for (i, line) in high.iter().enumerate() {
            drawing.text(x + 8.0, y + i as f64 * LINE, &style, line);
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
        self.label(drawing, placed);
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
            text.push_str(&format!(": {effect}"));
        }
        if !row.weight.is_empty() {
            text.push_str(&format!(
                "; {} {}",
                self.forest.frame.wording.weight, row.weight
            ));
        }
        text
    }

    fn label(&self, drawing: &mut Drawing, placed: &Placed<'_>) {
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
                marks::diamond(drawing, &self.axis, &estimate, y, height * 0.5, false)
            }
            RowKind::Pooled => {
                marks::diamond(drawing, &self.axis, &estimate, y, height * 0.62, true)
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

    /// Axis, favours labels, axis title, legend and notes; gives the lowest y.
    fn footer(&self, drawing: &mut Drawing) -> f64 {
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
            drawing.text((left + right) / 2.0, y, &label.bold(), &line);
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

/// Heading lines, the last one on the baseline `base`.
fn heading(drawing: &mut Drawing, column: &TextColumn, x: f64, base: f64, style: &TextStyle) {
    for (i, line) in column.heading.iter().rev().enumerate() {
        drawing.text(x, base - i as f64 * LINE, style, line);
    }
}

fn description(forest: &Forest, maker: &RowMaker<'_>, rows: &[Row<'_>]) -> String {
    let words = &forest.frame.wording;
    let k = rows
        .iter()
        .filter(|row| row.kind == RowKind::Study)
        .count()
        .to_string();
    let mut text = fill(
        &words.forest_description,
        &[("k", &k), ("measure", &forest.measure)],
    );
    for row in rows {
        match row.kind {
            RowKind::Pooled | RowKind::SubgroupPooled | RowKind::Prediction => {
                let group = (row.kind == RowKind::SubgroupPooled)
                    .then(|| {
                        forest
                            .subgroups
                            .get(row.subgroup)
                            .and_then(|g| g.heading.clone())
                    })
                    .flatten()
                    .map_or(String::new(), |heading| format!("{heading}, "));
                let label = format!("{group}{}", row.label);
                let effect = row.effect_text(forest);
                text.push(' ');
                text.push_str(&fill(
                    &words.pooled_description,
                    &[("label", &label), ("effect", &effect)],
                ));
            }
            RowKind::Text => text.push_str(&format!(" {}.", row.label.trim_end_matches('.'))),
            _ => {}
        }
    }
    if let Some(favours) = &forest.favours {
        let low = fill(&words.favours, &[("arm", &favours.low)]);
        let high = fill(&words.favours, &[("arm", &favours.high)]);
        text.push_str(&format!(" ← {low}; {high} →."));
    }
    debug_assert!(all_estimates(forest).count() == 0 || maker.effects().scale == forest.scale);
    svg::clean(&text)
}

fn data_table(forest: &Forest, rows: &[Row<'_>]) -> DataTable {
    let words = &forest.frame.wording;
    let grouped = forest.subgroups.iter().any(|g| g.heading.is_some());
    let mut header: Vec<String> = Vec::new();
    if grouped {
        header.push(words.subgroup.to_string());
    }
    header.push(if forest.study_heading.trim().is_empty() {
        words.study.to_string()
    } else {
        forest.study_heading.clone()
    });
    for group in &forest.columns {
        header.extend(
            group
                .columns
                .iter()
                .map(|c| format!("{} {c}", group.heading).trim().to_owned()),
        );
    }
    header.extend(
        [&words.estimate, &words.lower, &words.upper, &words.weight].map(ToString::to_string),
    );
    let domains = forest.bias.iter().flat_map(|b| &b.domains);
    header.extend(domains.map(|d| d.code.clone()));
    let data = forest.columns.iter().map(|g| g.columns.len()).sum();
    let mut table = DataTable::new(&header);
    for row in rows {
        let mut cells = Vec::new();
        match row.kind {
            RowKind::Study | RowKind::Pooled | RowKind::SubgroupPooled | RowKind::Prediction => {}
            _ => continue,
        }
        if grouped {
            cells.push(
                forest
                    .subgroups
                    .get(row.subgroup)
                    .and_then(|g| g.heading.clone())
                    .unwrap_or_default(),
            );
        }
        cells.push(row.label.clone());
        cells.extend((0..data).map(|i| {
            row.cells
                .get(i)
                .map_or(String::new(), |c| format!("{}{}", c.0, c.1))
        }));
        match &row.effect {
            EffectCell::Empty => cells.extend([String::new(), String::new(), String::new()]),
            EffectCell::Message(text) => cells.extend([text.clone(), String::new(), String::new()]),
            EffectCell::Numbers(parts) => cells.extend(parts.clone()),
        }
        cells.push(row.weight.clone());
        cells.extend(
            row.bias
                .iter()
                .map(|level| level.as_ref().map_or(String::new(), |l| l.name.clone())),
        );
        table.push(cells);
    }
    table
}
