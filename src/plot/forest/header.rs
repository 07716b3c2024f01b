//! The header of a forest plot: column headings, headings over groups of columns, favours labels.

use super::columns::{FONT, LINE, MARGIN, SMALL, TextColumn};
use super::input::ForestLayout;
use super::page::Page;
use crate::plot::palette::{INK, RULE, SOFT_INK};
use crate::plot::svg::{Anchor, Drawing, Stroke, TextStyle};
use crate::plot::text_width::{widest, wrap};
use crate::plot::wording::fill;

impl Page<'_> {
    fn head_lines(&self) -> usize {
        let c = &self.columns;
        let texts = [&c.label, &c.effect]
            .into_iter()
            .chain(&c.data)
            .chain(&c.bias)
            .chain(&c.weight);
        texts.map(|column| column.heading.len()).max().unwrap_or(1)
    }

    pub(super) fn header_height(&self) -> f64 {
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

    pub(super) fn favour(&self, arm: &str, room: f64) -> Vec<String> {
        let text = fill(&self.forest.frame.wording.favours, &[("arm", arm)]);
        wrap(&text, SMALL, false, room.clamp(50.0, 220.0), 4)
    }

    /// Widens the page a little where the right favours label would else break.
    pub(super) fn make_room_for_favours(&mut self) {
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

    pub(super) fn header(&self, drawing: &mut Drawing) {
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
    pub(super) fn favours(&self, drawing: &mut Drawing, low: &[String], high: &[String], y: f64) {
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
}

/// Heading lines, the last one on the baseline `base`.
fn heading(drawing: &mut Drawing, column: &TextColumn, x: f64, base: f64, style: &TextStyle) {
    for (i, line) in column.heading.iter().rev().enumerate() {
        drawing.text(x, base - i as f64 * LINE, style, line);
    }
}
