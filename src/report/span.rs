//! Marks around printed values: characters of the private use area that no data can hold, because data are cleaned of them.

use crate::artefact::Address;

/// Begins a span; the index of its entry follows.
pub(super) const OPEN: char = '\u{E000}';
/// Ends the index.
pub(super) const TEXT: char = '\u{E001}';
/// Ends a span.
pub(super) const CLOSE: char = '\u{E002}';
/// Begins text of an author in which digits may stand.
pub(super) const FREE: char = '\u{E003}';
/// Ends it.
pub(super) const GUARDED: char = '\u{E004}';
/// Begins a figure; its index follows, ended by [`TEXT`].
pub(super) const FIGURE: char = '\u{E005}';
const DIGIT: u32 = 0xE010;

/// What a span stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// A value that is traced.
    Traced {
        /// Its address.
        address: Address,
        /// The value as its artefact has it.
        value: String,
    },
    /// A name that holds digits, said to be one.
    Name,
}

/// The entries of a report, by index, in the order printed.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger(pub Vec<Entry>);

impl Ledger {
    /// The text in its span.
    pub(super) fn wrap(&mut self, entry: Entry, text: &str) -> String {
        let index = self.0.len();
        self.0.push(entry);
        format!("{OPEN}{}{TEXT}{text}{CLOSE}", index_text(index))
    }
}

/// A figure's mark.
pub(super) fn figure(index: usize) -> String {
    format!("{FIGURE}{}{TEXT}", index_text(index))
}

fn index_text(index: usize) -> String {
    let digits = index.to_string();
    let raise = |digit: char| digit.to_digit(10).and_then(|d| char::from_u32(DIGIT + d));
    digits.chars().filter_map(raise).collect()
}

/// Whether a character is one of the marks.
pub(super) fn is_mark(character: char) -> bool {
    ('\u{E000}'..='\u{E0FF}').contains(&character)
}

/// A piece of marked text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Plain text.
    Text(&'a str),
    /// A span begins.
    Open(usize),
    /// The innermost span ends.
    Close,
    /// Free text begins.
    Free,
    /// Free text ends.
    Guarded,
    /// A figure.
    Figure(usize),
}

/// Cuts marked text into pieces.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(is_mark) {
        if at > 0 {
            pieces.push(Piece::Text(&rest[..at]));
        }
        let mark = rest[at..].chars().next().unwrap_or(CLOSE);
        rest = &rest[at + mark.len_utf8()..];
        match mark {
            OPEN | FIGURE => {
                let (index, after) = read_index(rest);
                rest = after;
                pieces.push(if mark == OPEN {
                    Piece::Open(index)
                } else {
                    Piece::Figure(index)
                });
            }
            CLOSE => pieces.push(Piece::Close),
            FREE => pieces.push(Piece::Free),
            GUARDED => pieces.push(Piece::Guarded),
            _ => {}
        }
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

fn read_index(text: &str) -> (usize, &str) {
    let mut index = 0usize;
    for (at, character) in text.char_indices() {
        let Some(digit @ 0..=9) = u32::from(character).checked_sub(DIGIT) else {
            let rest = &text[at..];
            return (index, rest.strip_prefix(TEXT).unwrap_or(rest));
        };
        index = index * 10 + digit as usize;
    }
    (index, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrapped_is_cut_out_again() {
        let mut ledger = Ledger::default();
        for _ in 0..11 {
            ledger.wrap(Entry::Name, "x");
        }
        let text = format!("a {} b{}", ledger.wrap(Entry::Name, "I²"), figure(3));
        assert_eq!(
            pieces(&text),
            [
                Piece::Text("a "),
                Piece::Open(11),
                Piece::Text("I²"),
                Piece::Close,
                Piece::Text(" b"),
                Piece::Figure(3)
            ]
        );
        assert!(!text.chars().any(|c| c.is_ascii_digit()));
    }
}
