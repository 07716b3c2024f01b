//! Colours that keep their order in grey print and for red-green deficiency, and the looks of risk-of-bias levels.

use super::svg::{Paint, Stroke};

/// The page behind every figure.
pub(super) const PAGE: &str = "#ffffff";
/// Text and rules: 16:1 on the page.
pub(super) const INK: &str = "#1b2430";
/// Lesser text: 6.5:1 on the page.
pub(super) const SOFT_INK: &str = "#4d5866";
/// Axis and null lines: 4.8:1.
pub(super) const AXIS: &str = "#66707c";
/// Light rules between blocks.
pub(super) const RULE: &str = "#c3cad2";
/// Lines of the grid.
pub(super) const GRID: &str = "#e6eaee";
/// Every second row.
pub(super) const STRIPE: &str = "#f5f7f9";
/// Study squares: 3.6:1 on the page, L* 56.
pub(super) const STUDY: &str = "#5c8db5";
/// Confidence lines, drawn over the squares.
pub(super) const INTERVAL: &str = "#14304d";
/// Pooled diamonds, L* 25.
pub(super) const POOLED: &str = "#123f6d";
/// Diamonds of subgroups.
pub(super) const SUBGROUP: &str = "#7ea6c8";
/// Prediction intervals, L* 45; never the shape of a confidence interval.
pub(super) const PREDICTION: &str = "#b8442a";
/// A band of unimportant effects.
pub(super) const BAND: &str = "#eef2dc";

/// Which colours risk-of-bias levels take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BiasPalette {
    /// Monotone in lightness, safe for red-green deficiency and in grey print.
    #[default]
    House,
    /// The traffic-light colours of Cochrane tools as drawn by robvis 0.3 (order is lost in grey print).
    Cochrane,
    /// Greys only.
    Grey,
}

/// How severe a risk-of-bias level is, whatever its tool calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BiasTone {
    /// Low; strong (EPHPP).
    Low,
    /// Some concerns, moderate, unclear (RoB 1).
    Some,
    /// High, serious; weak (EPHPP).
    High,
    /// Critical (ROBINS-I).
    Critical,
    /// No information.
    NoInformation,
    /// Not applicable.
    NotApplicable,
}

impl BiasTone {
    /// The sign drawn inside the mark where the tool has none of its own.
    pub const fn glyph(self) -> &'static str {
        match self {
            Self::Low => "+",
            Self::Some => "−",
            Self::High => "×",
            Self::Critical => "!",
            Self::NoInformation => "?",
            Self::NotApplicable => "",
        }
    }

    /// Fill and glyph colour; glyphs have at least 4.5:1 in the house and grey palettes.
    pub(super) const fn colours(self, palette: BiasPalette) -> (&'static str, &'static str) {
        const DARK: &str = "#000000";
        const LIGHT: &str = "#ffffff";
        match (palette, self) {
            (BiasPalette::House, Self::Low) => ("#bfe3d6", DARK),
            (BiasPalette::House, Self::Some) => ("#e8a32e", DARK),
            (BiasPalette::House, Self::High) => ("#b8442a", LIGHT),
            (BiasPalette::House, Self::Critical) => ("#5b1420", LIGHT),
            (BiasPalette::Cochrane, Self::Low) => ("#02c100", DARK),
            (BiasPalette::Cochrane, Self::Some) => ("#e2df07", DARK),
            (BiasPalette::Cochrane, Self::High) => ("#bf0000", LIGHT),
            (BiasPalette::Cochrane, Self::Critical) => ("#820000", LIGHT),
            (BiasPalette::Cochrane, Self::NoInformation) => ("#4ea1f7", DARK),
            (BiasPalette::Grey, Self::Low) => ("#e2e2e2", DARK),
            (BiasPalette::Grey, Self::Some) => ("#ababab", DARK),
            (BiasPalette::Grey, Self::High) => ("#666666", LIGHT),
            (BiasPalette::Grey, Self::Critical) => ("#222222", LIGHT),
            (_, Self::NotApplicable) => ("#eeeeee", DARK),
            (_, Self::NoInformation) => (LIGHT, DARK),
        }
    }

    /// Fill with the outline every mark has, dashed for "no information".
    pub(super) const fn paint(self, palette: BiasPalette) -> Paint {
        let outline = if matches!(self, Self::NoInformation) {
            Stroke::dashed(SOFT_INK, 1.0, "2.5 2")
        } else {
            Stroke::solid(SOFT_INK, 0.75)
        };
        Paint::outlined(self.colours(palette).0, outline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, WCAG 2.2.
    fn luminance(hex: &str) -> f64 {
        let part = |at: usize| {
            let v = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            if v <= 0.04045 {
                v / 12.92
            } else {
                ((v + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_has_contrast_4_5_and_marks_3() {
        for ink in [INK, SOFT_INK, AXIS] {
            assert!(contrast(ink, PAGE) >= 4.5, "{ink}");
            assert!(contrast(ink, STRIPE) >= 4.5, "{ink}");
        }
        for mark in [STUDY, INTERVAL, POOLED, PREDICTION] {
            assert!(contrast(mark, STRIPE) >= 3.0, "{mark}");
        }
        assert!(contrast(STUDY, INTERVAL) >= 3.0);
    }

    #[test]
    fn bias_levels_darken_with_severity_and_their_glyphs_are_legible() {
        let order = [
            BiasTone::Low,
            BiasTone::Some,
            BiasTone::High,
            BiasTone::Critical,
        ];
        for palette in [BiasPalette::House, BiasPalette::Grey] {
            let light: Vec<f64> = order
                .iter()
                .map(|t| luminance(t.colours(palette).0))
                .collect();
            assert!(
                light.windows(2).all(|w| w[0] > w[1] * 1.3),
                "{palette:?} {light:?}"
            );
            for tone in order {
                let (fill, glyph) = tone.colours(palette);
                assert!(contrast(fill, glyph) >= 4.5, "{palette:?} {tone:?}");
            }
        }
    }
}
