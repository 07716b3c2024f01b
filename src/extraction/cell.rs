//! What a cell of an agreed row says: a number, a count, a word.

use super::agreement::Agreed;
use super::printed::{NotANumber, Printed};
use crate::nearest::suggestion;
use crate::problem::{Problem, Problems};

/// Reads the number in a cell, or says what stands there instead.
pub(super) fn number(from: &Agreed<'_>, column: &str, problems: &mut Problems) -> Option<Printed> {
    let text = from.text(column);
    match Printed::read(text) {
        Ok(number) => number.map(|number| number.sharpened_by(from.text("reported"))),
        Err(why) => {
            let code = match why {
                NotANumber::Comma => "extraction::comma",
                NotANumber::Text => "extraction::not-a-number",
            };
            problems.push(
                Problem::error(code, format!("{why}: `{column}` is `{text}`"))
                    .at(from.place(column))
                    .help(why.help(text)),
            );
            None
        }
    }
}

/// Reads the count in a cell, `least` or more.
pub(super) fn count(
    from: &Agreed<'_>,
    column: &str,
    least: u32,
    problems: &mut Problems,
) -> Option<u32> {
    let number = number(from, column, problems)?;
    let whole = number.value.fract() == 0.0 && number.value <= f64::from(u32::MAX);
    if !whole || number.value < f64::from(least) {
        let title = format!(
            "`{column}` is `{}`, not a count of {least} or more",
            from.text(column)
        );
        problems.push(
            Problem::error("extraction::not-a-count", title)
                .at(from.place(column))
                .help("check the cell against the paper"),
        );
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number between 0 and u32::MAX, as just checked"
    )]
    Some(number.value as u32)
}

/// The problem of a cell that holds none of the known words.
pub(super) fn unknown_word(from: &Agreed<'_>, column: &str, known: &[&str]) -> Problem {
    let text = from.text(column);
    Problem::error(
        "extraction::unknown-word",
        format!("`{column}` is `{text}`"),
    )
    .at(from.place(column))
    .help(suggestion("words", text, known))
}
