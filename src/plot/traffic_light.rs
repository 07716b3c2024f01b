//! The traffic-light plot: studies by risk-of-bias domains.

use std::fmt::Write as _;

use super::figure::{DataTable, Figure, Frame, finish};
use super::legend;
use super::palette::{BiasTone, GRID, RULE, STRIPE};
use super::svg::{Anchor, Drawing, Paint, Stroke, TextStyle};
use super::text_width::{widest, wrap};
use super::wording::Wording;

/// One judgement of a tool: how severe, with the tool's own name and sign.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BiasLevel {
    /// Severity, which decides the colour.
    pub tone: BiasTone,
    /// Name in the tool: "Some concerns", "Moderate", "Weak".
    pub name: String,
    /// One or two characters inside the mark.
    pub glyph: String,
}

impl BiasLevel {
    /// A level with the usual sign of its tone.
    pub fn new(tone: BiasTone, name: impl Into<String>) -> Self {
        Self {
            tone,
            name: name.into(),
            glyph: tone.glyph().to_owned(),
        }
    }

    /// The same with another sign, such as the S, M, W of EPHPP.
    #[must_use]
    pub fn with_glyph(mut self, glyph: impl Into<String>) -> Self {
        self.glyph = glyph.into();
        self
    }

    /// A level of `RoB` 2 (low, some concerns, high) in the words of a language; critical and no information as in ROBINS-I.
    pub fn rob2(tone: BiasTone, words: &Wording) -> Self {
        let name = match tone {
            BiasTone::Low => &words.low,
            BiasTone::Some => &words.some_concerns,
            BiasTone::High => &words.high,
            _ => return Self::robins_i(tone, words),
        };
        Self::new(tone, name.as_ref())
    }

    /// A level of ROBINS-I (low, moderate, serious, critical, no information) in the words of a language.
    pub fn robins_i(tone: BiasTone, words: &Wording) -> Self {
        let name = match tone {
            BiasTone::Low => &words.low,
            BiasTone::Some => &words.moderate,
            BiasTone::High => &words.serious,
            BiasTone::Critical => &words.critical,
            BiasTone::NoInformation => &words.no_information,
            BiasTone::NotApplicable => &words.not_applicable,
        };
        Self::new(tone, name.as_ref())
    }
}

/// A domain of a tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BiasDomain {
    /// Short code over the column: "D1", "Overall".
    pub code: String,
    /// Full name, printed in the legend; empty when the code says all.
    pub name: String,
}

impl BiasDomain {
    /// A domain with code and name.
    pub fn new(code: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            name: name.into(),
        }
    }
}

/// The judgements of one study (or of one result of a study).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BiasRow {
    /// Study name.
    pub label: String,
    /// Judgement by domain; `None` where nobody has judged.
    pub judgements: Vec<Option<BiasLevel>>,
    /// Overall judgement.
    pub overall: Option<BiasLevel>,
    /// Weight in the meta-analysis; any unit. Used by the summary only.
    pub weight: Option<f64>,
    /// Address of the judgements, written as `data-address` on the row.
    pub address: Option<String>,
}

/// Everything a traffic-light plot shows.
#[derive(Clone, Debug, Default)]
pub struct TrafficLight {
    /// Id, title, language.
    pub frame: Frame,
    /// Name of the tool, printed in the description.
    pub tool: String,
    /// Domains in order, without the overall judgement.
    pub domains: Vec<BiasDomain>,
    /// Whether the tool has an overall judgement.
    pub overall: bool,
    /// Studies in the order to print.
    pub rows: Vec<BiasRow>,
    /// Footnotes.
    pub notes: Vec<String>,
}

const MARGIN: f64 = 16.0;
const FONT: f64 = 12.5;
const CELL: f64 = 28.0;
const LABEL_CAP: f64 = 280.0;

impl TrafficLight {
    /// Draws the figure.
    pub fn draw(&self) -> Figure {
        let mut drawing = Drawing::new(&self.frame.id);
        let grid = Grid::new(self);
        grid.head(self, &mut drawing);
        let mut y = grid.top;
        for (index, row) in self.rows.iter().enumerate() {
            y = grid.row(self, row, index, y, &mut drawing);
        }
        drawing.line(MARGIN, y, grid.right, y, &Stroke::solid(RULE, 1.0));
        let width = (grid.right + MARGIN).max(520.0);
        let room = width - 2.0 * MARGIN;
        y += 12.0;
        let judged = self
            .rows
            .iter()
            .flat_map(|r| r.judgements.iter().chain([&r.overall]).flatten());
        y = legend::levels(
            &mut drawing,
            &legend::distinct_levels(judged),
            &self.frame,
            MARGIN,
            y,
            room,
        );
        y = legend::domains(&mut drawing, &self.domains, MARGIN, y, room);
        y = legend::notes(&mut drawing, &self.notes, MARGIN, y, room);
        finish(
            drawing,
            &self.frame,
            (width, y + MARGIN - 4.0),
            &self.description(),
            self.table(),
        )
    }

    fn description(&self) -> String {
        let words = &self.frame.wording;
        let mut text = format!("{}. {}: {}.", self.tool, words.assessments, self.rows.len());
        if self.overall {
            let judged: Vec<&BiasLevel> = self
                .rows
                .iter()
                .filter_map(|r| r.overall.as_ref())
                .collect();
            let counts: Vec<String> = legend::distinct_levels(judged.iter().copied())
                .iter()
                .map(|level| {
                    format!(
                        "{} {}",
                        level.name,
                        judged.iter().filter(|j| **j == level).count()
                    )
                })
                .collect();
            let _ = write!(text, " {}: {}.", words.overall, counts.join(", "));
        }
        text
    }

    fn table(&self) -> DataTable {
        let words = &self.frame.wording;
        let mut header = vec![words.study.to_string()];
        header.extend(self.domains.iter().map(|d| {
            if d.name.is_empty() {
                d.code.clone()
            } else {
                format!("{}: {}", d.code, d.name)
            }
        }));
        if self.overall {
            header.push(words.overall.to_string());
        }
        let mut table = DataTable::new(&header);
        for row in &self.rows {
            let name = |level: Option<&BiasLevel>| {
                level.map_or(words.not_assessed.to_string(), |l| l.name.clone())
            };
            let mut cells = vec![row.label.clone()];
            cells.extend(
                (0..self.domains.len())
                    .map(|i| name(row.judgements.get(i).and_then(Option::as_ref))),
            );
            if self.overall {
                cells.push(name(row.overall.as_ref()));
            }
            table.push(&cells);
        }
        table
    }
}

/// Where the cells stand.
struct Grid {
    /// Left edge, width and heading of each domain column, the overall one last.
    columns: Vec<(f64, f64, Vec<String>)>,
    overall_x: Option<f64>,
    top: f64,
    right: f64,
}

impl Grid {
    fn new(plot: &TrafficLight) -> Self {
        let labels = plot
            .rows
            .iter()
            .map(|row| widest(&wrap(&row.label, FONT, false, LABEL_CAP, 6), FONT, false));
        let label_width = labels.fold(90.0, f64::max);
        let mut x = MARGIN + label_width + 14.0;
        let mut columns = Vec::new();
        let mut add = |code: &str, x: &mut f64| {
            let lines = wrap(code, FONT, true, 90.0, 3);
            let width = (widest(&lines, FONT, true) + 8.0).max(CELL);
            columns.push((*x, width, lines));
            *x += width;
        };
        for domain in &plot.domains {
            add(&domain.code, &mut x);
        }
        let overall_x = plot.overall.then(|| {
            x += 8.0;
            let start = x;
            add(&plot.frame.wording.overall, &mut x);
            start
        });
        let most = columns.iter().map(|c| c.2.len()).max().unwrap_or(1);
        Self {
            overall_x,
            columns,
            top: MARGIN + 15.0 * most as f64 + 8.0,
            right: x,
        }
    }

    fn head(&self, plot: &TrafficLight, drawing: &mut Drawing) {
        let base = self.top - 10.0;
        drawing.text(
            MARGIN,
            base,
            &TextStyle::plain(FONT).bold(),
            &plot.frame.wording.study,
        );
        let style = TextStyle::plain(FONT).bold().anchored(Anchor::Middle);
        for (x, width, lines) in &self.columns {
            for (i, line) in lines.iter().rev().enumerate() {
                drawing.text(x + width / 2.0, base - 15.0 * i as f64, &style, line);
            }
        }
        drawing.line(
            MARGIN,
            self.top,
            self.right,
            self.top,
            &Stroke::solid(super::palette::INK, 1.2),
        );
    }

    fn row(
        &self,
        plot: &TrafficLight,
        row: &BiasRow,
        index: usize,
        y: f64,
        drawing: &mut Drawing,
    ) -> f64 {
        let lines = wrap(&row.label, FONT, false, LABEL_CAP, 6);
        let height = CELL.max(lines.len() as f64 * 15.0 + 8.0);
        let middle = y + height / 2.0;
        self.ground(index, y, height, drawing);
        drawing.open_group(
            "row",
            Some(&Self::tooltip(plot, row)),
            row.address.as_deref(),
        );
        let first = middle - (lines.len() as f64 - 1.0) * 7.5 + 4.4;
        for (i, line) in lines.iter().enumerate() {
            let base = first + 15.0 * i as f64;
            drawing.text(MARGIN, base, &TextStyle::plain(FONT), line);
        }
        self.marks(plot, row, middle, drawing);
        drawing.close();
        y + height
    }

    /// A stripe behind every other row, and the ground of the overall judgement.
    fn ground(&self, index: usize, y: f64, height: f64, drawing: &mut Drawing) {
        if index % 2 == 1 {
            let width = self.right - MARGIN + 6.0;
            drawing.rect(MARGIN - 6.0, y, width, height, &Paint::fill(STRIPE));
        }
        if let Some(x) = self.overall_x {
            drawing.rect(x, y, self.right - x, height, &Paint::fill(GRID));
        }
    }

    /// A mark a domain, the overall one last; a dash where nobody has judged.
    fn marks(&self, plot: &TrafficLight, row: &BiasRow, middle: f64, drawing: &mut Drawing) {
        let palette = plot.frame.bias_palette;
        let dash = TextStyle::plain(12.0).anchored(Anchor::Middle);
        for (i, (x, width, _)) in self.columns.iter().enumerate() {
            let level = if i < plot.domains.len() {
                row.judgements.get(i).and_then(Option::as_ref)
            } else {
                row.overall.as_ref()
            };
            let centre = x + width / 2.0;
            match level {
                Some(level) => legend::bias_mark(drawing, level, centre, middle, 10.0, palette),
                None => drawing.text(centre, middle + 4.0, &dash, "–"),
            }
        }
    }

    fn tooltip(plot: &TrafficLight, row: &BiasRow) -> String {
        let mut parts = Vec::new();
        for (domain, level) in plot.domains.iter().zip(&row.judgements) {
            if let Some(level) = level {
                parts.push(format!("{} {}", domain.code, level.name));
            }
        }
        if let Some(level) = &row.overall {
            parts.push(format!("{} {}", plot.frame.wording.overall, level.name));
        }
        format!("{}: {}", row.label, parts.join("; "))
    }
}
