//! Numbers as people read them: effects on their own scale, variances, p values and statistics.

use crate::cli::pool::analysis::Analysis;
use libm::log10;

/// Formats numbers of one scale: taken back from logarithms where people read ratios.
pub(super) struct Scale<'a> {
    analysis: &'a Analysis,
    decimals: usize,
}

impl Scale<'_> {
    /// The scale of an analysis.
    pub(super) fn new(analysis: &Analysis) -> Scale<'_> {
        // Three digits of the standard error; ratios and proportions two decimals or more.
        // Equal effects have none under Hartung-Knapp; the precision of the studies stands in.
        let precision: f64 = analysis.vi.iter().map(|v| 1.0 / v).sum();
        let least = 1.0 / libm::sqrt(precision);
        let se = if analysis.pooled.se > 1e-6 * least {
            analysis.pooled.se
        } else {
            least
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to 2..=12"
        )]
        let decimals = (2.0 - log10(se).floor()).clamp(2.0, 12.0) as usize;
        Scale {
            analysis,
            decimals: if analysis.measure.is_transformed() {
                decimals.clamp(2, 4)
            } else {
                decimals
            },
        }
    }

    /// An effect as people read it.
    pub(super) fn show(&self, y: f64) -> String {
        let back = self.analysis.measure.back(y, &self.analysis.sizes);
        plain(back, self.decimals)
    }

    /// Both limits of an interval.
    pub(super) fn interval(&self, (low, high): (f64, f64)) -> String {
        format!("{} to {}", self.show(low), self.show(high))
    }
}

/// A number with fixed decimals; no minus before a zero.
pub(super) fn plain(x: f64, decimals: usize) -> String {
    if x.is_nan() {
        return "-".to_owned();
    }
    let text = format!("{x:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|c| matches!(c, '0' | '.')) => rest.to_owned(),
        _ => text,
    }
}

/// A number with four significant digits, as variances need.
pub(super) fn significant(x: f64) -> String {
    if x.is_nan() {
        return "-".to_owned();
    }
    if x == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e7).contains(&x.abs()) {
        return format!("{x:.3e}");
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=8"
    )]
    let decimals = (3.0 - log10(x.abs()).floor()).clamp(0.0, 8.0) as usize;
    format!("{x:.decimals$}")
}

pub(super) fn p_value(p: f64) -> String {
    if p.is_nan() {
        "p not defined".to_owned()
    } else if p < 0.001 {
        "p < 0.001".to_owned()
    } else {
        format!("p = {p:.3}")
    }
}

pub(super) fn statistic(stat: f64, ddf: Option<f64>, p: f64) -> String {
    if !stat.is_finite() {
        return "not defined, because the standard error is 0".to_owned();
    }
    match ddf {
        Some(df) => format!("t({df}) = {stat:.2}, {}", p_value(p)),
        None => format!("z = {stat:.2}, {}", p_value(p)),
    }
}
