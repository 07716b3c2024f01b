//! Whether a printed text is what a value prints as, in any of the forms that a template may choose.

use super::escape::markdown;
use super::format::{Form, Scale, printed};
use crate::artefact::Address;
use crate::plot::NumberStyle;
use crate::provenance::PrintedNumber;

/// Whether `text` is one of the ways in which a report prints `value`.
///
/// A number reads as itself in one of the forms, on the scale of the analysis or back from it. Any other value reads as
/// itself, or is told in words, and words hold no digit that the value does not hold.
pub fn reads_as(value: &str, text: &str) -> bool {
    let scales = [Scale::Plain, Scale::Log, Scale::Logit, Scale::FisherZ];
    reads_on(&scales, value, text)
}

/// Whether a number of the report is one of the ways in which it prints the value of its own table.
///
/// A table whose effects stand as people read them is not read back from another scale once more.
pub fn is_read_as(number: &PrintedNumber) -> bool {
    match &number.address {
        Address::Cell { artefact, .. } if Scale::stands_as_read(artefact) => {
            reads_on(&[Scale::Plain], &number.value, &number.text)
        }
        _ => reads_as(&number.value, &number.text),
    }
}

fn reads_on(scales: &[Scale], value: &str, text: &str) -> bool {
    if value.trim().parse::<f64>().is_err() {
        return markdown(value) == text || numbers_in(text).all(|number| value.contains(number));
    }
    let style = NumberStyle::default();
    Form::NAMES.iter().any(|(_, form)| {
        let mut scales = scales.iter();
        scales.any(|scale| {
            let whole = printed(value, *form, *scale, style);
            whole == text || capitalised(&whole) == text
        })
    })
}

/// The runs of digits in a text.
fn numbers_in(text: &str) -> impl Iterator<Item = &str> {
    let runs = text.split(|character: char| !character.is_ascii_digit());
    runs.filter(|run| !run.is_empty())
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reads_as_itself_in_every_form_and_as_no_other() {
        for text in ["−8.22", "−8.2202", "−8"] {
            assert!(reads_as("-8.2202", text), "{text}");
        }
        assert!(
            reads_as("-0.71", "0.49"),
            "a ratio read back from its logarithm"
        );
        assert!(reads_as("2", "Two"));
        assert!(!reads_as("-8.2202", "−8.23"));
        assert!(!reads_as("2", "three"));
    }

    #[test]
    fn a_ratio_of_the_summary_is_not_taken_back_twice() {
        let number = |address: &str, text: &str| PrintedNumber {
            address: address.parse().expect("an address"),
            value: "0.4892".to_owned(),
            text: text.to_owned(),
            line: 1,
            column: 1,
        };
        assert!(is_read_as(&number("grade/summary#falls/estimate", "0.49")));
        assert!(!is_read_as(&number("grade/summary#falls/estimate", "1.63")));
        assert!(is_read_as(&number("pool/pooled#falls/estimate", "1.63")));
    }

    #[test]
    fn words_hold_no_digit_of_their_own() {
        assert!(reads_as("rct", "randomised trials"));
        assert!(reads_as("huang-2020", "Huang 2020"));
        assert!(!reads_as("huang-2020", "Huang 2021"));
    }
}
