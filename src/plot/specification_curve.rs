//! The specification curve: every defensible analysis, sorted by its estimate, over the choices that make it.

use std::fmt::Write as _;

use super::axis::{Axis, Scale};
use super::estimate::{EffectText, Estimate};
use super::figure::{DataTable, Figure, Frame, finish};
use super::legend;
use super::palette::{AXIS, GRID, INK, INTERVAL, POOLED, PREDICTION, RULE, STRIPE, STUDY};
use super::svg::{Anchor, Drawing, Paint, Stroke, TextStyle};
use super::text_width::{text_width, widest, wrap};
use super::wording::fill;

/// One choice every analysis has to make: the model, the correlation, the studies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Name of the choice.
    pub name: String,
    /// What can be chosen.
    pub options: Vec<String>,
}

/// One analysis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Specification {
    /// The option taken for each choice, as an index; `None` where the choice does not arise.
    pub taken: Vec<Option<usize>>,
    /// Pooled effect; analyses without one are counted, not drawn.
    pub estimate: Option<Estimate>,
    /// Whether it is the analysis of the protocol.
    pub main: bool,
    /// Address of the estimate.
    pub address: Option<String>,
}

/// Everything a specification curve shows.
#[derive(Clone, Debug, Default)]
pub struct SpecificationCurve {
    /// Id, title, language.
    pub frame: Frame,
    /// Name of the effect measure.
    pub measure: String,
    /// Scale of the effects.
    pub scale: Scale,
    /// No difference.
    pub null: Option<f64>,
    /// Choices, in the order of [`Specification::taken`].
    pub choices: Vec<Choice>,
    /// Analyses in any order; drawn by rising estimate.
    pub specifications: Vec<Specification>,
    /// Footnotes.
    pub notes: Vec<String>,
}

const MARGIN: f64 = 16.0;
const FONT: f64 = 12.0;
const PANEL: f64 = 220.0;
const WIDTH: f64 = 560.0;
const ROW: f64 = 19.0;
const LABEL_CAP: f64 = 230.0;

/// Left edge and width of the columns, and the axis of the upper panel.
struct Layout {
    left: f64,
    width: f64,
    count: usize,
    axis: Axis,
}

impl Layout {
    fn x(&self, index: usize) -> f64 {
        self.left + (index as f64 + 0.5) / self.count.max(1) as f64 * self.width
    }

    /// Width of one analysis.
    fn step(&self) -> f64 {
        self.width / self.count.max(1) as f64
    }
}

impl SpecificationCurve {
    /// Draws the figure.
    pub fn draw(&self) -> Figure {
        let mut drawing = Drawing::new(&self.frame.id);
        let sorted = self.sorted();
        let layout = self.layout(&sorted);
        self.panel(&mut drawing, &layout);
        for (i, (specification, estimate)) in sorted.iter().enumerate() {
            self.estimate(&mut drawing, &layout, i, specification, estimate);
        }
        let y = self.matrix(&mut drawing, &layout, &sorted, MARGIN + PANEL + 18.0);
        let width = layout.left + layout.width + MARGIN;
        let y = self.main_legend(&mut drawing, y + 6.0);
        let y = legend::notes(&mut drawing, &self.notes, MARGIN, y, width - 2.0 * MARGIN);
        finish(
            drawing,
            &self.frame,
            (width, y + MARGIN - 6.0),
            &self.description(&sorted),
            self.table(&sorted),
        )
    }

    fn sorted(&self) -> Vec<(&Specification, Estimate)> {
        let finite = |s: &Specification| s.estimate.filter(Estimate::is_finite);
        let mut sorted: Vec<(&Specification, Estimate)> = self
            .specifications
            .iter()
            .filter_map(|s| finite(s).map(|e| (s, e)))
            .collect();
        sorted.sort_by(|a, b| a.1.value.total_cmp(&b.1.value));
        sorted
    }

    fn layout(&self, sorted: &[(&Specification, Estimate)]) -> Layout {
        let placed = |v: f64| self.scale.placed(v);
        let values: Vec<f64> = sorted
            .iter()
            .flat_map(|(_, e)| [e.lower, e.upper])
            .chain(self.null)
            .map(placed)
            .collect();
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let axis = Axis::new(self.scale, low, high, PANEL, self.frame.numbers);
        let ticks = axis
            .ticks
            .iter()
            .map(|t| text_width(&t.label, FONT, false))
            .fold(0.0, f64::max)
            + 40.0;
        let labels = self.choices.iter().flat_map(|c| {
            let names = c
                .options
                .iter()
                .map(|o| widest(&wrap(o, FONT, false, LABEL_CAP, 2), FONT, false) + 12.0);
            names.chain([widest(&wrap(&c.name, FONT, true, LABEL_CAP, 2), FONT, true)])
        });
        let left = MARGIN + labels.fold(ticks, f64::max) + 14.0;
        let width = (sorted.len() as f64 * 4.0)
            .max(WIDTH)
            .min(WIDTH.max(sorted.len() as f64 * 18.0).min(900.0));
        Layout {
            left,
            width,
            count: sorted.len(),
            axis: axis.placed(MARGIN + PANEL, -PANEL),
        }
    }

    fn panel(&self, drawing: &mut Drawing, layout: &Layout) {
        let right = layout.left + layout.width;
        let label = TextStyle::plain(FONT).anchored(Anchor::End);
        for tick in &layout.axis.ticks {
            let y = layout.axis.pixel(tick.at);
            drawing.line(layout.left, y, right, y, &Stroke::solid(GRID, 1.0));
            drawing.text(layout.left - 8.0, y + 4.2, &label, &tick.label);
        }
        if let Some(null) = self.null {
            let y = layout.axis.clamped(self.scale.placed(null));
            drawing.line(layout.left, y, right, y, &Stroke::solid(AXIS, 1.2));
        }
        drawing.line(
            layout.left,
            MARGIN,
            layout.left,
            MARGIN + PANEL,
            &Stroke::solid(AXIS, 1.2),
        );
        let title = if self.scale.is_ratio() {
            fill(&self.frame.wording.log_scale, &[("measure", &self.measure)])
        } else {
            self.measure.clone()
        };
        let text = wrap(&title, FONT, true, PANEL, 1).concat();
        let style = TextStyle::plain(FONT)
            .bold()
            .anchored(Anchor::Middle)
            .upwards();
        drawing.text(MARGIN + 10.0, MARGIN + PANEL / 2.0, &style, &text);
    }

    fn estimate(
        &self,
        drawing: &mut Drawing,
        layout: &Layout,
        index: usize,
        specification: &Specification,
        estimate: &Estimate,
    ) {
        let x = layout.x(index);
        let e = estimate.placed(self.scale);
        let color = if specification.main {
            PREDICTION
        } else {
            INTERVAL
        };
        let width = if specification.main {
            2.4
        } else {
            (layout.step() * 0.4).clamp(0.6, 1.4)
        };
        let tooltip = format!(
            "{}: {}",
            self.chosen(specification).join("; "),
            self.effects().estimate(estimate)
        );
        drawing.open_group(
            "specification",
            Some(&tooltip),
            specification.address.as_deref(),
        );
        drawing.line(
            x,
            layout.axis.clamped(e.lower),
            x,
            layout.axis.clamped(e.upper),
            &Stroke::solid(color, width),
        );
        let y = layout.axis.clamped(e.value);
        let radius = (layout.step() * 0.4).clamp(1.6, 4.0);
        if specification.main {
            let r = radius + 2.5;
            drawing.polygon(
                &[(x - r, y), (x, y - r), (x + r, y), (x, y + r)],
                &Paint::outlined(PREDICTION, Stroke::solid(INK, 0.8)),
            );
        } else {
            drawing.circle(
                x,
                y,
                radius,
                &Paint::outlined(STUDY, Stroke::solid(INTERVAL, 0.6)),
            );
        }
        drawing.close();
    }

    /// The rows of options with a mark under every analysis that takes them; gives the y below.
    fn matrix(
        &self,
        drawing: &mut Drawing,
        layout: &Layout,
        sorted: &[(&Specification, Estimate)],
        y: f64,
    ) -> f64 {
        let mut y = y;
        for (c, choice) in self.choices.iter().enumerate() {
            drawing.line(
                MARGIN,
                y,
                layout.left + layout.width,
                y,
                &Stroke::solid(RULE, 1.0),
            );
            y = words(drawing, &choice.name, MARGIN, y, true);
            for (o, option) in choice.options.iter().enumerate() {
                let top = y;
                y = words(drawing, option, MARGIN + 12.0, y, false);
                let middle = f64::midpoint(top, y);
                if o % 2 == 0 {
                    drawing.rect(
                        layout.left,
                        top,
                        layout.width,
                        y - top,
                        &Paint::fill(STRIPE),
                    );
                }
                for (i, (specification, _)) in sorted.iter().enumerate() {
                    if specification.taken.get(c).copied().flatten() == Some(o) {
                        let width = (layout.step() * 0.6).clamp(1.0, 7.0);
                        let fill = if specification.main {
                            PREDICTION
                        } else {
                            POOLED
                        };
                        drawing.rect(
                            layout.x(i) - width / 2.0,
                            middle - 5.5,
                            width,
                            11.0,
                            &Paint::fill(fill),
                        );
                    }
                }
            }
            y += 4.0;
        }
        y
    }

    fn main_legend(&self, drawing: &mut Drawing, y: f64) -> f64 {
        if !self
            .specifications
            .iter()
            .any(|s| s.main && s.estimate.is_some())
        {
            return y;
        }
        let (x, middle) = (MARGIN + 8.0, y + 8.0);
        drawing.polygon(
            &[
                (x - 6.0, middle),
                (x, middle - 6.0),
                (x + 6.0, middle),
                (x, middle + 6.0),
            ],
            &Paint::outlined(PREDICTION, Stroke::solid(INK, 0.8)),
        );
        drawing.text(
            MARGIN + 22.0,
            y + 12.2,
            &TextStyle::plain(FONT),
            &self.frame.wording.main_analysis,
        );
        y + 20.0
    }

    fn effects(&self) -> EffectText<'_> {
        let values: Vec<f64> = self
            .specifications
            .iter()
            .filter_map(|s| s.estimate)
            .filter(Estimate::is_finite)
            .map(|e| e.value)
            .collect();
        EffectText::for_values(self.scale, &values, &self.frame)
    }

    /// The names of the options an analysis takes.
    fn chosen(&self, specification: &Specification) -> Vec<String> {
        let options = self.choices.iter().zip(&specification.taken);
        options
            .map(|(choice, taken)| {
                taken
                    .and_then(|o| choice.options.get(o))
                    .cloned()
                    .unwrap_or_default()
            })
            .collect()
    }

    fn description(&self, sorted: &[(&Specification, Estimate)]) -> String {
        let words = &self.frame.wording;
        let text = self.effects();
        let mut out = format!(
            "{}; {}: {}",
            self.measure,
            words.specification,
            sorted.len()
        );
        if let (Some(first), Some(last)) = (sorted.first(), sorted.last()) {
            let _ = write!(
                out,
                "; {} {} {}",
                text.value(first.1.value),
                words.to,
                text.value(last.1.value)
            );
        }
        if let Some((_, main)) = sorted.iter().find(|(s, _)| s.main) {
            let _ = write!(out, "; {}: {}", words.main_analysis, text.estimate(main));
        }
        out.push('.');
        out
    }

    fn table(&self, sorted: &[(&Specification, Estimate)]) -> DataTable {
        let words = &self.frame.wording;
        let text = self.effects();
        let mut header: Vec<String> = self.choices.iter().map(|c| c.name.clone()).collect();
        header.extend(
            [
                &words.estimate,
                &words.lower,
                &words.upper,
                &words.main_analysis,
            ]
            .map(ToString::to_string),
        );
        let mut table = DataTable::new(&header);
        for (specification, e) in sorted {
            let mut cells = self.chosen(specification);
            cells.resize(self.choices.len(), String::new());
            cells.extend([e.value, e.lower, e.upper].map(|v| text.value(v)));
            cells.push(if specification.main {
                "✓".to_owned()
            } else {
                String::new()
            });
            table.push(&cells);
        }
        table
    }
}

/// Wrapped words of a row; gives the y below them.
fn words(drawing: &mut Drawing, text: &str, x: f64, y: f64, bold: bool) -> f64 {
    let mut style = TextStyle::plain(FONT);
    style.bold = bold;
    let lines = wrap(text, FONT, bold, LABEL_CAP, 2);
    for (i, line) in lines.iter().enumerate() {
        drawing.text(x, y + 13.5 + 15.0 * i as f64, &style, line);
    }
    y + ROW + 15.0 * (lines.len() as f64 - 1.0)
}
