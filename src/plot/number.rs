//! Numbers as figures print them: one number of decimals a column, a real minus sign, one bracket style a report.

use std::fmt::Write as _;

/// The minus sign, U+2212.
const MINUS: char = '−';

/// How an interval is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bracket {
    /// `0.49 (0.33 to 0.73)`.
    #[default]
    RoundTo,
    /// `0.49 [0.33, 0.73]`.
    SquareComma,
}

/// The decimal separator and bracket style of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberStyle {
    /// `.` or `,`.
    pub decimal: char,
    /// How intervals are written.
    pub bracket: Bracket,
}

impl Default for NumberStyle {
    fn default() -> Self {
        Self {
            decimal: '.',
            bracket: Bracket::RoundTo,
        }
    }
}

impl NumberStyle {
    /// A number with fixed decimals and a real minus sign; never `−0.00`. Not finite: an en dash.
    pub fn fixed(self, value: f64, decimals: usize) -> String {
        if !value.is_finite() {
            return "–".to_owned();
        }
        if value.abs() >= 1e9 {
            return self.scientific(value);
        }
        let digits = format!("{:.decimals$}", value.abs());
        let zero = digits.bytes().all(|b| b == b'0' || b == b'.');
        self.signed(value < 0.0 && !zero, &digits)
    }

    /// A number with about `digits` significant digits, at least none and at most six decimals.
    pub fn significant(self, value: f64, digits: usize) -> String {
        if value == 0.0 || !value.is_finite() {
            return self.fixed(value, 0);
        }
        if value.abs() < 1e-5 || value.abs() >= 1e7 {
            return self.scientific(value);
        }
        self.fixed(value, decimals_for(value, digits).min(6))
    }

    /// Mantissa with one decimal times a power of ten.
    fn scientific(self, value: f64) -> String {
        let text = format!("{:.1e}", value.abs());
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let power = superscript(exponent);
        self.signed(value < 0.0, &format!("{mantissa}×10{power}"))
    }

    fn signed(self, negative: bool, digits: &str) -> String {
        let mut out = String::with_capacity(digits.len() + 3);
        if negative {
            out.push(MINUS);
        }
        for c in digits.chars() {
            out.push(if c == '.' { self.decimal } else { c });
        }
        out
    }

    /// `= 0.03`, `= 0.004`, `< 0.001`: a p-value with its sign of comparison. Two decimals from 0.01 up, three below and next to 0.05.
    pub fn p_value(self, p: f64) -> String {
        if !p.is_finite() {
            "= –".to_owned()
        } else if p < 0.001 {
            format!("< {}", self.fixed(0.001, 3))
        } else if p > 0.999 {
            format!("> {}", self.fixed(0.99, 2))
        } else if p < 0.01 || (0.045..0.055).contains(&p) {
            format!("= {}", self.fixed(p, 3))
        } else {
            format!("= {}", self.fixed(p, 2))
        }
    }

    /// A variance such as τ²: two decimals, or two significant digits when small.
    pub fn variance(self, value: f64) -> String {
        if value == 0.0 || value.abs() >= 0.1 {
            self.fixed(value, 2)
        } else {
            self.significant(value, 2)
        }
    }

    /// `(0.33 to 0.73)` or `[0.33, 0.73]` around two finished texts.
    pub(super) fn interval(self, lower: &str, upper: &str, to: &str) -> String {
        match self.bracket {
            Bracket::RoundTo => format!("({lower} {to} {upper})"),
            Bracket::SquareComma => format!("[{lower}, {upper}]"),
        }
    }
}

/// Decimals that show `digits` significant digits of a value.
fn decimals_for(value: f64, digits: usize) -> usize {
    let mut decimals = digits.saturating_sub(1);
    let mut size = value.abs();
    while size < 1.0 && decimals < 12 {
        size *= 10.0;
        decimals += 1;
    }
    while size >= 10.0 && decimals > 0 {
        size /= 10.0;
        decimals -= 1;
    }
    decimals
}

/// An exponent such as `-6` in raised digits.
pub(super) fn superscript(exponent: &str) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    exponent
        .chars()
        .filter_map(|c| match c {
            '-' => Some('⁻'),
            _ => c.to_digit(10).map(|d| RAISED[d as usize]),
        })
        .collect()
}

/// How the effects of one column are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EffectFormat {
    /// The same decimals in every row.
    Fixed(usize),
    /// The range is too wide for one number of decimals: two decimals, or two significant digits below 0.1.
    Mixed,
}

impl EffectFormat {
    /// Chooses for a column from its point estimates, on the scale they are printed in.
    ///
    /// Two decimals; one or none where every estimate is at least 100 or 1000; three where every estimate is nearer to zero than 0.1 (differences) or where some ratio is below 0.1,
    /// and so on, so that no estimate loses all its digits.
    pub(super) fn choose(estimates: &[f64], ratio: bool) -> Self {
        let sizes = || estimates.iter().map(|v| v.abs()).filter(|v| v.is_finite());
        let largest = sizes().fold(0.0, f64::max);
        let smallest = sizes().filter(|&v| v > 0.0).fold(f64::INFINITY, f64::min);
        let decisive = if ratio { smallest } else { largest };
        if largest == 0.0 || !decisive.is_finite() {
            return Self::Fixed(2);
        }
        if smallest >= 100.0 {
            return Self::Fixed(usize::from(smallest < 1000.0));
        }
        let decimals = decimals_for(decisive, if decisive < 0.1 { 2 } else { 1 }).clamp(2, 12);
        if decimals > 5 || (decimals > 2 && largest >= 100.0) {
            Self::Mixed
        } else {
            Self::Fixed(decimals)
        }
    }

    /// One value. A positive ratio never becomes a bare zero: `<0.01`.
    pub(super) fn format(self, value: f64, ratio: bool, style: NumberStyle) -> String {
        match self {
            Self::Fixed(decimals) => {
                let unit = (0..decimals).fold(1.0, |unit, _| unit / 10.0);
                if ratio && value > 0.0 && value < unit / 2.0 {
                    let mut out = String::new();
                    let _ = write!(out, "<{}", style.fixed(unit, decimals));
                    return out;
                }
                style.fixed(value, decimals)
            }
            Self::Mixed if value.abs() >= 1e6 || (value != 0.0 && value.abs() < 0.1) => {
                style.significant(value, 2)
            }
            Self::Mixed => style.fixed(value, 2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: NumberStyle = NumberStyle {
        decimal: '.',
        bracket: Bracket::RoundTo,
    };

    #[test]
    fn minus_is_a_real_minus_and_zero_has_no_sign() {
        assert_eq!(STYLE.fixed(-1.234, 2), "−1.23");
        assert_eq!(STYLE.fixed(-0.001, 2), "0.00");
        assert_eq!(STYLE.fixed(f64::NAN, 2), "–");
    }

    #[test]
    fn p_values_do_not_round_across_five_percent() {
        assert_eq!(STYLE.p_value(0.049), "= 0.049");
        assert_eq!(STYLE.p_value(0.052), "= 0.052");
        assert_eq!(STYLE.p_value(0.0019), "= 0.002");
        assert_eq!(STYLE.p_value(1e-9), "< 0.001");
        assert_eq!(STYLE.p_value(0.4512), "= 0.45");
        assert_eq!(STYLE.p_value(1.0), "> 0.99");
    }

    #[test]
    fn decimals_follow_the_size_of_the_effects() {
        assert_eq!(
            EffectFormat::choose(&[0.49, 1.56], true),
            EffectFormat::Fixed(2)
        );
        assert_eq!(
            EffectFormat::choose(&[0.02, -0.05], false),
            EffectFormat::Fixed(3)
        );
        assert_eq!(
            EffectFormat::choose(&[0.02, -5.0], false),
            EffectFormat::Fixed(2)
        );
        assert_eq!(
            EffectFormat::choose(&[0.001, 1.2], true),
            EffectFormat::Fixed(4)
        );
        assert_eq!(
            EffectFormat::choose(&[-2500.0, 1e4], false),
            EffectFormat::Fixed(0)
        );
        assert_eq!(
            EffectFormat::choose(&[0.001, 1e4], true),
            EffectFormat::Mixed
        );
    }

    #[test]
    fn small_ratios_never_print_as_zero() {
        assert_eq!(EffectFormat::Fixed(2).format(0.0004, true, STYLE), "<0.01");
        assert_eq!(EffectFormat::Mixed.format(0.0012, true, STYLE), "0.0012");
        assert_eq!(EffectFormat::Mixed.format(3.0e-8, true, STYLE), "3.0×10⁻⁸");
        assert_eq!(
            EffectFormat::Mixed.format(12345.678, true, STYLE),
            "12345.68"
        );
    }

    #[test]
    fn decimal_comma_is_used_throughout() {
        let style = NumberStyle {
            decimal: ',',
            bracket: Bracket::SquareComma,
        };
        assert_eq!(style.p_value(0.2), "= 0,20");
        assert_eq!(style.interval("0,33", "0,73", "to"), "[0,33, 0,73]");
    }
}
