//! What one cell of a file says: a number, nothing, or something that is no number.

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    /// A finite number as programs write it.
    Number(f64),
    /// A finite number with a typographic minus (`−0.3`) or, where the file has such, a decimal comma (`0,3`).
    Unusual(f64),
    /// No number was found: an empty cell, `NA`, `N/A`, `NaN`, `NULL`, `.`, or a dash alone, in any case of letters.
    Missing,
    /// Text that is no number.
    Unreadable,
}

/// The marks of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Whether `0,5` is a half: cells are not parted by commas, no number of the file has a decimal point, and some
    /// cannot be thousands.
    pub(super) decimal_comma: bool,
}

impl Marks {
    /// The marks of a file whose cells are parted by `separator`.
    pub(super) fn of<'a>(separator: u8, cells: impl Iterator<Item = &'a String> + Clone) -> Self {
        let plain = Self::default();
        let pointed = |cell: &String| {
            cell.contains('.')
                && matches!(Cell::read(cell, plain), Cell::Number(_) | Cell::Unusual(_))
        };
        let with_comma = Self {
            decimal_comma: true,
        };
        // `1,234` alone may be thousands as well.
        let comma = |cell: &String| {
            matches!(Cell::read(cell, with_comma), Cell::Unusual(_))
                && parts(cell).is_some_and(|(whole, rest)| rest.len() != 3 || whole == "0")
        };
        Self {
            decimal_comma: separator != b','
                && cells.clone().any(comma)
                && !cells.clone().any(pointed),
        }
    }
}

/// Signs for a number that is missing, in small letters.
const MISSING: [&str; 10] = [
    "", "na", "n/a", "nan", "null", ".", "-", "\u{2212}", "\u{2013}", "\u{2014}",
];

impl Cell {
    /// Reads a cell without the space around it.
    pub(super) fn read(text: &str, marks: Marks) -> Self {
        if MISSING.contains(&text.to_lowercase().as_str()) {
            return Self::Missing;
        }
        if let Some(number) = number(text) {
            return Self::Number(number);
        }
        // The minus sign and the en dash stand for a minus wherever a number follows.
        let mut mended = match text.strip_prefix(['\u{2212}', '\u{2013}']) {
            Some(rest)
                if rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',')) =>
            {
                format!("-{rest}")
            }
            _ => text.to_owned(),
        };
        if marks.decimal_comma && mended.matches(',').count() == 1 && !mended.contains('.') {
            mended = mended.replace(',', ".");
        }
        match number(&mended) {
            Some(number) => Self::Unusual(number),
            None => Self::Unreadable,
        }
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A cell's number as programs write it; the cell itself where it has none.
pub(super) fn plain(text: &str, marks: Marks) -> String {
    match Cell::read(text, marks) {
        Cell::Number(number) | Cell::Unusual(number) => number.to_string(),
        Cell::Missing | Cell::Unreadable => text.to_owned(),
    }
}

/// The digits before and after the one comma of a number.
fn parts(text: &str) -> Option<(&str, &str)> {
    let digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let (whole, rest) = text.trim_start_matches(SIGNS).split_once(',')?;
    (digits(whole) && digits(rest)).then_some((whole, rest))
}

const SIGNS: [char; 4] = ['-', '+', '\u{2212}', '\u{2013}'];

/// How to mend a cell that is no number.
pub(super) fn mend(text: &str) -> String {
    let Some((whole, rest)) = parts(text) else {
        return "write a number such as -0.35, or leave the cell empty where the report gives none"
            .to_owned();
    };
    let positive = text.starts_with(|c: char| c.is_ascii_digit() || c == '+');
    let sign = if positive { "" } else { "-" };
    if rest.len() == 3 && whole != "0" {
        format!(
            "write {sign}{whole}.{rest} where the comma parts decimals, {sign}{whole}{rest} where it parts thousands"
        )
    } else {
        format!("write {sign}{whole}.{rest}, with a decimal point")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINT: Marks = Marks {
        decimal_comma: false,
    };
    const COMMA: Marks = Marks {
        decimal_comma: true,
    };

    #[test]
    fn signs_for_a_missing_number_are_told_from_text_that_is_no_number() {
        for text in ["", "NA", "n/a", "NaN", "NULL", ".", "-", "\u{2013}"] {
            assert_eq!(Cell::read(text, POINT), Cell::Missing, "{text}");
        }
        for text in [
            "abc",
            "0,5",
            "1,234",
            "inf",
            "1.2.3",
            "<0.1",
            "0.3 (0.1)",
            "--1",
        ] {
            assert_eq!(Cell::read(text, POINT), Cell::Unreadable, "{text}");
        }
    }

    #[test]
    fn a_typographic_minus_is_a_minus_and_a_comma_parts_decimals_only_where_the_file_says_so() {
        assert_eq!(Cell::read("-0.3", POINT), Cell::Number(-0.3));
        assert_eq!(Cell::read("\u{2212}0.3", POINT), Cell::Unusual(-0.3));
        assert_eq!(Cell::read("\u{2212}0,3", COMMA), Cell::Unusual(-0.3));
        assert_eq!(Cell::read("1.234,5", COMMA), Cell::Unreadable);
        let cells = |cells: [&str; 3]| cells.map(str::to_owned);
        assert!(Marks::of(b';', cells(["a", "0,5", "3"]).iter()).decimal_comma);
        assert!(!Marks::of(b',', cells(["a", "0,5", "3"]).iter()).decimal_comma);
        assert!(!Marks::of(b';', cells(["a", "0,5", "3.5"]).iter()).decimal_comma);
        assert!(!Marks::of(b';', cells(["a", "1,234", "3"]).iter()).decimal_comma);
    }

    #[test]
    fn help_gives_the_number_in_both_readings_of_a_comma() {
        assert_eq!(mend("0,5"), "write 0.5, with a decimal point");
        assert!(mend("1,234").contains("1.234") && mend("1,234").contains("1234"));
    }
}
