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
    let bytes = text.as_bytes();
    let from = bytes.iter().take_while(|b| **b == b' ').count();
    let behind = bytes[from..]
        .iter()
        .rev()
        .take_while(|b| **b == b' ')
        .count();
    let inner = &bytes[from..bytes.len() - behind];
    if let (Some(first), Some(last)) = (inner.first(), inner.last())
        && first.is_ascii_graphic()
        && last.is_ascii_graphic()
    {
        return &text[from..bytes.len() - behind];
    }
    trim_all(text)
}

fn trim_all(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}')
}

/// Offset of the next control character or run of blanks; eight bytes at a time.
///
/// In a word each byte that is zero after the exclusive or, or below a blank, leaves its high bit set; neighbours are then a shift.
fn next_run(bytes: &[u8], from: usize) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    const BLANKS: u64 = 0x2020_2020_2020_2020;
    let mut at = from;
    let mut blank_before = 0_u64;
    while let Some(chunk) = bytes.get(at..at + 8) {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        let word = u64::from_le_bytes(word);
        let control = word.wrapping_sub(BLANKS) & !word & HIGH;
        let other = word ^ BLANKS;
        let blank = other.wrapping_sub(ONES) & !other & HIGH;
        if control != 0 || blank & ((blank << 8) | blank_before) != 0 {
            // A borrow can mark a byte too many; the exact test decides, from the blank before this word on.
            let start = if at > from { at - 1 } else { at };
            if let Some(found) = exact(&bytes[start..at + 8]) {
                return Some(start + found);
            }
        }
        blank_before = blank >> 56;
        at += 8;
    }
    let start = if at > from { at - 1 } else { at };
    exact(bytes.get(start..)?).map(|found| start + found)
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
