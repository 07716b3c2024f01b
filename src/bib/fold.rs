//! Blanks folded: the form typed fields have.

use std::borrow::Cow;

/// `text` without blanks at its ends, and with each run of blanks and line ends inside as one blank.
///
/// ASCII blanks and control characters fold; other Unicode blanks inside are content. Text that is folded already is borrowed.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    let text = trim(text);
    if is_folded(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    for word in text
        .split(|c: char| c.is_ascii_whitespace() || c.is_ascii_control())
        .filter(|word| !word.is_empty())
    {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    Cow::Owned(folded)
}

/// Blanks, control characters and byte order marks off both ends.
pub(crate) fn trim(text: &str) -> &str {
    let bytes = text.as_bytes();
    if let (Some(first), Some(last)) = (bytes.first(), bytes.last())
        && first.is_ascii_graphic()
        && last.is_ascii_graphic()
    {
        return text;
    }
    text.trim_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}')
}

/// Whether there is no control character and no two blanks in a row; without early exits inside a chunk, so that it runs on vectors.
fn is_folded(bytes: &[u8]) -> bool {
    const CHUNK: usize = 64;
    let mut at = 0;
    while at + CHUNK < bytes.len() {
        let here = &bytes[at..at + CHUNK];
        let next = &bytes[at + 1..=at + CHUNK];
        let mut bad = 0_u8;
        for (a, b) in here.iter().zip(next) {
            bad |=
                u8::from(*a < b' ' || *a == 0x7f) | (u8::from(*a == b' ') & u8::from(*b == b' '));
        }
        if bad != 0 {
            return false;
        }
        at += CHUNK;
    }
    let rest = &bytes[at..];
    rest.iter().all(|b| *b >= b' ' && *b != 0x7f) && !rest.windows(2).any(|pair| pair == b"  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_blanks_become_one() {
        for (text, want) in [
            ("  a  b\r\n   c ", "a b c"),
            ("plain", "plain"),
            ("\u{3000}题名\u{3000}", "题名"),
            ("", ""),
            ("a\tb", "a b"),
        ] {
            assert_eq!(fold(text), want);
        }
        let long = format!("{} {}", "x".repeat(63), "y".repeat(200));
        assert_eq!(fold(&long), long);
        let doubled = format!("{}  {}", "x".repeat(63), "y".repeat(200));
        assert_eq!(fold(&doubled), long);
    }
}
