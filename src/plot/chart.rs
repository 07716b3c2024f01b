//! The frame shared by figures with an x and a y axis: grid, ticks, titles, legend, and labels that avoid each other.

use super::axis::{Axis, Scale, Tick};
use super::figure::Frame;
use super::legend;
use super::palette::{AXIS, GRID, INK, PAGE};
use super::svg::{Anchor, Drawing, Paint, Stroke, TextStyle, clean, shorten};
use super::text_width::{text_width, wrap};

/// Space around the figure.
pub(super) const MARGIN: f64 = 16.0;
/// Font size of ticks, labels and legends.
pub(super) const FONT: f64 = 12.0;
/// Width of the plot area.
pub(super) const WIDTH: f64 = 520.0;
/// Height of the plot area.
pub(super) const HEIGHT: f64 = 380.0;
/// Longest label beside a point, in characters.
const LONGEST_LABEL: usize = 32;

/// Limits and scale of one axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
    /// Ratios are given as logarithms.
    pub log: bool,
}

impl Range {
    /// The range of some values, a tenth wider at both ends.
    pub(super) fn around(values: impl Iterator<Item = f64>, log: bool) -> Self {
        let (low, high) = values
            .filter(|v| v.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
                (low.min(v), high.max(v))
            });
        if low > high {
            return Self {
                low: -1.0,
                high: 1.0,
                log,
            };
        }
        let pad = (high - low) * 0.08;
        Self {
            low: low - pad,
            high: high + pad,
            log,
        }
    }

    fn axis(self, room: f64, frame: &Frame) -> Axis {
        let scale = if self.log { Scale::Log } else { Scale::Linear };
        Axis::new(scale, self.low, self.high, room, frame.numbers)
    }
}

/// How a legend entry looks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Swatch {
    /// A point.
    Dot(Paint),
    /// A line.
    Line(Stroke),
    /// A filled area.
    Area(Paint),
}

/// A plot area with its axes.
#[derive(Clone, Debug)]
pub(super) struct Chart {
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// Left edge of the plot area.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Width of the plot area.
    pub width: f64,
    /// Height of the plot area.
    pub height: f64,
    /// Room right of the plot area within the figure.
    pub right_room: f64,
}

impl Chart {
    /// A chart with y rising upwards, or downwards from the top when `y_down`.
    pub(super) fn new(frame: &Frame, x: Range, y: Range, size: (f64, f64), y_down: bool) -> Self {
        let (width, height) = size;
        let y_axis = y.axis(height, frame);
        let labels = y_axis
            .ticks
            .iter()
            .map(|tick| text_width(&tick.label, FONT, false))
            .fold(0.0, f64::max);
        let left = MARGIN + 2.0 * 17.0 + labels + 10.0;
        let x_axis = x.axis(width, frame).placed(left, width);
        let last = x_axis
            .ticks
            .last()
            .map_or(0.0, |t| text_width(&t.label, FONT, false));
        // Half of the last label stands out to the right of the plot area.
        let right_room = (last / 2.0 + 4.0).max(24.0);
        let top = MARGIN + 4.0;
        let y_axis = if y_down {
            y_axis.placed(top, height)
        } else {
            y_axis.placed(top + height, -height)
        };
        Self {
            x: x_axis,
            y: y_axis,
            left,
            top,
            width,
            height,
            right_room,
        }
    }

    /// Moves both lower limits a little below zero, so that marks at zero do not cover the ticks.
    pub(super) fn with_air_below_zero(mut self) -> Self {
        self.x.low -= (self.x.high - self.x.low) * 0.04;
        self.y.low -= (self.y.high - self.y.low) * 0.04;
        self
    }

    /// Replaces the ticks of the x axis by names at whole numbers.
    pub(super) fn with_categories(mut self, names: &[String]) -> Self {
        self.x.low = -0.5;
        self.x.high = names.len() as f64 - 0.5;
        self.x.ticks = names
            .iter()
            .enumerate()
            .map(|(i, name)| Tick {
                at: i as f64,
                label: name.clone(),
            })
            .collect();
        self
    }

    /// Width of the whole figure.
    pub(super) fn page_width(&self) -> f64 {
        self.left + self.width + self.right_room
    }

    /// Pixels of a point.
    pub(super) fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.x.pixel(x), self.y.pixel(y))
    }

    /// Fills the plot area.
    pub(super) fn background(&self, drawing: &mut Drawing, fill: &'static str) {
        drawing.rect(
            self.left,
            self.top,
            self.width,
            self.height,
            &Paint::fill(fill),
        );
    }

    /// Draws grid lines.
    pub(super) fn grid(&self, drawing: &mut Drawing) {
        let stroke = Stroke::solid(GRID, 1.0);
        for tick in &self.x.ticks {
            let x = self.x.pixel(tick.at);
            drawing.line(x, self.top, x, self.top + self.height, &stroke);
        }
        for tick in &self.y.ticks {
            let y = self.y.pixel(tick.at);
            drawing.line(self.left, y, self.left + self.width, y, &stroke);
        }
    }

    /// Opens a group cut at the plot area.
    pub(super) fn open_clip(&self, drawing: &mut Drawing) {
        drawing.open_clip("area", self.left, self.top, self.width, self.height);
    }

    /// Draws frame, ticks and titles; gives the y below them.
    pub(super) fn axes(&self, drawing: &mut Drawing, x_title: &str, y_title: &str) -> f64 {
        let stroke = Stroke::solid(AXIS, 1.2);
        let (right, bottom) = (self.left + self.width, self.top + self.height);
        drawing.line(self.left, bottom, right, bottom, &stroke);
        drawing.line(self.left, self.top, self.left, bottom, &stroke);
        self.y_ticks(drawing, &stroke);
        let below = self.x_ticks(drawing, &stroke);
        let middle = self.left + self.width / 2.0;
        let title = TextStyle::plain(FONT).bold().anchored(Anchor::Middle);
        let mut y = below;
        for line in wrap(x_title, FONT, true, self.width, 3) {
            y += 17.0;
            drawing.text(middle, y, &title, &line);
        }
        let lines = wrap(y_title, FONT, true, self.height, 2);
        let first = MARGIN + 12.0 + if lines.len() == 1 { 10.0 } else { 0.0 };
        for (i, line) in lines.iter().enumerate() {
            let x = first + 17.0 * i as f64;
            drawing.text(x, self.top + self.height / 2.0, &title.upwards(), line);
        }
        y + 10.0
    }

    fn y_ticks(&self, drawing: &mut Drawing, stroke: &Stroke) {
        let style = TextStyle::plain(FONT).anchored(Anchor::End);
        for tick in &self.y.ticks {
            let y = self.y.pixel(tick.at);
            drawing.line(self.left - 5.0, y, self.left, y, stroke);
            drawing.text(self.left - 8.0, y + 4.2, &style, &tick.label);
        }
    }

    /// Labels wrap to their share of the width; gives the lowest baseline.
    fn x_ticks(&self, drawing: &mut Drawing, stroke: &Stroke) -> f64 {
        let bottom = self.top + self.height;
        let style = TextStyle::plain(FONT).anchored(Anchor::Middle);
        let gaps = self
            .x
            .ticks
            .windows(2)
            .map(|pair| self.x.pixel(pair[1].at) - self.x.pixel(pair[0].at));
        let room = gaps.fold(self.width, f64::min) - 6.0;
        let mut lowest = bottom + 18.0;
        for tick in &self.x.ticks {
            let x = self.x.pixel(tick.at);
            drawing.line(x, bottom, x, bottom + 5.0, stroke);
            for (i, line) in wrap(&tick.label, FONT, false, room, 3).iter().enumerate() {
                let y = bottom + 18.0 + 15.0 * i as f64;
                drawing.text(x, y, &style, line);
                lowest = lowest.max(y);
            }
        }
        lowest
    }

    /// Writes notes below everything else; gives the size of the figure.
    pub(super) fn close(&self, drawing: &mut Drawing, notes: &[String], y: f64) -> (f64, f64) {
        let width = self.page_width();
        let y = legend::notes(drawing, notes, MARGIN, y, width - 2.0 * MARGIN);
        (width, y + MARGIN - 6.0)
    }

    /// Entries below the plot, wrapped; gives the y below them.
    pub(super) fn legend(
        &self,
        drawing: &mut Drawing,
        entries: &[(Swatch, String)],
        y: f64,
    ) -> f64 {
        let width = self.page_width() - 2.0 * MARGIN;
        let (mut x, mut y) = (MARGIN, y);
        for (swatch, text) in entries {
            let lines = wrap(text, FONT, false, width - 32.0, 3);
            let wide = 32.0
                + lines
                    .iter()
                    .map(|l| text_width(l, FONT, false))
                    .fold(0.0, f64::max)
                + 16.0;
            if x > MARGIN && x + wide > MARGIN + width + 16.0 {
                x = MARGIN;
                y += 18.0;
            }
            draw_swatch(drawing, *swatch, x, y + 8.0);
            for (i, line) in lines.iter().enumerate() {
                y += if i > 0 { 16.0 } else { 0.0 };
                drawing.text(x + 32.0, y + 12.0, &TextStyle::plain(FONT), line);
            }
            x += wide;
        }
        if entries.is_empty() { y } else { y + 20.0 }
    }
}

fn draw_swatch(drawing: &mut Drawing, swatch: Swatch, x: f64, y: f64) {
    match swatch {
        Swatch::Dot(paint) => drawing.circle(x + 13.0, y, 5.0, &paint),
        Swatch::Line(stroke) => drawing.line(x, y, x + 26.0, y, &stroke),
        Swatch::Area(paint) => {
            drawing.rect(x + 2.0, y - 6.5, 22.0, 13.0, &paint);
        }
    }
}

/// A point that may carry its name: pixel, radius, name.
#[derive(Clone, Debug)]
pub(super) struct Labelled {
    /// Pixel.
    pub x: f64,
    /// Pixel.
    pub y: f64,
    /// Radius of the mark.
    pub radius: f64,
    /// Name.
    pub name: String,
    /// Value, printed in the tooltip.
    pub detail: String,
    /// Address of the value.
    pub address: Option<String>,
}

/// Draws points, larger ones first so that small ones stay on top.
pub(super) fn draw_points(drawing: &mut Drawing, points: &[Labelled]) {
    let mut order: Vec<&Labelled> = points.iter().collect();
    order.sort_by(|a, b| b.radius.total_cmp(&a.radius));
    for point in order {
        let tooltip = format!("{}: {}", point.name, point.detail);
        drawing.open_group("point", Some(&tooltip), point.address.as_deref());
        drawing.circle(point.x, point.y, point.radius, &POINT);
        drawing.close();
    }
}

/// Radius for a weight among weights whose largest is `largest`: area proportional to weight, within 3 and 12 px.
pub(super) fn weight_radius(weight: Option<f64>, largest: f64) -> f64 {
    match weight {
        Some(weight) if weight > 0.0 && largest > 0.0 => {
            (12.0 * (weight / largest).sqrt()).max(3.0)
        }
        Some(_) => 3.0,
        None => 4.5,
    }
}

/// The largest finite weight.
pub(super) fn largest_weight(weights: impl Iterator<Item = Option<f64>>) -> f64 {
    weights
        .flatten()
        .filter(|w| w.is_finite())
        .fold(0.0, f64::max)
}

/// Writes names beside points, the first points first, each at the first of eight places that lies within the plot area and on
/// no other name or mark; gives how many found no place.
pub(super) fn place_labels(drawing: &mut Drawing, chart: &Chart, points: &[Labelled]) -> usize {
    let mut taken: Vec<[f64; 4]> = points
        .iter()
        .map(|p| {
            [
                p.x - p.radius,
                p.y - p.radius,
                p.x + p.radius,
                p.y + p.radius,
            ]
        })
        .collect();
    let mut without = 0;
    for point in points {
        let name = shorten(&clean(&point.name), LONGEST_LABEL);
        let width = text_width(&name, FONT, false);
        let free = label_places(point, width).into_iter().find(|(place, _)| {
            let inside = place[0] > chart.left + 2.0
                && place[2] < chart.left + chart.width - 2.0
                && place[1] > chart.top + 2.0
                && place[3] < chart.top + chart.height - 2.0;
            inside && !taken.iter().any(|other| overlap(place, other))
        });
        match free {
            Some((place, anchor)) => {
                let x = match anchor {
                    Anchor::Start => place[0],
                    Anchor::Middle => f64::midpoint(place[0], place[2]),
                    Anchor::End => place[2],
                };
                let style = TextStyle::plain(FONT).anchored(anchor).with_halo();
                drawing.text(x, place[1] + 11.0, &style, &name);
                taken.push(place);
            }
            None => without += 1,
        }
    }
    without
}

/// Places around a point, best first, each with the end of the text that is next to the point.
fn label_places(point: &Labelled, width: f64) -> [([f64; 4], Anchor); 8] {
    let (x, y, gap) = (point.x, point.y, point.radius + 4.0);
    let right = |left: f64, top: f64| ([left, top, left + width, top + 14.0], Anchor::Start);
    let left = |right: f64, top: f64| ([right - width, top, right, top + 14.0], Anchor::End);
    let middle = |top: f64| {
        let half = width / 2.0;
        ([x - half, top, x + half, top + 14.0], Anchor::Middle)
    };
    [
        right(x + gap, y - 7.0),
        left(x - gap, y - 7.0),
        middle(y - gap - 14.0),
        middle(y + gap),
        right(x + gap * 0.7, y - gap - 10.0),
        left(x - gap * 0.7, y - gap - 10.0),
        right(x + gap * 0.7, y + gap - 4.0),
        left(x - gap * 0.7, y + gap - 4.0),
    ]
}

fn overlap(a: &[f64; 4], b: &[f64; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

/// The look of points in charts.
pub(super) const POINT: Paint = Paint::outlined(super::palette::STUDY, Stroke::solid(INK, 0.8));
/// The look of points that were not observed.
pub(super) const HOLLOW: Paint = Paint::outlined(PAGE, Stroke::solid(INK, 1.4));
