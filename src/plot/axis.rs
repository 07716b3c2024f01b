//! Scales, limits and ticks.
//!
//! Effects arrive on the scale they were analysed in. A [`Scale`] says how they print and where they stand: log measures stand
//! on a log axis with ratios as labels; transformed proportions and correlations stand where their back-transformed value does.

use super::number::{NumberStyle, superscript};
use super::text_width::text_width;

/// The scale effects were analysed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Printed as they are: differences, raw proportions.
    #[default]
    Linear,
    /// Natural logarithm of a ratio: risk, odds, rate, hazard ratios, ratio of means. Printed as ratios.
    Log,
    /// Log odds of a proportion. Printed as proportions.
    Logit,
    /// Fisher's z of a correlation. Printed as correlations.
    FisherZ,
}

impl Scale {
    /// The value as printed.
    pub fn shown(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log => libm::exp(value),
            Self::Logit => 1.0 / (1.0 + libm::exp(-value)),
            Self::FisherZ => libm::tanh(value),
        }
    }

    /// The value as placed along the axis.
    pub(super) fn placed(self, value: f64) -> f64 {
        if self == Self::Log {
            value
        } else {
            self.shown(value)
        }
    }

    /// Whether values print as ratios, which are never zero.
    pub(super) fn is_ratio(self) -> bool {
        self == Self::Log
    }
}

/// One labelled place on an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    /// Where, on the axis' own scale (log for ratios).
    pub at: f64,
    /// What it says.
    pub label: String,
}

/// An axis: limits and ticks on its own scale, drawn from `start` over `length` pixels (negative: upwards).
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
    /// Labelled places, rising.
    pub ticks: Vec<Tick>,
    /// Pixel of the lower limit.
    pub start: f64,
    /// Pixels from the lower to the upper limit.
    pub length: f64,
}

impl Axis {
    /// An axis over `low..high` whose labels fit into its length.
    pub(super) fn new(scale: Scale, low: f64, high: f64, room: f64, style: NumberStyle) -> Self {
        let (low, high) = ordered(low, high);
        let (low, high, ticks) = if scale == Scale::Log {
            log_ticks(low, high, room, style)
        } else {
            linear_ticks(low, high, room, style)
        };
        Self {
            low,
            high,
            ticks,
            start: 0.0,
            length: room,
        }
    }

    /// The same axis beginning at another pixel, with another (perhaps negative) length.
    pub(super) fn placed(mut self, start: f64, length: f64) -> Self {
        self.start = start;
        self.length = length;
        self
    }

    /// The pixel of a value on the axis' scale; it may lie outside the limits.
    pub(super) fn pixel(&self, value: f64) -> f64 {
        self.start + (value - self.low) / (self.high - self.low) * self.length
    }

    /// The pixel of a value, kept within the limits.
    pub(super) fn clamped(&self, value: f64) -> f64 {
        self.pixel(value.clamp(self.low, self.high))
    }

    /// Whether a value lies within the limits.
    pub(super) fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// Finite, apart, and in order.
fn ordered(low: f64, high: f64) -> (f64, f64) {
    let low = if low.is_finite() { low } else { -1.0 };
    let high = if high.is_finite() { high } else { 1.0 };
    let (low, high) = if low <= high {
        (low, high)
    } else {
        (high, low)
    };
    let least = (low.abs().max(high.abs()) * 1e-6).max(1e-12);
    if high - low < least {
        let pad = (low.abs() * 0.1).max(0.5);
        (low - pad, high + pad)
    } else {
        (low, high)
    }
}

/// Ten to a whole power, without `powi` (whose rounding may differ by machine).
fn ten_to(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().unwrap_or(1.0)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the value is the floor of a logarithm, far within i32"
)]
fn floor_to_i32(value: f64) -> i32 {
    value.floor() as i32
}

/// Steps of 1, 2, 2.5 or 5 times a power of ten; limits rounded outward to ticks; labels with equal decimals.
fn linear_ticks(low: f64, high: f64, room: f64, style: NumberStyle) -> (f64, f64, Vec<Tick>) {
    let power = floor_to_i32(libm::log10(high - low));
    let mut fallback = None;
    for exponent in (power - 2)..=(power + 2) {
        for (mantissa, digits) in [(1.0, 0), (2.0, 0), (2.5, 1), (5.0, 0)] {
            let step = mantissa * ten_to(exponent);
            let decimals = usize::try_from(digits - exponent).unwrap_or(0);
            let first = floor_with_slack(low / step);
            let last = -floor_with_slack(-high / step);
            let count = last - first;
            if !(1.0..=8.0).contains(&count) {
                continue;
            }
            let ticks = stepped(first, count, step, decimals, style);
            let found = (first * step, last * step, ticks);
            if fits(&found.2, found.0, found.1, room) {
                return found;
            }
            fallback = Some(found);
        }
    }
    let (low, high, ticks) = fallback.unwrap_or((low, high, Vec::new()));
    let ends = thin(ticks, low, high, room);
    (low, high, ends)
}

/// A floor that takes 2.9999999999 for 3.
fn floor_with_slack(value: f64) -> f64 {
    (value + 1e-9).floor()
}

fn stepped(first: f64, count: f64, step: f64, decimals: usize, style: NumberStyle) -> Vec<Tick> {
    let mut ticks = Vec::new();
    let mut i = 0.0;
    while i <= count {
        let at = (first + i) * step;
        let label = if at.abs() >= 1e6 || (decimals > 5 && at != 0.0) {
            style.significant(at, 3)
        } else {
            style.fixed(at, decimals.min(5))
        };
        ticks.push(Tick { at, label });
        i += 1.0;
    }
    // Steps that are small beside the values would all be called the same: then every decimal of the step is written.
    if ticks.windows(2).any(|pair| pair[0].label == pair[1].label) {
        for tick in &mut ticks {
            tick.label = style.fixed(tick.at, decimals);
        }
    }
    ticks
}

/// Whether labels stand apart by at least 12 px.
fn fits(ticks: &[Tick], low: f64, high: f64, room: f64) -> bool {
    let pixel = |at: f64| (at - low) / (high - low) * room;
    ticks.len() >= 2
        && ticks.windows(2).all(|pair| {
            let halves = f64::midpoint(label_width(&pair[0]), label_width(&pair[1]));
            pixel(pair[1].at) - pixel(pair[0].at) >= halves + 12.0
        })
}

fn label_width(tick: &Tick) -> f64 {
    text_width(&tick.label, 12.0, false)
}

/// Keeps the ticks that find room, from the left.
fn thin(ticks: Vec<Tick>, low: f64, high: f64, room: f64) -> Vec<Tick> {
    let mut kept: Vec<Tick> = Vec::new();
    for tick in ticks {
        let free = kept
            .last()
            .is_none_or(|last| fits(&[last.clone(), tick.clone()], low, high, room));
        if free {
            kept.push(tick);
        }
    }
    kept
}

/// Round ratios from the densest family that fits: linear steps within a factor of two and a half, then 1-2-5, 1-3, 1-5 (or
/// 1-2-4 doublings), powers of ten, and wider powers. Limits go outward to the next round ratio.
fn log_ticks(low: f64, high: f64, room: f64, style: NumberStyle) -> (f64, f64, Vec<Tick>) {
    let (low, high) = (low.clamp(-600.0, 600.0), high.clamp(-600.0, 600.0));
    let (low, high) = if high - low < 1e-6 {
        (low - 0.1, high + 0.1)
    } else {
        (low, high)
    };
    if high - low < libm::log(2.5) {
        let (first, last) = (libm::exp(low), libm::exp(high));
        let (from, until, ticks) = linear_ticks(first, last, room * 0.8, style);
        if from > 0.0 && ticks.len() >= 3 {
            let ticks: Vec<Tick> = ticks
                .into_iter()
                .map(|t| Tick {
                    at: libm::log(t.at),
                    label: t.label,
                })
                .collect();
            let (from, until) = (libm::log(from), libm::log(until));
            let ticks = thin(ticks, from, until, room);
            return (from, until, ticks);
        }
    }
    let families: [&[f64]; 4] = [&[1.0, 2.0, 5.0], &[1.0, 3.0], &[1.0, 5.0], &[1.0]];
    for family in families {
        let found = family_ticks(low, high, family, 1, style);
        if found.2.len() <= 9 && fits(&found.2, found.0, found.1, room) {
            return found;
        }
    }
    let mut stride = 2;
    loop {
        let found = family_ticks(low, high, &[1.0], stride, style);
        if fits(&found.2, found.0, found.1, room) || stride > 256 {
            return found;
        }
        stride *= 2;
    }
}

/// The mantissas of `family` in every `stride`-th decade around the limits, cut to the nearest ones outside them.
fn family_ticks(
    low: f64,
    high: f64,
    family: &[f64],
    stride: i32,
    style: NumberStyle,
) -> (f64, f64, Vec<Tick>) {
    let ten = libm::log(10.0);
    let first = floor_to_i32(low / ten / f64::from(stride)) * stride - stride;
    let last = floor_to_i32(high / ten / f64::from(stride)) * stride + 2 * stride;
    let mut places: Vec<Tick> = Vec::new();
    let mut exponent = first;
    while exponent <= last {
        for &mantissa in family {
            let at = f64::from(exponent) * ten + libm::log(mantissa);
            places.push(Tick {
                at,
                label: ratio_label(mantissa, exponent, style),
            });
        }
        exponent += stride;
    }
    let slack = 1e-9;
    let from = places
        .iter()
        .rposition(|t| t.at <= low + slack)
        .unwrap_or(0);
    let until = places
        .iter()
        .position(|t| t.at >= high - slack)
        .unwrap_or(places.len() - 1);
    let ticks: Vec<Tick> = places[from..=until.max(from + 1).min(places.len() - 1)].to_vec();
    (ticks[0].at, ticks[ticks.len() - 1].at, ticks)
}

fn ratio_label(mantissa: f64, exponent: i32, style: NumberStyle) -> String {
    if (-4..=5).contains(&exponent) {
        let decimals = usize::try_from(-exponent).unwrap_or(0);
        return style.fixed(mantissa * ten_to(exponent), decimals);
    }
    let power = superscript(&exponent.to_string());
    if mantissa > 1.0 {
        format!("{mantissa:.0}×10{power}")
    } else {
        format!("10{power}")
    }
}

/// Limits that show the pooled results whole and the middle 95 % of the study bounds: one huge interval does not squeeze the rest.
///
/// `bounds` are lower and upper limits of the studies, `must` values that have to be seen (pooled limits, null value).
pub(super) fn robust_limits(bounds: &[(f64, f64)], estimates: &[f64], must: &[f64]) -> (f64, f64) {
    let finite = |v: &f64| v.is_finite();
    let mut lowers: Vec<f64> = bounds.iter().map(|b| b.0).filter(finite).collect();
    let mut uppers: Vec<f64> = bounds.iter().map(|b| b.1).filter(finite).collect();
    lowers.sort_by(f64::total_cmp);
    uppers.sort_by(f64::total_cmp);
    let mut middle: Vec<f64> = estimates.iter().copied().filter(finite).collect();
    middle.sort_by(f64::total_cmp);
    let mut low = must
        .iter()
        .copied()
        .filter(finite)
        .fold(f64::INFINITY, f64::min);
    let mut high = must
        .iter()
        .copied()
        .filter(finite)
        .fold(f64::NEG_INFINITY, f64::max);
    if let (Some(&from), Some(&until)) = (
        lowers.get(lowers.len() / 40),
        uppers.get(uppers.len() - uppers.len() / 40 - usize::from(!uppers.is_empty())),
    ) {
        let (from, until) = without_outlying_bounds(&lowers, &uppers, &middle, from, until);
        low = low.min(from);
        high = high.max(until);
    }
    if low.is_finite() && high.is_finite() {
        (low, high)
    } else {
        (-1.0, 1.0)
    }
}

/// With few studies the middle 95 % holds every bound: a bound further than three times the spread of the others' ends is cut.
fn without_outlying_bounds(
    lowers: &[f64],
    uppers: &[f64],
    middle: &[f64],
    from: f64,
    until: f64,
) -> (f64, f64) {
    let Some(&centre) = middle.get(middle.len() / 2) else {
        return (from, until);
    };
    if middle.len() < 3 {
        return (from, until);
    }
    let typical_low = centre - lowers[lowers.len() / 2];
    let typical_high = uppers[uppers.len() / 2] - centre;
    let reach = 3.0 * typical_low.max(typical_high).max(1e-9);
    let spread = (middle[0] - reach / 2.0).min(centre - reach);
    let spread_up = (middle[middle.len() - 1] + reach / 2.0).max(centre + reach);
    (from.max(spread), until.min(spread_up))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|t| t.label.as_str()).collect()
    }

    #[test]
    fn ratio_axis_has_round_symmetric_labels() {
        let axis = Axis::new(
            Scale::Log,
            libm::log(0.08),
            libm::log(6.0),
            320.0,
            NumberStyle::default(),
        );
        assert_eq!(
            labels(&axis),
            ["0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10"]
        );
    }

    #[test]
    fn narrow_ratio_axis_has_linear_steps() {
        let axis = Axis::new(
            Scale::Log,
            libm::log(0.82),
            libm::log(1.13),
            320.0,
            NumberStyle::default(),
        );
        assert_eq!(labels(&axis), ["0.8", "0.9", "1.0", "1.1", "1.2"]);
    }

    #[test]
    fn linear_axis_goes_outward_to_round_values() {
        let axis = Axis::new(Scale::Linear, -1.83, 0.42, 300.0, NumberStyle::default());
        assert_eq!(
            labels(&axis),
            ["−2.0", "−1.5", "−1.0", "−0.5", "0.0", "0.5"]
        );
    }

    proptest! {
        #[test]
        fn ticks_rise_inside_limits_and_labels_stand_apart(
            a in -12.0..12.0f64, width in 1e-4..30.0f64, log in any::<bool>(), room in 180.0..600.0f64,
        ) {
            let scale = if log { Scale::Log } else { Scale::Linear };
            let axis = Axis::new(scale, a, a + width, room, NumberStyle::default());
            prop_assert!(axis.low <= a + 1e-6 && axis.high >= a + width - 1e-6);
            prop_assert!(axis.ticks.len() >= 2, "{:?}", axis);
            for pair in axis.ticks.windows(2) {
                let halves = f64::midpoint(label_width(&pair[0]), label_width(&pair[1]));
                prop_assert!(axis.pixel(pair[1].at) - axis.pixel(pair[0].at) > halves, "{:?}", axis);
                prop_assert!(pair[0].label != pair[1].label, "{:?}", axis);
            }
        }
    }

    #[test]
    fn labels_have_the_decimals_that_the_step_asks_for() {
        let (a, width) = (-11.98289095847119, 0.0001);
        let axis = Axis::new(Scale::Linear, a, a + width, 470.1, NumberStyle::default());
        let mut labels = labels(&axis);
        labels.dedup();
        assert!(
            labels.len() > 2 && labels.len() == axis.ticks.len(),
            "{axis:?}"
        );
    }

    #[test]
    fn one_huge_interval_does_not_set_the_limits() {
        let mut bounds = vec![(-0.5, 0.5); 6];
        bounds.push((-40.0, 40.0));
        let (low, high) = robust_limits(&bounds, &[0.0; 7], &[0.0]);
        assert!(low > -5.0 && high < 5.0, "{low} {high}");
    }
}
