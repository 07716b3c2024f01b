//! Text within the XML of a workbook, and names of columns.

use std::fmt::Write;

/// The first line of every part.
pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Adds text so that it reads back as itself: markup as references, and `_x0041_`, which stands for a letter (ECMA-376, part 1,
/// section 22.9.2.19), with its first line escaped as one, as are letters that XML cannot hold.
pub(super) fn escape(out: &mut String, text: &str) {
    let special = |byte: u8| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'_' | 0xEF) || byte < b' ';
    let mut rest = text;
    while let Some(at) = rest.bytes().position(special) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let mut letters = from.chars();
        match letters.next() {
            Some('&') => out.push_str("&amp;"),
            Some('<') => out.push_str("&lt;"),
            Some('>') => out.push_str("&gt;"),
            Some('"') => out.push_str("&quot;"),
            Some('_') if is_code(from) => out.push_str("_x005F_"),
            Some(letter @ ('\u{FFFE}' | '\u{FFFF}')) => code(out, letter),
            Some(letter) if letter < ' ' && !matches!(letter, '\n' | '\t') => code(out, letter),
            other => out.extend(other),
        }
        rest = letters.as_str();
    }
    out.push_str(rest);
}

fn code(out: &mut String, letter: char) {
    let _ = write!(out, "_x{:04X}_", u32::from(letter));
}

/// Whether a text begins with what stands for a letter.
fn is_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.starts_with(b"_x")
        && bytes.get(6) == Some(&b'_')
        && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
}

/// The name of a column, counted from 0: `A`, …, `Z`, `AA`.
pub(super) fn column(mut place: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(
            b'A' + u8::try_from(place % 26).unwrap_or_default(),
        ));
        let Some(before) = (place / 26).checked_sub(1) else {
            return letters.into_iter().rev().collect();
        };
        place = before;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_in_a_spreadsheet() {
        let named = [0, 25, 26, 51, 52, 701, 702].map(column);
        assert_eq!(named, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn what_stands_for_a_letter_is_escaped_and_markup_too() {
        let mut out = String::new();
        escape(&mut out, "a<b> & \"c\" _x0041_ _x004 \u{FFFE}\n\u{1}é￼");
        assert_eq!(
            out,
            "a&lt;b&gt; &amp; &quot;c&quot; _x005F_x0041_ _x004 _xFFFE_\n_x0001_é￼"
        );
    }
}
