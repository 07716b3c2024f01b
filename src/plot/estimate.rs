//! Estimates, heterogeneity and tests as figures print them.

use super::axis::Scale;
use super::figure::Frame;
use super::number::EffectFormat;

/// A point estimate with its interval, on the analysis scale (log for ratios).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// Point estimate.
    pub value: f64,
    /// Lower confidence limit.
    pub lower: f64,
    /// Upper confidence limit.
    pub upper: f64,
}

impl Estimate {
    /// An estimate with its limits.
    pub const fn new(value: f64, lower: f64, upper: f64) -> Self {
        Self {
            value,
            lower,
            upper,
        }
    }

    /// Whether all three numbers are finite.
    pub(super) fn is_finite(&self) -> bool {
        self.value.is_finite() && self.lower.is_finite() && self.upper.is_finite()
    }

    /// The same on the axis.
    pub(super) fn placed(&self, scale: Scale) -> Self {
        Self::new(
            scale.placed(self.value),
            scale.placed(self.lower),
            scale.placed(self.upper),
        )
    }
}

/// Prints values of one scale in one format.
#[derive(Clone, Copy, Debug)]
pub(super) struct EffectText<'a> {
    /// The scale of the values.
    pub scale: Scale,
    /// Decimals of the column.
    pub format: EffectFormat,
    /// Separator, brackets, words.
    pub frame: &'a Frame,
}

impl<'a> EffectText<'a> {
    /// Chooses the decimals for a set of estimates on the analysis scale.
    pub(super) fn for_values(scale: Scale, values: &[f64], frame: &'a Frame) -> Self {
        let shown: Vec<f64> = values.iter().map(|&v| scale.shown(v)).collect();
        Self {
            scale,
            format: EffectFormat::choose(&shown, scale.is_ratio()),
            frame,
        }
    }

    /// One value.
    pub(super) fn value(&self, value: f64) -> String {
        self.format.format(
            self.scale.shown(value),
            self.scale.is_ratio(),
            self.frame.numbers,
        )
    }

    /// `(0.33 to 0.73)`.
    pub(super) fn interval(&self, lower: f64, upper: f64) -> String {
        self.frame.numbers.interval(
            &self.value(lower),
            &self.value(upper),
            &self.frame.wording.to,
        )
    }

    /// `0.49 (0.33 to 0.73)`.
    pub(super) fn estimate(&self, estimate: &Estimate) -> String {
        format!(
            "{} {}",
            self.value(estimate.value),
            self.interval(estimate.lower, estimate.upper)
        )
    }
}

/// A test statistic and its reference distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statistic {
    /// Standard normal.
    Z(f64),
    /// Student's t with degrees of freedom.
    T(f64, f64),
    /// Chi-squared with degrees of freedom.
    ChiSquared(f64, f64),
    /// F with numerator and denominator degrees of freedom.
    F(f64, f64, f64),
}

/// A test: statistic and two-sided p.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TestResult {
    /// Statistic.
    pub statistic: Statistic,
    /// p-value, 0 to 1.
    pub p: f64,
}

impl TestResult {
    /// `T = −3.95, df = 12 (P = 0.002)`.
    pub(super) fn text(&self, frame: &Frame) -> String {
        let n = |v: f64| frame.numbers.fixed(v, 2);
        let df = |v: f64| degrees(v, frame);
        let statistic = match self.statistic {
            Statistic::Z(z) => format!("Z = {}", n(z)),
            Statistic::T(t, d) => format!("T = {}, df = {}", n(t), df(d)),
            Statistic::ChiSquared(q, d) => format!("χ² = {}, df = {}", n(q), df(d)),
            Statistic::F(f, d1, d2) => format!("F = {}, df = {}, {}", n(f), df(d1), df(d2)),
        };
        format!("{statistic} (P {})", frame.numbers.p_value(self.p))
    }
}

/// Whole degrees of freedom without decimals, Satterthwaite's with one.
fn degrees(value: f64, frame: &Frame) -> String {
    let whole = (value - value.round()).abs() < 1e-9;
    frame.numbers.fixed(value, usize::from(!whole))
}

/// Heterogeneity of one pooled result.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Heterogeneity {
    /// Between-study variance; `None` for common-effect models.
    pub tau2: Option<f64>,
    /// Its confidence limits.
    pub tau2_interval: Option<(f64, f64)>,
    /// Cochran's Q.
    pub q: f64,
    /// Degrees of freedom of Q.
    pub df: f64,
    /// p-value of Q.
    pub p: f64,
    /// I², percent.
    pub i2: Option<f64>,
}

impl Heterogeneity {
    /// `τ² = 0.31; χ² = 152.23, df = 12 (P < 0.001); I² = 92%`.
    pub(super) fn text(&self, frame: &Frame) -> String {
        let mut parts = Vec::new();
        if let Some(tau2) = self.tau2 {
            let interval = self.tau2_interval.map_or(String::new(), |(lower, upper)| {
                let (lower, upper) = (frame.numbers.variance(lower), frame.numbers.variance(upper));
                format!(
                    " {}",
                    frame.numbers.interval(&lower, &upper, &frame.wording.to)
                )
            });
            parts.push(format!("τ² = {}{interval}", frame.numbers.variance(tau2)));
        }
        let q = TestResult {
            statistic: Statistic::ChiSquared(self.q, self.df),
            p: self.p,
        };
        parts.push(q.text(frame));
        if let Some(i2) = self.i2 {
            parts.push(format!("I² = {}%", frame.numbers.fixed(i2, 0)));
        }
        parts.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heterogeneity_line_prints_the_bcg_values_of_metafor() {
        let frame = Frame::default();
        let bcg = Heterogeneity {
            tau2: Some(0.3132),
            tau2_interval: None,
            q: 152.2330,
            df: 12.0,
            p: 1e-26,
            i2: Some(92.22),
        };
        assert_eq!(
            bcg.text(&frame),
            "τ² = 0.31; χ² = 152.23, df = 12 (P < 0.001); I² = 92%"
        );
        let test = TestResult {
            statistic: Statistic::T(-3.9522, 12.0),
            p: 0.0019,
        };
        assert_eq!(test.text(&frame), "T = −3.95, df = 12 (P = 0.002)");
    }
}
