//! Numbers as a paper prints them: a value and how many decimals stand behind the point.

use super::span::Span;
use std::fmt;

/// A number with the decimals it was printed with, so that its rounding is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Printed {
    /// The value as printed.
    pub value: f64,
    /// Digits behind the point.
    pub decimals: u8,
}

/// Why a cell is no number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotANumber {
    /// `1,5` or `1,234`.
    #[error("a comma stands where a number has a point")]
    Comma,
    /// Any other text.
    #[error("text stands where a number belongs")]
    Text,
}

impl NotANumber {
    /// What to write instead of `text`.
    pub fn help(&self, text: &str) -> String {
        match self {
            Self::Comma if text.matches(',').count() == 1 => format!(
                "write `{}` if the comma is a decimal one, `{}` if it separates thousands",
                text.replace(',', "."),
                text.replace(',', "")
            ),
            Self::Comma => format!("write `{}`", text.replace(',', "")),
            Self::Text => {
                "write the number alone; leave the cell empty where the paper gives none, and keep its words in `reported`"
                    .to_owned()
            }
        }
    }
}

impl Printed {
    /// A number with no rounding worth knowing: a count.
    pub fn whole(value: u32) -> Self {
        Self {
            value: f64::from(value),
            decimals: 0,
        }
    }

    /// Reads a cell; empty, `NR` and `NA` mean that the paper gives no number.
    ///
    /// # Errors
    /// When something else than a number stands there.
    pub fn read(text: &str) -> Result<Option<Self>, NotANumber> {
        let text = text.trim().replace(['\u{2212}', '\u{2013}'], "-");
        if is_blank(&text) {
            return Ok(None);
        }
        let plain = text.trim_start_matches(['+', '-']);
        let digits = plain.chars().all(|character| {
            character.is_ascii_digit() || matches!(character, '.' | 'e' | 'E' | '-' | '+')
        });
        match text.parse::<f64>() {
            Ok(value) if digits && value.is_finite() => Ok(Some(Self {
                value,
                decimals: decimals(&text),
            })),
            _ if text.contains(',') && text.replace(',', "").parse::<f64>().is_ok() => {
                Err(NotANumber::Comma)
            }
            _ => Err(NotANumber::Text),
        }
    }

    /// Takes the decimals of the same number in the paper's own words, where those keep zeros that a spreadsheet dropped.
    #[must_use]
    pub fn sharpened_by(self, reported: &str) -> Self {
        let same = numbers_in(reported)
            .filter(|number| (number.value.abs() - self.value.abs()).abs() < 1e-12);
        let decimals = same
            .map(|number| number.decimals)
            .max()
            .unwrap_or(0)
            .max(self.decimals);
        Self { decimals, ..self }
    }

    /// Half of the last printed digit.
    pub fn half_unit(self) -> f64 {
        0.5 * 10f64.powi(-i32::from(self.decimals))
    }

    /// Every value that is printed so, whichever way halves are rounded.
    pub fn span(self) -> Span {
        Span {
            low: self.value - self.half_unit(),
            high: self.value + self.half_unit(),
        }
    }
}

impl fmt::Display for Printed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.*}", usize::from(self.decimals), self.value)
    }
}

/// Whether a cell says that the paper gives nothing.
pub(super) fn is_blank(text: &str) -> bool {
    matches!(
        text.trim(),
        "" | "NR" | "NA" | "nr" | "n.r." | "N/A" | "not reported"
    )
}

/// Digits behind the point; an exponent takes them away again.
fn decimals(text: &str) -> u8 {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let digits = mantissa
        .split_once('.')
        .map_or(0, |(_, behind)| i32::try_from(behind.len()).unwrap_or(0));
    let exponent = exponent.parse::<i32>().unwrap_or(0);
    u8::try_from(digits.saturating_sub(exponent).clamp(0, 30)).unwrap_or(0)
}

/// The numbers in running text, signs and decimals kept.
pub(super) fn numbers_in(text: &str) -> impl Iterator<Item = Printed> {
    let text = text.replace(['\u{2212}', '\u{2013}'], "-");
    let pieces: Vec<String> = text
        .split(|character: char| !(character.is_ascii_digit() || matches!(character, '.' | '-')))
        .map(|piece| piece.trim_end_matches(['.', '-']).to_owned())
        .collect();
    pieces
        .into_iter()
        .filter_map(|piece| Printed::read(&piece).ok().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailing_zeros_are_kept() {
        let number = Printed::read("15.00").unwrap().unwrap();
        assert_eq!(number.decimals, 2);
        assert_eq!(number.to_string(), "15.00");
        assert!((number.half_unit() - 0.005).abs() < 1e-15);
    }

    #[test]
    fn the_papers_words_give_back_zeros_a_spreadsheet_dropped() {
        let number = Printed::read("15").unwrap().unwrap();
        assert_eq!(number.sharpened_by("15.00 ± 5.111").decimals, 2);
        assert_eq!(number.sharpened_by("n = 15").decimals, 0);
    }

    #[test]
    fn a_printed_minus_sign_is_a_minus() {
        assert!((Printed::read("−1.83").unwrap().unwrap().value + 1.83).abs() < 1e-12);
    }

    #[test]
    fn a_comma_is_named_as_such_and_words_as_words() {
        assert_eq!(Printed::read("1,5"), Err(NotANumber::Comma));
        assert_eq!(Printed::read("about 3"), Err(NotANumber::Text));
        assert_eq!(Printed::read("inf"), Err(NotANumber::Text));
        assert_eq!(Printed::read(" NR "), Ok(None));
    }

    #[test]
    fn numbers_are_found_in_running_text() {
        let found: Vec<String> = numbers_in("−1.87 (−3.22, 0.51)")
            .map(|number| number.to_string())
            .collect();
        assert_eq!(found, ["-1.87", "-3.22", "0.51"]);
    }
}
