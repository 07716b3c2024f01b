//! How values are printed. Rounding happens here, once.

use crate::plot::NumberStyle;

/// How one value is to be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// An effect or a limit: two decimals, more where it would lose all its digits. On the scale people read (ratios, not logs).
    Effect,
    /// A whole number.
    Count,
    /// A whole number in words up to nine.
    Word,
    /// `= 0.03`, `< 0.001`.
    P,
    /// Percent without decimals.
    Percent,
    /// A confidence level, `95%`, from 95 or 0.95.
    Level,
    /// A share or weight, one decimal.
    Weight,
    /// A variance such as τ².
    Variance,
    /// A coefficient of a regression, on the scale it was fitted on: three digits that count.
    Coefficient,
    /// A statistic: two decimals.
    Statistic,
    /// Degrees of freedom: whole, or one decimal.
    Degrees,
    /// A mean or SD: at most two decimals, none that the value does not have.
    Mean,
    /// As the artefact has it.
    Plain,
}

impl Form {
    /// The names templates use.
    pub(super) const NAMES: [(&'static str, Self); 13] = [
        ("effect", Self::Effect),
        ("count", Self::Count),
        ("word", Self::Word),
        ("p", Self::P),
        ("percent", Self::Percent),
        ("level", Self::Level),
        ("weight", Self::Weight),
        ("variance", Self::Variance),
        ("coefficient", Self::Coefficient),
        ("statistic", Self::Statistic),
        ("degrees", Self::Degrees),
        ("mean", Self::Mean),
        ("plain", Self::Plain),
    ];

    /// The form of a name.
    pub(super) fn named(name: &str) -> Option<Self> {
        let mut names = Self::NAMES.iter();
        names
            .find(|(known, _)| *known == name)
            .map(|(_, form)| *form)
    }
}

/// The scale on which an analysis works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Scale {
    /// As printed.
    #[default]
    Plain,
    /// Logarithms of ratios.
    Log,
    /// Logits of proportions.
    Logit,
    /// Fisher's z of correlations.
    FisherZ,
}

impl Scale {
    /// The scale of a measure, by its short name.
    pub(super) fn of_measure(measure: &str) -> Self {
        match measure.to_ascii_uppercase().as_str() {
            "RR" | "OR" | "PETO" | "IRR" | "HR" | "ROM" | "ROMC" | "DOR" | "PLN" | "IRLN"
            | "CVR" | "VR" => Self::Log,
            "PLO" => Self::Logit,
            "ZCOR" => Self::FisherZ,
            _ => Self::Plain,
        }
    }

    /// Whether a table's effects stand as people read them: those of a summary of findings do, all others as they are pooled.
    pub(super) fn stands_as_read(table: &str) -> bool {
        table == "summary"
    }

    /// The scale of the effects in a table, by their measure.
    pub(super) fn of_table(table: &str, measure: &str) -> Self {
        if Self::stands_as_read(table) {
            Self::Plain
        } else {
            Self::of_measure(measure)
        }
    }

    /// A value as people read it.
    pub(super) fn shown(self, value: f64) -> f64 {
        match self {
            Self::Plain => value,
            Self::Log => libm::exp(value),
            Self::Logit => 1.0 / (1.0 + libm::exp(-value)),
            Self::FisherZ => libm::tanh(value),
        }
    }
}

/// The printed text of a value; the value itself where it is no number.
pub(super) fn printed(value: &str, form: Form, scale: Scale, style: NumberStyle) -> String {
    let Ok(number) = value.trim().parse::<f64>() else {
        return super::escape::markdown(value);
    };
    match form {
        Form::Effect => effect(scale.shown(number), style),
        // People of a shared comparator are counted in parts.
        Form::Count => style.fixed(number, usize::from(number.fract() != 0.0)),
        Form::Word => in_words(number).map_or_else(|| style.fixed(number, 0), str::to_owned),
        Form::P => style.p_value(number),
        Form::Percent => format!("{}%", style.fixed(number, 0)),
        Form::Level => {
            let percent = if number <= 1.0 {
                number * 100.0
            } else {
                number
            };
            format!("{}%", trimmed(percent, 2, style))
        }
        Form::Weight => style.fixed(number, 1),
        Form::Variance => style.variance(number),
        Form::Coefficient => style.significant(number, 3),
        Form::Statistic => style.fixed(number, 2),
        Form::Degrees => trimmed(number, 1, style),
        Form::Mean => mean(value.trim(), number, style),
        Form::Plain => {
            super::escape::markdown(&value.trim().replacen('-', "−", usize::from(number < 0.0)))
        }
    }
}

fn effect(value: f64, style: NumberStyle) -> String {
    if value != 0.0 && value.abs() < 0.005 {
        style.significant(value, 1)
    } else {
        style.fixed(value, 2)
    }
}

/// Fixed decimals without zeros at the end.
fn trimmed(value: f64, decimals: usize, style: NumberStyle) -> String {
    let text = style.fixed(value, decimals);
    if text.contains(style.decimal) {
        text.trim_end_matches('0')
            .trim_end_matches(style.decimal)
            .to_owned()
    } else {
        text
    }
}

/// The decimals of the value, at most two.
fn mean(text: &str, value: f64, style: NumberStyle) -> String {
    let decimals = text.split_once('.').map_or(0, |(_, after)| after.len());
    style.fixed(value, decimals.min(2))
}

fn in_words(value: f64) -> Option<&'static str> {
    const WORDS: [&str; 10] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ];
    (0..10u8)
        .find(|&n| (value - f64::from(n)).abs() < 1e-9)
        .map(|n| WORDS[usize::from(n)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(value: &str, form: Form) -> String {
        printed(value, form, Scale::Plain, NumberStyle::default())
    }

    #[test]
    fn effects_have_two_decimals_and_a_real_minus() {
        assert_eq!(say("-0.8749", Form::Effect), "−0.87");
        assert_eq!(say("-0.0012", Form::Effect), "−0.001");
        assert_eq!(say("0", Form::Effect), "0.00");
        let ratio = printed("-0.71", Form::Effect, Scale::Log, NumberStyle::default());
        assert_eq!(ratio, "0.49");
    }

    #[test]
    fn levels_p_values_means_and_words_follow_the_house_style() {
        assert_eq!(say("95", Form::Level), "95%");
        assert_eq!(say("0.975", Form::Level), "97.5%");
        assert_eq!(say("0.00001", Form::P), "< 0.001");
        assert_eq!(say("4.825", Form::Mean), "4.83");
        assert_eq!(say("15", Form::Mean), "15");
        assert_eq!(say("2", Form::Word), "two");
        assert_eq!(say("12", Form::Word), "12");
        assert_eq!(say("-1", Form::Plain), "−1");
        assert_eq!(say("not reported", Form::Count), "not reported");
    }
}
