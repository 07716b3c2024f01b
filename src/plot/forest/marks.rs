//! Squares, diamonds, intervals and bars.

use crate::plot::axis::Axis;
use crate::plot::estimate::Estimate;
use crate::plot::palette::{INTERVAL, POOLED, PREDICTION, STUDY, SUBGROUP};
use crate::plot::svg::{Drawing, Paint, Stroke};

/// Length of an arrowhead.
const ARROW: f64 = 7.0;

/// A study: its interval, cut with an arrowhead at the limits, over a square of `side` pixels.
pub(super) fn study(drawing: &mut Drawing, axis: &Axis, estimate: &Estimate, y: f64, side: f64) {
    if axis.holds(estimate.value) {
        let x = axis.pixel(estimate.value);
        let half = side / 2.0;
        drawing.rect(
            x - half,
            y - half,
            side,
            side,
            &Paint::outlined(STUDY, Stroke::solid(INTERVAL, 0.5)),
        );
    }
    let stroke = Stroke::solid(INTERVAL, 1.4);
    let cut_low = estimate.lower < axis.low;
    let cut_high = estimate.upper > axis.high;
    let (low, high) = (axis.clamped(estimate.lower), axis.clamped(estimate.upper));
    if high > low {
        let from = if cut_low { low + ARROW - 1.0 } else { low };
        let until = if cut_high { high - ARROW + 1.0 } else { high };
        if until > from {
            drawing.line(from, y, until, y, &stroke);
        }
    } else if !cut_low && !cut_high {
        drawing.line(low, y - 3.0, low, y + 3.0, &stroke);
    }
    if cut_low {
        arrow(drawing, low, y, ARROW, INTERVAL);
    }
    if cut_high {
        arrow(drawing, high, y, -ARROW, INTERVAL);
    }
}

/// An arrowhead with its tip at x, its base `length` pixels to the right (negative: left).
fn arrow(drawing: &mut Drawing, x: f64, y: f64, length: f64, color: &'static str) {
    let points = [(x, y), (x + length, y - 4.0), (x + length, y + 4.0)];
    drawing.polygon(&points, &Paint::fill(color));
}

/// A pooled result: a diamond over its interval, cut flat with an arrowhead where it leaves the axis.
pub(super) fn diamond(
    drawing: &mut Drawing,
    axis: &Axis,
    estimate: &Estimate,
    y: f64,
    height: f64,
    overall: bool,
) {
    let half = height / 2.0;
    let (low, high) = (axis.clamped(estimate.lower), axis.clamped(estimate.upper));
    let middle = axis.clamped(estimate.value);
    // A very precise result is still seen as a diamond.
    let (low, high) = (low.min(middle - 2.0), high.max(middle + 2.0));
    let fill = if overall { POOLED } else { SUBGROUP };
    let points = [(low, y), (middle, y - half), (high, y), (middle, y + half)];
    drawing.polygon(&points, &Paint::outlined(fill, Stroke::solid(POOLED, 1.0)));
    if estimate.lower < axis.low {
        arrow(drawing, low - 2.0, y, ARROW, POOLED);
    }
    if estimate.upper > axis.high {
        arrow(drawing, high + 2.0, y, -ARROW, POOLED);
    }
}

/// A prediction interval: a thin bar with upright ends, or arrowheads where it leaves the axis.
pub(super) fn prediction(drawing: &mut Drawing, axis: &Axis, estimate: &Estimate, y: f64) {
    let (low, high) = (axis.clamped(estimate.lower), axis.clamped(estimate.upper));
    drawing.rect(
        low,
        y - 2.0,
        (high - low).max(1.0),
        4.0,
        &Paint::fill(PREDICTION),
    );
    let end = Stroke::solid(PREDICTION, 1.6);
    if estimate.lower < axis.low {
        arrow(drawing, low - 2.0, y, ARROW, PREDICTION);
    } else {
        drawing.line(low, y - 5.0, low, y + 5.0, &end);
    }
    if estimate.upper > axis.high {
        arrow(drawing, high + 2.0, y, -ARROW, PREDICTION);
    } else {
        drawing.line(high, y - 5.0, high, y + 5.0, &end);
    }
}
