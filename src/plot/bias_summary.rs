//! The summary of risk of bias: one stacked bar a domain, weighted or not.

use std::fmt::Write as _;

use super::figure::{DataTable, Figure, Frame, finish};
use super::legend;
use super::palette::{AXIS, INK};
use super::svg::{Anchor, Drawing, Stroke, TextStyle};
use super::text_width::{text_width, widest, wrap};
use super::traffic_light::{BiasDomain, BiasLevel, BiasRow};

/// Everything a summary shows.
#[derive(Clone, Debug, Default)]
pub struct BiasSummary {
    /// Id, title, language.
    pub frame: Frame,
    /// Domains in order, without the overall judgement.
    pub domains: Vec<BiasDomain>,
    /// Whether the tool has an overall judgement.
    pub overall: bool,
    /// Judgements by study; bars are weighted when every row has a positive weight.
    pub rows: Vec<BiasRow>,
    /// Footnotes.
    pub notes: Vec<String>,
}

/// One level's part of a bar.
struct Part {
    level: BiasLevel,
    share: f64,
    count: usize,
}

const MARGIN: f64 = 16.0;
const FONT: f64 = 12.5;
const LABEL_CAP: f64 = 300.0;
const BAR: f64 = 420.0;
const ROW: f64 = 32.0;
/// Below this many assessments the bars also show counts.
const FEW: usize = 5;

impl BiasSummary {
    /// Draws the figure.
    pub fn draw(&self) -> Figure {
        let mut drawing = Drawing::new(&self.frame.id);
        let bars = self.bars();
        let labels: Vec<Vec<String>> = bars
            .iter()
            .map(|(name, _, bold)| wrap(name, FONT, *bold, LABEL_CAP, 4))
            .collect();
        let label_width = labels
            .iter()
            .map(|l| widest(l, FONT, true))
            .fold(90.0, f64::max);
        let x = MARGIN + label_width + 14.0;
        let width = x + BAR + MARGIN + 12.0;
        let mut y = MARGIN;
        for ((_, parts, bold), lines) in bars.iter().zip(&labels) {
            let height = ROW.max(lines.len() as f64 * 15.0 + 8.0);
            let mut style = TextStyle::plain(FONT);
            style.bold = *bold;
            let first = y + height / 2.0 - (lines.len() as f64 - 1.0) * 7.5 + 4.4;
            for (i, line) in lines.iter().enumerate() {
                drawing.text(MARGIN, first + 15.0 * i as f64, &style, line);
            }
            self.bar(&mut drawing, parts, x, y + height / 2.0);
            y += height;
        }
        y = scale_line(&mut drawing, x, y + 2.0);
        let room = width - 2.0 * MARGIN;
        let judged = self
            .rows
            .iter()
            .flat_map(|r| r.judgements.iter().chain([&r.overall]).flatten());
        y = legend::levels(
            &mut drawing,
            &legend::distinct_levels(judged),
            &self.frame,
            MARGIN,
            y + 8.0,
            room,
        );
        y = legend::notes(&mut drawing, &[self.basis()], MARGIN, y, room);
        y = legend::notes(&mut drawing, &self.notes, MARGIN, y, room);
        finish(
            drawing,
            &self.frame,
            (width, y + MARGIN - 4.0),
            &self.description(&bars),
            self.table(&bars),
        )
    }

    fn weighted(&self) -> bool {
        !self.rows.is_empty()
            && self
                .rows
                .iter()
                .all(|r| r.weight.is_some_and(|w| w.is_finite() && w > 0.0))
    }

    fn basis(&self) -> String {
        let words = &self.frame.wording;
        let basis = if self.weighted() {
            &words.weighted
        } else {
            &words.unweighted
        };
        format!("{basis}; k = {}.", self.rows.len())
    }

    /// Name, parts and boldness of every bar.
    fn bars(&self) -> Vec<(String, Vec<Part>, bool)> {
        let mut bars: Vec<(String, Vec<Part>, bool)> = self
            .domains
            .iter()
            .enumerate()
            .map(|(i, domain)| {
                let name = if domain.name.is_empty() {
                    &domain.code
                } else {
                    &domain.name
                };
                (
                    name.clone(),
                    self.parts(|row| row.judgements.get(i).and_then(Option::as_ref)),
                    false,
                )
            })
            .collect();
        if self.overall {
            let parts = self.parts(|row| row.overall.as_ref());
            bars.push((self.frame.wording.overall.to_string(), parts, true));
        }
        bars
    }

    fn parts<'a>(&'a self, of: impl Fn(&'a BiasRow) -> Option<&'a BiasLevel>) -> Vec<Part> {
        let weighted = self.weighted();
        let judged: Vec<(&BiasLevel, f64)> = self
            .rows
            .iter()
            .filter_map(|row| {
                of(row).map(|level| {
                    (
                        level,
                        if weighted {
                            row.weight.unwrap_or(0.0)
                        } else {
                            1.0
                        },
                    )
                })
            })
            .collect();
        let total: f64 = judged.iter().map(|j| j.1).sum();
        legend::distinct_levels(judged.iter().map(|j| j.0))
            .into_iter()
            .map(|level| {
                let own = || judged.iter().filter(|j| *j.0 == level);
                let share = own().map(|j| j.1).sum::<f64>() / total;
                let count = own().count();
                Part {
                    level,
                    share,
                    count,
                }
            })
            .collect()
    }

    fn bar(&self, drawing: &mut Drawing, parts: &[Part], x: f64, middle: f64) {
        let mut at = x;
        for part in parts {
            let width = part.share * BAR;
            let tooltip = format!("{}: {}", part.level.name, self.share_text(part));
            drawing.open_group("part", Some(&tooltip), None);
            let mut paint = part.level.tone.paint(self.frame.bias_palette);
            paint.stroke = Some(Stroke::solid(INK, 0.8));
            drawing.rect(at, middle - 11.0, width, 22.0, &paint);
            let mut text = format!("{} {}", part.level.glyph, self.share_text(part));
            if text_width(&text, 12.0, true) + 8.0 > width {
                text.clone_from(&part.level.glyph);
            }
            if text_width(&text, 12.0, true) + 4.0 <= width {
                let color = part.level.tone.colours(self.frame.bias_palette).1;
                let style = TextStyle::plain(12.0)
                    .bold()
                    .anchored(Anchor::Middle)
                    .coloured(color);
                drawing.text(at + width / 2.0, middle + 4.4, &style, &text);
            }
            drawing.close();
            at += width;
        }
    }

    fn share_text(&self, part: &Part) -> String {
        let share = format!("{}%", self.frame.numbers.fixed(part.share * 100.0, 0));
        if self.rows.len() < FEW {
            format!("{share} (n = {})", part.count)
        } else {
            share
        }
    }

    fn description(&self, bars: &[(String, Vec<Part>, bool)]) -> String {
        let mut text = self.basis();
        for (name, parts, _) in bars {
            let shares: Vec<String> = parts
                .iter()
                .map(|p| format!("{} {}", p.level.name, self.share_text(p)))
                .collect();
            let _ = write!(text, " {name}: {}.", shares.join(", "));
        }
        text
    }

    fn table(&self, bars: &[(String, Vec<Part>, bool)]) -> DataTable {
        let words = &self.frame.wording;
        let mut table = DataTable::new(&[
            &words.domain,
            &words.judgement,
            &words.assessments,
            &words.share,
        ]);
        for (name, parts, _) in bars {
            for part in parts {
                let share = format!("{}%", self.frame.numbers.fixed(part.share * 100.0, 1));
                table.push(&[
                    name.clone(),
                    part.level.name.clone(),
                    part.count.to_string(),
                    share,
                ]);
            }
        }
        table
    }
}

/// 0 % to 100 % under the bars.
fn scale_line(drawing: &mut Drawing, x: f64, y: f64) -> f64 {
    drawing.line(x, y, x + BAR, y, &Stroke::solid(AXIS, 1.0));
    let style = TextStyle::plain(12.0).anchored(Anchor::Middle);
    for (part, label) in [
        (0.0, "0%"),
        (0.25, "25%"),
        (0.5, "50%"),
        (0.75, "75%"),
        (1.0, "100%"),
    ] {
        let at = x + part * BAR;
        drawing.line(at, y, at, y + 4.0, &Stroke::solid(AXIS, 1.0));
        drawing.text(at, y + 17.0, &style, label);
    }
    y + 22.0
}
