//! Blanks folded: the form typed fields have.

use std::borrow::Cow;

/// `text` without blanks at its ends, and with each run of blanks and line ends inside as one blank.
///
/// ASCII blanks and control characters fold; other Unicode blanks inside are content. Text that is folded already is borrowed.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    let text = trim(text);
    let bytes = text.as_bytes();
    let Some(mut at) = next_run(bytes, 0) else {
        return Cow::Borrowed(text);
    };
    let mut folded = String::with_capacity(text.len());
    let mut start = 0;
    loop {
        folded.push_str(&text[start..at]);
        folded.push(' ');
        start = at + bytes[at..].iter().take_while(|byte| **byte <= b' ').count();
        match next_run(bytes, start) {
            Some(next) => at = next,
            None => break,
        }
    }
    folded.push_str(&text[start..]);
    Cow::Owned(folded)
}

/// Blanks, control characters and byte order marks off both ends.
#[inline]
pub(crate) fn trim(text: &str) -> &str {
    if is_bare(text.as_bytes()) {
        return text;
    }
    let bytes = text.as_bytes();
    let from = bytes.iter().take_while(|b| **b == b' ').count();
    let behind = &bytes[from..];
    let length = behind.len() - behind.iter().rev().take_while(|b| **b == b' ').count();
    let inner = &text[from..from + length];
    if is_bare(inner.as_bytes()) {
        inner
    } else {
        trim_all(inner)
    }
}

/// Whether both ends are ASCII letters, digits or signs, as they mostly are.
#[inline]
fn is_bare(bytes: &[u8]) -> bool {
    matches!(bytes, [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic())
}

fn trim_all(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}')
}

/// Bytes that are tested at once.
const BLOCK: usize = 16;

/// Offset of the next control character or run of blanks; a block at a time.
fn next_run(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(block) = bytes.get(at..=at + BLOCK) {
        if has_run(block) {
            break;
        }
        at += BLOCK;
    }
    // The last bytes are tested with some before them, so that there is a block of them; what is short is searched.
    let last = bytes
        .len()
        .checked_sub(BLOCK + 1)
        .filter(|last| *last >= from);
    if last.is_some_and(|last| last <= at && !has_run(&bytes[last..])) {
        return None;
    }
    let start = if at > from { at - 1 } else { at };
    exact(bytes.get(start..)?).map(|found| start + found)
}

/// Whether a block has a control character or two blanks.
///
/// Every byte is put to the same test with its follower and nothing stops the loop, so that the compiler tests all at once.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "no branches, so that many bytes are tested at once"
)]
fn has_run(block: &[u8]) -> bool {
    let pairs = block[..BLOCK].iter().zip(&block[1..=BLOCK]);
    pairs.fold(false, |any, (byte, next)| {
        any | (*byte < b' ') | ((*byte == b' ') & (*next == b' '))
    })
}

/// Offset of the first control character, or of the first of two blanks.
fn exact(bytes: &[u8]) -> Option<usize> {
    let mut blank = false;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte < b' ' {
            return Some(at - usize::from(blank));
        }
        if *byte == b' ' && blank {
            return Some(at - 1);
        }
        blank = *byte == b' ';
    }
    None
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
        for at in 0..40 {
            let long = format!("{} {}", "x".repeat(at + 1), "y".repeat(200));
            assert!(matches!(fold(&long), Cow::Borrowed(_)));
            for run in ["  ", "\n", " \n ", "\n      "] {
                let run = format!("{}{run}{}", "x".repeat(at + 1), "y".repeat(200));
                assert_eq!(fold(&run), long);
            }
        }
    }
}
