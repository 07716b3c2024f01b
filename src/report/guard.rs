//! The rule that no number stands in a report without an address.

use super::span::{Piece, pieces};

/// Digits outside every span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Untraced {
    /// The digits with what is written together with them.
    pub text: String,
    /// Line of the section, counted from 1.
    pub line: u32,
    /// That line without marks, shortened.
    pub context: String,
}

/// All digits of a section that stand outside spans, figures and text that authors may write freely.
pub(super) fn untraced(section: &str) -> Vec<Untraced> {
    let mut found = Vec::new();
    let (mut depth, mut free, mut line) = (0usize, false, 1u32);
    for piece in pieces(section) {
        match piece {
            Piece::Open(_) => depth += 1,
            Piece::Close => depth = depth.saturating_sub(1),
            Piece::Free => free = true,
            Piece::Guarded => free = false,
            Piece::Figure(_) => {}
            Piece::Text(text) => {
                for (at, part) in text.split('\n').enumerate() {
                    if at > 0 {
                        line += 1;
                    }
                    if depth == 0 && !free {
                        let words = part.split_whitespace().filter(|word| holds_digit(word));
                        found.extend(words.map(|word| (line, word.to_owned())));
                    }
                }
            }
        }
    }
    let lines: Vec<String> = without_marks(section).split('\n').map(shortened).collect();
    let context = |line: u32| lines.get(line as usize - 1).cloned().unwrap_or_default();
    found
        .into_iter()
        .map(|(line, text)| Untraced {
            text,
            line,
            context: context(line),
        })
        .collect()
}

fn holds_digit(text: &str) -> bool {
    text.chars().any(char::is_numeric)
}

/// The text as a reader sees it.
pub(super) fn without_marks(text: &str) -> String {
    let parts = pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Text(text) => Some(text),
        _ => None,
    });
    parts.collect()
}

fn shortened(line: &str) -> String {
    let line = line.trim();
    if line.chars().count() <= 120 {
        line.to_owned()
    } else {
        line.chars().take(119).chain(['…']).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::span::{Entry, FREE, GUARDED, Ledger};
    use super::*;

    #[test]
    fn digits_outside_spans_are_found_with_their_line() {
        let mut ledger = Ledger::default();
        let traced = ledger.wrap(Entry::Name, "0.42");
        let text = format!("fine {traced}\nand 0.43, wrong\n{FREE}in 2020{GUARDED} I²\n");
        let found: Vec<_> = untraced(&text)
            .into_iter()
            .map(|u| (u.line, u.text))
            .collect();
        assert_eq!(found, [(2, "0.43,".to_owned()), (3, "I²".to_owned())]);
    }

    #[test]
    fn every_script_has_its_digits_guarded() {
        for text in ["٣", "３", "½", "x₂"] {
            assert_eq!(untraced(text).len(), 1, "{text}");
        }
    }
}
